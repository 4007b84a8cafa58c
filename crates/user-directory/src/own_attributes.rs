use std::collections::BTreeMap;

use crate::{AccessToken, Attributes, Code};

/// A request to
/// [`SelfService::update_user_attributes`](crate::SelfService::update_user_attributes).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UpdateOwnAttributes {
    /// Whose attributes.
    pub access_token: AccessToken,
    /// What to set; an empty value deletes the attribute.
    pub attributes: Attributes,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl UpdateOwnAttributes {
    /// Sets these attributes.
    pub fn new(access_token: impl Into<AccessToken>, attributes: impl Into<Attributes>) -> Self {
        Self {
            access_token: access_token.into(),
            attributes: attributes.into(),
            client_metadata: BTreeMap::new(),
        }
    }

    with_client_metadata!();
}

/// A request to
/// [`SelfService::delete_user_attributes`](crate::SelfService::delete_user_attributes).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct DeleteOwnAttributes {
    /// Whose attributes.
    pub access_token: AccessToken,
    /// The names of the attributes to delete.
    pub names: Vec<String>,
}

impl DeleteOwnAttributes {
    /// Deletes these attributes.
    pub fn new<N: Into<String>>(
        access_token: impl Into<AccessToken>,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        Self {
            access_token: access_token.into(),
            names: names.into_iter().map(Into::into).collect(),
        }
    }
}

/// A request to [`SelfService::user_attribute_verification_code`](crate::SelfService::user_attribute_verification_code).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UserAttributeVerificationCode {
    /// Whose attribute.
    pub access_token: AccessToken,
    /// `email` or `phone_number`.
    pub attribute_name: String,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl UserAttributeVerificationCode {
    /// Sends a code to the address or number in this attribute.
    pub fn new(access_token: impl Into<AccessToken>, attribute_name: impl Into<String>) -> Self {
        Self {
            access_token: access_token.into(),
            attribute_name: attribute_name.into(),
            client_metadata: BTreeMap::new(),
        }
    }

    with_client_metadata!();
}

/// A request to [`SelfService::verify_user_attribute`](crate::SelfService::verify_user_attribute).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct VerifyUserAttribute {
    /// Whose attribute.
    pub access_token: AccessToken,
    /// `email` or `phone_number`.
    pub attribute_name: String,
    /// The code that was sent.
    pub code: Code,
}

impl VerifyUserAttribute {
    /// Verifies this attribute with this code.
    pub fn new(
        access_token: impl Into<AccessToken>,
        attribute_name: impl Into<String>,
        code: impl Into<Code>,
    ) -> Self {
        Self {
            access_token: access_token.into(),
            attribute_name: attribute_name.into(),
            code: code.into(),
        }
    }
}
