use user_directory_pool::InitiateAuthRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

/// `UserContextData` and `AnalyticsMetadata` change nothing that Cognito answers, as long as threat
/// protection is off.
impl Decode for InitiateAuthRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request =
            Self::new(members.required_text("ClientId")?, members.required_text("AuthFlow")?);
        request.auth_parameters = members.secrets_by_name("AuthParameters")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.structure("AnalyticsMetadata", |_| Ok(()))?;
        members.structure("UserContextData", |_| Ok(()))?;
        members.not_implemented("Session");
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{
        CLIENT, PASSWORD, Shape, is_not_implemented, post, refusal, wire, wire_with_alice,
        without_tokens,
    };

    #[test]
    fn request() {
        Shape {
            operation: "InitiateAuth",
            is_signed: false,
            members: json!({
                "ClientId": CLIENT,
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": "alice", "PASSWORD": PASSWORD },
                "ClientMetadata": { "k": "v" },
                "AnalyticsMetadata": {},
                "UserContextData": {},
            }),
            required: &["Value at 'clientId'", "Value null at 'authFlow'"],
        }
        .check();
    }

    #[test]
    fn tokens() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({
            "ClientId": CLIENT,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": "alice", "PASSWORD": PASSWORD },
        });
        let (status, answer) = post(&wire, "InitiateAuth", &body);
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
    fn an_unknown_flow() {
        let body = json!({ "ClientId": CLIENT, "AuthFlow": "PASSWORD" });
        let (kind, text) = refusal(&wire(), "InitiateAuth", &body);
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
            "ClientId": CLIENT,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "Session": "S".repeat(20),
        });
        assert!(is_not_implemented(&wire(), "InitiateAuth", &body, "Session"));
    }
}
