use user_directory_pool::SetUserPoolMfaConfigRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped, Type},
    pool_settings::MFA,
};

impl Decode for SetUserPoolMfaConfigRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("UserPoolId")?);
        members.keep_one_of("MfaConfiguration", MFA);
        members.keep_structure("SmsMfaConfiguration", |sms| {
            sms.keep("SmsAuthenticationMessage", Type::Text)?;
            sms.keep_structure("SmsConfiguration", |configuration| {
                configuration.keep("SnsCallerArn", Type::Text)?;
                configuration.keep("ExternalId", Type::Text)?;
                configuration.keep("SnsRegion", Type::Text)?;
                configuration.keep_unhonoured("EumsSms");
                Ok(())
            })
        })?;
        members.keep_structure("SoftwareTokenMfaConfiguration", |token| {
            token.keep("Enabled", Type::Boolean)
        })?;
        members.keep_structure("EmailMfaConfiguration", |email| {
            email.keep("Message", Type::Text)?;
            email.keep("Subject", Type::Text)
        })?;
        members.keep_unhonoured("WebAuthnConfiguration");
        request.settings = members.take_kept();
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{POOL, Shape, is_not_implemented, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "SetUserPoolMfaConfig",
            is_signed: true,
            members: json!({ "UserPoolId": POOL }),
            required: &["Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn passkeys_are_refused() {
        let body = json!({ "UserPoolId": POOL, "WebAuthnConfiguration": {} });
        let member = "WebAuthnConfiguration";
        assert!(is_not_implemented(&wire(), "SetUserPoolMfaConfig", &body, member));
    }

    #[test]
    fn another_way_to_send_text_messages_is_refused() {
        let configuration = json!({
            "SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "id", "EumsSms": {},
        });
        let body = json!({
            "UserPoolId": POOL,
            "MfaConfiguration": "OPTIONAL",
            "SmsMfaConfiguration": { "SmsConfiguration": configuration },
        });
        let member = "SmsMfaConfiguration.SmsConfiguration.EumsSms";
        assert!(is_not_implemented(&wire(), "SetUserPoolMfaConfig", &body, member));
    }

    /// The contract has the rules: mfa-settings/
    #[test]
    fn what_breaks_a_rule_is_refused_for_that() {
        let body = json!({ "UserPoolId": POOL, "MfaConfiguration": "OPTIONAL" });
        for wire in [wire(), wire().storing_unhonoured()] {
            let (kind, text) = refusal(&wire, "SetUserPoolMfaConfig", &body);
            assert_eq!(kind, "InvalidParameterException");
            assert!(text.starts_with("Invalid MFA Configuration given."), "{text}");
        }
    }

    #[test]
    fn what_is_kept_is_described_by_both() {
        let wire = wire();
        let factors = json!({
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
        });
        let mut body = factors.clone();
        body["UserPoolId"] = POOL.into();
        assert_eq!(post(&wire, "SetUserPoolMfaConfig", &body), (200, factors.clone()));
        let body = json!({ "UserPoolId": POOL });
        assert_eq!(post(&wire, "GetUserPoolMfaConfig", &body), (200, factors));
        let (_, pool) = post(&wire, "DescribeUserPool", &body);
        assert_eq!(pool["UserPool"]["MfaConfiguration"], "OPTIONAL");
        // What is not said is OFF.
        let (_, answer) = post(&wire, "SetUserPoolMfaConfig", &body);
        assert_eq!(answer["MfaConfiguration"], "OFF");
        assert_eq!(post(&wire, "GetUserPoolMfaConfig", &body), (200, answer));
    }
}
