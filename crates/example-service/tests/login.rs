//! Who gets in, what those who do not are told, and the challenge for a new password.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use common::{Browser, NAME, PASSWORD, service};
use serde_json::json;
use user_directory::{Attributes, CreateUser, Operation, UserDirectory as _, UserStatus};
use user_directory_fake::{
    CreateUserPoolClientRequest, CreateUserPoolRequest, ExplicitAuthFlow, Fake, FakeDirectory,
    Fault, FixtureUser, PreventUserExistenceErrors, SchemaAttributeType,
};

const TEMPORARY: &str = "Temporary-1";

/// Nothing in an answer tells an unknown user from a wrong password or an account that is not to be
/// used, also where the app client shows who exists.
#[tokio::test]
async fn who_does_not_get_in_learns_nothing() {
    for prevent in [PreventUserExistenceErrors::Enabled, PreventUserExistenceErrors::Legacy] {
        let mut client = CreateUserPoolClientRequest::new("", "client");
        client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowAdminUserPasswordAuth];
        client.prevent_user_existence_errors = Some(prevent);
        let user = |name: &str, status| FixtureUser::new(name, status).with_password(PASSWORD);
        let disabled = user("disabled", UserStatus::Confirmed).with_enabled(false);
        let fake = Fake::builder()
            .client(client)
            .user(user(NAME, UserStatus::Confirmed))
            .user(user("unconfirmed", UserStatus::Unconfirmed))
            .user(user("reset", UserStatus::ResetRequired))
            .user(disabled)
            .build()
            .unwrap();
        let mut browser = Browser::new(&service(&fake.directory(), &[]));
        let wrong = browser.login(NAME, "Wrong-horse-9").await;
        assert_eq!((wrong.status.as_u16(), wrong.error().as_str()), (401, "not_logged_in"));
        for name in ["nobody", "no body", "", "unconfirmed", "reset", "disabled"] {
            let answer = browser.login(name, PASSWORD).await;
            assert_eq!(answer.status, wrong.status, "{name}");
            assert_eq!(answer.headers, wrong.headers, "{name}");
            assert_eq!(answer.text, wrong.text, "{name}");
        }
        assert_eq!(browser.login(NAME, PASSWORD).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_new_password() {
    let directory = FakeDirectory::new();
    directory.create_user(CreateUser::new(NAME).with_temporary_password(TEMPORARY)).await.unwrap();
    let mut browser = Browser::new(&service(&directory, &[]));
    let new_password = |password: &str| json!({ "new_password": password });
    let answer = browser.post("/new-password", new_password(PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "no_challenge"));

    let answer = browser.login(NAME, TEMPORARY).await;
    assert_eq!(answer.status, StatusCode::OK);
    let challenge = json!({ "challenge": "NEW_PASSWORD_REQUIRED", "required_attributes": [] });
    assert_eq!(answer.json(), challenge);
    let cookies = answer.cookies();
    assert!(cookies.len() == 1 && cookies[0].starts_with("__Host-challenge="), "{cookies:?}");
    // The challenge is no session.
    assert_eq!(browser.me().await.0, 401);

    let answer = browser.post("/new-password", new_password("weak")).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "password_refused"));
    let answer = browser.post("/new-password", new_password(PASSWORD)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["username"]), (200, &json!(NAME)));
    assert_eq!(browser.jar.keys().collect::<Vec<_>>(), ["__Host-session"]);
    assert_eq!(browser.me().await.0, 200);

    assert_eq!(browser.login(NAME, TEMPORARY).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.login(NAME, PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_in_time() {
    let directory = FakeDirectory::new();
    directory.create_user(CreateUser::new(NAME).with_temporary_password(TEMPORARY)).await.unwrap();
    let app = service(&directory, &[]);
    let mut late = Browser::new(&app);
    late.login(NAME, TEMPORARY).await;
    directory.fake().clock().advance(std::time::Duration::from_secs(4 * 60));
    let body = json!({ "new_password": PASSWORD });
    let answer = late.post("/new-password", body.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "no_challenge"));
    assert!(late.jar.is_empty());

    let mut twice = Browser::new(&app);
    twice.login(NAME, TEMPORARY).await;
    let jar = twice.jar.clone();
    // Throttled, it did nothing, and can be tried again.
    let throttled = Fault::throttling(Operation::AdminRespondToAuthChallenge).times(1);
    directory.fake().faults().inject(throttled);
    let answer = twice.post("/new-password", body.clone()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(twice.post("/new-password", body.clone()).await.status, StatusCode::OK);
    twice.jar = jar;
    directory.fake().calls().clear();
    assert_eq!(twice.post("/new-password", body).await.error(), "no_challenge");
    assert_eq!(directory.fake().calls().all(), [], "the service itself has forgotten it");
}

#[tokio::test]
async fn attributes_of_a_challenge() {
    let mut pool = CreateUserPoolRequest::new("pool");
    pool.schema = vec![SchemaAttributeType::standard("family_name").unwrap().required()];
    let fake = Fake::builder().pool(pool).build().unwrap();
    let directory = fake.directory();
    let mut user = FixtureUser::new(NAME, UserStatus::ForceChangePassword);
    user.password = Some(TEMPORARY.into());
    fake.put_user(&directory.client().pool_id, user).unwrap();

    let mut browser = Browser::new(&service(&directory, &[]));
    let answer = browser.login(NAME, TEMPORARY).await;
    assert_eq!(answer.json()["required_attributes"], json!(["family_name"]));
    let with = |attributes| json!({ "new_password": PASSWORD, "attributes": attributes });
    let answer = browser.post("/new-password", with(json!({}))).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "invalid"));
    // Nobody makes an address verified by saying so.
    let verified =
        json!({ "family_name": "K", "email": "k@example.com", "email_verified": "true" });
    let answer = browser.post("/new-password", with(verified)).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "invalid"));
    let answer = browser.post("/new-password", with(json!({ "family_name": "K" }))).await;
    assert_eq!(answer.status, StatusCode::OK);
    let attributes: Attributes = directory.user(NAME).await.unwrap().attributes;
    assert_eq!((attributes.get("family_name"), attributes.get("email")), (Some("K"), None));
}

/// What keeps other sites out, and bodies small; no answer quotes what was sent.
#[tokio::test]
async fn bodies() {
    let mut browser = Browser::new(&service(&FakeDirectory::new(), &[]));
    let paths = ["/register", "/login", "/new-password", "/refresh", "/logout"];
    for path in paths {
        for content_type in ["text/plain", "application/x-www-form-urlencoded"] {
            let request = browser.request(Method::POST, path);
            let request = request.header(header::CONTENT_TYPE, content_type);
            let answer = browser.send(request.body(Body::from("{}")).unwrap()).await;
            assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
        }
        let answer = browser.post(path, json!({ "username": NAME, "password": 40961 })).await;
        assert_eq!(answer.error(), "invalid", "{path}");
        assert!(!answer.text.contains("40961"), "{}", answer.text);
        let answer = browser.post(path, json!({ "username": "a".repeat(16 * 1024) })).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert_eq!(browser.get(path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}
