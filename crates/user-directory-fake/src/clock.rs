use std::{
    sync::{Mutex, MutexGuard},
    time::{Duration, SystemTime},
};

use tokio::{runtime::Handle, time::Instant};
use user_directory_pool::Timestamp;

/// The fake's clock: the system's plus an offset that only grows, a frozen one, or
/// [tokio's](crate::FakeBuilder::tokio_clock).
///
/// Where it follows the system's, tokens verify with any JWT library until a test moves it.
#[derive(Debug)]
pub struct Clock(Mutex<State>);

#[derive(Debug)]
struct State {
    base: Base,
    offset: Duration,
}

/// What the offset is added to.
#[derive(Debug)]
enum Base {
    System,
    Frozen(SystemTime),
    Tokio(TokioTime),
}

impl Base {
    fn now(&self) -> SystemTime {
        match self {
            Self::System => SystemTime::now(),
            Self::Frozen(at) => *at,
            Self::Tokio(time) => time.now(),
        }
    }
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
        is_in_range(from).then(|| Self::of(base, Duration::ZERO))
    }

    /// A clock that was moved before.
    pub(crate) fn restored(frozen_at: Option<SystemTime>, offset: Duration) -> Self {
        let base = frozen_at.map_or(Base::System, Base::Frozen);
        Self::of(base, offset.min(Self::FARTHEST))
    }

    fn of(base: Base, offset: Duration) -> Self {
        Self(Mutex::new(State { base, offset }))
    }

    /// Where it is frozen, and how far it was moved. One that goes with tokio's is kept as one that
    /// stands: that runtime is gone when it is restored.
    pub(crate) fn state(&self) -> (Option<SystemTime>, Duration) {
        let state = self.lock();
        let frozen_at = match &state.base {
            Base::System => None,
            base => Some(base.now()),
        };
        (frozen_at, state.offset)
    }

    /// What time it is in the fake.
    pub fn now(&self) -> SystemTime {
        // The system's time is read outside of the lock, which every call takes.
        let (standing, offset) = self.state();
        standing.unwrap_or_else(SystemTime::now) + offset
    }

    /// Moves time forward, by a thousand years in all at most. It cannot go back: Cognito's does
    /// not either.
    pub fn advance(&self, by: Duration) {
        let mut state = self.lock();
        state.offset = state.offset.saturating_add(by).min(Self::FARTHEST);
    }

    /// Stops time where it is; from here on only [`advance`](Self::advance) moves it.
    pub fn freeze(&self) {
        let mut state = self.lock();
        // The offset stays: it counts against the farthest.
        state.base = Base::Frozen(state.base.now());
    }

    /// Whether time stands until it is moved.
    pub fn is_frozen(&self) -> bool {
        matches!(self.lock().base, Base::Frozen(_))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no code panics while it holds the time")
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
    fn a_frozen_clock_stands_until_it_is_moved() {
        let fake = Fake::new();
        let clock = fake.clock();
        assert!(!clock.is_frozen());
        let minute = Duration::from_secs(60);
        clock.advance(minute);
        clock.freeze();
        let now = clock.now();
        assert!(clock.is_frozen() && now > SystemTime::now());
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(clock.now(), now);
        clock.freeze();
        clock.advance(minute);
        assert_eq!(clock.now(), now + minute);
        let restored = fake.snapshot().restore().expect("it is whole");
        assert_eq!(restored.clock().now(), now + minute);
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
