//! Settings of pools and clients that AWS refuses, as only the wire can ask for them.
//!
//! The texts are documented by a tool that deploys to AWS and quotes what CloudFormation relays; the
//! class behind them is assumed.

use serde_json::{Value, json};
use user_directory::ErrorKind;

use crate::{Case, Evidence, Failure, Trial, case, check};

/// Declares cases: id, sentence, operation, rule of the tool, members, text.
macro_rules! refused {
    ($($id:literal, $about:literal, $operation:literal, $rule:literal, $members:tt, $text:expr;)*) => {
        vec![$(
            case!(
                $id,
                $about,
                needs = [Wire],
                evidence = Evidence::Documented {
                    url: concat!(
                        "https://github.com/badmintoncryer/cdk-preflight/blob/main/rules/cognito/",
                        "pf-cognito-", $rule, "/meta.yaml"
                    )
                },
                async |t| refused(&t, $operation, json!($members), $text).await
            ),
        )*]
    };
}

/// Sends a call about the case's own pool, or for a new one, and compares the refusal.
async fn refused(
    t: &Trial,
    operation: &str,
    mut members: Value,
    text: &str,
) -> Result<(), Failure> {
    let name = "refused";
    match operation {
        "CreateUserPool" => members["PoolName"] = name.into(),
        "SetUserPoolMfaConfig" => members["UserPoolId"] = t.pool_id().into(),
        _ => {
            members["UserPoolId"] = t.pool_id().into();
            members["ClientName"] = name.into();
        }
    }
    let answer = t.send(operation, members).await;
    if let Some(id) = answer.body["UserPool"]["Id"].as_str() {
        // It was taken: nothing of it is to stay.
        let _ = t.send("DeleteUserPool", json!({ "UserPoolId": id })).await;
    }
    let answered = check::answered(&answer, operation);
    check::refused(answered, ErrorKind::InvalidParameter, &[text])?;
    Ok(())
}

pub(crate) fn cases() -> Vec<Case> {
    [pools(), schemas(), clients(), factors()].concat()
}

fn pools() -> Vec<Case> {
    refused! {
        "pool-settings/alias-and-username",
        "A pool has aliases or addresses as user names, not both.",
        "CreateUserPool", "alias-username-exclusive",
        { "AliasAttributes": ["email"], "UsernameAttributes": ["email"] },
        "Only one of the aliasAttributes or usernameAttributes can be set in a User pool.";

        "pool-settings/auto-verified-names",
        "Only addresses and phone numbers are verified; a wrong one is shown with the whole list.",
        "CreateUserPool", "auto-verified-attributes-enum",
        { "AutoVerifiedAttributes": ["given_name"] },
        "1 validation error detected: Value '[given_name]' at 'autoVerifiedAttributes' failed to \
         satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: \
         [phone_number, email]]";

        "pool-settings/phone-needs-sms",
        "A pool that verifies phone numbers says how it sends text messages.",
        "CreateUserPool", "auto-verified-username-consistency",
        { "AutoVerifiedAttributes": ["phone_number"] },
        "SMS configuration is required when phone_number is selected for auto verification";

        "pool-settings/recovery-duplicate",
        "Two ways to recover a password have two places.",
        "CreateUserPool", "recovery-duplicate",
        { "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Name": "verified_phone_number", "Priority": 1 },
            { "Name": "verified_email", "Priority": 1 },
        ] } },
        "Invalid account recovery setting parameter. Account Recovery Setting cannot have duplicate \
         priorities or recovery mechanisms.";

        "pool-settings/recovery-admin-only",
        "Recovery by administrators stands alone.",
        "CreateUserPool", "recovery-admin-only-alone",
        { "AccountRecoverySetting": { "RecoveryMechanisms": [
            { "Name": "admin_only", "Priority": 1 },
            { "Name": "verified_email", "Priority": 2 },
        ] } },
        "Invalid account recovery setting parameter. Account Recovery Setting cannot use admin_only \
         setting with any other recovery mechanisms.";

        "pool-settings/short-passwords",
        "A password has at least six characters.",
        "CreateUserPool", "password-min-length",
        { "Policies": { "PasswordPolicy": { "MinimumLength": 4 } } },
        "1 validation error detected: Value '4' at 'policies.passwordPolicy.minimumLength' failed to \
         satisfy constraint: Member must have value greater than or equal to 6";

        "pool-settings/message-without-code",
        "A message that is to bring a code has a place for it.",
        "CreateUserPool", "email-verification-message-placeholder",
        { "EmailVerificationMessage": "Welcome." },
        "1 validation error detected: Value 'Welcome.' at 'emailVerificationMessage' failed to \
         satisfy constraint: Member must satisfy regular expression pattern: \
         [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{####\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*";

        "pool-settings/from-address",
        "The sender of e-mails is an address.",
        "CreateUserPool", "email-from-format",
        { "EmailConfiguration": { "From": "nobody" } },
        "Provided From email address is invalid";

        "pool-settings/first-factors",
        "Whatever else is a first factor, passwords are.",
        "CreateUserPool", "signin-policy-password-required",
        { "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["EMAIL_OTP"] } } },
        "Password should be configured as one of the allowed first auth factors.";

        "pool-settings/mfa-needs-sms",
        "A new pool with second factors says how it sends text messages.",
        "CreateUserPool", "mfa-sms-config",
        { "MfaConfiguration": "OPTIONAL" },
        "SMS configuration and Auto verification for phone_number are required when MFA is \
         required/optional";
    }
}

