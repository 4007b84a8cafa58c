//! The wire protocol of Amazon Cognito user pools, AWS JSON 1.1, for the in-memory fake. A
//! dev-dependency.
//!
//! [`Wire`] answers HTTP requests for a server; `WireHttpClient` (feature `sdk`, on by default) is the
//! HTTP client of an AWS SDK, whose calls it answers in process.
//!
//! ```
//! use bytes::Bytes;
//! use user_directory_fake::{Fake, Fault};
//! use user_directory_wire::Wire;
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let wire = Wire::new(Fake::new());
//! let pool_id = &wire.fake().first_client().pool_id;
//! let call = |operation: &str, body: String| {
//!     http::Request::post("/")
//!         .header("content-type", "application/x-amz-json-1.1")
//!         .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
//!         .header("authorization", "anything")
//!         .body(Bytes::from(body))
//!         .unwrap()
//! };
//!
//! let create = format!(r#"{{"UserPoolId": "{pool_id}", "Username": "alice"}}"#);
//! let response = wire.handle(call("AdminCreateUser", create)).await.unwrap();
//! assert_eq!(response.status(), 200);
//!
//! // What the fake can be told, shows over the wire.
//! let operation = user_directory::Operation::AdminGetUser;
//! wire.fake().faults().inject(Fault::internal_error(operation).times(1));
//! let get = format!(r#"{{"UserPoolId": "{pool_id}", "Username": "alice"}}"#);
//! let response = wire.handle(call("AdminGetUser", get)).await.unwrap();
//! assert_eq!(response.status(), 500);
//! assert_eq!(response.headers()["x-amzn-errortype"], "InternalErrorException:");
//! # });
//! ```
//!
//! # With the AWS SDK
//!
//! An SDK's configuration takes a `WireHttpClient` as its `http_client`, with the region that the
//! fake says it has and any credentials; then a client of `aws-sdk-cognitoidentityprovider`, and
//! whatever is built on one, talks to the fake. The feature `sdk` needs the SDK's Rust, 1.94.1;
//! without it, 1.88 does. The tests of this repository that are called `wire` do so with every
//! operation.
//!
//! # Operations
//!
//! Those of [`user_directory::Operation`], each with the fake's faults, quotas and call log.
//!
//! Any other operation of Cognito, and any member that would have to change something and cannot,
//! is refused with `NotImplementedException` and status 501, and nothing is done. [`design`] lists
//! such members, and what is assumed.
//!
//! Its siblings: [`user-directory-fake`](https://docs.rs/user-directory-fake) (the fake),
//! [`user-directory-server`](https://docs.rs/user-directory-server) (the protocol behind a socket)
//! and [`user-directory-pool`](https://docs.rs/user-directory-pool) (the rules).

// docs.rs alone: each item says which feature brings it.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod access_key;
mod client_settings;
mod codec;
#[doc = include_str!("../DESIGN.md")]
#[cfg(doc)]
pub mod design {}
#[cfg(feature = "sdk")]
mod http_client;
mod members;
mod operations;
mod pool_settings;
mod schema;
mod shapes;
mod signature;
#[cfg(test)]
mod testing;
mod unhonoured;
mod wire;

pub use access_key::AccessKey;
#[cfg(feature = "sdk")]
pub use http_client::WireHttpClient;
pub use wire::{AnswerLost, Wire};

/// Whether Amazon Cognito user pools have an operation of this name, implemented here or not.
pub fn is_operation(name: &str) -> bool {
    user_directory_pool::model::modelled_errors(name).is_some()
}
