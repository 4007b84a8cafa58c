//! Traits, outcomes, errors and secrets for an application whose users live in Amazon Cognito.
//!
//! An application holds an `Arc<dyn UserDirectory>` and does not know whether Cognito or a fake is
//! behind it:
//!
//! | trait | what it may do | Cognito authorizes it by |
//! | --- | --- | --- |
//! | [`Authentication`] | sign in, answer a challenge, refresh, revoke | password, token |
//! | [`UserDirectory`] | all that an administrator may do to any user | IAM |
//! | [`SelfService`] | what users may do to their own account | access token, code |
//! | [`OwnFactors`] | what users may do about their own second factors | access token |
//!
//! The others are `Authentication`s too, and [`AuthenticationExt`] and [`UserDirectoryExt`] add
//! what takes more than one call: [`register`](UserDirectoryExt::register),
//! [`refresh_in_place`](AuthenticationExt::refresh_in_place),
//! [`all_users`](UserDirectoryExt::all_users), and at a [`Pace`] that keeps to Cognito's quotas
//! [`register_many`](UserDirectoryExt::register_many) and
//! [`user_pages`](UserDirectoryExt::user_pages). What comes in several pages or reports is a
//! `Stream`, for the combinators of `futures-util`.
//!
//! ```
//! use user_directory::{AuthOutcome, ErrorKind, Result, SignIn, TokenSet, UserDirectory};
//!
//! /// An application function: it does not know what kind of directory it has.
//! async fn log_in(directory: &dyn UserDirectory, name: &str, password: &str) -> Result<TokenSet> {
//!     match directory.sign_in(SignIn::new(name, password)).await? {
//!         AuthOutcome::Tokens(tokens) => Ok(tokens),
//!         // This application registers its users with permanent passwords.
//!         AuthOutcome::Challenge(_) => Err(ErrorKind::NotAuthorized.into()),
//!     }
//! }
//! ```
//!
//! # What is behind a handle
//!
//! * [`user-directory-cognito`](https://docs.rs/user-directory-cognito): Amazon Cognito, by the AWS SDK.
//! * [`user-directory-fake`](https://docs.rs/user-directory-fake): an in-memory Cognito for tests.
//! * [`user-directory-tokens`](https://docs.rs/user-directory-tokens): verifies what a sign-in brings,
//!   and ends it at once.
//!
//! Take a [`UserDirectory`] where your service acts on other people's accounts, and a [`SelfService`] where
//! users act on their own, such as a page to sign up or to change a password.
//!
//! # Which double for which test
//!
//! * `FakeDirectory` of `user-directory-fake` (a dev-dependency): an in-memory Cognito. For "this
//!   story must hold".
//! * the mocks of `mock`, behind the feature of that name (and in its documentation:
//!   `cargo doc -p user-directory --features mock`): for "this call must happen", "this call fails
//!   so".
//! * `user-directory-harness`: all cases of the contract, for a wrapper of your own around the fake;
//!   `user-directory-contract`: for an implementation of your own.
//!
//! # Features
//!
//! * `mock`: mockall mocks of the traits.
//! * `serde`: `Serialize` and `Deserialize` for [`RefreshGrant`] and [`Challenge`] with what they are
//!   made of ([`NewPasswordRequired`] and its siblings, [`Attributes`], [`Session`] and the other
//!   secrets), and for [`SoftwareTokenSetup`] and [`VerifiedSoftwareToken`], for a trip through a database or an encrypted cookie. **A refresh token and a session are
//!   secrets**, and stand there in clear. `Serialize` alone for what an application shows: [`User`],
//!   [`OwnUser`], [`UserStatus`], [`UserPage`], [`Group`] and [`GroupPage`].
//! * `testing`: what tests say to a double of the service, which the fake and the contract export again.
//! * `tokio`: `ClientSecrets`, for implementations of the traits whose app client has a secret that
//!   changes.
//!
//! Design notes: [`design`].

// docs.rs alone: each item says which feature brings it.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod setters;

mod auth_events;
mod authentication;
mod challenge;
mod client_secret_source;
#[cfg(feature = "tokio")]
mod client_secrets;
mod connect_fault;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
mod directory;
mod error;
mod ext;
mod filter;
pub mod forward;
mod gate;
mod groups;
mod loopback;
mod methods;
mod mfa;
mod mfa_challenges;
#[cfg(feature = "mock")]
pub mod mock;
mod operation;
mod own_attributes;
mod own_factors;
mod own_password;
mod pace;
mod quota;
mod register_many;
mod registration;
mod secret;
mod secret_hash;
mod self_service;
#[cfg(feature = "tokio")]
#[doc(hidden)]
pub mod shared_fetch;
mod sign_up;
mod starts;
#[cfg(feature = "testing")]
pub mod testing;
mod tokens;
mod user;
mod user_pages;
mod user_requests;

pub use auth_events::{AuthEvent, AuthEventPage, ListUserAuthEvents};
pub use authentication::{
    AuthOutcome, Authentication, Credential, EndUserContext, Refresh, Revoke, SignIn, SignInFlow,
};
pub use challenge::{
    Challenge, ChallengeAnswer, ChallengeResponse, NewPasswordRequired, UnmodeledChallenge,
};
pub use client_secret_source::ClientSecretSource;
#[cfg(feature = "tokio")]
pub use client_secrets::ClientSecrets;
#[doc(hidden)]
pub use connect_fault::ConnectFault;
pub use directory::UserDirectory;
pub use error::{Error, ErrorKind, Reason, Result};
pub use ext::{AuthenticationExt, UserDirectoryExt};
pub use filter::{Filter, FilterAttribute};
pub use groups::{
    CreateGroup, Group, GroupPage, ListGroups, ListGroupsForUser, ListUsersInGroup, UpdateGroup,
};
#[doc(hidden)]
pub use loopback::is_loopback;
pub use mfa::{
    AuthFactors, FactorSetting, MfaPreference, MfaType, SetMfaPreference, SetUserMfaPreference,
    VerifyOwnSoftwareToken,
};
pub use mfa_challenges::{
    AssociateSoftwareToken, EmailOtp, MfaSetup, SelectMfaType, SmsMfa, SoftwareTokenMfa,
    SoftwareTokenSetup, VerifiedSoftwareToken, VerifySoftwareToken,
};
pub use operation::Operation;
pub use own_attributes::{
    DeleteOwnAttributes, UpdateOwnAttributes, UserAttributeVerificationCode, VerifyUserAttribute,
};
pub use own_factors::OwnFactors;
pub use own_password::{ChangePassword, ConfirmForgotPassword, ForgotPassword};
pub use pace::Pace;
pub use quota::{QuotaCategory, Quotas};
pub use register_many::RegisterReport;
pub use registration::{Register, Registration, UnfinishedRegistration};
pub use secret::{
    AccessToken, ClientSecret, Code, IdToken, Password, RefreshToken, SecretCode, Session,
};
pub use secret_hash::SecretHash;
pub use self_service::SelfService;
pub use sign_up::{CodeDelivery, ConfirmOwnSignUp, ResendConfirmationCode, SignUp, SignedUp};
pub use tokens::{RefreshFlow, RefreshGrant, Refreshed, TokenSet, Tokens};
pub use user::{Attributes, OwnUser, User, UserStatus};
pub use user_pages::UserPages;
pub use user_requests::{
    ConfirmSignUp, CreateUser, DeleteUserAttributes, DeliveryMedium, ListUsers, MessageAction,
    ResetUserPassword, SetUserPassword, UpdateUserAttributes, UserPage,
};
