//! Forgotten passwords.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{Browser, HOUR, NAME, PASSWORD, service};
use serde_json::json;
use user_directory::{Operation, Register, UserDirectory as _, UserDirectoryExt as _};
use user_directory_fake::{
    CreateUserPoolClientRequest, ExplicitAuthFlow, Fake, FakeDirectory, Fault,
    PreventUserExistenceErrors,
};

const NEW_PASSWORD: &str = "Another-staple-7";
const EMAIL: &str = "success@simulator.amazonses.com";

async fn with_user(directory: &FakeDirectory) {
    let user = Register::new(NAME, PASSWORD).with_verified_email(EMAIL);
    directory.register(user).await.unwrap().complete().unwrap();
}

fn code(directory: &FakeDirectory) -> String {
    let message = directory.fake().inbox().last(NAME).unwrap();
    message.code.unwrap().expose().to_owned()
}

fn reset(code: &str, new_password: &str) -> serde_json::Value {
    json!({ "username": NAME, "code": code, "new_password": new_password })
}

/// In tokio's time: right after it, a log in is held back until it lasts.
#[tokio::test(start_paused = true)]
async fn a_code_brings_a_new_password_and_ends_every_session() {
    let fake = Fake::builder().tokio_clock().build().unwrap();
    let directory = fake.directory();
    with_user(&directory).await;
    let app = service(&directory, &[]);
    let (mut thief, mut owner) = (Browser::new(&app), Browser::new(&app));
    assert_eq!(thief.login(NAME, PASSWORD).await.status, 200);
    assert_eq!(thief.me().await.0, 200);

    let answer = owner.post("/forgot-password", json!({ "username": NAME })).await;
    assert_eq!(answer.status, 202);
    assert_eq!(thief.me().await.0, 200, "a code was asked for, and nothing is proved yet");
    let code = code(&directory);
    let answer = owner.post("/reset-password", reset(&code, NEW_PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));

    assert_eq!(thief.me().await, (401, "no_session".to_owned()));
    assert_eq!(thief.login(NAME, PASSWORD).await.error(), "not_logged_in");
    assert_eq!(owner.login(NAME, NEW_PASSWORD).await.status, 200);
    assert_eq!(owner.me().await.0, 200);
    for secret in [&code, NEW_PASSWORD, PASSWORD] {
        assert!(!owner.seen.contains(secret));
    }
}

#[tokio::test]
async fn everybody_who_asks_gets_the_same_answer() {
    for prevent in [PreventUserExistenceErrors::Enabled, PreventUserExistenceErrors::Legacy] {
        let mut client = CreateUserPoolClientRequest::new("", "client");
        client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowAdminUserPasswordAuth];
        client.prevent_user_existence_errors = Some(prevent);
        let fake = Fake::builder().client(client).build().unwrap();
        let directory = fake.directory();
        with_user(&directory).await;
        for (name, email) in [("unverified", Some(EMAIL)), ("without", None), ("disabled", None)] {
            let email: Vec<_> = email.map(|email| ("email", email)).into_iter().collect();
            let user = Register::new(name, PASSWORD)
                .with_attributes(email.into_iter().collect::<user_directory::Attributes>());
            directory.register(user).await.unwrap().complete().unwrap();
        }
        directory.disable_user("disabled").await.unwrap();
        let mut browser = Browser::new(&service(&directory, &[]));
        let right = browser.post("/forgot-password", json!({ "username": NAME })).await;
        assert_eq!(right.status, 202);
        assert_eq!(fake.inbox().messages().len(), 1);
        for name in ["nobody", "no body", "", "unverified", "without", "disabled"] {
            let answer = browser.post("/forgot-password", json!({ "username": name })).await;
            assert_eq!((answer.status, &answer.text), (right.status, &right.text), "{name}");
        }
        assert_eq!(fake.inbox().messages().len(), 1, "nobody else was written to");
        fake.faults().inject(Fault::delivery_failure(Operation::ForgotPassword).times(1));
        let answer = browser.post("/forgot-password", json!({ "username": NAME })).await;
        assert_eq!((answer.status, &answer.text), (right.status, &right.text), "undelivered");
    }
}

#[tokio::test]
async fn a_code_that_is_wrong_or_old_and_a_password_that_is_refused() {
    let directory = FakeDirectory::new();
    with_user(&directory).await;
    let mut browser = Browser::new(&service(&directory, &[]));
    browser.post("/forgot-password", json!({ "username": NAME })).await;
    let code = code(&directory);
    let other = if code.starts_with('0') { "111111" } else { "000000" };
    let answer = browser.post("/reset-password", reset(other, NEW_PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "code_refused"));
    let nobody = json!({ "username": "nobody", "code": other, "new_password": NEW_PASSWORD });
    let unknown = browser.post("/reset-password", nobody).await;
    assert_eq!((unknown.status, &unknown.text), (answer.status, &answer.text));
    let answer = browser.post("/reset-password", reset(&code, "short")).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "password_refused"));
    // The code is as good as before.
    directory.fake().clock().advance(Duration::from_secs(1800));
    assert_eq!(browser.post("/reset-password", reset(&code, NEW_PASSWORD)).await.status, 204);
    let answer = browser.post("/reset-password", reset(&code, PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "code_refused"), "once");

    browser.post("/forgot-password", json!({ "username": NAME })).await;
    let code = self::code(&directory);
    directory.fake().clock().advance(HOUR);
    let answer = browser.post("/reset-password", reset(&code, PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "code_refused"), "old");
}

#[tokio::test]
async fn throttling_asks_to_come_back() {
    let directory = FakeDirectory::new();
    with_user(&directory).await;
    let mut browser = Browser::new(&service(&directory, &[]));
    directory.fake().faults().inject(Fault::throttling(Operation::ForgotPassword).times(1));
    let answer = browser.post("/forgot-password", json!({ "username": NAME })).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (503, "unavailable"));
    assert_eq!(answer.headers["retry-after"], "2");
}
