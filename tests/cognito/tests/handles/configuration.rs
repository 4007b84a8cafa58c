//! How a handle is made of a configuration, and when it is not.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{
        BehaviorVersion, Config, Intercept, Region, RuntimeComponents, timeout::TimeoutConfig,
    },
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::interceptors::{context::BeforeTransmitInterceptorContextRef, dyn_dispatch_hint},
};
use aws_smithy_types::config_bag::ConfigBag;
use cognito_tests::{
    REGION, SECRET_ACCESS_KEY,
    calls::{CALLS, CLIENT_ID, CLIENT_SECRET, Handles, POOL_ID, secret_client},
    sdk_config,
};
use user_directory::{RefreshFlow, SelfService as _, UserDirectory as _};
use user_directory_cognito::{
    AppClient, CONNECT_TIMEOUT, CognitoDirectory, CognitoSelfService, ConfigError, READ_TIMEOUT,
    SdkConfig, TOTAL_TIMEOUT,
};

use crate::{config, good, handles};

fn app_client() -> AppClient {
    AppClient::new(POOL_ID, CLIENT_ID)
}

/// What all four ways to make a handle say.
fn make(config: &SdkConfig, app_client: &AppClient) -> Result<String, ConfigError> {
    let client = Client::from_conf(Config::from(config));
    let outcomes = [
        CognitoDirectory::new(config, app_client.clone()).map(|made| made.endpoint().to_owned()),
        CognitoDirectory::from_client(&client, app_client.clone())
            .map(|made| made.endpoint().to_owned()),
        CognitoSelfService::new(config, app_client.clone()).map(|made| made.endpoint().to_owned()),
        CognitoSelfService::from_client(&client, app_client.clone())
            .map(|made| made.endpoint().to_owned()),
    ];
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "{outcomes:?}");
    outcomes[0].clone()
}

