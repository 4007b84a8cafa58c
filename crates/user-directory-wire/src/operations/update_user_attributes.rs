use serde::Serialize;
use user_directory_pool::{UpdateUserAttributesRequest, UpdateUserAttributesResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::CodeDeliveryDetailsType,
};

impl Decode for UpdateUserAttributesRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let attributes = members.required_attributes("UserAttributes")?;
        let mut request = Self::new(members.access_token()?, attributes);
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
    }
}

/// That the list is there when it is empty is assumed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    code_delivery_details_list: Vec<CodeDeliveryDetailsType>,
}

impl Encode for UpdateUserAttributesResponse {
    type Output = Output;

    fn encode(self) -> Output {
        let list = self.code_delivery_details_list.into_iter();
        Output { code_delivery_details_list: list.map(Into::into).collect() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{
        SUB, Shape, access_token, alice, post, refusal, verify_email, wire_with_alice,
    };

    #[test]
    fn request() {
        Shape {
            operation: "UpdateUserAttributes",
            is_signed: false,
            members: json!({
                "UserAttributes": [{ "Name": "name", "Value": "Alice" }],
                "AccessToken": "not.a.token",
                "ClientMetadata": { "k": "v" },
            }),
            required: &["Value null at 'userAttributes'", "Value at 'accessToken'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({
            "UserAttributes": [
                { "Name": "name", "Value": "Alice" },
                { "Name": "email", "Value": "" },
            ],
            "AccessToken": access_token(&wire),
        });
        let expected = json!({ "CodeDeliveryDetailsList": [] });
        assert_eq!(post(&wire, "UpdateUserAttributes", &body), (200, expected));
        assert_eq!(
            alice(&wire)["UserAttributes"],
            json!([{ "Name": "sub", "Value": SUB }, { "Name": "name", "Value": "Alice" }])
        );
    }

    #[test]
    fn a_code_for_a_new_address() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        verify_email(&wire);
        let body = json!({
            "UserAttributes": [{ "Name": "email", "Value": "bounce@simulator.amazonses.com" }],
            "AccessToken": access_token(&wire),
        });
        let expected = json!({
            "CodeDeliveryDetailsList": [{
                "Destination": "b***@s***",
                "DeliveryMedium": "EMAIL",
                "AttributeName": "email",
            }],
        });
        assert_eq!(post(&wire, "UpdateUserAttributes", &body), (200, expected));
    }

    #[test]
    fn what_an_attribute_can_lack() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({
            "UserAttributes": [{ "Name": "name" }, { "Value": "hunter2" }],
            "AccessToken": "hunter 2",
        });
        let (kind, text) = refusal(&wire, "UpdateUserAttributes", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "2 validation errors detected: Value null at 'userAttributes.2.member.name' failed to \
             satisfy constraint: Member must not be null; Value at 'accessToken' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+"
        );
        let token = access_token(&wire);
        let body = json!({ "UserAttributes": [{ "Name": "name" }], "AccessToken": token });
        let (kind, text) = refusal(&wire, "UpdateUserAttributes", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(text, "Attribute value for name must not be null");
    }
}
