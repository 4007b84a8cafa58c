//! How sessions begin and end.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use common::{Browser, HOUR, NAME, PASSWORD, instance, service, verifier};
use example_service::{AppState, router};
use serde_json::json;
use user_directory::{
    AuthOutcome, Authentication as _, ErrorKind, Operation, Register, SignIn, UserDirectory as _,
    UserDirectoryExt as _, mock::MockUserDirectory,
};
use user_directory_fake::{FakeDirectory, Fault};
use user_directory_tokens::{Ended, Ending, InMemoryLedger, SignOutLedger as _};

async fn logged_in(directory: &FakeDirectory) -> Browser {
    let mut browser = Browser::new(&service(directory, &[]));
    browser.register(NAME, PASSWORD).await;
    assert_eq!(browser.login(NAME, PASSWORD).await.status, StatusCode::OK);
    browser
}

#[tokio::test]
async fn what_the_cookie_is() {
    let directory = FakeDirectory::new();
    let mut browser = logged_in(&directory).await;
    let ticket = browser.jar["__Host-session"].clone();
    assert_eq!(ticket.len(), 43, "256 bits in base64");

    let answer = browser.login(NAME, PASSWORD).await;
    let cookie = answer.cookies()[0].to_owned();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-session="));
    assert_eq!(attributes, "Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict");
    assert_eq!(answer.headers["cache-control"], "no-store");

    // A log in makes a new ticket, and ends the session of the old one.
    let new = browser.jar.insert("__Host-session".to_owned(), ticket.clone()).unwrap();
    assert_ne!(new, ticket);
    assert_eq!(browser.me().await, (401, "no_session".to_owned()));
    assert_eq!(directory.fake().calls().count(Operation::RevokeToken), 1);
    browser.jar.insert("__Host-session".to_owned(), new);
    assert_eq!(browser.me().await.0, 200);

    let answer = browser.post("/logout", json!({})).await;
    let cleared = "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict";
    assert_eq!(answer.cookies()[0], cleared);
    browser.jar.insert("__Host-session".to_owned(), "A".repeat(43));
    assert_eq!(browser.me().await, (401, "no_session".to_owned()));
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours() {
    let directory = FakeDirectory::new();
    let mut browser = logged_in(&directory).await;
    directory.fake().clock().advance(12 * HOUR - Duration::from_secs(1));
    assert_eq!(browser.post("/refresh", json!({})).await.status, StatusCode::OK);
    assert_eq!(browser.me().await.0, 200);
    directory.fake().clock().advance(Duration::from_secs(1));
    assert_eq!(browser.me().await, (401, "no_session".to_owned()));
    let answer = browser.post("/refresh", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "no_session"));
}

#[tokio::test]
async fn a_refused_refresh_ends_the_session() {
    let directory = FakeDirectory::new();
    let mut browser = logged_in(&directory).await;
    let ticket = browser.jar.clone();
    directory.global_sign_out(NAME).await.unwrap();
    let answer = browser.post("/refresh", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "no_session"));
    assert!(browser.jar.is_empty());
    browser.jar = ticket;
    assert_eq!(browser.me().await, (401, "no_session".to_owned()));
}

#[tokio::test]
async fn a_refresh_without_an_answer_does_not() {
    let directory = FakeDirectory::new();
    let mut browser = logged_in(&directory).await;
    directory.fake().clock().advance(HOUR);
    let faults = directory.fake().faults();
    faults.inject(Fault::throttling(Operation::AdminInitiateAuth).times(1));
    let answer = browser.post("/refresh", json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (503, "unavailable"));
    assert_eq!(browser.me().await, (401, "tokens_expired".to_owned()));
    assert_eq!(browser.post("/refresh", json!({})).await.status, StatusCode::OK);
    assert_eq!(browser.me().await.0, 200);
}

#[tokio::test]
async fn a_user_who_is_disabled_or_gone_is_out() {
    let directory = FakeDirectory::new();
    let mut disabled = logged_in(&directory).await;
    directory.disable_user(NAME).await.unwrap();
    assert_eq!(disabled.me().await, (401, "no_session".to_owned()));
    assert!(disabled.jar.is_empty());

    directory.enable_user(NAME).await.unwrap();
    assert_eq!(disabled.login(NAME, PASSWORD).await.status, StatusCode::OK);
    directory.delete_user(NAME).await.unwrap();
    // The next one of that name is somebody else.
    assert_eq!(Browser::new(&service(&directory, &[])).register(NAME, PASSWORD).await.status, 201);
    assert_eq!(disabled.me().await, (401, "no_session".to_owned()));
}

