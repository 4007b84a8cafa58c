use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use crate::{Error, ErrorKind, Operation, Quotas};

/// A wait that a caller's sleep makes.
pub(crate) type Wait = BoxFuture<'static, ()>;

/// How to make many calls: how fast, how many at once, and what to do when throttled.
///
/// This crate has no clock, so a pace is made of a function that sleeps:
///
/// ```
/// use std::time::Duration;
/// use user_directory::{Pace, QuotaCategory, Quotas};
///
/// // As fast as the quotas allow, which leaves nothing to the rest of the account.
/// let pace = Pace::new(tokio::time::sleep);
/// // A third of what registering could take, and half of that on a small machine.
/// let pace = pace.with_requests_per_second(10).with_concurrency(5);
/// // An account that has bought more.
/// let quotas = Quotas::new()
///     .with(QuotaCategory::UserCreation, 100)
///     .with(QuotaCategory::UserAccountRecovery, 100);
/// let pace = Pace::new(|wait| tokio::time::sleep(wait)).with_quotas(quotas);
/// ```
///
/// # Rate
///
/// A call starts no sooner than one interval after the call before it, also after a pause. Calls
/// that a pause has cost are not made up for. The interval is that of the lowest quota that the
/// call counts against, or longer by [`with_requests_per_second`](Self::with_requests_per_second).
/// Two paces do not know of each other, nor does one know what else the account does.
///
/// # When throttled
///
/// After `TooManyRequests`, which did nothing, no call starts until a wait is over: 1 second, twice
/// as long each time that the calls after it are throttled too, at most 30 seconds, and 1 second
/// again after a call that was not. Then the throttled call is tried again, up to 5 times, before
/// others that have not begun. The waits have no jitter: where several processes share a quota, the
/// sleep may add some.
///
/// Nothing else is tried again: not `LimitExceeded`, and nothing that may have taken effect.
#[derive(Clone)]
pub struct Pace {
    quotas: Quotas,
    requests_per_second: u32,
    concurrency: usize,
    retries: u32,
    first_wait: Duration,
    longest_wait: Duration,
    sleep: Arc<dyn Fn(Duration) -> Wait + Send + Sync>,
}

impl Pace {
    /// The rate of AWS's default quotas, up to 10 calls at once.
    ///
    /// The future of `sleep` ends after the duration. If it only begins to wait when it is polled,
    /// calls may start later, never sooner.
    pub fn new<F>(sleep: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            quotas: Quotas::new(),
            requests_per_second: u32::MAX,
            concurrency: 10,
            retries: 5,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(30),
            sleep: Arc::new(move |wait| Box::pin(sleep(wait))),
        }
    }

    /// Starts at most so many calls in a second. A number above the quotas counts as the quotas,
    /// and 0 counts as 1.
    #[must_use]
    pub fn with_requests_per_second(mut self, requests_per_second: u32) -> Self {
        self.requests_per_second = requests_per_second.max(1);
        self
    }

    /// Sets the quotas of the account.
    #[must_use]
    pub fn with_quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Sets how many calls may be under way at once; 10 unless set, 0 is taken as 1.
    #[must_use]
    pub fn with_concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Sets how often a throttled call is tried again; 5 times unless set.
    #[must_use]
    pub fn with_retries(mut self, times: u32) -> Self {
        self.retries = times;
        self
    }

    /// Sets the wait after the first throttled call, 1 second unless set, and the longest one, 30
    /// seconds unless set. No wait is shorter than the interval between two calls.
    #[must_use]
    pub fn with_backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_wait = first;
        self.longest_wait = longest;
        self
    }

    /// The time from one start to the next, for a call that makes these operations.
    pub(crate) fn interval(&self, operations: &[Operation]) -> Duration {
        let quotas = operations
            .iter()
            .map(|operation| self.quotas.requests_per_second(operation.quota_category()));
        let rate = quotas.fold(self.requests_per_second, u32::min);
        // Rounded up: a nanosecond less, and one call too many begins within a second.
        Duration::from_nanos(1_000_000_000_u64.div_ceil(rate.into()))
    }

    /// The wait after calls were throttled `before` times in a row already.
    pub(crate) fn backoff(&self, before: u32) -> Duration {
        let factor = 1_u32.checked_shl(before).unwrap_or(u32::MAX);
        self.first_wait.saturating_mul(factor).min(self.longest_wait)
    }

    pub(crate) fn concurrency(&self) -> usize {
        self.concurrency
    }

    pub(crate) fn retries(&self) -> u32 {
        self.retries
    }

    pub(crate) fn sleep(&self, wait: Duration) -> Wait {
        (self.sleep)(wait)
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace")
            .field("quotas", &self.quotas)
            .field("requests_per_second", &self.requests_per_second)
            .field("concurrency", &self.concurrency)
            .field("retries", &self.retries)
            .field("first_wait", &self.first_wait)
            .field("longest_wait", &self.longest_wait)
            .finish_non_exhaustive()
    }
}

/// Whether the service did nothing and asks to try later.
pub(crate) fn is_throttled(error: &Error) -> bool {
    error.kind() == ErrorKind::TooManyRequests
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::QuotaCategory;

    fn pace() -> Pace {
        Pace::new(|_| std::future::ready(()))
    }

    #[test]
    fn the_lowest_quota_is_the_rate() {
        use Operation::{AdminCreateUser, AdminSetUserPassword};
        let registering = [AdminCreateUser, AdminSetUserPassword];
        // 31 starts take more than a second.
        assert!(pace().interval(&registering) * 30 >= Duration::from_secs(1));
        assert!(pace().interval(&registering) * 29 < Duration::from_secs(1));
        let lower = Quotas::new().with(QuotaCategory::UserCreation, 20);
        let interval = pace().with_quotas(lower).interval(&registering);
        assert_eq!(interval, Duration::from_millis(50));
    }

    #[test]
    fn a_rate_can_be_lower_than_the_quota_and_not_higher() {
        let interval =
            |rate| pace().with_requests_per_second(rate).interval(&[Operation::AdminDeleteUser]);
        assert_eq!(interval(10), Duration::from_millis(100));
        assert_eq!(interval(1_000), Duration::from_millis(40));
        assert_eq!(interval(0), Duration::from_secs(1));
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits = [0, 1, 4, 5, 31, 32, u32::MAX].map(|before| pace().backoff(before).as_secs());
        assert_eq!(waits, [1, 2, 16, 30, 30, 30, 30]);
    }
}
