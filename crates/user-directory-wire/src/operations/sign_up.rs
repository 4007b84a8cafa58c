use serde::Serialize;
use user_directory_pool::{SignUpRequest, SignUpResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::CodeDeliveryDetailsType,
};

/// `UserContextData` and `AnalyticsMetadata` change nothing that Cognito answers, as long as threat
/// protection is off.
impl Decode for SignUpRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let client_id = members.required_text("ClientId")?;
        let mut request = Self::new(client_id, members.required_text("Username")?, "");
        request.secret_hash = members.secret("SecretHash")?;
        request.password = members.secret("Password")?;
        request.user_attributes = members.attributes("UserAttributes")?;
        request.validation_data = members.attributes("ValidationData")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.structure("AnalyticsMetadata", |_| Ok(()))?;
        members.structure("UserContextData", |_| Ok(()))?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_confirmed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_delivery_details: Option<CodeDeliveryDetailsType>,
    user_sub: String,
}

impl Encode for SignUpResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            user_confirmed: self.user_confirmed,
            code_delivery_details: self.code_delivery_details.map(Into::into),
            user_sub: self.user_sub,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{CLIENT, PASSWORD, Shape, alice, post, refusal, verify_email, wire};

    #[test]
    fn request() {
        Shape {
            operation: "SignUp",
            is_signed: false,
            members: json!({
                "ClientId": CLIENT,
                "SecretHash": "hash",
                "Username": "alice",
                "Password": PASSWORD,
                "UserAttributes": [{ "Name": "name", "Value": "Alice" }],
                "ValidationData": [{ "Name": "k", "Value": "v" }],
                "AnalyticsMetadata": {},
                "UserContextData": {},
                "ClientMetadata": { "k": "v" },
            }),
            required: &["Value at 'clientId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        verify_email(&wire);
        let body = json!({
            "ClientId": CLIENT,
            "Username": "alice",
            "Password": PASSWORD,
            "UserAttributes": [
                { "Name": "email", "Value": "success@simulator.amazonses.com" },
            ],
        });
        let (status, answer) = post(&wire, "SignUp", &body);
        let alice = alice(&wire);
        let expected = json!({
            "UserConfirmed": false,
            "CodeDeliveryDetails": {
                "Destination": "s***@s***",
                "DeliveryMedium": "EMAIL",
                "AttributeName": "email",
            },
            "UserSub": alice["UserAttributes"][0]["Value"],
        });
        assert_eq!((status, answer), (200, expected));
        assert_eq!(alice["UserStatus"], "UNCONFIRMED");
        let refusal = refusal(&wire, "SignUp", &body);
        assert_eq!(refusal, ("UsernameExistsException".into(), "User already exists".into()));
    }

    /// Where nothing is verified.
    #[test]
    fn without_a_code() {
        let wire = wire();
        let body = json!({ "ClientId": CLIENT, "Username": "alice", "Password": PASSWORD });
        let (status, answer) = post(&wire, "SignUp", &body);
        let sub = &alice(&wire)["UserAttributes"][0]["Value"];
        assert_eq!((status, answer), (200, json!({ "UserConfirmed": false, "UserSub": sub })));
    }

    #[test]
    fn refusals() {
        let sign_up = |mut body: Value| {
            body["ClientId"] = CLIENT.into();
            body["Username"] = "alice".into();
            refusal(&wire(), "SignUp", &body)
        };
        // A password is no required member: pools can do without.
        for members in [json!({}), json!({ "Password": "short" })] {
            let (kind, text) = sign_up(members);
            assert_eq!(kind, "InvalidPasswordException");
            assert_eq!(text, "Password did not conform with policy: Password not long enough");
        }
        let rule = "failed to satisfy constraint: Member must not be null";
        let (kind, text) =
            sign_up(json!({ "UserAttributes": [{}], "ValidationData": [{ "Value": "v" }] }));
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            format!(
                "2 validation errors detected: Value null at 'userAttributes.1.member.name' \
                 {rule}; Value null at 'validationData.1.member.name' {rule}"
            )
        );
        let (kind, text) = sign_up(json!({ "Password": PASSWORD, "SecretHash": "hunter2" }));
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, format!("Unable to verify secret hash for client {CLIENT}"));
    }
}
