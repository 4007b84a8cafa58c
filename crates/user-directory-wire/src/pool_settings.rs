//! The settings of a pool, as CreateUserPool and UpdateUserPool take them and descriptions show
//! them.

use serde::Serialize;
use serde_json::{Map, Value, json};
use user_directory_pool::{
    AliasAttribute, AttributeDataType, PasswordPolicy, RecoveryOption, SchemaAttributeType,
};

use crate::{
    members::{Members, Mistyped},
    shapes::EpochSeconds,
};

/// The members that both operations have.
#[derive(Debug)]
pub(crate) struct PoolSettings {
    pub(crate) password_policy: PasswordPolicy,
    pub(crate) auto_verified_attributes: Vec<AliasAttribute>,
    pub(crate) allow_admin_create_user_only: bool,
    pub(crate) account_recovery_setting: Vec<RecoveryOption>,
}

impl PoolSettings {
    pub(crate) fn read(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let password_policy = members.structure("Policies", |policies| {
            policies.structure("SignInPolicy", |policy| {
                policy.only("AllowedFirstAuthFactors", ["PASSWORD"].as_slice());
                Ok(())
            })?;
            policies.structure("PasswordPolicy", read_password_policy)
        })?;
        let settings = Self {
            password_policy: password_policy.flatten().unwrap_or_default(),
            auto_verified_attributes: members
                .choices("AutoVerifiedAttributes", AliasAttribute::from_name)?,
            allow_admin_create_user_only: read_admin_create_user_config(members)?,
            account_recovery_setting: read_recovery(members)?,
        };
        members.only("DeletionProtection", "INACTIVE");
        members.only("LambdaConfig", Map::new());
        members.only("MfaConfiguration", "OFF");
        members.not_implemented("DeviceConfiguration");
        members.structure("UserAttributeUpdateSettings", |settings| {
            settings.only("AttributesRequireVerificationBeforeUpdate", Vec::<Value>::new());
            Ok(())
        })?;
        members.only("UserPoolAddOns", json!({ "AdvancedSecurityMode": "OFF" }));
        members.not_implemented("DcrConfiguration");
        members.only("UserPoolTier", "ESSENTIALS");
        members.only("KeyConfiguration", json!({ "KeyType": "AWS_OWNED_KEY" }));
        members.only("IssuerConfiguration", json!({ "Type": "ORIGINAL" }));
        members.only("AcrConfiguration", Map::new());
        // How messages read and are sent: the fake's inbox has their contents only.
        members.text("SmsVerificationMessage")?;
        members.text("EmailVerificationMessage")?;
        members.text("EmailVerificationSubject")?;
        members.structure("VerificationMessageTemplate", |_| Ok(()))?;
        members.text("SmsAuthenticationMessage")?;
        members.structure("EmailConfiguration", |_| Ok(()))?;
        members.structure("SmsConfiguration", |_| Ok(()))?;
        members.texts_by_name("UserPoolTags")?;
        Ok(settings)
    }
}

fn read_password_policy(members: &mut Members<'_>) -> Result<PasswordPolicy, Mistyped> {
    let default = PasswordPolicy::default();
    let mut policy = PasswordPolicy::default();
    policy.minimum_length = members.integer("MinimumLength")?.unwrap_or(default.minimum_length);
    // A policy requires what it names and nothing else: only a pool without any policy gets the
    // default one (assumed).
    policy.require_uppercase = members.flag("RequireUppercase")?.unwrap_or_default();
    policy.require_lowercase = members.flag("RequireLowercase")?.unwrap_or_default();
    policy.require_numbers = members.flag("RequireNumbers")?.unwrap_or_default();
    policy.require_symbols = members.flag("RequireSymbols")?.unwrap_or_default();
    // Zero is as good as nothing:
    // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html
    policy.temporary_password_validity_days = members
        .integer("TemporaryPasswordValidityDays")?
        .filter(|days| *days != 0)
        .unwrap_or(default.temporary_password_validity_days);
    members.only("PasswordHistorySize", 0);
    Ok(policy)
}

fn read_admin_create_user_config(members: &mut Members<'_>) -> Result<bool, Mistyped> {
    let only_admins = members.structure("AdminCreateUserConfig", |config| {
        // The old name of `TemporaryPasswordValidityDays`. The AWS SDK for Rust always sends it.
        config.only_one_of("UnusedAccountValidityDays", [0.into(), 7.into()]);
        config.structure("InviteMessageTemplate", |_| Ok(()))?;
        config.flag("AllowAdminCreateUserOnly")
    })?;
    Ok(only_admins.flatten().unwrap_or_default())
}

/// The pool wants the ways in the order of their priorities.
fn read_recovery(members: &mut Members<'_>) -> Result<Vec<RecoveryOption>, Mistyped> {
    let mechanisms = members.structure("AccountRecoverySetting", |setting| {
        setting.items("RecoveryMechanisms", |mechanism| {
            let priority = mechanism.required_integer("Priority")?;
            Ok((priority, mechanism.required_choice("Name", RecoveryOption::from_name)?))
        })
    })?;
    let mut mechanisms = mechanisms.unwrap_or_default();
    mechanisms.sort_by_key(|(priority, _)| *priority);
    Ok(mechanisms.into_iter().filter_map(|(_, name)| name).collect())
}

