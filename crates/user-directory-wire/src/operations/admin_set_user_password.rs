use user_directory_pool::AdminSetUserPasswordRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminSetUserPasswordRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("Username")?,
            members.required_secret("Password")?,
            members.flag("Permanent")?.unwrap_or_default(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{PASSWORD, POOL, Shape, alice, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminSetUserPassword",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice", "Password": PASSWORD, "Permanent": true }),
            required: &["Value null at 'userPoolId'", "Value at 'username'", "Value at 'password'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        for (permanent, status) in [
            (json!(true), "CONFIRMED"),
            (json!(false), "FORCE_CHANGE_PASSWORD"),
            (json!(null), "FORCE_CHANGE_PASSWORD"),
        ] {
            let wire = wire_with_alice(UserStatus::ResetRequired);
            let body = json!({
                "UserPoolId": POOL,
                "Username": "alice",
                "Password": PASSWORD,
                "Permanent": permanent,
            });
            assert_eq!(post(&wire, "AdminSetUserPassword", &body), (200, json!({})));
            assert_eq!(alice(&wire)["UserStatus"], status);
        }
    }

    #[test]
    fn a_refusal_changes_nothing() {
        let wire = wire_with_alice(UserStatus::ResetRequired);
        let before = alice(&wire);
        let body = json!({ "UserPoolId": POOL, "Username": "alice", "Password": "short" });
        let (kind, text) = refusal(&wire, "AdminSetUserPassword", &body);
        assert_eq!(kind, "InvalidPasswordException");
        assert_eq!(text, "Password did not conform with policy: Password not long enough");
        assert_eq!(alice(&wire), before);
    }
}
