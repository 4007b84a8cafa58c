//! The HTTP client itself: hosts, bodies, retries, time-outs, lost answers.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{
        ConfigBag, Intercept, Region, RuntimeComponents,
        interceptors::{
            BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
        },
        retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::{BoxError, DisplayErrorContext, ProvideErrorMetadata as _, SdkError},
    operation::RequestId as _,
    types::AuthFlowType,
};
use aws_smithy_types::body::SdkBody;
use user_directory::Operation;
use user_directory::UserStatus;
use user_directory_fake::{Fake, Fault};
use user_directory_wire::WireHttpClient;

use crate::{CLIENT, PASSWORD, POOL, fake_with_alice, sdk};

/// The AWS SDK with its usual retries, but without their pauses.
fn retrying_sdk(fake: &Fake) -> Client {
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let http_client = WireHttpClient::new(fake.clone());
    Client::new(&cognito_tests::sdk_config().http_client(http_client).retry_config(retries).build())
}

/// A refusal of the HTTP client itself, which the SDK does not retry.
fn local_error<E: std::error::Error + 'static, R: std::fmt::Debug>(
    error: &SdkError<E, R>,
) -> String {
    let SdkError::DispatchFailure(failure) = error else { panic!("{error:?}") };
    assert!(failure.is_user(), "{failure:?}");
    DisplayErrorContext(error).to_string()
}

#[tokio::test]
async fn another_region_is_refused() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let config = cognito_tests::sdk_config()
        .region(Region::new("eu-west-1"))
        .http_client(WireHttpClient::new(fake.clone()))
        .build();
    let client = Client::new(&config);
    let error = client.admin_get_user().user_pool_id(POOL).username("alice").send().await;
    let text = local_error(&error.expect_err("a foreign host"));
    assert!(
        text.contains(
            "the in-process wire answers for cognito-idp.local-fake-1.amazonaws.com, not for \
             cognito-idp.eu-west-1.amazonaws.com, so nothing was sent: set the region local-fake-1 \
             and no endpoint"
        ),
        "{text}"
    );
    assert!(fake.calls().all().is_empty());
}

#[tokio::test]
async fn another_endpoint_is_refused() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let config = cognito_tests::sdk_config()
        .endpoint_url("http://127.0.0.1:9229")
        .http_client(WireHttpClient::new(fake.clone()))
        .build();
    let client = Client::new(&config);
    let error = client.admin_get_user().user_pool_id(POOL).username("alice").send().await;
    let text = local_error(&error.expect_err("a foreign host"));
    assert!(text.contains("not for 127.0.0.1, so nothing was sent"), "{text}");
    assert!(fake.calls().all().is_empty());
}

/// Replaces the body by one that is not in memory, as a proxy in between might.
#[derive(Debug)]
struct Stream;

impl Intercept for Stream {
    fn name(&self) -> &'static str {
        "Stream"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.request_mut().body_mut();
        *body = SdkBody::from_body_1_x(std::mem::replace(body, SdkBody::taken()));
        Ok(())
    }
}

#[tokio::test]
async fn a_streaming_body_is_refused() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let get = sdk(&fake).admin_get_user().user_pool_id(POOL).username("alice");
    let error = get.customize().interceptor(Stream).send().await;
    let text = local_error(&error.expect_err("no body in memory"));
    assert!(text.contains("the in-process wire takes bodies in memory"), "{text}");
    assert!(fake.calls().all().is_empty());
}

/// Keeps what the SDK would print of a response.
#[derive(Clone, Debug, Default)]
struct Spy(Arc<Mutex<String>>);

impl Intercept for Spy {
    fn name(&self) -> &'static str {
        "Spy"
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.0.lock().expect("nobody panics") = format!("{:?}", context.response());
        Ok(())
    }
}