/// SetUserPoolMfaConfig.
fn factors() -> Vec<Case> {
    const OFF: &str =
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.";
    const NO_FACTOR: &str = "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token \
                             MFA must be enabled.";
    const SMS: &str =
        "Invalid SMS MFA configuration given, external id and a valid caller arn are required";
    const CDKD: &str = "https://github.com/go-to-k/cdkd/blob/8ee423595f271e46545e5290fec3fea09d243b2a/tests/integration/cognito/verify.sh";
    const FLOCI: &str = "https://github.com/floci-io/floci/issues/2831";
    const SST: &str = "https://github.com/anomalyco/sst/issues/5177";
    macro_rules! refused_factors {
        ($($id:literal, $about:literal, $url:expr, $members:tt, $text:expr;)*) => {
            vec![$(
                case!(
                    $id,
                    $about,
                    needs = [Wire],
                    evidence = Evidence::Documented { url: $url },
                    async |t| refused(&t, "SetUserPoolMfaConfig", json!($members), $text).await
                ),
            )*]
        };
    }
    let mut cases = refused_factors! {
        "mfa-settings/off-with-a-factor",
        "Second factors are not switched off and set up in one call.",
        CDKD,
        { "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": { "Enabled": true } },
        OFF;

        "mfa-settings/off-with-a-disabled-factor",
        "Not even one that is disabled in the same call.",
        CDKD,
        { "MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": { "Enabled": false } },
        OFF;

        "mfa-settings/not-said-is-off",
        "A call that does not say whether second factors are on switches them off.",
        CDKD,
        { "SoftwareTokenMfaConfiguration": { "Enabled": true } },
        OFF;

        "mfa-settings/off-with-email",
        "With second factors off, that there is none by e-mail shows before who sends.",
        CDKD,
        { "MfaConfiguration": "OFF", "EmailMfaConfiguration": { "Message": "{####}", "Subject": "s" } },
        OFF;

        "mfa-settings/no-factor",
        "Second factors are not switched on without one.",
        CDKD,
        { "MfaConfiguration": "ON" },
        NO_FACTOR;

        "mfa-settings/passkeys-alone",
        "A passkey is no second factor.",
        CDKD,
        { "MfaConfiguration": "OPTIONAL", "WebAuthnConfiguration": { "RelyingPartyId": "example.com" } },
        NO_FACTOR;

        "mfa-settings/all-disabled",
        "Second factors are not switched on with all of them disabled.",
        SST,
        { "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": false } },
        "Invalid MFA configuration given, can't disable all MFAs with a required or optional \
         configuration.";

        "mfa-settings/email-by-cognito",
        "A second factor by e-mail needs a sender of the pool's own.",
        CDKD,
        {
            "MfaConfiguration": "OPTIONAL",
            "EmailMfaConfiguration": { "Message": "{####}", "Subject": "s" },
        },
        "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an \
         EmailSendingAccount of COGNITO_DEFAULT. Update the value of EmailSendingAccount.";

        "mfa-settings/sms-without-external-id",
        "A second factor by text message needs a caller and an external id.",
        FLOCI,
        {
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": {
                "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" },
            },
        },
        SMS;

        "mfa-settings/sms-first",
        "That shows first, even where second factors are off.",
        FLOCI,
        {
            "MfaConfiguration": "OFF",
            "SmsMfaConfiguration": {
                "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" },
            },
        },
        SMS;
    };
    cases.push(case!(
        "mfa-settings/optional",
        "Where second factors are optional, a user who has enrolled none is signed in without one.",
        needs = [Wire],
        evidence = Evidence::Documented {
            url: "https://github.com/aws-amplify/amplify-flutter/tree/d8a895daa2fa428fd274022df1f47c3fab7ba87b/packages/auth/amplify_auth_cognito/example/integration_test"
        },
        async |t| {
            t.register("alice").await?;
            let members = json!({
                "UserPoolId": t.pool_id(),
                "MfaConfiguration": "OPTIONAL",
                "SoftwareTokenMfaConfiguration": { "Enabled": true },
            });
            let answer = t.send("SetUserPoolMfaConfig", members).await;
            check::answered(&answer, "SetUserPoolMfaConfig")?;
            let described =
                t.send("GetUserPoolMfaConfig", json!({ "UserPoolId": t.pool_id() })).await;
            check::answered(&described, "GetUserPoolMfaConfig")?;
            check::equal("the mode", described.body["MfaConfiguration"].as_str(), Some("OPTIONAL"))?;
            let token = &described.body["SoftwareTokenMfaConfiguration"]["Enabled"];
            check::equal("the factor", token.as_bool(), Some(true))?;
            t.sign_in("alice").await?;
            Ok(())
        }
    ));
    cases
}

