use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use user_directory::{ClientSecret, Error, ErrorKind, Operation, Result};
use user_directory_pool::{
    AddUserPoolClientSecretRequest, Answer, Checked, CreateGroupRequest,
    CreateUserPoolClientRequest, CreateUserPoolRequest, DeleteUserPoolClientSecretRequest,
    ExplicitAuthFlow, Pool, PoolSnapshot, PreventUserExistenceErrors, Request, SeedUser,
    ServiceError, Target, Timestamp, UserPoolClientType, model::Outliers,
};

use crate::{
    Administer, Calls, Clock, FakeDirectory, FakeSelfService, Faults, Inbox, QuotaMeter, SeedError,
    entropy::{Seed, Stream},
    keys::SigningKeys,
    seed_file, snapshot,
};

/// An in-memory Amazon Cognito: pools, app clients, users, and handles for tests.
///
/// A clone is another handle to the same pools. See the [crate's page](crate) for what it can do.
#[derive(Clone)]
pub struct Fake(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) clock: Clock,
    pub(crate) inbox: Inbox,
    faults: Faults,
    quotas: QuotaMeter,
    calls: Calls,
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
}

/// A pool behind its lock, and the keys that sign its tokens outside it.
pub(crate) struct PoolCell {
    id: String,
    state: Mutex<PoolState>,
    pub(crate) keys: SigningKeys,
    seed: Seed,
}

struct PoolState {
    pool: Pool,
    accepted: u64,
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
        Self { id, state: Mutex::new(PoolState { pool, accepted }), keys, seed }
    }

    /// What a snapshot holds of the pool.
    pub(crate) fn state(&self) -> snapshot::PoolState {
        let PoolState { pool, accepted } = &*self.lock();
        snapshot::PoolState { accepted: *accepted, pool: PoolSnapshot::of(pool) }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Lets the pool answer, under its lock.
    pub(crate) fn answer<R: Request>(
        &self,
        now: Timestamp,
        request: Checked<R>,
    ) -> Result<Answer<R::Response>, ServiceError> {
        self.lock().change(&self.seed, |pool, entropy| pool.handle(now, entropy, request))
    }

    /// Reads something of the pool, under its lock.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Pool) -> T) -> T {
        read(&self.lock().pool)
    }

    fn lock(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().expect("the pool does not panic")
    }
}

/// An app client: what an application is configured with.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FakeClient {
    /// The id of the pool.
    pub pool_id: String,
    /// The id of the client.
    pub client_id: String,
    /// The client's secret, if it has one.
    pub client_secret: Option<ClientSecret>,
}

impl FakeClient {
    /// A configuration, right or wrong: nothing checks it before the first call.
    pub fn new(
        pool_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: Option<ClientSecret>,
    ) -> Self {
        Self { pool_id: pool_id.into(), client_id: client_id.into(), client_secret }
    }

    fn of(client: UserPoolClientType) -> Self {
        let secret = client.client_secret.map(|secret| ClientSecret::new(secret.expose()));
        Self::new(client.user_pool_id, client.client_id, secret)
    }
}

/// Settings of a [`Fake`].
#[derive(Debug)]
#[must_use]
pub struct FakeBuilder {
    seed: Option<u64>,
    frozen_at: Option<SystemTime>,
    region: String,
    start: Start,
}

/// What a fake starts with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) pool_id: Option<String>,
    pub(crate) pool: CreateUserPoolRequest,
    pub(crate) client: CreateUserPoolClientRequest,
    pub(crate) groups: Vec<CreateGroupRequest>,
    pub(crate) users: Vec<SeedUser>,
}

