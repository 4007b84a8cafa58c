use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::{
    Secret, ServiceError, Timestamp, TokenValidity, client_settings::ClientSettings, snapshot,
};

/// An entry of `ExplicitAuthFlows`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
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

impl PreventUserExistenceErrors {
    /// Both values.
    pub const ALL: [Self; 2] = [Self::Legacy, Self::Enabled];

    /// The AWS name: `LEGACY` or `ENABLED`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Legacy => "LEGACY",
            Self::Enabled => "ENABLED",
        }
    }

    /// The value of an AWS name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|value| value.name() == name)
    }
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
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum PreventUserExistenceErrors {
    /// It tells. The API's default.
    #[default]
    Legacy,
    /// It does not: an unknown user looks like a wrong password. The console's default.
    Enabled,
}

/// Rotation of refresh tokens (AWS: `RefreshTokenRotationType`).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RefreshTokenRotation {
    /// Whether each refresh brings another refresh token (AWS: Feature).
    pub enabled: bool,
    /// How long a replaced token still works, 0 to 60 seconds.
    pub retry_grace_period_seconds: u32,
}

impl RefreshTokenRotation {
    /// Rotation with a grace period.
    pub fn new(retry_grace_period_seconds: u32) -> Self {
        Self { enabled: true, retry_grace_period_seconds }
    }

    /// No rotation, in so many words.
    pub fn disabled() -> Self {
        Self { enabled: false, retry_grace_period_seconds: 0 }
    }

    pub(crate) fn grace(self) -> Duration {
        Duration::from_secs(self.retry_grace_period_seconds.into())
    }
}

/// An app client as its descriptions show it (AWS: `UserPoolClientType`), with the members that this
/// pool knows, as they were given.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserPoolClientType {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's name.
    pub client_name: String,
    /// The client's id, 26 lower-case letters and digits unless it was given.
    pub client_id: String,
    /// The client's secret, if it has one; of two, the older (assumed).
    pub client_secret: Option<Secret>,
    /// When the settings last changed (assumed: the secrets are none of them).
    pub last_modified_date: Timestamp,
    /// When the client was created.
    pub creation_date: Timestamp,
    /// How long refresh tokens live.
    pub refresh_token_validity: TokenValidity,
    /// How long access tokens live.
    pub access_token_validity: TokenValidity,
    /// How long ID tokens live.
    pub id_token_validity: TokenValidity,
    /// The attributes that the client may read; all if empty.
    pub read_attributes: Vec<String>,
    /// The attributes that users may write through the client; all if empty.
    pub write_attributes: Vec<String>,
    /// The flows that the client may use; refresh, SRP and custom if empty.
    pub explicit_auth_flows: Vec<ExplicitAuthFlow>,
    /// Whether a sign-in tells that a user does not exist.
    pub prevent_user_existence_errors: Option<PreventUserExistenceErrors>,
    /// Whether single sign-ins can be revoked.
    pub enable_token_revocation: bool,
    /// How long the session of a challenge lasts.
    pub auth_session_validity: Duration,
    /// Rotation of refresh tokens, if it was set.
    pub refresh_token_rotation: Option<RefreshTokenRotation>,
    /// Other settings, by their AWS names.
    pub inert: Map<String, Value>,
}

/// A secret of an app client.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct ClientSecret {
    /// `<client id>--<epoch>`
    pub(crate) id: String,
    #[serde(with = "snapshot::clear")]
    pub(crate) value: Secret,
    pub(crate) created: Timestamp,
}

impl ClientSecret {
    pub(crate) fn new(client_id: &str, value: Secret, now: Timestamp) -> Self {
        Self { id: format!("{client_id}--{}", now.seconds()), value, created: now }
    }
}

/// An app client of a pool.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Client {
    pub(crate) id: Arc<str>,
    /// The oldest first.
    pub(crate) secrets: Vec<ClientSecret>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    pub(crate) settings: ClientSettings,
}

impl Client {
    pub(crate) fn allows(&self, flow: ExplicitAuthFlow) -> bool {
        self.settings.flows().contains(&flow)
    }

    /// A client that lists only legacy values may refresh and use SRP without listing it.
    pub(crate) fn is_legacy(&self) -> bool {
        self.settings.flows().iter().all(|flow| flow.is_legacy())
    }

    pub(crate) fn may_read(&self, attribute: &str) -> bool {
        let readable = &self.settings.read_attributes;
        readable.is_empty() || readable.iter().any(|name| name == attribute)
    }

    /// Whether users may write this attribute through the client. Nobody but an administrator says
    /// what is verified, whatever the client may write (assumed).
    pub(crate) fn may_write(&self, attribute: &str) -> bool {
        let writable = &self.settings.write_attributes;
        writable.is_empty() || writable.iter().any(|name| name == attribute)
    }

    /// What an unknown user gets from the public operations about an account; `hidden` where
    /// existence errors are hidden.
    pub(crate) fn account_not_found(&self, hidden: ServiceError) -> ServiceError {
        if self.hides_existence() {
            hidden
        } else {
            ServiceError::UsernameClientIdCombinationNotFound
        }
    }

    /// Whether calls through this client hide that a user does not exist.
    pub(crate) fn hides_existence(&self) -> bool {
        self.settings.existence_errors == Some(PreventUserExistenceErrors::Enabled)
    }

    /// The client as a description shows it.
    pub(crate) fn describe(&self, user_pool_id: &str) -> UserPoolClientType {
        let settings = self.settings.clone();
        UserPoolClientType {
            user_pool_id: user_pool_id.to_owned(),
            client_name: settings.name,
            client_id: self.id.to_string(),
            client_secret: self.secrets.first().map(|secret| secret.value.clone()),
            last_modified_date: self.modified,
            creation_date: self.created,
            refresh_token_validity: settings.refresh_token_validity,
            access_token_validity: settings.access_token_validity,
            id_token_validity: settings.id_token_validity,
            read_attributes: settings.read_attributes,
            write_attributes: settings.write_attributes,
            explicit_auth_flows: settings.flows,
            prevent_user_existence_errors: settings.existence_errors,
            enable_token_revocation: settings.token_revocation,
            auth_session_validity: settings.auth_session_validity,
            refresh_token_rotation: settings.rotation,
            inert: settings.inert,
        }
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