fn schemas() -> Vec<Case> {
    refused! {
        "pool-settings/required-custom-attribute",
        "Nobody must have a custom attribute.",
        "CreateUserPool", "schema-custom-required",
        { "Schema": [{ "Name": "tier", "AttributeDataType": "String", "Required": true }] },
        "Required custom attributes are not supported currently.";

        "pool-settings/duplicate-attribute",
        "A custom attribute has a name of its own.",
        "CreateUserPool", "schema-name-duplicate",
        { "Schema": [
            { "Name": "dept", "AttributeDataType": "String" },
            { "Name": "dept", "AttributeDataType": "Number" },
        ] },
        "Duplicate custom attribute names custom:dept are not allowed in a user pool schema.";

        "pool-settings/length-limits",
        "A text's greatest length is no smaller than its least.",
        "CreateUserPool", "schema-attr-length-order",
        { "Schema": [{
            "Name": "level",
            "AttributeDataType": "String",
            "StringAttributeConstraints": { "MinLength": "9", "MaxLength": "1" },
        }] },
        "Attribute custom:level cannot have a max length shorter than it's min length";

        "pool-settings/number-limits",
        "A number's greatest value is no smaller than its least.",
        "CreateUserPool", "schema-number-min-max-order",
        { "Schema": [{
            "Name": "n2",
            "AttributeDataType": "Number",
            "NumberAttributeConstraints": { "MinValue": "9", "MaxValue": "1" },
        }] },
        "Attribute custom:n2 cannot have a max value smaller than it's min value";

        "pool-settings/standard-attribute",
        "A standard attribute keeps its type.",
        "CreateUserPool", "schema-standard-attr-datatype",
        { "Schema": [{ "Name": "email", "AttributeDataType": "Number" }] },
        "You can not change AttributeDataType or set developerOnlyAttribute for standard schema \
         attribute email";
    }
}

fn clients() -> Vec<Case> {
    refused! {
        "client-settings/mixed-flows",
        "Flows are spelled in the old way or in the new one.",
        "CreateUserPoolClient", "explicit-auth-flows-legacy-mix",
        { "ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] },
        "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.";

        "client-settings/validity-range",
        "An access token lives for a day at most.",
        "CreateUserPoolClient", "token-validity-range",
        { "AccessTokenValidity": 25 },
        "Invalid range for token validity.";

        "client-settings/validity-order",
        "A refresh token lives at least as long as the others.",
        "CreateUserPoolClient", "token-expiration-order",
        {
            "AccessTokenValidity": 5,
            "RefreshTokenValidity": 1,
            "TokenValidityUnits": { "AccessToken": "hours", "RefreshToken": "hours" },
        },
        "Access and Id Token expiration times must be less than or equal to refresh token expiration \
         times.";

        "client-settings/unknown-readable",
        "A client reads attributes that the pool has.",
        "CreateUserPoolClient", "read-attributes-exists",
        { "ReadAttributes": ["custom:nowhere"] },
        "Invalid read attributes specified while creating a client";

        "client-settings/insecure-callback",
        "Users come back over HTTPS.",
        "CreateUserPoolClient", "callback-url-https",
        { "CallbackURLs": ["http://example.com/cb"] },
        "http://example.com/cb cannot use the HTTP protocol.";

        "client-settings/no-callback",
        "The flows through pages have somewhere to come back to.",
        "CreateUserPoolClient", "oauth-callback-required",
        { "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"] },
        "CallbackUrls can not be empty when code flow or implicit flow is selected";

        "client-settings/no-scopes",
        "A client of the pages has flows and scopes.",
        "CreateUserPoolClient", "oauth-flows-scopes-required",
        { "AllowedOAuthFlowsUserPoolClient": true },
        "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use \
         OAuth flows.";

        "client-settings/default-redirect",
        "The default address is one of those that users come back to.",
        "CreateUserPoolClient", "default-redirect-uri-member",
        {
            "CallbackURLs": ["https://example.com/cb"],
            "DefaultRedirectURI": "https://other.example.com/cb",
        },
        "The default redirect URI https://other.example.com/cb is not in the callback URIs list.";

        "client-settings/unknown-scope",
        "A client has scopes that the pool knows.",
        "CreateUserPoolClient", "oauth-scopes-unknown",
        {
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["api/read"],
            "CallbackURLs": ["https://example.com/cb"],
        },
        "Invalid scope requested: api/read";

        "client-settings/context-without-secret",
        "Only a client with a secret hands on where a user comes from.",
        "CreateUserPoolClient", "propagate-context-requires-secret",
        { "EnablePropagateAdditionalUserContextData": true },
        "Client Secret is required to set EnablePropagateAdditionalUserContextData as true";
    }
}
