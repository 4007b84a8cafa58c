use std::collections::BTreeMap;

use crate::{AccessToken, Code, Password};

/// A request to [`SelfService::forgot_password`](crate::SelfService::forgot_password).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ForgotPassword {
    /// Who forgot it.
    pub username: String,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl ForgotPassword {
    /// Sends this user a code.
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), client_metadata: BTreeMap::new() }
    }

    with_client_metadata!();
}

/// A request to
/// [`SelfService::confirm_forgot_password`](crate::SelfService::confirm_forgot_password).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ConfirmForgotPassword {
    /// Who forgot it.
    pub username: String,
    /// The code that was sent.
    pub code: Code,
    /// The new password.
    pub password: Password,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl ConfirmForgotPassword {
    /// Sets this password with this code.
    pub fn new(
        username: impl Into<String>,
        code: impl Into<Code>,
        password: impl Into<Password>,
    ) -> Self {
        Self {
            username: username.into(),
            code: code.into(),
            password: password.into(),
            client_metadata: BTreeMap::new(),
        }
    }

    with_client_metadata!();
}

/// A request to [`SelfService::change_password`](crate::SelfService::change_password).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ChangePassword {
    /// Whose password.
    pub access_token: AccessToken,
    /// The password so far.
    pub previous_password: Password,
    /// The new password.
    pub proposed_password: Password,
}

impl ChangePassword {
    /// Changes the password from one to the other.
    pub fn new(
        access_token: impl Into<AccessToken>,
        previous_password: impl Into<Password>,
        proposed_password: impl Into<Password>,
    ) -> Self {
        Self {
            access_token: access_token.into(),
            previous_password: previous_password.into(),
            proposed_password: proposed_password.into(),
        }
    }
}
