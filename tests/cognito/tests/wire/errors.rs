//! Refusals: each becomes the error that the SDK has for it, with text and request id.

use aws_sdk_cognitoidentityprovider::{
    error::{ProvideErrorMetadata, SdkError},
    operation::RequestId,
    types::{
        AttributeType, AuthFlowType, ChallengeNameType, DeliveryMediumType, MessageActionType,
    },
};
use aws_smithy_runtime_api::client::result::CreateUnhandledError;
use user_directory::Operation;
use user_directory::UserStatus;
use user_directory_fake::{
    AliasAttribute, CreateUserPoolClientRequest, CreateUserPoolRequest, ExplicitAuthFlow, Fake,
    Fault, FixtureUser, RefreshTokenRotation,
};

use crate::{CLIENT, PASSWORD, POOL, fake_with_alice, sdk};

/// The service's error, once its status, request id and text are as they should be.
fn refusal<T: std::fmt::Debug, E>(result: Result<T, SdkError<E>>, text: &str) -> E
where
    E: std::error::Error + CreateUnhandledError + ProvideErrorMetadata + RequestId,
    E: Send + Sync + 'static,
{
    let error = result.expect_err("a refusal");
    let status = error.raw_response().expect("a response").status().as_u16();
    let error = error.into_service_error();
    assert_eq!(error.message(), Some(text));
    assert!(error.request_id().is_some_and(|id| id.len() == 36), "{error:?}");
    let expected = if error.code() == Some("InternalErrorException") { 500 } else { 400 };
    assert_eq!(status, expected, "{error:?}");
    error
}

/// Calls an operation about alice and expects a variant of its error.
macro_rules! refused {
    ($call:expr, $is:ident, $text:expr) => {
        let error = refusal($call.send().await, $text);
        assert!(error.$is(), "{error:?}");
    };
}

fn attribute(name: &str, value: &str) -> AttributeType {
    AttributeType::builder().name(name).value(value).build().expect("a name")
}

const NO_USER: &str = "User does not exist.";
const NO_POOL: &str = "User pool eu-west-1_Foreign01 does not exist.";
const FOREIGN: &str = "eu-west-1_Foreign01";
const EMPTY_POOL_ID: &str = "2 validation errors detected: Value '' at 'userPoolId' failed to satisfy constraint: Member \
     must have length greater than or equal to 1; Value '' at 'userPoolId' failed to satisfy \
     constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+";

/// For an operation on a user: no user, no pool, a violation, throttling, an internal error.
macro_rules! about_a_user {
    ($fake:expr, $operation:ident, $call:expr) => {
        let call = $call;
        refused!(call(POOL, "bob"), is_user_not_found_exception, NO_USER);
        refused!(call(FOREIGN, "alice"), is_resource_not_found_exception, NO_POOL);
        refused!(call("", "alice"), is_invalid_parameter_exception, EMPTY_POOL_ID);
        let operation = Operation::$operation;
        $fake.faults().inject(Fault::throttling(operation).times(1));
        refused!(call(POOL, "alice"), is_too_many_requests_exception, "Rate exceeded");
        $fake.faults().inject(Fault::internal_error(operation).times(1));
        refused!(call(POOL, "alice"), is_internal_error_exception, "Internal server error");
    };
}

#[tokio::test]
async fn operations_on_a_user() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    let group = client.create_group().user_pool_id(POOL).group_name("admins");
    group.send().await.expect("a new group");
    about_a_user!(fake, AdminAddUserToGroup, |pool, name| client
        .admin_add_user_to_group()
        .user_pool_id(pool)
        .username(name)
        .group_name("admins"));
    about_a_user!(fake, AdminConfirmSignUp, |pool, name| client
        .admin_confirm_sign_up()
        .user_pool_id(pool)
        .username(name));
    about_a_user!(fake, AdminDeleteUser, |pool, name| client
        .admin_delete_user()
        .user_pool_id(pool)
        .username(name));
    about_a_user!(fake, AdminDeleteUserAttributes, |pool, name| client
        .admin_delete_user_attributes()
        .user_pool_id(pool)
        .username(name)
        .user_attribute_names("name"));
    about_a_user!(fake, AdminDisableUser, |pool, name| client
        .admin_disable_user()
        .user_pool_id(pool)
        .username(name));
    about_a_user!(fake, AdminEnableUser, |pool, name| client
        .admin_enable_user()
        .user_pool_id(pool)
        .username(name));
    about_a_user!(fake, AdminGetUser, |pool, name| client
        .admin_get_user()
        .user_pool_id(pool)
        .username(name));
    about_a_user!(fake, AdminListGroupsForUser, |pool, name| client
        .admin_list_groups_for_user()
        .user_pool_id(pool)
        .username(name));
    about_a_user!(fake, AdminRemoveUserFromGroup, |pool, name| client
        .admin_remove_user_from_group()
        .user_pool_id(pool)
        .username(name)
        .group_name("admins"));
    about_a_user!(fake, AdminResetUserPassword, |pool, name| client
        .admin_reset_user_password()
        .user_pool_id(pool)
        .username(name));
    about_a_user!(fake, AdminSetUserPassword, |pool, name| client
        .admin_set_user_password()
        .user_pool_id(pool)
        .username(name)
        .password(PASSWORD));
    about_a_user!(fake, AdminUpdateUserAttributes, |pool, name| client
        .admin_update_user_attributes()
        .user_pool_id(pool)
        .username(name)
        .user_attributes(attribute("name", "Alice")));
    about_a_user!(fake, AdminUserGlobalSignOut, |pool, name| client
        .admin_user_global_sign_out()
        .user_pool_id(pool)
        .username(name));
}

