//! Random settings of pools and clients, new ones and updates, with a small independent model of the
//! rules beside them: what breaks no rule is described as it was sent, what breaks one is refused in
//! the words of a rule that it breaks, and changes nothing.
//!
//! `USER_DIRECTORY_SEED` sets the seed, which is fixed by default.

use std::{collections::BTreeSet, time::UNIX_EPOCH};

use bytes::Bytes;
use http::Request;
use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use serde_json::{Value, json};
use user_directory_fake::Fake;
use user_directory_wire::Wire;

const POOL: &str = "local-fake-1_Fake00001";

/// What may be set, in groups of which a request has at most one.
type Menu = Vec<Vec<(&'static str, Value)>>;

/// The rules: the text of the refusal, and whether what was picked breaks it.
type Rules = Vec<(&'static str, fn(&Picked) -> bool)>;

/// The names of what a request has.
struct Picked(BTreeSet<&'static str>);

impl Picked {
    fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains(name))
    }
}

fn pools() -> Menu {
    let function = "arn:aws:lambda:local-fake-1:123456789012:function:f";
    let sms = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" });
    let mut sms_elsewhere = sms.clone();
    sms_elsewhere["SnsRegion"] = "eu-west-1".into();
    let recovery = |ways: &[(u32, &str)]| {
        let ways: Vec<_> =
            ways.iter().map(|(at, name)| json!({ "Priority": at, "Name": name })).collect();
        json!({ "AccountRecoverySetting": { "RecoveryMechanisms": ways } })
    };
    let email = |value: Value| json!({ "EmailConfiguration": value });
    let identity = |region: &str| format!("arn:aws:ses:{region}:123456789012:identity/a@b.example");
    let lambda = |value: Value| json!({ "LambdaConfig": value });
    let first = |factors: &[&str]| json!({ "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } } });
    let unused = json!({ "AdminCreateUserConfig": { "UnusedAccountValidityDays": 5 } });
    let temporary = json!({
        "Policies": {
            "PasswordPolicy": { "MinimumLength": 8, "TemporaryPasswordValidityDays": 5 }
        }
    });
    let mut both_days = unused.clone();
    merge(&mut both_days, &temporary);
    vec![
        vec![
            ("verify email", json!({ "AutoVerifiedAttributes": ["email"] })),
            ("verify phone", json!({ "AutoVerifiedAttributes": ["phone_number"] })),
        ],
        vec![
            ("sms", json!({ "SmsConfiguration": sms })),
            ("sms elsewhere", json!({ "SmsConfiguration": sms_elsewhere })),
        ],
        vec![(
            "before update",
            json!({ "UserAttributeUpdateSettings": {
                "AttributesRequireVerificationBeforeUpdate": ["email"]
            } }),
        )],
        vec![
            ("recovery", recovery(&[(1, "verified_email"), (2, "verified_phone_number")])),
            ("same place", recovery(&[(1, "verified_email"), (1, "verified_phone_number")])),
            ("same way", recovery(&[(1, "verified_email"), (2, "verified_email")])),
            ("admin", recovery(&[(1, "admin_only")])),
            ("admin and more", recovery(&[(1, "admin_only"), (2, "verified_email")])),
        ],
        vec![("temporary", temporary), ("unused", unused), ("both days", both_days)],
        vec![
            ("default", email(json!({ "EmailSendingAccount": "COGNITO_DEFAULT" }))),
            ("identity", email(json!({ "SourceArn": identity("us-east-1") }))),
            (
                "default identity",
                email(json!({
                    "EmailSendingAccount": "COGNITO_DEFAULT",
                    "SourceArn": identity("us-east-1"),
                })),
            ),
            ("identity elsewhere", email(json!({ "SourceArn": identity("sa-east-1") }))),
            ("from", email(json!({ "From": "Us <us@example.com>" }))),
            ("bad from", email(json!({ "From": "Us <us>" }))),
        ],
        vec![
            ("function", lambda(json!({ "PreSignUp": function }))),
            (
                "function elsewhere",
                lambda(json!({ "PreSignUp": function.replace("local-fake-1", "eu-west-1") })),
            ),
            (
                "no key",
                lambda(json!({
                    "CustomEmailSender": { "LambdaVersion": "V1_0", "LambdaArn": function }
                })),
            ),
            (
                "key elsewhere",
                lambda(json!({ "KMSKeyID": "arn:aws:kms:eu-west-1:123456789012:key/k" })),
            ),
            (
                "two functions",
                lambda(json!({
                    "PreTokenGeneration": function,
                    "PreTokenGenerationConfig": {
                        "LambdaVersion": "V1_0",
                        "LambdaArn": format!("{function}2"),
                    },
                })),
            ),
        ],
        vec![
            ("password", first(&["PASSWORD"])),
            ("no password", first(&["EMAIL_OTP"])),
            ("password and email", first(&["PASSWORD", "EMAIL_OTP"])),
            ("password and sms", first(&["PASSWORD", "SMS_OTP"])),
        ],
        vec![("lite", json!({ "UserPoolTier": "LITE" }))],
        vec![
            ("mfa off", json!({ "MfaConfiguration": "OFF" })),
            ("mfa optional", json!({ "MfaConfiguration": "OPTIONAL" })),
            ("mfa on", json!({ "MfaConfiguration": "ON" })),
        ],
    ]
}

/// What only a new pool is asked for.
fn names() -> Menu {
    let alias = json!({ "AliasAttributes": ["email"] });
    let username = json!({ "UsernameAttributes": ["email"] });
    let both = json!({ "AliasAttributes": ["email"], "UsernameAttributes": ["email"] });
    vec![vec![("alias", alias), ("username", username), ("both names", both)]]
}

fn pool_rules() -> Rules {
    vec![
        ("SMS configuration is required when phone_number", |p| {
            p.has(&["verify phone"]) && !p.has(&["sms", "sms elsewhere"])
        }),
        ("All attributes in AttributesRequireVerificationBeforeUpdate", |p| {
            p.has(&["before update"]) && !p.has(&["verify email"])
        }),
        ("Account Recovery Setting cannot have duplicate", |p| p.has(&["same place", "same way"])),
        ("Account Recovery Setting cannot use admin_only", |p| p.has(&["admin and more"])),
        ("Please use TemporaryPasswordValidityDays", |p| p.has(&["both days"])),
        ("Cognito is not allowed to use your email identity", |p| p.has(&["default identity"])),
        ("Provided From email address is invalid", |p| p.has(&["bad from"])),
        ("Invalid EmailConfiguration.SourceArn", |p| p.has(&["identity elsewhere"])),
        ("Invalid snsRegion", |p| p.has(&["sms elsewhere"])),
        ("KMSKeyId parameter is required", |p| p.has(&["no key"])),
        ("CreateGrant was attempted", |p| p.has(&["key elsewhere"])),
        ("Cross-region lambda functions", |p| p.has(&["function elsewhere"])),
        ("Cannot use PreTokenGenerationLambda", |p| p.has(&["two functions"])),
        ("Password should be configured as one of", |p| p.has(&["no password"])),
        ("SMS_OTP can not be configured", |p| {
            p.has(&["password and sms"]) && !p.has(&["sms", "sms elsewhere"])
        }),
        ("the LITE pricing tier", |p| {
            let beyond = ["no password", "password and email", "password and sms"];
            p.has(&["lite"]) && p.has(&beyond)
        }),
    ]
}

fn new_pool_rules() -> Rules {
    let mut rules = pool_rules();
    rules.push(("Only one of the aliasAttributes or usernameAttributes", |p| {
        p.has(&["both names"])
    }));
    rules.push(("SMS configuration and Auto verification", |p| {
        p.has(&["mfa on", "mfa optional"]) && !p.has(&["sms", "sms elsewhere"])
    }));
    rules
}

fn updated_pool_rules() -> Rules {
    let mut rules = pool_rules();
    rules.push(("Cannot turn MFA functionality ON", |p| p.has(&["mfa on"])));
    rules
}

fn clients() -> Menu {
    let flows = |flows: &[&str]| json!({ "ExplicitAuthFlows": flows });
    let valid = |member: &str, hours: u32| {
        let unit = member.replace("Validity", "");
        json!({ member: hours, "TokenValidityUnits": { unit: "hours" } })
    };
    let rotation =
        json!({ "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 10 } });
    let analytics = |value: Value| json!({ "AnalyticsConfiguration": value });
    vec![
        vec![
            ("reads", json!({ "ReadAttributes": ["email", "sub"] })),
            ("reads unknown", json!({ "ReadAttributes": ["email", "custom:no"] })),
        ],
        vec![
            ("writes", json!({ "WriteAttributes": ["email", "name"] })),
            ("writes sub", json!({ "WriteAttributes": ["sub"] })),
        ],
        vec![
            ("no refresh", flows(&["ALLOW_USER_PASSWORD_AUTH"])),
            ("refresh", flows(&["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])),
            ("old", flows(&["ADMIN_NO_SRP_AUTH"])),
            ("old and new", flows(&["ADMIN_NO_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"])),
        ],
        vec![
            ("access a day", valid("AccessTokenValidity", 24)),
            ("access too long", valid("AccessTokenValidity", 25)),
            ("refresh too short", valid("RefreshTokenValidity", 0)),
        ],
        vec![
            ("id long", json!({ "IdTokenValidity": 20 })),
            (
                "id longer than refresh",
                json!({ "IdTokenValidity": 20, "RefreshTokenValidity": 19,
                "TokenValidityUnits": { "RefreshToken": "hours" } }),
            ),
        ],
        vec![("rotation", rotation)],
        vec![
            ("callback", json!({ "CallbackURLs": ["https://example.com/in"] })),
            ("plain callback", json!({ "CallbackURLs": ["http://example.com/in"] })),
            ("local callback", json!({ "CallbackURLs": ["http://localhost:3000/in"] })),
        ],
        vec![
            ("logout", json!({ "LogoutURLs": ["https://example.com/out"] })),
            ("plain logout", json!({ "LogoutURLs": ["http://example.com/out"] })),
        ],
        vec![("redirect", json!({ "DefaultRedirectURI": "https://example.com/in" }))],
        vec![
            ("code", json!({ "AllowedOAuthFlows": ["code"] })),
            ("credentials", json!({ "AllowedOAuthFlows": ["client_credentials"] })),
            ("both flows", json!({ "AllowedOAuthFlows": ["code", "client_credentials"] })),
        ],
        vec![
            ("scopes", json!({ "AllowedOAuthScopes": ["openid", "email"] })),
            ("unknown scope", json!({ "AllowedOAuthScopes": ["openid", "api/read"] })),
        ],
        vec![("pages", json!({ "AllowedOAuthFlowsUserPoolClient": true }))],
        vec![
            ("own users", json!({ "SupportedIdentityProviders": ["COGNITO"] })),
            ("provider", json!({ "SupportedIdentityProviders": ["Google"] })),
        ],
        vec![("context", json!({ "EnablePropagateAdditionalUserContextData": true }))],
        vec![
            (
                "analytics",
                analytics(json!({ "ApplicationArn": "arn:aws:mobiletargeting:x:1:apps/a" })),
            ),
            ("half analytics", analytics(json!({ "ApplicationId": "a" }))),
        ],
    ]
}

/// What only a new client is asked for.
fn secret() -> Menu {
    vec![vec![("secret", json!({ "GenerateSecret": true }))]]
}

fn client_rules() -> Rules {
    vec![
        ("Invalid read attributes", |p| p.has(&["reads unknown"])),
        ("Invalid write attributes", |p| p.has(&["writes sub"])),
        ("Auth flow name with prefix 'ALLOW'", |p| p.has(&["old and new"])),
        ("Invalid range for token validity", |p| p.has(&["access too long"])),
        ("Access and Id Token expiration times", |p| p.has(&["id longer than refresh"])),
        // A client without flows of its own has the refresh flow.
        ("ALLOW_REFRESH_TOKEN_AUTH cannot be set", |p| {
            p.has(&["rotation"]) && !p.has(&["no refresh", "old", "old and new"])
        }),
        ("http://example.com/in cannot use", |p| p.has(&["plain callback"])),
        ("http://example.com/out cannot use", |p| p.has(&["plain logout"])),
        ("CallbackUrls can not be empty", |p| {
            p.has(&["code", "both flows"])
                && !p.has(&["callback", "plain callback", "local callback"])
        }),
        ("AllowedOAuthFlows and AllowedOAuthScopes are required", |p| {
            let has_flows = p.has(&["code", "credentials", "both flows"]);
            p.has(&["pages"]) && !(has_flows && p.has(&["scopes", "unknown scope"]))
        }),
        ("client_credentials flow can not be selected", |p| p.has(&["both flows"])),
        ("The default redirect URI", |p| p.has(&["redirect"]) && !p.has(&["callback"])),
        ("Invalid scope requested", |p| p.has(&["unknown scope"])),
        ("The provider Google does not exist", |p| p.has(&["provider"])),
        ("Invalid analytics configuration", |p| p.has(&["half analytics"])),
    ]
}

/// Adds members to members, on every level.
fn merge(into: &mut Value, from: &Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from.clone(),
    }
}

/// Whether a description has every member that was sent, whatever else it has.
fn has(described: &Value, sent: &Value) -> bool {
    match sent {
        Value::Object(members) => members.iter().all(|(name, value)| has(&described[name], value)),
        _ => described == sent,
    }
}

fn wire() -> Wire {
    Wire::new(Fake::builder().rng_seed(7).frozen_at(UNIX_EPOCH).build().expect("good settings"))
}

fn post(wire: &Wire, operation: &str, body: &Value) -> (u16, Value) {
    let request = Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"))
        .header("authorization", "anything")
        .body(Bytes::from(body.to_string()))
        .expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let response = runtime.block_on(wire.handle(request)).expect("an answer");
    let status = response.status().as_u16();
    (status, serde_json::from_slice(response.body()).expect("JSON"))
}

/// The resource that settings are of.
struct Resource {
    /// What its operations and descriptions call it.
    name: &'static str,
    /// What names it in a request.
    key: Value,
    /// What a new one must have.
    new: Value,
}

/// Sends settings and judges the answer. Brings the rules that were named.
fn judge(
    resource: &Resource,
    creates: bool,
    rules: &Rules,
    picked: &[(&'static str, Value)],
    named: &mut BTreeSet<&'static str>,
) -> Result<(), String> {
    let names = Picked(picked.iter().map(|(name, _)| *name).collect());
    let broken: Vec<_> =
        rules.iter().filter(|(_, breaks)| breaks(&names)).map(|(text, _)| *text).collect();
    let mut settings = json!({});
    picked.iter().for_each(|(_, members)| merge(&mut settings, members));
    for storing in [false, true] {
        let wire = if storing { wire().storing_unhonoured() } else { wire() };
        let mut key = resource.key.clone();
        if key.get("ClientId").is_some() {
            key["ClientId"] = wire.fake().first_client().client_id.clone().into();
        }
        let describe = format!("Describe{}", resource.name);
        let before = post(&wire, &describe, &key);
        let (operation, mut body) = match creates {
            true => (format!("Create{}", resource.name), resource.new.clone()),
            false => (format!("Update{}", resource.name), key.clone()),
        };
        merge(&mut body, &settings);
        let (status, answer) = post(&wire, &operation, &body);
        let text = answer["message"].as_str().unwrap_or_default();
        if broken.is_empty() {
            // Only what is not honoured may be refused, and is stored where that is asked for.
            if status == 501 && !storing {
                continue;
            }
            if status != 200 {
                return Err(format!("no rule is broken, and the answer is {status}: {text}"));
            }
            if let (true, Some(id)) = (creates, answer[resource.name].get("Id")) {
                key["UserPoolId"] = id.clone();
            } else if creates {
                key["ClientId"] = answer[resource.name]["ClientId"].clone();
            }
            let (_, described) = post(&wire, &describe, &key);
            let mut sent = settings.clone();
            sent.as_object_mut().expect("members").remove("GenerateSecret");
            if !has(&described[resource.name], &sent) {
                return Err(format!("{sent} is described as {described}"));
            }
        } else {
            let Some(rule) = broken.iter().find(|rule| text.contains(**rule)) else {
                return Err(format!("{broken:?} are broken, and the answer is {status}: {text}"));
            };
            named.insert(rule);
            if status != 400 || post(&wire, &describe, &key) != before {
                return Err(format!("status {status}, or a refused request changed something"));
            }
        }
    }
    Ok(())
}

/// Which of each group a request has. Mostly none, so that many requests break one rule or none.
fn choices(groups: usize) -> impl Strategy<Value = Vec<Option<Index>>> {
    prop::collection::vec(prop::option::weighted(0.3, any::<Index>()), groups)
}

/// What was chosen of a menu.
fn pick(menu: &Menu, choices: &[Option<Index>]) -> Vec<(&'static str, Value)> {
    let chosen = menu.iter().zip(choices);
    chosen.filter_map(|(group, choice)| Some(choice.as_ref()?.get(group).clone())).collect()
}

fn run(resource: &Resource, creates: bool, menu: &Menu, rules: &Rules) {
    let seed: u64 = match std::env::var("USER_DIRECTORY_SEED") {
        Ok(text) => text.parse().expect("USER_DIRECTORY_SEED is a number"),
        Err(_) => 20_191_023,
    };
    let mut config = Config::with_cases(500);
    config.failure_persistence = None;
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let named = std::cell::RefCell::new(BTreeSet::new());
    let outcome = runner.run(&choices(menu.len()), |choices| {
        let picked = pick(menu, &choices);
        judge(resource, creates, rules, &picked, &mut named.borrow_mut())
            .map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, choices)) => {
            let names: Vec<_> = pick(menu, &choices).into_iter().map(|(name, _)| name).collect();
            panic!("with USER_DIRECTORY_SEED={seed}: {names:?}: {why}")
        }
        Err(TestError::Abort(why)) => panic!("with USER_DIRECTORY_SEED={seed}: {why}"),
    }
    let named = named.into_inner();
    let texts = rules.iter().map(|(text, _)| text);
    let missed: Vec<_> = texts.filter(|text| !named.contains(**text)).collect();
    assert!(missed.is_empty(), "with USER_DIRECTORY_SEED={seed}: never refused for {missed:?}");
}

fn pool() -> Resource {
    Resource {
        name: "UserPool",
        key: json!({ "UserPoolId": POOL }),
        new: json!({ "PoolName": "random" }),
    }
}

fn client() -> Resource {
    Resource {
        name: "UserPoolClient",
        key: json!({ "UserPoolId": POOL, "ClientId": "" }),
        new: json!({ "UserPoolId": POOL, "ClientName": "random" }),
    }
}

#[test]
fn new_pools() {
    run(&pool(), true, &[names(), pools()].concat(), &new_pool_rules());
}

#[test]
fn updates_of_pools() {
    run(&pool(), false, &pools(), &updated_pool_rules());
}

#[test]
fn new_clients() {
    let mut rules = client_rules();
    rules.push(("Client Secret is required", |p| p.has(&["context"]) && !p.has(&["secret"])));
    run(&client(), true, &[secret(), clients()].concat(), &rules);
}

/// Of the fake's first client, which has a secret.
#[test]
fn updates_of_clients() {
    run(&client(), false, &clients(), &client_rules());
}
