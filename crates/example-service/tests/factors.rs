//! Second factors: a log in that asks for a code, and apps that are set up.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{Browser, NAME, PASSWORD, service};
use serde_json::{Value, json};
use user_directory::{FactorSetting, MfaPreference, MfaType, SetUserMfaPreference};
use user_directory::{UserDirectory as _, UserStatus};
use user_directory_fake::{Fake, FakeDirectory, FixtureUser, MfaConfiguration};

const STEP: Duration = Duration::from_secs(30);

/// A directory with one user, in a pool with second factors.
fn directory(configuration: MfaConfiguration, attributes: &[(&str, &str)]) -> FakeDirectory {
    let fake = Fake::new();
    let pool_id = fake.first_client().pool_id.clone();
    fake.set_mfa(&pool_id, configuration, MfaType::ALL).unwrap();
    let attributes: user_directory::Attributes = attributes.iter().copied().collect();
    let user = FixtureUser::new(NAME, UserStatus::Confirmed).with_password(PASSWORD);
    fake.put_user(&pool_id, user.with_attributes(attributes)).unwrap();
    fake.directory()
}

/// What the user's app shows.
fn shown(directory: &FakeDirectory, secret: &Value) -> Value {
    let secret = secret["secret"].as_str().unwrap().into();
    json!({ "code": directory.fake().software_token_code(&secret).expose() })
}

/// The code that was sent to the user.
fn sent(directory: &FakeDirectory) -> Value {
    let message = directory.fake().inbox().last(NAME).unwrap();
    json!({ "code": message.code.unwrap().expose() })
}

#[tokio::test]
async fn an_app_that_is_set_up_later() {
    let directory = directory(MfaConfiguration::Optional, &[]);
    let mut browser = Browser::new(&service(&directory, &[]));
    assert_eq!(browser.post("/app", json!({})).await.error(), "no_session");
    assert_eq!(browser.login(NAME, PASSWORD).await.status, 200);
    let early = browser.post("/app/code", json!({ "code": "123456" })).await;
    assert_eq!((early.status.as_u16(), early.error().as_str()), (409, "no_app"));

    let secret = browser.post("/app", json!({})).await.json();
    let wrong = browser.post("/app/code", json!({ "code": "12345" })).await;
    assert_eq!((wrong.status.as_u16(), wrong.error().as_str()), (400, "invalid"));
    let right = browser.post("/app/code", shown(&directory, &secret)).await;
    assert_eq!(right.status, 204, "{}", right.text);

    // The next log in asks for it, and is none before.
    let asked = browser.login(NAME, PASSWORD).await;
    let expected = json!({ "challenge": "SOFTWARE_TOKEN_MFA", "device": null });
    assert_eq!((asked.status.as_u16(), asked.json()), (200, expected));
    let mut stranger = Browser::new(&service(&directory, &[]));
    stranger.jar.insert("__Host-session".to_owned(), browser.jar["__Host-challenge"].clone());
    assert_eq!(stranger.me().await.0, 401);
    directory.fake().clock().advance(STEP);
    let wrong = browser.post("/login/code", json!({ "code": "not-it" })).await;
    assert_eq!((wrong.status.as_u16(), wrong.error().as_str()), (400, "code_refused"));
    let code = shown(&directory, &secret);
    let answer = browser.post("/login/code", code.clone()).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["username"]), (200, &json!(NAME)));
    assert_eq!(browser.me().await.0, 200);

    // Whoever has looked over the user's shoulder cannot use the code again.
    let mut thief = Browser::new(&service(&directory, &[]));
    thief.login(NAME, PASSWORD).await;
    let again = thief.post("/login/code", code).await;
    assert_eq!((again.status.as_u16(), again.error().as_str()), (401, "no_challenge"));
    assert!(thief.jar.is_empty());
    assert!(!browser.seen.contains("session of"), "no session of the service's is shown");
}

#[tokio::test]
async fn an_app_that_a_log_in_demands() {
    let directory = directory(MfaConfiguration::On, &[]);
    let mut browser = Browser::new(&service(&directory, &[]));
    let asked = browser.login(NAME, PASSWORD).await;
    assert_eq!(asked.json(), json!({ "challenge": "MFA_SETUP" }));
    assert_eq!(browser.me().await.0, 401);
    // Nothing else answers it.
    for (path, body) in [
        ("/login/code", json!({ "code": "123456" })),
        ("/login/factor", json!({ "factor": "SMS_MFA" })),
        ("/login/app/code", json!({ "code": "123456" })),
        ("/new-password", json!({ "new_password": PASSWORD })),
    ] {
        let answer = browser.post(path, body).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "no_challenge"));
    }

    let secret = browser.post("/login/app", json!({})).await.json();
    let wrong = browser.post("/login/app/code", json!({ "code": "000000" })).await;
    assert_eq!((wrong.status.as_u16(), wrong.error().as_str()), (400, "code_refused"));
    let answer = browser.post("/login/app/code", shown(&directory, &secret)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["username"]), (200, &json!(NAME)));
    assert_eq!(browser.jar.keys().collect::<Vec<_>>(), ["__Host-session"]);
    assert_eq!(browser.me().await.0, 200);
}

#[tokio::test]
async fn a_code_by_mail() {
    let directory = directory(MfaConfiguration::On, &[("email", "k@example.com")]);
    let mut browser = Browser::new(&service(&directory, &[]));
    let asked = browser.login(NAME, PASSWORD).await;
    let expected = json!({ "challenge": "EMAIL_OTP", "destination": "k***@e***" });
    assert_eq!(asked.json(), expected);
    let answer = browser.post("/login/code", sent(&directory)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["username"]), (200, &json!(NAME)));
}

#[tokio::test]
async fn a_choice() {
    let contacts = [("email", "k@example.com"), ("phone_number", "+15555550101")];
    let directory = directory(MfaConfiguration::Optional, &contacts);
    let both = MfaPreference::new()
        .with(MfaType::SmsMfa, FactorSetting::Enabled)
        .with(MfaType::EmailOtp, FactorSetting::Enabled);
    directory.set_user_mfa_preference(SetUserMfaPreference::new(NAME, both)).await.unwrap();

    let mut browser = Browser::new(&service(&directory, &[]));
    let asked = browser.login(NAME, PASSWORD).await;
    let expected = json!({ "challenge": "SELECT_MFA_TYPE", "factors": ["SMS_MFA", "EMAIL_OTP"] });
    assert_eq!(asked.json(), expected);
    let answer = browser.post("/login/factor", json!({ "factor": "SOFTWARE_TOKEN_MFA" })).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "invalid"));
    let asked = browser.post("/login/factor", json!({ "factor": "SMS_MFA" })).await;
    let expected = json!({ "challenge": "SMS_MFA", "destination": "+*******0101" });
    assert_eq!(asked.json(), expected);
    assert_eq!(browser.post("/login/code", sent(&directory)).await.status, 200);
}
