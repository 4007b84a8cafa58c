//! Without credentials nothing is sent, and the error does not show what the provider said.

use std::time::Duration;

use aws_credential_types::provider::{
    ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
};
use aws_sdk_cognitoidentityprovider::config::{
    self, Config, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::{box_error::BoxError, client::interceptors::dyn_dispatch_hint};
use aws_smithy_types::config_bag::ConfigBag;
use cognito_tests::{
    Canister, Canned,
    calls::{CALLS, Call, Handle},
    sdk_config,
};
use user_directory::{ErrorKind, Operation};

use crate::{
    Attempts, Fate, MARKER, assert_silent, configuration, handles, patient,
    server::{Behaviour, Server},
};

#[derive(Clone, Copy, Debug)]
enum Provider {
    NotLoaded,
    Broken,
    Invalid,
    TimedOut,
    Unhandled,
    /// Answers after the call has ended.
    Slow,
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(match self {
            Self::NotLoaded => CredentialsError::not_loaded(MARKER),
            Self::Broken => CredentialsError::provider_error(MARKER),
            Self::Invalid => CredentialsError::invalid_configuration(MARKER),
            Self::TimedOut => CredentialsError::provider_timed_out(Duration::from_secs(1)),
            Self::Unhandled => CredentialsError::unhandled(MARKER),
            Self::Slow => {
                return future::ProvideCredentials::new(async {
                    std::future::pending::<()>().await;
                    unreachable!("it is pending")
                });
            }
        }))
    }
}

fn with(provider: Provider, config: config::Builder) -> config::Builder {
    config.credentials_provider(SharedCredentialsProvider::new(provider))
}

fn signed_calls() -> impl Iterator<Item = &'static Call> {
    CALLS.iter().filter(|call| call.handle == Handle::Directory && call.operation.is_signed())
}

#[tokio::test]
async fn without_credentials_nothing_is_sent() {
    let server = Server::always(Behaviour::json(200, "{}")).await;
    for provider in [
        Provider::NotLoaded,
        Provider::Broken,
        Provider::Invalid,
        Provider::TimedOut,
        Provider::Unhandled,
    ] {
        let attempts = Attempts::default();
        let config = configuration(format!("http://{}", server.address), patient().build());
        let handles = handles(with(provider, config).interceptor(attempts.clone()));
        for call in signed_calls() {
            let context = format!("{provider:?}: {call:?}");
            let error = call.run(&handles).await.expect_err(&context);
            assert_eq!(error.kind(), ErrorKind::NotSent, "{context}: {error}");
            assert!(error.message().contains("credentials"), "{context}: {error}");
            assert_eq!(error.code(), None, "{context}");
            assert_eq!(error.operation(), Some(call.operation), "{context}");
            assert_eq!(Fate::of(&error), Some(Fate::Harmless), "{context}");
            assert_eq!(attempts.take(), 1, "{context}");
            assert_silent(&context, &error);
        }
    }
    assert_eq!(server.requests(), 0);
}

/// The total time-out passes while credentials are looked for: still nothing was sent.
#[tokio::test]
async fn credentials_that_come_too_late_send_nothing() {
    let server = Server::always(Behaviour::json(200, "{}")).await;
    let timeouts = patient().operation_timeout(Duration::from_millis(50)).build();
    let config = configuration(format!("http://{}", server.address), timeouts);
    let handles = handles(with(Provider::Slow, config));
    for operation in [Operation::AdminGetUser, Operation::AdminCreateUser] {
        let error = Call::of(Handle::Directory, operation).run(&handles).await;
        let error = error.expect_err("there are no credentials");
        assert_eq!(error.kind(), ErrorKind::NotSent, "{error}");
        assert_eq!(Fate::of(&error), Some(Fate::Harmless));
    }
    assert_eq!(server.requests(), 0);
}

/// An interceptor of the application's own that lets nothing pass.
#[derive(Debug)]
struct Refuse;

#[dyn_dispatch_hint]
impl Intercept for Refuse {
    fn name(&self) -> &'static str {
        "refuse"
    }

    fn modify_before_transmit(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Err(MARKER.into())
    }
}

/// With any HTTP client: the request never came to it.
#[tokio::test]
async fn what_an_interceptor_refuses_is_not_sent() {
    let client = Canned::always(Canister::new(200, "{}"));
    let config = sdk_config().http_client(client.clone()).build();
    let handles = handles(Config::from(&config).to_builder().interceptor(Refuse));
    for call in CALLS {
        let context = format!("{call:?}");
        let error = call.run(&handles).await.expect_err(&context);
        assert_eq!(error.kind(), ErrorKind::NotSent, "{context}: {error}");
        assert!(!error.message().contains("credentials"), "{context}: {error}");
        assert_eq!(Fate::of(&error), Some(Fate::Harmless), "{context}");
        assert_silent(&context, &error);
    }
    assert!(client.sent().is_empty());
}
