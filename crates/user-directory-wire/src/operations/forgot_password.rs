use serde::Serialize;
use user_directory_pool::{ForgotPasswordRequest, ForgotPasswordResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::CodeDeliveryDetailsType,
};

/// `UserContextData` and `AnalyticsMetadata` change nothing that Cognito answers, as long as threat
/// protection is off.
impl Decode for ForgotPasswordRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let client_id = members.required_text("ClientId")?;
        let mut request = Self::new(client_id, members.required_text("Username")?);
        request.secret_hash = members.secret("SecretHash")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.structure("UserContextData", |_| Ok(()))?;
        members.structure("AnalyticsMetadata", |_| Ok(()))?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    code_delivery_details: CodeDeliveryDetailsType,
}

impl Encode for ForgotPasswordResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output { code_delivery_details: self.code_delivery_details.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{CLIENT, Shape, code, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "ForgotPassword",
            is_signed: false,
            members: json!({
                "ClientId": CLIENT,
                "SecretHash": "hash",
                "UserContextData": {},
                "Username": "alice",
                "AnalyticsMetadata": {},
                "ClientMetadata": { "k": "v" },
            }),
            required: &["Value at 'clientId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "ClientId": CLIENT, "Username": "alice" });
        let expected = json!({
            "CodeDeliveryDetails": {
                "Destination": "s***@s***",
                "DeliveryMedium": "EMAIL",
                "AttributeName": "email",
            },
        });
        assert_eq!(post(&wire, "ForgotPassword", &body), (200, expected));
        assert_eq!(code(&wire).len(), 6);

        let body = json!({ "ClientId": CLIENT, "Username": "bob" });
        let (kind, text) = refusal(&wire, "ForgotPassword", &body);
        assert_eq!(kind, "UserNotFoundException");
        assert_eq!(text, "Username/client id combination not found.");
    }
}
