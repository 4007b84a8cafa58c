//! A browser without a screen, and the story that holds on any directory.

#![allow(dead_code, reason = "each test target has its own copy and its own needs")]

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use example_service::{AppState, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use user_directory_fake::{Fake, FakeDirectory};
use user_directory_tokens::{
    Guarded, InMemoryLedger, SignOutLedger, TokenVerifier, TokenVerifierBuilder, UserPool,
    fetch_with,
};

pub(crate) const NAME: &str = "kiriukun";
pub(crate) const PASSWORD: &str = "Correct-horse-9";
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

/// A service on a fake, whose clock is the service's too.
pub(crate) fn service(directory: &FakeDirectory, administrators: &[&str]) -> Router {
    let fake = directory.fake().clone();
    let ledger = InMemoryLedger::new().with_clock(move || fake.clock().now());
    instance(directory, administrators, Arc::new(ledger))
}

/// One of the instances of a service that share a ledger.
pub(crate) fn instance(
    directory: &FakeDirectory,
    administrators: &[&str],
    ledger: Arc<dyn SignOutLedger>,
) -> Router {
    let (fake, pool_id) = (directory.fake().clone(), &directory.client().pool_id);
    let clock = move || fake.clock().now();
    let verifier = verifier(directory.fake()).ledger(ledger.clone()).build().unwrap();
    let users = Arc::new(directory.clone());
    let directory = Guarded::new(directory.clone(), ledger, pool_id).unwrap();
    let directory = directory.with_clock(clock.clone());
    let own = directory.self_service(FakeDirectory::self_service).unwrap();
    let own = own.end_on_password_recovery(users, 30 * 24 * HOUR).unwrap();
    let administrators = administrators.iter().copied();
    let state = AppState::new(Arc::new(directory), Arc::new(own), verifier, administrators);
    router(state.with_clock(clock))
}

/// Verifies the tokens of a fake's first client, by its clock.
pub(crate) fn verifier(fake: &Fake) -> TokenVerifierBuilder {
    let client = fake.first_client();
    let keys = fake.jwks(&client.pool_id).unwrap();
    let fake = fake.clone();
    TokenVerifier::builder(UserPool::new(&client.pool_id, [&client.client_id]))
        .fetcher(fetch_with(move |_| Ok(keys.clone().into_bytes())))
        .trust_public_test_keys()
        .clock(move || fake.clock().now())
}

/// Sends requests to a service, and keeps cookies as a browser does.
pub(crate) struct Browser {
    app: Router,
    pub(crate) jar: BTreeMap<String, String>,
    /// Everything that came back: status, headers, body.
    pub(crate) seen: String,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The word for programs of a refusal.
    pub(crate) fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        let headers = self.headers.get_all(header::SET_COOKIE);
        headers.iter().map(|header| header.to_str().unwrap()).collect()
    }
}

impl Browser {
    pub(crate) fn new(app: &Router) -> Self {
        Self { app: app.clone(), jar: BTreeMap::new(), seen: String::new() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.jar {
            request = request.header(header::COOKIE, format!("{name}={value}"));
        }
        request
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let answer = Answer { status: parts.status, headers: parts.headers, text };
        self.seen += &format!("{} {:?} {}\n", answer.status, answer.headers, answer.text);
        for cookie in answer.cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0;") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Status and word of an answer to a bearer token; what is refused by RFC 6750 has no body.
    pub(crate) async fn bearer(&mut self, path: &str, token: &str) -> (u16, String) {
        let request = Request::builder().uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = self.send(request.body(Body::empty()).unwrap()).await;
        let challenge = answer.headers.get(header::WWW_AUTHENTICATE);
        let reason = challenge.and_then(|value| value.to_str().ok()?.split('"').nth(3));
        (answer.status.as_u16(), reason.unwrap_or_default().to_owned())
    }

    pub(crate) async fn register(&mut self, name: &str, password: &str) -> Answer {
        self.post("/register", json!({ "username": name, "password": password })).await
    }

    pub(crate) async fn login(&mut self, name: &str, password: &str) -> Answer {
        self.post("/login", json!({ "username": name, "password": password })).await
    }

    /// The status and the word of an answer to `GET /me`.
    pub(crate) async fn me(&mut self) -> (u16, String) {
        let answer = self.get("/me").await;
        (answer.status.as_u16(), answer.error())
    }
}

/// Registers, logs in, looks, refreshes after an hour, logs out, and logs in again.
pub(crate) async fn story(app: &Router, advance: impl Fn(Duration)) -> Browser {
    let mut browser = Browser::new(app);
    let user = json!({ "username": NAME, "password": PASSWORD, "email": "k@example.com" });
    let answer = browser.post("/register", user.clone()).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::CREATED, json!({ "username": NAME })));
    let answer = browser.post("/register", user).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (409, "taken"));
    assert_eq!(browser.me().await, (401, "no_session".to_owned()));

    let answer = browser.login(NAME, PASSWORD).await;
    assert_eq!(answer.json(), json!({ "username": NAME, "expires_in": 3600 }));
    let answer = browser.get("/me").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["username"], NAME);
    assert_eq!(answer.json()["attributes"]["email"], "k@example.com");
    assert!(answer.json()["attributes"]["email_verified"] != "true");

    advance(HOUR);
    assert_eq!(browser.me().await, (401, "tokens_expired".to_owned()));
    let answer = browser.post("/refresh", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "expires_in": 3600 })));
    assert_eq!(browser.me().await.0, 200);
    // Twice, so that the first cannot have lost the refresh token.
    advance(HOUR);
    assert_eq!(browser.post("/refresh", json!({})).await.status, StatusCode::OK);
    assert_eq!(browser.me().await.0, 200);

    let before = browser.jar.clone();
    for _ in 0..2 {
        let answer = browser.post("/logout", json!({})).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));
        assert!(browser.jar.is_empty());
        assert_eq!(browser.me().await, (401, "no_session".to_owned()));
    }
    // Not only has the browser forgotten it: the session is over.
    browser.jar = before;
    assert_eq!(browser.me().await, (401, "no_session".to_owned()));
    assert_eq!(browser.post("/refresh", json!({})).await.status, StatusCode::UNAUTHORIZED);

    assert_eq!(browser.login(NAME, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(browser.me().await.0, 200);
    browser
}