impl Default for Start {
    /// The pool of a server-side application: plain user names; a client with a secret that may
    /// sign in by password from both handles and refresh, and hides existence errors, as the AWS
    /// console sets up new clients.
    fn default() -> Self {
        let mut client = CreateUserPoolClientRequest::new("", "client");
        client.generate_secret = true;
        client.explicit_auth_flows = vec![
            ExplicitAuthFlow::AllowAdminUserPasswordAuth,
            ExplicitAuthFlow::AllowUserPasswordAuth,
            ExplicitAuthFlow::AllowRefreshTokenAuth,
        ];
        client.prevent_user_existence_errors = PreventUserExistenceErrors::Enabled;
        Self {
            pool_id: None,
            pool: CreateUserPoolRequest::new("pool"),
            client,
            groups: Vec::new(),
            users: Vec::new(),
        }
    }
}

impl FakeBuilder {
    /// Makes ids, tokens and orders the same in every run. Together with
    /// [`frozen_at`](Self::frozen_at), two runs are equal byte by byte.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Stops the clock at a moment, a thousand years after 1970 at the latest; [`Clock::advance`]
    /// still moves it.
    pub fn frozen_at(mut self, time: SystemTime) -> Self {
        self.frozen_at = Some(time);
        self
    }

    /// Sets the settings of the first pool, which without this has the API's defaults.
    pub fn pool(mut self, pool: CreateUserPoolRequest) -> Self {
        self.start.pool = pool;
        self
    }

    /// Sets the settings of the first client. Its `user_pool_id` is filled in.
    ///
    /// Without this it is a client as the console makes it for a server-side application: with a
    /// secret, sign-in by password and refresh allowed, existence errors hidden. A request of one's
    /// own starts from the API's defaults instead, which allow no sign-in by plain password and show
    /// existence errors: set `generate_secret`, `explicit_auth_flows` and
    /// `prevent_user_existence_errors` as the client in production has them.
    pub fn client(mut self, client: CreateUserPoolClientRequest) -> Self {
        self.start.client = client;
        self
    }

    /// Adds a group. Its `user_pool_id` is filled in.
    pub fn group(mut self, group: CreateGroupRequest) -> Self {
        self.start.groups.push(group);
        self
    }

    /// Adds a user as it is, in any status.
    pub fn user(mut self, user: SeedUser) -> Self {
        self.start.users.push(user);
        self
    }

    /// Sets the region that the ids of pools begin with, `local-fake-1` without this. Choose one that
    /// AWS does not have, so that no token passes for one of Cognito's: `zz-fake-1` has the form
    /// that some libraries insist on.
    ///
    /// A pool with an id of its own, from a seed file, brings its region with it.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    pub(crate) fn pool_id(mut self, id: Option<String>) -> Self {
        self.start.pool_id = id;
        self
    }

    /// Takes pool, client and users from a [seed file](crate::seeding) instead.
    ///
    /// # Errors
    ///
    /// One sentence with the line and the reason.
    pub fn seed_json(mut self, text: &str) -> Result<Self, SeedError> {
        self.start = seed_file::read(text)?;
        Ok(self)
    }

    /// Builds the fake.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the settings, a group or a user; a clock that is frozen too late.
    pub fn build(self) -> Result<Fake> {
        let seed = self.seed.map_or_else(Seed::random, Seed::fixed);
        let Start { pool_id, pool, mut client, groups, users } = self.start;
        let clock = Clock::new(self.frozen_at).ok_or_else(|| {
            let text = "the clock is frozen more than a thousand years after 1970: choose a moment \
                        before 2969";
            Error::new(ErrorKind::InvalidParameter, text)
        })?;
        let own = pool_id.as_deref().and_then(|id| id.split_once('_'));
        let region = own.map_or(self.region, |(region, _)| region.to_owned());
        let mut fake = Inner::new(clock, seed, region, FakeClient::new("", "", None));
        let refused = |error| service_error(None, &error);
        let pool = fake.create_user_pool_as(pool_id, pool, Outliers::default()).map_err(refused)?;
        let pool_id = pool.id;
        client.user_pool_id.clone_from(&pool_id);
        let client = fake.create_user_pool_client(client, Outliers::default()).map_err(refused)?;
        fake.first_client = FakeClient::of(client);
        for mut group in groups {
            group.user_pool_id.clone_from(&pool_id);
            let (_, checked) = user_directory_pool::check(group);
            checked.and_then(|group| fake.perform(group)).map_err(refused)?;
        }
        for user in users {
            fake.seed_user(&pool_id, user)?;
        }
        Ok(Fake::of(fake))
    }
}

