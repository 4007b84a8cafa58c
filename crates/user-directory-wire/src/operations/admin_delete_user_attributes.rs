use user_directory_pool::AdminDeleteUserAttributesRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminDeleteUserAttributesRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("Username")?,
            members.required_texts("UserAttributeNames")?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{POOL, SUB, Shape, alice, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminDeleteUserAttributes",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice", "UserAttributeNames": ["name"] }),
            required: &["Value null at 'userPoolId'", "Value at 'username'", "Value null at 'userAttributeNames'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body =
            json!({ "UserPoolId": POOL, "Username": "alice", "UserAttributeNames": ["email"] });
        assert_eq!(post(&wire, "AdminDeleteUserAttributes", &body), (200, json!({})));
        assert_eq!(alice(&wire)["UserAttributes"], json!([{ "Name": "sub", "Value": SUB }]));
    }

    #[test]
    fn null_is_no_name() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "UserPoolId": POOL, "Username": "alice", "UserAttributeNames": [null] });
        let (kind, text) = refusal(&wire, "AdminDeleteUserAttributes", &body);
        assert_eq!(kind, "SerializationException");
        assert_eq!(text, "NULL_VALUE can not be converted to a String");
    }
}
