//! No secret reaches a trace, not even those of the SDK at the level TRACE. Alone in its target,
//! because tracing remembers for all threads whether anybody listens.

use std::{
    collections::HashSet,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_credential_types::Credentials;
use aws_sdk_cognitoidentityprovider::config::{StalledStreamProtectionConfig, retry::RetryConfig};
use cognito_tests::{
    Canister, Canned, ERROR_TEXT, SECRET_ACCESS_KEY, Sent,
    calls::{
        ACCESS_TOKEN, CALLS, CLIENT_SECRET, CODE, Handles, ID_TOKEN, NEW_PASSWORD, PASSWORD,
        REFRESH_TOKEN, ROTATED_REFRESH_TOKEN, SESSION, challenge, good_body, secret_client,
    },
    sdk_config,
};
use offline_tests::secrets::Watch;
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};
use user_directory::{
    Authentication as _, ClientSecretSource as _, CreateUser, Refresh, RefreshGrant,
    SelfService as _, SignIn, SignUp, UserDirectory as _,
};
use user_directory_cognito::{AppClient, SdkConfig, SecretsManagerSource};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

const SESSION_TOKEN: &str = "session-token-of-aws-never-printed";
const OTHER_SECRET: &str = "other-secret-never-printed";
const KEPT_SECRET: &str = "kept-secret-never-printed";

/// What goes wrong in a walk, if anything.
#[derive(Clone, Copy, Debug)]
enum Weather {
    Good,
    /// Sign-ins bring a challenge.
    Challenge,
    /// The error that a wrong secret leads to, with a text of the service.
    Refused,
    Throttled,
    Internal,
    /// A page that repeats what it was sent.
    Echo,
}

const WEATHERS: [Weather; 6] = [
    Weather::Good,
    Weather::Challenge,
    Weather::Refused,
    Weather::Throttled,
    Weather::Internal,
    Weather::Echo,
];

fn answer(weather: Weather, operation: &str, request: &str) -> (u16, String) {
    match weather {
        Weather::Good | Weather::Challenge if operation.ends_with("GetSecretValue") => {
            (200, kept_secret())
        }
        Weather::Challenge if operation.ends_with("InitiateAuth") => (200, challenge()),
        Weather::Good | Weather::Challenge => (200, good_body(operation, request)),
        Weather::Refused => (400, error("NotAuthorizedException", "SecretHash does not match")),
        Weather::Throttled => (400, error("TooManyRequestsException", "")),
        Weather::Internal => (500, error("InternalErrorException", "")),
        Weather::Echo => (403, format!("<html>{request}</html>")),
    }
}

/// What AWS Secrets Manager keeps for the app client.
fn kept_secret() -> String {
    let app_client = app_client();
    let value = serde_json::json!({
        "userPoolId": app_client.pool_id,
        "userPoolClientId": app_client.client_id,
        "clientSecretValue": KEPT_SECRET,
    });
    serde_json::json!({ "SecretString": value.to_string() }).to_string()
}

fn error(code: &str, text: &str) -> String {
    format!(r#"{{"__type":"{code}","message":"{text}{ERROR_TEXT}"}}"#)
}

/// Answers over real sockets.
struct OverSockets(Weather);

impl Respond for OverSockets {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let target = request.headers.get("x-amz-target").expect("every call has one");
        let operation = target.to_str().expect("text").rsplit('.').next().expect("a name");
        let body = String::from_utf8(request.body.clone()).expect("text");
        let (status, body) = answer(self.0, operation, &body);
        ResponseTemplate::new(status)
            .insert_header("x-amzn-requestid", "the-request-id")
            .set_body_raw(body, "application/x-amz-json-1.1")
    }
}

fn config() -> aws_types::sdk_config::Builder {
    let session = Some(SESSION_TOKEN.to_owned());
    let credentials =
        Credentials::new("AKIDEXAMPLE", SECRET_ACCESS_KEY, session, None, "made up for tests");
    sdk_config()
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            credentials,
        ))
        .retry_config(RetryConfig::standard().with_max_backoff(std::time::Duration::from_millis(1)))
}

fn app_client() -> AppClient {
    secret_client().with_second_client_secret(OTHER_SECRET)
}

