//! How a run marks its pools, and how a later run knows that it has ended.

use std::{
    env,
    fs::{self, File},
    path::PathBuf,
    process,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// How the names of all runs' pools begin.
const PREFIX: &str = "user-directory-contract-";

/// A run that began so long ago has ended: all cases take less than an hour on AWS, where the pace is
/// slowest.
const LONGEST: Duration = Duration::from_secs(2 * 60 * 60);

/// A run, as the names of its pools have it: when it began, in microseconds since 1970, and in which
/// process, which sets apart what begins at the same time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Run {
    began: u64,
    process: u32,
}

impl Run {
    /// A run that begins now.
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { began: now.as_micros().try_into().unwrap_or(u64::MAX), process: process::id() }
    }

    /// The run whose pool has this name.
    pub(crate) fn of_pool(name: &str) -> Option<Self> {
        let mut parts = name.strip_prefix(PREFIX)?.splitn(3, '-');
        let began = u64::from_str_radix(parts.next()?, 16).ok()?;
        let process = u32::from_str_radix(parts.next()?, 16).ok()?;
        // What the case calls its pool.
        parts.next()?;
        Some(Self { began, process })
    }

    /// How the names of its pools begin.
    pub(crate) fn prefix(self) -> String {
        let Self { began, process } = self;
        format!("{PREFIX}{began:x}-{process:x}-")
    }

    /// Whether it is known to have ended: on this machine, by its lock; anywhere, after two hours.
    pub(crate) fn has_ended(self, now: SystemTime) -> bool {
        let began = UNIX_EPOCH + Duration::from_micros(self.began);
        let is_old = now.duration_since(began).is_ok_and(|age| age >= LONGEST);
        is_old || File::open(self.lock_path()).is_ok_and(|file| file.try_lock().is_ok())
    }

    fn lock_path(self) -> PathBuf {
        env::temp_dir().join(format!("{}lock", self.prefix()))
    }
}

/// Held while a run goes on. The operating system lets go of it, however the process ends.
#[derive(Debug)]
pub(crate) struct RunLock {
    path: PathBuf,
    _file: File,
}

impl RunLock {
    /// `None` where the folder for temporary files takes none: then a later run waits for two hours.
    pub(crate) fn of(run: Run) -> Option<Self> {
        let path = run.lock_path();
        // The name could be guessed, so nothing that is there already is opened.
        let file = File::create_new(&path).ok()?;
        file.try_lock().ok()?;
        Some(Self { path, _file: file })
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_says_whose_it_is() {
        let run = Run::new();
        assert_eq!(Run::of_pool(&format!("{}email-alias", run.prefix())), Some(run));
        for name in ["users", "user-directory-contract-mine", "user-directory-contract-a-b", ""] {
            assert_eq!(Run::of_pool(name), None, "{name}");
        }
    }

    #[test]
    fn a_run_ends_with_its_lock_or_after_two_hours() {
        let run = Run { began: Run::new().began, process: u32::MAX };
        let now = SystemTime::now();
        assert!(!run.has_ended(now), "nothing is known of it");
        let lock = RunLock::of(run).expect("there is a folder for temporary files");
        assert!(!run.has_ended(now), "it goes on");
        assert!(run.has_ended(now + LONGEST));
        // A process that is killed leaves the file, without the lock.
        let file = File::open(&lock.path).expect("it is there");
        lock._file.unlock().expect("it was locked");
        assert!(run.has_ended(now));
        drop((file, lock));
        assert!(!run.lock_path().exists());
    }
}
