use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use serde_json::json;
use user_directory::{Code, ConfirmForgotPassword, ForgotPassword, Password};

use crate::{
    AppState,
    errors::{During, Refusal},
    extract::{Body, code, password},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgetful {
    username: String,
}

/// `POST /forgot-password`
///
/// One answer to everybody, so that it does not tell who exists.
pub(crate) async fn forgot_password(
    State(state): State<AppState>,
    Body(body): Body<Forgetful>,
) -> Result<impl IntoResponse, Refusal> {
    if let Err(error) = state.self_service.forgot_password(ForgotPassword::new(body.username)).await
    {
        let refusal = Refusal::of(During::Recovery, &error);
        if refusal.status.is_server_error() {
            return Err(refusal);
        }
    }
    let message = "If there is such an account and its address is verified, a code is on its way.";
    Ok((StatusCode::ACCEPTED, Json(json!({ "message": message }))))
}

/// No `Debug`: it holds what a log must not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    username: String,
    #[serde(deserialize_with = "code")]
    code: Code,
    #[serde(deserialize_with = "password")]
    new_password: Password,
}

/// `POST /reset-password`
///
/// It ends all sign-ins of the user: somebody else may have known the old password.
pub(crate) async fn reset_password(
    State(state): State<AppState>,
    Body(body): Body<Reset>,
) -> Result<StatusCode, Refusal> {
    let request = ConfirmForgotPassword::new(body.username, body.code, body.new_password);
    let confirmed = state.self_service.confirm_forgot_password(request).await;
    confirmed.map_err(|error| Refusal::of(During::Recovery, &error))?;
    tracing::info!("a forgotten password was replaced");
    Ok(StatusCode::NO_CONTENT)
}
