use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

use user_directory_pool::Timestamp;

/// How far the clock can be moved: past any token, and short of the last moment that a
/// `SystemTime` can hold.
const FARTHEST: Duration = Duration::from_secs(1000 * 365 * 24 * 60 * 60);

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
    pub(crate) fn new(frozen_at: Option<SystemTime>) -> Self {
        Self { frozen_at, offset: Mutex::new(Duration::ZERO) }
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
        *offset = offset.saturating_add(by).min(FARTHEST);
    }

    pub(crate) fn timestamp(&self) -> Timestamp {
        self.now().into()
    }
}
