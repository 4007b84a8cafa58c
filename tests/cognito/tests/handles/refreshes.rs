//! What a sign-in leaves behind, and what a refresh makes of it.

use std::time::Duration;

use cognito_tests::{
    Canister, Canned,
    calls::{
        ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Call, Handle, ID_TOKEN, POOL_ID, REFRESH_TOKEN,
        ROTATED_REFRESH_TOKEN, refresh, secret_client, tokens,
    },
};
use serde_json::json;
use user_directory::{
    AuthOutcome, Authentication, ClientSecret, Error, ErrorKind, Operation, Refresh, RefreshGrant,
    Refreshed, SecretHash, SignIn, TokenSet,
};

use crate::{body, good, handles};

fn hash(username: &str) -> String {
    SecretHash::new(&ClientSecret::new(CLIENT_SECRET), username, CLIENT_ID).expose().to_owned()
}

async fn signed_in(authentication: &dyn Authentication) -> TokenSet {
    // An alias, which a refresh must not hash.
    let outcome = authentication.sign_in(SignIn::new("alice@example.com", "password")).await;
    match outcome.expect("served") {
        AuthOutcome::Tokens(set) => set,
        AuthOutcome::Challenge(challenge) => panic!("{challenge:?}"),
    }
}

#[tokio::test]
async fn a_sign_in_reads_the_real_user_name_from_the_access_token() {
    let handles = handles(&good(), &secret_client());
    for authentication in [&handles.directory as &dyn Authentication, &handles.own] {
        let set = signed_in(authentication).await;
        assert_eq!(set.grant.username(), "alice-real");
        assert_eq!(set.grant.sub(), "a-sub");
        assert_eq!(set.grant.origin_jti(), Some("o-jti"));
        assert_eq!(set.grant.device_key(), None);
        assert_eq!(set.grant.refresh_token().expose(), REFRESH_TOKEN);
        assert_eq!(set.access_token().expose(), ACCESS_TOKEN);
        assert_eq!(set.id_token().expose(), ID_TOKEN);
        assert_eq!(set.expires_in(), Duration::from_secs(3600));
        assert_eq!(set.tokens.token_type, "Bearer");
    }
}

#[tokio::test]
async fn the_hash_of_a_refresh_is_of_the_real_user_name() {
    let client = good();
    let handles = handles(&client, &secret_client());
    for (authentication, operation) in [
        (&handles.directory as &dyn Authentication, "AdminInitiateAuth"),
        (&handles.own, "InitiateAuth"),
    ] {
        let grant = signed_in(authentication).await.grant.with_device_key("a-device");
        client.take();
        let refreshed = authentication.refresh(Refresh::new(grant)).await.expect("served");
        assert!(matches!(refreshed, Refreshed::Kept(_)));
        let sent = client.take();
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].operation(), operation);
        let body = body(&sent[0]);
        assert_eq!(body["AuthFlow"], "REFRESH_TOKEN_AUTH");
        assert_eq!(
            body["AuthParameters"],
            json!({
                "REFRESH_TOKEN": REFRESH_TOKEN,
                "DEVICE_KEY": "a-device",
                "SECRET_HASH": hash("alice-real"),
            })
        );
        let pool = body.get("UserPoolId").and_then(|id| id.as_str());
        assert_eq!(pool, operation.starts_with("Admin").then_some(POOL_ID));
    }
}

#[tokio::test]
async fn the_other_flow_sends_the_secret_itself_and_may_rotate() {
    let client = good();
    let handles = handles(&client, &secret_client());
    for authentication in
        [&handles.rotating_directory as &dyn Authentication, &handles.rotating_own]
    {
        let grant = RefreshGrant::new(REFRESH_TOKEN.into(), "alice-real", "a-sub")
            .with_origin_jti("o-jti")
            .with_device_key("a-device");
        let request = Refresh::new(grant.clone()).with_client_metadata([("channel", "web")]);
        let refreshed = authentication.refresh(request).await.expect("served");
        let Refreshed::Rotated(set) = refreshed else { panic!("the answer has a refresh token") };
        // Everything of the grant is kept but the token.
        assert_eq!(set.grant, grant.with_refresh_token(ROTATED_REFRESH_TOKEN.into()));
        let sent = client.take();
        assert_eq!(sent[0].operation(), "GetTokensFromRefreshToken");
        assert_eq!(
            body(&sent[0]),
            json!({
                "ClientId": CLIENT_ID,
                "ClientSecret": CLIENT_SECRET,
                "RefreshToken": REFRESH_TOKEN,
                "DeviceKey": "a-device",
                "ClientMetadata": {"channel": "web"},
            })
        );
    }
    let client = Canned::always(Canister::new(200, tokens(None)));
    let handles = crate::handles(&client, &secret_client());
    let refreshed = handles.rotating_own.refresh(refresh()).await.expect("served");
    assert!(matches!(refreshed, Refreshed::Kept(_)));
}

