use serde::Serialize;
use user_directory_pool::{self as pool, AliasAttribute, CreateUserPoolRequest};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    pool_settings::{PoolSettings, UserPoolType},
    schema,
};

impl Decode for CreateUserPoolRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("PoolName")?);
        let settings = PoolSettings::read(members)?;
        request.password_policy = settings.password_policy.unwrap_or_default();
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
        request.alias_attributes = members.choices("AliasAttributes", AliasAttribute::from_name)?;
        request.username_attributes =
            members.choices("UsernameAttributes", AliasAttribute::from_name)?;
        let case_sensitive = members
            .structure("UsernameConfiguration", |names| names.required_flag("CaseSensitive"))?;
        request.case_sensitive = case_sensitive.unwrap_or(request.case_sensitive);
        request.schema = schema::read(members, "Schema")?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_pool: UserPoolType,
}

impl Encode for pool::UserPoolType {
    type Output = Output;

    fn encode(self) -> Output {
        Output { user_pool: self.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{POOL, Shape, is_not_implemented, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "CreateUserPool",
            is_signed: true,
            members: json!({
                "PoolName": "second",
                "Policies": {
                    "PasswordPolicy": {
                        "MinimumLength": 6,
                        "RequireUppercase": true,
                        "RequireLowercase": true,
                        "RequireNumbers": true,
                        "RequireSymbols": true,
                        "PasswordHistorySize": 1,
                        "TemporaryPasswordValidityDays": 1,
                    },
                    "SignInPolicy": {},
                },
                "AutoVerifiedAttributes": ["email"],
                "AliasAttributes": ["email"],
                "UsernameAttributes": ["email"],
                "SmsVerificationMessage": "{####}",
                "EmailVerificationMessage": "{####}",
                "EmailVerificationSubject": "code",
                "VerificationMessageTemplate": {
                    "SmsMessage": "{####}",
                    "EmailMessage": "{####}",
                    "EmailSubject": "code",
                    "EmailMessageByLink": "{##here##}",
                    "EmailSubjectByLink": "link",
                },
                "SmsAuthenticationMessage": "{####}",
                "UserAttributeUpdateSettings": {
                    "AttributesRequireVerificationBeforeUpdate": ["email"],
                },
                "EmailConfiguration": {},
                "SmsConfiguration": {
                    "SnsCallerArn": "arn:aws:iam::123456789012:role/sms",
                    "ExternalId": "id",
                    "SnsRegion": "local-fake-1",
                },
                "UserPoolTags": { "k": "v" },
                "AdminCreateUserConfig": {
                    "AllowAdminCreateUserOnly": true,
                    "UnusedAccountValidityDays": 0,
                    "InviteMessageTemplate": {
                        "SMSMessage": "{username} {####}",
                        "EmailMessage": "{username} {####}",
                        "EmailSubject": "welcome",
                    },
                },
                "Schema": [{
                    "Name": "email",
                    "AttributeDataType": "String",
                    "Mutable": true,
                    "Required": true,
                    "StringAttributeConstraints": { "MinLength": "0", "MaxLength": "2048" },
                }],
                "UsernameConfiguration": { "CaseSensitive": true },
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [{ "Priority": 1, "Name": "verified_email" }],
                },
            }),
            required: &["Value null at 'poolName'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({
            "PoolName": "second",
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 6,
                    "RequireNumbers": true,
                    "PasswordHistorySize": 3,
                },
            },
            "AutoVerifiedAttributes": ["email"],
            "AliasAttributes": ["email", "preferred_username"],
            "UserAttributeUpdateSettings": {
                "AttributesRequireVerificationBeforeUpdate": ["email"],
            },
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
            "Schema": [
                { "Name": "email", "Required": true },
                { "Name": "name", "AttributeDataType": "String", "Mutable": false },
                { "Name": "role", "AttributeDataType": "Number" },
            ],
            "UsernameConfiguration": { "CaseSensitive": false },
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [
                    { "Priority": 2, "Name": "verified_phone_number" },
                    { "Priority": 1, "Name": "verified_email" },
                ],
            },
        });
        let (status, answer) = post(&wire, "CreateUserPool", &body);
        assert_eq!(status, 200, "{answer}");
        let pool = &answer["UserPool"];
        assert_eq!(pool["Id"], "local-fake-1_Fake00002");
        assert_eq!(pool["Name"], "second");
        assert_eq!(
            pool["Policies"],
            json!({
                "PasswordPolicy": {
                    "MinimumLength": 6,
                    "RequireUppercase": false,
                    "RequireLowercase": false,
                    "RequireNumbers": true,
                    "RequireSymbols": false,
                    "PasswordHistorySize": 3,
                    "TemporaryPasswordValidityDays": 7,
                },
            })
        );
        assert_eq!(pool["AutoVerifiedAttributes"], json!(["email"]));
        assert_eq!(pool["AliasAttributes"], json!(["email", "preferred_username"]));
        assert_eq!(pool.get("UsernameAttributes"), None);
        assert_eq!(
            pool["UserAttributeUpdateSettings"],
            json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] })
        );
        assert_eq!(
            pool["AdminCreateUserConfig"],
            json!({ "AllowAdminCreateUserOnly": true, "UnusedAccountValidityDays": 7 })
        );
        assert_eq!(pool["EmailConfiguration"], json!({ "EmailSendingAccount": "COGNITO_DEFAULT" }));
        assert_eq!(pool["UsernameConfiguration"], json!({ "CaseSensitive": false }));
        assert_eq!(
            pool["AccountRecoverySetting"],
            json!({
                "RecoveryMechanisms": [
                    { "Priority": 2, "Name": "verified_phone_number" },
                    { "Priority": 1, "Name": "verified_email" },
                ],
            })
        );
        let named = |which: &str, is: bool| {
            let schema = pool["SchemaAttributes"].as_array().expect("a list").iter();
            schema
                .filter(|attribute| attribute[which] == is)
                .map(|attribute| attribute["Name"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(named("Required", true), ["sub", "email"]);
        assert_eq!(named("Mutable", false), ["sub", "name"]);
        assert_eq!(
            pool["SchemaAttributes"][20],
            json!({
                "Name": "custom:role",
                "AttributeDataType": "Number",
                "DeveloperOnlyAttribute": false,
                "Mutable": true,
                "Required": false,
                "NumberAttributeConstraints": {},
            })
        );

        let described = post(&wire, "DescribeUserPool", &json!({ "UserPoolId": pool["Id"] }));
        assert_eq!(described, (200, answer));
    }

    /// A pool takes the schema of another, but for a name that is too long for a request.
    #[test]
    fn the_schema_is_that_of_every_pool() {
        let wire = wire();
        let (_, pool) = post(&wire, "DescribeUserPool", &json!({ "UserPoolId": POOL }));
        let own = pool["UserPool"]["SchemaAttributes"].clone();
        let mut schema = own.as_array().expect("a list").clone();
        schema.retain(|attribute| attribute["Name"] != "phone_number_verified");
        let body = json!({ "PoolName": "second", "Schema": schema });
        let (status, answer) = post(&wire, "CreateUserPool", &body);
        assert_eq!((status, &answer["UserPool"]["SchemaAttributes"]), (200, &own));
        let body = json!({ "PoolName": "third", "Schema": own });
        let (kind, text) = refusal(&wire, "CreateUserPool", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "1 validation error detected: Value 'phone_number_verified' at 'schema.18.member.name' \
             failed to satisfy constraint: Member must have length less than or equal to 20"
        );
    }

    #[test]
    fn templates() {
        let wire = wire();
        let verification = json!({
            "SmsMessage": "by text {####}",
            "EmailMessage": "by mail {####}",
            "EmailSubject": "a code",
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
        });
        let invitation = json!({
            "SMSMessage": "{username}: {####}",
            "EmailMessage": "{username} has {####}",
            "EmailSubject": "welcome",
        });
        let body = json!({
            "PoolName": "second",
            "VerificationMessageTemplate": verification,
            "AdminCreateUserConfig": { "InviteMessageTemplate": invitation },
        });
        let (_, answer) = post(&wire, "CreateUserPool", &body);
        let pool = &answer["UserPool"];
        assert_eq!(pool["VerificationMessageTemplate"], verification);
        assert_eq!(pool["AdminCreateUserConfig"]["InviteMessageTemplate"], invitation);

        let body = json!({
            "PoolName": "third",
            "VerificationMessageTemplate": { "EmailSubject": "" },
            "AdminCreateUserConfig": { "InviteMessageTemplate": { "SMSMessage": "short" } },
        });
        let (kind, text) = refusal(&wire, "CreateUserPool", &body);
        assert_eq!(kind, "InvalidParameterException");
        for part in [
            "Value 'short' at 'adminCreateUserConfig.inviteMessage.sMSMessage'",
            "Value '' at 'verificationMessageTemplate.emailSubject'",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn standard_attributes_keep_their_type() {
        let body = json!({
            "PoolName": "second",
            "Schema": [{ "Name": "email", "AttributeDataType": "Number" }],
        });
        let (kind, _) = refusal(&wire(), "CreateUserPool", &body);
        assert_eq!(kind, "InvalidParameterException");
        let body = json!({ "PoolName": "second", "Schema": [{ "Name": "role" }] });
        let (kind, text) = refusal(&wire(), "CreateUserPool", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
        );
    }

    #[test]
    fn violations_inside_structures() {
        let body = json!({
            "PoolName": "",
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 5,
                    "PasswordHistorySize": 25,
                    "TemporaryPasswordValidityDays": 5_000_000_000_i64,
                },
            },
            "AliasAttributes": ["email", "fax"],
            "UserAttributeUpdateSettings": {
                "AttributesRequireVerificationBeforeUpdate": ["fax"],
            },
            "UsernameConfiguration": {},
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{ "Priority": 3, "Name": "by_post" }, {}],
            },
        });
        let (kind, text) = refusal(&wire(), "CreateUserPool", &body);
        assert_eq!(kind, "InvalidParameterException");
        let at = |value: &str, member: &str, rule: &str| {
            format!("Value {value} at '{member}' failed to satisfy constraint: Member must {rule}")
        };
        let recovery = "accountRecoverySetting.recoveryMechanisms";
        let expected = [
            at("''", "poolName", "have length greater than or equal to 1"),
            at("''", "poolName", r"satisfy regular expression pattern: [\w\s+=,.@-]+"),
            at(
                "'5'",
                "policies.passwordPolicy.minimumLength",
                "have value greater than or equal to 6",
            ),
            at(
                "'25'",
                "policies.passwordPolicy.passwordHistorySize",
                "have value less than or equal to 24",
            ),
            at(
                "'5000000000'",
                "policies.passwordPolicy.temporaryPasswordValidityDays",
                "have value less than or equal to 365",
            ),
            at(
                "'[email, fax]'",
                "aliasAttributes",
                "satisfy constraint: [Member must satisfy enum value set: [phone_number, email, \
                 preferred_username]]",
            ),
            at(
                "'[fax]'",
                "userAttributeUpdateSettings.attributesRequireVerificationBeforeUpdate",
                "satisfy constraint: [Member must satisfy enum value set: [phone_number, email]]",
            ),
            at("null", "usernameConfiguration.caseSensitive", "not be null"),
            at(
                "'3'",
                &format!("{recovery}.1.member.priority"),
                "have value less than or equal to 2",
            ),
            at(
                "'by_post'",
                &format!("{recovery}.1.member.name"),
                "satisfy enum value set: [verified_email, verified_phone_number, admin_only]",
            ),
            at("null", &format!("{recovery}.2.member.priority"), "not be null"),
            at("null", &format!("{recovery}.2.member.name"), "not be null"),
        ];
        assert_eq!(text, format!("12 validation errors detected: {}", expected.join("; ")));
    }

    #[test]
    fn members_that_are_obeyed_in_one_value_only() {
        for (member, value, other) in [
            ("DeletionProtection", json!("INACTIVE"), json!("ACTIVE")),
            (
                "LambdaConfig",
                json!({}),
                json!({ "PreSignUp": "arn:aws:lambda:local-fake-1:123456789012:function:f" }),
            ),
            ("DeviceConfiguration", json!(null), json!({})),
            (
                "UserPoolAddOns",
                json!({ "AdvancedSecurityMode": "OFF" }),
                json!({ "AdvancedSecurityMode": "AUDIT" }),
            ),
            ("DcrConfiguration", json!(null), json!({})),
            ("UserPoolTier", json!("ESSENTIALS"), json!("LITE")),
            (
                "KeyConfiguration",
                json!({ "KeyType": "AWS_OWNED_KEY" }),
                json!({ "KeyType": "CUSTOMER_MANAGED_KEY" }),
            ),
            ("IssuerConfiguration", json!({ "Type": "ORIGINAL" }), json!({ "Type": "UPDATED" })),
            ("AcrConfiguration", json!({}), json!({ "k": "v" })),
        ] {
            let wire = wire();
            let body = json!({ "PoolName": "second", member: other });
            assert!(is_not_implemented(&wire, "CreateUserPool", &body, member), "{member}");
            let body = json!({ "PoolName": "second", member: value });
            assert_eq!(post(&wire, "CreateUserPool", &body).0, 200, "{member}");
        }
    }

    #[test]
    fn nested_members_that_are_obeyed_in_one_value_only() {
        let policies = |policy: &str, rule: Value| json!({ "Policies": { policy: rule } });
        let email =
            |member: &str, value: Value| json!({ "Schema": [{ "Name": "email", member: value }] });
        let option = |option: &str| json!({ "VerificationMessageTemplate": { "DefaultEmailOption": option } });
        for (path, mut good, mut bad) in [
            (
                "Policies.SignInPolicy.AllowedFirstAuthFactors",
                policies("SignInPolicy", json!({ "AllowedFirstAuthFactors": ["PASSWORD"] })),
                policies(
                    "SignInPolicy",
                    json!({ "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] }),
                ),
            ),
            (
                "VerificationMessageTemplate.DefaultEmailOption",
                option("CONFIRM_WITH_CODE"),
                option("CONFIRM_WITH_LINK"),
            ),
            (
                "Schema[].NumberAttributeConstraints",
                email("NumberAttributeConstraints", json!({})),
                email("NumberAttributeConstraints", json!({ "MinValue": "0" })),
            ),
            (
                "Schema[].StringAttributeConstraints.MaxLength",
                email("StringAttributeConstraints", json!({ "MaxLength": "7" })),
                email("StringAttributeConstraints", json!({ "MaxLength": "7.5" })),
            ),
        ] {
            let wire = wire();
            bad["PoolName"] = "second".into();
            assert!(is_not_implemented(&wire, "CreateUserPool", &bad, path), "{path}");
            good["PoolName"] = "second".into();
            assert_eq!(post(&wire, "CreateUserPool", &good).0, 200, "{path}");
        }
    }
}
