use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{SignInRef, TokenErrorKind};

/// What a verified access token says.
///
/// A token that an app client got for itself (client credentials) has no user: `username`,
/// `auth_time` and `origin_jti` are `None` then, and `sub` is the client's id.
///
/// AWS: [Understanding the access token](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct AccessClaims {
    /// The user's immutable id. It looks like a UUID and need not be one.
    pub sub: String,
    /// The user pool.
    pub pool_id: String,
    /// The app client.
    pub client_id: String,
    /// The real user name.
    pub username: Option<String>,
    /// What the token allows: `aws.cognito.signin.user.admin` after every sign-in through the API.
    pub scopes: Vec<String>,
    /// The user's groups at the time of issue (`cognito:groups`).
    pub groups: Vec<String>,
    /// When the user signed in; kept by every refresh. Whole seconds.
    pub auth_time: Option<SystemTime>,
    /// When the token was issued. Whole seconds.
    pub issued_at: SystemTime,
    /// When it expires. Whole seconds.
    pub expires_at: SystemTime,
    /// What all tokens of one sign-in share; absent for clients without token revocation.
    pub origin_jti: Option<String>,
    /// The token's own id; absent for clients without token revocation.
    pub jti: Option<String>,
    others: Others,
}

impl AccessClaims {
    /// Whether the token allows something.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|other| other == scope)
    }

    /// Whether the user was in a group when the token was issued.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.groups.iter().any(|other| other == group)
    }

    fn is_a_clients_own(&self) -> bool {
        self.username.is_none() && !self.others.0.contains_key("act") && self.sub == self.client_id
    }

    /// Any other claim, such as one that a trigger of the pool adds; `None` if it is absent or of
    /// another type.
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.others.read(name)
    }
}

/// What a verified ID token says.
///
/// AWS: [Understanding the ID token](https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html).
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct IdClaims {
    /// The user's immutable id. It looks like a UUID and need not be one.
    pub sub: String,
    /// The user pool.
    pub pool_id: String,
    /// The app client (`aud`).
    pub client_id: String,
    /// The real user name (`cognito:username`).
    pub username: String,
    /// The user's groups at the time of issue (`cognito:groups`).
    pub groups: Vec<String>,
    /// When the user signed in; kept by every refresh. Whole seconds.
    pub auth_time: Option<SystemTime>,
    /// When the token was issued. Whole seconds.
    pub issued_at: SystemTime,
    /// When it expires. Whole seconds.
    pub expires_at: SystemTime,
    /// What all tokens of one sign-in share; absent for clients without token revocation.
    pub origin_jti: Option<String>,
    /// The token's own id; absent for clients without token revocation.
    pub jti: Option<String>,
    /// The e-mail address, if the client may read it.
    pub email: Option<String>,
    /// Whether the address is verified.
    pub email_verified: Option<bool>,
    others: Others,
}

impl IdClaims {
    /// Whether the user was in a group when the token was issued.
    pub fn is_in_group(&self, group: &str) -> bool {
        self.groups.iter().any(|other| other == group)
    }

    /// Any other claim, such as `phone_number` or `custom:plan`; `None` if it is absent or of
    /// another type. Custom attributes are text, numbers included.
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.others.read(name)
    }
}

/// What a verified token of either use says.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "Cognito has these two")]
pub enum Claims {
    /// An access token's.
    Access(AccessClaims),
    /// An ID token's.
    Id(IdClaims),
}

impl Claims {
    /// The user's immutable id; a client's own token has the client's id.
    pub fn sub(&self) -> &str {
        match self {
            Self::Access(claims) => &claims.sub,
            Self::Id(claims) => &claims.sub,
        }
    }

    /// The real user name, if there is a user.
    pub fn username(&self) -> Option<&str> {
        match self {
            Self::Access(claims) => claims.username.as_deref(),
            Self::Id(claims) => Some(&claims.username),
        }
    }

    /// The user's groups at the time of issue.
    pub fn groups(&self) -> &[String] {
        match self {
            Self::Access(claims) => &claims.groups,
            Self::Id(claims) => &claims.groups,
        }
    }

    /// What the token allows: nothing, for an ID token.
    pub fn scopes(&self) -> &[String] {
        match self {
            Self::Access(claims) => &claims.scopes,
            Self::Id(_) => &[],
        }
    }

