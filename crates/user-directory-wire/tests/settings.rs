//! Settings that are only kept, settings that cannot be obeyed, and signatures.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use user_directory_fake::Fake;
use user_directory_wire::{AccessKey, Wire};

const POOL: &str = "local-fake-1_Fake00001";

fn wire() -> Wire {
    Wire::new(Fake::builder().rng_seed(7).frozen_at(UNIX_EPOCH).build().expect("good settings"))
}

fn post_with(wire: &Wire, operation: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
    let mut request = Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::from(body.to_string())).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let response = runtime.block_on(wire.handle(request)).expect("an answer");
    let status = response.status().as_u16();
    (status, serde_json::from_slice(response.body()).expect("JSON"))
}

fn post(wire: &Wire, operation: &str, body: &Value) -> (u16, Value) {
    post_with(wire, operation, &[("authorization", "anything")], body)
}

/// Asserts that a description has every member that was given, whatever else it has.
fn assert_has(described: &Value, given: &Value, path: &str) {
    match given {
        Value::Object(members) => {
            for (name, value) in members {
                assert_has(&described[name], value, &format!("{path}.{name}"));
            }
        }
        _ => assert_eq!(described, given, "{path}"),
    }
}

#[test]
fn harmless_settings_of_pools_come_back_until_an_update_leaves_them_out() {
    let wire = wire();
    let settings = json!({
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } },
        "DeletionProtection": "INACTIVE",
        "LambdaConfig": {},
        "MfaConfiguration": "OFF",
        "UserPoolAddOns": { "AdvancedSecurityMode": "OFF" },
        "UserPoolTier": "ESSENTIALS",
        "SmsVerificationMessage": "{####}",
        "EmailVerificationMessage": "{####}",
        "EmailVerificationSubject": "code",
        "SmsAuthenticationMessage": "{####}",
        "VerificationMessageTemplate": {
            "EmailSubject": "code",
            "EmailMessageByLink": "{##here##}",
            "EmailSubjectByLink": "link",
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
        },
        "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
        "SmsConfiguration": { "SnsCallerArn": SNS_CALLER },
        "UserPoolTags": { "team": "identity" },
    });
    let mut body = settings.clone();
    body["PoolName"] = "second".into();
    let (status, created) = post(&wire, "CreateUserPool", &body);
    assert_eq!(status, 200, "{created}");
    assert_has(&created["UserPool"], &settings, "UserPool");
    let id = created["UserPool"]["Id"].clone();
    let describe = || post(&wire, "DescribeUserPool", &json!({ "UserPoolId": id })).1;
    assert_eq!(describe(), created);

    let body = json!({ "UserPoolId": id, "UserPoolTags": { "team": "other" } });
    assert_eq!(post(&wire, "UpdateUserPool", &body).0, 200);
    let pool = &describe()["UserPool"];
    assert_eq!(pool["UserPoolTags"], json!({ "team": "other" }));
    assert_eq!(pool.get("SmsConfiguration"), None);
    // Kept, by UpdateUserPool alone.
    assert_eq!(pool["Policies"]["SignInPolicy"], settings["Policies"]["SignInPolicy"]);
    assert_eq!(pool["MfaConfiguration"], "OFF");
}

#[test]
fn harmless_settings_of_clients_come_back_until_an_update_leaves_them_out() {
    let wire = wire();
    let settings = json!({
        "SupportedIdentityProviders": ["COGNITO"],
        "CallbackURLs": ["https://example.com/in"],
        "LogoutURLs": ["https://example.com/out"],
        "DefaultRedirectURI": "https://example.com/in",
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "AnalyticsConfiguration": { "ApplicationArn": "arn:aws:mobiletargeting:x:1:apps/a" },
        "EnablePropagateAdditionalUserContextData": false,
    });
    let mut body = settings.clone();
    body["UserPoolId"] = POOL.into();
    body["ClientName"] = "second".into();
    let (status, created) = post(&wire, "CreateUserPoolClient", &body);
    assert_eq!(status, 200, "{created}");
    assert_has(&created["UserPoolClient"], &settings, "UserPoolClient");
    let mut body = json!({ "UserPoolId": POOL, "ClientId": created["UserPoolClient"]["ClientId"] });
    assert_eq!(post(&wire, "DescribeUserPoolClient", &body), (200, created));
    body["LogoutURLs"] = json!(["https://example.com/bye"]);
    let (_, updated) = post(&wire, "UpdateUserPoolClient", &body);
    assert_eq!(updated["UserPoolClient"]["LogoutURLs"], body["LogoutURLs"]);
    assert_eq!(updated["UserPoolClient"].get("CallbackURLs"), None);
}

