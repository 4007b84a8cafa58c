use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use serde_json::Value;
use user_directory::{
    ClientSecret, ClientSecretSource, Error, OwnFactors, SelfService, UserDirectory,
};
use user_directory_contract::{
    Call, ClientChoice, Delivered, Environment, Fault, FixtureUser, WhichClient, WhichSecret,
    WireAnswer,
};
use user_directory_fake::{Fake, FakeClient, FakeSelfService};
use user_directory_wire::Wire;

use crate::harness::{WrapDirectory, WrapOwnFactors, WrapSelfService};

/// A pool of the fake, as a case sees it.
pub struct FakeEnvironment {
    fake: Fake,
    second: Option<FakeClient>,
    wrap_directory: WrapDirectory,
    wrap_self_service: WrapSelfService,
    wrap_own_factors: WrapOwnFactors,
}

impl FakeEnvironment {
    pub(crate) fn new(
        fake: Fake,
        second: Option<FakeClient>,
        wrap_directory: WrapDirectory,
        wrap_self_service: WrapSelfService,
        wrap_own_factors: WrapOwnFactors,
    ) -> Self {
        Self { fake, second, wrap_directory, wrap_self_service, wrap_own_factors }
    }

    /// The fake behind the pool.
    pub fn fake(&self) -> &Fake {
        &self.fake
    }

    /// The client of a choice, with the secret that it asks for.
    pub fn client(&self, choice: &ClientChoice) -> FakeClient {
        let mut client = match choice.client {
            WhichClient::Second => self.second.clone().expect("the profile has a second client"),
            _ => self.fake.first_client().clone(),
        };
        match choice.secret {
            WhichSecret::Wrong => {
                client.client_secret = Some(ClientSecret::new("0wrong1wrong2wrong3wrong4"));
            }
            WhichSecret::Omitted => client.client_secret = None,
            WhichSecret::Nth(place) => {
                client.client_secret = Some(self.secrets()[place].1.clone());
            }
            _ => {}
        }
        client
    }

    /// The source of a choice that asks for one.
    pub fn source(&self, choice: &ClientChoice) -> Option<Arc<dyn ClientSecretSource>> {
        (choice.secret == WhichSecret::Newest).then(|| {
            let source = self.fake.client_secret_source(&self.client(choice));
            Arc::new(source) as Arc<dyn ClientSecretSource>
        })
    }

    /// The users' own handle, not wrapped.
    fn own_handle(&self, choice: &ClientChoice) -> FakeSelfService {
        let mut own = self.fake.self_service_for(&self.client(choice));
        if let Some(source) = self.source(choice) {
            own = own.with_client_secret_source(source);
        }
        own.with_sign_in_flow(choice.sign_in_flow).with_refresh_flow(choice.refresh_flow)
    }

    /// The first client's secrets by id, the oldest first.
    fn secrets(&self) -> Vec<(String, ClientSecret)> {
        let secrets = self.fake.user_pool_client_secrets(self.fake.first_client());
        secrets.expect("the first client is there")
    }
}

impl fmt::Debug for FakeEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeEnvironment").field("fake", &self.fake).finish_non_exhaustive()
    }
}

#[async_trait]
impl Environment for FakeEnvironment {
    fn directory(&self, choice: &ClientChoice) -> Arc<dyn UserDirectory> {
        let mut directory = self.fake.directory_for(&self.client(choice));
        if let Some(source) = self.source(choice) {
            directory = directory.with_client_secret_source(source);
        }
        (self.wrap_directory)(
            directory.with_sign_in_flow(choice.sign_in_flow).with_refresh_flow(choice.refresh_flow),
        )
    }

    fn self_service(&self, choice: &ClientChoice) -> Arc<dyn SelfService> {
        (self.wrap_self_service)(self.own_handle(choice))
    }

    fn own_factors(&self, choice: &ClientChoice) -> Arc<dyn OwnFactors> {
        (self.wrap_own_factors)(self.own_handle(choice))
    }

    fn now(&self) -> SystemTime {
        self.fake.clock().now()
    }

    fn pool_id(&self) -> String {
        self.fake.first_client().pool_id.clone()
    }

    fn client_id(&self) -> String {
        self.fake.first_client().client_id.clone()
    }

    async fn advance(&self, by: Duration) {
        self.fake.clock().advance(by);
    }

    async fn messages(&self) -> Vec<Delivered> {
        let messages = self.fake.inbox().messages().into_iter();
        messages
            .map(|message| {
                let mut delivered =
                    Delivered::new(message.username, message.medium, message.destination);
                delivered.code = message.code;
                delivered.temporary_password = message.temporary_password;
                delivered
            })
            .collect()
    }

    async fn put_user(&self, user: FixtureUser) {
        self.fake.put_user(&self.pool_id(), user).expect("the case puts in a valid user");
    }

    async fn fault(&self, fault: Fault) {
        self.fake.faults().inject(fault);
    }

    async fn send(&self, operation: &str, members: Value) -> WireAnswer {
        let request = http::Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
            .header("authorization", "AWS4-HMAC-SHA256 made up")
            .body(members.to_string().into())
            .expect("the parts are valid");
        let answer = Wire::new(self.fake.clone()).handle(request).await.expect("no fault loses it");
        let body = serde_json::from_slice(answer.body()).unwrap_or_default();
        WireAnswer::new(answer.status().as_u16(), body)
    }

    async fn calls(&self) -> Vec<Call> {
        self.fake.calls().all()
    }

    async fn add_client_secret(&self) -> Result<String, Error> {
        let added = self.fake.add_user_pool_client_secret(self.fake.first_client());
        added.map(|(id, _)| id)
    }

    async fn delete_client_secret(&self, id: &str) -> Result<(), Error> {
        self.fake.delete_user_pool_client_secret(self.fake.first_client(), id)
    }

    async fn client_secret_ids(&self) -> Vec<String> {
        self.secrets().into_iter().map(|(id, _)| id).collect()
    }
}
