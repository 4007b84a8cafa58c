//! The same story through the AWS SDK, in process.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use common::{story, verifier};
use example_service::{AppState, router};
use user_directory::Operation;
use user_directory_cognito::{
    AppClient, CognitoDirectory, SdkConfig,
    sdk::config::{BehaviorVersion, Region},
};
use user_directory_fake::Fake;
use user_directory_wire::WireHttpClient;

#[tokio::test]
async fn on_cognito_over_the_wire() {
    let fake = Fake::new();
    let credentials = Credentials::new("AKIDEXAMPLE", "made-up", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(fake.region().to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(WireHttpClient::new(fake.clone()))
        .build();
    let client = fake.first_client();
    let secret = client.client_secret.as_ref().unwrap();
    let app_client = AppClient::new(&client.pool_id, &client.client_id).with_client_secret(secret);
    let directory = CognitoDirectory::new(&config, app_client).unwrap();

    let clock = fake.clone();
    let own = Arc::new(directory.self_service());
    let verifier = verifier(&fake).build().unwrap();
    let state = AppState::new(Arc::new(directory), own, verifier, [""; 0]);
    let app = router(state.with_clock(move || clock.clock().now()));
    story(&app, |by| fake.clock().advance(by)).await;
    assert_eq!(fake.calls().count(Operation::RevokeToken), 1);
}
