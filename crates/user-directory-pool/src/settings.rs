use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    MessageTemplate, PasswordPolicy, ServiceError,
    model::{
        Members,
        shapes::{PRIORITY_TYPE, RECOVERY_OPTION_NAME_TYPE},
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

    /// A list stands in the order of the priorities, so only a decoder sees those.
    pub(crate) fn members(list: &[Self], members: &mut Members) {
        members.items("AccountRecoverySetting.RecoveryMechanisms", list.len(), |item| {
            item.integer("Priority", &PRIORITY_TYPE);
            item.choice("Name", &RECOVERY_OPTION_NAME_TYPE);
        });
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
    pub(crate) recovery: Vec<RecoveryOption>,
    pub(crate) schema: Schema,
    /// Contacts that keep their old value until the new one is verified.
    pub(crate) verified_before_update: Vec<AliasAttribute>,
    pub(crate) lockout: bool,
    pub(crate) verification: MessageTemplate,
    pub(crate) invitation: MessageTemplate,
    pub(crate) whole_second_sign_out: bool,
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

    /// A user name, e-mail address or preferred user name as this pool compares it: in lower case
    /// unless the pool is case-sensitive.
    pub(crate) fn fold<'a>(&self, value: &'a str) -> Cow<'a, str> {
        if self.case_sensitive { Cow::Borrowed(value) } else { Cow::Owned(value.to_lowercase()) }
    }
}
