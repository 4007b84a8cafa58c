//! Errors that say why: what is wrong, and what is said, as a table in the guide. Alone in its target,
//! because tracing remembers for all threads whether anybody listens.

use std::{
    fmt::Write as _,
    io,
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_credential_types::provider::{
    ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future,
};
use aws_sdk_cognitoidentityprovider::config::{
    BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_types::sdk_config::Builder;
use cognito_tests::{
    SECRET_ACCESS_KEY,
    calls::{CLIENT_ID, CLIENT_SECRET, PASSWORD, POOL_ID},
    sdk_config,
};
use tokio::io::AsyncWriteExt as _;
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};
use user_directory::{Authentication as _, Error, ErrorKind, SignIn};
use user_directory_cognito::{AppClient, CognitoDirectory, SdkConfig};
use user_directory_tokens::{HttpsFetcher, JwksFetcher as _};

/// The table is between these lines.
const GUIDE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/user-directory-cognito/guide/errors.md");
const BEGIN: &str = "<!-- table:begin -->\n";
const END: &str = "<!-- table:end -->";

/// What no error shows.
const SECRETS: [&str; 4] = [PASSWORD, CLIENT_SECRET, SECRET_ACCESS_KEY, "hunter2"];

fn app_client() -> AppClient {
    AppClient::new(POOL_ID, CLIENT_ID).with_client_secret(CLIENT_SECRET)
}

fn quick() -> Builder {
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_millis(200)).build();
    sdk_config().timeout_config(timeouts).retry_config(RetryConfig::disabled())
}

async fn sign_in(config: &SdkConfig, app_client: AppClient) -> Error {
    let directory = CognitoDirectory::new(config, app_client).expect("good settings");
    let refused = directory.sign_in(SignIn::new("alice", PASSWORD)).await;
    refused.expect_err("nobody is there")
}

/// A server that is no service of TLS; `None` says nothing at all.
async fn server(says: Option<&'static str>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let place = listener.local_addr().expect("bound").to_string();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut connection, _)) = listener.accept().await {
            if let Some(says) = says {
                let _ = connection.write_all(says.as_bytes()).await;
            }
            kept.push(connection);
        }
    });
    place
}

/// A port that was free a moment ago.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").to_string()
}

