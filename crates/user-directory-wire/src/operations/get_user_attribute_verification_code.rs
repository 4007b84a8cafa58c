use serde::Serialize;
use user_directory_pool::{
    GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse,
};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::CodeDeliveryDetailsType,
};

impl Decode for GetUserAttributeVerificationCodeRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let access_token = members.access_token()?;
        let mut request = Self::new(access_token, members.required_text("AttributeName")?);
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    code_delivery_details: CodeDeliveryDetailsType,
}

impl Encode for GetUserAttributeVerificationCodeResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output { code_delivery_details: self.code_delivery_details.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{Shape, access_token, code, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "GetUserAttributeVerificationCode",
            is_signed: false,
            members: json!({
                "AccessToken": "not.a.token",
                "AttributeName": "email",
                "ClientMetadata": { "k": "v" },
            }),
            required: &["Value at 'accessToken'", "Value null at 'attributeName'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "AccessToken": access_token(&wire), "AttributeName": "email" });
        let expected = json!({
            "CodeDeliveryDetails": {
                "Destination": "s***@s***",
                "DeliveryMedium": "EMAIL",
                "AttributeName": "email",
            },
        });
        assert_eq!(post(&wire, "GetUserAttributeVerificationCode", &body), (200, expected));
        assert_eq!(code(&wire).len(), 6);
    }

    #[test]
    fn what_cannot_be_verified() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        for name in ["name", "phone_number"] {
            let body = json!({ "AccessToken": access_token(&wire), "AttributeName": name });
            let (kind, _) = refusal(&wire, "GetUserAttributeVerificationCode", &body);
            assert_eq!(kind, "InvalidParameterException");
        }
    }
}
