use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use serde_json::Value;
use user_directory::{
    Code, DeliveryMedium, Error, OwnFactors, Password, RefreshFlow, SelfService, SignInFlow,
    UserDirectory,
    testing::{Call, Fault, FixtureUser},
};

use crate::PoolProfile;

/// What the contract is run against: something that opens pools.
///
/// The runner opens one environment per case, possibly several at a time, each perhaps on an async
/// runtime of its own: keep nothing in the harness that is bound to a runtime.
#[async_trait]
pub trait Harness: Send + Sync + 'static {
    /// The name in reports and tests, such as `fake`.
    fn name(&self) -> &str;

    /// Whether environments have an ability. A case that needs one that is missing is not run.
    fn support(&self, ability: Ability) -> Support;

    /// How long a case keeps trying for what must become true: not at all where every change is
    /// seen at once, seconds on AWS. A harness that answers more than zero runs on tokio.
    fn patience(&self) -> Duration {
        Duration::ZERO
    }

    /// Opens a pool of this profile, without users.
    ///
    /// # Errors
    ///
    /// [`HarnessError::Unsupported`] if the harness has no such pools, [`HarnessError::Failed`] if it
    /// has and could not open one.
    async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError>;
}

/// A pool, its clients, and what a case may do to them from outside.
///
/// The methods of an [`Ability`] panic unless they are implemented, and are called only if
/// [`Harness::support`] says yes.
#[async_trait]
pub trait Environment: Send + Sync + 'static {
    /// An administrator's handle.
    fn directory(&self, client: &ClientChoice) -> Arc<dyn UserDirectory>;

    /// The pool's id.
    fn pool_id(&self) -> String;

    /// The first client's id.
    fn client_id(&self) -> String;

    /// The users' own handle. [`Ability::SelfService`].
    fn self_service(&self, client: &ClientChoice) -> Arc<dyn SelfService> {
        let _ = client;
        missing(Ability::SelfService)
    }

    /// The users' own handle on their second factors. [`Ability::OwnFactors`].
    fn own_factors(&self, client: &ClientChoice) -> Arc<dyn OwnFactors> {
        let _ = client;
        missing(Ability::OwnFactors)
    }

    /// The time of the service, for the codes of authenticator apps: this machine's unless it is
    /// implemented. Whoever has [`Ability::Clock`] implements it.
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Moves the clock forward. [`Ability::Clock`].
    async fn advance(&self, by: Duration) {
        let _ = by;
        missing(Ability::Clock)
    }

    /// The messages that users of this pool got, the oldest first. [`Ability::Inbox`].
    async fn messages(&self) -> Vec<Delivered> {
        missing(Ability::Inbox)
    }

    /// Puts a user into the pool as it is, past all operations. [`Ability::Fixtures`].
    async fn put_user(&self, user: FixtureUser) {
        let _ = user;
        missing(Ability::Fixtures)
    }

    /// Makes the next calls of an operation go wrong. [`Ability::Faults`].
    async fn fault(&self, fault: Fault) {
        let _ = fault;
        missing(Ability::Faults)
    }

    /// The calls that reached this pool, the oldest first. [`Ability::CallLog`].
    async fn calls(&self) -> Vec<Call> {
        missing(Ability::CallLog)
    }

    /// AddUserPoolClientSecret for the first client; answers the secret's id.
    /// [`Ability::ClientSecrets`].
    ///
    /// # Errors
    ///
    /// What the service answers.
    async fn add_client_secret(&self) -> Result<String, Error> {
        missing(Ability::ClientSecrets)
    }

    /// DeleteUserPoolClientSecret for the first client. [`Ability::ClientSecrets`].
    ///
    /// # Errors
    ///
    /// What the service answers.
    async fn delete_client_secret(&self, id: &str) -> Result<(), Error> {
        let _ = id;
        missing(Ability::ClientSecrets)
    }

    /// The ids of the first client's secrets, the oldest first. [`Ability::ClientSecrets`].
    async fn client_secret_ids(&self) -> Vec<String> {
        missing(Ability::ClientSecrets)
    }

    /// Sends a call past the traits: an operation by its AWS name, and its members. It is signed
    /// with the credentials of whatever is tried, unless the operation takes no signature. A new pool
    /// may get another name than the members say, so that a run knows its own.
    /// [`Ability::Wire`].
    async fn send(&self, operation: &str, members: Value) -> WireAnswer {
        let _ = (operation, members);
        missing(Ability::Wire)
    }

    /// Cleans up after the case, however it ended. Does nothing unless it is implemented.
    async fn close(&self) {}
}

fn missing(ability: Ability) -> ! {
    panic!("the harness says it supports `{ability}`, but its environment does not implement it")
}

/// Why there is no environment.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HarnessError {
    /// The harness has no pools of that profile, and this is why.
    Unsupported(String),
    /// Something went wrong.
    Failed(String),
}

