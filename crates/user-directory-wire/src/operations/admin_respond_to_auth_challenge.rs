use user_directory_pool::AdminRespondToAuthChallengeRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

/// `ContextData` and `AnalyticsMetadata` change nothing that Cognito answers, as long as threat
/// protection is off.
impl Decode for AdminRespondToAuthChallengeRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("ClientId")?,
            members.required_text("ChallengeName")?,
        );
        request.session = members.secret("Session")?;
        request.challenge_responses = members.secrets_by_name("ChallengeResponses")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.structure("AnalyticsMetadata", |_| Ok(()))?;
        members.structure("ContextData", |_| Ok(()))?;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{
        CLIENT, PASSWORD, POOL, Shape, alice, post, refusal, sign_in, wire, wire_with_alice,
        without_tokens,
    };

    #[test]
    fn request() {
        Shape {
            operation: "AdminRespondToAuthChallenge",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "ClientId": CLIENT,
                "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "Session": "S".repeat(20),
                "ChallengeResponses": { "USERNAME": "alice", "NEW_PASSWORD": PASSWORD },
                "ClientMetadata": { "k": "v" },
                "AnalyticsMetadata": {},
                "ContextData": {},
            }),
            required: &[
                "Value null at 'userPoolId'",
                "Value at 'clientId'",
                "Value null at 'challengeName'",
            ],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::ForceChangePassword);
        let session = sign_in(&wire)["Session"].clone();
        let body = json!({
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": session,
            "ChallengeResponses": { "USERNAME": "alice", "NEW_PASSWORD": PASSWORD },
        });
        let (status, answer) = post(&wire, "AdminRespondToAuthChallenge", &body);
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
        assert_eq!(alice(&wire)["UserStatus"], "CONFIRMED");
    }

    #[test]
    fn violations_stand_in_one_text() {
        let body = json!({
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "ChallengeName": "RIDDLE",
            "Session": "hunter2",
        });
        let (kind, text) = refusal(&wire(), "AdminRespondToAuthChallenge", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "2 validation errors detected: Value 'RIDDLE' at 'challengeName' failed to satisfy \
             constraint: Member must satisfy enum value set: [SMS_MFA, EMAIL_OTP, \
             SOFTWARE_TOKEN_MFA, SELECT_MFA_TYPE, MFA_SETUP, PASSWORD_VERIFIER, CUSTOM_CHALLENGE, \
             SELECT_CHALLENGE, DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER, ADMIN_NO_SRP_AUTH, \
             NEW_PASSWORD_REQUIRED, SMS_OTP, PASSWORD, WEB_AUTHN, PASSWORD_SRP]; Value at \
             'session' failed to satisfy constraint: Member must have length greater than or equal \
             to 20"
        );
    }
}
