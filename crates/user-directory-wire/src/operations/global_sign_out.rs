use user_directory_pool::GlobalSignOutRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for GlobalSignOutRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        members.access_token().map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{Shape, post, refusal, sign_in, token, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "GlobalSignOut",
            is_signed: false,
            members: json!({ "AccessToken": "not.a.token" }),
            required: &["Value at 'accessToken'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "AccessToken": token(&sign_in(&wire), "AccessToken") });
        assert_eq!(post(&wire, "GlobalSignOut", &body), (200, json!({})));
        let (kind, text) = refusal(&wire, "GlobalSignOut", &body);
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "Access Token has been revoked");
    }
}