#[test]
fn kept_settings_are_of_their_types() {
    for (member, bad) in [
        ("SmsVerificationMessage", json!(7)),
        ("EmailConfiguration", json!("text")),
        ("UserPoolTags", json!(["text"])),
    ] {
        let body = json!({ "PoolName": "second", member: bad });
        let (status, answer) = post(&wire(), "CreateUserPool", &body);
        assert_eq!(
            (status, &answer["__type"]),
            (400, &json!("SerializationException")),
            "{member}"
        );
    }
    for (member, bad) in
        [("CallbackURLs", json!([7])), ("AllowedOAuthFlowsUserPoolClient", json!("yes"))]
    {
        let body = json!({ "UserPoolId": POOL, "ClientName": "second", member: bad });
        let (status, answer) = post(&wire(), "CreateUserPoolClient", &body);
        assert_eq!(
            (status, &answer["__type"]),
            (400, &json!("SerializationException")),
            "{member}"
        );
    }
}

/// The constraints of the API model: a member, a value, and what the value breaks. Documented for
/// `EmailVerificationMessage` and `ReplyToEmailAddress`: <https://github.com/badmintoncryer/cdk-preflight>
#[test]
fn kept_texts_keep_their_constraints() {
    const TEXT: &str = r"[\p{L}\p{M}\p{S}\p{N}\p{P}]";
    const BY_MAIL: &str = r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*";
    const NAME: &str = r"[\w+=/,.@-]";
    let pattern = |pattern: &str| format!("satisfy regular expression pattern: {pattern}");
    let mail_code = pattern(&format!(r"{BY_MAIL}\{{####\}}{BY_MAIL}"));
    let sms_code = pattern(r"(?s).*\{####\}(?s).*");
    let arn =
        pattern(&format!("arn:{NAME}+:{NAME}+:({NAME}*)?:[0-9]+:{NAME}+(:{NAME}+)?(:{NAME}+)?"));
    let address = pattern(&format!("{TEXT}+@{TEXT}+"));
    let subject = pattern(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+");
    let link = pattern(&format!(r"{BY_MAIL}\{{##{BY_MAIL}##\}}{BY_MAIL}"));
    let option = "satisfy enum value set: [CONFIRM_WITH_LINK, CONFIRM_WITH_CODE]";
    let mode = "satisfy enum value set: [OFF, ON, OPTIONAL]";
    let sender = "satisfy enum value set: [COGNITO_DEFAULT, DEVELOPER]";
    let long = "s".repeat(141);
    let longest = "have length less than or equal to 140";
    let shortest = "have length greater than or equal to 5";
    let of_pools = [
        ("EmailVerificationMessage", "no code", &*mail_code),
        ("EmailVerificationSubject", &long, longest),
        ("SmsVerificationMessage", "no code", &sms_code),
        ("SmsAuthenticationMessage", "no code", &sms_code),
        ("MfaConfiguration", "MAYBE", mode),
        ("EmailConfiguration.SourceArn", "no name of a resource", &arn),
        ("EmailConfiguration.ReplyToEmailAddress", "nobody", &address),
        ("EmailConfiguration.ConfigurationSet", "a set", &pattern("^[a-zA-Z0-9_-]+$")),
        ("EmailConfiguration.EmailSendingAccount", "MINE", sender),
        ("SmsConfiguration.SnsRegion", "eu", shortest),
        ("VerificationMessageTemplate.EmailMessageByLink", "no link", &link),
        ("VerificationMessageTemplate.EmailSubjectByLink", &long, longest),
        ("VerificationMessageTemplate.DefaultEmailOption", "CONFIRM", option),
        ("DeletionProtection", "SOME", "satisfy enum value set: [ACTIVE, INACTIVE]"),
        (
            "UserPoolAddOns.AdvancedSecurityMode",
            "ON",
            "satisfy enum value set: [OFF, AUDIT, ENFORCED]",
        ),
        ("UserPoolTier", "BEST", "satisfy enum value set: [LITE, ESSENTIALS, PLUS]"),
    ];
    let of_factors = [
        ("MfaConfiguration", "MAYBE", mode),
        ("SmsMfaConfiguration.SmsAuthenticationMessage", "no code", &*sms_code),
        ("SmsMfaConfiguration.SmsConfiguration.SnsRegion", "eu", shortest),
        ("EmailMfaConfiguration.Message", "no code", &mail_code),
        ("EmailMfaConfiguration.Subject", "", &subject),
    ];
    for (member, bad, rule) in of_pools {
        let caller = json!({ "SnsCallerArn": SNS_CALLER });
        for (operation, name, value) in
            [("CreateUserPool", "PoolName", "second"), ("UpdateUserPool", "UserPoolId", POOL)]
        {
            let mut body = json!({ name: value, "SmsConfiguration": caller });
            set(&mut body, member, bad.into());
            violates(operation, &body, (member, bad, rule));
        }
    }
    for (member, bad, rule) in of_factors {
        let mut body = json!({ "UserPoolId": POOL });
        set(&mut body, member, bad.into());
        violates("SetUserPoolMfaConfig", &body, (member, bad, rule));
    }
}

/// Also where settings are stored that cannot be obeyed.
fn violates(operation: &str, body: &Value, (member, bad, rule): (&str, &str, &str)) {
    let lower_first = |part: &str| format!("{}{}", part[..1].to_lowercase(), &part[1..]);
    let path: Vec<_> = member.split('.').map(lower_first).collect();
    let path = path.join(".");
    let text = format!(
        "1 validation error detected: Value '{bad}' at '{path}' failed to satisfy constraint: \
         Member must {rule}"
    );
    let expected = json!({ "__type": "InvalidParameterException", "message": text });
    for wire in [wire(), wire().storing_unhonoured()] {
        assert_eq!(post(&wire, operation, body), (400, expected.clone()), "{operation}: {member}");
    }
}

const SNS_CALLER: &str = "arn:aws:iam::123456789012:role/sms";

/// Sets a member by its path.
fn set(body: &mut Value, path: &str, value: Value) {
    *path.split('.').fold(body, |object, part| &mut object[part]) = value;
}

#[test]
fn members_of_kept_structures_are_of_their_types() {
    for (operation, member, bad) in [
        ("CreateUserPool", "EmailConfiguration.From", json!(7)),
        ("UpdateUserPool", "EmailConfiguration.SourceArn", json!([])),
        ("SetUserPoolMfaConfig", "SmsMfaConfiguration.SmsAuthenticationMessage", json!(7)),
        ("SetUserPoolMfaConfig", "SmsMfaConfiguration.SmsConfiguration", json!("role")),
        ("SetUserPoolMfaConfig", "SmsMfaConfiguration.SmsConfiguration.ExternalId", json!(7)),
        ("SetUserPoolMfaConfig", "SoftwareTokenMfaConfiguration.Enabled", json!("yes")),
        ("SetUserPoolMfaConfig", "EmailMfaConfiguration.Subject", json!({})),
    ] {
        let mut body = json!({ "UserPoolId": POOL, "PoolName": "second" });
        set(&mut body, member, bad);
        let (status, answer) = post(&wire(), operation, &body);
        let class = (status, &answer["__type"]);
        assert_eq!(class, (400, &json!("SerializationException")), "{operation}: {member}");
    }
}

/// That a factor is there is what the rules ask about, whatever stands in it.
#[test]
fn an_empty_structure_is_kept() {
    const OFF: &str =
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
    const SMS: &str =
        "Invalid SMS MFA configuration given, external id and a valid caller arn are required";
    for (factor, settings, text) in [
        ("EmailMfaConfiguration", json!({}), OFF),
        ("SoftwareTokenMfaConfiguration", json!({}), OFF),
        ("SmsMfaConfiguration", json!({}), SMS),
        ("SmsMfaConfiguration", json!({ "SmsConfiguration": {} }), SMS),
    ] {
        let body = json!({ "UserPoolId": POOL, "MfaConfiguration": "OFF", factor: settings });
        let expected = json!({ "__type": "InvalidParameterException", "message": text });
        assert_eq!(post(&wire(), "SetUserPoolMfaConfig", &body), (400, expected), "{body}");
    }
}

/// As AWS does with what its API does not have.
#[test]
fn unknown_members_of_kept_structures_are_dropped() {
    let wire = wire();
    let body = json!({
        "UserPoolId": POOL,
        "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true, "Unknown": 1 },
    });
    assert_eq!(post(&wire, "SetUserPoolMfaConfig", &body).0, 200);
    let (_, config) = post(&wire, "GetUserPoolMfaConfig", &json!({ "UserPoolId": POOL }));
    assert_eq!(config["SoftwareTokenMfaConfiguration"], json!({ "Enabled": true }));
}

#[test]
fn what_is_not_honoured_is_refused_or_stored() {
    let settings = json!({
        "LambdaConfig": { "PreSignUp": "arn:aws:lambda:local-fake-1:123456789012:function:f" },
        "DeviceConfiguration": { "ChallengeRequiredOnNewDevice": true },
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } },
        "UserPoolTier": "PLUS",
        "SmsConfiguration": { "SnsCallerArn": SNS_CALLER, "EumsSms": {} },
    });
    for (member, value) in settings.as_object().expect("members") {
        let body = json!({ "PoolName": "second", member: value });
        let (status, answer) = post(&wire(), "CreateUserPool", &body);
        assert_eq!(status, 501, "{member}");
        let message = answer["message"].as_str().expect("a text");
        assert!(message.contains(member.as_str()), "{message}");
    }
    let storing = wire().storing_unhonoured();
    let mut body = settings.clone();
    body["PoolName"] = "second".into();
    let (status, created) = post(&storing, "CreateUserPool", &body);
    assert_eq!(status, 200, "{created}");
    assert_has(&created["UserPool"], &settings, "UserPool");
    // What is no setting of a pool or client is refused all the same.
    let client_id = &storing.fake().first_client().client_id;
    let body = json!({ "RefreshToken": "t", "ClientId": client_id, "DeviceKey": "k" });
    assert_eq!(post(&storing, "GetTokensFromRefreshToken", &body).0, 501);
}

