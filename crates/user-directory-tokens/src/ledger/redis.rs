use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use redis::{
    Client, RedisError, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{DEFAULT_SKEW, Ended, Ending, SignInRef, SignOutLedger, last_ended, seconds};
use crate::BackendError;

/// How long an answer of Redis may take unless set. A token is not worth waiting longer for.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(500);
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(1);

/// Makes the epoch, by Redis's own time, and answers whether it did and which one there is. Two
/// calls could have a flush between them. In a script of Redis 4 the time could not be written.
const EPOCH: &str = r"
local made = redis.call('SET', KEYS[1], redis.call('TIME')[1], 'NX')
return { made and 1 or 0, tonumber(redis.call('GET', KEYS[1])) }
";

/// Keeps the later second and the longer life, whichever instance writes last.
const RECORD: &str = r"
local second = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), tonumber(ARGV[1]))
local life = math.max(redis.call('TTL', KEYS[1]), tonumber(ARGV[2]))
redis.call('SET', KEYS[1], string.format('%d', second), 'EX', life)
return 1
";

/// A ledger in Redis: for a service of several instances.
///
/// A token costs one round trip (MGET), a sign-out two. Records expire with the longest token.
///
/// # When Redis is not what it was
///
/// - **Away**: nothing is known, and every question is an error, which makes a verifier refuse.
/// - **Empty** (restarted without its data, flushed, failed over to an empty replica): a key that
///   says since when the ledger is complete, its epoch, is missing. It is made anew by Redis's own
///   clock, and every sign-in from before is refused: users sign in once more. So it is when a
///   ledger is used for the first time. The clocks of Redis and Cognito may differ by the skew, too.
/// - **Behind** (failed over to a replica that lacks the last writes, restarted from an older
///   snapshot): this cannot be seen. Redis acknowledges writes before its replicas have them, unless
///   it is told to [wait for them](RedisLedgerBuilder::wait_for_replicas). Against older snapshots,
///   switch them off (`save ""`), so that a restarted Redis is empty, or have each change written
///   down first (`appendfsync always`).
/// - **Evicting**: a `maxmemory-policy` other than `noeviction` lets Redis drop records when memory
///   is short. It is refused at [`connect`](RedisLedgerBuilder::connect).
///
/// For TLS (`rediss://`) switch on the feature `tokio-rustls-comp` of the crate `redis` 1.
///
/// One server with replicas, also behind Sentinel's or a provider's one address; not a cluster,
/// whose keys live on several servers with an epoch each.
#[derive(Clone)]
pub struct RedisLedger {
    connection: ConnectionManager,
    /// Where records wait for replicas: nobody else has to wait on it.
    waiting: Option<(ConnectionManager, Replicas)>,
    record: Arc<Script>,
    make_epoch: Arc<Script>,
    settings: RedisLedgerBuilder,
}

impl RedisLedger {
    /// Starts the settings of a ledger at an address such as `redis://127.0.0.1:6379`.
    pub fn builder(url: impl Into<String>) -> RedisLedgerBuilder {
        RedisLedgerBuilder {
            url: url.into(),
            prefix: "user-directory".to_owned(),
            skew: DEFAULT_SKEW,
            clock: Arc::new(SystemTime::now),
            response_timeout: RESPONSE_TIMEOUT,
            replicas: None,
        }
    }

    /// What all keys begin with.
    pub fn prefix(&self) -> &str {
        &self.settings.prefix
    }

    fn key(&self, pool_id: &str, ended: EndedRef<'_>) -> String {
        let prefix = &self.settings.prefix;
        match ended {
            EndedRef::User(sub) => format!("{prefix}:{pool_id}:user:{sub}"),
            EndedRef::SignIn(jti) => format!("{prefix}:{pool_id}:sign-in:{jti}"),
        }
    }

    /// Makes the epoch if there is none, and answers it.
    async fn epoch(&self) -> Result<u64, BackendError> {
        let mut connection = self.connection.clone();
        let (is_new, epoch): (bool, u64) = self
            .make_epoch
            .key(self.settings.epoch_key())
            .invoke_async(&mut connection)
            .await
            .map_err(unavailable)?;
        if is_new {
            tracing::warn!(
                epoch,
                "the sign-out ledger in Redis was empty: sign-ins from before are refused"
            );
        }
        Ok(epoch)
    }

    async fn refuse_eviction(&self) -> Result<(), BackendError> {
        let mut connection = self.connection.clone();
        let memory: String = redis::cmd("INFO")
            .arg("memory")
            .query_async(&mut connection)
            .await
            .map_err(unavailable)?;
        let policy = memory.lines().find_map(|line| line.strip_prefix("maxmemory_policy:"));
        match policy.map(str::trim) {
            Some("noeviction") => Ok(()),
            Some(policy) => Err(BackendError::new(format!(
                "Redis has the maxmemory-policy {policy} and would drop records of sign-outs: \
                 set it to noeviction"
            ))),
            None => Err(BackendError::new(
                "Redis does not say its maxmemory-policy: use Redis 5 or later, \
                 and let this user call INFO",
            )),
        }
    }
}

