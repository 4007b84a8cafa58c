//! A small HTTP service over an `Arc<dyn UserDirectory>`: registration, log in over a server-side
//! session, forgotten passwords, refresh, log out, a list for administrators, and an API for bearer
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
    http::{HeaderValue, header::CACHE_CONTROL},
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use user_directory::{NewPasswordRequired, SelfService, UserDirectory};
use user_directory_tokens::{RequireToken, TokenVerifier};

use crate::sessions::{Session, Store};
pub use crate::settings::{CognitoSettings, SecretFrom, Settings, SettingsError};

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
    challenges: Store<NewPasswordRequired>,
}

impl AppState {
    /// A service on a directory, for what it does itself, and on the users' own handle, for what
    /// needs no administrator's rights. Both should be guarded by the ledger that the verifier asks.
    ///
    /// Administrators are named by their **real** user names, which in a pool with addresses as user
    /// names are `sub`s. Nobody can register one of these names.
    pub fn new<N: Into<String>>(
        directory: Arc<dyn UserDirectory>,
        self_service: Arc<dyn SelfService>,
        verifier: TokenVerifier,
        administrators: impl IntoIterator<Item = N>,
    ) -> Self {
        Self {
            directory,
            self_service,
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
