//! What an AWS account has in one Region: pools, clients, and what is around them.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use user_directory::{Error, ErrorKind, Operation, Result, testing::FixtureUser};
use user_directory_pool::{
    Checked, Message, Pool, PoolRequest, PoolSnapshot, Replica, Secret, ServiceError, Target,
    Timestamp,
};

use crate::{
    Calls, Clock, FakeClient, Faults, Inbox, QuotaMeter,
    directory::fixture_to_pool,
    entropy::{Seed, Stream},
    keys::SigningKeys,
    snapshot,
};

pub(crate) struct Account {
    /// Shared with the accounts of replicas.
    pub(crate) clock: Arc<Clock>,
    pub(crate) inbox: Inbox,
    pub(crate) faults: Faults,
    pub(crate) quotas: QuotaMeter,
    pub(crate) calls: Calls,
    pub(crate) seed: Seed,
    pub(crate) region: String,
    pub(crate) requests: AtomicU64,
    pub(crate) registry: RwLock<Registry>,
    pub(crate) first_client: FakeClient,
}

/// The pools and clients that there are. One lock for both, so that neither is ever half there; it
/// comes before a pool's own: nothing that holds a pool's lock takes it.
#[derive(Default)]
pub(crate) struct Registry {
    pub(crate) pools: BTreeMap<String, Arc<PoolCell>>,
    /// The pool of each client: ids are unique across the fake.
    pub(crate) clients: BTreeMap<String, Arc<PoolCell>>,
    /// The number of the last pool, counted from 1 and never given again.
    pub(crate) last_number: u64,
    /// See [`Fake::issue_from`](crate::Fake::issue_from).
    pub(crate) issuer_base: Option<String>,
}

/// A pool behind its lock, and the keys that sign its tokens outside it. A replica is a cell of its own
/// with the same state.
pub(crate) struct PoolCell {
    id: String,
    state: Arc<Mutex<PoolState>>,
    pub(crate) keys: SigningKeys,
    seed: Seed,
    /// None for the pool itself.
    replica: Option<Mutex<Replica>>,
}

struct PoolState {
    pool: Pool,
    accepted: u64,
    /// What becomes of replicas.
    fate: Fate,
}

/// What becomes of the replicas of a pool.
#[derive(Clone, Copy, PartialEq)]
enum Fate {
    Alone,
    Replicated,
    Deleted,
}

impl PoolState {
    /// Runs a change of the pool with fresh entropy, counted if it is accepted.
    fn change<T, E>(
        &mut self,
        seed: &Seed,
        change: impl FnOnce(&mut Pool, &mut Stream) -> Result<T, E>,
    ) -> Result<T, E> {
        let result = change(&mut self.pool, &mut seed.stream(self.accepted));
        if result.is_ok() {
            self.accepted += 1;
        }
        result
    }
}

impl fmt::Debug for PoolCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolCell").field("id", &self.id).finish_non_exhaustive()
    }
}

impl PoolCell {
    /// `accepted`: how many calls the pool has accepted, its creation included.
    pub(crate) fn new(pool: Pool, accepted: u64, seed: Seed) -> Self {
        let id = pool.id().to_owned();
        let keys = SigningKeys::new(&id);
        let state = PoolState { pool, accepted, fate: Fate::Alone };
        Self { id, state: Arc::new(Mutex::new(state)), keys, seed, replica: None }
    }

    /// A replica in another Region; a pool has one at most.
    pub(crate) fn replicate(&self, region: &str) -> Option<Self> {
        let mut state = self.lock();
        if self.replica.is_some() || state.fate != Fate::Alone {
            return None;
        }
        state.fate = Fate::Replicated;
        Some(Self {
            id: self.id.clone(),
            state: self.state.clone(),
            keys: SigningKeys::new(&format!("{region}/{}", self.id)),
            seed: self.seed.clone(),
            replica: Some(Mutex::new(Replica::new(region))),
        })
    }

    pub(crate) fn issue_from(&self, base: &str) {
        self.lock().pool.issue_from(base);
    }

    /// Says to replicas that the pool is no more.
    pub(crate) fn note_deleted(&self) {
        self.lock().fate = Fate::Deleted;
    }

