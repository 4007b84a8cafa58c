//! A user directory on Amazon Cognito, by the AWS SDK for Rust.
//!
//! [`CognitoDirectory`] and [`CognitoSelfService`] implement the traits of `user-directory`. An
//! application holds `Arc<dyn UserDirectory>`; only where it is built does this crate appear:
//!
//! ```
//! use std::sync::Arc;
//! use user_directory::UserDirectory;
//! use user_directory_cognito::{AppClient, CognitoDirectory, SdkConfig};
//!
//! /// `config` comes from `aws_config::load_defaults(BehaviorVersion::latest()).await`.
//! fn directory(config: &SdkConfig) -> Result<Arc<dyn UserDirectory>, Box<dyn std::error::Error>> {
//!     let app_client = AppClient::new("eu-west-1_Example01", "1example23456789")
//!         .with_client_secret("9example87654321");
//!     Ok(Arc::new(CognitoDirectory::new(config, app_client)?))
//! }
//! # use user_directory_cognito::sdk::config::{BehaviorVersion, Region};
//! # let config = SdkConfig::builder()
//! #     .behavior_version(BehaviorVersion::latest())
//! #     .region(Region::new("eu-west-1"))
//! #     .build();
//! # directory(&config).unwrap();
//! ```
//!
//! Tests of the application use `user-directory-fake` and never compile the AWS SDK.
//!
//! # What it takes care of
//!
//! | matter | what happens |
//! | --- | --- |
//! | secret hash | computed for every call; after the sign-in from the **real** user name that the grant carries |
//! | a secret that changes | [`AppClient::with_client_secret_source`] follows it: see [`guide`] |
//! | a secret that is changed by hand | [`AppClient::with_second_client_secret`]: what is refused with one is tried once more with the other |
//! | retries | reads as the SDK does; everything else only if the service said that it did nothing (TooManyRequestsException) or no connection was made; LimitExceededException never |
//! | time-outs | [`CONNECT_TIMEOUT`], [`READ_TIMEOUT`] and [`TOTAL_TIMEOUT`], unless the SDK's configuration has its own |
//! | unsafe endpoints | no TLS and not this machine: refused, unless [allowed by name](AppClient::allow_insecure_endpoint) |
//! | the wrong region | a pool of another region than requests go to: refused, unless [allowed by name](AppClient::allow_region_mismatch) |
//! | errors | code, text and request id of a well-formed answer; never a request, a response, or an error of the SDK, which prints whole answers |
//! | logs | one span per call at `info`, target `user_directory_cognito`; bodies stay out of the SDK's own log, too |
//!
//! # Errors on the way
//!
//! | what happened | kind | may be sent again | may have taken effect |
//! | --- | --- | --- | --- |
//! | no credentials, no endpoint | `NotSent` | yes | no |
//! | refused, unknown host, no connection in time, failed handshake | `ConnectionFailed` | yes | no |
//! | no answer in time, or a connection that broke after the request | `NoAnswer` | reads | changes |
//! | 5xx | `Internal` | reads | changes |
//! | something that is not Cognito's answer | `UnexpectedResponse` | reads | changes |
//!
//! # Features
//!
//! * `default-https-client` (on): the SDK's own HTTPS client.
//! * `secrets-manager`: `SecretsManagerSource`, for a secret that Cognito keeps in AWS Secrets Manager.
//!
//! Its siblings: [`user-directory`](https://docs.rs/user-directory) (the traits),
//! [`user-directory-fake`](https://docs.rs/user-directory-fake) (an in-memory Cognito for tests)
//! and [`user-directory-tokens`](https://docs.rs/user-directory-tokens) (verifies what a sign-in
//! brings).
//!
//! Design notes: [`design`].

// docs.rs alone: each item says which feature brings it.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod app_client;
mod auth_events;
mod authentication;
mod bodies;
mod challenges;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
mod directory;
mod endpoint;
mod error;
mod groups;
pub mod guide;
mod mfa;
mod retry;
#[cfg(feature = "secrets-manager")]
mod secrets_manager;
mod self_service;
mod service;
mod srp;
mod users;

pub use app_client::{AppClient, ConfigError};
pub use aws_sdk_cognitoidentityprovider as sdk;
pub use aws_types::SdkConfig;
pub use directory::CognitoDirectory;
#[cfg(feature = "secrets-manager")]
pub use secrets_manager::SecretsManagerSource;
pub use self_service::CognitoSelfService;
pub use service::{CONNECT_TIMEOUT, READ_TIMEOUT, TOTAL_TIMEOUT};
