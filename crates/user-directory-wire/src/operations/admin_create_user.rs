use serde::Serialize;
use user_directory_pool::{
    AdminCreateUserRequest, AdminCreateUserResponse, DeliveryMedium, MessageAction,
};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::UserType,
};

impl Decode for AdminCreateUserRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        let mut request = Self::new(user_pool_id, members.required_text("Username")?);
        request.user_attributes = members.attributes("UserAttributes")?;
        request.validation_data = members.attributes("ValidationData")?;
        request.temporary_password = members.secret("TemporaryPassword")?;
        request.force_alias_creation = members.flag("ForceAliasCreation")?.unwrap_or_default();
        request.message_action = members.choice("MessageAction", |name| match name {
            "RESEND" => Some(MessageAction::Resend),
            "SUPPRESS" => Some(MessageAction::Suppress),
            _ => None,
        })?;
        request.desired_delivery_mediums =
            members.choices("DesiredDeliveryMediums", |name| match name {
                "SMS" => Some(DeliveryMedium::Sms),
                "EMAIL" => Some(DeliveryMedium::Email),
                _ => None,
            })?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user: UserType,
}

impl Encode for AdminCreateUserResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output { user: self.user.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{NOW, PASSWORD, POOL, Shape, post, refusal, wire, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminCreateUser",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "Username": "alice",
                "UserAttributes": [{ "Name": "name", "Value": "Alice" }],
                "ValidationData": [{ "Name": "k", "Value": "v" }],
                "TemporaryPassword": PASSWORD,
                "ForceAliasCreation": true,
                "MessageAction": "SUPPRESS",
                "DesiredDeliveryMediums": ["EMAIL"],
                "ClientMetadata": { "k": "v" },
            }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({
            "UserPoolId": POOL,
            "Username": "alice",
            "UserAttributes": [{ "Name": "email", "Value": "success@simulator.amazonses.com" }],
            "TemporaryPassword": PASSWORD,
            "DesiredDeliveryMediums": ["EMAIL"],
        });
        let expected = json!({
            "User": {
                "Username": "alice",
                "Attributes": [
                    { "Name": "sub", "Value": "076c079c-652a-466d-afce-7301af2f7678" },
                    { "Name": "email", "Value": "success@simulator.amazonses.com" },
                ],
                "UserCreateDate": NOW,
                "UserLastModifiedDate": NOW,
                "Enabled": true,
                "UserStatus": "FORCE_CHANGE_PASSWORD",
            },
        });
        assert_eq!(post(&wire, "AdminCreateUser", &body), (200, expected));
        let invitation = wire.fake().inbox().last("alice").expect("an invitation");
        assert_eq!(invitation.destination, "success@simulator.amazonses.com");
    }

    #[test]
    fn an_invitation_goes_out_once_more() {
        let wire = wire_with_alice(UserStatus::ForceChangePassword);
        let body = json!({
            "UserPoolId": POOL,
            "Username": "alice",
            "MessageAction": "RESEND",
            "DesiredDeliveryMediums": ["EMAIL"],
        });
        let (status, answer) = post(&wire, "AdminCreateUser", &body);
        assert_eq!((status, &answer["User"]["Username"]), (200, &json!("alice")));
        assert_eq!(wire.fake().inbox().messages().len(), 1);
    }

    #[test]
    fn values_that_enums_do_not_have() {
        let body = json!({
            "UserPoolId": POOL,
            "Username": "alice",
            "MessageAction": "SHOUT",
            "DesiredDeliveryMediums": ["SMS", "PIGEON"],
        });
        let wire = wire();
        let (kind, text) = refusal(&wire, "AdminCreateUser", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "2 validation errors detected: Value 'SHOUT' at 'messageAction' failed to satisfy \
             constraint: Member must satisfy enum value set: [RESEND, SUPPRESS]; Value '[SMS, \
             PIGEON]' at 'desiredDeliveryMediums' failed to satisfy constraint: Member must satisfy \
             constraint: [Member must satisfy enum value set: [SMS, EMAIL]]"
        );
    }
}
