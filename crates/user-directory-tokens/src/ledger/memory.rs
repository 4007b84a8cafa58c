use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;

use super::{
    DEFAULT_SKEW, Ended, Ending, LedgerError, SignInRef, SignOutLedger, last_ended, seconds,
};

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
/// # Ok::<(), user_directory_tokens::LedgerError>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct InMemoryLedger {
    records: Arc<RwLock<Records>>,
    skew: Duration,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

#[derive(Default)]
struct Records {
    pools: HashMap<String, PoolRecords>,
    /// What to look at when, by the second after which it may be forgotten.
    expiring: BinaryHeap<Reverse<(u64, String, Key)>>,
}

#[derive(Default)]
struct PoolRecords {
    users: HashMap<String, Record>,
    sign_ins: HashMap<String, Record>,
}

#[derive(Clone, Copy)]
struct Record {
    /// The last second whose sign-ins it ends, without the skew.
    second: u64,
    until: u64,
}

#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
enum Key {
    User(String),
    SignIn(String),
}

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

    /// Sets the clock that records are forgotten by: a test's.
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
    fn insert(&mut self, ending: &Ending) {
        let new = Record { second: seconds(ending.at), until: seconds(ending.tokens_until) };
        let pool = self.pools.entry(ending.pool_id.clone()).or_default();
        let (records, id, key) = match &ending.ended {
            Ended::User(sub) => (&mut pool.users, sub, Key::User(sub.clone())),
            Ended::SignIn(jti) => (&mut pool.sign_ins, jti, Key::SignIn(jti.clone())),
        };
        let record = records.entry(id.clone()).or_insert(Record { second: 0, until: 0 });
        record.second = record.second.max(new.second);
        if new.until > record.until {
            record.until = new.until;
            self.expiring.push(Reverse((new.until, ending.pool_id.clone(), key)));
        }
    }

    fn forget(&mut self, now: u64) {
        while let Some(Reverse((until, ..))) = self.expiring.peek()
            && *until < now
        {
            let Some(Reverse((_, pool_id, key))) = self.expiring.pop() else { break };
            let Some(pool) = self.pools.get_mut(&pool_id) else { continue };
            let (records, id) = match key {
                Key::User(sub) => (&mut pool.users, sub),
                Key::SignIn(jti) => (&mut pool.sign_ins, jti),
            };
            // A later record of the same user may want to be kept for longer.
            if records.get(&id).is_some_and(|record| record.until < now) {
                records.remove(&id);
            }
            if pool.users.is_empty() && pool.sign_ins.is_empty() {
                self.pools.remove(&pool_id);
            }
        }
    }
}

#[async_trait]
impl SignOutLedger for InMemoryLedger {
    async fn record(&self, ending: &Ending) -> Result<(), LedgerError> {
        let now = seconds((self.clock)());
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        records.insert(ending);
        records.forget(now);
        Ok(())
    }

    async fn has_ended(&self, sign_in: &SignInRef<'_>) -> Result<bool, LedgerError> {
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