/// What is wrong, and what is said about it.
#[derive(Default)]
struct Table(Vec<(&'static str, String)>);

impl Table {
    /// Notes what an error says, with a name for the place.
    fn note(&mut self, what: &'static str, said: &str, place: &str) {
        assert!(!said.contains('\n'), "{said}");
        for secret in SECRETS {
            assert!(!said.contains(secret), "{what}: a secret shows");
        }
        self.0.push((what, said.replace(place, "localhost:4566")));
    }
}

async fn connections(table: &mut Table) {
    let silent = server(None).await;
    let plain = server(Some("HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    let nobody = nobody();
    // Too long a name for any name server to be asked.
    let nameless = format!("{}localhost:80", format!("{}.", "n".repeat(60)).repeat(5));
    for (what, place, cause) in [
        ("the host's name has no address", nameless.as_str(), "no address was found for the name"),
        ("nobody listens on the port", nobody.as_str(), "the port refused the connection"),
        ("the host does not answer in time", silent.as_str(), "it took too long"),
        ("the endpoint speaks no TLS", plain.as_str(), "the TLS handshake failed: "),
    ] {
        let scheme = if place == nameless { "http" } else { "https" };
        let url = format!("{scheme}://user:hunter2@{place}");
        let error = sign_in(&quick().endpoint_url(url).build(), app_client()).await;
        assert_eq!(error.kind(), ErrorKind::ConnectionFailed, "{what}: {error}");
        let start = format!("no connection to {place} was made: {cause}");
        assert!(error.message().starts_with(&start), "{what}: {error}");
        let source = std::error::Error::source(&error).expect("the class of the cause");
        assert!(source.to_string().starts_with(cause), "{what}: {source}");
        let said = format!("{error:?}");
        SECRETS.iter().for_each(|secret| assert!(!said.contains(secret), "{what}"));
        table.note(what, error.message(), place);
    }
    let url = format!("http://user:hunter2@{nobody}/jwks.json?key=hunter2");
    let fetcher = HttpsFetcher::new().expect("it is set up").allow_http_on_loopback();
    let error = fetcher.fetch(&url).await.expect_err("nobody is there");
    table.note("the keys of a verifier cannot be fetched", &error.to_string(), &nobody);
}

/// Fails in a way, with a text that nobody may repeat.
#[derive(Clone, Copy, Debug)]
struct Provider(fn() -> CredentialsError);

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err((self.0)()))
    }
}

async fn credentials(table: &mut Table) {
    for (what, error) in [
        ("nobody has AWS credentials", (|| CredentialsError::not_loaded("hunter2")) as fn() -> _),
        ("their provider fails", || CredentialsError::provider_error("hunter2")),
        ("their provider does not answer", || {
            CredentialsError::provider_timed_out(Duration::from_secs(1))
        }),
        ("their provider is configured wrong", || {
            CredentialsError::invalid_configuration("hunter2")
        }),
    ] {
        let provider = SharedCredentialsProvider::new(Provider(error));
        let config = quick().endpoint_url("http://localhost:1").credentials_provider(provider);
        let error = sign_in(&config.build(), app_client()).await;
        assert_eq!(error.kind(), ErrorKind::NotSent, "{what}: {error}");
        assert!(!format!("{error:?}").contains("hunter2"), "{what}");
        table.note(what, error.message(), "localhost:1");
    }
}

fn settings(table: &mut Table) {
    let nowhere = SdkConfig::builder().behavior_version(BehaviorVersion::latest()).build();
    let elsewhere = sdk_config().region(Region::new("eu-west-1")).build();
    let here = sdk_config().build();
    let source = || -> Arc<dyn user_directory::ClientSecretSource> {
        Arc::new(|| std::future::ready(Ok(CLIENT_SECRET.into())))
    };
    for (what, config, app_client) in [
        ("no region is configured", &nowhere, app_client()),
        ("the region is another than the pool's", &elsewhere, app_client()),
        ("the pool's id is none", &here, AppClient::new("Example01", CLIENT_ID)),
        ("the client's id is empty", &here, AppClient::new(POOL_ID, "")),
        ("a secret ends with a line", &here, app_client().with_client_secret("hunter2\n")),
        (
            "a second secret has no first",
            &here,
            AppClient::new(POOL_ID, CLIENT_ID).with_second_client_secret("hunter2"),
        ),
        (
            "a secret stands beside a source",
            &here,
            app_client().with_client_secret_source(source()),
        ),
        ("the endpoint has no scheme", &here, app_client().with_endpoint_url("localhost:4566")),
        ("it has no TLS", &here, app_client().with_endpoint_url("http://user:hunter2@a.example")),
        (
            "it is AWS's of another region",
            &here,
            app_client().with_endpoint_url("https://cognito-idp.us-east-1.amazonaws.com"),
        ),
    ] {
        let error = CognitoDirectory::new(config, app_client).expect_err(what).to_string();
        table.note(what, &error, "no place");
    }
}

fn rendered(table: &Table) -> String {
    let mut text = String::from("| what is wrong | what is said |\n| --- | --- |\n");
    for (what, said) in &table.0 {
        writeln!(text, "| {what} | `{said}` |").expect("a String");
    }
    text
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

#[test]
fn every_error_says_why() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let table = tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let mut table = Table::default();
            settings(&mut table);
            // Making a handle is no call, and is logged as none.
            let so_far = String::from_utf8(log.0.lock().expect("unpoisoned").clone());
            assert!(!so_far.expect("text").contains("InitiateAuth"), "a handle logs a call");
            connections(&mut table).await;
            credentials(&mut table).await;
            table
        })
    });
    let text = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("text");
    for cause in [
        "no address was found for the name",
        "the port refused the connection",
        "no provider of the chain has credentials",
    ] {
        let is_logged = |line: &str| line.contains("AdminInitiateAuth{") && line.contains(cause);
        assert!(text.lines().any(is_logged), "the outcome has no {cause}:\n{text}");
    }
    for secret in SECRETS {
        assert!(!text.contains(secret), "a secret is in the log");
    }
    // Each foreign endpoint once, at WARN, without what stands before its host.
    let warnings = text.lines().filter(|line| line.contains("an endpoint that is not AWS's"));
    let places: Vec<_> =
        warnings.clone().filter_map(|line| line.split("endpoint=").nth(1)).collect();
    assert!(warnings.clone().all(|line| line.contains("WARN")), "{text}");
    assert_eq!(places.iter().filter(|place| place.contains("localhost:1")).count(), 1, "{text}");
    assert!(places.len() >= 4, "{text}");

    let guide = std::fs::read_to_string(GUIDE).expect("the guide is there");
    let (before, rest) = guide.split_once(BEGIN).expect("the table's place");
    let (_, after) = rest.split_once(END).expect("the table's end");
    let current = format!("{before}{BEGIN}{}{END}{after}", rendered(&table));
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(GUIDE, &current).expect("it can be written");
    } else {
        let hint = "run it with UPDATE_README=1";
        assert!(guide == current, "guide/errors.md is not current: {hint}");
    }
}
