//! The settings of a pool, as CreateUserPool and UpdateUserPool take them and descriptions show
//! them.

use std::mem;

use serde::Serialize;
use serde_json::{Map, Value, json};
use user_directory_pool::{
    AliasAttribute, MessageTemplate, PasswordPolicy, RecoveryMechanism, RecoveryOption,
    SmsConfiguration,
};

use crate::{
    members::{Members, Mistyped, Type},
    schema::SchemaAttribute,
    shapes::EpochSeconds,
};

/// The members that both operations have.
#[derive(Debug)]
pub(crate) struct PoolSettings {
    pub(crate) password_policy: Option<PasswordPolicy>,
    pub(crate) auto_verified_attributes: Vec<AliasAttribute>,
    pub(crate) allow_admin_create_user_only: bool,
    pub(crate) unused_account_validity_days: Option<u32>,
    pub(crate) invite_message_template: MessageTemplate,
    pub(crate) verification_message_template: MessageTemplate,
    pub(crate) account_recovery_setting: Vec<RecoveryMechanism>,
    pub(crate) sms_configuration: Option<SmsConfiguration>,
    pub(crate) attributes_require_verification_before_update: Vec<AliasAttribute>,
    pub(crate) inert: Map<String, Value>,
}

pub(crate) const MFA: &[&str] = &["OFF", "OPTIONAL", "ON"];

impl PoolSettings {
    pub(crate) fn read(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let password_policy = members.structure("Policies", |policies| {
            policies.structure("SignInPolicy", |policy| {
                policy.keep_only("AllowedFirstAuthFactors", ["PASSWORD"].as_slice());
                Ok(())
            })?;
            policies.structure("PasswordPolicy", read_password_policy)
        })?;
        let config = members.structure("AdminCreateUserConfig", read_admin_create_user_config)?;
        let (allow_admin_create_user_only, unused_account_validity_days, invite_message_template) =
            config.unwrap_or_default();
        let mut settings = Self {
            password_policy: password_policy.flatten(),
            auto_verified_attributes: members
                .choices("AutoVerifiedAttributes", AliasAttribute::from_name)?,
            allow_admin_create_user_only,
            unused_account_validity_days,
            invite_message_template,
            verification_message_template: read_verification_template(members)?,
            account_recovery_setting: read_recovery(members)?,
            sms_configuration: members.structure("SmsConfiguration", read_sms)?,
            attributes_require_verification_before_update: read_verified_before_update(members)?,
            inert: Map::new(),
        };
        // They would change answers here.
        members.keep_only("DeletionProtection", "INACTIVE");
        members.keep_only("LambdaConfig", Map::new());
        members.keep_one_of("MfaConfiguration", MFA);
        members.keep_unhonoured("DeviceConfiguration");
        members.keep_only("UserPoolAddOns", json!({ "AdvancedSecurityMode": "OFF" }));
        members.keep_unhonoured("DcrConfiguration");
        members.keep_only("UserPoolTier", "ESSENTIALS");
        members.keep_only("KeyConfiguration", json!({ "KeyType": "AWS_OWNED_KEY" }));
        members.keep_only("IssuerConfiguration", json!({ "Type": "ORIGINAL" }));
        members.keep_only("AcrConfiguration", Map::new());
        // No longer used:
        // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html
        members.keep("SmsVerificationMessage", Type::Text)?;
        members.keep("EmailVerificationMessage", Type::Text)?;
        members.keep("EmailVerificationSubject", Type::Text)?;
        // How messages are sent, and what nothing here sends.
        members.keep("SmsAuthenticationMessage", Type::Text)?;
        members.keep_structure("EmailConfiguration", |email| {
            email.keep("SourceArn", Type::Text)?;
            email.keep("ReplyToEmailAddress", Type::Text)?;
            email.keep("EmailSendingAccount", Type::Text)?;
            email.keep("From", Type::Text)?;
            email.keep("ConfigurationSet", Type::Text)
        })?;
        members.keep("UserPoolTags", Type::TextsByName)?;
        settings.inert = members.take_kept();
        Ok(settings)
    }
}

