//! What the tests of the operations share: a fake that is the same in every run, and the rules that
//! hold for every request.

use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value, json};
use user_directory::UserStatus;
use user_directory_fake::{CreateUserPoolClientRequest, ExplicitAuthFlow, Fake, FixtureUser};

use crate::Wire;

/// The first pool.
pub(crate) const POOL: &str = "local-fake-1_Fake00001";

/// The first client, without a secret.
pub(crate) const CLIENT: &str = "client";

/// Conforms to the default policy.
pub(crate) const PASSWORD: &str = "Correct-horse-9";

/// Conforms to it, too.
pub(crate) const NEW_PASSWORD: &str = "Another-horse-9";

/// The role of a group.
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

/// A `sub` that a test gives.
pub(crate) const SUB: &str = "1a2b3c4d-0000-4000-8000-000000000001";

/// The moment of every test, as an answer shows it.
pub(crate) const NOW: f64 = 1_571_809_201.58;

/// A wire to a new fake whose clock stands still.
pub(crate) fn wire() -> Wire {
    let mut client = CreateUserPoolClientRequest::new("", "client");
    client.client_id = Some(CLIENT.to_owned());
    client.explicit_auth_flows = vec![
        ExplicitAuthFlow::AllowAdminUserPasswordAuth,
        ExplicitAuthFlow::AllowUserPasswordAuth,
        ExplicitAuthFlow::AllowRefreshTokenAuth,
    ];
    let now = UNIX_EPOCH + Duration::from_millis(1_571_809_201_580);
    let fake = Fake::builder().rng_seed(7).frozen_at(now).client(client).build();
    Wire::new(fake.expect("the settings are valid"))
}

/// A wire to a fake with one user, alice, in a status.
pub(crate) fn wire_with_alice(status: UserStatus) -> Wire {
    let wire = wire();
    let alice =
        FixtureUser::new("alice", status).with_sub(SUB).with_password(PASSWORD).with_attributes([
            ("email", "success@simulator.amazonses.com"),
            ("email_verified", "true"),
        ]);
    wire.fake().put_user(POOL, alice).expect("the user is valid");
    wire
}

/// A wire with alice in a pool that has software tokens, and the answer to a sign-in of hers.
pub(crate) fn wire_with_mfa(configuration: &str) -> (Wire, Value) {
    let wire = wire_with_alice(UserStatus::Confirmed);
    let body = json!({
        "UserPoolId": POOL,
        "MfaConfiguration": configuration,
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
    });
    assert_eq!(post(&wire, "SetUserPoolMfaConfig", &body).0, 200);
    let answer = sign_in(&wire);
    (wire, answer)
}

/// Sets up a software token for alice, who prefers it from then on. Answers its secret.
pub(crate) fn enrol_totp(wire: &Wire) -> String {
    let token = access_token(wire);
    let (_, answer) = post(wire, "AssociateSoftwareToken", &json!({ "AccessToken": token }));
    let secret = answer["SecretCode"].as_str().expect("a secret").to_owned();
    let body = json!({ "AccessToken": token, "UserCode": totp(wire, &secret) });
    assert_eq!(post(wire, "VerifySoftwareToken", &body), (200, json!({ "Status": "SUCCESS" })));
    let settings = json!({ "Enabled": true, "PreferredMfa": true });
    let body = json!({ "AccessToken": token, "SoftwareTokenMfaSettings": settings });
    assert_eq!(post(wire, "SetUserMFAPreference", &body).0, 200);
    secret
}

/// What the app of a user shows.
pub(crate) fn totp(wire: &Wire, secret: &str) -> String {
    wire.fake().software_token_code(&secret.into()).expose().to_owned()
}

/// Alice as AdminGetUser shows her.
pub(crate) fn alice(wire: &Wire) -> Value {
    let (status, alice) =
        post(wire, "AdminGetUser", &json!({ "UserPoolId": POOL, "Username": "alice" }));
    assert_eq!(status, 200, "{alice}");
    alice
}

/// Has the pool verify e-mail addresses by codes.
pub(crate) fn verify_email(wire: &Wire) {
    let body = json!({ "UserPoolId": POOL, "AutoVerifiedAttributes": ["email"] });
    assert_eq!(post(wire, "UpdateUserPool", &body).0, 200);
}

