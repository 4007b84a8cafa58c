use user_directory_pool::{MfaPreference, MfaSettings, SetUserMfaPreferenceRequest};

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for SetUserMfaPreferenceRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.access_token()?, read_preference(members)?))
    }
}

/// What both operations say of factors.
pub(super) fn read_preference(members: &mut Members<'_>) -> Result<MfaPreference, Mistyped> {
    let mut preference = MfaPreference::default();
    preference.sms_mfa = members.structure("SMSMfaSettings", read_settings)?;
    preference.software_token_mfa = members.structure("SoftwareTokenMfaSettings", read_settings)?;
    preference.email_mfa = members.structure("EmailMfaSettings", read_settings)?;
    members.structure("WebAuthnMfaSettings", |settings| {
        settings.only("Enabled", false);
        Ok(())
    })?;
    Ok(preference)
}

fn read_settings(members: &mut Members<'_>) -> Result<MfaSettings, Mistyped> {
    let enabled = members.flag("Enabled")?.unwrap_or_default();
    Ok(MfaSettings::new(enabled, members.flag("PreferredMfa")?.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{
        Shape, access_token, alice, is_not_implemented, post, refusal, wire_with_mfa,
    };

    #[test]
    fn request() {
        let settings = json!({ "Enabled": true, "PreferredMfa": false });
        Shape {
            operation: "SetUserMFAPreference",
            is_signed: false,
            members: json!({
                "AccessToken": "not.a.token",
                "SMSMfaSettings": settings,
                "SoftwareTokenMfaSettings": settings,
                "EmailMfaSettings": settings,
            }),
            required: &["Value at 'accessToken'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let (wire, _) = wire_with_mfa("OPTIONAL");
        let token = access_token(&wire);
        let on = json!({ "Enabled": true, "PreferredMfa": true });
        let body = |member: &str, settings: &serde_json::Value| json!({ "AccessToken": token, member: settings });
        let good = body("EmailMfaSettings", &on);
        assert_eq!(post(&wire, "SetUserMFAPreference", &good), (200, json!({})));
        let after = alice(&wire);
        assert_eq!(after["UserMFASettingList"], json!(["EMAIL_OTP"]));
        assert_eq!(after["PreferredMfaSetting"], "EMAIL_OTP");

        for (member, factor) in
            [("SMSMfaSettings", "SMS_MFA"), ("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA")]
        {
            let (kind, text) = refusal(&wire, "SetUserMFAPreference", &body(member, &on));
            assert_eq!(kind, "InvalidParameterException");
            let expected = format!("User does not have delivery config set to turn on {factor}");
            assert_eq!(text, expected);
        }
        let passkeys = body("WebAuthnMfaSettings", &json!({ "Enabled": true }));
        let member = "WebAuthnMfaSettings.Enabled";
        assert!(is_not_implemented(&wire, "SetUserMFAPreference", &passkeys, member));

        let off = body("EmailMfaSettings", &json!({ "Enabled": false }));
        assert_eq!(post(&wire, "SetUserMFAPreference", &off), (200, json!({})));
        assert_eq!(alice(&wire).get("UserMFASettingList"), None);
    }
}
