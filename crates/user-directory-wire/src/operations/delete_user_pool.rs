use user_directory_pool::DeleteUserPoolRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for DeleteUserPoolRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{POOL, Shape, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "DeleteUserPool",
            is_signed: true,
            members: json!({ "UserPoolId": POOL }),
            required: &["Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({ "UserPoolId": POOL });
        assert_eq!(post(&wire, "DeleteUserPool", &body), (200, json!({})));
        let (kind, text) = refusal(&wire, "DeleteUserPool", &body);
        assert_eq!(kind, "ResourceNotFoundException");
        assert_eq!(text, "User pool local-fake-1_Fake00001 does not exist.");
    }
}
