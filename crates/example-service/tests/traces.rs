//! No secret and no user name reaches the service's log, and no secret an answer. Alone in its
//! target, because tracing remembers for all threads whether anybody listens.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{Browser, NAME, PASSWORD, service, story};
use serde_json::json;
use tracing_subscriber::{Layer as _, filter::Targets, fmt::MakeWriter, layer::SubscriberExt as _};
use user_directory::{
    Authentication as _, CreateUser, MfaType, Operation, SignIn, UserDirectory as _,
};
use user_directory_fake::{FakeDirectory, Fault, MfaConfiguration};

const TEMPORARY: &str = "Temporary-1";

#[test]
fn traces() {
    let log = Log::default();
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(log.clone());
    let own = Targets::new().with_target("example_service", tracing::Level::TRACE);
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(own));
    let (seen, secrets) = tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(walk())
    });

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let expected = [
        "registered",
        "logged in",
        "the log in needs another step",
        "NEW_PASSWORD_REQUIRED",
        "an authenticator app was set up",
        "SOFTWARE_TOKEN_MFA",
        "CodeMismatch",
        "refreshed",
        "logged out",
        "half-way",
        "WrongCredentials",
        "TooManyRequests",
        "InvalidPassword",
    ];
    for expected in expected {
        assert!(text.contains(expected), "the log has {expected}: {text}");
    }
    for secret in secrets {
        assert!(!text.contains(&secret), "the log has {secret}: {text}");
        assert!(!seen.contains(&secret), "an answer has {secret}: {seen}");
    }
    for personal in [NAME, "newcomer", "example.com", "__Host-"] {
        assert!(!text.contains(personal), "the log has {personal}: {text}");
    }
    // Tokens are JWTs, and what is in a cookie is not in a body.
    assert!(!seen.contains("eyJ"), "{seen}");
    assert!(!text.contains("eyJ"), "{text}");
}

/// Goes through all endpoints, also where they refuse. Answers everything that came back, without
/// the cookies that were set, and what must not be in it.
async fn walk() -> (String, Vec<String>) {
    let directory = FakeDirectory::new();
    let pool_id = directory.fake().first_client().pool_id.clone();
    let apps = [MfaType::SoftwareTokenMfa];
    directory.fake().set_mfa(&pool_id, MfaConfiguration::Optional, apps).unwrap();
    let app = service(&directory, &[NAME]);
    let plain = service(&directory, &[]);
    let faults = directory.fake().faults();

    let mut teller = story(&plain, |by| directory.fake().clock().advance(by)).await;
    let mut browser = Browser::new(&app);
    browser.login(NAME, "Wrong-horse-9").await;
    browser.login("nobody-of-that-name", PASSWORD).await;
    browser.login(NAME, PASSWORD).await;
    browser.get("/admin/users?email=k").await;

    faults.inject(Fault::answer_lost(Operation::AdminCreateUser).times(1));
    faults.inject(Fault::throttling(Operation::AdminInitiateAuth).times(2));
    browser.register("newcomer", PASSWORD).await;
    browser.login("newcomer", PASSWORD).await;
    browser.register("other-newcomer", "weak-1").await;
    faults.inject(Fault::throttling(Operation::RevokeToken).times(1));
    browser.post("/logout", json!({})).await;

    directory
        .create_user(CreateUser::new("invited").with_temporary_password(TEMPORARY))
        .await
        .unwrap();
    browser.login("invited", TEMPORARY).await;
    let mut tickets: Vec<_> = browser.jar.values().cloned().collect();
    browser.post("/new-password", json!({ "new_password": "weak-2" })).await;
    browser.post("/new-password", json!({ "new_password": "Another-staple-7" })).await;
    tickets.extend(browser.jar.values().cloned());
    browser.post("/login", json!({ "username": NAME, "password": 40961 })).await;

    let set = directory.sign_in(SignIn::new(NAME, PASSWORD)).await.unwrap().tokens().unwrap();
    let mut secrets = vec![set.grant.refresh_token().expose()[..20].to_owned()];
    for secret in [PASSWORD, TEMPORARY, "Wrong-horse-9", "Another-staple-7", "weak-1", "weak-2"] {
        secrets.push(secret.to_owned());
    }
    secrets.push("40961".to_owned());
    tickets.extend(with_app(&directory, &mut teller).await);
    teller.post("/logout", json!({})).await;
    let mut seen = browser.seen + &teller.seen;
    for ticket in tickets {
        assert_eq!(seen.matches(&ticket).count(), 1, "it goes out once, to the browser");
        seen = seen.replace(&ticket, "");
        secrets.push(ticket);
    }
    (seen, secrets)
}

/// Sets up an app, and logs in with it. Returns its secret and all tickets.
async fn with_app(directory: &FakeDirectory, browser: &mut Browser) -> Vec<String> {
    let mut once: Vec<_> = browser.jar.values().cloned().collect();
    let secret =
        browser.post("/app", json!({})).await.json()["secret"].as_str().unwrap().to_owned();
    let shown = || directory.fake().software_token_code(&secret.as_str().into());
    let code = shown();
    browser.post("/app/code", json!({ "code": code.expose() })).await;
    browser.login(NAME, PASSWORD).await;
    once.push(browser.jar["__Host-challenge"].clone());
    browser.post("/login/code", json!({ "code": "not-it" })).await;
    directory.fake().clock().advance(Duration::from_secs(30));
    browser.post("/login/code", json!({ "code": shown().expose() })).await;
    once.extend(browser.jar.values().cloned());
    once.push(secret);
    once
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
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
