use user_directory_pool::AdminSetUserMfaPreferenceRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
    operations::set_user_mfa_preference::read_preference,
};

impl Decode for AdminSetUserMfaPreferenceRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("Username")?,
            read_preference(members)?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{POOL, Shape, alice, is_not_implemented, post, refusal, wire_with_mfa};

    #[test]
    fn request() {
        let settings = json!({ "Enabled": true, "PreferredMfa": false });
        Shape {
            operation: "AdminSetUserMFAPreference",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "Username": "alice",
                "SMSMfaSettings": settings,
                "SoftwareTokenMfaSettings": settings,
                "EmailMfaSettings": settings,
            }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let (wire, _) = wire_with_mfa("OPTIONAL");
        let on = json!({ "Enabled": true, "PreferredMfa": true });
        let body = |member: &str, settings: &serde_json::Value| json!({ "UserPoolId": POOL, "Username": "alice", member: settings });
        let good = body("EmailMfaSettings", &on);
        assert_eq!(post(&wire, "AdminSetUserMFAPreference", &good), (200, json!({})));
        let after = alice(&wire);
        assert_eq!(after["UserMFASettingList"], json!(["EMAIL_OTP"]));
        assert_eq!(after["PreferredMfaSetting"], "EMAIL_OTP");

        for (member, factor) in
            [("SMSMfaSettings", "SMS_MFA"), ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA")]
        {
            let (kind, text) = refusal(&wire, "AdminSetUserMFAPreference", &body(member, &on));
            assert_eq!(kind, "InvalidParameterException");
            let expected = format!("User does not have delivery config set to turn on {factor}");
            assert_eq!(text, expected);
        }
        let passkeys = body("WebAuthnMfaSettings", &json!({ "Enabled": true }));
        let member = "WebAuthnMfaSettings.Enabled";
        assert!(is_not_implemented(&wire, "AdminSetUserMFAPreference", &passkeys, member));

        let off = body("EmailMfaSettings", &json!({ "Enabled": false }));
        assert_eq!(post(&wire, "AdminSetUserMFAPreference", &off), (200, json!({})));
        assert_eq!(alice(&wire).get("UserMFASettingList"), None);
    }
}
