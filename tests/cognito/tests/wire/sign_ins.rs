//! The operations of a sign-in: tokens, challenges, refreshes, sign-outs.

use aws_sdk_cognitoidentityprovider::{
    operation::{RequestId as _, admin_initiate_auth::AdminInitiateAuthOutput},
    types::{
        AnalyticsMetadataType, AuthFlowType, AuthenticationResultType, ChallengeNameType,
        ContextDataType, HttpHeader, UserContextDataType,
    },
};
use user_directory::UserStatus;
use user_directory_fake::{
    CreateUserPoolClientRequest, ExplicitAuthFlow, Fake, RefreshTokenRotation,
};

use crate::{CLIENT, EMAIL, PASSWORD, POOL, SUB, fake_with_alice, sdk};

async fn sign_in(fake: &Fake) -> AdminInitiateAuthOutput {
    let context = ContextDataType::builder()
        .ip_address("192.0.2.1")
        .server_name("example.com")
        .server_path("/")
        .http_headers(HttpHeader::builder().header_name("n").header_value("v").build())
        .build()
        .expect("all required members");
    sdk(fake)
        .admin_initiate_auth()
        .user_pool_id(POOL)
        .client_id(CLIENT)
        .auth_flow(AuthFlowType::AdminUserPasswordAuth)
        .auth_parameters("USERNAME", "alice")
        .auth_parameters("PASSWORD", PASSWORD)
        .client_metadata("key", "value")
        .context_data(context)
        .analytics_metadata(AnalyticsMetadataType::builder().analytics_endpoint_id("id").build())
        .send()
        .await
        .expect("the right password")
}

/// Both tokens are there, and a refresh token if there should be.
fn assert_is_result(result: Option<&AuthenticationResultType>, brings_refresh_token: bool) {
    let result = result.expect("a result");
    for token in [result.access_token(), result.id_token()] {
        assert_eq!(token.expect("a token").split('.').count(), 3);
    }
    assert_eq!(result.refresh_token().is_some(), brings_refresh_token);
    assert_eq!(result.expires_in(), 3600);
    assert_eq!(result.token_type(), Some("Bearer"));
    assert_eq!(result.new_device_metadata(), None);
}

fn refresh_token(output: &AdminInitiateAuthOutput) -> String {
    let result = output.authentication_result().expect("a result");
    result.refresh_token().expect("a token").to_owned()
}

fn access_token(output: &AdminInitiateAuthOutput) -> String {
    let result = output.authentication_result().expect("a result");
    result.access_token().expect("a token").to_owned()
}

#[tokio::test]
async fn admin_initiate_auth() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let output = sign_in(&fake).await;
    assert!(output.request_id().is_some());
    assert_is_result(output.authentication_result(), true);
    assert_eq!(output.challenge_name(), None);
    assert_eq!(output.session(), None);
    assert!(output.challenge_parameters().is_some_and(|parameters| parameters.is_empty()));

    let refreshed = sdk(&fake)
        .admin_initiate_auth()
        .user_pool_id(POOL)
        .client_id(CLIENT)
        .auth_flow(AuthFlowType::RefreshTokenAuth)
        .auth_parameters("REFRESH_TOKEN", refresh_token(&output))
        .send()
        .await
        .expect("a live token");
    assert_is_result(refreshed.authentication_result(), false);
}

#[tokio::test]
async fn initiate_auth() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let context = UserContextDataType::builder().ip_address("192.0.2.1").build();
    let output = sdk(&fake)
        .initiate_auth()
        .client_id(CLIENT)
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", "alice")
        .auth_parameters("PASSWORD", PASSWORD)
        .client_metadata("key", "value")
        .user_context_data(context)
        .send()
        .await
        .expect("the right password");
    assert!(output.request_id().is_some());
    assert_is_result(output.authentication_result(), true);
    assert_eq!(output.challenge_name(), None);
}

