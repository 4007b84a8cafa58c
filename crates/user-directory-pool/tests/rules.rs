//! Rules that the traits cannot express: raw flows, raw challenge parameters, settings.

use std::time::Duration;

use user_directory_pool::{
    AdminAddUserToGroupRequest, AdminCreateUserRequest, AdminDeleteUserRequest,
    AdminInitiateAuthRequest, AdminListGroupsForUserRequest, AdminListUserAuthEventsRequest,
    AdminRespondToAuthChallengeRequest, AdminSetUserPasswordRequest, AdminUserGlobalSignOutRequest,
    AliasAttribute, Attribute, AttributeDataType, AuthResponse, ChallengeParameters,
    ConfirmForgotPasswordRequest, CreateGroupRequest, CreateUserPoolClientRequest,
    CreateUserPoolRequest, Entropy, ErrorCode, ExplicitAuthFlow, ForgotPasswordRequest,
    GetUserRequest, InitiateAuthRequest, ListUsersInGroupRequest, MessageContent, Pool,
    PoolRequest, PresentedToken, PreventUserExistenceErrors, PutUser, RecoveryOption,
    RefreshTokenRotation, SchemaAttributeType, ServiceError, Timestamp, UserStatus, check,
};

const POOL: &str = "local-fake-1_Rules0001";
const PASSWORD: &str = "Correct-horse-9";
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// Counts: enough for tests that draw little.
struct Counter(u64);

impl Entropy for Counter {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

struct World {
    pool: Pool,
    entropy: Counter,
}

impl World {
    fn new(settings: impl FnOnce(&mut CreateUserPoolRequest)) -> Self {
        let mut entropy = Counter(1);
        let mut request = CreateUserPoolRequest::new("rules");
        settings(&mut request);
        let pool = Pool::create(POOL, request, NOW, &mut entropy).expect("valid settings");
        Self { pool, entropy }
    }

    fn call<R: PoolRequest>(&mut self, request: R) -> Result<R::Response, ServiceError> {
        let checked = check(request).1?;
        self.pool.handle(NOW, &mut self.entropy, checked).map(|answer| answer.response)
    }

    fn client(&mut self, flows: &[ExplicitAuthFlow]) -> Result<String, ServiceError> {
        let mut request = CreateUserPoolClientRequest::new(POOL, "client");
        request.explicit_auth_flows = flows.to_vec();
        self.call(request).map(|client| client.client_id)
    }

    fn create(&mut self, attributes: &[(&str, &str)]) {
        let mut request = AdminCreateUserRequest::new(POOL, "alice");
        request.temporary_password = Some(PASSWORD.into());
        request.user_attributes =
            attributes.iter().map(|(name, value)| Attribute::new(*name, *value)).collect();
        self.call(request).expect("alice is new");
    }

    fn admin_initiate(&mut self, client: &str, flow: &str) -> Result<AuthResponse, ServiceError> {
        let mut request = AdminInitiateAuthRequest::new(POOL, client, flow);
        request.auth_parameters.insert("USERNAME".to_owned(), "alice".into());
        request.auth_parameters.insert("PASSWORD".to_owned(), PASSWORD.into());
        self.call(request)
    }

    fn initiate(&mut self, client: &str, flow: &str) -> Result<AuthResponse, ServiceError> {
        let mut request = InitiateAuthRequest::new(client, flow);
        request.auth_parameters.insert("USERNAME".to_owned(), "alice".into());
        request.auth_parameters.insert("PASSWORD".to_owned(), PASSWORD.into());
        self.call(request)
    }
}

impl World {
    fn client_without_revocation(&mut self) -> String {
        let mut request = CreateUserPoolClientRequest::new(POOL, "client");
        request.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
        request.enable_token_revocation = false;
        self.call(request).expect("valid settings").client_id
    }

