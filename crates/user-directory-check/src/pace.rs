use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Lets one request go after the other, at least an interval apart. A clone shares the queue.
#[derive(Clone, Debug)]
pub struct Pace {
    interval: Duration,
    next: Arc<Mutex<Option<Instant>>>,
}

impl Pace {
    /// Four requests a second: below five, whichever second is looked at.
    pub fn below_five_a_second() -> Self {
        Self { interval: Duration::from_millis(250), next: Arc::default() }
    }

    /// Waits for the caller's turn.
    pub(crate) async fn turn(&self) {
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + self.interval);
            turn
        };
        sleep_until(turn).await;
    }
}
