use user_directory_pool::DeleteUserPoolClientRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for DeleteUserPoolClientRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("ClientId")?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{CLIENT, POOL, Shape, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "DeleteUserPoolClient",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "ClientId": CLIENT }),
            required: &["Value null at 'userPoolId'", "Value at 'clientId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        assert_eq!(post(&wire, "DeleteUserPoolClient", &body), (200, json!({})));
        let (kind, text) = refusal(&wire, "DeleteUserPoolClient", &body);
        assert_eq!(kind, "ResourceNotFoundException");
        assert_eq!(text, "User pool client client does not exist.");
    }
}
