use serde::Serialize;
use user_directory_pool::{
    AdminCreateUserRequest, AdminCreateUserResponse, DeliveryMedium, MessageAction,
};

use super::{Decode, Encode};
use crate::{
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
