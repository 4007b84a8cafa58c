use std::{fmt, marker::PhantomData};

use axum_core::{
    body::Body,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::request::Parts;

use super::BearerError;
use crate::{AccessClaims, Claims, IdClaims, TokenErrorKind};

impl IntoResponse for BearerError {
    fn into_response(self) -> Response {
        self.response::<Body>()
    }
}

/// What [`RequireToken`](crate::RequireToken) has put there.
fn claims(parts: &Parts) -> Result<&Claims, BearerError> {
    parts.extensions.get().ok_or_else(|| {
        tracing::error!(
            "a handler asks for claims, and its route has no RequireToken layer: add \
             `.layer(RequireToken::new(verifier))` to its router"
        );
        BearerError::NoLayer
    })
}

const WRONG_USE: BearerError =
    BearerError::InvalidToken { description: TokenErrorKind::TokenUse.text() };

impl<S: Sync> FromRequestParts<S> for Claims {
    type Rejection = BearerError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, BearerError> {
        claims(parts).cloned()
    }
}

impl<S: Sync> FromRequestParts<S> for AccessClaims {
    type Rejection = BearerError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, BearerError> {
        match claims(parts)? {
            Claims::Access(claims) => Ok(claims.clone()),
            Claims::Id(_) => Err(WRONG_USE),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for IdClaims {
    type Rejection = BearerError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, BearerError> {
        match claims(parts)? {
            Claims::Id(claims) => Ok(claims.clone()),
            Claims::Access(_) => Err(WRONG_USE),
        }
    }
}

/// Names a group for [`RequireGroup`].
pub trait GroupName: Send + 'static {
    /// The group's name in the user pool.
    const NAME: &'static str;
}

/// An extractor that refuses with 403 whoever was not in a group when the token was issued.
///
/// ```
/// use user_directory_tokens::{GroupName, RequireGroup};
///
/// struct Administrators;
///
/// impl GroupName for Administrators {
///     const NAME: &'static str = "administrators";
/// }
///
/// async fn list_users(administrator: RequireGroup<Administrators>) -> String {
///     format!("for {:?}", administrator.claims.username())
/// }
/// ```
#[non_exhaustive]
pub struct RequireGroup<G> {
    /// The token's claims.
    pub claims: Claims,
    group: PhantomData<fn() -> G>,
}

impl<S: Sync, G: GroupName> FromRequestParts<S> for RequireGroup<G> {
    type Rejection = BearerError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, BearerError> {
        let claims = claims(parts)?;
        match claims.groups().iter().any(|group| group == G::NAME) {
            true => Ok(Self { claims: claims.clone(), group: PhantomData }),
            false => Err(BearerError::NotInGroup),
        }
    }
}

impl<G> fmt::Debug for RequireGroup<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireGroup").field("claims", &self.claims).finish()
    }
}

/// Names a scope for [`RequireScope`].
pub trait ScopeName: Send + 'static {
    /// The scope, such as `reports/read`.
    const NAME: &'static str;
}

/// An extractor that refuses with 403 a token that does not allow something. An ID token never
/// does: it has no scopes.
#[non_exhaustive]
pub struct RequireScope<N> {
    /// The token's claims.
    pub claims: AccessClaims,
    scope: PhantomData<fn() -> N>,
}

impl<S: Sync, N: ScopeName> FromRequestParts<S> for RequireScope<N> {
    type Rejection = BearerError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, BearerError> {
        match claims(parts)? {
            Claims::Access(claims) if claims.has_scope(N::NAME) => {
                Ok(Self { claims: claims.clone(), scope: PhantomData })
            }
            _ => Err(BearerError::InsufficientScope { scope: N::NAME }),
        }
    }
}

impl<N> fmt::Debug for RequireScope<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireScope").field("claims", &self.claims).finish()
    }
}