/// A user signs up through a client, with an address.
pub(crate) fn sign_up(wire: &Wire, client_id: &str, username: &str) {
    let body = json!({
        "ClientId": client_id,
        "Username": username,
        "Password": PASSWORD,
        "UserAttributes": [{ "Name": "email", "Value": "success@simulator.amazonses.com" }],
    });
    let (status, answer) = post(wire, "SignUp", &body);
    assert_eq!(status, 200, "{answer}");
}

/// A wire to a fake where alice has signed up, and a code was sent to her.
pub(crate) fn wire_with_sign_up() -> Wire {
    let wire = wire();
    verify_email(&wire);
    sign_up(&wire, CLIENT, "alice");
    wire
}

/// The code that was sent to alice last.
pub(crate) fn code(wire: &Wire) -> String {
    let message = wire.fake().inbox().last("alice").expect("a message was sent");
    message.code.expect("with a code").expose().to_owned()
}

/// A code of the same form that was not sent.
pub(crate) fn other_code(wire: &Wire) -> String {
    code(wire).chars().map(|digit| if digit == '9' { '0' } else { '9' }).collect()
}

/// Creates a group that is nothing but its name.
pub(crate) fn create_group(wire: &Wire, name: &str) {
    let body = json!({ "GroupName": name, "UserPoolId": POOL });
    assert_eq!(post(wire, "CreateGroup", &body).0, 200);
}

/// Makes alice a member of a group.
pub(crate) fn add_to_group(wire: &Wire, name: &str) {
    let body = json!({ "UserPoolId": POOL, "Username": "alice", "GroupName": name });
    assert_eq!(post(wire, "AdminAddUserToGroup", &body).0, 200);
}

/// The answer to a password sign-in of alice.
pub(crate) fn sign_in(wire: &Wire) -> Value {
    let (status, answer) = sign_in_with(wire, PASSWORD);
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Status and answer to a sign-in of alice with a password.
pub(crate) fn sign_in_with(wire: &Wire, password: &str) -> (u16, Value) {
    let body = json!({
        "UserPoolId": POOL,
        "ClientId": CLIENT,
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "alice", "PASSWORD": password },
    });
    post(wire, "AdminInitiateAuth", &body)
}

/// An access token of alice.
pub(crate) fn access_token(wire: &Wire) -> String {
    token(&sign_in(wire), "AccessToken")
}

/// A token out of the answer to a sign-in.
pub(crate) fn token(answer: &Value, name: &str) -> String {
    answer["AuthenticationResult"][name].as_str().expect("the answer has the token").to_owned()
}

/// An answer whose tokens and sessions are replaced by what can be said of them.
pub(crate) fn without_tokens(mut answer: Value) -> Value {
    for place in ["/AuthenticationResult/AccessToken", "/AuthenticationResult/IdToken"] {
        if let Some(value) = answer.pointer_mut(place) {
            let token = value.as_str().expect("a token is text");
            *value = format!("a token of {} parts", token.split('.').count()).into();
        }
    }
    if let Some(value) = answer.pointer_mut("/AuthenticationResult/RefreshToken") {
        let token = value.as_str().expect("a token is text");
        *value = format!("a token of {} parts", token.split('.').count()).into();
    }
    if let Some(value) = answer.get_mut("Session") {
        assert!(value.as_str().is_some_and(|session| (20..4096).contains(&session.len())));
        *value = "a session".into();
    }
    answer
}

/// Posts a signed call; answers status and body.
pub(crate) fn post(wire: &Wire, operation: &str, body: &Value) -> (u16, Value) {
    send(wire, operation, true, body)
}

/// The type and the text of the refusal of a signed call.
pub(crate) fn refusal(wire: &Wire, operation: &str, body: &Value) -> (String, String) {
    let (status, answer) = post(wire, operation, body);
    assert_ne!(status, 200, "{operation} accepts {body}");
    kind_and_text(&answer)
}

/// Whether a refusal says that nothing was done because a member is not implemented.
pub(crate) fn is_not_implemented(wire: &Wire, operation: &str, body: &Value, member: &str) -> bool {
    let text = format!("user-directory-pool does not implement {operation} with {member}");
    refusal(wire, operation, body) == ("NotImplementedException".to_owned(), text)
}

fn send(wire: &Wire, operation: &str, is_signed: bool, body: &Value) -> (u16, Value) {
    let mut request = Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"));
    if is_signed {
        request = request.header("authorization", "AWS4-HMAC-SHA256 made up");
    }
    let request = request.body(Bytes::from(body.to_string())).expect("the parts are valid");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    let response = runtime.block_on(wire.handle(request)).expect("no fault loses the answer");
    let body = serde_json::from_slice(response.body()).expect("every body is JSON");
    (response.status().as_u16(), body)
}

