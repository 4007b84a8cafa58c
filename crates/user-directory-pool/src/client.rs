use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::{Secret, ServiceError, Timestamp};

/// An entry of `ExplicitAuthFlows`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ExplicitAuthFlow {
    /// Legacy spelling of [`AllowAdminUserPasswordAuth`](Self::AllowAdminUserPasswordAuth).
    AdminNoSrpAuth,
    /// Legacy spelling of [`AllowCustomAuth`](Self::AllowCustomAuth).
    CustomAuthFlowOnly,
    /// Legacy spelling of [`AllowUserPasswordAuth`](Self::AllowUserPasswordAuth).
    UserPasswordAuth,
    /// ADMIN_USER_PASSWORD_AUTH
    AllowAdminUserPasswordAuth,
    /// CUSTOM_AUTH
    AllowCustomAuth,
    /// USER_PASSWORD_AUTH
    AllowUserPasswordAuth,
    /// USER_SRP_AUTH
    AllowUserSrpAuth,
    /// REFRESH_TOKEN_AUTH
    AllowRefreshTokenAuth,
    /// USER_AUTH
    AllowUserAuth,
}

impl ExplicitAuthFlow {
    /// Every entry.
    pub const ALL: [Self; 9] = [
        Self::AdminNoSrpAuth,
        Self::CustomAuthFlowOnly,
        Self::UserPasswordAuth,
        Self::AllowAdminUserPasswordAuth,
        Self::AllowCustomAuth,
        Self::AllowUserPasswordAuth,
        Self::AllowUserSrpAuth,
        Self::AllowRefreshTokenAuth,
        Self::AllowUserAuth,
    ];

    /// The AWS name, such as `ALLOW_REFRESH_TOKEN_AUTH`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AdminNoSrpAuth => "ADMIN_NO_SRP_AUTH",
            Self::CustomAuthFlowOnly => "CUSTOM_AUTH_FLOW_ONLY",
            Self::UserPasswordAuth => "USER_PASSWORD_AUTH",
            Self::AllowAdminUserPasswordAuth => "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            Self::AllowCustomAuth => "ALLOW_CUSTOM_AUTH",
            Self::AllowUserPasswordAuth => "ALLOW_USER_PASSWORD_AUTH",
            Self::AllowUserSrpAuth => "ALLOW_USER_SRP_AUTH",
            Self::AllowRefreshTokenAuth => "ALLOW_REFRESH_TOKEN_AUTH",
            Self::AllowUserAuth => "ALLOW_USER_AUTH",
        }
    }

    /// The entry of an AWS name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.name() == name)
    }

    pub(crate) fn is_legacy(self) -> bool {
        matches!(self, Self::AdminNoSrpAuth | Self::CustomAuthFlowOnly | Self::UserPasswordAuth)
    }
}

/// Whether a client's sign-in tells that a user does not exist (AWS:
/// `PreventUserExistenceErrorTypes`).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum PreventUserExistenceErrors {
    /// It tells. The API's default.
    #[default]
    Legacy,
    /// It does not: an unknown user looks like a wrong password. The console's default.
    Enabled,
}

/// Rotation of refresh tokens (AWS: `RefreshTokenRotationType` with Feature ENABLED).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RefreshTokenRotation {
    /// How long a replaced token still works, 0 to 60 seconds.
    pub retry_grace_period_seconds: u32,
}

impl RefreshTokenRotation {
    /// Rotation with a grace period.
    pub fn new(retry_grace_period_seconds: u32) -> Self {
        Self { retry_grace_period_seconds }
    }
}

/// A secret of an app client.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ClientSecret {
    /// `<client id>--<epoch>`
    pub(crate) id: String,
    pub(crate) value: Secret,
}

impl ClientSecret {
    pub(crate) fn new(client_id: &str, value: Secret, now: Timestamp) -> Self {
        Self { id: format!("{client_id}--{}", now.seconds()), value }
    }
}

/// An app client of a pool.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Client {
    pub(crate) id: Arc<str>,
    pub(crate) secrets: Vec<ClientSecret>,
    pub(crate) flows: Vec<ExplicitAuthFlow>,
    pub(crate) existence_errors: PreventUserExistenceErrors,
    pub(crate) access_token_validity: Duration,
    pub(crate) id_token_validity: Duration,
    pub(crate) refresh_token_validity: Duration,
    pub(crate) auth_session_validity: Duration,
    pub(crate) token_revocation: bool,
    pub(crate) rotation: Option<RefreshTokenRotation>,
    /// All attributes if empty.
    pub(crate) read_attributes: Vec<String>,
}

impl Client {
    pub(crate) fn allows(&self, flow: ExplicitAuthFlow) -> bool {
        self.flows.contains(&flow)
    }

    /// A client that lists only legacy values may refresh and use SRP without listing it.
    pub(crate) fn is_legacy(&self) -> bool {
        !self.flows.is_empty() && self.flows.iter().all(|flow| flow.is_legacy())
    }

    /// What an unknown user gets at sign-in.
    pub(crate) fn user_not_found(&self) -> ServiceError {
        match self.existence_errors {
            PreventUserExistenceErrors::Legacy => ServiceError::UserNotFound,
            PreventUserExistenceErrors::Enabled => ServiceError::IncorrectUsernameOrPassword,
        }
    }

    pub(crate) fn may_read(&self, attribute: &str) -> bool {
        self.read_attributes.is_empty() || self.read_attributes.iter().any(|a| a == attribute)
    }

    /// Checks the hash of a sign-in or a challenge.
    pub(crate) fn check_secret_hash(
        &self,
        hash: Option<&Secret>,
        username: &str,
    ) -> Result<(), ServiceError> {
        let client_id = || self.id.to_string();
        match hash {
            None if self.secrets.is_empty() => Ok(()),
            None => Err(ServiceError::SecretHashNotReceived { client_id: client_id() }),
            Some(hash) if self.accepts_hash(hash, username) => Ok(()),
            Some(_) => Err(ServiceError::UnableToVerifySecretHash { client_id: client_id() }),
        }
    }

    /// Whether any active secret makes this hash for this user name.
    pub(crate) fn accepts_hash(&self, hash: &Secret, username: &str) -> bool {
        self.secrets.iter().any(|secret| secret_hash(&secret.value, username, &self.id) == *hash)
    }

    /// Whether this is one of the active secrets; no secret is right for a client without one.
    pub(crate) fn accepts_secret(&self, secret: Option<&Secret>) -> bool {
        match secret {
            None => self.secrets.is_empty(),
            Some(secret) => self.secrets.iter().any(|active| active.value == *secret),
        }
    }
}

/// Base64(HMAC-SHA256(secret, user name + client id)):
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html>
fn secret_hash(secret: &Secret, username: &str, client_id: &str) -> Secret {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(username.as_bytes());
    mac.update(client_id.as_bytes());
    Secret::new(STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, section 4.3.
    #[test]
    fn rfc_4231_case_2() {
        let hash = secret_hash(&Secret::new("Jefe"), "what do ya want ", "for nothing?");
        assert_eq!(hash.expose(), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    }
}
