//! What SetUserPoolMfaConfig checks across members, once each member is right by itself.
//!
//! Measured on AWS and published: <https://github.com/go-to-k/cdkd> in us-east-1, unless a rule says
//! otherwise. The order is known for the first two alone.

use serde_json::{Map, Value};

use crate::{
    ServiceError,
    rules::{self, Rule, kept, kept_text, kept_texts, when},
};

/// What was asked for, and what the pool has.
pub(crate) struct Draft {
    /// The members of the request, but for the pool's id.
    pub(crate) config: Map<String, Value>,
    /// The settings of the pool that it only keeps.
    pub(crate) inert: Map<String, Value>,
    pub(crate) has_sms_configuration: bool,
}

impl Draft {
    /// What is not said is OFF.
    fn mode(&self) -> &str {
        kept_text(&self.config, "MfaConfiguration").unwrap_or("OFF")
    }

    fn has(&self, path: &str) -> bool {
        kept(&self.config, path).is_some()
    }

    /// Whether there is a second factor in it, switched on or not. A passkey is none.
    fn has_factor(&self) -> bool {
        self.has("SmsMfaConfiguration")
            || self.has("EmailMfaConfiguration")
            || self.has("SoftwareTokenMfaConfiguration")
    }

    fn has_enabled_factor(&self) -> bool {
        let token = kept(&self.config, "SoftwareTokenMfaConfiguration.Enabled");
        self.has("SmsMfaConfiguration")
            || self.has("EmailMfaConfiguration")
            || token.and_then(Value::as_bool) == Some(true)
    }

    fn has_first_factor(&self, name: &str) -> bool {
        kept_texts(&self.inert, "Policies.SignInPolicy.AllowedFirstAuthFactors")
            .any(|factor| factor == name)
    }

    /// That the pool's own configuration of text messages will do is assumed.
    fn has_bad_sms_configuration(&self) -> bool {
        const SMS: &str = "SmsMfaConfiguration.SmsConfiguration";
        let text = |member: &str| kept_text(&self.config, &format!("{SMS}.{member}"));
        let is_caller = |arn: &str| arn.starts_with("arn:");
        match self.has(SMS) {
            true => text("ExternalId").is_none() || !text("SnsCallerArn").is_some_and(is_caller),
            false => self.has("SmsMfaConfiguration") && !self.has_sms_configuration,
        }
    }
}

/// Checks a configuration of second factors.
pub(crate) fn check(draft: &Draft) -> Result<(), ServiceError> {
    rules::check(RULES, draft)
}