/// Every method, and some with all the members that may hold something personal.
async fn walk(config: &SdkConfig) {
    let handles = Handles::new(config, &app_client());
    for call in CALLS {
        // What comes of it is the other targets' matter.
        let _ = call.run(&handles).await;
    }
    let grant = RefreshGrant::new(REFRESH_TOKEN.into(), "alice-real", "a-sub");
    let request =
        Refresh::new(grant.with_device_key("a-device")).with_client_metadata([("code", CODE)]);
    let _ = handles.rotating_own.refresh(request).await;
    let request = SignIn::new("alice", PASSWORD).with_client_metadata([("code", CODE)]);
    let _ = handles.directory.sign_in(request).await;
    let request = CreateUser::new("alice").with_attributes([("custom:code", CODE)]);
    let _ = handles.directory.create_user(request).await;
    let request = SignUp::new("alice", PASSWORD)
        .with_attributes([("custom:code", CODE)])
        .with_validation_data([("code", CODE)])
        .with_client_metadata([("code", CODE)]);
    let _ = handles.own.sign_up(request).await;
    let source = SecretsManagerSource::new(config, "the-secret", &app_client());
    if let Ok(secret) = source.client_secret().await {
        assert_eq!(secret.expose(), KEPT_SECRET);
        FETCHED.fetch_add(1, Ordering::Relaxed);
    }
}

/// How often the secret was read.
static FETCHED: AtomicU32 = AtomicU32::new(0);

async fn walk_over_sockets(weather: Weather) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(OverSockets(weather)).mount(&server).await;
    walk(&config().endpoint_url(server.uri()).build()).await;
    let received = server.received_requests().await.expect("they are recorded");
    assert!(received.len() >= CALLS.len());
}

#[test]
fn traces() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let sent = tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut sent = Vec::new();
            for weather in WEATHERS {
                // Most of the log is of sockets; what differs below HTTP is seen in these.
                if let Weather::Good | Weather::Refused | Weather::Echo = weather {
                    walk_over_sockets(weather).await;
                }
                let client = Canned::new(move |_, sent| {
                    let (status, body) = answer(weather, sent.operation(), &sent.body);
                    Canister::new(status, body).with_request_id("the-request-id")
                });
                // The SDK's protection against stalled streams hides bodies by accident, as its
                // metrics do.
                let protection = StalledStreamProtectionConfig::disabled();
                let config = config().stalled_stream_protection(protection);
                walk(&config.http_client(client.clone()).build()).await;
                sent.extend(client.take());
            }
            sent
        })
    });
    let text = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("text");

    assert_eq!(FETCHED.load(Ordering::Relaxed), 3, "over sockets once, from memory twice");

    // What should be there: the SDK's own events, and those of this crate.
    for expected in [
        "transmitting request",
        "received response from service",
        "hyper_util",
        "aws_smithy_runtime",
        "AdminInitiateAuth{pool=",
        "outcome=\"ok\"",
        "outcome=NotAuthorized",
        "code=\"TooManyRequestsException\"",
        "request_id=\"the-request-id\"",
        "latency_ms=",
    ] {
        assert!(text.contains(expected), "the log has {expected}");
    }

    // A text of Cognito's is no secret, and stays out of this crate's events nevertheless: it may
    // repeat what was sent. The SDK prints it in one place, which nothing but a subscriber's filter
    // can close.
    let place = "aws_smithy_runtime::client::orchestrator: output_or_error=Err(";
    for line in text.lines().filter(|line| line.contains(ERROR_TEXT)) {
        assert!(line.contains(place), "another line has the text of an error");
    }

    let mut watch = Watch::default();
    for secret in [
        PASSWORD,
        NEW_PASSWORD,
        REFRESH_TOKEN,
        ROTATED_REFRESH_TOKEN,
        SESSION,
        ID_TOKEN,
        ACCESS_TOKEN,
        // The middle of a token, in case its start is cut off.
        &ACCESS_TOKEN[30..60],
        CLIENT_SECRET,
        OTHER_SECRET,
        KEPT_SECRET,
        SECRET_ACCESS_KEY,
        SESSION_TOKEN,
        CODE,
    ] {
        watch.secret(secret);
    }
    let hashes: Vec<_> = sent.iter().filter_map(secret_hash).collect();
    assert!(hashes.len() >= 16, "hashes were sent");
    for hash in hashes {
        watch.secret(&hash);
    }
    // The log is long and repeats itself; no secret has a space in it.
    let words: HashSet<_> = text.split(' ').collect();
    watch.shown = vec![words.into_iter().collect::<Vec<_>>().join(" ")];
    watch.check();
    // A body that is printed as a list of bytes.
    let bytes: Vec<_> = PASSWORD.bytes().map(|byte| byte.to_string()).collect();
    assert!(!text.contains(&bytes.join(", ")), "a body is in the log");
}

/// Among the parameters of a sign-in, or a member of its own.
fn secret_hash(sent: &Sent) -> Option<String> {
    let after = |member| sent.body.split_once(member);
    let (_, rest) = after(r#""SECRET_HASH":""#).or_else(|| after(r#""SecretHash":""#))?;
    rest.split('"').next().map(str::to_owned)
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
