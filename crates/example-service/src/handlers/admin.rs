use axum::{Json, extract::State, response::IntoResponse};
use serde::Deserialize;
use serde_json::{Value, json};
use user_directory::{Filter, FilterAttribute, ListUsers, User};

use crate::{
    AppState,
    errors::{During, Refusal},
    extract::{Administrator, Parameters},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    /// How the e-mail address begins.
    email: Option<String>,
    limit: Option<u32>,
    /// `next_token` of the page before.
    token: Option<String>,
}

/// `GET /admin/users?email=&limit=&token=`
pub(crate) async fn list_users(
    _: Administrator,
    State(state): State<AppState>,
    Parameters(listing): Parameters<Listing>,
) -> Result<impl IntoResponse, Refusal> {
    page(&state, listing).await
}

/// One page, for an administrator.
pub(super) async fn page(state: &AppState, listing: Listing) -> Result<Json<Value>, Refusal> {
    let mut request = ListUsers::new();
    if let Some(email) = listing.email.filter(|email| !email.is_empty()) {
        request = request.with_filter(Filter::prefix(FilterAttribute::Email, email));
    }
    if let Some(limit) = listing.limit {
        if !(1..=60).contains(&limit) {
            return Err(Refusal::invalid("The limit is a number from 1 to 60."));
        }
        request = request.with_limit(limit);
    }
    if let Some(token) = listing.token.filter(|token| !token.is_empty()) {
        request = request.with_pagination_token(token);
    }
    let page = state.directory.list_users(request).await;
    let page = page.map_err(|error| Refusal::of(During::Listing, &error))?;
    let users: Vec<Value> = page.users.iter().map(shown).collect();
    Ok(Json(json!({ "users": users, "next_token": page.pagination_token })))
}

fn shown(user: &User) -> Value {
    json!({
        "username": user.username,
        "email": user.attributes.get("email"),
        "status": user.status.name(),
        "enabled": user.enabled,
    })
}
