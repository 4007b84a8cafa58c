use user_directory_pool::ConfirmSignUpRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

/// `UserContextData` and `AnalyticsMetadata` change nothing that Cognito answers, as long as threat
/// protection is off.
impl Decode for ConfirmSignUpRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(
            members.required_text("ClientId")?,
            members.required_text("Username")?,
            members.required_secret("ConfirmationCode")?,
        );
        request.secret_hash = members.secret("SecretHash")?;
        request.force_alias_creation = members.flag("ForceAliasCreation")?.unwrap_or_default();
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.structure("AnalyticsMetadata", |_| Ok(()))?;
        members.structure("UserContextData", |_| Ok(()))?;
        members.not_implemented("Session");
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{
        CLIENT, Shape, alice, code, is_not_implemented, other_code, post, refusal, sign_up, wire,
        wire_with_sign_up,
    };

    #[test]
    fn request() {
        Shape {
            operation: "ConfirmSignUp",
            is_signed: false,
            members: json!({
                "ClientId": CLIENT,
                "SecretHash": "hash",
                "Username": "alice",
                "ConfirmationCode": "123456",
                "ForceAliasCreation": true,
                "AnalyticsMetadata": {},
                "UserContextData": {},
                "ClientMetadata": { "k": "v" },
            }),
            required: &[
                "Value at 'clientId'",
                "Value at 'username'",
                "Value null at 'confirmationCode'",
            ],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_sign_up();
        let body =
            |code| json!({ "ClientId": CLIENT, "Username": "alice", "ConfirmationCode": code });
        let (kind, _) = refusal(&wire, "ConfirmSignUp", &body(other_code(&wire)));
        assert_eq!(kind, "CodeMismatchException");
        let good = body(code(&wire));
        assert_eq!(post(&wire, "ConfirmSignUp", &good), (200, json!({})));
        assert_eq!(alice(&wire)["UserStatus"], "CONFIRMED");
        let (kind, text) = refusal(&wire, "ConfirmSignUp", &good);
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "User cannot be confirmed. Current status is CONFIRMED");
    }

    /// The address may be another user's.
    #[test]
    fn force_alias_creation() {
        let wire = wire();
        let body = json!({
            "PoolName": "aliases",
            "AliasAttributes": ["email"],
            "AutoVerifiedAttributes": ["email"],
        });
        let (_, pool) = post(&wire, "CreateUserPool", &body);
        let pool_id = &pool["UserPool"]["Id"];
        let body = json!({ "UserPoolId": pool_id, "ClientName": "client" });
        let (_, client) = post(&wire, "CreateUserPoolClient", &body);
        let client_id = client["UserPoolClient"]["ClientId"].as_str().expect("an id");
        let confirm = |name: &str, force: bool| {
            let code = wire.fake().inbox().last(name).and_then(|message| message.code);
            let code = code.expect("a code was sent");
            let mut body = json!({
                "ClientId": client_id,
                "Username": name,
                "ConfirmationCode": code.expose(),
            });
            if force {
                body["ForceAliasCreation"] = true.into();
            }
            post(&wire, "ConfirmSignUp", &body)
        };
        for name in ["alice", "bob"] {
            sign_up(&wire, client_id, name);
        }
        assert_eq!(confirm("alice", false), (200, json!({})));
        let (_, answer) = confirm("bob", false);
        assert_eq!(answer["__type"], "AliasExistsException");
        assert_eq!(confirm("bob", true), (200, json!({})));
    }

    #[test]
    fn a_session() {
        let body = json!({
            "ClientId": CLIENT,
            "Username": "alice",
            "ConfirmationCode": "123456",
            "Session": "S".repeat(20),
        });
        assert!(is_not_implemented(&wire(), "ConfirmSignUp", &body, "Session"));
    }
}