fn kind_and_text(answer: &Value) -> (String, String) {
    let text = |member| answer[member].as_str().unwrap_or_default().to_owned();
    (text("__type"), text("message"))
}

/// A request with all members that the operation reads, each of its right type.
pub(crate) struct Shape<'a> {
    pub(crate) operation: &'a str,
    /// Whether SDKs sign the call.
    pub(crate) is_signed: bool,
    pub(crate) members: Value,
    /// Where required members are missed, in order: `Value null at 'userPoolId'`.
    pub(crate) required: &'a [&'a str],
}

impl Shape<'_> {
    /// Checks what holds for every operation, and that nothing of it reaches the pool.
    pub(crate) fn check(&self) {
        let wire = wire();
        self.check_signature(&wire);
        self.check_types(&wire);
        assert_eq!(wire.fake().calls().all(), [], "refused before the pool is asked");
        self.check_required(&wire);
    }

    fn check_signature(&self, wire: &Wire) {
        if self.is_signed {
            let (status, answer) = send(wire, self.operation, false, &self.members);
            assert_eq!(status, 400);
            assert_eq!(
                answer,
                json!({
                    "__type": "MissingAuthenticationTokenException",
                    "message": "Missing Authentication Token",
                })
            );
        } else {
            let other = self::wire();
            let (_, answer) = send(&other, self.operation, false, &self.members);
            assert_ne!(answer["__type"], "MissingAuthenticationTokenException");
            assert_eq!(other.fake().calls().all().len(), 1);
        }
    }

    /// Every value in the request, replaced by each value of another type.
    fn check_types(&self, wire: &Wire) {
        let mut places = Vec::new();
        collect_places(&self.members, String::new(), &mut places);
        for place in places {
            for wrong in
                [json!("hunter2"), json!(7), json!(true), json!(false), json!([]), json!({})]
            {
                let mut body = self.members.clone();
                let value = body.pointer_mut(&place).expect("the place was found there");
                let Some(text) = type_error(value, &wrong) else { continue };
                *value = wrong;
                let answer = refusal(wire, self.operation, &body);
                assert_eq!(answer, ("SerializationException".to_owned(), text), "{body}");
            }
        }
    }

    /// All required members left out, and all null.
    fn check_required(&self, wire: &Wire) {
        if self.required.is_empty() {
            return;
        }
        let null: Map<String, Value> =
            self.members.as_object().expect("a request is an object").clone();
        let null = null.into_iter().map(|(name, _)| (name, Value::Null)).collect();
        for body in [json!({}), Value::Object(null)] {
            let errors = if self.required.len() == 1 { "error" } else { "errors" };
            let rule = "failed to satisfy constraint: Member must not be null";
            let violations: Vec<_> =
                self.required.iter().map(|place| format!("{place} {rule}")).collect();
            let text = format!(
                "{} validation {errors} detected: {}",
                violations.len(),
                violations.join("; ")
            );
            let answer = refusal(wire, self.operation, &body);
            assert_eq!(answer, ("InvalidParameterException".to_owned(), text), "{body}");
        }
    }
}

/// The JSON pointers of all values in a request.
fn collect_places(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let place = format!("{place}/{name}");
                places.push(place.clone());
                collect_places(value, place, places);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                let place = format!("{place}/{index}");
                places.push(place.clone());
                collect_places(value, place, places);
            }
        }
        _ => {}
    }
}

/// The text about a value where one of another type is right; `None` if it is of that type.
fn type_error(right: &Value, wrong: &Value) -> Option<String> {
    let kind = match wrong {
        Value::Object(_) if right.is_object() => return None,
        Value::Object(_) => {
            return Some("Start of structure or map found where not expected.".into());
        }
        Value::Array(_) if right.is_array() => return None,
        Value::Array(_) => return Some("Start of list found where not expected".into()),
        _ if right.is_array() => return Some("Expected list or null".into()),
        _ if right.is_object() => return Some("Expected structure or map, or null".into()),
        Value::String(_) => "STRING_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Null => "NULL_VALUE",
    };
    let expected = match right {
        Value::String(_) if wrong.is_string() => return None,
        Value::Number(_) if wrong.is_number() => return None,
        Value::Bool(_) if wrong.is_boolean() => return None,
        Value::String(_) => "a String",
        Value::Number(_) => "an Integer",
        _ => "a Boolean",
    };
    Some(format!("{kind} can not be converted to {expected}"))
}
