use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    MessageTemplate, PasswordPolicy, ServiceError,
    model::{
        Members,
        shapes::{
            ARN_TYPE, PRIORITY_TYPE, RECOVERY_OPTION_NAME_TYPE, REGION_CODE_TYPE, STRING_TYPE,
        },
    },
    schema::{self, Schema},
};

/// An attribute that can stand for the user name at sign-in: as an alias once it is verified, as
/// the user name itself (`username_attributes`) at once.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub enum AliasAttribute {
    /// `email`
    Email,
    /// `phone_number`
    PhoneNumber,
    /// `preferred_username`
    PreferredUsername,
}

impl AliasAttribute {
    /// Every alias attribute.
    pub const ALL: [Self; 3] = [Self::Email, Self::PhoneNumber, Self::PreferredUsername];

    /// The name of the attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::PreferredUsername => "preferred_username",
        }
    }

    /// The attribute of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.name() == name)
    }

    pub(crate) fn names(list: &[Self]) -> impl Iterator<Item = &'static str> {
        list.iter().map(|attribute| attribute.name())
    }
}

impl fmt::Display for AliasAttribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A way to recover a password (AWS: `RecoveryOptionNameType`).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum RecoveryOption {
    /// `verified_email`
    VerifiedEmail,
    /// `verified_phone_number`
    VerifiedPhoneNumber,
    /// `admin_only`
    AdminOnly,
}

/// A way to recover a password, and its place among others (AWS: `RecoveryOptionType`).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecoveryMechanism {
    /// 1 for the first, 2 for the second.
    pub priority: u32,
    /// The way.
    pub name: RecoveryOption,
}

impl RecoveryMechanism {
    /// A way at a place.
    pub fn new(priority: u32, name: RecoveryOption) -> Self {
        Self { priority, name }
    }

    /// Walks the members of a list.
    pub(crate) fn members(list: &[Self], members: &mut Members) {
        const MEMBER: &str = "AccountRecoverySetting.RecoveryMechanisms";
        members.list_length(MEMBER, list, 2, |one| {
            format!("RecoveryOptionType(priority={}, name={})", one.priority, one.name.name())
        });
        let mut numbers = list.iter().map(|mechanism| mechanism.priority);
        members.items(MEMBER, list.len(), |item| {
            item.integer("Priority", numbers.next(), &PRIORITY_TYPE);
            item.choice("Name", &RECOVERY_OPTION_NAME_TYPE);
        });
    }
}

/// How a pool sends text messages (AWS: `SmsConfigurationType`). Nothing here sends any: rules ask
/// for it, and descriptions show it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SmsConfiguration {
    /// The IAM role that Cognito sends with.
    pub sns_caller_arn: String,
    /// What the role's trust policy asks for.
    pub external_id: Option<String>,
    /// The region to send from.
    pub sns_region: Option<String>,
}

impl SmsConfiguration {
    /// Sends with this role.
    pub fn new(sns_caller_arn: impl Into<String>) -> Self {
        Self { sns_caller_arn: sns_caller_arn.into(), external_id: None, sns_region: None }
    }

    pub(crate) fn members(own: Option<&Self>, members: &mut Members) {
        let Some(Self { sns_caller_arn, external_id, sns_region }) = own else { return };
        members.text("SmsConfiguration.SnsCallerArn", sns_caller_arn, &ARN_TYPE);
        let (external_id, region) = (external_id.as_deref(), sns_region.as_deref());
        members.optional_text("SmsConfiguration.ExternalId", external_id, &STRING_TYPE);
        members.optional_text("SmsConfiguration.SnsRegion", region, &REGION_CODE_TYPE);
    }
}

impl RecoveryOption {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::VerifiedEmail, Self::VerifiedPhoneNumber, Self::AdminOnly];

    /// The AWS name, such as `verified_email`.
    pub fn name(self) -> &'static str {
        match self {
            Self::VerifiedEmail => "verified_email",
            Self::VerifiedPhoneNumber => "verified_phone_number",
            Self::AdminOnly => "admin_only",
        }
    }

    /// The way of an AWS name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|option| option.name() == name)
    }
}

/// What a pool is created or updated with, in force: the members of CreateUserPool that this pool
/// knows.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) password_policy: PasswordPolicy,
    pub(crate) auto_verified_attributes: Vec<AliasAttribute>,
    pub(crate) alias_attributes: Vec<AliasAttribute>,
    pub(crate) username_attributes: Vec<AliasAttribute>,
    pub(crate) allow_admin_create_user_only: bool,
    pub(crate) case_sensitive: bool,
    pub(crate) recovery: Vec<RecoveryMechanism>,
    pub(crate) schema: Schema,
    /// Contacts that keep their old value until the new one is verified.
    pub(crate) verified_before_update: Vec<AliasAttribute>,
    pub(crate) lockout: bool,
    pub(crate) verification: MessageTemplate,
    pub(crate) invitation: MessageTemplate,
    pub(crate) whole_second_sign_out: bool,
    pub(crate) sms_configuration: Option<SmsConfiguration>,
    /// What changes no answer, by AWS's names.
    pub(crate) inert: Map<String, Value>,
    /// What SetUserPoolMfaConfig set.
    pub(crate) mfa: Map<String, Value>,
}

impl Settings {
    /// Checks a user name that a caller wants to give, and says which attribute it fills in a pool
    /// whose user names are e-mail addresses or phone numbers.
    pub(crate) fn check_new_username(
        &self,
        username: &str,
    ) -> Result<Option<AliasAttribute>, ServiceError> {
        let email = schema::is_email(username);
        let phone_number = schema::is_phone_number(username);
        if !self.username_attributes.is_empty() {
            let takes = |attribute| self.username_attributes.contains(&attribute);
            return match (takes(AliasAttribute::Email), takes(AliasAttribute::PhoneNumber)) {
                (true, _) if email => Ok(Some(AliasAttribute::Email)),
                (_, true) if phone_number => Ok(Some(AliasAttribute::PhoneNumber)),
                (true, true) => Err(ServiceError::UsernameShouldBe {
                    kind: "either an email or a phone number",
                }),
                (true, false) => Err(ServiceError::UsernameShouldBe { kind: "an email" }),
                (false, _) => Err(ServiceError::UsernameShouldBe { kind: "a phone number" }),
            };
        }
        if email && self.alias_attributes.contains(&AliasAttribute::Email) {
            return Err(ServiceError::UsernameOfEmailFormat);
        }
        if phone_number && self.alias_attributes.contains(&AliasAttribute::PhoneNumber) {
            return Err(ServiceError::UsernameOfPhoneFormat);
        }
        Ok(None)
    }

    /// Whether values of an attribute are stored, and shown, as the pool compares them: what stands
    /// for the user name. Documented:
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-case-sensitivity.html>
    pub(crate) fn folds(&self, attribute: &str) -> bool {
        let mut names = self.alias_attributes.iter().chain(&self.username_attributes);
        names.any(|alias| alias.name() == attribute)
    }

    /// A user name, e-mail address or preferred user name as this pool compares it: in lower case
    /// unless the pool is case-sensitive.
    pub(crate) fn fold<'a>(&self, value: &'a str) -> Cow<'a, str> {
        if self.case_sensitive { Cow::Borrowed(value) } else { Cow::Owned(value.to_lowercase()) }
    }
}