    /// What a ledger goes by; `None` for a token that an app client has for itself: it names no
    /// user, nobody acts in it for another (`act`), and its `sub` is the client.
    ///
    /// # Errors
    ///
    /// `NotLedgered` for any other token without a user name, `auth_time` or `origin_jti`.
    pub(crate) fn sign_in(&self) -> Result<Option<SignInRef<'_>>, TokenErrorKind> {
        let (pool_id, auth_time, origin_jti) = match self {
            Self::Access(claims) if claims.is_a_clients_own() => return Ok(None),
            Self::Access(claims) if claims.username.is_none() => {
                return Err(TokenErrorKind::NotLedgered);
            }
            Self::Access(claims) => (&claims.pool_id, claims.auth_time, &claims.origin_jti),
            Self::Id(claims) => (&claims.pool_id, claims.auth_time, &claims.origin_jti),
        };
        match (auth_time, origin_jti) {
            (Some(auth_time), Some(origin_jti)) => {
                Ok(Some(SignInRef::new(pool_id, self.sub(), auth_time, origin_jti)))
            }
            _ => Err(TokenErrorKind::NotLedgered),
        }
    }
}

/// Shows who the token is about, and none of the attributes: they are personal data.
macro_rules! debug {
    ($claims:ident: $($field:ident)*) => {
        impl fmt::Debug for $claims {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($claims))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}

debug!(AccessClaims: sub pool_id client_id scopes groups expires_at);
debug!(IdClaims: sub pool_id client_id groups expires_at);

#[derive(Clone, Debug, PartialEq)]
struct Others(BTreeMap<String, Value>);

impl Others {
    fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.0.get(name).and_then(|value| T::deserialize(value).ok())
    }
}

/// Takes claims out of a payload one by one, by the types that Cognito gives them.
pub(crate) struct Reader(pub(crate) BTreeMap<String, Value>);

impl Reader {
    /// An absent claim is `None`; one of another type makes the token malformed.
    pub(crate) fn optional<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, TokenErrorKind> {
        self.0
            .remove(name)
            .map(|value| serde_json::from_value(value).map_err(|_| TokenErrorKind::Malformed))
            .transpose()
    }

    pub(crate) fn required<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<T, TokenErrorKind> {
        self.optional(name)?.ok_or(TokenErrorKind::MissingClaim)
    }

    pub(crate) fn optional_time(
        &mut self,
        name: &str,
    ) -> Result<Option<SystemTime>, TokenErrorKind> {
        // Whole seconds, as in every token of Cognito.
        let seconds: Option<u64> = self.optional(name)?;
        let time = |seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        seconds.map(|seconds| time(seconds).ok_or(TokenErrorKind::Malformed)).transpose()
    }

    pub(crate) fn required_time(&mut self, name: &str) -> Result<SystemTime, TokenErrorKind> {
        self.optional_time(name)?.ok_or(TokenErrorKind::MissingClaim)
    }

    pub(crate) fn access(
        mut self,
        pool_id: &str,
        expires_at: SystemTime,
        client_id: String,
    ) -> Result<AccessClaims, TokenErrorKind> {
        let scopes: Option<String> = self.optional("scope")?;
        Ok(AccessClaims {
            sub: self.required("sub")?,
            pool_id: pool_id.to_owned(),
            client_id,
            username: self.optional("username")?,
            scopes: scopes
                .iter()
                .flat_map(|scopes| scopes.split_ascii_whitespace())
                .map(String::from)
                .collect(),
            groups: self.optional("cognito:groups")?.unwrap_or_default(),
            auth_time: self.optional_time("auth_time")?,
            issued_at: self.required_time("iat")?,
            expires_at,
            origin_jti: self.optional("origin_jti")?,
            jti: self.optional("jti")?,
            others: Others(self.0),
        })
    }

    pub(crate) fn id(
        mut self,
        pool_id: &str,
        expires_at: SystemTime,
        client_id: String,
    ) -> Result<IdClaims, TokenErrorKind> {
        Ok(IdClaims {
            sub: self.required("sub")?,
            pool_id: pool_id.to_owned(),
            client_id,
            username: self.required("cognito:username")?,
            groups: self.optional("cognito:groups")?.unwrap_or_default(),
            auth_time: self.optional_time("auth_time")?,
            issued_at: self.required_time("iat")?,
            expires_at,
            origin_jti: self.optional("origin_jti")?,
            jti: self.optional("jti")?,
            email: self.optional("email")?,
            email_verified: self.optional("email_verified")?,
            others: Others(self.0),
        })
    }
}
