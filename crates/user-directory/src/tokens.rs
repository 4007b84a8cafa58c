use std::time::Duration;

use crate::{AccessToken, IdToken, RefreshToken};

/// An access and an ID token: what a refresh brings.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Tokens {
    /// For Cognito's self-service operations, and for APIs of your own.
    pub access_token: AccessToken,
    /// Who the user is, with attributes.
    pub id_token: IdToken,
    /// How long the access token is good, counted from its issue: 1 hour unless the client says
    /// otherwise.
    pub expires_in: Duration,
    /// Always `Bearer`, as Cognito sends it.
    pub token_type: String,
}

impl Tokens {
    /// Tokens of type `Bearer`.
    pub fn new(access_token: AccessToken, id_token: IdToken, expires_in: Duration) -> Self {
        Self { access_token, id_token, expires_in, token_type: "Bearer".to_owned() }
    }

    /// Sets the token type, for an implementation that relays what a service sent.
    #[must_use]
    pub fn with_token_type(mut self, token_type: impl Into<String>) -> Self {
        self.token_type = token_type.into();
        self
    }
}

/// What a sign-in brings: tokens, and the grant that refreshes them.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct TokenSet {
    /// The access and the ID token.
    pub tokens: Tokens,
    /// What to keep for [`Authentication::refresh`](crate::Authentication::refresh).
    pub grant: RefreshGrant,
}

impl TokenSet {
    /// Puts tokens and grant together.
    pub fn new(tokens: Tokens, grant: RefreshGrant) -> Self {
        Self { tokens, grant }
    }

    /// The access token.
    pub fn access_token(&self) -> &AccessToken {
        &self.tokens.access_token
    }

    /// The ID token.
    pub fn id_token(&self) -> &IdToken {
        &self.tokens.id_token
    }

    /// How long the access token is good, counted from its issue.
    pub fn expires_in(&self) -> Duration {
        self.tokens.expires_in
    }
}

/// What an application stores after a sign-in in order to refresh later.
///
/// It carries the **real** user name beside the refresh token, because the secret hash of a refresh
/// needs it and the token does not have it: hashing the alias that the user typed is the most
/// common bug in refreshes with Cognito.
///
/// With the feature `serde` it survives a trip through a database or an encrypted cookie.
/// **Serialized, it exposes the refresh token**: encrypt it, or keep it server-side. It can be
/// built [from parts](Self::new) and read part by part for any other kind of store.
///
/// ```
/// use user_directory::{RefreshGrant, RefreshToken};
///
/// let grant = RefreshGrant::new(RefreshToken::new("eyJjdHki…"), "alice", "a-sub");
/// assert_eq!(grant.username(), "alice");
/// assert_eq!(format!("{:?}", grant.refresh_token()), "RefreshToken([redacted])");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RefreshGrant {
    refresh_token: RefreshToken,
    username: String,
    sub: String,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    origin_jti: Option<String>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    device_key: Option<String>,
}

impl RefreshGrant {
    /// A grant for the real user name (the access token's `username` claim) and the `sub`.
    pub fn new(
        refresh_token: RefreshToken,
        username: impl Into<String>,
        sub: impl Into<String>,
    ) -> Self {
        Self {
            refresh_token,
            username: username.into(),
            sub: sub.into(),
            origin_jti: None,
            device_key: None,
        }
    }

    /// Adds the `origin_jti` claim, which all tokens of one sign-in share.
    #[must_use]
    pub fn with_origin_jti(mut self, origin_jti: impl Into<String>) -> Self {
        self.origin_jti = Some(origin_jti.into());
        self
    }

    /// Adds the key of a tracked device.
    #[must_use]
    pub fn with_device_key(mut self, device_key: impl Into<String>) -> Self {
        self.device_key = Some(device_key.into());
        self
    }

    /// The same grant with another refresh token, as rotation brings it.
    #[must_use]
    pub fn with_refresh_token(mut self, refresh_token: RefreshToken) -> Self {
        self.refresh_token = refresh_token;
        self
    }

    /// The refresh token.
    pub fn refresh_token(&self) -> &RefreshToken {
        &self.refresh_token
    }

    /// The real user name.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The user's immutable id.
    pub fn sub(&self) -> &str {
        &self.sub
    }

    /// What all tokens of this sign-in share; absent for clients without token revocation.
    pub fn origin_jti(&self) -> Option<&str> {
        self.origin_jti.as_deref()
    }

    /// The device key, if the pool tracks devices.
    pub fn device_key(&self) -> Option<&str> {
        self.device_key.as_deref()
    }
}

/// What a refresh brings. The enum is exhaustive on purpose, so that an application handles both.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the compiler should ask for both arms")]
pub enum Refreshed {
    /// New tokens; the refresh token stays as it was. There is no field that could carry one.
    Kept(Tokens),
    /// New tokens and a new refresh token: the client rotates them, and the old one ends.
    Rotated(TokenSet),
}

impl Refreshed {
    /// The new access and ID token, of either kind of refresh.
    pub fn tokens(&self) -> &Tokens {
        match self {
            Self::Kept(tokens) => tokens,
            Self::Rotated(set) => &set.tokens,
        }
    }
}

/// Which operation of Cognito an implementation refreshes with. You choose it by configuration.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum RefreshFlow {
    /// (Admin)InitiateAuth with REFRESH_TOKEN_AUTH and a secret hash of the real user name. Does
    /// not work where the client rotates refresh tokens.
    #[default]
    RefreshTokenAuth,
    /// GetTokensFromRefreshToken, which takes the client secret itself; works with rotation on or
    /// off.
    GetTokensFromRefreshToken,
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use super::*;

    #[test]
    fn a_grant_survives_a_trip_through_a_database() {
        let grant =
            RefreshGrant::new(RefreshToken::new("r"), "alice", "a-sub").with_origin_jti("o-jti");
        let stored = serde_json::to_string(&grant).expect("a grant is plain data");
        assert_eq!(
            stored,
            r#"{"refresh_token":"r","username":"alice","sub":"a-sub","origin_jti":"o-jti"}"#
        );
        assert_eq!(serde_json::from_str::<RefreshGrant>(&stored).expect("as written"), grant);
    }
}
