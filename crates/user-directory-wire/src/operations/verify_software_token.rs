use serde::Serialize;
use user_directory_pool::{VerifySoftwareTokenRequest, VerifySoftwareTokenResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
};

impl Decode for VerifySoftwareTokenRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::in_session("", members.required_secret("UserCode")?);
        request.access_token = members.optional_access_token()?;
        request.session = members.secret("Session")?;
        request.friendly_device_name = members.text("FriendlyDeviceName")?;
        Ok(request)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Encode for VerifySoftwareTokenResponse {
    type Output = Output;

    fn encode(self) -> Output {
        let session = self.session.map(|session| session.expose().to_owned());
        Output { status: "SUCCESS", session }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{Shape, post, refusal, totp, wire, wire_with_mfa, without_tokens};

    #[test]
    fn request() {
        Shape {
            operation: "VerifySoftwareToken",
            is_signed: false,
            members: json!({
                "AccessToken": "not.a.token",
                "Session": "S".repeat(20),
                "UserCode": "123456",
                "FriendlyDeviceName": "phone",
            }),
            required: &["Value at 'userCode'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let (wire, challenge) = wire_with_mfa("ON");
        let body = json!({ "Session": challenge["Session"] });
        let (_, token) = post(&wire, "AssociateSoftwareToken", &body);
        let secret = token["SecretCode"].as_str().expect("a secret");
        let body = |code: &str| {
            json!({
                "Session": token["Session"],
                "UserCode": code,
                "FriendlyDeviceName": "phone",
            })
        };
        let wrong: String =
            totp(&wire, secret).chars().map(|digit| if digit == '9' { '0' } else { '9' }).collect();
        let refused = refusal(&wire, "VerifySoftwareToken", &body(&wrong));
        let expected = ("EnableSoftwareTokenMFAException".to_owned(), "Code mismatch".to_owned());
        assert_eq!(refused, expected);
        let (status, answer) = post(&wire, "VerifySoftwareToken", &body(&totp(&wire, secret)));
        let expected = json!({ "Status": "SUCCESS", "Session": "a session" });
        assert_eq!((status, without_tokens(answer)), (200, expected));
    }

    #[test]
    fn a_code_of_letters_is_none() {
        let body = json!({ "Session": "S".repeat(20), "UserCode": "Aaaa" });
        let (kind, text) = refusal(&wire(), "VerifySoftwareToken", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "2 validation errors detected: Value at 'userCode' failed to satisfy constraint: Member \
             must have length greater than or equal to 6; Value at 'userCode' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [0-9]+"
        );
    }
}
