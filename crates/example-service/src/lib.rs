//! A small HTTP service over an `Arc<dyn UserDirectory>`: registration, log in over a server-side
//! session, with a second factor where there is one, forgotten passwords, refresh, log out, a list for administrators, and an API for bearer
//! tokens.
//!
//! ```
//! use std::sync::Arc;
//! use example_service::{AppState, router};
//! use user_directory_fake::FakeDirectory;
//! use user_directory_tokens::{Guarded, InMemoryLedger, TokenVerifier, UserPool, fetch_with};
//!
//! // In production: `CognitoDirectory::new(&config, app_client)?`.
//! let directory = FakeDirectory::new();
//! let (fake, client) = (directory.fake().clone(), directory.client().clone());
//! // For several instances: a `RedisLedger`.
//! let ledger = Arc::new(InMemoryLedger::new());
//! // In production: without a fetcher of one's own, and without trust in test keys.
//! let verifier = TokenVerifier::builder(UserPool::new(&client.pool_id, [&client.client_id]))
//!     .fetcher({
//!         let keys = fake.jwks(&client.pool_id).unwrap();
//!         fetch_with(move |_| Ok(keys.clone().into_bytes()))
//!     })
//!     .trust_public_test_keys()
//!     .ledger(ledger.clone())
//!     .build()
//!     .unwrap();
//! let directory = Guarded::new(directory, ledger, &client.pool_id).unwrap();
//! let own = directory.self_service(FakeDirectory::self_service).unwrap();
//! let state = AppState::new(Arc::new(directory), Arc::new(own), verifier, ["alice"]);
//! let app: axum::Router = router(state);
//! ```
//!
//! Tokens of a browser never leave the process: it gets an opaque cookie. Both ways in end at once
//! when a user is signed out, on every instance that shares the ledger. It is meant to be copied,
//! and leaves to others what stands in front of a service: TLS and limits on the rate of requests.

mod cookies;
mod errors;
mod extract;
mod handlers;
mod sessions;
mod settings;

/// The snippets of the READMEs of the repository: here, everything that they use is a dependency.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../../../README.ja.md")]
mod readmes {}

use std::{collections::BTreeSet, fmt, sync::Arc, time::SystemTime};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderMap, HeaderValue, header::CACHE_CONTROL},
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use user_directory::{Challenge, OwnFactors, SelfService, SoftwareTokenSetup, UserDirectory};
use user_directory_tokens::{RequireToken, TokenVerifier};

pub use crate::settings::{CognitoSettings, SecretFrom, Settings, SettingsError};
use crate::{
    errors::Refusal,
    sessions::{Session, Store},
};

/// More than any body that the service takes.
const BODY_LIMIT: usize = 16 * 1024;

/// How many sessions there can be at a time, and how many challenges.
const CAPACITY: usize = 10_000;

/// All endpoints.
///
/// # Cross-site requests
///
/// Two things keep other sites from acting for a user. The cookies are `SameSite=Strict`, so a
/// browser does not send them along with other sites' requests. And every POST takes JSON by its
/// content type alone, which no HTML form can send, and no script of another origin without asking
/// first: nothing here answers such a question. So do not add a CORS layer that allows credentials,
/// nor an endpoint that changes something on GET.
pub fn router(state: AppState) -> Router {
    let bearer = RequireToken::new(state.verifier.clone());
    let api = Router::new()
        .route("/me", get(handlers::api_me))
        .route("/users", get(handlers::api_users))
        .layer(bearer.clone())
        // Made for an application: only here, where it is what is asked for.
        .route("/profile", get(handlers::api_profile).layer(bearer.accept_id_tokens()));
    Router::new()
        .nest("/api", api)
        .route("/register", post(handlers::register))
        .route("/login", post(handlers::login))
        .route("/new-password", post(handlers::new_password))
        .route("/login/code", post(handlers::login_code))
        .route("/login/factor", post(handlers::login_factor))
        .route("/login/app", post(handlers::login_app))
        .route("/login/app/code", post(handlers::login_app_code))
        .route("/app", post(handlers::begin_app))
        .route("/app/code", post(handlers::end_app))
        .route("/forgot-password", post(handlers::forgot_password))
        .route("/reset-password", post(handlers::reset_password))
        .route("/refresh", post(handlers::refresh))
        .route("/logout", post(handlers::logout))
        .route("/logout-everywhere", post(handlers::logout_everywhere))
        .route("/me", get(handlers::me))
        .route("/admin/users", get(handlers::list_users))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(map_response(not_stored))
        .with_state(state)
}

/// Answers hold what is one user's own.
async fn not_stored(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What the handlers share. A clone is another handle to the same sessions.
#[derive(Clone)]
pub struct AppState {
    directory: Arc<dyn UserDirectory>,
    self_service: Arc<dyn SelfService>,
    verifier: TokenVerifier,
    administrators: Arc<BTreeSet<String>>,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    sessions: Store<Session>,
    challenges: Store<Waiting>,
    own_factors: Arc<dyn OwnFactors>,
}

/// What the next request of a log in goes on with.
enum Waiting {
    Challenge(Challenge),
    /// An authenticator app that waits for its first code.
    App(SoftwareTokenSetup),
}

impl AppState {
    /// A service on a directory, for what it does itself, and on the users' own handle, for what
    /// needs no administrator's rights. Both should be guarded by the ledger that the verifier asks.
    ///
    /// Administrators are named by their **real** user names, which in a pool with addresses as user
    /// names are `sub`s. Nobody can register one of these names.
    pub fn new<N: Into<String>, O: OwnFactors + SelfService>(
        directory: Arc<dyn UserDirectory>,
        own: Arc<O>,
        verifier: TokenVerifier,
        administrators: impl IntoIterator<Item = N>,
    ) -> Self {
        Self {
            directory,
            own_factors: own.clone(),
            self_service: own,
            verifier,
            administrators: Arc::new(administrators.into_iter().map(Into::into).collect()),
            clock: Arc::new(SystemTime::now),
            sessions: Store::new(cookies::SESSION.life, CAPACITY),
            challenges: Store::new(cookies::CHALLENGE.life, CAPACITY),
        }
    }

    /// Sets the clock that sessions expire by: a test's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    fn now(&self) -> SystemTime {
        (self.clock)()
    }

    /// The ticket of a log in that waits for more, and what it waits for.
    fn waiting<'a>(&self, headers: &'a HeaderMap) -> Result<(&'a str, Arc<Waiting>), Refusal> {
        let ticket = cookies::CHALLENGE.read(headers).ok_or_else(Refusal::no_challenge)?;
        let waiting = self.challenges.get(self.now(), ticket).ok_or_else(Refusal::no_challenge)?;
        Ok((ticket, waiting))
    }

    /// Whether a name is an administrator's in a pool that tells upper from lower case, or would be
    /// in one that does not.
    fn is_reserved(&self, username: &str) -> bool {
        let username = username.to_lowercase();
        self.administrators.iter().any(|name| name.to_lowercase() == username)
    }
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState").field("directory", &self.directory).finish_non_exhaustive()
    }
}
