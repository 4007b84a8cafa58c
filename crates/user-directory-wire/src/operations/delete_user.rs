use user_directory_pool::DeleteUserRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for DeleteUserRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        members.access_token().map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{POOL, Shape, access_token, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "DeleteUser",
            is_signed: false,
            members: json!({ "AccessToken": "not.a.token" }),
            required: &["Value at 'accessToken'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "AccessToken": access_token(&wire) });
        assert_eq!(post(&wire, "DeleteUser", &body), (200, json!({})));
        let alice = json!({ "UserPoolId": POOL, "Username": "alice" });
        let (kind, _) = refusal(&wire, "AdminGetUser", &alice);
        assert_eq!(kind, "UserNotFoundException");
        // Her token has nobody to speak for.
        let (status, _) = post(&wire, "DeleteUser", &body);
        assert_eq!(status, 400);
    }
}
