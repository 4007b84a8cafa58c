use std::{fmt, sync::Arc, time::SystemTime};

use tokio::runtime::Handle;
use user_directory::{AccessToken, Error, ErrorKind, IdToken, Result, testing::FixtureUser};
use user_directory_pool::{
    AccessTokenClaims, CreateGroupRequest, CreateUserPoolClientRequest, CreateUserPoolRequest,
    ExplicitAuthFlow, IdTokenClaims, Pool, PreventUserExistenceErrors, ServiceError, check,
};

use crate::{
    Calls, Clock, FakeClient, FakeDirectory, FakeSelfService, Faults, Inbox, QuotaMeter,
    account::{Account, service_error},
    entropy::Seed,
    keys::SigningKeys,
    owner::OwnerRequest,
};

/// An in-memory Amazon Cognito: pools, app clients, users, and handles for tests.
///
/// A clone is another handle to the same pools. See the [crate's page](crate) for what it can do.
#[derive(Clone)]
pub struct Fake(pub(crate) Arc<Account>);

/// Settings of a [`Fake`].
#[derive(Debug)]
#[must_use]
pub struct FakeBuilder {
    rng_seed: Option<u64>,
    frozen_at: Option<SystemTime>,
    tokio_clock: bool,
    region: String,
    start: Start,
}

/// What a fake starts with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) pool_id: Option<String>,
    pub(crate) pool: CreateUserPoolRequest,
    pub(crate) client: CreateUserPoolClientRequest,
    pub(crate) further_clients: Vec<CreateUserPoolClientRequest>,
    pub(crate) groups: Vec<CreateGroupRequest>,
    pub(crate) users: Vec<FixtureUser>,
}

impl Default for Start {
    /// The pool of a server-side application: plain user names; a client with a secret that may
    /// sign in by password and by SRP from both handles and refresh, and hides existence errors, as
    /// the AWS console sets up new clients.
    fn default() -> Self {
        let mut client = CreateUserPoolClientRequest::new("", "client");
        client.generate_secret = true;
        client.explicit_auth_flows = vec![
            ExplicitAuthFlow::AllowAdminUserPasswordAuth,
            ExplicitAuthFlow::AllowUserPasswordAuth,
            ExplicitAuthFlow::AllowUserSrpAuth,
            ExplicitAuthFlow::AllowRefreshTokenAuth,
        ];
        client.prevent_user_existence_errors = Some(PreventUserExistenceErrors::Enabled);
        Self {
            pool_id: None,
            pool: CreateUserPoolRequest::new("pool"),
            client,
            further_clients: Vec::new(),
            groups: Vec::new(),
            users: Vec::new(),
        }
    }
}

impl FakeBuilder {
    /// Makes ids, tokens and orders the same in every run. Together with
    /// [`frozen_at`](Self::frozen_at), two runs are equal byte by byte.
    pub fn rng_seed(mut self, seed: u64) -> Self {
        self.rng_seed = Some(seed);
        self
    }

    /// Stops the clock at a moment, a thousand years after 1970 at the latest; [`Clock::advance`]
    /// still moves it.
    pub fn frozen_at(mut self, time: SystemTime) -> Self {
        self.frozen_at = Some(time);
        self
    }

    /// Lets the clock go with that of the tokio runtime, from now on or from where it is
    /// [frozen](Self::frozen_at): then `tokio::time::pause`, `sleep` and `advance` move the fake too, and
    /// [`Clock::advance`] moves the fake alone. [Recipe](crate::guide::tokio_time).
    ///
    /// For one process: a snapshot keeps the moment, as a frozen clock.
    pub fn tokio_clock(mut self) -> Self {
        self.tokio_clock = true;
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
    pub fn user(mut self, user: FixtureUser) -> Self {
        self.start.users.push(user);
        self
    }

    /// Sets the region that the ids of pools begin with, `local-fake-1` without this. Choose one that
    /// AWS does not have, so that no token passes for one of Cognito's: `zz-fake-1` has the form
    /// that some libraries insist on.
    ///
    /// A pool with an id of its own, from a fixture, brings its region with it.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = region.into();
        self
    }

    pub(crate) fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// Builds the fake.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the settings, a group or a user; a clock that is frozen too late;
    /// [`tokio_clock`](Self::tokio_clock) outside of a tokio runtime.
    pub fn build(self) -> Result<Fake> {
        self.try_build().map_err(|(_, error)| error)
    }

    /// Builds the fake, or says what of its start was refused.
    pub(crate) fn try_build(self) -> Result<Fake, (Part, Error)> {
        let seed = self.rng_seed.map_or_else(Seed::random, Seed::fixed);
        let settings = |error| (Part::Settings, error);
        let clock = if self.tokio_clock {
            let runtime = Handle::try_current().map_err(|_| {
                let text = "tokio_clock needs a tokio runtime: build the fake within one, as in \
                            #[tokio::test]";
                settings(Error::new(ErrorKind::InvalidParameter, text))
            })?;
            Clock::of_tokio(self.frozen_at, runtime)
        } else {
            Clock::new(self.frozen_at)
        };
        let clock = clock.ok_or_else(|| {
            let text = "the clock is frozen more than a thousand years after 1970: choose a moment \
                        before 2969";
            settings(Error::new(ErrorKind::InvalidParameter, text))
        })?;
        let region = self.start.region().map_or(self.region, str::to_owned);
        let mut account =
            Account::new(Arc::new(clock), seed, region, FakeClient::new("", "", None));
        account.first_client = self.start.make_in(&account)?;
        Ok(Fake::of(account))
    }
}

