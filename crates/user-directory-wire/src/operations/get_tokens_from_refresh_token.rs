use user_directory_pool::GetTokensFromRefreshTokenRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for GetTokensFromRefreshTokenRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let token = members.required_secret("RefreshToken")?;
        let mut request = Self::new(members.required_text("ClientId")?, token);
        request.client_secret = members.secret("ClientSecret")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.not_implemented("DeviceKey");
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;
    use user_directory_pool::{
        CreateUserPoolClientRequest, ExplicitAuthFlow, RefreshTokenRotation,
    };

    use crate::testing::{
        CLIENT, PASSWORD, POOL, Shape, is_not_implemented, post, sign_in, token, wire,
        wire_with_alice, without_tokens,
    };

    #[test]
    fn request() {
        Shape {
            operation: "GetTokensFromRefreshToken",
            is_signed: false,
            members: json!({
                "RefreshToken": "r.e.f.r.esh",
                "ClientId": CLIENT,
                "ClientSecret": "s".repeat(24),
                "ClientMetadata": { "k": "v" },
            }),
            required: &["Value at 'refreshToken'", "Value at 'clientId'"],
        }
        .check();
    }

    /// Unlike the answers to a sign-in, this one has no `ChallengeParameters`.
    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let refresh_token = token(&sign_in(&wire), "RefreshToken");
        let body = json!({ "RefreshToken": refresh_token, "ClientId": CLIENT });
        let (status, answer) = post(&wire, "GetTokensFromRefreshToken", &body);
        let expected = json!({
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
    fn rotation_brings_a_refresh_token() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let mut client = CreateUserPoolClientRequest::new("", "rotating");
        client.client_id = Some("rotating".to_owned());
        client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
        client.refresh_token_rotation = Some(RefreshTokenRotation::new(0));
        wire.fake().create_user_pool_client(POOL, client).expect("the settings are valid");
        let body = json!({
            "ClientId": "rotating",
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": "alice", "PASSWORD": PASSWORD },
        });
        let (_, first) = post(&wire, "InitiateAuth", &body);
        let body = json!({ "RefreshToken": token(&first, "RefreshToken"), "ClientId": "rotating" });
        let (status, second) = post(&wire, "GetTokensFromRefreshToken", &body);
        assert_eq!(status, 200, "{second}");
        assert_ne!(token(&second, "RefreshToken"), token(&first, "RefreshToken"));
    }

    #[test]
    fn a_device() {
        let body = json!({ "RefreshToken": "r", "ClientId": CLIENT, "DeviceKey": "d" });
        assert!(is_not_implemented(&wire(), "GetTokensFromRefreshToken", &body, "DeviceKey"));
    }
}
