//! TODO
mod app_client;
mod authentication;
mod bodies;
mod directory;
mod endpoint;
mod error;
mod retry;
mod self_service;
mod service;

pub use app_client::{AppClient, ConfigError};
pub use aws_sdk_cognitoidentityprovider as sdk;
pub use aws_types::SdkConfig;
pub use directory::CognitoDirectory;
pub use self_service::CognitoSelfService;
pub use service::{CONNECT_TIMEOUT, READ_TIMEOUT, TOTAL_TIMEOUT};
