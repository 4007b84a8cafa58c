use serde::Serialize;
use user_directory_pool::{self as pool, CreateUserPoolClientRequest};

use crate::{
    client_settings::{self, UserPoolClientType},
    codec::{Decode, Encode},
    members::{Members, Mistyped},
};

impl Decode for CreateUserPoolClientRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        let mut request = Self::new(user_pool_id, members.required_text("ClientName")?);
        request.generate_secret = members.flag("GenerateSecret")?.unwrap_or_default();
        request.client_secret = members.secret("ClientSecret")?;
        client_settings::read(members, &mut request)?;
        Ok(request)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_pool_client: UserPoolClientType,
}

impl Encode for pool::UserPoolClientType {
    type Output = Output;

    fn encode(self) -> Output {
        Output { user_pool_client: self.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{NOW, POOL, Shape, is_not_implemented, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "CreateUserPoolClient",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "ClientName": "second",
                "GenerateSecret": true,
                "ClientSecret": "s".repeat(24),
                "RefreshTokenValidity": 30,
                "AccessTokenValidity": 1,
                "IdTokenValidity": 1,
                "TokenValidityUnits": {
                    "AccessToken": "hours",
                    "IdToken": "hours",
                    "RefreshToken": "days",
                },
                "ReadAttributes": ["email"],
                "WriteAttributes": ["email"],
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
                "CallbackURLs": ["https://example.com"],
                "LogoutURLs": ["https://example.com"],
                "DefaultRedirectURI": "https://example.com",
                "AllowedOAuthFlows": ["code"],
                "AllowedOAuthScopes": ["openid"],
                "AllowedOAuthFlowsUserPoolClient": true,
                "AnalyticsConfiguration": {},
                "PreventUserExistenceErrors": "ENABLED",
                "EnableTokenRevocation": true,
                "AuthSessionValidity": 3,
                "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 },
            }),
            required: &["Value null at 'userPoolId'", "Value null at 'clientName'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({
            "UserPoolId": POOL,
            "ClientName": "second",
            "GenerateSecret": true,
            "RefreshTokenValidity": 36,
            "AccessTokenValidity": 90,
            "IdTokenValidity": 3601,
            "TokenValidityUnits": {
                "AccessToken": "minutes",
                "IdToken": "seconds",
                "RefreshToken": "hours",
            },
            "ReadAttributes": ["email"],
            "WriteAttributes": ["email", "name"],
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "SupportedIdentityProviders": ["COGNITO"],
            "PreventUserExistenceErrors": "ENABLED",
            "EnableTokenRevocation": true,
            "AuthSessionValidity": 15,
            "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 60 },
        });
        let (status, mut answer) = post(&wire, "CreateUserPoolClient", &body);
        assert_eq!(status, 200, "{answer}");
        let id = answer["UserPoolClient"]["ClientId"].clone();
        assert_eq!(id.as_str().expect("an id").len(), 26);
        let body = json!({ "UserPoolId": POOL, "ClientId": id });
        assert_eq!(post(&wire, "DescribeUserPoolClient", &body), (200, answer.clone()));
        let secret = answer["UserPoolClient"]["ClientSecret"].take();
        assert_eq!(secret.as_str().expect("it was made").len(), 51);
        let expected = json!({
            "UserPoolClient": {
                "UserPoolId": POOL,
                "ClientName": "second",
                "ClientId": id,
                "ClientSecret": null,
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
                "RefreshTokenValidity": 36,
                "AccessTokenValidity": 90,
                "IdTokenValidity": 3601,
                "TokenValidityUnits": {
                    "AccessToken": "minutes",
                    "IdToken": "seconds",
                    "RefreshToken": "hours",
                },
                "ReadAttributes": ["email"],
                "WriteAttributes": ["email", "name"],
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
                "SupportedIdentityProviders": ["COGNITO"],
                "PreventUserExistenceErrors": "ENABLED",
                "EnableTokenRevocation": true,
                "EnablePropagateAdditionalUserContextData": false,
                "AllowedOAuthFlowsUserPoolClient": false,
                "AuthSessionValidity": 15,
                "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 60 },
            },
        });
        assert_eq!(answer, expected);
    }

    #[test]
    fn numbers_without_units() {
        let body = json!({
            "UserPoolId": POOL,
            "ClientName": "second",
            "RefreshTokenValidity": 2,
            "AccessTokenValidity": 24,
            "IdTokenValidity": 2,
            "EnableTokenRevocation": false,
            "RefreshTokenRotation": { "Feature": "DISABLED" },
        });
        let (status, answer) = post(&wire(), "CreateUserPoolClient", &body);
        assert_eq!(status, 200, "{answer}");
        let client = &answer["UserPoolClient"];
        assert_eq!(client["TokenValidityUnits"], json!({}));
        assert_eq!(client["RefreshTokenValidity"], 2);
        assert_eq!(client["AccessTokenValidity"], 24);
        assert_eq!(client["IdTokenValidity"], 2);
        assert_eq!(client["EnableTokenRevocation"], false);
        let off = json!({ "Feature": "DISABLED", "RetryGracePeriodSeconds": 0 });
        assert_eq!(client["RefreshTokenRotation"], off);
        assert_eq!(client.get("ClientSecret"), None);
        assert_eq!(client.get("ExplicitAuthFlows"), None);
    }

    /// A unit of which there is no number stays, and says nothing.
    #[test]
    fn units_without_numbers() {
        let units = json!({ "AccessToken": "days", "IdToken": "hours", "RefreshToken": "days" });
        let body =
            json!({ "UserPoolId": POOL, "ClientName": "second", "TokenValidityUnits": units });
        let (status, answer) = post(&wire(), "CreateUserPoolClient", &body);
        assert_eq!(status, 200, "{answer}");
        let client = &answer["UserPoolClient"];
        assert_eq!(client["TokenValidityUnits"], units);
        assert_eq!(client.get("AccessTokenValidity"), None);
        assert_eq!(client.get("PreventUserExistenceErrors"), None);
        assert_eq!(client["RefreshTokenValidity"], 30);
    }

    #[test]
    fn violations_inside_structures() {
        let body = json!({
            "UserPoolId": POOL,
            "ClientName": "second",
            "RefreshTokenValidity": -1,
            "AccessTokenValidity": 0,
            "IdTokenValidity": 5_000_000_000_i64,
            "TokenValidityUnits": { "RefreshToken": "weeks" },
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_EVERYTHING"],
            "PreventUserExistenceErrors": "SOMETIMES",
            "AuthSessionValidity": 16,
            "RefreshTokenRotation": { "RetryGracePeriodSeconds": 61 },
        });
        let (kind, text) = refusal(&wire(), "CreateUserPoolClient", &body);
        assert_eq!(kind, "InvalidParameterException");
        let at = |value: &str, member: &str, rule: &str| {
            format!("Value {value} at '{member}' failed to satisfy constraint: Member must {rule}")
        };
        let expected = [
            at("'-1'", "refreshTokenValidity", "have value greater than or equal to 0"),
            at("'0'", "accessTokenValidity", "have value greater than or equal to 1"),
            at("'5000000000'", "idTokenValidity", "have value less than or equal to 86400"),
            at(
                "'weeks'",
                "tokenValidityUnits.refreshToken",
                "satisfy enum value set: [seconds, minutes, hours, days]",
            ),
            at(
                "'[ALLOW_USER_PASSWORD_AUTH, ALLOW_EVERYTHING]'",
                "explicitAuthFlows",
                "satisfy constraint: [Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, \
                 USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, \
                 ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, \
                 ALLOW_USER_AUTH, ALLOW_TOKEN_EXCHANGE_DELEGATION, \
                 ALLOW_TOKEN_EXCHANGE_IMPERSONATION]]",
            ),
            at(
                "'SOMETIMES'",
                "preventUserExistenceErrors",
                "satisfy enum value set: [LEGACY, ENABLED]",
            ),
            at("'16'", "authSessionValidity", "have value less than or equal to 15"),
            at("null", "refreshTokenRotation.feature", "not be null"),
            at(
                "'61'",
                "refreshTokenRotation.retryGracePeriodSeconds",
                "have value less than or equal to 60",
            ),
        ];
        assert_eq!(text, format!("9 validation errors detected: {}", expected.join("; ")));
    }

    #[test]
    fn members_that_are_obeyed_in_one_value_only() {
        let members =
            ["EnablePropagateAdditionalUserContextData", "PublishSecretsInAWSSecretsManager"];
        for (member, value) in members.iter().flat_map(|m| [(m, true), (m, false)]) {
            let wire = wire();
            let mut body = json!({
                "UserPoolId": POOL,
                "ClientName": "second",
                "GenerateSecret": true,
                (*member): value,
            });
            if value {
                assert!(is_not_implemented(&wire, "CreateUserPoolClient", &body, member));
            } else {
                let (status, created) = post(&wire, "CreateUserPoolClient", &body);
                assert_eq!(status, 200, "{member}: {}", created["message"]);
                body = json!({
                    "UserPoolId": POOL,
                    "ClientId": created["UserPoolClient"]["ClientId"],
                    (*member): true,
                });
                assert!(is_not_implemented(&wire, "UpdateUserPoolClient", &body, member));
            }
        }
    }

    /// It is no member of a description.
    #[test]
    fn where_a_secret_is_kept_is_not_described() {
        let body = json!({
            "UserPoolId": POOL,
            "ClientName": "second",
            "GenerateSecret": true,
            "PublishSecretsInAWSSecretsManager": false,
        });
        let (_, answer) = post(&wire(), "CreateUserPoolClient", &body);
        let client = answer["UserPoolClient"].as_object().expect("a structure");
        assert!(client.contains_key("ClientSecret"));
        for member in ["PublishSecretsInAWSSecretsManager", "ClientSecretArn"] {
            assert!(!client.contains_key(member), "{member}");
        }
    }
}
