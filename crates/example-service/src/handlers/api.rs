//! For other programs, which bring a bearer token in place of a cookie. They get it from Cognito
//! themselves.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use user_directory_tokens::{
    BearerError, Claims, GroupName, IdClaims, RequireGroup, RequireScope, ScopeName,
};

use super::admin::{Listing, page};
use crate::{AppState, errors::Refusal, extract::Parameters};

/// What every sign-in through Cognito's API allows.
pub(crate) struct OwnAccount;

impl ScopeName for OwnAccount {
    const NAME: &'static str = "aws.cognito.signin.user.admin";
}

/// Who may list users. For browsers the service has a list of names; here the pool's group decides.
pub(crate) struct Administrators;

impl GroupName for Administrators {
    const NAME: &'static str = "administrators";
}

/// `GET /api/me`, by access token
pub(crate) async fn api_me(allowed: RequireScope<OwnAccount>) -> Json<Value> {
    let claims = allowed.claims;
    Json(json!({ "sub": claims.sub, "username": claims.username, "groups": claims.groups }))
}

/// `GET /api/profile`, by ID token
pub(crate) async fn api_profile(claims: IdClaims) -> Json<Value> {
    Json(json!({ "sub": claims.sub, "username": claims.username, "email": claims.email }))
}

/// `GET /api/users?email=&limit=&token=`, by access token of an administrator
pub(crate) async fn api_users(
    administrator: RequireGroup<Administrators>,
    State(state): State<AppState>,
    Parameters(listing): Parameters<Listing>,
) -> Result<Response, Refusal> {
    // A group of the pool is a user's. A program of its own has none, whatever its token claims.
    if let Claims::Access(claims) = &administrator.claims
        && claims.username.is_none()
    {
        return Ok(BearerError::NotInGroup.into_response());
    }
    Ok(page(&state, listing).await?.into_response())
}
