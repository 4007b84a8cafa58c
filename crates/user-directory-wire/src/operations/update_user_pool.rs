use user_directory_pool::UpdateUserPoolRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
    pool_settings::PoolSettings,
};

impl Decode for UpdateUserPoolRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("UserPoolId")?);
        let settings = PoolSettings::read(members)?;
        request.password_policy = settings.password_policy;
        request.auto_verified_attributes = settings.auto_verified_attributes;
        request.allow_admin_create_user_only = settings.allow_admin_create_user_only;
        request.unused_account_validity_days = settings.unused_account_validity_days;
        request.invite_message_template = settings.invite_message_template;
        request.verification_message_template = settings.verification_message_template;
        request.account_recovery_setting = settings.account_recovery_setting;
        request.attributes_require_verification_before_update =
            settings.attributes_require_verification_before_update;
        request.sms_configuration = settings.sms_configuration;
        request.inert = settings.inert;
        request.pool_name = members.text("PoolName")?;
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
            operation: "UpdateUserPool",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "Policies": { "PasswordPolicy": { "MinimumLength": 6 } },
                "AutoVerifiedAttributes": ["email"],
                "UserAttributeUpdateSettings": {
                    "AttributesRequireVerificationBeforeUpdate": ["email"],
                },
                "UserPoolTags": { "k": "v" },
                "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
                "VerificationMessageTemplate": { "EmailSubject": "code" },
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }],
                },
                "PoolName": "renamed",
            }),
            required: &["Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let describe = || {
            let (_, answer) = post(&wire, "DescribeUserPool", &json!({ "UserPoolId": POOL }));
            answer["UserPool"].clone()
        };
        let before = describe();
        let body = json!({
            "UserPoolId": POOL,
            "PoolName": "renamed",
            "Policies": { "PasswordPolicy": { "MinimumLength": 99, "PasswordHistorySize": 24 } },
            "AutoVerifiedAttributes": ["phone_number"],
            "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::123456789012:role/sms" },
            "UserAttributeUpdateSettings": {
                "AttributesRequireVerificationBeforeUpdate": ["phone_number"],
            },
            "AdminCreateUserConfig": {
                "AllowAdminCreateUserOnly": true,
                "InviteMessageTemplate": { "EmailSubject": "welcome" },
            },
            "VerificationMessageTemplate": { "EmailSubject": "a code" },
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }],
            },
        });
        assert_eq!(post(&wire, "UpdateUserPool", &body), (200, json!({})));
        let after = describe();
        assert_eq!(after["Name"], "renamed");
        assert_eq!(after["Policies"]["PasswordPolicy"]["MinimumLength"], 99);
        assert_eq!(after["Policies"]["PasswordPolicy"]["PasswordHistorySize"], 24);
        assert_eq!(after["AutoVerifiedAttributes"], json!(["phone_number"]));
        assert_eq!(
            after["UserAttributeUpdateSettings"],
            json!({ "AttributesRequireVerificationBeforeUpdate": ["phone_number"] })
        );
        assert_eq!(
            after["AdminCreateUserConfig"],
            json!({
                "AllowAdminCreateUserOnly": true,
                "UnusedAccountValidityDays": 7,
                "InviteMessageTemplate": { "EmailSubject": "welcome" },
            })
        );
        assert_eq!(after["VerificationMessageTemplate"]["EmailSubject"], "a code");
        assert_eq!(
            after["AccountRecoverySetting"],
            json!({ "RecoveryMechanisms": [{ "Priority": 1, "Name": "admin_only" }] })
        );

        let body = json!({ "UserPoolId": POOL, "PoolName": before["Name"] });
        assert_eq!(post(&wire, "UpdateUserPool", &body), (200, json!({})));
        // All else is reset.
        let mut reset = describe();
        assert_eq!(reset["Policies"], after["Policies"]);
        reset["Policies"] = before["Policies"].clone();
        assert_eq!(reset, before);
    }

    #[test]
    fn a_refusal_changes_nothing() {
        let wire = wire();
        let describe = || post(&wire, "DescribeUserPool", &json!({ "UserPoolId": POOL }));
        let body = json!({ "UserPoolId": POOL, "MfaConfiguration": "ON" });
        let (kind, text) = refusal(&wire, "UpdateUserPool", &body);
        assert_eq!(kind, "InvalidParameterException");
        let expected = "Cannot turn MFA functionality ON, once the user pool has been created.";
        assert_eq!(text, expected);
        let before = describe();
        let body = json!({ "UserPoolId": POOL, "PoolName": "renamed", "UserPoolTier": "PLUS" });
        assert!(is_not_implemented(&wire, "UpdateUserPool", &body, "UserPoolTier"));
        let body = json!({ "UserPoolId": POOL, "AutoVerifiedAttributes": ["fax"] });
        let (kind, text) = refusal(&wire, "UpdateUserPool", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "1 validation error detected: Value '[fax]' at 'autoVerifiedAttributes' failed to \
             satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value \
             set: [phone_number, email]]"
        );
        assert_eq!(describe(), before);
    }
}
