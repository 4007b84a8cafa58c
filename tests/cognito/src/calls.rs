//! Every method of both handles as data: what it calls, and how.

use std::{
    fmt::Debug,
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{self, Config, retry::RetryPartition},
};
use user_directory::{
    Authentication as _, ChallengeAnswer, ChangePassword, ConfirmForgotPassword, ConfirmOwnSignUp,
    ConfirmSignUp, CreateGroup, CreateUser, DeleteOwnAttributes, DeleteUserAttributes,
    FactorSetting, ForgotPassword, ListGroups, ListGroupsForUser, ListUserAuthEvents, ListUsers,
    ListUsersInGroup, MessageAction, MfaPreference, MfaSetup, MfaType, NewPasswordRequired,
    Operation, OwnFactors as _, Refresh, RefreshFlow, RefreshGrant, ResendConfirmationCode,
    ResetUserPassword, Result, Revoke, SelfService as _, SetMfaPreference, SetUserMfaPreference,
    SetUserPassword, SignIn, SignUp, SoftwareTokenSetup, UpdateGroup, UpdateOwnAttributes,
    UpdateUserAttributes, UserAttributeVerificationCode, UserDirectory as _,
    VerifyOwnSoftwareToken, VerifyUserAttribute,
};
use user_directory_cognito::{AppClient, CognitoDirectory, CognitoSelfService, SdkConfig};

/// The pool of the calls.
pub const POOL_ID: &str = "local-fake-1_Fake00001";
/// The client of the calls.
pub const CLIENT_ID: &str = "client00000000000000000001";
/// The client's secret.
pub const CLIENT_SECRET: &str = "client-secret-never-printed";
/// The password that users sign in with.
pub const PASSWORD: &str = "Password-1-never-printed";
/// The password that users choose.
pub const NEW_PASSWORD: &str = "Password-2-never-printed";
/// The code of every confirmation.
pub const CODE: &str = "987654-never-printed";
/// The refresh token of every grant.
pub const REFRESH_TOKEN: &str = "refresh-token-never-printed";
/// The session of every challenge.
pub const SESSION: &str = "session-of-a-challenge-never-printed";
/// The secret of every authenticator app.
pub const SECRET_CODE: &str = "SECRETCODENEVERPRINTED22";
/// The ID token of every answer.
pub const ID_TOKEN: &str = "id-token-never-printed";
/// The access token of every answer: its payload has the user name `alice-real`, the sub `a-sub`
/// and the origin_jti `o-jti`.
pub const ACCESS_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.\
    eyJzdWIiOiJhLXN1YiIsInVzZXJuYW1lIjoiYWxpY2UtcmVhbCIsIm9yaWdpbl9qdGkiOiJvLWp0aSJ9.\
    access-token-never-printed";

/// Handles of every kind on one pool.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Handles {
    /// Refreshes by AdminInitiateAuth.
    pub directory: CognitoDirectory,
    /// Refreshes by InitiateAuth.
    pub own: CognitoSelfService,
    /// Refreshes by GetTokensFromRefreshToken.
    pub rotating_directory: CognitoDirectory,
    /// Refreshes by GetTokensFromRefreshToken.
    pub rotating_own: CognitoSelfService,
}

impl Handles {
    /// Handles by a configuration.
    pub fn new(config: &SdkConfig, app_client: &AppClient) -> Self {
        Self::from_service_config(Config::from(config).to_builder(), app_client)
    }