/// Without a runtime: nothing waits, although there are credentials that could be looked for.
#[test]
fn what_is_wrong_with_a_configuration_is_said_with_how_to_fix_it() {
    let aws = sdk_config().build();
    let plain = sdk_config().endpoint_url("http://proxy.example").build();
    let nowhere = SdkConfig::builder().behavior_version(BehaviorVersion::latest()).build();
    let elsewhere = sdk_config().region(Region::new("eu-west-1")).build();
    let nameless = AppClient::new("Fake00001", CLIENT_ID);
    for (config, app_client, fix) in [
        (&plain, app_client(), "use https, or call allow_insecure_endpoint"),
        (&aws, app_client().with_endpoint_url("http://10.0.0.1"), "allow_insecure_endpoint"),
        (&nowhere, app_client(), "set a region, or call with_endpoint_url"),
        (&elsewhere, app_client(), "change one of the two, or call allow_region_mismatch"),
        (&aws, nameless.clone(), "correct it, or call allow_region_mismatch"),
        (&aws, app_client().with_second_client_secret("b"), "call with_client_secret as well"),
        (&aws, app_client().with_endpoint_url("localhost:4566"), "write http://localhost:4566"),
        (
            &aws,
            app_client().with_endpoint_url("https://cognito-idp.eu-west-1.amazonaws.com"),
            "change one of the two, or call allow_region_mismatch",
        ),
        (&aws, AppClient::new(POOL_ID, ""), "take it from the console"),
        (&aws, AppClient::new(POOL_ID, " 1example "), "take it from the console"),
        (&aws, app_client().with_client_secret(""), "leave it out for a client without one"),
        (&aws, app_client().with_client_secret("secret\n"), "trim it"),
        (&aws, secret_client().with_second_client_secret(" "), "trim it"),
    ] {
        let error = make(config, &app_client).expect_err(fix);
        assert!(error.to_string().contains(fix), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }
    // And that helps.
    for (config, app_client, endpoint) in [
        (&aws, app_client(), "https://cognito-idp.local-fake-1.amazonaws.com"),
        (&plain, app_client().allow_insecure_endpoint(), "http://proxy.example"),
        (
            &elsewhere,
            app_client().allow_region_mismatch(),
            "https://cognito-idp.eu-west-1.amazonaws.com",
        ),
        (&aws, nameless.allow_region_mismatch(), "https://cognito-idp.local-fake-1.amazonaws.com"),
        (&nowhere, app_client().with_endpoint_url("http://localhost:1"), "http://localhost:1"),
        (
            &aws,
            secret_client().with_second_client_secret("b"),
            "https://cognito-idp.local-fake-1.amazonaws.com",
        ),
    ] {
        assert_eq!(make(config, &app_client).as_deref(), Ok(endpoint));
    }
}

/// A task of Tokio's may poll only so much before it must let others run; making handles takes
/// nothing of that.
#[tokio::test]
async fn many_handles_are_made_in_one_go() {
    let client = good();
    for _ in 0..100 {
        handles(&client, &app_client());
    }
}

#[tokio::test]
async fn the_app_clients_endpoint_comes_before_the_configurations() {
    let client = good();
    let config =
        sdk_config().endpoint_url("https://configured.example").http_client(client.clone()).build();
    for (app_client, endpoint) in [
        (app_client(), "https://configured.example"),
        (
            app_client().with_endpoint_url("https://chosen.example:444"),
            "https://chosen.example:444",
        ),
    ] {
        assert_eq!(make(&config, &app_client).as_deref(), Ok(endpoint));
        let handles = Handles::new(&config, &app_client);
        for call in CALLS {
            call.run(&handles).await.expect("served");
            // No request goes anywhere but where the handle says, and making it sent none.
            let sent = client.take();
            assert_eq!(sent.len(), 1, "{call:?}");
            assert_eq!(sent[0].uri, format!("{endpoint}/"), "{call:?}");
        }
    }
}

#[test]
fn debug_shows_no_secret() {
    let app_client = secret_client()
        .with_second_client_secret("other-secret-never-printed")
        .with_endpoint_url("https://user:url-password-never-printed@proxy.example");
    let config = sdk_config().build();
    let directory = CognitoDirectory::new(&config, app_client.clone()).expect("valid");
    let own = CognitoSelfService::new(&config, app_client.clone()).expect("valid");
    assert_eq!(directory.endpoint(), "https://proxy.example");
    assert_eq!(own.app_client(), directory.app_client());
    for shown in [
        format!("{directory:?} {directory:#?}"),
        format!("{own:?} {own:#?}"),
        format!("{app_client:?} {app_client:#?}"),
    ] {
        assert!(shown.contains(CLIENT_ID), "{shown}");
        assert!(shown.contains("proxy.example"), "{shown}");
        for secret in [CLIENT_SECRET, "other-secret", "url-password", SECRET_ACCESS_KEY] {
            assert!(!shown.contains(secret), "Debug shows {secret}");
        }
    }
}

/// Nor does what is wrong with a URL; the SDK would repeat it.
#[test]
fn a_url_that_leads_nowhere_is_not_repeated() {
    for url in ["http://user:url-password@ex ample", "user:url-password@", "//user:url-password@a"]
    {
        let error = make(&sdk_config().build(), &app_client().with_endpoint_url(url));
        let error = error.expect_err(url);
        assert!(matches!(error, ConfigError::NoEndpoint { .. }), "{url}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("url-password"), "{url}: {error}");
    }
}

/// Notes the time-outs of calls.
#[derive(Clone, Debug, Default)]
struct Noted(Arc<Mutex<Option<TimeoutConfig>>>);

#[dyn_dispatch_hint]
impl Intercept for Noted {
    fn name(&self) -> &'static str {
        "noted"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.0.lock().expect("unpoisoned") = config.load::<TimeoutConfig>().cloned();
        Ok(())
    }
}

#[tokio::test]
async fn time_outs_of_the_configuration_are_kept_and_others_have_defaults() {
    let second = Duration::from_secs(1);
    let (connect, read, total) = (Some(CONNECT_TIMEOUT), Some(READ_TIMEOUT), Some(TOTAL_TIMEOUT));
    let builder = TimeoutConfig::builder;
    for (configured, expected) in [
        (None, [connect, read, total, None]),
        (Some(builder().build()), [connect, read, total, None]),
        (Some(builder().connect_timeout(second).build()), [Some(second), read, total, None]),
        (Some(builder().read_timeout(second).build()), [connect, Some(second), total, None]),
        (Some(builder().operation_timeout(second).build()), [connect, read, Some(second), None]),
        (
            Some(builder().operation_attempt_timeout(second).build()),
            [connect, read, total, Some(second)],
        ),
        (Some(TimeoutConfig::disabled()), [None; 4]),
    ] {
        let mut config = sdk_config().http_client(good());
        config.set_timeout_config(configured.clone());
        let noted = Noted::default();
        let config = Config::from(&config.build()).to_builder().interceptor(noted.clone());
        let handles = Handles::from_service_config(config, &secret_client());
        for call in CALLS {
            call.run(&handles).await.expect("served");
            let seen = noted.0.lock().expect("unpoisoned").take().expect("an attempt was made");
            let seen = [
                seen.connect_timeout(),
                seen.read_timeout(),
                seen.operation_timeout(),
                seen.operation_attempt_timeout(),
            ];
            assert_eq!(seen, expected, "{call:?} with {configured:?}");
        }
    }
}

/// An SDK client has more than an `SdkConfig`, and all of it is kept: its interceptors too.
#[tokio::test]
async fn a_handle_of_an_sdk_client_has_its_interceptors() {
    let noted = Noted::default();
    let config = Config::from(&config(&good())).to_builder().interceptor(noted.clone()).build();
    let client = Client::from_conf(config);
    let directory = CognitoDirectory::from_client(&client, app_client()).expect("valid");
    directory.enable_user("alice").await.expect("served");
    assert!(noted.0.lock().expect("unpoisoned").take().is_some());
    let own = CognitoSelfService::from_client(&client, app_client()).expect("valid");
    own.user(&"token".into()).await.expect("served");
    assert!(noted.0.lock().expect("unpoisoned").take().is_some());
}

#[test]
fn an_app_client_says_what_it_was_made_of() {
    let app_client = secret_client().with_refresh_flow(RefreshFlow::GetTokensFromRefreshToken);
    let directory = CognitoDirectory::new(&sdk_config().build(), app_client.clone());
    assert_eq!(directory.expect("valid").app_client(), &app_client);
    assert!(app_client.pool_id.starts_with(REGION));
}
