//! What handlers take from a request.

use axum::{
    Json, RequestExt as _,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{StatusCode, request::Parts},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use user_directory::{Code, Password};
use user_directory_tokens::TokenErrorKind;

use crate::{AppState, cookies, errors::Refusal};

/// The body, as JSON and said to be JSON.
pub(crate) struct Body<T>(pub(crate) T);

impl<T, S> FromRequest<S> for Body<T>
where
    T: DeserializeOwned + 'static,
    S: Send + Sync,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        match request.extract::<Json<T>, _>().await {
            Ok(Json(body)) => Ok(Self(body)),
            // Not axum's own text: it quotes the body, and a password may be what was malformed.
            Err(rejection) => Err(match rejection.status() {
                status @ StatusCode::PAYLOAD_TOO_LARGE => {
                    Refusal::new(status, "too_large", "The body is too large.")
                }
                status @ StatusCode::UNSUPPORTED_MEDIA_TYPE => Refusal::new(
                    status,
                    "not_json",
                    "Send the header content-type: application/json.",
                ),
                _ => Refusal::invalid("The body is not the JSON that this endpoint takes."),
            }),
        }
    }
}

/// The body of a POST that needs none: `{}`, so that it has the content type of JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// The parameters of the query.
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(_) => Err(Refusal::invalid("A parameter is unknown, or its value is not allowed.")),
        }
    }
}

/// A user with a session whose tokens are good.
pub(crate) struct LoggedIn {
    pub(crate) ticket: String,
    pub(crate) username: String,
    pub(crate) sub: String,
}

impl FromRequestParts<AppState> for LoggedIn {
    type Rejection = Refusal;

    /// The token of the session is verified each time, so that a user who was signed out, on
    /// whichever instance, is out at the next request.
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        let ticket = cookies::SESSION.read(&parts.headers).ok_or_else(Refusal::no_session)?;
        let session = state.sessions.get(state.now(), ticket).ok_or_else(Refusal::no_session)?;
        let set = session.lock().await;
        let verified = state.verifier.access_token(set.access_token().expose()).await;
        if let Err(error) = verified {
            return Err(match error.kind() {
                TokenErrorKind::Expired => Refusal::tokens_expired(),
                _ if error.is_unavailable() => Refusal::of_token(&error),
                kind => {
                    tracing::info!(?kind, "a session has ended elsewhere");
                    state.sessions.remove(ticket);
                    Refusal::no_session()
                }
            });
        }
        let grant = &set.grant;
        Ok(Self {
            ticket: ticket.to_owned(),
            username: grant.username().to_owned(),
            sub: grant.sub().to_owned(),
        })
    }
}

/// That the user is an administrator. A handler that takes it cannot forget to look.
pub(crate) struct Administrator;

impl FromRequestParts<AppState> for Administrator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        let user = LoggedIn::from_request_parts(parts, state).await?;
        if !state.administrators.contains(&user.username) {
            return Err(Refusal::not_an_administrator());
        }
        Ok(Self)
    }
}

/// Reads a secret. `Password` itself is not for serde, so that nobody serializes one by accident.
pub(crate) fn password<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Password, D::Error> {
    String::deserialize(deserializer).map(Password::from)
}

/// As [`password`].
pub(crate) fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
    String::deserialize(deserializer).map(Code::from)
}