fn authorization(date: &str, region: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/{date}/{region}/cognito-idp/aws4_request, \
         SignedHeaders=host;x-amz-date;x-amz-target, Signature={}",
        "0f".repeat(32)
    )
}

#[test]
fn a_pool_is_not_found_from_another_region() {
    let wire = wire();
    let body = json!({ "UserPoolId": POOL });
    for operation in ["DescribeUserPool", "ListUsers"] {
        let other = authorization("20261123", "us-east-1");
        let (status, answer) = post_with(&wire, operation, &[("authorization", &other)], &body);
        let expected = json!({
            "__type": "ResourceNotFoundException",
            "message": format!("User pool {POOL} does not exist."),
        });
        assert_eq!((status, answer), (400, expected), "{operation}");
        let own = authorization("20261123", "local-fake-1");
        assert_eq!(post_with(&wire, operation, &[("authorization", &own)], &body).0, 200);
    }
}

/// There are no pools of other regions to create or list.
#[test]
fn another_region_is_not_there() {
    let header = authorization("20261123", "us-east-1");
    for (operation, body) in [
        ("CreateUserPool", json!({ "PoolName": "p" })),
        ("ListUserPools", json!({ "MaxResults": 1 })),
    ] {
        let (status, answer) = post_with(&wire(), operation, &[("authorization", &header)], &body);
        assert_eq!(status, 501, "{operation}");
        let message = answer["message"].as_str().expect("a text");
        assert!(message.contains("local-fake-1") && message.contains("us-east-1"), "{message}");
    }
}

