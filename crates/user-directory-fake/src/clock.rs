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
    pub(crate) fn new(frozen_at: Option<SystemTime>) -> Self {
        Self { frozen_at, offset: Mutex::new(Duration::ZERO) }
    }

    /// What time it is in the fake.
    pub fn now(&self) -> SystemTime {
        let base = self.frozen_at.unwrap_or_else(SystemTime::now);
        base + *self.offset.lock().expect("no code panics while it holds the offset")
    }

    /// Moves time forward. It cannot go back: Cognito's does not either.
    pub fn advance(&self, by: Duration) {
        *self.offset.lock().expect("no code panics while it holds the offset") += by;
    }

    pub(crate) fn timestamp(&self) -> Timestamp {
        self.now().into()
    }
}
