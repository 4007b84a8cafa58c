//! The file that outlives the process.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use user_directory_fake::{Fake, FakeSnapshot};

use crate::{private_file, shared::Shared};

/// A snapshot's file, written one at a time.
#[derive(Debug)]
pub(crate) struct SnapshotFile {
    path: PathBuf,
    /// How many changes the file knows of; `None` before the first.
    written: Mutex<Option<u64>>,
}

impl SnapshotFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, written: Mutex::new(None) }
    }

    /// What the file holds, if it is there.
    ///
    /// # Errors
    ///
    /// A sentence that names the file. It is left as it is.
    pub(crate) fn read(&self) -> Result<Option<Fake>, String> {
        let path = self.path.display();
        let text = match std::fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("the snapshot {path} cannot be read: {error}")),
        };
        let fake = FakeSnapshot::from_json(&text).and_then(FakeSnapshot::restore);
        fake.map(Some).map_err(|error| {
            format!(
                "the snapshot {path} is refused: {error}. The file is unchanged; move it away to \
                 start without it"
            )
        })
    }

    /// Writes the state if something may have changed since the last time. Answers whether it did.
    ///
    /// The file is whole at every moment: the new one is written beside it and takes its place.
    ///
    /// # Errors
    ///
    /// A sentence that names the file.
    pub(crate) fn write(&self, shared: &Shared) -> Result<bool, String> {
        let mut written = self.written.lock().expect("no code panics while it holds the file");
        // Before the state is taken: what changes meanwhile is written the next time, too.
        let changes = shared.changes();
        if *written == Some(changes) {
            return Ok(false);
        }
        let text = shared.fake().snapshot().to_json();
        self.put(text.expose()).map_err(|error| {
            format!("the snapshot {} cannot be written: {error}", self.path.display())
        })?;
        *written = Some(changes);
        Ok(true)
    }

    fn put(&self, text: &str) -> io::Result<()> {
        private_file::put(&self.path, text)?;
        // So that the name outlives a power failure as well. Not every system can.
        let directory = self.path.parent().filter(|parent| *parent != Path::new(""));
        let _ = File::open(directory.unwrap_or(Path::new("."))).and_then(|dir| dir.sync_all());
        Ok(())
    }
}

/// Writes what changed, so often that a change is in the file within `every`.
pub(crate) async fn keep(file: Arc<SnapshotFile>, shared: Arc<Shared>, every: Duration) {
    // A change waits for the next turn, and then for the writing: half the time is for each, and
    // what the last writing took beyond that is taken from the wait.
    let half = every / 2;
    let mut took = Duration::ZERO;
    loop {
        tokio::time::sleep(half.saturating_sub(took)).await;
        let started = Instant::now();
        // What fails is logged, and tried again the next time.
        let _ = save(&file, &shared).await;
        took = started.elapsed();
        if took > half {
            tracing::warn!(
                "the snapshot took {took:?} to write: a change may be lost for longer than \
                 --snapshot-every {every:?}"
            );
        }
    }
}

/// Writes what changed, and logs what happened. Answers whether the file is up to date.
pub(crate) async fn save(file: &Arc<SnapshotFile>, shared: &Arc<Shared>) -> Result<bool, String> {
    let (file, shared) = (file.clone(), shared.clone());
    // A whole directory takes a while: not on a thread that answers calls.
    let written = tokio::task::spawn_blocking(move || file.write(&shared)).await;
    let written = written.unwrap_or_else(|_| Err("writing the snapshot failed".to_owned()));
    match &written {
        Ok(true) => tracing::debug!("snapshot written"),
        Ok(false) => {}
        Err(error) => tracing::error!("{error}"),
    }
    written
}