#[tokio::test]
async fn a_response_prints_no_token() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let spy = Spy::default();
    let sign_in = sdk(&fake)
        .initiate_auth()
        .client_id(CLIENT)
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", "alice")
        .auth_parameters("PASSWORD", PASSWORD);
    let output = sign_in.customize().interceptor(spy.clone()).send().await;
    let output = output.expect("the right password");
    let result = output.authentication_result().expect("a result");
    let shown = spy.0.lock().expect("nobody panics").clone();
    assert!(shown.contains("200"), "{shown}");
    for token in [result.access_token(), result.id_token(), result.refresh_token()] {
        assert!(!shown.contains(token.expect("a token")));
    }
    assert!(!shown.contains("AuthenticationResult"), "{shown}");
}

#[tokio::test]
async fn an_operation_that_is_not_implemented_is_refused() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let error = retrying_sdk(&fake).list_identity_providers().user_pool_id(POOL).send().await;
    let error = error.expect_err("no identity providers");
    assert_eq!(error.raw_response().expect("a response").status().as_u16(), 501);
    assert_eq!(error.request_id(), Some("00000000-0000-4000-8000-000000000000"));
    let error = error.into_service_error();
    assert_eq!(error.code(), Some("NotImplementedException"));
    let text = "user-directory-wire does not implement ListIdentityProviders";
    assert_eq!(error.message(), Some(text));
    // The next one: the SDK did not try again.
    assert_eq!(fake.next_request_id(), "00000000-0000-4000-8000-000000000001");
}

#[tokio::test]
async fn a_member_that_is_not_implemented_is_refused() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let confirm = retrying_sdk(&fake).confirm_sign_up().client_id(CLIENT).username("alice");
    let confirm = confirm.confirmation_code("123456").session("S".repeat(20));
    let error = confirm.send().await.expect_err("no such sign-in").into_service_error();
    assert_eq!(error.code(), Some("NotImplementedException"));
    let text = "user-directory-pool does not implement ConfirmSignUp with Session";
    assert_eq!(error.message(), Some(text));
}

#[tokio::test]
async fn the_sdk_tries_again() {
    let operation = Operation::AdminGetUser;
    for fault in [
        Fault::throttling(operation),
        Fault::internal_error(operation),
        Fault::answer_lost(operation),
    ] {
        let fake = fake_with_alice(UserStatus::Confirmed);
        fake.faults().inject(fault.clone().times(2));
        let get = retrying_sdk(&fake).admin_get_user().user_pool_id(POOL).username("alice");
        let output = get.send().await.unwrap_or_else(|error| panic!("{fault:?}: {error:?}"));
        assert_eq!(output.username(), "alice");
        assert_eq!(output.request_id(), Some("00000000-0000-4000-8000-000000000002"));
        assert_eq!(fake.calls().count(operation), 3, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_a_broken_connection() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    fake.faults().inject(Fault::answer_lost(Operation::AdminDeleteUser));
    let delete = sdk(&fake).admin_delete_user().user_pool_id(POOL).username("alice");
    let error = delete.send().await.expect_err("no answer");
    let SdkError::DispatchFailure(failure) = &error else { panic!("{error:?}") };
    assert!(failure.is_io(), "{failure:?}");
    let get = sdk(&fake).admin_get_user().user_pool_id(POOL).username("alice");
    let error = get.send().await.expect_err("she was deleted");
    assert!(error.into_service_error().is_user_not_found_exception());
}

#[tokio::test]
async fn the_sdk_gives_up_waiting() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let minute = Duration::from_secs(60);
    fake.faults().inject(Fault::latency(Operation::AdminGetUser, minute));
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_millis(20)).build();
    let config = cognito_tests::wire_config(&fake).to_builder().timeout_config(timeouts).build();
    let get = Client::new(&config).admin_get_user().user_pool_id(POOL).username("alice");
    let error = get.send().await.expect_err("too late");
    assert!(matches!(error, SdkError::TimeoutError(_)), "{error:?}");
}
