use user_directory_pool::AdminDisableUserRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminDisableUserRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("Username")?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{POOL, Shape, alice, post, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminDisableUser",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice" }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "UserPoolId": POOL, "Username": "alice" });
        assert_eq!(post(&wire, "AdminDisableUser", &body), (200, json!({})));
        assert_eq!(alice(&wire)["Enabled"], false);
    }
}