#[test]
fn a_pool_of_a_fixture_brings_its_region() {
    let fixture = r#"{ "pool": { "id": "zz-fake-1_Fixture01" } }"#;
    let fake = Fake::builder().fixture_json(fixture).expect("good").build().expect("good");
    assert_eq!(fake.region(), "zz-fake-1");
    let named = Fake::builder().region("zz-fake-2").build().expect("good");
    assert_eq!(named.first_client().pool_id, "zz-fake-2_Fake00001");
    assert!(Fake::builder().region("no region").build().is_err());
}

/// A date of now, in the form of `x-amz-date`.
fn now() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let (mut days, seconds) = (now / 86_400, now % 86_400);
    let mut year = 1970;
    let length = |year: u64| if year.is_multiple_of(4) { 366 } else { 365 };
    while days >= length(year) {
        days -= length(year);
        year += 1;
    }
    let mut month = 0;
    let lengths = [31, length(year) - 337, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year}{:02}{:02}T{hour:02}{minute:02}{second:02}Z", month + 1, days + 1)
}

#[test]
fn signatures_are_required_where_that_is_asked_for() {
    let wire = wire().requiring_signatures(AccessKey::new("AKIATEST", "a secret"));
    let body = json!({ "UserPoolId": POOL });
    let call = |headers: &[(&str, &str)]| {
        let (status, answer) = post_with(&wire, "ListUsers", headers, &body);
        (status, answer["__type"].as_str().unwrap_or_default().to_owned())
    };
    let refused = |code: &str| (400, code.to_owned());
    assert_eq!(call(&[]), refused("MissingAuthenticationTokenException"));
    assert_eq!(call(&[("authorization", "anything")]), refused("IncompleteSignatureException"));
    let now = now();
    let header = authorization(&now[..8], "local-fake-1");
    assert_eq!(call(&[("authorization", &header)]), refused("IncompleteSignatureException"));
    let date = ("x-amz-date", now.as_str());
    let signed = ("authorization", header.as_str());
    assert_eq!(call(&[signed, date]), refused("UnrecognizedClientException"));
    // Nobody signs these.
    let (status, answer) = post_with(&wire, "GetUser", &[], &json!({ "AccessToken": "t" }));
    assert_eq!((status, &answer["__type"]), (400, &json!("NotAuthorizedException")));
}
