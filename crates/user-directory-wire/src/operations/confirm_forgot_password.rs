use user_directory_pool::ConfirmForgotPasswordRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

/// `UserContextData` and `AnalyticsMetadata` change nothing that Cognito answers, as long as threat
/// protection is off.
impl Decode for ConfirmForgotPasswordRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(
            members.required_text("ClientId")?,
            members.required_text("Username")?,
            members.required_secret("ConfirmationCode")?,
            members.required_secret("Password")?,
        );
        request.secret_hash = members.secret("SecretHash")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.structure("AnalyticsMetadata", |_| Ok(()))?;
        members.structure("UserContextData", |_| Ok(()))?;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{
        CLIENT, NEW_PASSWORD, Shape, code, other_code, post, refusal, sign_in_with, wire_with_alice,
    };

    #[test]
    fn request() {
        Shape {
            operation: "ConfirmForgotPassword",
            is_signed: false,
            members: json!({
                "ClientId": CLIENT,
                "SecretHash": "hash",
                "Username": "alice",
                "ConfirmationCode": "123456",
                "Password": NEW_PASSWORD,
                "AnalyticsMetadata": {},
                "UserContextData": {},
                "ClientMetadata": { "k": "v" },
            }),
            required: &[
                "Value at 'clientId'",
                "Value at 'username'",
                "Value null at 'confirmationCode'",
                "Value at 'password'",
            ],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "ClientId": CLIENT, "Username": "alice" });
        assert_eq!(post(&wire, "ForgotPassword", &body).0, 200);
        let body = |code, password| {
            json!({
                "ClientId": CLIENT,
                "Username": "alice",
                "ConfirmationCode": code,
                "Password": password,
            })
        };
        let wrong = body(other_code(&wire), NEW_PASSWORD);
        let (kind, _) = refusal(&wire, "ConfirmForgotPassword", &wrong);
        assert_eq!(kind, "CodeMismatchException");
        let (kind, _) = refusal(&wire, "ConfirmForgotPassword", &body(code(&wire), "short"));
        assert_eq!(kind, "InvalidPasswordException");
        let good = body(code(&wire), NEW_PASSWORD);
        assert_eq!(post(&wire, "ConfirmForgotPassword", &good), (200, json!({})));
        assert_eq!(sign_in_with(&wire, NEW_PASSWORD).0, 200);
        let (kind, _) = refusal(&wire, "ConfirmForgotPassword", &good);
        assert_eq!(kind, "ExpiredCodeException");
    }
}