/// What of a start was refused.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// The clock, the pool, the client or a group.
    Settings,
    /// The user of this number.
    User(usize),
}

impl Start {
    /// The region of a pool with an id of its own.
    pub(crate) fn region(&self) -> Option<&str> {
        self.pool_id.as_deref()?.split_once('_').map(|(region, _)| region)
    }

    /// Makes a pool with all that is in it; answers its first client.
    pub(crate) fn make_in(self, account: &Account) -> Result<FakeClient, (Part, Error)> {
        let Self { pool_id, pool, client, further_clients, groups, users } = self;
        let client = make_pool(account, pool_id, pool, client, further_clients, groups)
            .map_err(|error| (Part::Settings, service_error(None, &error)))?;
        for (index, user) in users.into_iter().enumerate() {
            account.put_user(&client.pool_id, user).map_err(|error| (Part::User(index), error))?;
        }
        Ok(client)
    }
}

/// Makes a pool with its groups and clients; answers the first one.
fn make_pool(
    account: &Account,
    pool_id: Option<String>,
    pool: CreateUserPoolRequest,
    client: CreateUserPoolClientRequest,
    further_clients: Vec<CreateUserPoolClientRequest>,
    groups: Vec<CreateGroupRequest>,
) -> Result<FakeClient, ServiceError> {
    let (_, pool) = account.create_user_pool(pool_id, check(pool).1?)?;
    let make_client = |mut client: CreateUserPoolClientRequest| {
        client.user_pool_id.clone_from(&pool.id);
        OwnerRequest::answer(account, check(client).1?)
    };
    let first = make_client(client)?.response;
    for client in further_clients {
        make_client(client)?;
    }
    for mut group in groups {
        group.user_pool_id.clone_from(&pool.id);
        account.perform(check(group).1?)?;
    }
    Ok(FakeClient::of(first))
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

    pub(crate) fn of(inner: Account) -> Self {
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
            rng_seed: None,
            frozen_at: None,
            tokio_clock: false,
            region: "local-fake-1".to_owned(),
            start: Start::default(),
        }
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

    /// Puts a user into a pool as it is, in any status.
    ///
    /// # Errors
    ///
    /// A taken name or `sub`, or attributes that do not conform to the schema.
    pub fn put_user(&self, pool_id: &str, user: FixtureUser) -> Result<()> {
        self.0.put_user(pool_id, user)
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

    /// The claims of an access token of this fake, expired or not, so that a test need not decode it.
    ///
    /// ```
    /// use user_directory::{Authentication as _, Register, SignIn, UserDirectoryExt as _};
    /// use user_directory_fake::Fake;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let fake = Fake::new();
    /// let alice = Register::new("alice", "Correct-horse-9").with_attributes([("email", "a@b.example")]);
    /// fake.directory().register(alice).await?.complete().expect("alice is new");
    /// let outcome = fake.directory().sign_in(SignIn::new("alice", "Correct-horse-9")).await?;
    /// let set = outcome.tokens().expect("the password is permanent");
    ///
    /// let claims = fake.access_claims(set.access_token())?;
    /// assert_eq!((claims.username.as_str(), claims.exp - claims.iat), ("alice", 3600));
    /// let claims = fake.id_claims(set.id_token())?;
    /// assert_eq!(claims.attribute("email"), Some("a@b.example"));
    /// # Ok::<(), user_directory::Error>(()) }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotAuthorized`](ErrorKind::NotAuthorized) for a token that no pool of this fake has signed.
    pub fn access_claims(&self, token: &AccessToken) -> Result<AccessTokenClaims> {
        self.verified(token.expose(), SigningKeys::verify_access).ok_or_else(foreign_token)
    }

    /// The claims of an ID token of this fake, expired or not.
    ///
    /// # Errors
    ///
    /// As [`access_claims`](Self::access_claims).
    pub fn id_claims(&self, token: &IdToken) -> Result<IdTokenClaims> {
        self.verified(token.expose(), SigningKeys::verify_id).ok_or_else(foreign_token)
    }

    /// Lets the tokens of all pools name the issuer `<base>/<pool id>` from here on, where a verifier
    /// finds their keys, instead of Cognito's, which is no address of a fake. Tokens from before are
    /// refused. A snapshot does not keep it.
    ///
    /// ```
    /// use user_directory_fake::Fake;
    ///
    /// let fake = Fake::new();
    /// fake.issue_from("http://127.0.0.1:9229");
    /// let pool_id = &fake.first_client().pool_id;
    /// assert_eq!(fake.issuer(pool_id), Some(format!("http://127.0.0.1:9229/{pool_id}")));
    /// ```
    pub fn issue_from(&self, base: impl Into<String>) {
        let base = base.into();
        let mut registry = self.0.registry_mut();
        for cell in registry.pools.values() {
            cell.issue_from(&base);
        }
        registry.issuer_base = Some(base);
    }

    /// The `iss` of a pool's tokens; `None` for a pool that does not exist.
    pub fn issuer(&self, pool_id: &str) -> Option<String> {
        self.0.pool(pool_id).map(|cell| cell.issuer())
    }
}

fn foreign_token() -> Error {
    Error::new(ErrorKind::NotAuthorized, "no pool of this fake has signed the token")
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let registry = self.0.registry();
        f.debug_struct("Fake").field("pools", &registry.pools.keys()).finish_non_exhaustive()
    }
}