const RULES: &[Rule<Draft>] = &[
    // Measured, too, as first in every mode: https://github.com/floci-io/floci/issues/2831
    (
        "mfa-sms-caller",
        "Invalid SMS MFA configuration given, external id and a valid caller arn are required",
        |draft| when(draft.has_bad_sms_configuration()),
    ),
    (
        "mfa-off-with-enabled-mfas",
        "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        |draft| when(draft.mode() == "OFF" && draft.has_factor()),
    ),
    (
        "mfa-email-otp-requires-developer",
        "Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an \
         EmailSendingAccount of COGNITO_DEFAULT. Update the value of EmailSendingAccount.",
        |draft| {
            let account = kept_text(&draft.inert, "EmailConfiguration.EmailSendingAccount");
            when(draft.has("EmailMfaConfiguration") && account != Some("DEVELOPER"))
        },
    ),
    (
        "mfa-without-factor",
        "Invalid MFA Configuration given. SMS MFA, Email MFA, or Software Token MFA must be enabled.",
        |draft| when(draft.mode() != "OFF" && !draft.has_factor()),
    ),
    // Measured, too: https://github.com/anomalyco/sst/issues/5177
    (
        "mfa-all-disabled",
        "Invalid MFA configuration given, can't disable all MFAs with a required or optional \
         configuration.",
        |draft| when(draft.mode() != "OFF" && !draft.has_enabled_factor()),
    ),
    (
        "mfa-on-with-one-time-codes",
        "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
        |draft| {
            let by_code = draft.has_first_factor("EMAIL_OTP") || draft.has_first_factor("SMS_OTP");
            when(draft.mode() == "ON" && by_code)
        },
    ),
    (
        "mfa-on-with-single-factor-passkeys",
        "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is \
         an allowed first auth factor",
        |draft| {
            let factor = kept_text(&draft.config, "WebAuthnConfiguration.FactorConfiguration");
            let is_single = factor != Some("MULTI_FACTOR_WITH_USER_VERIFICATION");
            when(draft.mode() == "ON" && draft.has_first_factor("WEB_AUTHN") && is_single)
        },
    ),
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft(config: Value, inert: Value) -> Draft {
        let map = |value: Value| value.as_object().expect("an object").clone();
        Draft { config: map(config), inert: map(inert), has_sms_configuration: false }
    }

    fn broken(draft: &Draft) -> Option<&'static str> {
        match check(draft) {
            Ok(()) => None,
            Err(ServiceError::RuleBroken { rule, .. }) => Some(rule),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_rule_is_broken_by_what_it_is_about() {
        let token = |mode: &str, is_enabled: bool| {
            json!({
                "MfaConfiguration": mode,
                "SoftwareTokenMfaConfiguration": { "Enabled": is_enabled },
            })
        };
        let first = |factor: &str| {
            json!({ "Policies": { "SignInPolicy": {
                "AllowedFirstAuthFactors": ["PASSWORD", factor],
            } } })
        };
        let caller = json!({ "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" });
        let sms = |mode: &str, sms: &Value| json!({ "MfaConfiguration": mode, "SmsMfaConfiguration": { "SmsConfiguration": sms } });
        let email = json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {} });
        let none = || json!({});
        let cases = [
            (sms("ON", &caller), none(), "mfa-sms-caller"),
            (sms("OFF", &caller), none(), "mfa-sms-caller"),
            (
                sms("ON", &json!({ "ExternalId": "x", "SnsCallerArn": "me" })),
                none(),
                "mfa-sms-caller",
            ),
            (
                json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": {} }),
                none(),
                "mfa-sms-caller",
            ),
            (token("OFF", true), none(), "mfa-off-with-enabled-mfas"),
            (token("OFF", false), none(), "mfa-off-with-enabled-mfas"),
            (json!({ "EmailMfaConfiguration": {} }), none(), "mfa-off-with-enabled-mfas"),
            (email.clone(), none(), "mfa-email-otp-requires-developer"),
            (json!({ "MfaConfiguration": "ON" }), none(), "mfa-without-factor"),
            (
                json!({ "MfaConfiguration": "OPTIONAL", "WebAuthnConfiguration": {} }),
                none(),
                "mfa-without-factor",
            ),
            (token("OPTIONAL", false), none(), "mfa-all-disabled"),
            (token("ON", true), first("EMAIL_OTP"), "mfa-on-with-one-time-codes"),
            (token("ON", true), first("SMS_OTP"), "mfa-on-with-one-time-codes"),
            (token("ON", true), first("WEB_AUTHN"), "mfa-on-with-single-factor-passkeys"),
        ];
        let mut seen = Vec::new();
        for (config, inert, expected) in cases {
            assert_eq!(broken(&draft(config.clone(), inert)), Some(expected), "{config}");
            seen.push(expected);
        }
        for (name, ..) in RULES {
            assert!(seen.contains(name), "nothing breaks {name}");
        }

        let mut multi = token("ON", true);
        multi["WebAuthnConfiguration"] =
            json!({ "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION" });
        let sending = json!({ "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER" } });
        let whole = json!({ "ExternalId": "x", "SnsCallerArn": caller["SnsCallerArn"] });
        for (config, inert) in [
            (none(), none()),
            (json!({ "MfaConfiguration": "OFF", "WebAuthnConfiguration": {} }), none()),
            (token("ON", true), none()),
            (token("OPTIONAL", true), first("EMAIL_OTP")),
            (multi, first("WEB_AUTHN")),
            (email, sending),
            (sms("ON", &whole), none()),
        ] {
            assert_eq!(broken(&draft(config.clone(), inert)), None, "{config}");
        }
        let mut of_the_pool =
            draft(json!({ "MfaConfiguration": "ON", "SmsMfaConfiguration": {} }), none());
        of_the_pool.has_sms_configuration = true;
        assert_eq!(broken(&of_the_pool), None);
    }
}