    fn access_token(&mut self, client: &str) -> PresentedToken {
        let response = self.initiate(client, "USER_PASSWORD_AUTH").expect("alice may");
        let AuthResponse::Tokens(result) = response else { panic!("{response:?}") };
        PresentedToken::new("a.b.c", Some(result.access_token))
    }
}

fn refused<T>(result: Result<T, ServiceError>, code: ErrorCode, text: &str) {
    let Err(error) = result else { panic!("expected {text:?}, but it was accepted") };
    assert_eq!((error.code(), error.to_string().as_str()), (code, text));
}

/// flow/old-and-new-admin-names, the half that needs the old spelling of AuthFlow.
#[test]
fn both_spellings_of_the_admin_flow_sign_in() {
    for flow in [ExplicitAuthFlow::AdminNoSrpAuth, ExplicitAuthFlow::AllowAdminUserPasswordAuth] {
        let mut world = World::new(|_| {});
        let client = world.client(&[flow]).expect("one spelling");
        world.create(&[]);
        for name in ["ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"] {
            assert!(world.admin_initiate(&client, name).is_ok(), "{flow:?} {name}");
        }
    }
}

/// flow/admin-via-public
#[test]
fn a_flow_of_the_other_operation_is_not_supported() {
    let mut world = World::new(|_| {});
    let flows =
        [ExplicitAuthFlow::AllowAdminUserPasswordAuth, ExplicitAuthFlow::AllowUserPasswordAuth];
    let client = world.client(&flows).expect("valid flows");
    world.create(&[]);
    let text = "Initiate Auth method not supported.";
    let invalid = ErrorCode::InvalidParameter;
    refused(world.initiate(&client, "ADMIN_USER_PASSWORD_AUTH"), invalid, text);
    refused(world.initiate(&client, "ADMIN_NO_SRP_AUTH"), invalid, text);
    refused(world.admin_initiate(&client, "USER_PASSWORD_AUTH"), invalid, text);
}

/// What the client does not allow is refused as Cognito does; what it allows and this pool does not
/// have is said aloud.
#[test]
fn flows_that_are_not_there_are_refused_loudly() {
    for (explicit, flow) in [
        (ExplicitAuthFlow::AllowCustomAuth, "CUSTOM_AUTH"),
        (ExplicitAuthFlow::AllowUserAuth, "USER_AUTH"),
    ] {
        let mut world = World::new(|_| {});
        let without = world.client(&[ExplicitAuthFlow::AllowUserPasswordAuth]).expect("valid");
        let text = format!("{flow} is not enabled for the client.");
        refused(world.initiate(&without, flow), ErrorCode::InvalidParameter, &text);
        let with = world.client(&[explicit]).expect("valid");
        let text = format!("user-directory-pool does not implement the flow {flow}");
        refused(world.initiate(&with, flow), ErrorCode::NotImplemented, &text);
        refused(world.admin_initiate(&with, flow), ErrorCode::NotImplemented, &text);
    }
    let mut world = World::new(|_| {});
    let client = world.client(&[]).expect("valid");
    let request = AdminRespondToAuthChallengeRequest::new(POOL, client, "CUSTOM_CHALLENGE");
    let text = "user-directory-pool does not implement the challenge CUSTOM_CHALLENGE";
    refused(world.call(request), ErrorCode::NotImplemented, text);
}

#[test]
fn an_unknown_flow_is_a_validation_error() {
    let mut world = World::new(|_| {});
    let client = world.client(&[]).expect("valid");
    let text = "1 validation error detected: Value 'PASSWORDLESS' at 'authFlow' failed to satisfy \
                constraint: Member must satisfy enum value set: [USER_SRP_AUTH, \
                REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, \
                USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]";
    refused(world.initiate(&client, "PASSWORDLESS"), ErrorCode::InvalidParameter, text);
}

#[test]
fn a_challenge_says_what_is_missing_and_what_is_known() {
    let required = |name| SchemaAttributeType::standard(name).expect("a standard one").required();
    let mut world =
        World::new(|pool| pool.schema = vec![required("family_name"), required("email")]);
    let flows = [ExplicitAuthFlow::AllowAdminUserPasswordAuth];
    let client = world.client(&flows).expect("valid");
    world.create(&[("email", "user@example.com"), ("email_verified", "true")]);
    let response = world.admin_initiate(&client, "ADMIN_USER_PASSWORD_AUTH").expect("a challenge");
    let AuthResponse::Challenge(challenge) = response else { panic!("{response:?}") };
    let known = [("email", "user@example.com"), ("email_verified", "true")];
    let expected = ChallengeParameters::NewPasswordRequired {
        username: "alice".to_owned(),
        required_attributes: vec!["family_name".to_owned()],
        user_attributes: known.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
    };
    assert_eq!(challenge.parameters, expected);
}

/// The rule between settings that a refusal is about.
fn broken(error: &ServiceError) -> Option<&'static str> {
    match error {
        ServiceError::RuleBroken { rule, .. } => Some(rule),
        _ => None,
    }
}