    /// Handles by a configuration of the service's SDK client.
    ///
    /// Each has its own quota of retries: the SDK's is one for the whole process, and a test that
    /// provokes many retries would use up that of all others.
    pub fn from_service_config(config: config::Builder, app_client: &AppClient) -> Self {
        static PARTITIONS: AtomicUsize = AtomicUsize::new(0);
        let partition = PARTITIONS.fetch_add(1, Ordering::Relaxed);
        let config = config.retry_partition(RetryPartition::new(format!("handles {partition}")));
        let client = Client::from_conf(config.build());
        let rotating = app_client.clone().with_refresh_flow(RefreshFlow::GetTokensFromRefreshToken);
        let directory = |app_client| CognitoDirectory::from_client(&client, app_client);
        let own = |app_client| CognitoSelfService::from_client(&client, app_client);
        Self {
            directory: directory(app_client.clone()).expect("the configuration is valid"),
            own: own(app_client.clone()).expect("the configuration is valid"),
            rotating_directory: directory(rotating.clone()).expect("the configuration is valid"),
            rotating_own: own(rotating).expect("the configuration is valid"),
        }
    }
}

/// An app client with a secret.
pub fn secret_client() -> AppClient {
    AppClient::new(POOL_ID, CLIENT_ID).with_client_secret(CLIENT_SECRET)
}

/// Which handle has a method.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there are two handles")]
pub enum Handle {
    /// An administrator's.
    Directory,
    /// The users' own.
    SelfService,
}

/// A future that borrows.
pub type Running<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A method with arguments.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Call {
    /// Which handle has the method.
    pub handle: Handle,
    /// The method.
    pub method: &'static str,
    /// The operation that it calls.
    pub operation: Operation,
    run: for<'a> fn(&'a Handles) -> Running<'a, Result<String>>,
}

impl Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}::{} by {}", self.handle, self.method, self.operation)
    }
}

impl Call {
    /// Calls the method. The answer is what its Debug shows.
    ///
    /// # Errors
    ///
    /// Those of the method.
    pub async fn run(&self, handles: &Handles) -> Result<String> {
        (self.run)(handles).await
    }

    /// The first call of that operation by a handle.
    pub fn of(handle: Handle, operation: Operation) -> Self {
        let found = CALLS.iter().find(|call| (call.handle, call.operation) == (handle, operation));
        *found.expect("every operation has a call")
    }
}

macro_rules! call {
    ($handle:ident $method:literal $operation:ident $handles:ident => $call:expr) => {
        Call {
            handle: Handle::$handle,
            method: $method,
            operation: Operation::$operation,
            run: |$handles| {
                Box::pin(async move { $call.await.map(|answer| format!("{answer:?}")) })
            },
        }
    };
}

