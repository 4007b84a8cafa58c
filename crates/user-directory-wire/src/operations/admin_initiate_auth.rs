use user_directory_pool::AdminInitiateAuthRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

/// `ContextData` and `AnalyticsMetadata` change nothing that Cognito answers, as long as threat
/// protection is off.
impl Decode for AdminInitiateAuthRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("ClientId")?,
            members.required_text("AuthFlow")?,
        );
        request.auth_parameters = members.secrets_by_name("AuthParameters")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.structure("AnalyticsMetadata", |_| Ok(()))?;
        members.structure("ContextData", |_| Ok(()))?;
        members.not_implemented("Session");
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use user_directory::UserStatus;

    use crate::testing::{
        CLIENT, PASSWORD, POOL, Shape, is_not_implemented, post, refusal, sign_in, token, wire,
        wire_with_alice, without_tokens,
    };

    #[test]
    fn request() {
        Shape {
            operation: "AdminInitiateAuth",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "ClientId": CLIENT,
                "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": "alice", "PASSWORD": PASSWORD },
                "ClientMetadata": { "k": "v" },
                "AnalyticsMetadata": {},
                "ContextData": {},
            }),
            required: &[
                "Value null at 'userPoolId'",
                "Value at 'clientId'",
                "Value null at 'authFlow'",
            ],
        }
        .check();
    }

    #[test]
    fn tokens() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": "alice", "PASSWORD": PASSWORD },
        });
        let (status, answer) = post(&wire, "AdminInitiateAuth", &body);
        let expected = json!({
            "ChallengeParameters": {},
            "AuthenticationResult": {
                "AccessToken": "a token of 3 parts",
                "IdToken": "a token of 3 parts",
                "RefreshToken": "a token of 5 parts",
                "ExpiresIn": 3600,
                "TokenType": "Bearer",
            },
        });
        assert_eq!((status, without_tokens(answer)), (200, expected));
    }

    #[test]
    fn a_refresh_brings_no_refresh_token() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": { "REFRESH_TOKEN": token(&sign_in(&wire), "RefreshToken") },
        });
        let (status, answer) = post(&wire, "AdminInitiateAuth", &body);
        let expected = json!({
            "ChallengeParameters": {},
            "AuthenticationResult": {
                "AccessToken": "a token of 3 parts",
                "IdToken": "a token of 3 parts",
                "ExpiresIn": 3600,
                "TokenType": "Bearer",
            },
        });
        assert_eq!((status, without_tokens(answer)), (200, expected));
    }

    #[test]
    fn a_challenge() {
        let wire = wire_with_alice(UserStatus::ForceChangePassword);
        let mut answer = without_tokens(sign_in(&wire));
        let attributes = answer["ChallengeParameters"]["userAttributes"].take();
        let expected = json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": "a session",
            "ChallengeParameters": {
                "USER_ID_FOR_SRP": "alice",
                "requiredAttributes": "[]",
                "userAttributes": null,
            },
        });
        assert_eq!(answer, expected);
        let attributes: Value =
            serde_json::from_str(attributes.as_str().expect("a text")).expect("JSON inside JSON");
        let expected =
            json!({ "email": "success@simulator.amazonses.com", "email_verified": "true" });
        assert_eq!(attributes, expected);
    }

    #[test]
    fn an_unknown_flow() {
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT, "AuthFlow": "PASSWORD" });
        let (kind, text) = refusal(&wire(), "AdminInitiateAuth", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "1 validation error detected: Value 'PASSWORD' at 'authFlow' failed to satisfy \
             constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, \
             REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, \
             ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
        );
    }

    #[test]
    fn a_session_of_a_sign_up() {
        let body = json!({
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "Session": "S".repeat(20),
        });
        assert!(is_not_implemented(&wire(), "AdminInitiateAuth", &body, "Session"));
    }
}
