use std::{panic::AssertUnwindSafe, time::Duration};

use aws_sdk_cognitoidentityprovider::{
    config::retry::RetryConfig, error::ProvideErrorMetadata as _,
};
use aws_smithy_http_client::test_util::infallible_client_fn;
use serde_json::{Value, json};
use user_directory::{
    AccessToken, Authentication as _, ErrorKind, SelfService as _, SignIn, UserDirectory as _,
};
use user_directory_check::{EndpointHarness, OwnPools, Rules};
use user_directory_cognito::{AppClient, CognitoDirectory, CognitoSelfService};
use user_directory_contract::{Contract, Harness as _, Ledger, PoolProfile};

use crate::wire::Network;

/// The only refusal so far, without its beginning.
fn refused(harness: &EndpointHarness) -> String {
    let refusals = harness.rules().refusals();
    let [reason] = &refusals[..] else { panic!("one refusal, not {refusals:?}") };
    reason.strip_prefix("refused before the network: ").expect("so it begins").to_owned()
}

#[tokio::test]
async fn a_foreign_pool_is_not_touched() {
    let network = Network::new();
    let pool = network.foreign_pool();
    let harness = network.aws().await;
    let app_client = AppClient::new(&pool, &network.fake.first_client().client_id);
    let directory = CognitoDirectory::from_client(&harness.client(), app_client).unwrap();
    let error = directory.delete_user("alice").await.expect_err("it is another's");
    assert_eq!(error.kind(), ErrorKind::ConnectionFailed);
    let sentence = format!("AdminDeleteUser names the pool {pool}, which this run did not create");
    assert_eq!(refused(&harness), sentence);
    assert_eq!(network.operations(), [""; 0]);
}

#[tokio::test]
async fn nor_by_the_sdk_itself() {
    let network = Network::new();
    let pool = network.foreign_pool();
    let harness = network.aws().await;
    let client = harness.client();
    client.delete_user_pool().user_pool_id(&pool).send().await.expect_err("it is another's");
    client.describe_user_pool().user_pool_id(&pool).send().await.expect_err("it is another's");
    client.create_user_pool().pool_name("mine").send().await.expect_err("it is not named so");
    client.describe_user_pool_domain().domain("d").send().await.expect_err("it names no pool");
    assert_eq!(harness.rules().refusals().len(), 4);
    assert_eq!(network.operations(), [""; 0]);
    assert_eq!(network.pools().await, [pool]);
}

#[tokio::test]
async fn a_foreign_app_client_is_not_used() {
    let network = Network::new();
    let harness = network.aws().await;
    let foreign = network.fake.first_client();
    let app_client = AppClient::new(&foreign.pool_id, &foreign.client_id);
    let own = CognitoSelfService::from_client(&harness.client(), app_client).unwrap();
    own.sign_in(SignIn::new("alice", "Correct-horse-9")).await.expect_err("it is another's");
    let id = &foreign.client_id;
    let sentence = format!("InitiateAuth names the app client {id}, which this run did not create");
    assert_eq!(refused(&harness), sentence);
    assert_eq!(network.operations(), [""; 0]);
}

#[tokio::test]
async fn a_token_of_a_foreign_pool_is_not_presented() {
    let network = Network::new();
    let harness = network.aws().await;
    let foreign = network.fake.first_client();
    // {"iss":"https://cognito-idp.local-fake-1.amazonaws.com/local-fake-1_Foreign01"}
    let claims = "eyJpc3MiOiJodHRwczovL2NvZ25pdG8taWRwLmxvY2FsLWZha2UtMS5hbWF6b25hd3MuY29tL2xvY2F\
                  sLWZha2UtMV9Gb3JlaWduMDEifQ";
    let token = AccessToken::new(format!("e30.{claims}.c2ln"));
    let app_client = AppClient::new(&foreign.pool_id, &foreign.client_id);
    let own = CognitoSelfService::from_client(&harness.client(), app_client).unwrap();
    own.global_sign_out(&token).await.expect_err("it is another's");
    assert_eq!(
        refused(&harness),
        "GlobalSignOut presents a token of the pool local-fake-1_Foreign01, which this run did not \
         create"
    );
    assert_eq!(network.operations(), [""; 0]);
}

