//! The protocol around the operations: targets, headers, statuses, bodies, faults.

use std::time::{Duration, Instant, UNIX_EPOCH};

use bytes::Bytes;
use http::{Method, Request, Response};
use proptest::prelude::*;
use serde_json::{Value, json};
use user_directory::{ErrorKind, Operation, UserStatus};
use user_directory_fake::{
    CreateUserPoolClientRequest, ExplicitAuthFlow, Fake, Fault, FixtureUser,
};
use user_directory_wire::{AnswerLost, Wire, WireHttpClient};

const POOL: &str = "local-fake-1_Fake00001";
const PREFIX: &str = "AWSCognitoIdentityProviderService.";
const PASSWORD: &str = "Correct-horse-9";

/// The operations among [`Operation::ALL`] that SDKs do not sign: those that the API model marks
/// `smithy.api#noAuth`.
const UNSIGNED: [Operation; 21] = [
    Operation::AssociateSoftwareToken,
    Operation::ChangePassword,
    Operation::ConfirmForgotPassword,
    Operation::ConfirmSignUp,
    Operation::DeleteUser,
    Operation::DeleteUserAttributes,
    Operation::ForgotPassword,
    Operation::GetTokensFromRefreshToken,
    Operation::GetUser,
    Operation::GetUserAttributeVerificationCode,
    Operation::GetUserAuthFactors,
    Operation::GlobalSignOut,
    Operation::InitiateAuth,
    Operation::ResendConfirmationCode,
    Operation::RespondToAuthChallenge,
    Operation::RevokeToken,
    Operation::SetUserMFAPreference,
    Operation::SignUp,
    Operation::UpdateUserAttributes,
    Operation::VerifySoftwareToken,
    Operation::VerifyUserAttribute,
];

fn wire() -> Wire {
    let mut client = CreateUserPoolClientRequest::new("", "client");
    client.client_id = Some("client".to_owned());
    client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    let alice =
        FixtureUser::new("alice", UserStatus::Confirmed).with_password(PASSWORD).with_attributes([
            ("email", "success@simulator.amazonses.com"),
            ("email_verified", "true"),
        ]);
    let now = UNIX_EPOCH + Duration::from_millis(1_571_809_201_580);
    let fake = Fake::builder().rng_seed(7).frozen_at(now).client(client).user(alice).build();
    Wire::new(fake.expect("the settings are valid"))
}

/// A signed call, to be changed by a test.
fn call(operation: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("{PREFIX}{operation}"))
        .header("authorization", "AWS4-HMAC-SHA256 made up")
        .body(body.into())
        .expect("the parts are valid")
}

fn admin_get_user(username: &str) -> Request<Bytes> {
    call("AdminGetUser", json!({ "UserPoolId": POOL, "Username": username }).to_string())
}

fn try_handle(wire: &Wire, request: Request<Bytes>) -> Result<Response<Bytes>, AnswerLost> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime starts").block_on(wire.handle(request))
}

fn handle(wire: &Wire, request: Request<Bytes>) -> Response<Bytes> {
    try_handle(wire, request).expect("no fault loses the answer")
}

fn json_of(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("every body is JSON")
}

fn header<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response.headers().get(name).expect("the header is there").to_str().expect("it is text")
}

/// Status, type and text of a refusal.
fn refused(wire: &Wire, request: Request<Bytes>) -> (u16, String, Option<String>) {
    let response = handle(wire, request);
    let body = json_of(&response);
    let text = |member: &str| Some(body.get(member)?.as_str()?.to_owned());
    let kind = text("__type").expect("a refusal has a type");
    assert_eq!(header(&response, "x-amzn-errortype"), format!("{kind}:"));
    (response.status().as_u16(), kind, text("message"))
}

fn owned((status, kind, text): (u16, &str, Option<&str>)) -> (u16, String, Option<String>) {
    (status, kind.to_owned(), text.map(str::to_owned))
}