/// Every method of both handles, and refreshing by either flow.
pub const CALLS: &[Call] = &[
    call!(Directory "sign_in" AdminInitiateAuth h => h.directory.sign_in(sign_in())),
    call!(Directory "respond_to_challenge" AdminRespondToAuthChallenge
        h => h.directory.respond_to_challenge(answer())),
    call!(Directory "refresh" AdminInitiateAuth h => h.directory.refresh(refresh())),
    call!(Directory "refresh" GetTokensFromRefreshToken
        h => h.rotating_directory.refresh(refresh())),
    call!(Directory "revoke" RevokeToken h => h.directory.revoke(Revoke::new(REFRESH_TOKEN))),
    call!(Directory "create_user" AdminCreateUser h => h.directory.create_user(create_user())),
    call!(Directory "user" AdminGetUser h => h.directory.user("alice")),
    call!(Directory "update_user_attributes" AdminUpdateUserAttributes
        h => h.directory.update_user_attributes(UpdateUserAttributes::new("alice", [("name", "A")]))),
    call!(Directory "delete_user_attributes" AdminDeleteUserAttributes
        h => h.directory.delete_user_attributes(DeleteUserAttributes::new("alice", ["name"]))),
    call!(Directory "set_user_password" AdminSetUserPassword
        h => h.directory.set_user_password(SetUserPassword::permanent("alice", NEW_PASSWORD))),
    call!(Directory "reset_user_password" AdminResetUserPassword
        h => h.directory.reset_user_password(ResetUserPassword::new("alice"))),
    call!(Directory "confirm_sign_up" AdminConfirmSignUp
        h => h.directory.confirm_sign_up(ConfirmSignUp::new("alice"))),
    call!(Directory "enable_user" AdminEnableUser h => h.directory.enable_user("alice")),
    call!(Directory "disable_user" AdminDisableUser h => h.directory.disable_user("alice")),
    call!(Directory "delete_user" AdminDeleteUser h => h.directory.delete_user("alice")),
    call!(Directory "global_sign_out" AdminUserGlobalSignOut
        h => h.directory.global_sign_out("alice")),
    call!(Directory "list_users" ListUsers h => h.directory.list_users(ListUsers::new())),
    call!(Directory "create_group" CreateGroup
        h => h.directory.create_group(CreateGroup::new("admins").with_precedence(7))),
    call!(Directory "group" GetGroup h => h.directory.group("admins")),
    call!(Directory "update_group" UpdateGroup
        h => h.directory.update_group(UpdateGroup::new("admins").with_description("A"))),
    call!(Directory "delete_group" DeleteGroup h => h.directory.delete_group("admins")),
    call!(Directory "list_groups" ListGroups h => h.directory.list_groups(ListGroups::new())),
    call!(Directory "add_user_to_group" AdminAddUserToGroup
        h => h.directory.add_user_to_group("alice", "admins")),
    call!(Directory "remove_user_from_group" AdminRemoveUserFromGroup
        h => h.directory.remove_user_from_group("alice", "admins")),
    call!(Directory "list_groups_for_user" AdminListGroupsForUser
        h => h.directory.list_groups_for_user(ListGroupsForUser::new("alice"))),
    call!(Directory "list_users_in_group" ListUsersInGroup
        h => h.directory.list_users_in_group(ListUsersInGroup::new("admins"))),
    call!(Directory "list_user_auth_events" AdminListUserAuthEvents
        h => h.directory.list_user_auth_events(ListUserAuthEvents::new("alice"))),
    call!(Directory "set_user_mfa_preference" AdminSetUserMFAPreference
        h => h.directory.set_user_mfa_preference(SetUserMfaPreference::new("alice", preference()))),
    call!(Directory "delete_software_token" AdminDeleteSoftwareToken
        h => h.directory.delete_software_token("alice")),
    call!(Directory "user_auth_factors" AdminGetUserAuthFactors
        h => h.directory.user_auth_factors("alice")),
    call!(Directory "associate_software_token" AssociateSoftwareToken
        h => h.directory.associate_software_token(setup().software_token())),
    call!(Directory "verify_software_token" VerifySoftwareToken
        h => h.directory.verify_software_token(token_setup().verify(CODE))),
    call!(SelfService "associate_software_token" AssociateSoftwareToken
        h => h.own.associate_software_token(setup().software_token())),
    call!(SelfService "verify_software_token" VerifySoftwareToken
        h => h.own.verify_software_token(token_setup().verify(CODE))),
    call!(SelfService "associate_own_software_token" AssociateSoftwareToken
        h => h.own.associate_own_software_token(&ACCESS_TOKEN.into())),
    call!(SelfService "verify_own_software_token" VerifySoftwareToken
        h => h.own.verify_own_software_token(VerifyOwnSoftwareToken::new(ACCESS_TOKEN, CODE))),
    call!(SelfService "set_mfa_preference" SetUserMFAPreference
        h => h.own.set_mfa_preference(SetMfaPreference::new(ACCESS_TOKEN, preference()))),
    call!(SelfService "auth_factors" GetUserAuthFactors
        h => h.own.auth_factors(&ACCESS_TOKEN.into())),
    call!(SelfService "sign_in" InitiateAuth h => h.own.sign_in(sign_in())),
    call!(SelfService "respond_to_challenge" RespondToAuthChallenge
        h => h.own.respond_to_challenge(answer())),
    call!(SelfService "refresh" InitiateAuth h => h.own.refresh(refresh())),
    call!(SelfService "refresh" GetTokensFromRefreshToken h => h.rotating_own.refresh(refresh())),
    call!(SelfService "revoke" RevokeToken h => h.own.revoke(Revoke::new(REFRESH_TOKEN))),
    call!(SelfService "user" GetUser h => h.own.user(&ACCESS_TOKEN.into())),
    call!(SelfService "global_sign_out" GlobalSignOut
        h => h.own.global_sign_out(&ACCESS_TOKEN.into())),
    call!(SelfService "sign_up" SignUp h => h.own.sign_up(SignUp::new("alice", PASSWORD))),
    call!(SelfService "confirm_sign_up" ConfirmSignUp
        h => h.own.confirm_sign_up(ConfirmOwnSignUp::new("alice", CODE))),
    call!(SelfService "resend_confirmation_code" ResendConfirmationCode
        h => h.own.resend_confirmation_code(ResendConfirmationCode::new("alice"))),
    call!(SelfService "forgot_password" ForgotPassword
        h => h.own.forgot_password(ForgotPassword::new("alice"))),
    call!(SelfService "confirm_forgot_password" ConfirmForgotPassword
        h => h.own.confirm_forgot_password(
            ConfirmForgotPassword::new("alice", CODE, NEW_PASSWORD))),
    call!(SelfService "change_password" ChangePassword
        h => h.own.change_password(ChangePassword::new(ACCESS_TOKEN, PASSWORD, NEW_PASSWORD))),
    call!(SelfService "update_user_attributes" UpdateUserAttributes
        h => h.own.update_user_attributes(UpdateOwnAttributes::new(ACCESS_TOKEN, [("name", "A")]))),
    call!(SelfService "delete_user_attributes" DeleteUserAttributes
        h => h.own.delete_user_attributes(DeleteOwnAttributes::new(ACCESS_TOKEN, ["name"]))),
    call!(SelfService "user_attribute_verification_code" GetUserAttributeVerificationCode
        h => h.own.user_attribute_verification_code(
            UserAttributeVerificationCode::new(ACCESS_TOKEN, "email"))),
    call!(SelfService "verify_user_attribute" VerifyUserAttribute
        h => h.own.verify_user_attribute(VerifyUserAttribute::new(ACCESS_TOKEN, "email", CODE))),
    call!(SelfService "delete_user" DeleteUser h => h.own.delete_user(&ACCESS_TOKEN.into())),
];

