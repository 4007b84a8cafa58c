use serde::Serialize;
use serde_json::{Value, json};
use user_directory_pool::{self as pool, AliasAttribute, CreateUserPoolRequest};

use super::{Decode, Encode};
use crate::{
    members::{Members, Mistyped},
    pool_settings::{PoolSettings, UserPoolType},
};

impl Decode for CreateUserPoolRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("PoolName")?);
        let settings = PoolSettings::read(members)?;
        request.password_policy = settings.password_policy;
        request.auto_verified_attributes = settings.auto_verified_attributes;
        request.allow_admin_create_user_only = settings.allow_admin_create_user_only;
        request.account_recovery_setting = settings.account_recovery_setting;
        request.alias_attributes = members.choices("AliasAttributes", AliasAttribute::from_name)?;
        request.username_attributes =
            members.choices("UsernameAttributes", AliasAttribute::from_name)?;
        let case_sensitive = members
            .structure("UsernameConfiguration", |names| names.required_flag("CaseSensitive"))?;
        request.case_sensitive = case_sensitive.unwrap_or(request.case_sensitive);
        let required = members.items("Schema", read_attribute)?;
        request.required_attributes = required.into_iter().flatten().collect();
        Ok(request)
    }
}

/// Reads an entry of `Schema`, and answers its name if users must have the attribute. Everything
/// else can only be said as it is of the standard attribute anyway.
fn read_attribute(attribute: &mut Members<'_>) -> Result<Option<String>, Mistyped> {
    let name = attribute.text("Name")?.unwrap_or_default();
    let Some((data_type, constraints)) = standard(&name) else {
        attribute.cannot_obey("Name");
        return Ok(None);
    };
    attribute.only("AttributeDataType", data_type);
    attribute.only("DeveloperOnlyAttribute", false);
    attribute.only("Mutable", true);
    let (own, foreign) = match data_type {
        "Number" => ("NumberAttributeConstraints", "StringAttributeConstraints"),
        _ => ("StringAttributeConstraints", "NumberAttributeConstraints"),
    };
    attribute.only(own, constraints);
    attribute.not_implemented(foreign);
    Ok(attribute.flag("Required")?.unwrap_or_default().then_some(name))
}

