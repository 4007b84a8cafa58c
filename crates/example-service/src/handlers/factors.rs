//! Second factors: the codes that a log in asks for, and authenticator apps, which are set up in a log
//! in that demands one, or later.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use user_directory::{
    AccessToken, Challenge, ChallengeAnswer, Code, FactorSetting, MfaPreference, MfaType,
    SetMfaPreference, SoftwareTokenSetup, VerifyOwnSoftwareToken,
};

use super::login::go_on;
use crate::{
    AppState, Waiting, cookies,
    errors::{During, Refusal},
    extract::{Body, LoggedIn, Nothing, code},
};

/// No `Debug`: it holds what a log must not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    #[serde(deserialize_with = "code")]
    code: Code,
}

/// `POST /login/code`: what came by mail or text message, or what the app shows.
pub(crate) async fn login_code(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(Typed { code }): Body<Typed>,
) -> Result<Response, Refusal> {
    let (ticket, waiting) = state.waiting(&headers)?;
    let answer = match &*waiting {
        Waiting::Challenge(Challenge::SmsMfa(challenge)) => challenge.answer(code),
        Waiting::Challenge(Challenge::EmailOtp(challenge)) => challenge.answer(code),
        Waiting::Challenge(Challenge::SoftwareTokenMfa(challenge)) => challenge.answer(code),
        _ => return Err(Refusal::no_challenge()),
    };
    respond(&state, &headers, ticket, answer).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    /// One of the `factors` of the answer before, such as `SMS_MFA`.
    factor: String,
}

/// `POST /login/factor`: which of several factors.
pub(crate) async fn login_factor(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(choice): Body<Choice>,
) -> Result<Response, Refusal> {
    let (ticket, waiting) = state.waiting(&headers)?;
    let Waiting::Challenge(Challenge::SelectMfaType(challenge)) = &*waiting else {
        return Err(Refusal::no_challenge());
    };
    let chosen = MfaType::from_name(&choice.factor);
    let chosen = chosen.filter(|factor| challenge.can_choose().contains(factor));
    let chosen = chosen.ok_or_else(|| Refusal::invalid("This factor was not offered."))?;
    respond(&state, &headers, ticket, challenge.answer(chosen)).await
}

/// `POST /login/app`: the secret for an authenticator app, in a log in that demands one.
pub(crate) async fn login_app(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refusal> {
    let (ticket, waiting) = state.waiting(&headers)?;
    let Waiting::Challenge(Challenge::MfaSetup(challenge)) = &*waiting else {
        return Err(Refusal::no_challenge());
    };
    let setup = state.directory.associate_software_token(challenge.software_token()).await;
    let setup = setup.map_err(|error| Refusal::of(During::SecondFactor, &error))?;
    let body = Json(json!({ "secret": setup.secret_code().expose() }));
    state.challenges.remove(ticket);
    let ticket = state.challenges.insert(state.now(), Waiting::App(setup))?;
    Ok(([(SET_COOKIE, cookies::CHALLENGE.set(&ticket))], body).into_response())
}

/// `POST /login/app/code`: what the app shows, which ends its set-up and the log in.
pub(crate) async fn login_app_code(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(Typed { code }): Body<Typed>,
) -> Result<Response, Refusal> {
    let (ticket, waiting) = state.waiting(&headers)?;
    let Waiting::App(setup) = &*waiting else { return Err(Refusal::no_challenge()) };
    let setup: &SoftwareTokenSetup = setup;
    match state.directory.verify_software_token(setup.verify(code)).await {
        Ok(verified) => respond(&state, &headers, ticket, verified.answer()).await,
        Err(error) => refused(&state, ticket, During::SecondFactor, &error),
    }
}

/// Answers a challenge, and goes on with what that brings.
pub(super) async fn respond(
    state: &AppState,
    headers: &HeaderMap,
    ticket: &str,
    answer: ChallengeAnswer,
) -> Result<Response, Refusal> {
    match state.directory.respond_to_challenge(answer).await {
        Ok(outcome) => {
            state.challenges.remove(ticket);
            go_on(state, headers, outcome).await
        }
        Err(error) => refused(state, ticket, During::SecondFactor, &error),
    }
}

/// After most refusals the same challenge can be answered again.
pub(super) fn refused(
    state: &AppState,
    ticket: &str,
    during: During,
    error: &user_directory::Error,
) -> Result<Response, Refusal> {
    let refusal = Refusal::of(during, error);
    if refusal.status != StatusCode::UNAUTHORIZED {
        return Err(refusal);
    }
    state.challenges.remove(ticket);
    Ok(([(SET_COOKIE, cookies::CHALLENGE.clear())], refusal).into_response())
}

/// `POST /app`: the secret for an authenticator app, for who is logged in.
pub(crate) async fn begin_app(
    State(state): State<AppState>,
    logged_in: LoggedIn,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Response, Refusal> {
    let token = access_token(&state, &logged_in).await?;
    let secret = state.own_factors.associate_own_software_token(&token).await;
    let secret = secret.map_err(|error| Refusal::of(During::SecondFactor, &error))?;
    Ok(Json(json!({ "secret": secret.expose() })).into_response())
}

/// `POST /app/code`: what the app shows. From then on, log ins ask for it.
pub(crate) async fn end_app(
    State(state): State<AppState>,
    logged_in: LoggedIn,
    Body(Typed { code }): Body<Typed>,
) -> Result<StatusCode, Refusal> {
    let token = access_token(&state, &logged_in).await?;
    let refused = |error| Refusal::of(During::SecondFactor, &error);
    let verify = VerifyOwnSoftwareToken::new(token.clone(), code);
    state.own_factors.verify_own_software_token(verify).await.map_err(refused)?;
    let app = MfaPreference::new().with(MfaType::SoftwareTokenMfa, FactorSetting::Preferred);
    let prefer = SetMfaPreference::new(token, app);
    state.own_factors.set_mfa_preference(prefer).await.map_err(refused)?;
    tracing::info!("an authenticator app was set up");
    Ok(StatusCode::NO_CONTENT)
}

/// The token of the session of who is logged in.
async fn access_token(state: &AppState, logged_in: &LoggedIn) -> Result<AccessToken, Refusal> {
    let session = state.sessions.get(state.now(), &logged_in.ticket);
    let session = session.ok_or_else(Refusal::no_session)?;
    let set = session.lock().await;
    Ok(set.access_token().clone())
}
