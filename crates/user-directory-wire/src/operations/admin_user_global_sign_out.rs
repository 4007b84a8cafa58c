use user_directory_pool::AdminUserGlobalSignOutRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminUserGlobalSignOutRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("Username")?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{POOL, Shape, post, refusal, sign_in, token, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminUserGlobalSignOut",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice" }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let access_token = token(&sign_in(&wire), "AccessToken");
        let body = json!({ "UserPoolId": POOL, "Username": "alice" });
        assert_eq!(post(&wire, "AdminUserGlobalSignOut", &body), (200, json!({})));
        let (kind, text) = refusal(&wire, "GetUser", &json!({ "AccessToken": access_token }));
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "Access Token has been revoked");
    }
}
