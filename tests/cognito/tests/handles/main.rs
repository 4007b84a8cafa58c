//! The two handles of the Cognito implementation: how they are made, what they send and what they
//! read.

mod answers;
mod codes;
mod configuration;
mod groups;
mod refreshes;
mod secrets;

use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use cognito_tests::{
    Canned, Sent,
    calls::{Handles, good_body},
    sdk_config,
};
use serde_json::Value;
use user_directory_cognito::{AppClient, SdkConfig};

/// A configuration without retries that leads to a client in memory.
fn config(client: &Canned) -> SdkConfig {
    sdk_config().http_client(client.clone()).retry_config(RetryConfig::disabled()).build()
}

fn handles(client: &Canned, app_client: &AppClient) -> Handles {
    Handles::new(&config(client), app_client)
}

/// Answers every request as Cognito would if nothing were wrong.
fn good() -> Canned {
    Canned::new(|_, sent| {
        cognito_tests::Canister::new(200, good_body(sent.operation(), &sent.body))
    })
}

fn body(sent: &Sent) -> Value {
    serde_json::from_str(&sent.body).expect("the SDK sends JSON")
}