#[test]
fn spellings_of_flows_do_not_mix() {
    let mut world = World::new(|_| {});
    let mixed = [ExplicitAuthFlow::AdminNoSrpAuth, ExplicitAuthFlow::AllowUserPasswordAuth];
    let error = world.client(&mixed).expect_err("legacy and ALLOW_ do not mix");
    assert_eq!(broken(&error), Some("explicit-auth-flows-legacy-mix"));
}

#[test]
fn clients_read_and_write_what_there_is() {
    let mut world = World::new(|_| {});
    let client = |read: &str, write: &str| {
        let mut request = CreateUserPoolClientRequest::new(POOL, "client");
        request.read_attributes = vec![read.to_owned()];
        request.write_attributes = vec![write.to_owned()];
        request
    };
    assert!(world.call(client("email_verified", "email")).is_ok());
    for (read, write, rule) in [
        ("custom:role", "email", "read-attributes-exists"),
        ("email", "custom:role", "write-attributes-exists"),
        ("email", "email_verified", "write-attributes-exists"),
        ("email", "sub", "write-attributes-exists"),
    ] {
        let error = world.call(client(read, write)).expect_err(write);
        assert_eq!(broken(&error), Some(rule));
    }
}

#[test]
fn rotation_excludes_the_refresh_flow() {
    let mut world = World::new(|_| {});
    let mut request = CreateUserPoolClientRequest::new(POOL, "client");
    request.refresh_token_rotation = Some(RefreshTokenRotation::new(10));
    let error = world.call(request.clone()).expect_err("the default flows have it");
    assert_eq!(broken(&error), Some("rotation-without-refresh-flow"));
    request.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    assert!(world.call(request.clone()).is_ok());
    request.refresh_token_rotation = Some(RefreshTokenRotation::new(61));
    refused(
        world.call(request),
        ErrorCode::InvalidParameter,
        "1 validation error detected: Value '61' at 'refreshTokenRotation.retryGracePeriodSeconds' failed \
         to satisfy constraint: Member must have value less than or equal to 60",
    );
}

#[test]
fn token_validity_has_a_range() {
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    type Set = fn(&mut CreateUserPoolClientRequest, Duration);
    let rows: [(Set, Duration, bool); 8] = [
        (|client, time| client.access_token_validity = time.into(), minutes(5), true),
        (|client, time| client.access_token_validity = time.into(), minutes(4), false),
        (|client, time| client.id_token_validity = time.into(), minutes(24 * 60), true),
        (|client, time| client.id_token_validity = time.into(), minutes(24 * 60 + 1), false),
        (|client, time| client.refresh_token_validity = time.into(), minutes(60), true),
        (|client, time| client.refresh_token_validity = time.into(), minutes(59), false),
        (|client, time| client.auth_session_validity = time, minutes(15), true),
        // Zero stands for the default.
        (|client, time| client.refresh_token_validity = time.into(), minutes(0), true),
    ];
    for (row, (set, time, is_valid)) in rows.into_iter().enumerate() {
        let mut world = World::new(|_| {});
        let mut request = CreateUserPoolClientRequest::new(POOL, "client");
        set(&mut request, time);
        let result = world.call(request);
        if is_valid {
            assert!(result.is_ok(), "row {row}: {result:?}");
        } else {
            refused(result, ErrorCode::InvalidParameter, "Invalid range for token validity.");
        }
    }
}

