use user_directory_pool::AdminResetUserPasswordRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminResetUserPasswordRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        let mut request = Self::new(user_pool_id, members.required_text("Username")?);
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
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
            operation: "AdminResetUserPassword",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice", "ClientMetadata": { "k": "v" } }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "UserPoolId": POOL, "Username": "alice" });
        assert_eq!(post(&wire, "AdminResetUserPassword", &body), (200, json!({})));
        assert_eq!(alice(&wire)["UserStatus"], "RESET_REQUIRED");
        assert!(wire.fake().inbox().last("alice").expect("a message").code.is_some());
    }
}
