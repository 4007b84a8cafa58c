use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use serde_json::json;
use user_directory::{
    Attributes, Error, ErrorKind, Password, Register, Registration, UserDirectory,
    UserDirectoryExt as _,
};

use super::to_its_end;
use crate::{
    AppState,
    errors::{During, Refusal},
    extract::{Body, password},
};

/// No `Debug`: it holds what a log must not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUser {
    username: String,
    #[serde(deserialize_with = "password")]
    password: Password,
    email: Option<String>,
}

/// `POST /register`
pub(crate) async fn register(
    State(state): State<AppState>,
    Body(new_user): Body<NewUser>,
) -> Result<impl IntoResponse, Refusal> {
    // Or whoever comes first, before the administrator has an account, would be administrator.
    if state.is_reserved(&new_user.username) {
        return Err(Refusal::taken());
    }
    // Dropped between its two calls, a registration would leave a half-made account.
    let username = to_its_end(async move { complete(&*state.directory, new_user).await }).await??;
    tracing::info!("registered");
    Ok((StatusCode::CREATED, Json(json!({ "username": username }))))
}

/// Registers a user and answers the real name.
async fn complete(directory: &dyn UserDirectory, new_user: NewUser) -> Result<String, Refusal> {
    let NewUser { username, password, email } = new_user;
    // The address stays unverified: nobody has shown yet that it is this user's.
    let attributes: Attributes = email.map(|email| ("email", email)).into_iter().collect();
    let request = Register::new(&username, &password).with_attributes(attributes);
    let refused = |error: Error| Refusal::of(During::Registration, &error);

    let unfinished = match directory.register(request).await.map_err(refused)? {
        Registration::Complete(user) => return Ok(user.username),
        Registration::Unfinished(unfinished) => unfinished,
    };
    tracing::warn!(cause = ?unfinished.cause().kind(), "a registration stopped half-way");
    match unfinished.finish(directory, password).await {
        Ok(()) => Ok(unfinished.created().map_or(username, |user| user.username.clone())),
        Err(error) if error.kind() == ErrorKind::UsernameExists => Err(refused(error)),
        // 503 and not 202, which promises that somebody goes on: for that the password would have
        // to be kept. The user can go on, because the password is known there, and an account that
        // is half made lets its user in over the challenge for a new password.
        Err(error) => {
            tracing::warn!(kind = ?error.kind(), "a registration stays unfinished");
            Err(Refusal::unfinished_registration())
        }
    }
}
