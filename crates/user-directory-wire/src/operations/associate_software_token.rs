use serde::Serialize;
use user_directory_pool::{AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse, Secret};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
};

impl Decode for AssociateSoftwareTokenRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::in_session("");
        request.access_token = members.optional_access_token()?;
        request.session = members.secret("Session")?;
        Ok(request)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    secret_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

impl Encode for AssociateSoftwareTokenResponse {
    type Output = Output;

    fn encode(self) -> Output {
        let clear = |secret: Secret| secret.expose().to_owned();
        Output { secret_code: clear(self.secret_code), session: self.session.map(clear) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{Shape, access_token, post, refusal, wire, wire_with_mfa, without_tokens};

    #[test]
    fn request() {
        Shape {
            operation: "AssociateSoftwareToken",
            is_signed: false,
            members: json!({ "AccessToken": "not.a.token", "Session": "S".repeat(20) }),
            required: &[],
        }
        .check();
    }

    #[test]
    fn answer() {
        let (wire, challenge) = wire_with_mfa("ON");
        let body = json!({ "Session": challenge["Session"] });
        let (status, answer) = post(&wire, "AssociateSoftwareToken", &body);
        let secret = answer["SecretCode"].as_str().expect("a secret").to_owned();
        let is_base32 = |byte: u8| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte);
        assert!(secret.len() == 52 && secret.bytes().all(is_base32), "52 characters of base32");
        assert_ne!(answer["Session"], challenge["Session"]);
        let expected = json!({ "SecretCode": secret, "Session": "a session" });
        assert_eq!((status, without_tokens(answer)), (200, expected));

        let (wire, _) = wire_with_mfa("OPTIONAL");
        let body = json!({ "AccessToken": access_token(&wire) });
        let (status, answer) = post(&wire, "AssociateSoftwareToken", &body);
        assert_eq!((status, answer.as_object().map(|members| members.len())), (200, Some(1)));
    }

    #[test]
    fn it_takes_a_session_or_a_token() {
        let wire = wire();
        let (kind, text) = refusal(&wire, "AssociateSoftwareToken", &json!({}));
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(text, "Missing required parameter Session");
        let body = json!({ "Session": "S".repeat(20) });
        let (kind, text) = refusal(&wire, "AssociateSoftwareToken", &body);
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "Invalid session for the user.");
    }
}