    pub(crate) fn issuer(&self) -> String {
        let replica = self.replica();
        self.read(|pool| match &replica {
            Some(replica) => pool.issuer_in(replica),
            None => pool.issuer(),
        })
    }

    fn replica(&self) -> Option<MutexGuard<'_, Replica>> {
        let replica = self.replica.as_ref()?;
        Some(replica.lock().expect("no code panics while it holds the replica"))
    }

    /// What a snapshot holds of the pool.
    pub(crate) fn state(&self) -> snapshot::PoolState {
        let PoolState { pool, accepted, .. } = &*self.lock();
        snapshot::PoolState { accepted: *accepted, pool: PoolSnapshot::of(pool) }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Lets the pool answer, under its lock. By value: another count of references would be one more
    /// thing that threads contend for at each call.
    pub(crate) fn perform<R: PoolRequest>(
        self: Arc<Self>,
        now: Timestamp,
        request: Checked<R>,
    ) -> Result<Performed<R::Response>, ServiceError> {
        let mut replica = self.replica();
        let mut state = self.lock();
        let answer = match replica.as_deref_mut() {
            None => state.change(&self.seed, |pool, entropy| pool.handle(now, entropy, request)),
            Some(_) if state.fate == Fate::Deleted => {
                Err(ServiceError::UserPoolNotFound { id: self.id.clone() })
            }
            Some(replica) => state
                .change(&self.seed, |pool, entropy| pool.handle_in(replica, now, entropy, request)),
        }?;
        drop((state, replica));
        Ok(Performed { cell: Some(self), response: answer.response, messages: answer.messages })
    }

    /// Changes something of the pool past all operations, under its lock.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Pool)) {
        change(&mut self.lock().pool);
    }

    /// Reads something of the pool, under its lock.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Pool) -> T) -> T {
        read(&self.lock().pool)
    }

    fn lock(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().expect("the pool does not panic")
    }
}

/// How a request was answered.
#[derive(Debug)]
#[expect(unnameable_types, reason = "only what is hidden in a sealed trait answers it")]
pub struct Performed<T> {
    /// The pool that answered, if it was one.
    pub(crate) cell: Option<Arc<PoolCell>>,
    pub(crate) response: T,
    pub(crate) messages: Vec<Message>,
}

/// A refusal, as an application sees it.
pub(crate) fn service_error(operation: Option<Operation>, error: &ServiceError) -> Error {
    let text = error.to_string();
    match operation {
        Some(operation) => Error::service(operation, error.code().name(), text),
        None => Error::new(ErrorKind::from_code(error.code().name()), text),
    }
}

impl Account {
    /// Without pools, messages and calls.
    pub(crate) fn new(
        clock: Arc<Clock>,
        seed: Seed,
        region: String,
        first_client: FakeClient,
    ) -> Self {
        Self {
            clock,
            inbox: Inbox::default(),
            faults: Faults::default(),
            quotas: QuotaMeter::default(),
            calls: Calls::default(),
            seed,
            region,
            requests: AtomicU64::new(0),
            registry: RwLock::default(),
            first_client,
        }
    }

    pub(crate) fn registry(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().expect("no code panics while it holds the registry")
    }

