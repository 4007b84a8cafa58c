use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use user_directory_pool::Timestamp;

/// The fake's clock: the system's plus an offset that only grows, or a frozen one.
///
/// Because it follows the system's, tokens verify with any JWT library until a test moves it.
#[derive(Debug)]
pub struct Clock {
    /// `None`: the system's clock.
    frozen_at: Option<SystemTime>,
    offset: Mutex<Duration>,
}

impl Clock {
    /// How far the clock can be moved, and how long after 1970 it can be frozen: past any token, and
    /// short of the last moment that a `SystemTime` can hold.
    pub(crate) const FARTHEST: Duration = Duration::from_secs(1000 * 365 * 24 * 60 * 60);

    /// A clock that follows the system's, or stands at a moment; `None` if that is too late.
    pub(crate) fn new(frozen_at: Option<SystemTime>) -> Option<Self> {
        let latest = SystemTime::UNIX_EPOCH + Self::FARTHEST;
        let is_in_range = frozen_at.is_none_or(|time| time <= latest);
        is_in_range.then(|| Self::restored(frozen_at, Duration::ZERO))
    }

    /// A clock that was moved before.
    pub(crate) fn restored(frozen_at: Option<SystemTime>, offset: Duration) -> Self {
        Self { frozen_at, offset: Mutex::new(offset.min(Self::FARTHEST)) }
    }

    /// Where it is frozen, and how far it was moved.
    pub(crate) fn state(&self) -> (Option<SystemTime>, Duration) {
        (self.frozen_at, *self.offset.lock().expect("no code panics while it holds the offset"))
    }

    /// What time it is in the fake.
    pub fn now(&self) -> SystemTime {
        let base = self.frozen_at.unwrap_or_else(SystemTime::now);
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
