//! The in-process wire as the network, with a log of what reaches it.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_cognitoidentityprovider::Client;
use aws_smithy_http_client::test_util::infallible_client_fn;
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_types::SdkConfig;
use tokio::time::Instant;
use user_directory_check::{AwsAccount, EndpointHarness};
use user_directory_fake::Fake;
use user_directory_wire::WireHttpClient;

pub(crate) const ACCOUNT: &str = "111122223333";

/// A request that reached the network.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) operation: String,
    pub(crate) at: Instant,
}

/// The wire to a fake, which also has a pool that no run created.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    pub(crate) fake: Fake,
    sent: Arc<Mutex<Vec<Sent>>>,
    /// The answers to this operation are lost.
    loses: Option<&'static str>,
}

impl Network {
    pub(crate) fn new() -> Self {
        Self { fake: Fake::new(), sent: Arc::default(), loses: None }
    }

    pub(crate) fn that_loses(operation: &'static str) -> Self {
        Self { loses: Some(operation), ..Self::new() }
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().expect("no code panics while it holds the log")
    }

    pub(crate) fn operations(&self) -> Vec<String> {
        self.sent().into_iter().map(|sent| sent.operation).collect()
    }

    /// A run on AWS, as far as this network goes.
    pub(crate) async fn aws(&self) -> EndpointHarness {
        let config = sts(ACCOUNT);
        let account = AwsAccount::verified(Some(ACCOUNT), &config).await.expect("it is the same");
        let network = self.clone();
        EndpointHarness::aws(&account, &config).with_http_client(move || network.clone())
    }

    /// The ids of the pools that are there.
    pub(crate) async fn pools(&self) -> Vec<String> {
        let http_client = WireHttpClient::new(self.fake.clone());
        let client = Client::new(&cognito_tests::sdk_config().http_client(http_client).build());
        let listed = client.list_user_pools().max_results(60).send().await.expect("it lists");
        listed.user_pools().iter().filter_map(|pool| pool.id.clone()).collect()
    }

    /// The pool that no run created.
    pub(crate) fn foreign_pool(&self) -> String {
        self.fake.first_client().pool_id.clone()
    }
}

impl HttpClient for Network {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Network {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let sent = Sent { operation: operation.clone(), at: Instant::now() };
        self.lock().push(sent);
        let lost = self.loses == Some(&operation);
        let answer = WireHttpClient::new(self.fake.clone()).call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await?;
            match lost {
                true => Err(ConnectorError::io("the answer was lost".into())),
                false => Ok(answer),
            }
        })
    }
}

/// A configuration whose credentials are of an account, by a canned answer of STS. It leads to
/// nothing else.
pub(crate) fn sts(account: &str) -> SdkConfig {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/ci</Arn>\
         <UserId>AIDAEXAMPLE</UserId><Account>{account}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    );
    let http_client = infallible_client_fn(move |request| {
        assert_eq!(request.uri().host(), Some("sts.local-fake-1.amazonaws.com"));
        http::Response::new(body.clone())
    });
    cognito_tests::sdk_config().http_client(http_client).build()
}