#[tokio::test]
async fn a_log_out_ends_the_session_even_where_it_cannot_be_revoked() {
    let directory = FakeDirectory::new();
    let mut browser = logged_in(&directory).await;
    let ticket = browser.jar.clone();
    directory.fake().faults().inject(Fault::throttling(Operation::RevokeToken));
    assert_eq!(browser.post("/logout", json!({})).await.status, StatusCode::NO_CONTENT);
    browser.jar = ticket;
    assert_eq!(browser.me().await, (401, "no_session".to_owned()));
}

/// Where the client rotates refresh tokens, it could not revoke the newest one otherwise.
#[tokio::test(start_paused = true)]
async fn a_log_out_during_a_refresh_waits_for_it() {
    let directory = FakeDirectory::new();
    let mut browser = logged_in(&directory).await;
    let latency = Fault::latency(Operation::AdminInitiateAuth, Duration::from_secs(1)).times(1);
    directory.fake().faults().inject(latency);
    directory.fake().calls().clear();
    let refresh = browser.post("/refresh", json!({}));
    // The client goes away; the refresh goes on.
    tokio::time::timeout(Duration::from_millis(10), refresh).await.err().unwrap();
    assert_eq!(browser.post("/logout", json!({})).await.status, StatusCode::NO_CONTENT);
    let operations = directory.fake().calls().operations();
    assert_eq!(operations, [Operation::AdminInitiateAuth, Operation::RevokeToken]);
}

/// On a mock, because it is about one call: with which token, and how often.
#[tokio::test]
async fn a_log_out_revokes_the_sign_in_once() {
    // Tokens that verify come from a fake.
    let fake = FakeDirectory::new();
    let _ = fake.register(Register::new(NAME, PASSWORD)).await.unwrap();
    let signed_in = fake.sign_in(SignIn::new(NAME, PASSWORD)).await.unwrap();
    let AuthOutcome::Tokens(signed_in) = signed_in else { panic!("no challenge is due") };
    let refresh_token = signed_in.grant.refresh_token().clone();

    let mut directory = MockUserDirectory::new();
    directory.expect_sign_in().returning(move |_| Ok(AuthOutcome::Tokens(signed_in.clone())));
    directory.expect_user().times(1).returning(|_| Err(ErrorKind::Internal.into()));
    directory
        .expect_revoke()
        .withf(move |request| request.refresh_token == refresh_token)
        .times(1)
        .returning(|_| Ok(()));

    let verifier = verifier(fake.fake()).build().unwrap();
    let state =
        AppState::new(Arc::new(directory), Arc::new(fake.self_service()), verifier, [""; 0]);
    let mut browser = Browser::new(&router(state));
    browser.login(NAME, PASSWORD).await;
    assert_eq!(browser.me().await, (503, "unavailable".to_owned()));
    for _ in 0..2 {
        assert_eq!(browser.post("/logout", json!({})).await.status, StatusCode::NO_CONTENT);
    }
}

/// As with an ending that does not know the user's names, or a clock that differs.
#[tokio::test]
async fn a_log_in_that_the_ledger_takes_for_an_earlier_one() {
    let directory = FakeDirectory::new();
    let fake = directory.fake().clone();
    let ledger = InMemoryLedger::new().with_clock(move || fake.clock().now());
    let app = instance(&directory, &[], Arc::new(ledger.clone()));
    let user = directory.register(Register::new(NAME, PASSWORD)).await.unwrap().complete().unwrap();
    let now = directory.fake().clock().now();
    let ended = Ended::User(user.sub().unwrap().to_owned());
    let ending = Ending::new(&directory.client().pool_id, ended, now, now + HOUR);
    ledger.record(&ending).await.unwrap();

    let mut browser = Browser::new(&app);
    let answer = browser.login(NAME, PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (503, "just_signed_out"));
    assert_eq!(answer.headers["retry-after"], "3");
    assert!(browser.jar.is_empty());
    directory.fake().clock().advance(Duration::from_secs(3));
    assert_eq!(browser.login(NAME, PASSWORD).await.status, StatusCode::OK);
}