#[test]
fn a_success() {
    let wire = wire();
    let enable =
        call("AdminEnableUser", json!({ "UserPoolId": POOL, "Username": "alice" }).to_string());
    let response = handle(&wire, enable);
    assert_eq!(response.status(), 200);
    assert_eq!(response.body(), "{}");
    let mut names: Vec<_> = response.headers().keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["content-type", "x-amzn-requestid"]);
    assert_eq!(header(&response, "content-type"), "application/x-amz-json-1.1");
    assert_eq!(header(&response, "x-amzn-requestid"), "00000000-0000-4000-8000-000000000000");
}

#[test]
fn a_refusal() {
    let wire = wire();
    let response = handle(&wire, admin_get_user("bob"));
    assert_eq!(response.status(), 400);
    assert_eq!(
        response.body(),
        r#"{"__type":"UserNotFoundException","message":"User does not exist."}"#
    );
    let mut names: Vec<_> = response.headers().keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["content-type", "x-amzn-errormessage", "x-amzn-errortype", "x-amzn-requestid"]
    );
    assert_eq!(header(&response, "content-type"), "application/x-amz-json-1.1");
    assert_eq!(header(&response, "x-amzn-errortype"), "UserNotFoundException:");
    assert_eq!(header(&response, "x-amzn-errormessage"), "User does not exist.");
}

/// Lists without a maximum: each wrong item is refused in ten times its length.
#[test]
fn a_refusal_has_an_end() {
    let wrong = |item: &str| {
        let flows = vec![item; 50_000];
        let pool = json!({ "UserPoolId": POOL, "ClientName": "c", "ExplicitAuthFlows": flows });
        let response = handle(&wire(), call("CreateUserPoolClient", pool.to_string()));
        assert_eq!(json_of(&response)["__type"], "InvalidParameterException");
        let message = json_of(&response)["message"].as_str().expect("a text").to_owned();
        assert!(message.starts_with("1 validation error detected: Value '["), "{message:.50}");
        (response.body().len(), header(&response, "x-amzn-errormessage").len())
    };
    for item in ["A", "\u{1}", "\"", "\u{e9}", "\u{1f980}"] {
        let (body, header) = wrong(item);
        assert!((15 * 1024..=16 * 1024).contains(&body), "{item:?}: {body}");
        // A space at its end is left out.
        assert!((4 * 1024 - 1..=4 * 1024).contains(&header), "{item:?}: {header}");
    }
}

#[test]
fn every_answer_has_a_request_id_of_its_own() {
    let wire = wire();
    let mut ids = Vec::new();
    for request in [
        admin_get_user("alice"),
        admin_get_user("bob"),
        admin_get_user(""),
        call("AdminGetUser", "["),
        call("AdminLinkProviderForUser", "{}"),
        call("NoSuchOperation", "{}"),
    ] {
        ids.push(header(&handle(&wire, request), "x-amzn-requestid").to_owned());
    }
    assert_eq!(ids.len(), 6);
    ids.dedup();
    assert_eq!(ids.len(), 6);
}

#[test]
fn every_operation_is_answered_and_signed_as_modelled() {
    for operation in Operation::ALL {
        let name = operation.name();
        let wire = wire();
        let (status, kind, _) = refused(&wire, call(name, "{}"));
        // Every operation has a required member, or wants one of two.
        assert_eq!((status, kind.as_str()), (400, "InvalidParameterException"), "{name}");
        assert_eq!(wire.fake().calls().operations(), [*operation]);

        let mut unsigned = call(name, "{}");
        unsigned.headers_mut().remove("authorization");
        let refusal = refused(&wire, unsigned);
        if UNSIGNED.contains(operation) {
            assert_eq!(refusal.1, "InvalidParameterException", "{name}");
        } else {
            let text = "Missing Authentication Token";
            let expected = (400, "MissingAuthenticationTokenException", Some(text));
            assert_eq!(refusal, owned(expected), "{name}");
        }
    }
}

