use user_directory_pool::AdminUpdateUserAttributesRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminUpdateUserAttributesRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("Username")?,
            members.required_attributes("UserAttributes")?,
        );
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
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
            operation: "AdminUpdateUserAttributes",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice", "UserAttributes": [{ "Name": "name", "Value": "Alice" }], "ClientMetadata": { "k": "v" } }),
            required: &["Value null at 'userPoolId'", "Value at 'username'", "Value null at 'userAttributes'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({
            "UserPoolId": POOL,
            "Username": "alice",
            "UserAttributes": [
                { "Name": "name", "Value": "Alice" },
                { "Name": "email", "Value": "" },
            ],
        });
        assert_eq!(post(&wire, "AdminUpdateUserAttributes", &body), (200, json!({})));
        assert_eq!(
            alice(&wire)["UserAttributes"],
            json!([{ "Name": "sub", "Value": SUB }, { "Name": "name", "Value": "Alice" }])
        );
    }

    #[test]
    fn what_an_attribute_can_lack() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let before = alice(&wire);
        let attributes = |attributes| {
            let body =
                json!({ "UserPoolId": POOL, "Username": "alice", "UserAttributes": attributes });
            refusal(&wire, "AdminUpdateUserAttributes", &body)
        };
        let rule = "failed to satisfy constraint: Member must not be null";
        let (kind, text) = attributes(json!([{ "Name": "name" }, { "Value": "hunter2" }, {}]));
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            format!(
                "2 validation errors detected: Value null at 'userAttributes.2.member.name' \
                 {rule}; Value null at 'userAttributes.3.member.name' {rule}"
            )
        );
        let (kind, text) = attributes(json!([{ "Name": "name", "Value": null }]));
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(text, "Attribute value for name must not be null");
        assert_eq!(alice(&wire), before);
    }
}