impl Default for Fake {
    fn default() -> Self {
        Self::new()
    }
}

impl Fake {
    /// A fake with one pool and one client, as most server-side applications have them: plain user
    /// names, a client secret, existence errors hidden.
    pub fn new() -> Self {
        Self::builder().build().expect("the default settings are valid")
    }

    pub(crate) fn of(inner: Inner) -> Self {
        tracing::warn!(
            target: "user_directory_fake",
            "user-directory-fake is an in-memory fake of Amazon Cognito for tests: its signing \
             keys are public and its users are gone when the process ends"
        );
        Self(Arc::new(inner))
    }

    /// A fake with settings.
    pub fn builder() -> FakeBuilder {
        FakeBuilder {
            seed: None,
            frozen_at: None,
            region: "local-fake-1".to_owned(),
            start: Start::default(),
        }
    }

    /// A fake as a [seed file](crate::seeding) describes it.
    ///
    /// # Errors
    ///
    /// One sentence with the file, the line and the reason.
    pub fn from_seed_file(path: impl AsRef<std::path::Path>) -> Result<Self, SeedError> {
        seed_file::load(path.as_ref())
    }

    /// The administrator's handle on the first client.
    pub fn directory(&self) -> FakeDirectory {
        self.directory_for(self.first_client())
    }

    /// The administrator's handle on a client.
    pub fn directory_for(&self, client: &FakeClient) -> FakeDirectory {
        FakeDirectory::on(self, client)
    }

    /// The users' own handle on the first client.
    pub fn self_service(&self) -> FakeSelfService {
        self.self_service_for(self.first_client())
    }

    /// The users' own handle on a client.
    pub fn self_service_for(&self, client: &FakeClient) -> FakeSelfService {
        FakeSelfService::on(self, client)
    }

    /// The client that the fake was built with.
    pub fn first_client(&self) -> &FakeClient {
        &self.0.first_client
    }

    /// The region that the ids of pools begin with.
    pub fn region(&self) -> &str {
        &self.0.region
    }

    /// The clock, to look at and to move.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The messages that users have received.
    pub fn inbox(&self) -> &Inbox {
        &self.0.inbox
    }

    /// The faults, to inject and to remove.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The quotas of the account, to enforce.
    pub fn quotas(&self) -> &QuotaMeter {
        &self.0.quotas
    }

    /// The calls so far.
    pub fn calls(&self) -> &Calls {
        &self.0.calls
    }

    /// Creates another pool, and answers its id.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the settings.
    pub fn create_user_pool(&self, request: CreateUserPoolRequest) -> Result<String> {
        self.accept(request).map(|pool| pool.id)
    }

    /// Creates another client of a pool.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the settings.
    pub fn create_user_pool_client(
        &self,
        pool_id: &str,
        mut request: CreateUserPoolClientRequest,
    ) -> Result<FakeClient> {
        pool_id.clone_into(&mut request.user_pool_id);
        self.accept(request).map(FakeClient::of)
    }

    /// Adds a second secret to a client, and answers its id and value.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` for a third.
    pub fn add_user_pool_client_secret(
        &self,
        client: &FakeClient,
    ) -> Result<(String, ClientSecret)> {
        let request = AddUserPoolClientSecretRequest::new(&client.pool_id, &client.client_id);
        let answer = self.accept(request)?;
        let value = answer.client_secret_value.expect("a secret that was not given is generated");
        Ok((answer.client_secret_id, ClientSecret::new(value.expose())))
    }

