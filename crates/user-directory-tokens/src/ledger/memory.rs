use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use tokio::time::Instant;

use super::{DEFAULT_SKEW, Ended, Ending, SignInRef, SignOutLedger, last_ended, seconds};
use crate::BackendError;

/// A ledger in memory: for a service of one instance.
///
/// **When the process ends, it forgets everything**: tokens from before the restart that were
/// refused pass again until they expire. A record takes about 200 bytes until its tokens have
/// expired.
///
/// A clone is another handle to the same records.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use std::time::{Duration, SystemTime};
/// use user_directory_tokens::{Ended, Ending, InMemoryLedger, SignInRef, SignOutLedger as _};
///
/// let ledger = InMemoryLedger::new();
/// let now = SystemTime::now();
/// let hour = Duration::from_secs(3600);
/// ledger.record(&Ending::new("eu-west-1_A", Ended::User("a-sub".into()), now, now + hour)).await?;
///
/// let before = SignInRef::new("eu-west-1_A", "a-sub", now - hour, "an-origin-jti");
/// assert!(ledger.has_ended(&before).await?);
/// let after = SignInRef::new("eu-west-1_A", "a-sub", now + hour, "another");
/// assert!(!ledger.has_ended(&after).await?);
/// # Ok::<(), user_directory_tokens::BackendError>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct InMemoryLedger {
    records: Arc<RwLock<Records>>,
    skew: Duration,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

#[derive(Default)]
struct Records {
    pools: HashMap<Arc<str>, PoolRecords>,
    /// Each record once, with its pool and id, by when it may be forgotten.
    expiring: BTreeSet<(Instant, Arc<str>, Kind, Arc<str>)>,
}

#[derive(Default)]
struct PoolRecords {
    users: HashMap<Arc<str>, Record>,
    sign_ins: HashMap<Arc<str>, Record>,
}

#[derive(Clone, Copy)]
struct Record {
    /// The last second whose sign-ins it ends, without the skew.
    second: u64,
    until: Instant,
}

#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    User,
    SignIn,
}

/// Longer than any token lives, and short of the end of what an `Instant` can hold.
const LONGEST_LIFE: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

impl InMemoryLedger {
    /// An empty ledger.
    pub fn new() -> Self {
        Self { records: Arc::default(), skew: DEFAULT_SKEW, clock: Arc::new(SystemTime::now) }
    }

    /// By how much this clock and Cognito's may differ, instead of [`DEFAULT_SKEW`].
    #[must_use]
    pub fn with_skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// Sets the clock that tells how long a record is to last: a test's. Then it lasts for as long
    /// by tokio's time, so that a clock which jumps ahead and comes back makes nothing forgotten.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        records.pools.values().map(|pool| pool.users.len() + pool.sign_ins.len()).sum()
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for InMemoryLedger {
    fn default() -> Self {
        Self::new()
    }
}

impl Records {
    fn insert(&mut self, ending: &Ending, until: Instant) {
        let pool_id: Arc<str> = match self.pools.get_key_value(ending.pool_id.as_str()) {
            Some((pool_id, _)) => pool_id.clone(),
            None => ending.pool_id.as_str().into(),
        };
        let pool = self.pools.entry(pool_id.clone()).or_default();
        let (kind, records, id) = match &ending.ended {
            Ended::User(sub) => (Kind::User, &mut pool.users, sub),
            Ended::SignIn(jti) => (Kind::SignIn, &mut pool.sign_ins, jti),
        };
        let new = Record { second: seconds(ending.at), until };
        let id = match records.get_key_value(id.as_str()) {
            Some((id, _)) => id.clone(),
            None => id.as_str().into(),
        };
        let record = records.entry(id.clone()).or_insert(new);
        self.expiring.remove(&(record.until, pool_id.clone(), kind, id.clone()));
        record.second = record.second.max(new.second);
        record.until = record.until.max(new.until);
        self.expiring.insert((record.until, pool_id, kind, id));
    }

    fn forget(&mut self, now: Instant) {
        while self.expiring.first().is_some_and(|(until, ..)| *until < now)
            && let Some((_, pool_id, kind, id)) = self.expiring.pop_first()
            && let Some(pool) = self.pools.get_mut(&pool_id)
        {
            match kind {
                Kind::User => pool.users.remove(&id),
                Kind::SignIn => pool.sign_ins.remove(&id),
            };
            if pool.users.is_empty() && pool.sign_ins.is_empty() {
                self.pools.remove(&pool_id);
            }
        }
    }
}

#[async_trait]
impl SignOutLedger for InMemoryLedger {
    async fn record(&self, ending: &Ending) -> Result<(), BackendError> {
        let life = ending.tokens_until.duration_since((self.clock)()).unwrap_or_default();
        let now = Instant::now();
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        records.insert(ending, now + life.min(LONGEST_LIFE));
        records.forget(now);
        Ok(())
    }

    async fn has_ended(&self, sign_in: &SignInRef<'_>) -> Result<bool, BackendError> {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        let Some(pool) = records.pools.get(sign_in.pool_id) else { return Ok(false) };
        let is_past =
            |record: &Record| seconds(sign_in.auth_time) <= last_ended(record.second, self.skew);
        Ok(pool.users.get(sign_in.sub).is_some_and(is_past)
            || pool.sign_ins.contains_key(sign_in.origin_jti))
    }
}

impl fmt::Debug for InMemoryLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemoryLedger")
            .field("records", &self.len())
            .field("skew", &self.skew)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_record_that_is_renewed_is_kept_once() {
        let ledger = InMemoryLedger::new().with_clock(|| SystemTime::UNIX_EPOCH);
        let hour = Duration::from_secs(3600);
        for second in 0..1000 {
            let at = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            for ended in [Ended::User("a".into()), Ended::SignIn("b".into())] {
                let ending = Ending::new("eu-west-1_A", ended, at, at + hour);
                ledger.record(&ending).await.expect("it is in memory");
            }
        }
        let expiring = || ledger.records.read().expect("no panic").expiring.len();
        assert_eq!((ledger.len(), expiring()), (2, 2));
        tokio::time::advance(2 * hour).await;
        let at = SystemTime::UNIX_EPOCH;
        let other = Ending::new("eu-west-1_B", Ended::User("c".into()), at, at + hour);
        ledger.record(&other).await.expect("it is in memory");
        assert_eq!((ledger.len(), expiring()), (1, 1));
    }
}