#[derive(Clone, Copy)]
enum EndedRef<'a> {
    User(&'a str),
    SignIn(&'a str),
}

#[async_trait]
impl SignOutLedger for RedisLedger {
    async fn record(&self, ending: &Ending) -> Result<(), BackendError> {
        let ended = match &ending.ended {
            Ended::User(sub) => EndedRef::User(sub),
            Ended::SignIn(jti) => EndedRef::SignIn(jti),
        };
        let life = ending.tokens_until.duration_since((self.settings.clock)()).unwrap_or_default();
        let (key, second) = (self.key(&ending.pool_id, ended), seconds(ending.at));
        let life = life.as_secs().max(1);
        if let Some((connection, replicas)) = &self.waiting {
            return replicas.record(connection.clone(), &key, second, life).await;
        }
        let mut record = self.record.key(key);
        let mut connection = self.connection.clone();
        record
            .arg(second)
            .arg(life)
            .invoke_async::<u8>(&mut connection)
            .await
            .map_err(unavailable)?;
        Ok(())
    }

    async fn has_ended(&self, sign_in: &SignInRef<'_>) -> Result<bool, BackendError> {
        let user = self.key(sign_in.pool_id, EndedRef::User(sign_in.sub));
        let jti = self.key(sign_in.pool_id, EndedRef::SignIn(sign_in.origin_jti));
        let mut connection = self.connection.clone();
        // At once, so that the epoch and the records come from the same state of the server.
        let (epoch, user, sign_in_ended): (Option<u64>, Option<u64>, Option<u64>) =
            redis::cmd("MGET")
                .arg(self.settings.epoch_key())
                .arg(user)
                .arg(jti)
                .query_async(&mut connection)
                .await
                .map_err(unavailable)?;
        let epoch = match epoch {
            Some(epoch) => epoch,
            None => self.epoch().await?,
        };
        let is_past = |second| seconds(sign_in.auth_time) <= last_ended(second, self.settings.skew);
        Ok(is_past(epoch) || user.is_some_and(is_past) || sign_in_ended.is_some())
    }
}

/// How many replicas must have a record, and how soon.
#[derive(Clone, Copy, Debug)]
struct Replicas {
    count: u32,
    within: Duration,
}

impl Replicas {
    /// WAIT counts the writes of its own connection, so both commands go together.
    async fn record(
        self,
        mut connection: ConnectionManager,
        key: &str,
        second: u64,
        life: u64,
    ) -> Result<(), BackendError> {
        let (_, have_it): (u8, u32) = redis::pipe()
            .cmd("EVAL")
            .arg(RECORD)
            .arg(1)
            .arg(key)
            .arg(second)
            .arg(life)
            .cmd("WAIT")
            .arg(self.count)
            // None at all would wait for ever.
            .arg(self.within.as_millis().max(1) as u64)
            .query_async(&mut connection)
            .await
            .map_err(unavailable)?;
        if have_it < self.count {
            let Self { count, within } = self;
            return Err(BackendError::new(format!(
                "only {have_it} of {count} replicas had the record within {within:?}"
            )));
        }
        Ok(())
    }
}

/// Without the text of the library's error, which can hold what Redis answered.
fn unavailable(error: RedisError) -> BackendError {
    BackendError::new(format!("Redis cannot be asked: {}", error.category()))
}

impl fmt::Debug for RedisLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLedger")
            .field("prefix", &self.settings.prefix)
            .field("skew", &self.settings.skew)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`RedisLedger`].
#[derive(Clone)]
pub struct RedisLedgerBuilder {
    url: String,
    prefix: String,
    skew: Duration,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    response_timeout: Duration,
    replicas: Option<Replicas>,
}

impl RedisLedgerBuilder {
    /// What all keys begin with: `user-directory` unless set. All instances of a service need the
    /// same.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// By how much this clock and Cognito's may differ, instead of [`DEFAULT_SKEW`].
    #[must_use]
    pub fn skew(mut self, skew: Duration) -> Self {
        self.skew = skew;
        self
    }

    /// How long an answer of Redis may take before the question is an error: 500 ms unless set.
    #[must_use]
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Has each record wait until so many replicas have it (`WAIT`), and fail where they do not
    /// within this time: then a fail-over to one of them forgets no sign-out that was answered with
    /// Ok. Give the number of all replicas that could take over. Reads do not wait.
    #[must_use]
    pub fn wait_for_replicas(mut self, count: u32, within: Duration) -> Self {
        self.replicas = Some(Replicas { count, within });
        self
    }

    /// Sets the clock: a test's. Redis has its own for the epoch, and for how long records last.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Connects, and makes sure that Redis keeps what is recorded.
    ///
    /// Connections that break are made again; meanwhile every call is an error, within a second
    /// unless [`response_timeout`](Self::response_timeout) is longer.
    ///
    /// # Errors
    ///
    /// A malformed address, no answer, or a `maxmemory-policy` other than `noeviction`.
    pub async fn connect(self) -> Result<RedisLedger, BackendError> {
        let client = Client::open(self.url.as_str()).map_err(|_| {
            BackendError::new("the address of Redis is malformed: write redis://<host>:<port>")
        })?;
        let connect = async |response_timeout| {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(CONNECTION_TIMEOUT))
                .set_response_timeout(Some(response_timeout))
                .set_number_of_retries(1);
            let connection = ConnectionManager::new_with_config(client.clone(), config).await;
            connection.map_err(unavailable)
        };
        let connection = connect(self.response_timeout).await?;
        let waiting = match self.replicas {
            Some(replicas) => {
                Some((connect(self.response_timeout + replicas.within).await?, replicas))
            }
            None => None,
        };
        let record = Arc::new(Script::new(RECORD));
        let make_epoch = Arc::new(Script::new(EPOCH));
        let ledger = RedisLedger { connection, waiting, record, make_epoch, settings: self };
        ledger.refuse_eviction().await?;
        ledger.epoch().await?;
        Ok(ledger)
    }

    fn epoch_key(&self) -> String {
        format!("{}:epoch", self.prefix)
    }
}

impl fmt::Debug for RedisLedgerBuilder {
    /// Without the address, which can hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLedgerBuilder")
            .field("prefix", &self.prefix)
            .field("skew", &self.skew)
            .finish_non_exhaustive()
    }
}
