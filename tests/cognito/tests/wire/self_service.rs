//! The operations of users on their own accounts: every member of every answer.

use aws_sdk_cognitoidentityprovider::{
    Client,
    operation::{RequestId as _, sign_up::SignUpOutput},
    types::{
        AnalyticsMetadataType, AttributeType, AuthFlowType, CodeDeliveryDetailsType,
        DeliveryMediumType, UserContextDataType, UserStatusType, VerifiedAttributeType,
    },
};
use user_directory::UserStatus;
use user_directory_fake::Fake;

use crate::{CLIENT, EMAIL, PASSWORD, POOL, fake, fake_with_alice, sdk};

const NEW_PASSWORD: &str = "Another-horse-9";

fn attribute(name: &str, value: &str) -> AttributeType {
    AttributeType::builder().name(name).value(value).build().expect("a name")
}

fn context() -> UserContextDataType {
    UserContextDataType::builder().ip_address("192.0.2.1").build()
}

fn analytics() -> AnalyticsMetadataType {
    AnalyticsMetadataType::builder().analytics_endpoint_id("id").build()
}

fn assert_went_by_mail(details: Option<&CodeDeliveryDetailsType>) {
    let details = details.expect("a code was sent");
    assert_eq!(details.destination(), Some("s***@s***"));
    assert_eq!(details.delivery_medium(), Some(&DeliveryMediumType::Email));
    assert_eq!(details.attribute_name(), Some("email"));
}

/// The code that was sent to alice last.
fn code(fake: &Fake) -> String {
    let message = fake.inbox().last("alice").expect("a message was sent");
    message.code.expect("with a code").expose().to_owned()
}

async fn verify_email(client: &Client) {
    let update = client.update_user_pool().user_pool_id(POOL);
    let update = update.auto_verified_attributes(VerifiedAttributeType::Email);
    update.send().await.expect("good settings");
}

async fn sign_up(client: &Client) -> SignUpOutput {
    verify_email(client).await;
    let sign_up = client.sign_up().client_id(CLIENT).username("alice").password(PASSWORD);
    sign_up
        .user_attributes(attribute("email", EMAIL))
        .validation_data(attribute("reason", "test"))
        .client_metadata("key", "value")
        .user_context_data(context())
        .analytics_metadata(analytics())
        .send()
        .await
        .expect("a new user")
}

async fn sign_in(client: &Client, password: &str) -> String {
    let sign_in = client
        .initiate_auth()
        .client_id(CLIENT)
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", "alice")
        .auth_parameters("PASSWORD", password);
    let output = sign_in.send().await.expect("the right password");
    let token = output.authentication_result().and_then(|result| result.access_token());
    token.expect("a token").to_owned()
}

async fn status(client: &Client) -> Option<UserStatusType> {
    let get = client.admin_get_user().user_pool_id(POOL).username("alice");
    get.send().await.expect("alice").user_status
}

#[tokio::test]
async fn a_sign_up() {
    let fake = fake();
    let client = sdk(&fake);
    let output = sign_up(&client).await;
    assert!(output.request_id().is_some());
    assert!(!output.user_confirmed());
    assert_went_by_mail(output.code_delivery_details());
    assert_eq!(output.user_sub().len(), 36);
    assert_eq!(output.session(), None);
    assert_eq!(status(&client).await, Some(UserStatusType::Unconfirmed));

    let first = code(&fake);
    let resend = client.resend_confirmation_code().client_id(CLIENT).username("alice");
    let resend = resend.client_metadata("key", "value").user_context_data(context());
    let resent = resend.analytics_metadata(analytics()).send().await.expect("unconfirmed");
    assert!(resent.request_id().is_some());
    assert_went_by_mail(resent.code_delivery_details());

    let confirm = |code: &str| {
        let confirm = client.confirm_sign_up().client_id(CLIENT).username("alice");
        confirm
            .confirmation_code(code)
            .force_alias_creation(true)
            .client_metadata("key", "value")
            .user_context_data(context())
            .analytics_metadata(analytics())
            .send()
    };
    // Two codes of six digits can be the same.
    if first != code(&fake) {
        let old = confirm(&first).await.expect_err("another was sent").into_service_error();
        assert!(old.is_expired_code_exception(), "{old:?}");
    }
    let confirmed = confirm(&code(&fake)).await.expect("the code");
    assert!(confirmed.request_id().is_some());
    assert_eq!(confirmed.session(), None);
    assert_eq!(status(&client).await, Some(UserStatusType::Confirmed));

    let again = client.sign_up().client_id(CLIENT).username("alice").password(PASSWORD);
    let again = again.send().await.expect_err("she is there").into_service_error();
    assert!(again.is_username_exists_exception());
    let short = client.sign_up().client_id(CLIENT).username("bob").password("short");
    let short = short.send().await.expect_err("too short").into_service_error();
    assert!(short.is_invalid_password_exception());
}

