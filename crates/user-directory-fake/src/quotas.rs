use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use user_directory::{Operation, QuotaCategory, Quotas};

/// The quotas of the account that all pools of a fake are in: not enforced until a test asks for it.
///
/// A call that exceeds its [category](QuotaCategory) is answered TooManyRequestsException and does
/// nothing. Both handles and [`Fake::call`](crate::Fake::call) draw on the same quotas, by the
/// fake's clock; freeze it where a test should not depend on its own speed. A call that a fault
/// throttles is free. The 10 reads and 10 writes a second that Cognito allows each user are not
/// enforced.
///
/// The back-off of an application can be tested:
///
/// ```
/// # use std::time::{Duration, SystemTime};
/// use user_directory::{ErrorKind, QuotaCategory, Quotas, Result, User, UserDirectory};
/// use user_directory_fake::{Clock, Fake};
///
/// /// The application: it tries again after half a second, and after one more.
/// async fn look_up(directory: &dyn UserDirectory, name: &str, wait: impl Fn()) -> Result<User> {
///     for _ in 0..2 {
///         match directory.user(name).await {
///             Err(error) if error.kind() == ErrorKind::TooManyRequests => wait(),
///             answer => return answer,
///         }
///     }
///     directory.user(name).await
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let fake = Fake::builder().frozen_at(SystemTime::UNIX_EPOCH).build()?;
/// fake.quotas().enforce(Quotas::new().with(QuotaCategory::UserRead, 1));
/// let directory = fake.directory();
/// let half_a_second = || fake.clock().advance(Duration::from_millis(500));
///
/// let error = look_up(&directory, "alice", half_a_second).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UserNotFound);
/// let error = look_up(&directory, "alice", half_a_second).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UserNotFound);
/// // Without a wait, it does not get through.
/// let error = look_up(&directory, "alice", || ()).await.unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::TooManyRequests);
/// # Ok::<_, user_directory::Error>(()) }).unwrap();
/// ```
#[derive(Debug, Default)]
pub struct QuotaMeter {
    /// So that calls where nothing is enforced wait for no lock and ask for no time.
    enforces: AtomicBool,
    metered: Mutex<Option<Metered>>,
}

#[derive(Debug)]
struct Metered {
    quotas: Quotas,
    /// When calls were let through, in the last second.
    admitted: BTreeMap<Budget, VecDeque<SystemTime>>,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Budget {
    Category(QuotaCategory),
    ChallengeAnswers,
}

impl QuotaMeter {
    /// Enforces quotas from the next call on. What was called before does not count.
    pub fn enforce(&self, quotas: Quotas) {
        *self.lock() = Some(Metered { quotas, admitted: BTreeMap::new() });
        self.enforces.store(true, Ordering::Release);
    }

    /// Enforces nothing any more.
    pub fn off(&self) {
        self.enforces.store(false, Ordering::Release);
        *self.lock() = None;
    }

    /// Whether a call may go on; counts it if so.
    pub(crate) fn admits(&self, operation: Operation, now: impl FnOnce() -> SystemTime) -> bool {
        !self.enforces.load(Ordering::Acquire)
            || self.lock().as_mut().is_none_or(|metered| metered.admits(operation, now()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Metered>> {
        self.metered.lock().expect("no code panics while it holds the quotas")
    }
}

impl Metered {
    fn admits(&mut self, operation: Operation, now: SystemTime) -> bool {
        use Operation::{AdminRespondToAuthChallenge, RespondToAuthChallenge};
        let answers = self.quotas.challenge_answers_per_second();
        if matches!(operation, AdminRespondToAuthChallenge | RespondToAuthChallenge)
            && self.take(Budget::ChallengeAnswers, answers, now)
        {
            return true;
        }
        let category = operation.quota_category();
        let quota = self.quotas.requests_per_second(category);
        self.take(Budget::Category(category), quota, now)
    }

    /// Assumed: the rule over time, which AWS does not document, that a throttled call costs nothing,
    /// and that a call refused for another reason costs as much as any. At most `quota` calls in any
    /// second is the strictest rule: what keeps to it keeps to seconds by the wall clock, and to a
    /// bucket of `quota` tokens, as well.
    fn take(&mut self, budget: Budget, quota: u32, now: SystemTime) -> bool {
        const SECOND: Duration = Duration::from_secs(1);
        let admitted = self.admitted.entry(budget).or_default();
        // What lies ahead of a clock that was set back counts for nothing.
        let is_past =
            |at: &SystemTime| now.duration_since(*at).map_or(true, |since| since >= SECOND);
        while admitted.front().is_some_and(is_past) {
            admitted.pop_front();
        }
        let admits = admitted.len() < quota as usize;
        if admits {
            admitted.push_back(now);
        }
        admits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_leaves_nothing_exhausted() {
        let meter = QuotaMeter::default();
        meter.enforce(Quotas::new().with(QuotaCategory::UserRead, 1));
        let admits = |second| {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            meter.admits(Operation::AdminGetUser, || now)
        };
        assert!(admits(1_000_000));
        assert!(!admits(1_000_000));
        assert!(admits(1000));
        assert!(!admits(1000));
        assert!(admits(1001));
    }
}