/// Type and constraints of a standard attribute other than `sub`.
fn standard(name: &str) -> Option<(&'static str, Value)> {
    Some(match name {
        "name" | "given_name" | "family_name" | "middle_name" | "nickname"
        | "preferred_username" | "profile" | "picture" | "website" | "email" | "gender"
        | "zoneinfo" | "locale" | "phone_number" | "address" => {
            ("String", json!({ "MinLength": "0", "MaxLength": "2048" }))
        }
        "birthdate" => ("String", json!({ "MinLength": "10", "MaxLength": "10" })),
        "updated_at" => ("Number", json!({ "MinValue": "0" })),
        "email_verified" | "phone_number_verified" => ("Boolean", json!({})),
        _ => return None,
    })
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
    use super::*;
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
                "VerificationMessageTemplate": {},
                "SmsAuthenticationMessage": "{####}",
                "UserAttributeUpdateSettings": {},
                "EmailConfiguration": {},
                "SmsConfiguration": {},
                "UserPoolTags": { "k": "v" },
                "AdminCreateUserConfig": {
                    "AllowAdminCreateUserOnly": true,
                    "InviteMessageTemplate": {},
                },
                "Schema": [{ "Name": "email", "Required": true }],
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
            "Policies": { "PasswordPolicy": { "MinimumLength": 6, "RequireNumbers": true } },
            "AutoVerifiedAttributes": ["email"],
            "AliasAttributes": ["email", "preferred_username"],
            "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
            "Schema": [
                { "Name": "email", "Required": true },
                { "Name": "name", "AttributeDataType": "String", "Mutable": true },
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
                    "TemporaryPasswordValidityDays": 7,
                },
            })
        );
        assert_eq!(pool["AutoVerifiedAttributes"], json!(["email"]));
        assert_eq!(pool["AliasAttributes"], json!(["email", "preferred_username"]));
        assert_eq!(pool.get("UsernameAttributes"), None);
        assert_eq!(pool["AdminCreateUserConfig"], json!({ "AllowAdminCreateUserOnly": true }));
        assert_eq!(pool["UsernameConfiguration"], json!({ "CaseSensitive": false }));
        assert_eq!(
            pool["AccountRecoverySetting"],
            json!({
                "RecoveryMechanisms": [
                    { "Priority": 1, "Name": "verified_email" },
                    { "Priority": 2, "Name": "verified_phone_number" },
                ],
            })
        );
        let required: Vec<_> = pool["SchemaAttributes"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|attribute| attribute["Required"] == true)
            .map(|attribute| &attribute["Name"])
            .collect();
        assert_eq!(required, ["sub", "email"]);

        let described = post(&wire, "DescribeUserPool", &json!({ "UserPoolId": pool["Id"] }));
        assert_eq!(described, (200, answer));
    }

    /// A pool takes the schema of another, except `sub`, which nobody can set.
    #[test]
    fn the_schema_is_that_of_every_pool() {
        let wire = wire();
        let (_, pool) = post(&wire, "DescribeUserPool", &json!({ "UserPoolId": POOL }));
        let mut schema = pool["UserPool"]["SchemaAttributes"].as_array().expect("a list").clone();
        let sub = schema.remove(0);
        let body = json!({ "PoolName": "second", "Schema": schema });
        assert_eq!(post(&wire, "CreateUserPool", &body).0, 200);
        let body = json!({ "PoolName": "third", "Schema": [sub] });
        assert!(is_not_implemented(&wire, "CreateUserPool", &body, "Schema[].Name"));
    }

    #[test]
    fn violations_inside_structures() {
        let body = json!({
            "PoolName": "",
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 5,
                    "TemporaryPasswordValidityDays": 5_000_000_000_i64,
                },
            },
            "AliasAttributes": ["email", "fax"],
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
                "'5000000000'",
                "policies.passwordPolicy.temporaryPasswordValidityDays",
                "have value less than or equal to 365",
            ),
            at(
                "'fax'",
                "aliasAttributes.2.member",
                "satisfy enum value set: [phone_number, email, preferred_username]",
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
        assert_eq!(text, format!("10 validation errors detected: {}", expected.join("; ")));
    }

    #[test]
    fn members_that_are_obeyed_in_one_value_only() {
        for (member, value, other) in [
            ("DeletionProtection", json!("INACTIVE"), json!("ACTIVE")),
            ("LambdaConfig", json!({}), json!({ "PreSignUp": "arn" })),
            ("MfaConfiguration", json!("OFF"), json!("OPTIONAL")),
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
        let lengths = |min: &str| json!({ "MinLength": min, "MaxLength": "2048" });
        let settings = |list: Value| {
            let rule = json!({ "AttributesRequireVerificationBeforeUpdate": list });
            json!({ "UserAttributeUpdateSettings": rule })
        };
        let days = |days| json!({ "AdminCreateUserConfig": { "UnusedAccountValidityDays": days } });
        for (path, mut good, mut bad) in [
            (
                "Policies.PasswordPolicy.PasswordHistorySize",
                policies("PasswordPolicy", json!({ "PasswordHistorySize": 0 })),
                policies("PasswordPolicy", json!({ "PasswordHistorySize": 1 })),
            ),
            (
                "Policies.SignInPolicy.AllowedFirstAuthFactors",
                policies("SignInPolicy", json!({ "AllowedFirstAuthFactors": ["PASSWORD"] })),
                policies("SignInPolicy", json!({ "AllowedFirstAuthFactors": ["WEB_AUTHN"] })),
            ),
            ("AdminCreateUserConfig.UnusedAccountValidityDays", days(7), days(8)),
            (
                "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate",
                settings(json!([])),
                settings(json!(["email"])),
            ),
            (
                "Schema[].AttributeDataType",
                email("AttributeDataType", json!("String")),
                email("AttributeDataType", json!("Number")),
            ),
            ("Schema[].Mutable", email("Mutable", json!(true)), email("Mutable", json!(false))),
            (
                "Schema[].StringAttributeConstraints",
                email("StringAttributeConstraints", lengths("0")),
                email("StringAttributeConstraints", lengths("7")),
            ),
            ("Schema[].Name", json!({ "Schema": [] }), json!({ "Schema": [{ "Name": "role" }] })),
        ] {
            let wire = wire();
            bad["PoolName"] = "second".into();
            assert!(is_not_implemented(&wire, "CreateUserPool", &bad, path), "{path}");
            good["PoolName"] = "second".into();
            assert_eq!(post(&wire, "CreateUserPool", &good).0, 200, "{path}");
        }
    }
}