/// Whoever is not authenticated learns nothing about the body.
#[test]
fn the_signature_comes_before_the_body() {
    let mut request = call("AdminGetUser", "not JSON");
    request.headers_mut().remove("authorization");
    assert_eq!(refused(&wire(), request).1, "MissingAuthenticationTokenException");
}

#[test]
fn requests_that_no_operation_answers() {
    let expected = owned((400, "UnknownOperationException", None));
    let wire = wire();
    for target in [
        "AWSCognitoIdentityProviderService.NoSuchOperation",
        "AWSCognitoIdentityProviderService.admingetuser",
        "AWSCognitoIdentityProviderService.",
        "AWSCognitoIdentityProviderService",
        "AWSCognitoIdentityService.GetId",
        "AdminGetUser",
        "",
    ] {
        let mut request = admin_get_user("alice");
        request.headers_mut().insert("x-amz-target", target.parse().unwrap());
        assert_eq!(refused(&wire, request), expected, "{target}");
    }
    let mut request = admin_get_user("alice");
    request.headers_mut().remove("x-amz-target");
    assert_eq!(refused(&wire, request), expected);

    for method in [Method::GET, Method::PUT, Method::HEAD, Method::OPTIONS] {
        let mut request = admin_get_user("alice");
        *request.method_mut() = method;
        assert_eq!(refused(&wire, request), expected);
    }

    for content_type in ["application/json", "application/x-amz-json-1.0", ""] {
        let mut request = admin_get_user("alice");
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        assert_eq!(refused(&wire, request), expected, "{content_type}");
    }
    let mut request = admin_get_user("alice");
    request.headers_mut().remove("content-type");
    assert_eq!(refused(&wire, request), expected);
    assert_eq!(wire.fake().calls().all(), []);
}

#[test]
fn a_content_type_may_have_a_charset() {
    let mut request = admin_get_user("alice");
    let content_type = "application/x-amz-json-1.1; charset=utf-8";
    request.headers_mut().insert("content-type", content_type.parse().unwrap());
    assert_eq!(handle(&wire(), request).status(), 200);
}

#[test]
fn host_and_path_do_not_matter() {
    let mut request = admin_get_user("alice");
    *request.uri_mut() = "http://localhost:9229/anywhere?at=all".parse().unwrap();
    assert_eq!(handle(&wire(), request).status(), 200);
}

#[test]
fn bodies_that_are_not_an_object() {
    let wire = wire();
    for body in ["{", "[]", "null", "7", "\"text\"", " ", "{} {}", "{'a': 1}", "\u{feff}{}"] {
        let expected = owned((400, "SerializationException", None));
        assert_eq!(refused(&wire, call("AdminGetUser", body)), expected, "{body}");
    }
    assert_eq!(wire.fake().calls().all(), []);
}

#[test]
fn an_empty_body_is_an_empty_structure() {
    let (_, kind, text) = refused(&wire(), call("AdminGetUser", ""));
    assert_eq!(kind, "InvalidParameterException");
    assert_eq!(
        text.unwrap(),
        "2 validation errors detected: Value null at 'userPoolId' failed to satisfy constraint: \
         Member must not be null; Value at 'username' failed to satisfy constraint: Member must \
         not be null"
    );
}

#[test]
fn members_that_the_api_does_not_have_are_ignored() {
    let body = json!({
        "UserPoolId": POOL,
        "Username": "alice",
        "userPoolId": 7,
        "NoSuchMember": { "of": ["any", "type"] },
    });
    assert_eq!(handle(&wire(), call("AdminGetUser", body.to_string())).status(), 200);
}