/// Every answer that a refresh of either flow cannot be.
#[tokio::test]
async fn what_is_no_refresh_is_unexpected() {
    let refused = |body: String| async move {
        let handles = handles(&Canned::always(Canister::new(200, body)), &secret_client());
        [
            handles.directory.refresh(refresh()).await,
            handles.own.refresh(refresh()).await,
            handles.rotating_directory.refresh(refresh()).await,
            handles.rotating_own.refresh(refresh()).await,
        ]
    };
    // With rotation Cognito refuses REFRESH_TOKEN_AUTH, so an answer that rotates is not its own.
    let [directory, own, ..] = refused(tokens(Some(ROTATED_REFRESH_TOKEN))).await;
    for error in [directory.expect_err("rotated"), own.expect_err("rotated")] {
        assert_unexpected(&error);
    }
    for body in [
        "{}".to_owned(),
        cognito_tests::calls::challenge(),
        r#"{"AuthenticationResult":{}}"#.to_owned(),
        tokens(None).replace("IdToken", "Other"),
        tokens(None).replace("AccessToken", "Other"),
        tokens(None).replace("3600", "-1"),
    ] {
        for outcome in refused(body).await {
            assert_unexpected(&outcome.expect_err("not a refresh"));
        }
    }
}

/// What the user typed never takes the place of what cannot be read.
#[tokio::test]
async fn a_sign_in_with_an_access_token_that_cannot_be_read_is_unexpected() {
    for token in [
        "",
        "opaque",
        "a.b.c",
        // {"sub":"a-sub"}
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhLXN1YiJ9.signature",
        // {"username":"alice"}
        "eyJhbGciOiJSUzI1NiJ9.eyJ1c2VybmFtZSI6ImFsaWNlIn0.signature",
        // {"sub":"a-sub","username":7}
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhLXN1YiIsInVzZXJuYW1lIjo3fQ.signature",
    ] {
        let body = tokens(Some(REFRESH_TOKEN)).replace(ACCESS_TOKEN, token);
        let handles = handles(&Canned::always(Canister::new(200, body)), &secret_client());
        for (handle, operation) in [
            (Handle::Directory, Operation::AdminInitiateAuth),
            (Handle::Directory, Operation::AdminRespondToAuthChallenge),
            (Handle::SelfService, Operation::InitiateAuth),
            (Handle::SelfService, Operation::RespondToAuthChallenge),
        ] {
            let error = Call::of(handle, operation).run(&handles).await.expect_err("unreadable");
            assert_eq!(error.operation(), Some(operation));
            assert_unexpected(&error);
        }
    }
    let body = tokens(None);
    let handles = handles(&Canned::always(Canister::new(200, body)), &secret_client());
    let error = handles.own.sign_in(SignIn::new("alice", "password")).await;
    assert_unexpected(&error.expect_err("there is nothing to refresh with"));
}

fn assert_unexpected(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{error}");
    assert!(error.may_have_taken_effect() && !error.is_retryable(), "{error}");
    let shown = format!("{error} {error:?}");
    for secret in [ACCESS_TOKEN, ID_TOKEN, REFRESH_TOKEN, ROTATED_REFRESH_TOKEN, "signature"] {
        assert!(!shown.contains(secret), "an error shows a token");
    }
}

#[tokio::test]
async fn a_device_that_the_sign_in_names_is_in_the_grant() {
    let body = tokens(Some(REFRESH_TOKEN)).replace(
        r#""TokenType""#,
        r#""NewDeviceMetadata":{"DeviceKey":"a-device","DeviceGroupKey":"g"},"TokenType""#,
    );
    let handles = handles(&Canned::always(Canister::new(200, body)), &secret_client());
    assert_eq!(signed_in(&handles.own).await.grant.device_key(), Some("a-device"));
    assert_eq!(signed_in(&handles.directory).await.grant.device_key(), Some("a-device"));
}
