//! Verifies Amazon Cognito's tokens without asking Cognito, and ends sign-ins **at once**.
//!
//! Cognito's own sign-out leaves a gap. After AdminUserGlobalSignOut, Cognito refuses the user's
//! tokens, but whoever verifies tokens offline never asks Cognito: the access token goes on for up
//! to
//! a day, and so does the ID token. This crate closes the gap with a ledger of ended sign-ins,
//! which
//! one side writes and the other asks:
//!
//! | | |
//! | --- | --- |
//! | [`TokenVerifier`] | verifies access and ID tokens of one or several pools, by keys that it fetches and keeps |
//! | [`SignOutLedger`] | knows which sign-ins were ended: [`InMemoryLedger`] for one instance, `RedisLedger` for several |
//! | [`Guarded`] | wraps a `UserDirectory` or a `SelfService` and writes the ledger whenever it ends sign-ins |
//! | `RequireToken`, `RequireGroup`, `RequireScope` | a tower layer and axum extractors, with the answers of RFC 6750 |
//!
//! ```toml
//! [dependencies]
//! user-directory-tokens = { version = "0.1", features = ["axum", "redis"] }
//! ```
//!
//! ```rust,no_run
//! use std::sync::Arc;
//! use user_directory_tokens::{InMemoryLedger, TokenVerifier, UserPool};
//!
//! let pool = UserPool::new("eu-central-1_Example01", ["1example23456789"]);
//! let verifier = TokenVerifier::builder(pool).ledger(Arc::new(InMemoryLedger::new())).build()?;
//! # Ok::<(), user_directory_tokens::SettingsError>(())
//! ```
//!
//! A whole story, on the in-memory fake of `user-directory-fake`:
//!
//! ```rust
//! use std::{sync::Arc, time::Duration};
//! use user_directory::{
//!     Authentication as _, Register, SignIn, UserDirectory as _, UserDirectoryExt as _,
//! };
//! use user_directory_fake::FakeDirectory;
//! use user_directory_tokens::{
//!     Guarded, InMemoryLedger, TokenErrorKind, TokenVerifier, UserPool, fetch_with,
//! };
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let directory = FakeDirectory::new();
//! let client = directory.client().clone();
//! let keys = directory.fake().jwks(&client.pool_id).expect("the pool is there");
//!
//! let ledger = Arc::new(InMemoryLedger::new());
//! let verifier = TokenVerifier::builder(UserPool::new(&client.pool_id, [&client.client_id]))
//!     // For tests alone. Without these two lines, the verifier fetches Cognito's keys.
//!     .fetcher(fetch_with(move |_| Ok(keys.clone().into_bytes())))
//!     .trust_public_test_keys()
//!     .ledger(ledger.clone())
//!     .build()?;
//! let directory = Guarded::new(directory, ledger, &client.pool_id)?;
//!
//! let _ = directory.register(Register::new("alice", "Correct-horse-9")).await?;
//! let outcome = directory.sign_in(SignIn::new("alice", "Correct-horse-9")).await?;
//! let tokens = outcome.tokens().expect("no challenge");
//! let claims = verifier.access_token(tokens.access_token().expose()).await?;
//! assert_eq!(claims.username.as_deref(), Some("alice"));
//!
//! directory.global_sign_out("alice").await?;
//! let refused = verifier.access_token(tokens.access_token().expose()).await.unwrap_err();
//! assert_eq!(refused.kind(), TokenErrorKind::SignedOut);
//! let refused = verifier.id_token(tokens.id_token().expose()).await.unwrap_err();
//! assert_eq!(refused.kind(), TokenErrorKind::SignedOut);
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! ## What it refuses
//!
//! - Any algorithm but RS256, and a key that the token itself brings or points at.
//! - Keys, pools and clients that you did not name.
//! - An ID token where an access token is asked for.
//! - A claim that stands there twice.
//! - Tokens of the in-memory fake, whose keys are public, whatever key set serves them.
//! - With a ledger, a user's token without the claims that the ledger goes by, `auth_time` and
//!   `origin_jti`: switch token revocation on for the app client. Tokens that an app client has for
//!   itself have no user, so no ledger is asked about them.
//!
//! Each reason is a [`TokenErrorKind`]. Two of them say nothing against the token, only that it
//! cannot be judged now: [`TokenError::is_unavailable`].
//!
//! ## What to know
//!
//! - **A sign-out takes whole seconds.** A ledger goes by `auth_time`, which has no fractions, and
//!   by a clock skew of 2 seconds. Tokens of a sign-in within these seconds are refused, so
//!   [`Guarded`] [holds it back](Guarded#signing-in-again-at-once) until they are over.
//! - **It fails closed.** Without its ledger a verifier refuses users' tokens, unless it was told
//!   to [`fail_open_without_ledger`](TokenVerifierBuilder::fail_open_without_ledger).
//! - **A ledger that has lost its data** refuses everybody who signed in before; `RedisLedger` says
//!   what it can notice and what it cannot.
//! - **What is not guarded is not recorded**: sign-outs in the console, or by a program that does
//!   not write the ledger.
//!
//! ## Features
//!
//! | feature | what it adds | on by default |
//! | --- | --- | --- |
//! | `https` | `HttpsFetcher`, on reqwest and rustls | yes |
//! | `tower` | `RequireToken`, a layer for any HTTP service on tower | |
//! | `axum` | claims, `RequireGroup` and `RequireScope` as extractors | |
//! | `redis` | `RedisLedger` | |
//! | `fake` | `TokenVerifier::for_fake` and `Guarded::for_fake`, for an application's tests | |
//!
//! Its siblings: [`user-directory`](https://docs.rs/user-directory) (the traits),
//! [`user-directory-cognito`](https://docs.rs/user-directory-cognito) (the traits on Amazon
//! Cognito) and [`user-directory-fake`](https://docs.rs/user-directory-fake) (an in-memory Cognito
//! for tests).

// docs.rs alone: each item says which feature brings it.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod backend_error;
mod claims;
mod error;
mod fetch;
#[cfg(feature = "fake")]
mod for_fake;
mod guarded;
#[cfg(feature = "https")]
mod https;
mod key_set;
mod keys;
mod ledger;
#[cfg(feature = "tower")]
mod middleware;
mod payload;
mod public_test_keys;
mod settings_error;
mod token_use;
mod user_pool;
mod verifier;

pub use backend_error::BackendError;
pub use claims::{AccessClaims, Claims, IdClaims};
pub use error::{TokenError, TokenErrorKind};
pub use fetch::{JwksFetcher, fetch_with};
pub use guarded::{Guarded, SIGN_INS_ENDED};
#[cfg(feature = "https")]
pub use https::HttpsFetcher;
pub use key_set::LARGEST_KEY_SET;
pub use keys::{KEY_LIFE, LONGEST_WAIT, PAUSE, PAUSE_AFTER_FAILURE, STALE_LIFE};
pub use ledger::{DEFAULT_SKEW, Ended, Ending, InMemoryLedger, SignInRef, SignOutLedger};
#[cfg(feature = "redis")]
pub use ledger::{RedisLedger, RedisLedgerBuilder};
#[cfg(feature = "tower")]
pub use middleware::{BearerError, RequireToken, RequireTokenService};
#[cfg(feature = "axum")]
pub use middleware::{GroupName, RequireGroup, RequireScope, ScopeName};
pub use settings_error::SettingsError;
pub use token_use::TokenUse;
pub use user_pool::UserPool;
pub use verifier::{LONGEST_LEEWAY, LONGEST_TOKEN, TokenVerifier, TokenVerifierBuilder};