#[test]
fn the_last_of_two_members_counts() {
    let body = format!(r#"{{"UserPoolId":"{POOL}","Username":"bob","Username":"alice"}}"#);
    assert_eq!(handle(&wire(), call("AdminGetUser", body)).status(), 200);
}

const NOT_IMPLEMENTED: Result<(), ErrorKind> = Err(ErrorKind::NotImplemented);

#[test]
fn what_is_not_implemented_says_so() {
    let wire = wire();
    // The last two are new in botocore 1.44.8; the Rust SDK does not have them.
    for operation in ["AdminLinkProviderForUser", "CreateCIMDPolicy", "StartPointInTimeRecovery"] {
        let text = format!("user-directory-wire does not implement {operation}");
        let refusal = refused(&wire, call(operation, "{}"));
        assert_eq!(refusal, owned((501, "NotImplementedException", Some(&text))));
    }

    let text = "user-directory-pool does not implement InitiateAuth with Session";
    let body = json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "ClientId": "client",
        "Session": "S".repeat(20),
    });
    let refusal = refused(&wire, call("InitiateAuth", body.to_string()));
    assert_eq!(refusal, owned((501, "NotImplementedException", Some(text))));
    let calls = wire.fake().calls().all();
    assert_eq!(calls.iter().map(|call| call.outcome).collect::<Vec<_>>(), [NOT_IMPLEMENTED]);

    // The pool's own: a challenge that it never issues.
    let body = json!({
        "ClientId": "client",
        "ChallengeName": "CUSTOM_CHALLENGE",
        "Session": "S".repeat(20),
        "ChallengeResponses": {},
    });
    let (status, kind, text) = refused(&wire, call("RespondToAuthChallenge", body.to_string()));
    assert_eq!((status, kind.as_str()), (501, "NotImplementedException"));
    assert!(text.unwrap().starts_with("user-directory-pool does not implement "));
}

#[test]
fn throttling() {
    let wire = wire();
    wire.fake().faults().inject(Fault::throttling(Operation::AdminGetUser).times(1));
    let expected = (400, "TooManyRequestsException", Some("Rate exceeded"));
    assert_eq!(refused(&wire, admin_get_user("alice")), owned(expected));
    assert_eq!(handle(&wire, admin_get_user("alice")).status(), 200);
}

#[test]
fn an_internal_error() {
    let wire = wire();
    wire.fake().faults().inject(Fault::internal_error(Operation::AdminGetUser));
    let expected = (500, "InternalErrorException", Some("Internal server error"));
    assert_eq!(refused(&wire, admin_get_user("alice")), owned(expected));
}

#[test]
fn a_lost_answer() {
    let wire = wire();
    wire.fake().faults().inject(Fault::answer_lost(Operation::AdminDeleteUser));
    let body = json!({ "UserPoolId": POOL, "Username": "alice" }).to_string();
    let lost = try_handle(&wire, call("AdminDeleteUser", body)).unwrap_err();
    assert_eq!(lost.to_string(), "an injected fault has lost the answer");
    // The call was carried out.
    assert_eq!(refused(&wire, admin_get_user("alice")).1, "UserNotFoundException");
}

#[test]
fn a_failed_delivery() {
    let wire = wire();
    wire.fake().faults().inject(Fault::delivery_failure(Operation::AdminResetUserPassword));
    let body = json!({ "UserPoolId": POOL, "Username": "alice" }).to_string();
    let expected = (400, "CodeDeliveryFailureException", Some("Unable to deliver code to user"));
    assert_eq!(refused(&wire, call("AdminResetUserPassword", body)), owned(expected));
    assert_eq!(wire.fake().inbox().messages(), []);
}

#[test]
fn latency() {
    let wire = wire();
    let latency = Duration::from_millis(50);
    wire.fake().faults().inject(Fault::latency(Operation::AdminGetUser, latency));
    let started = Instant::now();
    assert_eq!(handle(&wire, admin_get_user("alice")).status(), 200);
    assert!(started.elapsed() >= latency);
}