#[tokio::test]
async fn refusals_about_users() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    let create = || client.admin_create_user().user_pool_id(POOL).username("alice");
    refused!(create(), is_username_exists_exception, "User account already exists");
    refused!(
        create().username("bob").temporary_password("short"),
        is_invalid_password_exception,
        "Password did not conform with policy: Password not long enough"
    );
    refused!(
        create().message_action(MessageActionType::Resend),
        is_unsupported_user_state_exception,
        "Resend not possible. alice status is not FORCE_CHANGE_PASSWORD"
    );
    refused!(create().user_pool_id(FOREIGN), is_resource_not_found_exception, NO_POOL);
    refused!(
        create().username("bob").message_action("SHOUT".into()),
        is_invalid_parameter_exception,
        "1 validation error detected: Value 'SHOUT' at 'messageAction' failed to satisfy \
         constraint: Member must satisfy enum value set: [RESEND, SUPPRESS]"
    );
    fake.faults().inject(Fault::delivery_failure(Operation::AdminCreateUser));
    refused!(
        create()
            .username("bob")
            .user_attributes(attribute("email", "b@example.com"))
            .desired_delivery_mediums(DeliveryMediumType::Email),
        is_code_delivery_failure_exception,
        "Unable to deliver code to user"
    );
    refused!(
        client.admin_confirm_sign_up().user_pool_id(POOL).username("alice"),
        is_not_authorized_exception,
        "User cannot be confirmed. Current status is CONFIRMED"
    );
    refused!(
        client.list_users().user_pool_id(POOL).filter("nonsense"),
        is_invalid_parameter_exception,
        "Error while parsing filter."
    );
    refused!(client.list_users().user_pool_id(FOREIGN), is_resource_not_found_exception, NO_POOL);
}

/// The text has a line break at its end, which the header cannot hold and the body does.
#[tokio::test]
async fn a_text_with_a_line_break() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    refused!(
        sdk(&fake)
            .admin_update_user_attributes()
            .user_pool_id(POOL)
            .username("alice")
            .user_attributes(attribute("custom:žlutý", "value")),
        is_invalid_parameter_exception,
        "user.custom:žlutý: Attribute does not exist in the schema.\n"
    );
}

#[tokio::test]
async fn a_taken_alias() {
    let mut pool = CreateUserPoolRequest::new("pool");
    pool.alias_attributes = vec![AliasAttribute::Email];
    let fake = Fake::builder().pool(pool).build().expect("good settings");
    for (name, email) in [("alice", "success@simulator.amazonses.com"), ("bob", "b@example.com")] {
        let user = FixtureUser::new(name, UserStatus::Confirmed)
            .with_attributes([("email", email), ("email_verified", "true")]);
        fake.put_user(POOL, user).expect("a good user");
    }
    refused!(
        sdk(&fake)
            .admin_update_user_attributes()
            .user_pool_id(POOL)
            .username("bob")
            .user_attributes(attribute("email", "success@simulator.amazonses.com"))
            .user_attributes(attribute("email_verified", "true")),
        is_alias_exists_exception,
        "An account with the given email already exists."
    );
}

/// The administrator's and the public sign-in of alice, with a password.
macro_rules! sign_in_refused {
    ($fake:expr, $password:expr, $is:ident, $text:expr) => {
        refused!(
            sdk($fake)
                .admin_initiate_auth()
                .user_pool_id(POOL)
                .client_id(CLIENT)
                .auth_flow(AuthFlowType::AdminUserPasswordAuth)
                .auth_parameters("USERNAME", "alice")
                .auth_parameters("PASSWORD", $password),
            $is,
            $text
        );
        refused!(
            sdk($fake)
                .initiate_auth()
                .client_id(CLIENT)
                .auth_flow(AuthFlowType::UserPasswordAuth)
                .auth_parameters("USERNAME", "alice")
                .auth_parameters("PASSWORD", $password),
            $is,
            $text
        );
    };
}

