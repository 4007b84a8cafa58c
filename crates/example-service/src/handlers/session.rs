use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde_json::json;
use user_directory::{AuthenticationExt as _, Revoke};
use user_directory_tokens::SIGN_INS_ENDED;

use super::to_its_end;
use crate::{
    AppState, cookies,
    errors::{During, Refusal},
    extract::{Body, LoggedIn, Nothing},
};

/// `POST /refresh`
pub(crate) async fn refresh(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refusal> {
    let ticket = cookies::SESSION.read(&headers).ok_or_else(Refusal::no_session)?;
    let session = state.sessions.get(state.now(), ticket).ok_or_else(Refusal::no_session)?;

    let handle = state.clone();
    // Dropped half-way, it would lose the new refresh token where the client rotates them.
    let refreshed = to_its_end(async move {
        let mut set = session.lock().await;
        handle.directory.refresh_in_place(&mut set).await?;
        Ok(set.expires_in())
    })
    .await?;

    match refreshed {
        Ok(expires_in) => {
            tracing::info!("refreshed");
            Ok(Json(json!({ "expires_in": expires_in.as_secs() })).into_response())
        }
        Err(error) => {
            let refusal = Refusal::of(During::Session, &error);
            // A refresh that was not answered can be tried again; one that was refused cannot.
            if refusal.status != StatusCode::UNAUTHORIZED {
                return Err(refusal);
            }
            Ok(over(&state, ticket, refusal))
        }
    }
}

/// `GET /me`
pub(crate) async fn me(
    State(state): State<AppState>,
    logged_in: LoggedIn,
) -> Result<Response, Refusal> {
    let LoggedIn { ticket, username, sub } = logged_in;
    match state.directory.user(&username).await {
        // By the `sub`, because the name can be another user's by now.
        Ok(user) if user.enabled && user.sub() == Some(&sub) => {
            let attributes: BTreeMap<_, _> = user.attributes.iter().collect();
            let body = json!({ "username": user.username, "attributes": attributes });
            Ok(Json(body).into_response())
        }
        Ok(_) => Ok(over(&state, &ticket, Refusal::no_session())),
        Err(error) => {
            let refusal = Refusal::of(During::Session, &error);
            if refusal.status != StatusCode::UNAUTHORIZED {
                return Err(refusal);
            }
            Ok(over(&state, &ticket, refusal))
        }
    }
}

/// `POST /logout`: succeeds without a session, too.
pub(crate) async fn logout(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> impl IntoResponse {
    end_session(&state, &headers).await;
    if let Some(ticket) = cookies::CHALLENGE.read(&headers) {
        state.challenges.remove(ticket);
    }
    let cookies = AppendHeaders([
        (SET_COOKIE, cookies::SESSION.clear()),
        (SET_COOKIE, cookies::CHALLENGE.clear()),
    ]);
    (StatusCode::NO_CONTENT, cookies)
}

/// `POST /logout-everywhere`: all of the user's sessions and tokens, on all instances.
pub(crate) async fn logout_everywhere(
    State(state): State<AppState>,
    headers: HeaderMap,
    logged_in: LoggedIn,
    Body(Nothing {}): Body<Nothing>,
) -> Result<impl IntoResponse, Refusal> {
    let directory = state.directory.clone();
    let username = logged_in.username;
    // Dropped half-way, the ledger might not be written again.
    let signed_out = to_its_end(async move { directory.global_sign_out(&username).await }).await?;
    if let Err(error) = signed_out {
        // Where the ledger was written, the sessions are over whatever Cognito has done.
        let ended = error.note() == Some(SIGN_INS_ENDED);
        tracing::warn!(ended, "a log out everywhere is not complete");
        return Err(Refusal::of(During::Session, &error));
    }
    end_session(&state, &headers).await;
    tracing::info!("logged out everywhere");
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookies::SESSION.clear())]))
}

/// Ends the session of a request, if it has one, here and at the directory.
pub(super) async fn end_session(state: &AppState, headers: &HeaderMap) {
    let ticket = cookies::SESSION.read(headers);
    let Some(session) = ticket.and_then(|ticket| state.sessions.remove(ticket)) else { return };
    let directory = state.directory.clone();
    let revocation = to_its_end(async move {
        // Waits for a refresh that is under way, and revokes what it brings.
        let set = session.lock().await;
        directory.revoke(Revoke::from(&set.grant)).await
    });
    match revocation.await {
        Ok(Ok(())) => tracing::info!("logged out"),
        // The user is logged out in any case: nobody has the tokens any more, and they expire.
        Ok(Err(error)) => tracing::warn!(kind = ?error.kind(), "logged out, but not revoked"),
        Err(_) => {}
    }
}

/// The answer that ends a session which the directory no longer backs.
fn over(state: &AppState, ticket: &str, refusal: Refusal) -> Response {
    state.sessions.remove(ticket);
    ([(SET_COOKIE, cookies::SESSION.clear())], refusal).into_response()
}
