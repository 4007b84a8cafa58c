use user_directory_pool::DeleteUserAttributesRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for DeleteUserAttributesRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let names = members.required_texts("UserAttributeNames")?;
        Ok(Self::new(members.access_token()?, names))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{SUB, Shape, access_token, alice, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "DeleteUserAttributes",
            is_signed: false,
            members: json!({ "UserAttributeNames": ["email"], "AccessToken": "not.a.token" }),
            required: &["Value null at 'userAttributeNames'", "Value at 'accessToken'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body =
            json!({ "UserAttributeNames": ["email", "name"], "AccessToken": access_token(&wire) });
        assert_eq!(post(&wire, "DeleteUserAttributes", &body), (200, json!({})));
        assert_eq!(alice(&wire)["UserAttributes"], json!([{ "Name": "sub", "Value": SUB }]));
        let body = json!({ "UserAttributeNames": ["sub"], "AccessToken": access_token(&wire) });
        let (kind, text) = refusal(&wire, "DeleteUserAttributes", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(text, "Cannot modify the non-mutable attribute sub");
    }
}