#[test]
fn a_session_lasts_three_to_fifteen_minutes() {
    for minutes in [2, 16] {
        let mut world = World::new(|_| {});
        let mut request = CreateUserPoolClientRequest::new(POOL, "client");
        request.auth_session_validity = Duration::from_secs(minutes * 60);
        let bound =
            if minutes < 3 { "greater than or equal to 3" } else { "less than or equal to 15" };
        let text = format!(
            "1 validation error detected: Value '{minutes}' at 'authSessionValidity' failed to \
             satisfy constraint: Member must have value {bound}"
        );
        refused(world.call(request), ErrorCode::InvalidParameter, &text);
    }
}

#[test]
fn a_client_id_is_given_once() {
    let mut world = World::new(|_| {});
    let mut request = CreateUserPoolClientRequest::new(POOL, "client");
    request.client_id = Some("theclient".to_owned());
    assert!(world.call(request.clone()).is_ok());
    let taken = ServiceError::ClientIdTaken { id: "theclient".to_owned() };
    assert_eq!(world.call(request), Err(taken));
}

/// An access token without the scope of self-service, as the token endpoint gives it.
#[test]
fn a_token_needs_the_scope_of_self_service() {
    let mut world = World::new(|_| {});
    let flows = [ExplicitAuthFlow::AllowUserPasswordAuth];
    let client = world.client(&flows).expect("valid");
    world.create(&[]);
    let permanent = AdminSetUserPasswordRequest::new(POOL, "alice", PASSWORD, true);
    world.call(permanent).expect("alice exists");
    let response = world.initiate(&client, "USER_PASSWORD_AUTH").expect("alice may");
    let AuthResponse::Tokens(result) = response else { panic!("{response:?}") };
    let mut claims = result.access_token;
    let present = |claims| GetUserRequest::new(PresentedToken::new("a.b.c", Some(claims)));
    assert!(world.call(present(claims.clone())).is_ok());
    claims.scope = "openid".to_owned();
    let text = "Access Token does not have required scopes";
    refused(world.call(present(claims)), ErrorCode::NotAuthorized, text);
}

#[test]
fn a_preferred_user_name_is_no_user_name() {
    let mut request = CreateUserPoolRequest::new("rules");
    request.username_attributes = vec![AliasAttribute::PreferredUsername];
    let error = Pool::create(POOL, request, NOW, &mut Counter(1)).expect_err("not one of AWS's");
    assert_eq!(
        error.to_string(),
        "1 validation error detected: Value '[preferred_username]' at 'usernameAttributes' failed \
         to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value \
         set: [phone_number, email]]"
    );
}

/// `assert_eq!` on two pools is what Debug and PartialEq are for, and it prints both.
#[test]
fn debug_of_a_pool_shows_no_secret_no_key_and_no_digest() {
    let mut world = World::new(|_| {});
    let client = world.client(&[ExplicitAuthFlow::AllowUserPasswordAuth]).expect("valid");
    world.create(&[]);
    let challenge = world.initiate(&client, "USER_PASSWORD_AUTH").expect("a challenge");
    assert!(matches!(challenge, AuthResponse::Challenge(_)));
    let shown = format!("{:?}", world.pool);
    assert!(shown.contains("alice"));
    assert!(!shown.contains(PASSWORD) && !shown.contains("key:"));
    // Keys and digests would be printed as lists of bytes.
    let is_list_of_bytes = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    assert!(!shown.split('[').skip(1).any(is_list_of_bytes), "{shown}");
}

