use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use serde_json::Value;
use user_directory::{Error, OwnFactors, SelfService, UserDirectory};
use user_directory_cognito::{AppClient, CognitoDirectory, CognitoSelfService, SdkConfig};
use user_directory_contract::{
    Ability, Call, ClientChoice, Delivered, Environment, Fault, FixtureUser, Harness, HarnessError,
    PoolProfile, Support, WireAnswer,
};
use user_directory_fake::{Fake, FakeClient};
use user_directory_harness::{FakeEnvironment, FakeHarness};
use user_directory_wire::WireHttpClient;

/// Opens pools of the fake for the contract, reached through the AWS SDK and the in-process wire,
/// with every ability.
#[derive(Clone, Debug, Default)]
pub struct WireHarness(FakeHarness);

#[async_trait]
impl Harness for WireHarness {
    fn name(&self) -> &str {
        "wire"
    }

    fn support(&self, _: Ability) -> Support {
        Support::Yes
    }

    async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
        Ok(Arc::new(WireEnvironment(self.0.open_fake(profile, Fake::builder())?)))
    }
}

/// A configuration that leads to a fake in process. It never retries: a case that injects one fault
/// wants to see it.
pub fn wire_config(fake: &Fake) -> SdkConfig {
    crate::sdk_config()
        .http_client(WireHttpClient::new(fake.clone()))
        .retry_config(RetryConfig::disabled())
        .build()
}

/// The client of a fake, as the Cognito implementation takes it.
pub fn app_client(client: FakeClient) -> AppClient {
    let mut app_client = AppClient::new(client.pool_id, client.client_id);
    app_client.client_secret = client.client_secret;
    app_client
}

#[derive(Debug)]
struct WireEnvironment(FakeEnvironment);

impl WireEnvironment {
    fn app_client(&self, choice: &ClientChoice) -> AppClient {
        let mut app_client = app_client(self.0.client(choice));
        if let Some(source) = self.0.source(choice) {
            app_client.client_secret = None;
            app_client = app_client.with_client_secret_source(source);
        }
        app_client.with_sign_in_flow(choice.sign_in_flow).with_refresh_flow(choice.refresh_flow)
    }

    fn own_handle(&self, choice: &ClientChoice) -> CognitoSelfService {
        let own = CognitoSelfService::new(&wire_config(self.0.fake()), self.app_client(choice));
        own.expect("the configuration is valid")
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Environment for WireEnvironment {
    fn directory(&self, choice: &ClientChoice) -> Arc<dyn UserDirectory> {
        let config = wire_config(self.0.fake());
        let directory = CognitoDirectory::new(&config, self.app_client(choice));
        Arc::new(directory.expect("the configuration is valid"))
    }

    fn self_service(&self, choice: &ClientChoice) -> Arc<dyn SelfService> {
        Arc::new(self.own_handle(choice))
    }

    fn own_factors(&self, choice: &ClientChoice) -> Arc<dyn OwnFactors> {
        Arc::new(self.own_handle(choice))
    }

    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn pool_id(&self) -> String {
        self.0.pool_id()
    }

    fn client_id(&self) -> String {
        self.0.client_id()
    }

    async fn advance(&self, by: Duration) {
        self.0.advance(by).await;
    }

    async fn messages(&self) -> Vec<Delivered> {
        self.0.messages().await
    }

    async fn put_user(&self, user: FixtureUser) {
        self.0.put_user(user).await;
    }

    async fn fault(&self, fault: Fault) {
        self.0.fault(fault).await;
    }

    async fn send(&self, operation: &str, members: Value) -> WireAnswer {
        self.0.send(operation, members).await
    }

    async fn calls(&self) -> Vec<Call> {
        self.0.calls().await
    }

    async fn add_client_secret(&self) -> Result<String, Error> {
        self.0.add_client_secret().await
    }

    async fn delete_client_secret(&self, id: &str) -> Result<(), Error> {
        self.0.delete_client_secret(id).await
    }

    async fn client_secret_ids(&self) -> Vec<String> {
        self.0.client_secret_ids().await
    }

    async fn close(&self) {
        self.0.close().await;
    }
}
