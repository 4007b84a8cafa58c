use user_directory_pool::ChangePasswordRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for ChangePasswordRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let proposed_password = members.required_secret("ProposedPassword")?;
        let mut request = Self::new(members.access_token()?, "", proposed_password);
        request.previous_password = members.secret("PreviousPassword")?;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{
        NEW_PASSWORD, PASSWORD, Shape, access_token, post, refusal, sign_in_with, wire,
        wire_with_alice,
    };

    #[test]
    fn request() {
        Shape {
            operation: "ChangePassword",
            is_signed: false,
            members: json!({
                "PreviousPassword": PASSWORD,
                "ProposedPassword": NEW_PASSWORD,
                "AccessToken": "not.a.token",
            }),
            required: &["Value at 'proposedPassword'", "Value at 'accessToken'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({
            "PreviousPassword": PASSWORD,
            "ProposedPassword": NEW_PASSWORD,
            "AccessToken": access_token(&wire),
        });
        assert_eq!(post(&wire, "ChangePassword", &body), (200, json!({})));
        assert_eq!(sign_in_with(&wire, NEW_PASSWORD).0, 200);
        // The previous password is not any more what it was.
        let (kind, text) = refusal(&wire, "ChangePassword", &body);
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "Incorrect username or password.");
    }

    #[test]
    fn refusals() {
        let body = json!({ "ProposedPassword": NEW_PASSWORD, "AccessToken": "not.a.token" });
        let (kind, text) = refusal(&wire(), "ChangePassword", &body);
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "Invalid Access Token");
        let wire = wire_with_alice(UserStatus::Confirmed);
        // Whoever has a password has to say it.
        let body = json!({ "ProposedPassword": NEW_PASSWORD, "AccessToken": access_token(&wire) });
        let (kind, text) = refusal(&wire, "ChangePassword", &body);
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "Incorrect username or password.");
    }
}
