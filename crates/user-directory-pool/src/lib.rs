//! The rules of an Amazon Cognito user pool as a passive state machine.
//!
//! A [`Pool`] does no I/O and has no clock, no randomness and no lock of its own: time and entropy
//! go in with each request, and messages to users come out with the answer. Tokens leave it as
//! unsigned [claims](AccessTokenClaims). `user-directory-fake` puts a clock, keys and a lock around
//! it; use that crate in tests.
//!
//! Each AWS operation has a file of its name under `src/operations`, with its request, its response
//! and its rules. Texts of errors stand in [`ServiceError`], constraints of members in [`model`].
//!
//! ```
//! use user_directory_pool::{
//!     AdminCreateUserRequest, CreateUserPoolRequest, Entropy, Pool, Timestamp, UserStatus, check,
//! };
//!
//! /// Not random at all.
//! struct Counter(u8);
//!
//! impl Entropy for Counter {
//!     fn fill(&mut self, bytes: &mut [u8]) {
//!         for byte in bytes {
//!             self.0 = self.0.wrapping_add(1);
//!             *byte = self.0;
//!         }
//!     }
//! }
//!
//! let now = Timestamp::from_millis(1_571_809_201_580);
//! let mut entropy = Counter(0);
//! let mut pool = Pool::create(
//!     "local-fake-1_Example01",
//!     CreateUserPoolRequest::new("example"),
//!     now,
//!     &mut entropy,
//! )?;
//!
//! let request = AdminCreateUserRequest::new(pool.id(), "kiriukun");
//! let (_members, checked) = check(request);
//! let user = pool.handle(now, &mut entropy, checked?)?.response.user;
//! assert_eq!(user.user_status, UserStatus::ForceChangePassword);
//! assert_eq!(user.user_create_date, user.user_last_modified_date);
//! # Ok::<_, user_directory_pool::ServiceError>(())
//! ```
//!
//! Its siblings: [`user-directory-fake`](https://docs.rs/user-directory-fake) (the rules with
//! clock, keys and lock), [`user-directory-wire`](https://docs.rs/user-directory-wire) (the
//! protocol) and [`user-directory-contract`](https://docs.rs/user-directory-contract) (the cases
//! that hold the rules).
//!
//! Design notes: [`design`].

mod attributes;
mod authentication;
mod challenges;
mod claims;
mod client;
mod client_rules;
mod client_settings;
mod codes;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
mod entropy;
mod error;
mod filter;
mod groups;
mod lockout;
mod message;
mod mfa;
mod mfa_challenges;
mod mfa_preference;
mod mfa_rules;
pub mod model;
mod operations;
mod pages;
mod password;
mod pool;
mod pool_rules;
mod put_user;
mod replica;
mod request;
mod rules;
mod schema;
mod secret;
mod sessions;
mod settings;
mod sign_ins;
mod snapshot;
mod software_token;
mod spent;
mod srp;
mod time;
mod token_validity;
mod user;
mod users;
mod uuid;

pub use authentication::AuthResponse;
pub use challenges::{ChallengeParameters, IssuedChallenge};
pub use claims::{AccessTokenClaims, AuthenticationResult, IdTokenClaims};
pub use client::{
    ExplicitAuthFlow, PreventUserExistenceErrors, RefreshTokenRotation, UserPoolClientType,
};
pub use codes::CodeDeliveryDetailsType;
pub use entropy::Entropy;
pub use error::{ErrorCode, OUTSIDE_THE_MODEL, ServiceError};
pub use groups::GroupType;
pub use message::{DeliveryMedium, Message, MessageContent, MessageTemplate};
pub use mfa::{Count, MFA_TABLE, MfaConfiguration, MfaRow, MfaType, Next};
pub use mfa_preference::{MfaPreference, MfaSettings};
pub use operations::*;
pub use password::PasswordPolicy;
pub use pool::{Attribute, Pool, UserType};
pub use put_user::PutUser;
#[doc(hidden)]
pub use replica::Replica;
pub use request::Call;
pub use request::{Answer, Checked, PoolRequest, Request, Target, check, check_with};
pub use schema::{AttributeDataType, SchemaAttributeType};
pub use secret::Secret;
pub use settings::{AliasAttribute, RecoveryMechanism, RecoveryOption, SmsConfiguration};
pub use snapshot::{PoolSnapshot, SnapshotDamaged};
pub use time::Timestamp;
pub use token_validity::{TimeUnit, TokenValidity};
pub use user::UserStatus;