fn read_password_policy(members: &mut Members<'_>) -> Result<PasswordPolicy, Mistyped> {
    let mut policy = PasswordPolicy::default();
    policy.minimum_length = members.integer("MinimumLength")?.unwrap_or(policy.minimum_length);
    // A policy requires what it names and nothing else: only a pool without any policy gets the
    // default one (assumed).
    policy.require_uppercase = members.flag("RequireUppercase")?.unwrap_or_default();
    policy.require_lowercase = members.flag("RequireLowercase")?.unwrap_or_default();
    policy.require_numbers = members.flag("RequireNumbers")?.unwrap_or_default();
    policy.require_symbols = members.flag("RequireSymbols")?.unwrap_or_default();
    policy.temporary_password_validity_days = members.integer("TemporaryPasswordValidityDays")?;
    policy.password_history_size = members.integer("PasswordHistorySize")?.unwrap_or_default();
    Ok(policy)
}

/// Whether only administrators create users, how long temporary passwords are good for, and what
/// invitations say.
fn read_admin_create_user_config(
    config: &mut Members<'_>,
) -> Result<(bool, Option<u32>, MessageTemplate), Mistyped> {
    let template = config
        .structure("InviteMessageTemplate", |template| read_template(template, "SMSMessage"))?;
    let only_admins = config.flag("AllowAdminCreateUserOnly")?.unwrap_or_default();
    let days = config.integer("UnusedAccountValidityDays")?;
    Ok((only_admins, days, template.unwrap_or_default()))
}

fn read_sms(members: &mut Members<'_>) -> Result<SmsConfiguration, Mistyped> {
    let mut sms = SmsConfiguration::new(members.required_text("SnsCallerArn")?);
    sms.external_id = members.text("ExternalId")?;
    sms.sns_region = members.text("SnsRegion")?;
    members.keep_unhonoured("EumsSms");
    Ok(sms)
}

fn read_verification_template(members: &mut Members<'_>) -> Result<MessageTemplate, Mistyped> {
    let template = members.structure("VerificationMessageTemplate", |template| {
        template.keep_only("DefaultEmailOption", CONFIRM_WITH_CODE);
        // What a link would come with.
        template.keep("EmailMessageByLink", Type::Text)?;
        template.keep("EmailSubjectByLink", Type::Text)?;
        read_template(template, "SmsMessage")
    })?;
    Ok(template.unwrap_or_default())
}

/// The two kinds of templates spell text messages differently.
fn read_template(members: &mut Members<'_>, sms: &str) -> Result<MessageTemplate, Mistyped> {
    let mut template = MessageTemplate::default();
    template.sms_message = members.text(sms)?;
    template.email_message = members.text("EmailMessage")?;
    template.email_subject = members.text("EmailSubject")?;
    Ok(template)
}

/// What verifies an e-mail address here.
const CONFIRM_WITH_CODE: &str = "CONFIRM_WITH_CODE";

fn read_verified_before_update(members: &mut Members<'_>) -> Result<Vec<AliasAttribute>, Mistyped> {
    let attributes = members.structure("UserAttributeUpdateSettings", |settings| {
        settings.choices("AttributesRequireVerificationBeforeUpdate", AliasAttribute::from_name)
    })?;
    Ok(attributes.unwrap_or_default())
}

/// A way that is refused leaves another in its place.
fn read_recovery(members: &mut Members<'_>) -> Result<Vec<RecoveryMechanism>, Mistyped> {
    let mechanisms = members.structure("AccountRecoverySetting", |setting| {
        setting.items("RecoveryMechanisms", |mechanism| {
            let priority = mechanism.required_integer("Priority")?;
            let name = mechanism.required_choice("Name", RecoveryOption::from_name)?;
            Ok(RecoveryMechanism::new(priority, name.unwrap_or(RecoveryOption::AdminOnly)))
        })
    })?;
    Ok(mechanisms.unwrap_or_default())
}

/// A pool in an answer.
#[derive(Debug, Serialize)]
pub(crate) struct UserPoolType(Value);

impl From<user_directory_pool::UserPoolType> for UserPoolType {
    fn from(mut pool: user_directory_pool::UserPoolType) -> Self {
        let inert = mem::take(&mut pool.inert);
        Self(with_inert(&Described::from(pool), inert))
    }
}

