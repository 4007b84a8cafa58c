use user_directory_pool::SetUserPoolMfaConfigRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for SetUserPoolMfaConfigRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("UserPoolId")?);
        members.keep_only("MfaConfiguration", "OFF");
        members.keep_unhonoured("SmsMfaConfiguration");
        members.keep_unhonoured("SoftwareTokenMfaConfiguration");
        members.keep_unhonoured("EmailMfaConfiguration");
        members.keep_unhonoured("WebAuthnConfiguration");
        request.settings = members.take_kept();
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{POOL, Shape, is_not_implemented, post, wire};

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
    fn what_would_ask_for_a_factor_is_refused() {
        for (member, value) in [
            ("MfaConfiguration", json!("OPTIONAL")),
            ("SmsMfaConfiguration", json!({})),
            ("SoftwareTokenMfaConfiguration", json!({ "Enabled": true })),
            ("EmailMfaConfiguration", json!({})),
            ("WebAuthnConfiguration", json!({})),
        ] {
            let body = json!({ "UserPoolId": POOL, member: value });
            assert!(is_not_implemented(&wire(), "SetUserPoolMfaConfig", &body, member), "{member}");
        }
    }

    #[test]
    fn what_is_stored_is_described_by_both() {
        let wire = wire().storing_unhonoured();
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
    }
}
