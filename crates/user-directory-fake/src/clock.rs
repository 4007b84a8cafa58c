use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use tokio::{runtime::Handle, time::Instant};
use user_directory_pool::Timestamp;

/// The fake's clock: the system's plus an offset that only grows, a frozen one, or
/// [tokio's](crate::FakeBuilder::tokio_clock).
///
/// Where it follows the system's, tokens verify with any JWT library until a test moves it.
#[derive(Debug)]
pub struct Clock {
    base: Base,
    offset: Mutex<Duration>,
}

/// What the offset is added to.
#[derive(Debug)]
enum Base {
    System,
    Frozen(SystemTime),
    Tokio(TokioTime),
}

/// A moment, and tokio's time since then.
#[derive(Debug)]
struct TokioTime {
    at: SystemTime,
    begun: Instant,
    runtime: Handle,
}

impl TokioTime {
    fn now(&self) -> SystemTime {
        // A thread that is not the runtime's would read the machine's clock instead.
        let _entered = self.runtime.enter();
        self.at + self.begun.elapsed()
    }
}

impl Clock {
    /// How far the clock can be moved, and how long after 1970 it can be frozen: past any token, and
    /// short of the last moment that a `SystemTime` can hold.
    pub(crate) const FARTHEST: Duration = Duration::from_secs(1000 * 365 * 24 * 60 * 60);

    /// A clock that follows the system's, or stands at a moment; `None` if that is too late.
    pub(crate) fn new(frozen_at: Option<SystemTime>) -> Option<Self> {
        is_in_range(frozen_at).then(|| Self::restored(frozen_at, Duration::ZERO))
    }

    /// A clock that goes with that of the tokio runtime here, from a moment or from now on; `None` if
    /// the moment is too late.
    pub(crate) fn of_tokio(from: Option<SystemTime>, runtime: Handle) -> Option<Self> {
        let base = Base::Tokio(TokioTime {
            at: from.unwrap_or_else(SystemTime::now),
            begun: Instant::now(),
            runtime,
        });
        is_in_range(from).then(|| Self { base, offset: Mutex::default() })
    }

    /// A clock that was moved before.
    pub(crate) fn restored(frozen_at: Option<SystemTime>, offset: Duration) -> Self {
        let base = frozen_at.map_or(Base::System, Base::Frozen);
        Self { base, offset: Mutex::new(offset.min(Self::FARTHEST)) }
    }

    /// Where it is frozen, and how far it was moved. One that goes with tokio's is kept as one that
    /// stands: that runtime is gone when it is restored.
    pub(crate) fn state(&self) -> (Option<SystemTime>, Duration) {
        let offset = *self.offset.lock().expect("no code panics while it holds the offset");
        let frozen_at = match &self.base {
            Base::System => None,
            Base::Frozen(at) => Some(*at),
            Base::Tokio(time) => Some(time.now()),
        };
        (frozen_at, offset)
    }

    /// What time it is in the fake.
    pub fn now(&self) -> SystemTime {
        let base = match &self.base {
            Base::System => SystemTime::now(),
            Base::Frozen(at) => *at,
            Base::Tokio(time) => time.now(),
        };
        let offset = *self.offset.lock().expect("no code panics while it holds the offset");
        base + offset
    }

    /// Moves time forward, by a thousand years in all at most. It cannot go back: Cognito's does
    /// not either.
    pub fn advance(&self, by: Duration) {
        let mut offset = self.offset.lock().expect("no code panics while it holds the offset");
        *offset = offset.saturating_add(by).min(Self::FARTHEST);
    }

    pub(crate) fn timestamp(&self) -> Timestamp {
        self.now().into()
    }
}

fn is_in_range(moment: Option<SystemTime>) -> bool {
    moment.is_none_or(|moment| moment <= SystemTime::UNIX_EPOCH + Clock::FARTHEST)
}

#[cfg(test)]
mod tests {
    use user_directory::{Authentication as _, ErrorKind, Register, SignIn, UserDirectoryExt as _};

    use super::*;
    use crate::Fake;

    #[test]
    fn a_clock_is_frozen_a_thousand_years_after_1970_at_the_latest() {
        let latest = SystemTime::UNIX_EPOCH + Clock::FARTHEST;
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::MAX / 2);
        for time in [latest + Duration::from_nanos(1), far] {
            let error = Fake::builder().frozen_at(time).build().expect_err("it is too late");
            assert_eq!(error.kind(), ErrorKind::InvalidParameter);
            assert_eq!(
                error.message(),
                "the clock is frozen more than a thousand years after 1970: choose a moment before \
                 2969"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tokios_time_is_the_fakes() {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let fake = Fake::builder().frozen_at(start).tokio_clock().build().expect("a runtime");
        let minute = Duration::from_secs(60);
        assert_eq!(fake.clock().now(), start);
        tokio::time::sleep(minute).await;
        assert_eq!(fake.clock().now(), start + minute);
        fake.clock().advance(minute);
        assert_eq!(fake.clock().now(), start + 2 * minute);
        tokio::time::advance(minute).await;
        // Nobody else's clock counts, in whatever thread.
        let other = fake.clone();
        let elsewhere = std::thread::spawn(move || other.clock().now()).join();
        assert_eq!(elsewhere.expect("it does not panic"), start + 3 * minute);
        assert_eq!(fake.clock().state(), (Some(start + 2 * minute), minute));
    }

    #[test]
    fn without_a_runtime_there_is_no_tokio_time() {
        let error = Fake::builder().tokio_clock().build().expect_err("no runtime");
        assert_eq!(
            error.message(),
            "tokio_clock needs a tokio runtime: build the fake within one, as in #[tokio::test]"
        );
    }

    #[tokio::test]
    async fn at_its_end_everything_works() {
        let latest = SystemTime::UNIX_EPOCH + Clock::FARTHEST;
        let fake = Fake::builder().frozen_at(latest).build().expect("it is the latest");
        fake.clock().advance(Duration::MAX);
        fake.quotas().enforce(user_directory::Quotas::new());
        let directory = fake.directory();
        let _ = directory.register(Register::new("alice", "Correct-horse-9")).await.expect("new");
        let outcome = directory.sign_in(SignIn::new("alice", "Correct-horse-9")).await;
        outcome.expect("the password is right").tokens().expect("no challenge");
    }
}