#[tokio::test]
async fn admin_respond_to_auth_challenge() {
    let fake = fake_with_alice(UserStatus::ForceChangePassword);
    let challenge = sign_in(&fake).await;
    assert_eq!(challenge.challenge_name(), Some(&ChallengeNameType::NewPasswordRequired));
    assert_eq!(challenge.authentication_result(), None);
    let parameters = challenge.challenge_parameters().expect("parameters");
    assert_eq!(parameters["USER_ID_FOR_SRP"], "alice");
    assert_eq!(parameters["requiredAttributes"], "[]");
    let attributes: serde_json::Value =
        serde_json::from_str(&parameters["userAttributes"]).expect("JSON inside JSON");
    assert_eq!(attributes, serde_json::json!({ "email": EMAIL, "email_verified": "true" }));
    let session = challenge.session().expect("a session");
    assert!((20..=4096).contains(&session.len()));

    let output = sdk(&fake)
        .admin_respond_to_auth_challenge()
        .user_pool_id(POOL)
        .client_id(CLIENT)
        .challenge_name(ChallengeNameType::NewPasswordRequired)
        .session(session)
        .challenge_responses("USERNAME", "alice")
        .challenge_responses("NEW_PASSWORD", "Another-horse-9")
        .client_metadata("key", "value")
        .send()
        .await
        .expect("a good password");
    assert!(output.request_id().is_some());
    assert_is_result(output.authentication_result(), true);
    assert_eq!(output.challenge_name(), None);
    assert_eq!(output.session(), None);
}

#[tokio::test]
async fn respond_to_auth_challenge() {
    let fake = fake_with_alice(UserStatus::ForceChangePassword);
    let challenge = sign_in(&fake).await;
    let output = sdk(&fake)
        .respond_to_auth_challenge()
        .client_id(CLIENT)
        .challenge_name(ChallengeNameType::NewPasswordRequired)
        .session(challenge.session().expect("a session"))
        .challenge_responses("USERNAME", "alice")
        .challenge_responses("NEW_PASSWORD", "Another-horse-9")
        .send()
        .await
        .expect("a good password");
    assert!(output.request_id().is_some());
    assert_is_result(output.authentication_result(), true);
}

#[tokio::test]
async fn get_tokens_from_refresh_token() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let token = refresh_token(&sign_in(&fake).await);
    let get = sdk(&fake).get_tokens_from_refresh_token().client_id(CLIENT).refresh_token(token);
    let output = get.client_metadata("key", "value").send().await.expect("a live token");
    assert!(output.request_id().is_some());
    assert_is_result(output.authentication_result(), false);
}

#[tokio::test]
async fn get_tokens_from_rotating_refresh_token() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let mut client = CreateUserPoolClientRequest::new("", "rotating");
    client.generate_secret = true;
    client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    client.refresh_token_rotation = Some(RefreshTokenRotation::new(0));
    let client = fake.create_user_pool_client(POOL, client).expect("good settings");
    let secret = client.client_secret.as_ref().expect("a secret");
    let hash = user_directory::SecretHash::new(secret, "alice", &client.client_id);
    let first = sdk(&fake)
        .initiate_auth()
        .client_id(&client.client_id)
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", "alice")
        .auth_parameters("PASSWORD", PASSWORD)
        .auth_parameters("SECRET_HASH", hash.expose())
        .send()
        .await
        .expect("the right password");
    let token = first.authentication_result().and_then(|result| result.refresh_token());
    let second = sdk(&fake)
        .get_tokens_from_refresh_token()
        .client_id(&client.client_id)
        .client_secret(secret.expose())
        .refresh_token(token.expect("a token"))
        .send()
        .await
        .expect("a live token");
    assert_is_result(second.authentication_result(), true);
}

#[tokio::test]
async fn get_user() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let token = access_token(&sign_in(&fake).await);
    let output = sdk(&fake).get_user().access_token(token).send().await.expect("a live token");
    assert!(output.request_id().is_some());
    assert_eq!(output.username(), "alice");
    let mut names: Vec<_> = output.user_attributes().iter().map(|one| one.name()).collect();
    assert_eq!(names[0], "sub");
    assert_eq!(output.user_attributes()[0].value(), Some(SUB));
    names.sort_unstable();
    assert_eq!(names, ["email", "email_verified", "sub"]);
    assert!(output.mfa_options().is_empty());
    assert_eq!(output.preferred_mfa_setting(), None);
    assert!(output.user_mfa_setting_list().is_empty());
}

#[tokio::test]
async fn answers_without_members() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let signed_in = sign_in(&fake).await;
    let revoke = sdk(&fake).revoke_token().client_id(CLIENT).token(refresh_token(&signed_in));
    assert!(revoke.send().await.expect("a live token").request_id().is_some());

    let sign_out = sdk(&fake).global_sign_out();
    let sign_out = sign_out.access_token(access_token(&sign_in(&fake).await));
    assert!(sign_out.send().await.expect("a live token").request_id().is_some());
}
