use user_directory_pool::DeleteUserPoolClientSecretRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for DeleteUserPoolClientSecretRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("ClientId")?,
            members.required_text("ClientSecretId")?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{CLIENT, POOL, Shape, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "DeleteUserPoolClientSecret",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "ClientId": CLIENT, "ClientSecretId": "id" }),
            required: &[
                "Value null at 'userPoolId'",
                "Value at 'clientId'",
                "Value null at 'clientSecretId'",
            ],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        post(&wire, "AddUserPoolClientSecret", &body);
        let (_, second) = post(&wire, "AddUserPoolClientSecret", &body);
        let delete = |id| json!({ "UserPoolId": POOL, "ClientId": CLIENT, "ClientSecretId": id });
        let body = delete(&second["ClientSecretDescriptor"]["ClientSecretId"]);
        assert_eq!(post(&wire, "DeleteUserPoolClientSecret", &body), (200, json!({})));
        let body = delete(&json!("client--1571809201"));
        let (kind, text) = refusal(&wire, "DeleteUserPoolClientSecret", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(text, "The last client secret cannot be deleted");
    }
}