fn sign_in() -> SignIn {
    SignIn::new("alice", PASSWORD)
}

fn answer() -> ChallengeAnswer {
    NewPasswordRequired::new("alice-real", SESSION.into()).answer(NEW_PASSWORD)
}

fn setup() -> MfaSetup {
    MfaSetup::new("alice-real", SESSION.into(), [MfaType::SoftwareTokenMfa])
}

fn token_setup() -> SoftwareTokenSetup {
    SoftwareTokenSetup::new("alice-real", SESSION.into(), SECRET_CODE)
}

fn preference() -> MfaPreference {
    MfaPreference::new().with(MfaType::SoftwareTokenMfa, FactorSetting::Preferred)
}

/// A refresh with the grant that a sign-in brings.
pub fn refresh() -> Refresh {
    Refresh::new(RefreshGrant::new(REFRESH_TOKEN.into(), "alice-real", "a-sub"))
}

fn create_user() -> CreateUser {
    CreateUser::new("alice")
        .with_temporary_password(PASSWORD)
        .with_message_action(MessageAction::Suppress)
}

/// A good answer to a request, in the shape that Cognito has for it. Those of the refreshing flow
/// REFRESH_TOKEN_AUTH have no refresh token, so the request itself is asked.
pub fn good_body(operation: &str, request: &str) -> String {
    const USER: &str = r#""UserCreateDate":1571809201.58,"UserLastModifiedDate":1571809202.123,
        "Enabled":true,"UserStatus":"CONFIRMED""#;
    const GROUP: &str = r#"{"GroupName":"admins","UserPoolId":"local-fake-1_Fake00001",
        "CreationDate":1571809201.58,"LastModifiedDate":1571809202.123}"#;
    const DELIVERY: &str = r#"{"Destination":"a***@e***","DeliveryMedium":"EMAIL",
        "AttributeName":"email"}"#;
    match operation {
        "AdminInitiateAuth" | "InitiateAuth" if request.contains("REFRESH_TOKEN_AUTH") => {
            tokens(None)
        }
        "AdminInitiateAuth"
        | "InitiateAuth"
        | "AdminRespondToAuthChallenge"
        | "RespondToAuthChallenge" => tokens(Some(REFRESH_TOKEN)),
        "GetTokensFromRefreshToken" => tokens(Some(ROTATED_REFRESH_TOKEN)),
        "AdminGetUser" => format!(r#"{{"Username":"alice-real","UserAttributes":[],{USER}}}"#),
        "GetUser" => r#"{"Username":"alice-real","UserAttributes":[]}"#.to_owned(),
        "AdminCreateUser" => {
            format!(r#"{{"User":{{"Username":"alice-real","Attributes":[],{USER}}}}}"#)
        }
        "CreateGroup" | "GetGroup" | "UpdateGroup" => format!(r#"{{"Group":{GROUP}}}"#),
        "ListGroups" | "AdminListGroupsForUser" => format!(r#"{{"Groups":[{GROUP}]}}"#),
        "SignUp" => format!(
            r#"{{"UserConfirmed":false,"UserSub":"a-sub","CodeDeliveryDetails":{DELIVERY}}}"#
        ),
        "ResendConfirmationCode" | "ForgotPassword" | "GetUserAttributeVerificationCode" => {
            format!(r#"{{"CodeDeliveryDetails":{DELIVERY}}}"#)
        }
        "AdminListUserAuthEvents" => {
            r#"{"AuthEvents":[{"EventId":"an-event","CreationDate":1571809201.58}]}"#.to_owned()
        }
        "AssociateSoftwareToken" => {
            format!(r#"{{"SecretCode":"{SECRET_CODE}","Session":"{SESSION}"}}"#)
        }
        "VerifySoftwareToken" => format!(r#"{{"Status":"SUCCESS","Session":"{SESSION}"}}"#),
        "GetUserAuthFactors" | "AdminGetUserAuthFactors" => r#"{"Username":"alice-real",
            "UserMFASettingList":["SOFTWARE_TOKEN_MFA"],"PreferredMfaSetting":"SOFTWARE_TOKEN_MFA",
            "ConfiguredUserAuthFactors":["PASSWORD"]}"#
            .to_owned(),
        "UpdateUserAttributes" => format!(r#"{{"CodeDeliveryDetailsList":[{DELIVERY}]}}"#),
        "ListUsers" | "ListUsersInGroup" => {
            format!(r#"{{"Users":[{{"Username":"alice-real","Attributes":[],{USER}}}]}}"#)
        }
        _ => "{}".to_owned(),
    }
}

/// The refresh token of an answer that rotates.
pub const ROTATED_REFRESH_TOKEN: &str = "rotated-token-never-printed";

/// An answer with tokens.
pub fn tokens(refresh_token: Option<&str>) -> String {
    let refresh =
        refresh_token.map_or_else(String::new, |token| format!(r#""RefreshToken":"{token}","#));
    format!(
        r#"{{"ChallengeParameters":{{}},"AuthenticationResult":{{{refresh}
        "AccessToken":"{ACCESS_TOKEN}","IdToken":"{ID_TOKEN}","ExpiresIn":3600,"TokenType":"Bearer"}}}}"#
    )
}

/// An answer with the challenge for a new password.
pub fn challenge() -> String {
    format!(
        r#"{{"ChallengeName":"NEW_PASSWORD_REQUIRED","Session":"{SESSION}","ChallengeParameters":{{
        "USER_ID_FOR_SRP":"alice-real","requiredAttributes":"[]","userAttributes":"{{}}"}}}}"#
    )
}
