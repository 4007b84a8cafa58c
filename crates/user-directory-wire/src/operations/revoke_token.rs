use user_directory_pool::RevokeTokenRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for RevokeTokenRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let token = members.required_secret("Token")?;
        let mut request = Self::new(members.required_text("ClientId")?, token);
        request.client_secret = members.secret("ClientSecret")?;
        members.only("RevokeAssociatedSessions", "NONE");
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{
        CLIENT, Shape, is_not_implemented, post, refusal, sign_in, token, wire, wire_with_alice,
    };

    #[test]
    fn request() {
        Shape {
            operation: "RevokeToken",
            is_signed: false,
            members: json!({
                "Token": "r.e.f.r.esh",
                "ClientId": CLIENT,
                "ClientSecret": "s".repeat(24),
            }),
            required: &["Value at 'token'", "Value at 'clientId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let refresh_token = token(&sign_in(&wire), "RefreshToken");
        let body = json!({
            "Token": refresh_token,
            "ClientId": CLIENT,
            "RevokeAssociatedSessions": "NONE",
        });
        assert_eq!(post(&wire, "RevokeToken", &body), (200, json!({})));
        let body = json!({ "RefreshToken": refresh_token, "ClientId": CLIENT });
        let (kind, text) = refusal(&wire, "GetTokensFromRefreshToken", &body);
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "Refresh Token has been revoked");
    }

    #[test]
    fn associated_sessions() {
        let body =
            json!({ "Token": "t", "ClientId": CLIENT, "RevokeAssociatedSessions": "LINKED" });
        let member = "RevokeAssociatedSessions";
        assert!(is_not_implemented(&wire(), "RevokeToken", &body, member));
    }
}
