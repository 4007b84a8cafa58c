//! Which calls are sent again: every method of both handles, by the number of its requests.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_cognitoidentityprovider::config::{
    self, BehaviorVersion, Config, Region,
    retry::{ClassifyRetry, RetryAction, RetryConfig},
};
use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext, retries::classifiers::RetryClassifierPriority,
};
use cognito_tests::{
    Canister, Canned, REGION,
    calls::{CALLS, Call, Handle, Handles, secret_client},
    sdk_config,
};
use user_directory::{ErrorKind, Operation};

/// The SDK's own three attempts, without its pauses.
fn fast() -> RetryConfig {
    RetryConfig::standard()
        .with_initial_backoff(Duration::from_millis(1))
        .with_max_backoff(Duration::from_millis(1))
}

/// What goes wrong, and how often a read and any other call are sent then.
const FAULTS: &[(&str, Fault, usize, usize)] = &[
    ("an internal error", Fault::Code("InternalErrorException"), 3, 1),
    ("an unreadable 503", Fault::Body(503, "<html>"), 3, 1),
    ("a lost answer", Fault::Lost, 3, 1),
    ("throttling", Fault::Code("TooManyRequestsException"), 3, 3),
    ("an hourly limit", Fault::Code("LimitExceededException"), 1, 1),
    ("a refusal", Fault::Code("NotAuthorizedException"), 1, 1),
    // Codes of other services that the SDK takes for throttling; that nothing was done is only known
    // of Cognito's own.
    ("another service's throttling", Fault::Code("ThrottlingException"), 3, 1),
    // The SDK reads the code in these forms as well.
    (
        "throttling with a namespace",
        Fault::Body(400, r#"{"__type":"com.amazonaws.cognito#TooManyRequestsException"}"#),
        3,
        3,
    ),
    (
        "throttling in another member",
        Fault::Body(429, r#"{"code":"TooManyRequestsException"}"#),
        3,
        3,
    ),
    ("a limit in another member", Fault::Body(400, r#"{"code":"LimitExceededException"}"#), 1, 1),
];

#[derive(Clone, Copy, Debug)]
enum Fault {
    Code(&'static str),
    Body(u16, &'static str),
    Lost,
}

impl Fault {
    fn client(self) -> Canned {
        Canned::always(match self {
            Self::Code(code) => Canister::error(code),
            Self::Body(status, body) => Canister::new(status, body),
            Self::Lost => Canister::Lost,
        })
    }
}

fn service_config(client: &Canned, retries: RetryConfig) -> config::Builder {
    let config = sdk_config().http_client(client.clone()).retry_config(retries).build();
    Config::from(&config).to_builder()
}

/// Runs every call and counts its requests. The quota of retries is enough for so many of them.
async fn count(fault: Fault, config: impl Fn(&Canned) -> config::Builder) -> Vec<(Call, usize)> {
    const MANY: usize = 40;
    let client = fault.client();
    let mut counts = Vec::new();
    for calls in CALLS.chunks(MANY) {
        let handles = Handles::from_service_config(config(&client), &secret_client());
        for call in calls {
            call.run(&handles).await.expect_err("nothing succeeds");
            let sent = client.take();
            assert!(sent.iter().all(|sent| sent.operation() == call.operation.name()), "{call:?}");
            counts.push((*call, sent.len()));
        }
    }
    counts
}

#[test]
fn every_operation_has_a_call() {
    let covered: BTreeSet<_> = CALLS.iter().map(|call| call.operation).collect();
    let of_the_traits = |operation: &Operation| !operation.methods().is_empty();
    assert_eq!(covered, Operation::ALL.iter().copied().filter(of_the_traits).collect());
    // Signing in, answering, refreshing by either flow and revoking are methods of both handles.
    for handle in [Handle::Directory, Handle::SelfService] {
        let count = |method| {
            CALLS.iter().filter(|call| (call.handle, call.method) == (handle, method)).count()
        };
        let counts = ["sign_in", "respond_to_challenge", "refresh", "revoke"].map(count);
        assert_eq!(counts, [1, 1, 2, 1], "{handle:?}");
    }
}

#[tokio::test]
async fn only_what_did_nothing_is_sent_again() {
    for (name, fault, read, other) in FAULTS {
        for (call, sent) in count(*fault, |client| service_config(client, fast())).await {
            let expected = if call.operation.is_read() { *read } else { *other };
            assert_eq!(sent, expected, "{call:?} after {name}");
        }
    }
}

/// Throttling ends, and the call with it.
#[tokio::test]
async fn a_throttled_call_is_sent_until_it_is_served() {
    for call in CALLS {
        let client = Canned::new(|place, sent| match place {
            0 | 1 => Canister::error("TooManyRequestsException"),
            _ => Canister::new(200, cognito_tests::calls::good_body(sent.operation(), &sent.body)),
        });
        let config = service_config(&client, fast());
        let handles = Handles::from_service_config(config, &secret_client());
        call.run(&handles).await.unwrap_or_else(|error| panic!("{call:?}: {error}"));
        let sent = client.sent();
        assert_eq!(sent.len(), 3, "{call:?}");
        // A call that is sent again is the same call.
        assert!(sent.iter().all(|other| other.body == sent[0].body), "{call:?}");
    }
}

#[tokio::test]
async fn a_configuration_without_retries_is_respected() {
    for (name, fault, ..) in FAULTS {
        let counts = count(*fault, |client| service_config(client, RetryConfig::disabled())).await;
        for (call, sent) in counts {
            assert_eq!(sent, 1, "{call:?} after {name}");
        }
    }
}

#[tokio::test]
async fn a_configuration_with_other_attempts_is_respected() {
    let retries = || fast().with_max_attempts(2);
    let throttled = Fault::Code("TooManyRequestsException");
    for (call, sent) in count(throttled, |client| service_config(client, retries())).await {
        assert_eq!(sent, 2, "{call:?}");
    }
}

/// An application's own idea of retries, which may say what it likes and runs last.
#[derive(Debug)]
struct RetryEverything(i8);

impl ClassifyRetry for RetryEverything {
    fn classify_retry(&self, _: &InterceptorContext) -> RetryAction {
        RetryAction::server_error()
    }

    fn name(&self) -> &'static str {
        "retry everything"
    }

    fn priority(&self) -> RetryClassifierPriority {
        let default = RetryClassifierPriority::default();
        match self.0 {
            0 => default,
            1 => RetryClassifierPriority::run_after(default),
            _ => RetryClassifierPriority::run_before(
                RetryClassifierPriority::http_status_code_classifier(),
            ),
        }
    }
}

#[tokio::test]
async fn no_classifier_of_an_application_allows_what_is_forbidden() {
    let forbidden = [
        Fault::Code("InternalErrorException"),
        Fault::Lost,
        Fault::Code("LimitExceededException"),
        Fault::Code("NotAuthorizedException"),
    ];
    for place in [-1, 0, 1] {
        for fault in forbidden {
            let config = |client: &Canned| {
                service_config(client, fast()).retry_classifier(RetryEverything(place))
            };
            for (call, sent) in count(fault, config).await {
                let limit = matches!(fault, Fault::Code("LimitExceededException"));
                // The classifier is there: a read is sent as often as the application likes.
                let expected = if call.operation.is_read() && !limit { 3 } else { 1 };
                assert_eq!(sent, expected, "{call:?} after {fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_sdk_client_without_retry_configuration_keeps_its_own() {
    let client = Canned::always(Canister::error("InternalErrorException"));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .http_client(client.clone());
    let handles = Handles::from_service_config(config, &secret_client());
    let error = Call::of(Handle::SelfService, Operation::InitiateAuth).run(&handles).await;
    assert_eq!(error.expect_err("an internal error").kind(), ErrorKind::Internal);
    assert_eq!(client.take().len(), 1);
    let error = Call::of(Handle::SelfService, Operation::GetUser).run(&handles).await;
    assert_eq!(error.expect_err("an internal error").kind(), ErrorKind::Internal);
    assert_eq!(client.take().len(), 3);
}