#[test]
fn alias_and_username_attributes_exclude_each_other() {
    let mut request = CreateUserPoolRequest::new("rules");
    request.alias_attributes = vec![AliasAttribute::Email];
    request.username_attributes = vec![AliasAttribute::Email];
    let error =
        Pool::create(POOL, request, NOW, &mut Counter(1)).expect_err("they exclude each other");
    assert_eq!(broken(&error), Some("alias-username-exclusive"));
}

#[test]
fn custom_attributes_cannot_be_required() {
    let mut request = CreateUserPoolRequest::new("rules");
    let role = SchemaAttributeType::new("role", AttributeDataType::string(None, None));
    request.schema = vec![role.required()];
    let error = Pool::create(POOL, request, NOW, &mut Counter(1)).expect_err("it is custom");
    assert_eq!(error, ServiceError::CustomAttributeRequired);
}

/// A deleted user's tokens stay dead, also where a fixture gives the same `sub` again.
#[test]
fn a_sub_that_is_given_again_revives_nothing() {
    let mut world = World::new(|_| {});
    let client = world.client(&[ExplicitAuthFlow::AllowUserPasswordAuth]).expect("valid");
    let mut fixture = PutUser::new("alice", UserStatus::Confirmed);
    fixture.sub = Some("825d8d71-f582-4d9a-a35f-0123456789ab".to_owned());
    fixture.password = Some(PASSWORD.into());
    world.pool.put_user(NOW, &mut world.entropy, fixture.clone()).expect("the pool is empty");
    let presented = world.access_token(&client);
    assert!(world.call(GetUserRequest::new(presented.clone())).is_ok());
    world.call(AdminDeleteUserRequest::new(POOL, "alice")).expect("alice exists");
    world.pool.put_user(NOW, &mut world.entropy, fixture).expect("the sub is free");
    let revoked = Err(ServiceError::AccessTokenRevoked);
    assert_eq!(world.call(GetUserRequest::new(presented)), revoked);
}

/// Nor do tokens that carry no `origin_jti`, which have only their second to go by.
#[test]
fn a_sub_that_is_given_again_revives_no_token_without_revocation() {
    let mut world = World::new(|_| {});
    let client = world.client_without_revocation();
    let mut fixture = PutUser::new("alice", UserStatus::Confirmed);
    fixture.sub = Some("825d8d71-f582-4d9a-a35f-0123456789ab".to_owned());
    fixture.password = Some(PASSWORD.into());
    world.pool.put_user(NOW, &mut world.entropy, fixture.clone()).expect("the pool is empty");
    let presented = world.access_token(&client);
    assert!(world.call(GetUserRequest::new(presented.clone())).is_ok());
    world.call(AdminDeleteUserRequest::new(POOL, "alice")).expect("alice exists");
    world.pool.put_user(NOW, &mut world.entropy, fixture).expect("the sub is free");
    let revoked = Err(ServiceError::AccessTokenRevoked);
    assert_eq!(world.call(GetUserRequest::new(presented)), revoked);
}

#[test]
fn a_clock_that_is_set_back_takes_no_sign_out_back() {
    let mut world = World::new(|_| {});
    let client = world.client_without_revocation();
    let mut fixture = PutUser::new("alice", UserStatus::Confirmed);
    fixture.password = Some(PASSWORD.into());
    world.pool.put_user(NOW, &mut world.entropy, fixture).expect("the pool is empty");
    let presented = world.access_token(&client);
    for now in [NOW, Timestamp::from_millis(NOW.millis() - 5000)] {
        let sign_out = check(AdminUserGlobalSignOutRequest::new(POOL, "alice")).1;
        let sign_out = sign_out.expect("well-formed");
        world.pool.handle(now, &mut world.entropy, sign_out).expect("alice exists");
        let revoked = Err(ServiceError::AccessTokenRevoked);
        assert_eq!(world.call(GetUserRequest::new(presented.clone())), revoked);
    }
}