#[tokio::test]
async fn requests_go_to_aws_only() {
    let network = Network::new();
    let harness = network.aws().await;
    let config = harness.client().config().to_builder().endpoint_url("https://proxy.example");
    let client = aws_sdk_cognitoidentityprovider::Client::from_conf(config.build());
    client.list_user_pools().max_results(1).send().await.expect_err("it is not AWS");
    assert_eq!(refused(&harness), "proxy.example is not AWS");
}

#[tokio::test(start_paused = true)]
async fn each_case_deletes_its_pool() {
    let network = Network::new();
    let harness = network.aws().await;
    let contract = Contract::new().with_filter("article/");
    let report = contract.run(&harness, &Ledger::empty()).await;
    assert!(report.is_success(), "{report}");
    let operations = network.operations();
    let count = |name| operations.iter().filter(|operation| *operation == name).count();
    assert_eq!(count("CreateUserPool"), report.counts().run());
    assert_eq!(count("DeleteUserPool"), report.counts().run());
    assert_eq!(harness.rules().pools().alive(), [""; 0]);
    assert_eq!(network.pools().await, [network.foreign_pool()]);
}

#[tokio::test]
async fn a_panic_leaves_nothing_over() {
    let network = Network::new();
    let harness = network.aws().await;
    let environment = harness.open(&PoolProfile::article()).await.unwrap();
    assert_eq!(network.pools().await.len(), 2);
    let run = AssertUnwindSafe(|| {
        let _cleanup = harness.cleanup();
        panic!("on purpose");
    });
    std::panic::catch_unwind(run).expect_err("it panics");
    assert_eq!(network.pools().await, [network.foreign_pool()]);
    drop(environment);
}

/// Some emulators' texts are just the token, which may look like anything.
#[tokio::test]
async fn a_refusal_does_not_repeat_a_token() {
    let config = cognito_tests::sdk_config().retry_config(RetryConfig::disabled()).build();
    let harness = EndpointHarness::over("it repeats", config, || {
        infallible_client_fn(|request| {
            let call: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
            let body = json!({
                "__type": "NotAuthorizedException",
                "message": format!("{} is no token", call["AccessToken"].as_str().unwrap()),
            });
            http::Response::builder().status(400).body(body.to_string()).unwrap()
        })
    });
    let refused = harness.client().get_user().access_token("short").send().await.unwrap_err();
    assert_eq!(refused.message(), Some("[redacted] is no token"));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_stopped_only_cleans_up() {
    let network = Network::new();
    let harness = network.aws().await;
    let environment = harness.open(&PoolProfile::article()).await.unwrap();
    harness.rules().stop();
    let pool = environment.pool_id();
    let get = harness.client().admin_get_user().user_pool_id(&pool).username("alice");
    get.send().await.expect_err("the run was stopped");
    assert!(harness.open(&PoolProfile::article()).await.is_err(), "the run was stopped");
    assert_eq!(harness.rules().refusals().len(), 2);
    environment.close().await;
    drop(harness.cleanup());
    assert_eq!(network.pools().await, [network.foreign_pool()]);
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_nobody_heard_of_is_found_by_its_name() {
    let network = Network::that_loses("CreateUserPool");
    let harness = network.aws().await;
    let cleanup = harness.cleanup();
    assert!(harness.open(&PoolProfile::article()).await.is_err(), "the answers are lost");
    assert!(network.pools().await.len() > 1, "there is a pool all the same");
    assert_eq!(harness.rules().pools().alive(), [""; 0]);
    drop(cleanup);
    assert_eq!(network.pools().await, [network.foreign_pool()]);
}

#[tokio::test(start_paused = true)]
async fn fewer_than_five_requests_a_second() {
    let network = Network::new();
    let harness = network.aws().await;
    let calls = (0..20).map(|_| {
        // A client for each: all of them share one queue.
        let client = harness.client();
        tokio::spawn(async move { client.list_user_pools().max_results(1).send().await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    let sent: Vec<_> = network.sent().iter().map(|sent| sent.at).collect();
    assert_eq!(sent.len(), 20);
    for first in &sent {
        let window = *first..*first + Duration::from_secs(1);
        let within = sent.iter().filter(|at| window.contains(at)).count();
        assert!(within < 5, "{within} requests within a second");
    }
}

#[test]
fn each_run_has_a_name_of_its_own() {
    let (one, other) = (OwnPools::new(), OwnPools::new());
    assert_ne!(one.prefix(), other.prefix());
    assert!(one.prefix().starts_with("user-directory-contract-"));
    assert!(Rules::new(one).refusals().is_empty());
}
