//! Registrations that are refused, throttled, interrupted, or stop half-way.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use axum::http::StatusCode;
use common::{Browser, NAME, PASSWORD, service};
use serde_json::json;
use user_directory::{ErrorKind, Operation, UserDirectory as _, UserStatus};
use user_directory_fake::{FakeDirectory, Fault};

#[tokio::test]
async fn a_refused_password_tells_the_rule_and_leaves_no_user() {
    let directory = FakeDirectory::new();
    let mut browser = Browser::new(&service(&directory, &[]));
    let answer = browser.register(NAME, "short").await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "password_refused"));
    let message = answer.json()["message"].to_string();
    assert!(message.contains("Password not long enough"), "{message}");
    assert_eq!(directory.user(NAME).await.unwrap_err().kind(), ErrorKind::UserNotFound);
}

#[tokio::test]
async fn a_name_that_cannot_be() {
    let mut browser = Browser::new(&service(&FakeDirectory::new(), &[]));
    let answer = browser.register("a b", PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "invalid"));
}

#[tokio::test]
async fn a_name_that_is_an_administrators_cannot_be_registered() {
    let directory = FakeDirectory::new();
    let mut browser = Browser::new(&service(&directory, &["Root"]));
    for name in ["Root", "root"] {
        assert_eq!(browser.register(name, PASSWORD).await.status, StatusCode::CONFLICT);
    }
    assert_eq!(directory.fake().calls().all(), []);
}

#[tokio::test]
async fn throttling_asks_to_come_back() {
    let directory = FakeDirectory::new();
    let mut browser = Browser::new(&service(&directory, &[]));
    let faults = directory.fake().faults();
    faults.inject(Fault::throttling(Operation::AdminCreateUser).times(1));
    let answer = browser.register(NAME, PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (503, "unavailable"));
    assert_eq!(answer.headers["retry-after"], "2");

    assert_eq!(browser.register(NAME, PASSWORD).await.status, StatusCode::CREATED);

    faults.inject(Fault::throttling(Operation::AdminInitiateAuth).times(1));
    let answer = browser.login(NAME, PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (503, "unavailable"));
    assert_eq!(answer.headers["retry-after"], "2");
    assert!(answer.cookies().is_empty());
}

/// Whichever of the two answers is lost, the service finishes the registration at once.
#[tokio::test]
async fn a_lost_answer_is_made_good() {
    for operation in [Operation::AdminCreateUser, Operation::AdminSetUserPassword] {
        let directory = FakeDirectory::new();
        let mut browser = Browser::new(&service(&directory, &[]));
        directory.fake().faults().inject(Fault::answer_lost(operation).times(1));
        let answer = browser.register(NAME, PASSWORD).await;
        assert_eq!(answer.json(), json!({ "username": NAME }), "{operation}");
        assert_eq!(answer.status, StatusCode::CREATED, "{operation}");
        assert_eq!(browser.login(NAME, PASSWORD).await.json()["username"], NAME);
    }
}

/// Where it cannot, the user can go on as the answer says.
#[tokio::test]
async fn an_unfinished_registration_is_finished_by_its_user() {
    let directory = FakeDirectory::new();
    let mut browser = Browser::new(&service(&directory, &[]));
    let faults = directory.fake().faults();
    faults.inject(Fault::answer_lost(Operation::AdminCreateUser).times(1));
    faults.inject(Fault::throttling(Operation::AdminInitiateAuth).times(1));
    let answer = browser.register(NAME, PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (503, "registration_unfinished"));
    assert!(answer.headers.contains_key("retry-after"));

    let answer = browser.login(NAME, PASSWORD).await;
    assert_eq!(answer.json()["challenge"], "NEW_PASSWORD_REQUIRED");
    let answer = browser.post("/new-password", json!({ "new_password": PASSWORD })).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(browser.me().await.0, 200);
}

/// An answer that was lost must not make another user's account this one's.
#[tokio::test]
async fn an_unfinished_registration_takes_over_nobody() {
    let directory = FakeDirectory::new();
    let mut browser = Browser::new(&service(&directory, &[]));
    browser.register(NAME, PASSWORD).await;
    let faults = directory.fake().faults();
    faults.inject(Fault::internal_error(Operation::AdminCreateUser).times(1));
    let answer = browser.register(NAME, "Another-staple-7").await;
    assert_eq!(answer.error(), "registration_unfinished");
    assert_eq!(browser.login(NAME, "Another-staple-7").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.login(NAME, PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_away_leaves_no_half_made_account() {
    let directory = FakeDirectory::new();
    let mut browser = Browser::new(&service(&directory, &[]));
    let latency = Duration::from_secs(10);
    directory.fake().faults().inject(Fault::latency(Operation::AdminSetUserPassword, latency));
    let request = browser.register(NAME, PASSWORD);
    tokio::time::timeout(Duration::from_secs(1), request).await.err().unwrap();
    assert_eq!(directory.user(NAME).await.unwrap().status, UserStatus::ForceChangePassword);

    tokio::time::sleep(latency).await;
    assert_eq!(directory.user(NAME).await.unwrap().status, UserStatus::Confirmed);
}