/// Nor do codes, wrong passwords and memberships come back.
#[test]
fn a_sub_that_is_given_again_inherits_nothing() {
    let mut world = World::new(|_| {});
    let client = world.client(&[ExplicitAuthFlow::AllowUserPasswordAuth]).expect("valid");
    let mut fixture = PutUser::new("alice", UserStatus::Confirmed);
    fixture.sub = Some("825d8d71-f582-4d9a-a35f-0123456789ab".to_owned());
    fixture.password = Some("Another-horse-9".into());
    fixture.attributes = vec![
        Attribute::new("email", "alice@example.com"),
        Attribute::new("email_verified", "true"),
    ];
    world.pool.put_user(NOW, &mut world.entropy, fixture.clone()).expect("the pool is empty");
    world.call(CreateGroupRequest::new(POOL, "staff")).expect("the name is free");
    world.call(AdminAddUserToGroupRequest::new(POOL, "alice", "staff")).expect("both are there");
    let checked = check(ForgotPasswordRequest::new(&client, "alice")).1.expect("well-formed");
    let answer = world.pool.handle(NOW, &mut world.entropy, checked).expect("alice can be told");
    let MessageContent::PasswordReset { code } = &answer.messages[0].content else {
        panic!("{answer:?}")
    };
    for _ in 0..5 {
        let wrong = Err(ServiceError::IncorrectUsernameOrPassword);
        assert_eq!(world.initiate(&client, "USER_PASSWORD_AUTH"), wrong);
    }
    let locked = Err(ServiceError::PasswordAttemptsExceeded);
    assert_eq!(world.initiate(&client, "USER_PASSWORD_AUTH"), locked);

    world.call(AdminDeleteUserRequest::new(POOL, "alice")).expect("alice exists");
    fixture.password = Some(PASSWORD.into());
    world.pool.put_user(NOW, &mut world.entropy, fixture).expect("the sub is free");
    let confirm =
        ConfirmForgotPasswordRequest::new(&client, "alice", code.clone(), "Third-horse-9");
    assert_eq!(world.call(confirm), Err(ServiceError::CodeExpired));
    let groups = AdminListGroupsForUserRequest::new(POOL, "alice");
    assert!(world.call(groups).expect("alice exists").groups.is_empty());
    let users = ListUsersInGroupRequest::new(POOL, "staff");
    assert!(world.call(users).expect("the group exists").users.is_empty());
    assert!(world.initiate(&client, "USER_PASSWORD_AUTH").is_ok());
}

#[test]
fn no_pool_keeps_events() {
    let mut world = World::new(|_| {});
    let mut request = AdminListUserAuthEventsRequest::new(POOL, "alice");
    assert_eq!(world.call(request.clone()), Err(ServiceError::UserPoolAddOnNotEnabled));
    request.max_results = Some(61);
    let refused = world.call(request).expect_err("a page has at most 60 events");
    assert_eq!(refused.code(), ErrorCode::InvalidParameter);
}

#[test]
fn names_of_settings_lead_back() {
    macro_rules! lead_back {
        ($($settings:ident)*) => {
            $(
                for value in $settings::ALL {
                    assert_eq!($settings::from_name(value.name()), Some(value));
                }
                assert_eq!($settings::from_name("xyzzy"), None);
            )*
        };
    }
    lead_back!(AliasAttribute ExplicitAuthFlow PreventUserExistenceErrors RecoveryOption UserStatus);
    let names = RecoveryOption::ALL.map(RecoveryOption::name);
    assert_eq!(names, ["verified_email", "verified_phone_number", "admin_only"]);
    assert_eq!(
        PreventUserExistenceErrors::ALL.map(PreventUserExistenceErrors::name),
        ["LEGACY", "ENABLED"]
    );
}
