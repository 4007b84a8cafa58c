use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use user_directory::{AuthOutcome, Challenge, MfaSetup, MfaType, Password, SignIn};
use user_directory_tokens::TokenErrorKind;

use super::{factors::refused, session::end_session};
use crate::{
    AppState, Waiting, cookies,
    errors::{During, Refusal},
    extract::{Body, password},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    username: String,
    #[serde(deserialize_with = "password")]
    password: Password,
}

/// `POST /login`
pub(crate) async fn login(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(credentials): Body<Credentials>,
) -> Result<Response, Refusal> {
    let request = SignIn::new(credentials.username, credentials.password);
    let outcome = state.directory.sign_in(request).await;
    let outcome = outcome.map_err(|error| Refusal::of(During::Login, &error))?;
    go_on(&state, &headers, outcome).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    #[serde(deserialize_with = "password")]
    new_password: Password,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

/// `POST /new-password`
pub(crate) async fn new_password(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(body): Body<NewPassword>,
) -> Result<Response, Refusal> {
    let (ticket, waiting) = state.waiting(&headers)?;
    let Waiting::Challenge(Challenge::NewPasswordRequired(challenge)) = &*waiting else {
        return Err(Refusal::no_challenge());
    };

    // With an administrator's authority the answer could set any attribute: `email_verified`, or
    // one that an application reads rights from.
    if !body.attributes.keys().all(|name| challenge.required_attributes().contains(name)) {
        return Err(Refusal::invalid("Only the required attributes can be given here."));
    }
    let answer =
        challenge.answer_with(body.new_password, body.attributes.into_iter().collect::<Vec<_>>());
    match state.directory.respond_to_challenge(answer).await {
        Ok(outcome) => {
            state.challenges.remove(ticket);
            go_on(&state, &headers, outcome).await
        }
        Err(error) => refused(&state, ticket, During::NewPassword, &error),
    }
}

/// What follows when the directory believes the user, or wants to know more.
pub(super) async fn go_on(
    state: &AppState,
    headers: &HeaderMap,
    outcome: AuthOutcome,
) -> Result<Response, Refusal> {
    match outcome {
        AuthOutcome::Tokens(set) => {
            let verified = state.verifier.access_token(set.access_token().expose()).await;
            // Whatever else is the matter with it, the next request says.
            if verified.is_err_and(|error| error.kind() == TokenErrorKind::SignedOut) {
                return Err(Refusal::just_signed_out());
            }
            // Always a new ticket: one that was there before could be known to somebody else.
            end_session(state, headers).await;
            let body = json!({
                "username": set.grant.username(),
                "expires_in": set.expires_in().as_secs(),
            });
            let ticket = state.sessions.insert(state.now(), set.into())?;
            tracing::info!("logged in");
            let cookies = AppendHeaders([
                (SET_COOKIE, cookies::SESSION.set(&ticket)),
                (SET_COOKIE, cookies::CHALLENGE.clear()),
            ]);
            Ok((cookies, Json(body)).into_response())
        }
        AuthOutcome::Challenge(challenge) => {
            let body = asked(&challenge)?;
            tracing::info!(challenge = challenge.name(), "the log in needs another step");
            let ticket = state.challenges.insert(state.now(), Waiting::Challenge(challenge))?;
            Ok(([(SET_COOKIE, cookies::CHALLENGE.set(&ticket))], Json(body)).into_response())
        }
    }
}

/// What the browser is told of a challenge.
fn asked(challenge: &Challenge) -> Result<Value, Refusal> {
    let name = challenge.name();
    let names =
        |factors: &[MfaType]| factors.iter().map(|factor| factor.name()).collect::<Vec<_>>();
    Ok(match challenge {
        Challenge::NewPasswordRequired(challenge) => {
            json!({ "challenge": name, "required_attributes": challenge.required_attributes() })
        }
        Challenge::SmsMfa(challenge) => {
            json!({ "challenge": name, "destination": challenge.destination() })
        }
        Challenge::EmailOtp(challenge) => {
            json!({ "challenge": name, "destination": challenge.destination() })
        }
        Challenge::SoftwareTokenMfa(challenge) => {
            json!({ "challenge": name, "device": challenge.friendly_device_name() })
        }
        Challenge::SelectMfaType(challenge) => {
            json!({ "challenge": name, "factors": names(challenge.can_choose()) })
        }
        Challenge::MfaSetup(challenge) if offers_apps(challenge) => json!({ "challenge": name }),
        _ => {
            tracing::warn!(challenge = name, "a challenge that this service cannot pass on");
            let message = "This account needs a way to log in that this service does not have.";
            return Err(Refusal::new(
                StatusCode::NOT_IMPLEMENTED,
                "challenge_not_supported",
                message,
            ));
        }
    })
}

fn offers_apps(challenge: &MfaSetup) -> bool {
    challenge.can_set_up().contains(&MfaType::SoftwareTokenMfa)
}
