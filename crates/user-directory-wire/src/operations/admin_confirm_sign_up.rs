use user_directory_pool::AdminConfirmSignUpRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminConfirmSignUpRequest {
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

    use crate::testing::{POOL, Shape, alice, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminConfirmSignUp",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice", "ClientMetadata": { "k": "v" } }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Unconfirmed);
        let body = json!({
            "UserPoolId": POOL,
            "Username": "alice",
            "ClientMetadata": { "dropped": null },
        });
        assert_eq!(post(&wire, "AdminConfirmSignUp", &body), (200, json!({})));
        assert_eq!(alice(&wire)["UserStatus"], "CONFIRMED");
        let (kind, text) = refusal(&wire, "AdminConfirmSignUp", &body);
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "User cannot be confirmed. Current status is CONFIRMED");
    }
}