#[tokio::test]
async fn refusals_of_a_sign_in() {
    let wrong = "Incorrect username or password.";
    let fake = fake_with_alice(UserStatus::Confirmed);
    sign_in_refused!(&fake, "Wrong-horse-9", is_not_authorized_exception, wrong);
    let fake = fake_with_alice(UserStatus::Unconfirmed);
    let unconfirmed = "User is not confirmed.";
    sign_in_refused!(&fake, PASSWORD, is_user_not_confirmed_exception, unconfirmed);
    let fake = fake_with_alice(UserStatus::ResetRequired);
    let reset = "Password reset required for the user";
    sign_in_refused!(&fake, PASSWORD, is_password_reset_required_exception, reset);
    sign_in_refused!(&crate::fake(), PASSWORD, is_user_not_found_exception, NO_USER);
    refused!(
        sdk(&fake)
            .initiate_auth()
            .client_id("nosuchclient")
            .auth_flow(AuthFlowType::UserPasswordAuth),
        is_resource_not_found_exception,
        "User pool client nosuchclient does not exist."
    );
    refused!(
        sdk(&fake)
            .admin_respond_to_auth_challenge()
            .user_pool_id(POOL)
            .client_id(CLIENT)
            .challenge_name(ChallengeNameType::NewPasswordRequired)
            .session("S".repeat(20))
            .challenge_responses("USERNAME", "alice")
            .challenge_responses("NEW_PASSWORD", PASSWORD),
        is_not_authorized_exception,
        "Invalid session for the user."
    );
}

#[tokio::test]
async fn refusals_about_tokens() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    let invalid = "Invalid Access Token";
    refused!(client.get_user().access_token("a.b.c"), is_not_authorized_exception, invalid);
    refused!(client.global_sign_out().access_token("a.b.c"), is_not_authorized_exception, invalid);
    macro_rules! with_a_bad_token {
        ($($call:expr;)*) => {
            $(refused!($call.access_token("a.b.c"), is_not_authorized_exception, invalid);)*
        };
    }
    with_a_bad_token! {
        client.change_password().previous_password(PASSWORD).proposed_password(PASSWORD);
        client.delete_user();
        client.delete_user_attributes().user_attribute_names("name");
        client.get_user_attribute_verification_code().attribute_name("email");
        client.update_user_attributes().user_attributes(attribute("name", "Alice"));
        client.verify_user_attribute().attribute_name("email").code("123456");
    }
    refused!(
        client.revoke_token().client_id("nosuchclient").token("a.b.c.d.e"),
        is_unauthorized_exception,
        "Invalid client id or client secret"
    );
    refused!(
        client.revoke_token().client_id(CLIENT).token("a.b.c"),
        is_unsupported_token_type_exception,
        "Only refresh tokens can be revoked"
    );
    refused!(
        client.get_tokens_from_refresh_token().client_id(CLIENT).refresh_token("a.b.c.d.e"),
        is_not_authorized_exception,
        "Invalid Refresh Token."
    );
    let mut unrevocable = CreateUserPoolClientRequest::new("", "unrevocable");
    unrevocable.client_id = Some("unrevocable".to_owned());
    unrevocable.enable_token_revocation = false;
    fake.create_user_pool_client(POOL, unrevocable).expect("good settings");
    refused!(
        client.revoke_token().client_id("unrevocable").token("a.b.c.d.e"),
        is_unsupported_operation_exception,
        "Token revocation is not enabled for client unrevocable"
    );
}

#[tokio::test]
async fn a_refresh_token_that_is_used_twice() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let mut rotating = CreateUserPoolClientRequest::new("", "rotating");
    rotating.client_id = Some("rotating".to_owned());
    rotating.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    rotating.refresh_token_rotation = Some(RefreshTokenRotation::new(0));
    fake.create_user_pool_client(POOL, rotating).expect("good settings");
    let client = sdk(&fake);
    let signed_in = client
        .initiate_auth()
        .client_id("rotating")
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .auth_parameters("USERNAME", "alice")
        .auth_parameters("PASSWORD", PASSWORD)
        .send()
        .await
        .expect("the right password");
    let token = signed_in.authentication_result().and_then(|result| result.refresh_token());
    let token = token.expect("a token");
    let get = || client.get_tokens_from_refresh_token().client_id("rotating").refresh_token(token);
    get().send().await.expect("the first time");
    let reused = "Refresh Token has been used already";
    refused!(get(), is_refresh_token_reuse_exception, reused);
}