/// A pool in an answer, with what holds for every pool here.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserPoolType {
    id: String,
    name: String,
    policies: UserPoolPolicyType,
    deletion_protection: &'static str,
    lambda_config: LambdaConfigType,
    last_modified_date: EpochSeconds,
    creation_date: EpochSeconds,
    schema_attributes: Vec<SchemaAttribute>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    auto_verified_attributes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alias_attributes: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    username_attributes: Vec<&'static str>,
    mfa_configuration: &'static str,
    estimated_number_of_users: usize,
    admin_create_user_config: AdminCreateUserConfigType,
    username_configuration: UsernameConfigurationType,
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_recovery_setting: Option<AccountRecoverySettingType>,
    user_pool_tier: &'static str,
}

/// No trigger is implemented.
#[derive(Debug, Default, Serialize)]
pub(crate) struct LambdaConfigType {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserPoolPolicyType {
    password_policy: PasswordPolicyType,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PasswordPolicyType {
    minimum_length: u32,
    require_uppercase: bool,
    require_lowercase: bool,
    require_numbers: bool,
    require_symbols: bool,
    temporary_password_validity_days: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AdminCreateUserConfigType {
    allow_admin_create_user_only: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UsernameConfigurationType {
    case_sensitive: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AccountRecoverySettingType {
    recovery_mechanisms: Vec<RecoveryOptionType>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RecoveryOptionType {
    priority: usize,
    name: &'static str,
}

/// AWS: `SchemaAttributeType`; its constraints are texts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SchemaAttribute {
    name: String,
    attribute_data_type: &'static str,
    developer_only_attribute: bool,
    mutable: bool,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_attribute_constraints: Option<NumberAttributeConstraintsType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_attribute_constraints: Option<StringAttributeConstraintsType>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NumberAttributeConstraintsType {
    min_value: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StringAttributeConstraintsType {
    min_length: String,
    max_length: String,
}

impl From<SchemaAttributeType> for SchemaAttribute {
    fn from(attribute: SchemaAttributeType) -> Self {
        let mut number_attribute_constraints = None;
        let mut string_attribute_constraints = None;
        match attribute.attribute_data_type {
            AttributeDataType::Number { min_value, .. } => {
                let min_value = min_value.to_string();
                number_attribute_constraints = Some(NumberAttributeConstraintsType { min_value });
            }
            AttributeDataType::String { min_length, max_length, .. } => {
                string_attribute_constraints = Some(StringAttributeConstraintsType {
                    min_length: min_length.to_string(),
                    max_length: max_length.to_string(),
                });
            }
            _ => {}
        }
        Self {
            name: attribute.name.into_owned(),
            attribute_data_type: attribute.attribute_data_type.name(),
            developer_only_attribute: false,
            mutable: attribute.mutable,
            required: attribute.required,
            number_attribute_constraints,
            string_attribute_constraints,
        }
    }
}

impl From<user_directory_pool::UserPoolType> for UserPoolType {
    fn from(pool: user_directory_pool::UserPoolType) -> Self {
        let names = |list: Vec<AliasAttribute>| list.iter().map(|one| one.name()).collect();
        let policy = pool.password_policy;
        let recovery_mechanisms: Vec<_> = pool
            .account_recovery_setting
            .iter()
            .zip(1..)
            .map(|(option, priority)| RecoveryOptionType { priority, name: option.name() })
            .collect();
        Self {
            id: pool.id,
            name: pool.name,
            policies: UserPoolPolicyType {
                password_policy: PasswordPolicyType {
                    minimum_length: policy.minimum_length,
                    require_uppercase: policy.require_uppercase,
                    require_lowercase: policy.require_lowercase,
                    require_numbers: policy.require_numbers,
                    require_symbols: policy.require_symbols,
                    temporary_password_validity_days: policy.temporary_password_validity_days,
                },
            },
            deletion_protection: "INACTIVE",
            lambda_config: LambdaConfigType {},
            last_modified_date: pool.last_modified_date.into(),
            creation_date: pool.creation_date.into(),
            schema_attributes: pool.schema_attributes.into_iter().map(Into::into).collect(),
            auto_verified_attributes: names(pool.auto_verified_attributes),
            alias_attributes: names(pool.alias_attributes),
            username_attributes: names(pool.username_attributes),
            mfa_configuration: "OFF",
            estimated_number_of_users: pool.estimated_number_of_users,
            admin_create_user_config: AdminCreateUserConfigType {
                allow_admin_create_user_only: pool.allow_admin_create_user_only,
            },
            username_configuration: UsernameConfigurationType {
                case_sensitive: pool.case_sensitive,
            },
            arn: pool.arn,
            account_recovery_setting: (!recovery_mechanisms.is_empty())
                .then_some(AccountRecoverySettingType { recovery_mechanisms }),
            user_pool_tier: "ESSENTIALS",
        }
    }
}