    /// Deletes one of a client's two secrets.
    ///
    /// # Errors
    ///
    /// `InvalidParameter` for the last one.
    pub fn delete_user_pool_client_secret(&self, client: &FakeClient, id: &str) -> Result<()> {
        self.accept(DeleteUserPoolClientSecretRequest::new(&client.pool_id, &client.client_id, id))
    }

    /// Administers for a test, which sees errors as an application does.
    fn accept<R: Administer>(&self, request: R) -> Result<R::Response> {
        self.administer(request, Outliers::default()).map_err(|error| service_error(None, &error))
    }

    /// Puts a user into a pool as it is, in any status.
    ///
    /// # Errors
    ///
    /// A taken name or `sub`, or attributes that do not conform to the schema.
    pub fn seed_user(&self, pool_id: &str, user: SeedUser) -> Result<()> {
        self.0.seed_user(pool_id, user)
    }

    /// A copy of a pool as it is now, for tests that compare it with what it was; `None` for a pool
    /// that does not exist.
    pub fn copy_of_pool(&self, pool_id: &str) -> Option<Pool> {
        self.0.pool(pool_id).map(|cell| cell.read(Pool::clone))
    }

    /// The keys that a pool's tokens verify with (JWKS, RFC 7517), as Cognito serves them under
    /// `/.well-known/jwks.json`; `None` for a pool that does not exist.
    pub fn jwks(&self, pool_id: &str) -> Option<String> {
        self.0.pool(pool_id).map(|cell| cell.keys.jwks())
    }

    /// The `iss` of a pool's tokens; `None` for a pool that does not exist.
    pub fn issuer(&self, pool_id: &str) -> Option<String> {
        self.0.pool(pool_id).map(|cell| cell.read(Pool::issuer))
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registry = self.0.registry();
        f.debug_struct("Fake").field("pools", &registry.pools.keys()).finish_non_exhaustive()
    }
}

/// A refusal, as an application sees it.
pub(crate) fn service_error(operation: Option<Operation>, error: &ServiceError) -> Error {
    let text = error.to_string();
    match operation {
        Some(operation) => Error::service(operation, error.code().name(), text),
        None => Error::new(ErrorKind::from_code(error.code().name()), text),
    }
}

impl Inner {
    /// Without pools, messages and calls.
    pub(crate) fn new(clock: Clock, seed: Seed, region: String, first_client: FakeClient) -> Self {
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
        self.registry().clients.get(client_id).cloned()
    }

    /// A number for a request id.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    fn seed_user(&self, pool_id: &str, user: SeedUser) -> Result<()> {
        let not_found = ServiceError::UserPoolNotFound { id: pool_id.to_owned() };
        let cell = self.pool(pool_id).ok_or_else(|| service_error(None, &not_found))?;
        let now = self.clock.timestamp();
        let seeded = cell.lock().change(&cell.seed, |pool, entropy| pool.seed(now, entropy, user));
        seeded.map_err(|error| service_error(None, &error))
    }

    /// Finds the pool of a request and lets it answer, under the pool's lock.
    pub(crate) fn perform<R: Request>(
        &self,
        request: Checked<R>,
    ) -> Result<(Arc<PoolCell>, Answer<R::Response>), ServiceError> {
        let cell = match request.target() {
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
            _ => return Err(ServiceError::AccessTokenInvalid),
        };
        let answer = cell.answer(self.clock.timestamp(), request)?;
        Ok((cell, answer))
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
                "RefreshTokenInvalid" => Reason::RefreshInvalid,
                "SecretHashNotReceived"
                | "UnableToVerifySecretHash"
                | "SecretHashDoesNotMatch"
                | "ClientSecretWrong" => Reason::SecretHash,
                _ => Reason::Unknown,
            };
            assert_eq!(error.reason(), expected, "{sample:?}");
        }
    }
}