    pub(crate) fn registry_mut(&self) -> RwLockWriteGuard<'_, Registry> {
        self.registry.write().expect("no code panics while it holds the registry")
    }

    pub(crate) fn pool(&self, id: &str) -> Option<Arc<PoolCell>> {
        self.registry().pools.get(id).cloned()
    }

    fn client_pool(&self, client_id: &str) -> Option<Arc<PoolCell>> {
        let registry = self.registry();
        let own = registry.clients.get(client_id);
        // The pool itself knows which clients a replica has.
        let in_replica = || {
            let mut replicas = registry.pools.values().filter(|cell| cell.replica.is_some());
            replicas.find(|cell| cell.read(|pool| pool.has_client(client_id)))
        };
        own.or_else(in_replica).cloned()
    }

    /// The pool that gave a session out. Sessions say nothing, so all pools are asked.
    fn session_pool(&self, session: Option<&Secret>) -> Result<Arc<PoolCell>, ServiceError> {
        let missing = || ServiceError::MissingParameter { name: "Session".to_owned() };
        let session = session.ok_or_else(missing)?;
        let registry = self.registry();
        let cell = registry.pools.values().find(|cell| cell.read(|pool| pool.has_session(session)));
        cell.cloned().ok_or(ServiceError::InvalidSession)
    }

    /// The account in another Region, with a replica of a pool of this one. None if the pool has one.
    pub(crate) fn replicate(&self, cell: &PoolCell, region: &str) -> Option<Self> {
        let replica = cell.replicate(region)?;
        let seed = self.seed.of(region);
        let (clock, first_client) = (self.clock.clone(), self.first_client.clone());
        let account = Self::new(clock, seed, region.to_owned(), first_client);
        account.registry_mut().pools.insert(cell.id.clone(), Arc::new(replica));
        Some(account)
    }

    /// A number for a request id.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn put_user(&self, pool_id: &str, user: FixtureUser) -> Result<()> {
        let user = fixture_to_pool(user)?;
        let not_found = ServiceError::UserPoolNotFound { id: pool_id.to_owned() };
        let cell = self.pool(pool_id).ok_or_else(|| service_error(None, &not_found))?;
        let now = self.clock.timestamp();
        let put = cell.lock().change(&cell.seed, |pool, entropy| pool.put_user(now, entropy, user));
        put.map_err(|error| service_error(None, &error))
    }

    /// Finds the pool of a request and lets it answer, under the pool's lock.
    pub(crate) fn perform<R: PoolRequest>(
        &self,
        request: Checked<R>,
    ) -> Result<Performed<R::Response>, ServiceError> {
        let cell = match request.request().target() {
            Target::Pool(id) => {
                self.pool(id).ok_or_else(|| ServiceError::UserPoolNotFound { id: id.to_owned() })?
            }
            Target::Client(id) => self.client_pool(id).ok_or_else(|| match R::OPERATION {
                // It models no ResourceNotFoundException.
                "RevokeToken" => ServiceError::ClientUnauthorized,
                _ => ServiceError::ClientNotFound { id: id.to_owned() },
            })?,
            Target::AccessToken(issuer) => issuer
                .and_then(|issuer| self.pool(issuer.rsplit('/').next()?))
                .ok_or(ServiceError::AccessTokenInvalid)?,
            Target::Session(session) => self.session_pool(session)?,
            _ => return Err(ServiceError::AccessTokenInvalid),
        };
        cell.perform(self.clock.timestamp(), request)
    }
}

#[cfg(test)]
mod tests {
    use user_directory::Reason;

    use super::*;

    /// Every text that the pool can answer becomes a kind, and a reason where it has one.
    #[test]
    fn every_error_of_the_pool_is_understood() {
        for sample in ServiceError::samples() {
            let error = service_error(Some(Operation::AdminInitiateAuth), &sample);
            assert_eq!(error.code(), Some(sample.code().name()));
            assert_ne!(error.kind(), ErrorKind::from_code("no such code"), "{sample:?}");
            assert!(!error.to_string().contains('\n'), "{sample:?}");
            let expected = match sample.name() {
                "IncorrectUsernameOrPassword" => Reason::WrongCredentials,
                "UserDisabled" => Reason::Disabled,
                "PasswordAttemptsExceeded" => Reason::LockedOut,
                "TemporaryPasswordExpired" => Reason::TemporaryPasswordExpired,
                "SessionExpired" => Reason::SessionExpired,
                "SessionUsed" => Reason::SessionUsed,
                "RefreshTokenExpired" => Reason::RefreshExpired,
                "RefreshTokenRevoked" | "RefreshTokenReused" => Reason::RefreshRevoked,
                "RefreshTokenInvalid" | "RefreshTokenOfOtherClient" => Reason::RefreshInvalid,
                "SecretHashNotReceived" | "UnableToVerifySecretHash" | "SecretHashDoesNotMatch" => {
                    Reason::SecretHash
                }
                _ => Reason::Unknown,
            };
            assert_eq!(error.reason(), expected, "{sample:?}");
        }
    }
}