impl fmt::Display for HarnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(reason) => write!(f, "unsupported: {reason}"),
            Self::Failed(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for HarnessError {}

impl From<Error> for HarnessError {
    fn from(error: Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Declares the abilities once: variant, name in reports.
macro_rules! abilities {
    ($($(#[$doc:meta])* $ability:ident $name:literal,)*) => {
        /// What a case may need beyond an administrator's handle.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Ability {
            $($(#[$doc])* $ability,)*
        }

        impl Ability {
            /// All abilities.
            pub const ALL: &'static [Self] = &[$(Self::$ability,)*];

            /// The name in reports.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$ability => $name,)*
                }
            }

            /// Finds an ability by its name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|ability| ability.name() == name)
            }
        }
    };
}

abilities! {
    /// The users' own handle: [`Environment::self_service`].
    SelfService "self-service",
    /// A clock that can be moved: [`Environment::advance`].
    Clock "clock",
    /// Messages to users can be read: [`Environment::messages`].
    Inbox "inbox",
    /// Users of any status can be put into the pool: [`Environment::put_user`].
    Fixtures "fixtures",
    /// Calls can be made to fail: [`Environment::fault`].
    Faults "faults",
    /// Calls can be listed: [`Environment::calls`].
    CallLog "call-log",
    /// The client's secrets can be changed: [`Environment::add_client_secret`] and its neighbours.
    ClientSecrets "client-secrets",
    /// Calls can be sent past the traits: [`Environment::send`].
    Wire "wire",
    /// Handles can sign in by SRP: [`ClientChoice::sign_in_flow`].
    Srp "srp",
    /// The users' own handle on their second factors: [`Environment::own_factors`].
    OwnFactors "own-factors",
}

impl fmt::Display for Ability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether an ability is there. A "no" needs a reason, which stands in the report.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third answer")]
pub enum Support {
    /// It is there.
    Yes,
    /// It is not.
    No {
        /// Why; not empty.
        reason: String,
    },
}

impl Support {
    /// It is not there, and why.
    pub fn no(reason: impl Into<String>) -> Self {
        Self::No { reason: reason.into() }
    }
}

/// Which client a handle uses, with which secret, and how it signs in and refreshes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ClientChoice {
    /// Which client.
    pub client: WhichClient,
    /// With which secret.
    pub secret: WhichSecret,
    /// How it proves a password. [`Ability::Srp`] for any but the default.
    pub sign_in_flow: SignInFlow,
    /// How it refreshes.
    pub refresh_flow: RefreshFlow,
}

impl ClientChoice {
    /// The first client with the right secret, signing in by password and refreshing by
    /// REFRESH_TOKEN_AUTH.
    pub fn new() -> Self {
        Self::default()
    }

    /// Chooses the client.
    #[must_use]
    pub fn with_client(mut self, client: WhichClient) -> Self {
        self.client = client;
        self
    }

    /// Chooses the secret.
    #[must_use]
    pub fn with_secret(mut self, secret: WhichSecret) -> Self {
        self.secret = secret;
        self
    }

    /// Chooses how to prove a password.
    #[must_use]
    pub fn with_sign_in_flow(mut self, sign_in_flow: SignInFlow) -> Self {
        self.sign_in_flow = sign_in_flow;
        self
    }

    /// Chooses how to refresh.
    #[must_use]
    pub fn with_refresh_flow(mut self, refresh_flow: RefreshFlow) -> Self {
        self.refresh_flow = refresh_flow;
        self
    }
}

/// Which client of a profile.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum WhichClient {
    /// [`PoolProfile::client`].
    #[default]
    First,
    /// [`PoolProfile::second_client`].
    Second,
}

/// Which secret a handle uses.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum WhichSecret {
    /// The client's own; none for a client without one.
    #[default]
    Right,
    /// A made-up one.
    Wrong,
    /// None: no SECRET_HASH and no ClientSecret is sent.
    Omitted,
    /// The client's secret at this place, in the order of [`Environment::client_secret_ids`] from 0.
    Nth(usize),
    /// The first client's newest, from a source that answers it whenever it is asked, if the client has
    /// one. [`Ability::ClientSecrets`].
    Newest,
}

/// A message that a user got.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Delivered {
    /// The real user name.
    pub username: String,
    /// How it was sent.
    pub medium: DeliveryMedium,
    /// The e-mail address or phone number.
    pub destination: String,
    /// The code in it.
    pub code: Option<Code>,
    /// The temporary password in it.
    pub temporary_password: Option<Password>,
}

impl Delivered {
    /// A message with nothing in it yet.
    pub fn new(
        username: impl Into<String>,
        medium: DeliveryMedium,
        destination: impl Into<String>,
    ) -> Self {
        Self {
            username: username.into(),
            medium,
            destination: destination.into(),
            code: None,
            temporary_password: None,
        }
    }

    /// Adds a code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Code>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Adds a temporary password.
    #[must_use]
    pub fn with_temporary_password(mut self, password: impl Into<Password>) -> Self {
        self.temporary_password = Some(password.into());
        self
    }
}

/// What was answered on the wire.
///
/// `Debug` shows no body: tokens may stand in it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct WireAnswer {
    /// The status of HTTP.
    pub status: u16,
    /// The body, null if it is no JSON.
    pub body: Value,
}

impl WireAnswer {
    /// An answer.
    pub fn new(status: u16, body: Value) -> Self {
        Self { status, body }
    }
}

impl fmt::Debug for WireAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireAnswer").field("status", &self.status).finish_non_exhaustive()
    }
}
