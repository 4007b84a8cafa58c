//! An in-memory Amazon Cognito for tests that run offline. A dev-dependency.
//!
//! [`FakeDirectory`] and [`FakeSelfService`] implement the traits of `user-directory` on pools that
//! live in memory and follow Cognito's rules: statuses, challenges, expiry, revocation, existence
//! errors, error codes and texts. Tokens are real RS256 JWTs with a JWKS to verify them.
//!
//! ```
//! use std::time::Duration;
//! use user_directory::{ErrorKind, Reason, Refresh, Register, SignIn};
//! use user_directory::{Authentication as _, UserDirectory as _, UserDirectoryExt as _};
//! use user_directory_fake::FakeDirectory;
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let directory = FakeDirectory::new();
//! let _ = directory.register(Register::new("alice", "Correct-horse-9")).await?;
//! let set = directory.sign_in(SignIn::new("alice", "Correct-horse-9")).await?.tokens().unwrap();
//!
//! // Thirty days go by, and the refresh token with them.
//! directory.fake().clock().advance(Duration::from_secs(30 * 24 * 60 * 60));
//! let error = directory.refresh(Refresh::from(&set.grant)).await.unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::NotAuthorized);
//! assert_eq!(error.reason(), Reason::RefreshExpired);
//! # Ok::<_, user_directory::Error>(()) }).unwrap();
//! ```
//!
//! # Handles for tests
//!
//! | handle | what for |
//! | --- | --- |
//! | [`Fake::clock`] | let tokens, sessions and temporary passwords expire |
//! | [`Fake::inbox`] | read invitations and codes |
//! | [`Fake::faults`] | throttling, internal errors, latency, lost answers, failed deliveries |
//! | [`Fake::quotas`] | Cognito's quotas of requests per second, and the back-off they ask for |
//! | [`Fake::calls`] | which operations were called, with which parameters, and how they ended |
//! | [`Fake::put_user`], [`Fake::from_fixture_file`] | start in the middle: users in any status |
//! | [`FakeBuilder::rng_seed`], [`FakeBuilder::frozen_at`] | the same ids and tokens in every run |
//! | [`FakeBuilder::tokio_clock`] | one time for the fake and for what the application sleeps |
//! | [`Fake::jwks`], [`Fake::issuer`] | verify tokens with any JWT library |
//! | [`Fake::access_claims`], [`Fake::id_claims`] | read what is in a token |
//!
//! # It cannot pass for the real thing
//!
//! The signing keys are public: they are shipped in this crate, and their key ids are base64 of 32
//! bytes that begin `INSECURE user-directory`. The region of its pools is `local-fake-1`, which no
//! AWS issuer has. Building a fake logs one warning that names it. What it does not implement is an
//! error of kind [`NotImplemented`](user_directory::ErrorKind::NotImplemented), never an empty
//! success.
//!
//! Its siblings: [`user-directory`](https://docs.rs/user-directory) (the traits),
//! [`user-directory-harness`](https://docs.rs/user-directory-harness) (the contract on a wrapper
//! of yours) and [`user-directory-server`](https://docs.rs/user-directory-server) (the fake behind
//! a socket, for any AWS SDK).
//!
//! Recipes: [`guide`]. The form of a fixture: [`fixtures`]. Design notes: [`design`].

mod account;
mod administration;
mod authentication;
mod call;
mod calls;
mod client;
mod clock;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
mod directory;
mod entropy;
mod fake;
mod faults;
mod fixture;
mod fixture_error;
mod fixture_export;
mod fixture_form;
#[doc = include_str!("../FIXTURES.md")]
pub mod fixtures {}
pub mod guide;
mod handle;
mod inbox;
mod keys;
mod mfa;
mod owner;
mod quotas;
mod requests;
mod secret_source;
mod self_service;
mod snapshot;
mod srp;

pub use call::{Called, TokenSigner};
pub use calls::Calls;
pub use client::FakeClient;
pub use clock::Clock;
pub use directory::FakeDirectory;
pub use fake::{Fake, FakeBuilder};
pub use faults::{FaultId, Faults};
pub use fixture_error::FixtureError;
pub use inbox::{Inbox, Message};
pub use keys::public_test_moduli;
pub use quotas::QuotaMeter;
pub use requests::{Administer, FakeRequest};
pub use secret_source::FakeSecretSource;
pub use self_service::FakeSelfService;
pub use snapshot::{FakeSnapshot, SnapshotError};
pub use user_directory::testing::{Call, Fault, FaultKind, FixtureUser};
pub use user_directory_pool::{
    AccessTokenClaims, AliasAttribute, AttributeDataType, CreateGroupRequest,
    CreateUserPoolClientRequest, CreateUserPoolRequest, ExplicitAuthFlow, IdTokenClaims,
    MessageTemplate, MfaConfiguration, PasswordPolicy, PreventUserExistenceErrors,
    RecoveryMechanism, RecoveryOption, RefreshTokenRotation, SchemaAttributeType, Secret,
    SmsConfiguration, TimeUnit, TokenValidity, UpdateUserPoolClientRequest, UpdateUserPoolRequest,
    UserPoolClientType, UserPoolType,
};