#[test]
fn a_text_with_a_line_break() {
    let body = json!({
        "UserPoolId": POOL,
        "Username": "alice",
        "UserAttributes": [{ "Name": "birthdate", "Value": "hunter2" }],
    });
    let response = handle(&wire(), call("AdminUpdateUserAttributes", body.to_string()));
    let text = "user.birthdate: String must be no shorter than 10 characters";
    assert_eq!(json_of(&response)["message"], format!("{text}\n"));
    assert_eq!(header(&response, "x-amzn-errormessage"), text);
}

#[test]
fn a_text_beyond_ascii() {
    let body = json!({
        "UserPoolId": POOL,
        "Username": "alice",
        "UserAttributes": [{ "Name": "custom:Žofie\n😀", "Value": "hunter2" }],
    });
    let response = handle(&wire(), call("AdminUpdateUserAttributes", body.to_string()));
    assert_eq!(
        json_of(&response)["message"],
        "user.custom:Žofie\n😀: Attribute does not exist in the schema.\n"
    );
    assert_eq!(
        header(&response, "x-amzn-errormessage"),
        "user.custom:?ofie??: Attribute does not exist in the schema."
    );
}

/// A mistyped member is named by its kind alone, and a well-typed one by its place.
#[test]
fn no_refusal_repeats_a_secret() {
    let wire = wire();
    let secret = "hunter2hunter2hunter2hunter2 and a space";
    for (operation, body) in [
        ("AdminSetUserPassword", json!({ "Password": [secret] })),
        ("AdminSetUserPassword", json!({ "Password": { "": secret } })),
        ("AdminSetUserPassword", json!({ "Password": secret.repeat(10) })),
        ("AdminCreateUser", json!({ "TemporaryPassword": secret.repeat(10) })),
        ("AdminCreateUser", json!({ "UserAttributes": secret })),
        ("AdminCreateUser", json!({ "UserAttributes": [secret] })),
        ("AdminCreateUser", json!({ "UserAttributes": [{ "Name": "name", "Value": [secret] }] })),
        ("AdminInitiateAuth", json!({ "AuthParameters": secret })),
        ("AdminInitiateAuth", json!({ "AuthParameters": [secret] })),
        ("AdminInitiateAuth", json!({ "AuthParameters": { "PASSWORD": [secret] } })),
        ("InitiateAuth", json!({ "AuthParameters": { "PASSWORD": { "": secret } } })),
        ("RespondToAuthChallenge", json!({ "Session": secret.repeat(200) })),
        ("RespondToAuthChallenge", json!({ "ChallengeResponses": { "NEW_PASSWORD": [secret] } })),
        ("SignUp", json!({ "Password": [secret] })),
        ("SignUp", json!({ "Password": secret.repeat(10) })),
        ("SignUp", json!({ "SecretHash": { "": secret } })),
        ("SignUp", json!({ "UserAttributes": [{ "Name": "name", "Value": [secret] }] })),
        ("ConfirmSignUp", json!({ "ConfirmationCode": [secret] })),
        ("ConfirmForgotPassword", json!({ "Password": secret.repeat(10) })),
        ("ChangePassword", json!({ "PreviousPassword": secret.repeat(10) })),
        ("ChangePassword", json!({ "ProposedPassword": secret.repeat(10) })),
        ("ChangePassword", json!({ "AccessToken": secret })),
        ("VerifyUserAttribute", json!({ "Code": { "": secret } })),
        ("DeleteUser", json!({ "AccessToken": secret })),
        ("GetUser", json!({ "AccessToken": secret })),
        ("GetUser", json!({ "AccessToken": [secret] })),
        ("GlobalSignOut", json!({ "AccessToken": secret })),
        ("RevokeToken", json!({ "Token": secret, "ClientSecret": secret })),
        ("GetTokensFromRefreshToken", json!({ "RefreshToken": secret, "ClientSecret": secret })),
        ("AdminGetUser", json!(secret)),
    ] {
        let response = handle(&wire, call(operation, body.to_string()));
        assert_eq!(response.status(), 400, "{operation} {body}");
        let answer = format!("{response:?}");
        assert!(!answer.contains("hunter2"), "{answer}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let wire = wire();
    let body = json!({
        "ClientId": "client",
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "alice", "PASSWORD": PASSWORD },
    });
    let response = handle(&wire, call("InitiateAuth", body.to_string()));
    let answer = json_of(&response);
    let client = WireHttpClient::new(wire.fake().clone());
    let shown = format!("{wire:?} {client:?} {:?} {:?}", client.fake(), wire.fake().calls());
    for secret in [
        PASSWORD,
        answer["AuthenticationResult"]["AccessToken"].as_str().unwrap(),
        answer["AuthenticationResult"]["RefreshToken"].as_str().unwrap(),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(
        format!("{wire:?}").contains(r#"fake: Fake { pools: ["local-fake-1_Fake00001"], .. }"#)
    );
}

#[test]
fn hostile_bodies() {
    let wire = wire();
    let open = "[".repeat(1_000_000);
    let nested = format!("{}{}", r#"{"Username":"#.repeat(100_000), "}".repeat(100_000));
    let huge = format!(r#"{{"UserPoolId":"{POOL}","Username":"{}"}}"#, "x".repeat(10_000_000));
    let surrogate = format!(r#"{{"UserPoolId":"{POOL}","Username":"\ud800"}}"#);
    let pair = format!(r#"{{"UserPoolId":"{POOL}","Username":"\ud83d\ude00"}}"#);
    let zero = format!(r#"{{"UserPoolId":"{POOL}","Username":"a\u0000b"}}"#);
    let number = format!(r#"{{"UserPoolId":"{POOL}","Limit":{}}}"#, "9".repeat(10_000));
    for (operation, body, kind) in [
        ("AdminGetUser", open.into_bytes(), "SerializationException"),
        ("AdminGetUser", nested.into_bytes(), "SerializationException"),
        ("AdminGetUser", huge.into_bytes(), "InvalidParameterException"),
        ("AdminGetUser", surrogate.into_bytes(), "SerializationException"),
        ("AdminGetUser", pair.into_bytes(), "UserNotFoundException"),
        ("AdminGetUser", zero.into_bytes(), "InvalidParameterException"),
        ("AdminGetUser", b"{\"Username\":\"\xff\"}".to_vec(), "SerializationException"),
        ("AdminGetUser", vec![0; 1000], "SerializationException"),
        ("ListUsers", number.into_bytes(), "SerializationException"),
    ] {
        let shown = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
        assert_eq!(refused(&wire, call(operation, body)).1, kind, "{shown}");
    }
}

/// Any JSON, with names that the API has often enough.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(POOL.into()),
        Just("client".into()),
        Just("alice".into()),
    ];
    let name = prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "UserPoolId",
            "Username",
            "ClientId",
            "AuthFlow",
            "AuthParameters",
            "UserAttributes",
            "Name",
            "Value",
            "Limit",
            "Filter",
            "PaginationToken",
            "AccessToken",
            "Session",
            "ChallengeName",
            "ChallengeResponses",
            "PoolName",
            "Policies",
            "PasswordPolicy",
            "MinimumLength",
            "Schema",
            "AccountRecoverySetting",
            "RecoveryMechanisms",
            "Priority",
            "ClientName",
            "AccessTokenValidity",
            "RefreshTokenRotation",
            "RetryGracePeriodSeconds",
            "MaxResults",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..8)
                .prop_map(|object| Value::Object(object.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_is_answered(
        operation in prop::sample::select(Operation::ALL),
        body in prop_oneof![
            any_json().prop_map(|json| json.to_string().into_bytes()),
            any::<Vec<u8>>(),
        ],
    ) {
        let response = handle(&wire(), call(operation.name(), body));
        prop_assert!([200, 400, 501].contains(&response.status().as_u16()));
        prop_assert!(json_of(&response).is_object());
    }
}