/// A pool without what it only keeps, with what holds for every pool here.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
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
    verification_message_template: VerificationMessageTemplateType,
    mfa_configuration: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_attribute_update_settings: Option<UserAttributeUpdateSettingsType>,
    estimated_number_of_users: usize,
    admin_create_user_config: AdminCreateUserConfigType,
    username_configuration: UsernameConfigurationType,
    arn: String,
    account_recovery_setting: AccountRecoverySettingType,
    email_configuration: EmailConfigurationType,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_configuration: Option<SmsConfigurationType>,
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
    /// Absent where it is 0 (assumed).
    #[serde(skip_serializing_if = "Option::is_none")]
    password_history_size: Option<u32>,
    temporary_password_validity_days: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AdminCreateUserConfigType {
    allow_admin_create_user_only: bool,
    /// The old name of `TemporaryPasswordValidityDays`. Reported:
    /// <https://github.com/boto/boto3/issues/2516>
    unused_account_validity_days: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    invite_message_template: Option<MessageTemplateType>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MessageTemplateType {
    #[serde(rename = "SMSMessage", skip_serializing_if = "Option::is_none")]
    sms_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_subject: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct VerificationMessageTemplateType {
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_subject: Option<String>,
    default_email_option: &'static str,
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
    priority: u32,
    name: &'static str,
}

/// Mail goes out through Cognito unless the pool says otherwise, and descriptions say so: reported,
/// <https://github.com/hashicorp/terraform-provider-aws/issues/3780>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EmailConfigurationType {
    email_sending_account: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SmsConfigurationType {
    sns_caller_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sns_region: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserAttributeUpdateSettingsType {
    attributes_require_verification_before_update: Vec<&'static str>,
}

/// An answer with what was kept put in: a structure into a structure, anything else in its place.
pub(crate) fn with_inert(answer: &impl Serialize, inert: Map<String, Value>) -> Value {
    fn put(into: &mut Value, value: Value) {
        match (into, value) {
            (Value::Object(into), Value::Object(members)) => {
                for (name, value) in members {
                    put(into.entry(name).or_insert(Value::Null), value);
                }
            }
            (into, value) => *into = value,
        }
    }

    let mut answer = serde_json::to_value(answer).expect("answers are plain data");
    put(&mut answer, inert.into());
    answer
}

impl From<user_directory_pool::UserPoolType> for Described {
    fn from(pool: user_directory_pool::UserPoolType) -> Self {
        let names = |list: Vec<AliasAttribute>| list.iter().map(|one| one.name()).collect();
        let policy = pool.password_policy;
        let verified = pool.attributes_require_verification_before_update;
        let verification = pool.verification_message_template;
        let invitation = pool.invite_message_template;
        let unused_account_validity_days = policy.temporary_password_days();
        // AWS shows the setting of every pool: reported, by Terraform's acceptance tests. That it
        // shows the default in this way is assumed.
        let recovery_mechanisms = match pool.account_recovery_setting.as_slice() {
            [] => vec![
                RecoveryOptionType {
                    priority: 1,
                    name: RecoveryOption::VerifiedPhoneNumber.name(),
                },
                RecoveryOptionType { priority: 2, name: RecoveryOption::VerifiedEmail.name() },
            ],
            own => own
                .iter()
                .map(|one| RecoveryOptionType { priority: one.priority, name: one.name.name() })
                .collect(),
        };
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
                    password_history_size: Some(policy.password_history_size)
                        .filter(|size| *size != 0),
                    temporary_password_validity_days: policy.temporary_password_days(),
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
            verification_message_template: VerificationMessageTemplateType {
                sms_message: verification.sms_message,
                email_message: verification.email_message,
                email_subject: verification.email_subject,
                default_email_option: CONFIRM_WITH_CODE,
            },
            mfa_configuration: "OFF",
            user_attribute_update_settings: (!verified.is_empty()).then(|| {
                UserAttributeUpdateSettingsType {
                    attributes_require_verification_before_update: names(verified),
                }
            }),
            estimated_number_of_users: pool.estimated_number_of_users,
            admin_create_user_config: AdminCreateUserConfigType {
                allow_admin_create_user_only: pool.allow_admin_create_user_only,
                unused_account_validity_days,
                invite_message_template: (invitation != MessageTemplate::default()).then_some(
                    MessageTemplateType {
                        sms_message: invitation.sms_message,
                        email_message: invitation.email_message,
                        email_subject: invitation.email_subject,
                    },
                ),
            },
            username_configuration: UsernameConfigurationType {
                case_sensitive: pool.case_sensitive,
            },
            arn: pool.arn,
            account_recovery_setting: AccountRecoverySettingType { recovery_mechanisms },
            email_configuration: EmailConfigurationType {
                email_sending_account: "COGNITO_DEFAULT",
            },
            sms_configuration: pool.sms_configuration.map(|sms| SmsConfigurationType {
                sns_caller_arn: sms.sns_caller_arn,
                external_id: sms.external_id,
                sns_region: sms.sns_region,
            }),
            user_pool_tier: "ESSENTIALS",
        }
    }
}