#[tokio::test]
async fn a_forgotten_password() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    let forgot = client.forgot_password().client_id(CLIENT).username("alice");
    let forgot = forgot.client_metadata("key", "value").user_context_data(context());
    let output = forgot.analytics_metadata(analytics()).send().await.expect("alice");
    assert!(output.request_id().is_some());
    assert_went_by_mail(output.code_delivery_details());

    let confirm = client.confirm_forgot_password().client_id(CLIENT).username("alice");
    let confirm = confirm.confirmation_code(code(&fake)).client_metadata("key", "value");
    let confirm = confirm.user_context_data(context()).analytics_metadata(analytics());
    let weak = confirm.clone().password("short").send().await.expect_err("too short");
    assert!(weak.into_service_error().is_invalid_password_exception());
    let output = confirm.clone().password(NEW_PASSWORD).send().await.expect("the code");
    assert!(output.request_id().is_some());
    sign_in(&client, NEW_PASSWORD).await;
    let used = confirm.password(PASSWORD).send().await.expect_err("it was used");
    assert!(used.into_service_error().is_expired_code_exception());
}

#[tokio::test]
async fn a_changed_password() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    let change = client.change_password().access_token(sign_in(&client, PASSWORD).await);
    let change = change.previous_password(PASSWORD).proposed_password(NEW_PASSWORD);
    assert!(change.clone().send().await.expect("right").request_id().is_some());
    sign_in(&client, NEW_PASSWORD).await;
    let wrong = change.send().await.expect_err("not any more").into_service_error();
    assert!(wrong.is_not_authorized_exception());
}

#[tokio::test]
async fn own_attributes() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    verify_email(&client).await;
    let token = sign_in(&client, PASSWORD).await;
    let update = || client.update_user_attributes().access_token(&token);
    let output = update().user_attributes(attribute("name", "Alice")).send().await.expect("good");
    assert!(output.request_id().is_some());
    assert!(output.code_delivery_details_list().is_empty());
    let address = attribute("email", "suppressionlist@simulator.amazonses.com");
    let output = update().user_attributes(address).client_metadata("key", "value").send().await;
    let output = output.expect("good");
    assert_eq!(output.code_delivery_details_list().len(), 1);
    assert_went_by_mail(output.code_delivery_details_list().first());

    let ask = client.get_user_attribute_verification_code().access_token(&token);
    let ask = ask.attribute_name("email").client_metadata("key", "value");
    let output = ask.send().await.expect("an address");
    assert!(output.request_id().is_some());
    assert_went_by_mail(output.code_delivery_details());
    let verify = client.verify_user_attribute().access_token(&token).attribute_name("email");
    let verified = verify.code(code(&fake)).send().await.expect("the code");
    assert!(verified.request_id().is_some());
    let get = || client.get_user().access_token(&token).send();
    let user = get().await.expect("alice");
    assert!(user.user_attributes().contains(&attribute("email_verified", "true")));

    let delete = client.delete_user_attributes().access_token(&token);
    let deleted = delete.user_attribute_names("name").send().await.expect("a name");
    assert!(deleted.request_id().is_some());
    let user = get().await.expect("alice");
    assert!(user.user_attributes().iter().all(|one| one.name() != "name"));

    let deleted = client.delete_user().access_token(&token).send().await.expect("alice");
    assert!(deleted.request_id().is_some());
    let gone = client.admin_get_user().user_pool_id(POOL).username("alice").send().await;
    let gone = gone.expect_err("she is gone").into_service_error();
    assert!(gone.is_user_not_found_exception());
}
