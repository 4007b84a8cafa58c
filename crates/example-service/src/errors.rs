//! The one place where refusals get their form, and where errors of the directory become refusals.

use std::borrow::Cow;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use serde_json::json;
use user_directory::{Error, ErrorKind};
use user_directory_tokens::TokenError;

/// What the service answers when it does not do what was asked: a word for programs and a sentence
/// for people.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    error: &'static str,
    message: Cow<'static, str>,
    retry_after: Option<u16>,
}

/// What was under way when the directory answered with an error: one code means different things.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum During {
    Registration,
    Login,
    NewPassword,
    /// A code, or an authenticator app.
    SecondFactor,
    /// What a user who is logged in does: refresh, look, log out.
    Session,
    Listing,
    /// Of a forgotten password.
    Recovery,
}

/// Seconds after which a throttled or failed call may be worth another try.
const SOON: u16 = 2;

/// The same for a quota that lasts.
const LATER: u16 = 10 * 60;

/// The same for the clock skew of a ledger, with the rest of a second.
const JUST_SIGNED_OUT: u16 = 3;

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        error: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, error, message: message.into(), retry_after: None }
    }

    /// What an error of the directory is to the client, after a line in the log.
    pub(crate) fn of(during: During, error: &Error) -> Self {
        let refusal = Self::by_kind(during, error);
        let (kind, reason, code) = (error.kind(), error.reason(), error.code());
        let (operation, request_id) = (error.operation(), error.request_id());
        // Not the text, nor the whole error: some of Cognito's texts quote what the user sent.
        if refusal.status == StatusCode::INTERNAL_SERVER_ERROR {
            let why = "the directory's answer points at the configuration or at this program";
            tracing::error!(?during, ?kind, ?reason, code, ?operation, request_id, "{why}");
        } else if refusal.status.is_server_error() {
            tracing::warn!(?during, ?kind, ?reason, code, ?operation, request_id, "no answer");
        } else {
            tracing::info!(?during, ?kind, ?reason, code, ?operation, request_id, "refused");
        }
        refusal
    }

    /// What an error of the verifier is, where nothing is known against the token.
    pub(crate) fn of_token(error: &TokenError) -> Self {
        tracing::warn!(kind = ?error.kind(), "tokens cannot be verified now");
        Self::unavailable(SOON)
    }

    fn by_kind(during: During, error: &Error) -> Self {
        use During::{Listing, Login, NewPassword, Recovery, Registration, SecondFactor, Session};
        use ErrorKind as Kind;
        match (during, error.kind()) {
            (
                _,
                Kind::TooManyRequests
                | Kind::ConnectionFailed
                | Kind::NotSent
                | Kind::Internal
                | Kind::NoAnswer
                | Kind::UnexpectedResponse,
            ) => Self::unavailable(SOON),
            (_, Kind::LimitExceeded | Kind::TooManyFailedAttempts) => Self::unavailable(LATER),

            // One answer to an unknown user, a wrong password, and an account that is disabled, not
            // confirmed or to be reset: Cognito gives some of these whatever the password is, and
            // so tells that the user exists.
            (
                Login,
                Kind::NotAuthorized
                | Kind::UserNotFound
                | Kind::UserNotConfirmed
                | Kind::PasswordResetRequired
                | Kind::InvalidParameter
                | Kind::UserLambdaValidation,
            ) => Self::new(
                StatusCode::UNAUTHORIZED,
                "not_logged_in",
                "The user name or the password is wrong, or the account cannot be used now. If \
                 you are sure of both, ask for help.",
            ),

            // That a name is taken cannot be kept from who wants to have it. Limits on the rate of
            // requests, in front of the service, keep a list of names from being tried.
            (Registration, Kind::UsernameExists | Kind::AliasExists) => Self::taken(),
            (Registration, Kind::UserLambdaValidation) => Self::new(
                StatusCode::FORBIDDEN,
                "registration_refused",
                "This registration is not allowed.",
            ),
            // This text names the rule that was broken, and nothing of the password.
            (Registration | NewPassword | Recovery, Kind::InvalidPassword) => {
                Self::new(StatusCode::BAD_REQUEST, "password_refused", error.message().to_owned())
            }
            (Registration | NewPassword | Recovery, Kind::PasswordHistoryPolicyViolation) => {
                Self::new(
                    StatusCode::BAD_REQUEST,
                    "password_refused",
                    "This password was used before.",
                )
            }
            (Registration, Kind::InvalidParameter) => Self::invalid(
                "The user name, the password or the e-mail address has a form that is not allowed.",
            ),
            (NewPassword, Kind::InvalidParameter) => {
                Self::invalid("A required attribute is missing, or a value is not allowed.")
            }
            (Listing, Kind::InvalidParameter) => {
                Self::invalid("The token has expired or belongs to another list: start again.")
            }

            (
                NewPassword,
                Kind::NotAuthorized
                | Kind::UserNotFound
                | Kind::UserNotConfirmed
                | Kind::PasswordResetRequired,
            ) => Self::no_challenge(),
            (
                Session,
                Kind::NotAuthorized
                | Kind::UserNotFound
                | Kind::UserNotConfirmed
                | Kind::PasswordResetRequired
                | Kind::RefreshTokenReuse,
            ) => Self::no_session(),

            (SecondFactor, Kind::CodeMismatch | Kind::EnableSoftwareTokenMfa) => Self::new(
                StatusCode::BAD_REQUEST,
                "code_refused",
                "The code is wrong: try again with the one that is shown now.",
            ),
            (SecondFactor, Kind::InvalidParameter) => Self::invalid("The code has six digits."),
            (SecondFactor, Kind::SoftwareTokenMfaNotFound) => Self::new(
                StatusCode::CONFLICT,
                "no_app",
                "No authenticator app can be set up here, or none was begun.",
            ),
            // A code that was used ends the log in, as everything does that is not there any more.
            (
                SecondFactor,
                Kind::ExpiredCode
                | Kind::NotAuthorized
                | Kind::UserNotFound
                | Kind::MfaMethodNotFound,
            ) => Self::no_challenge(),

            // One answer to a wrong code and to a user who is not there, or cannot do this.
            (
                Recovery,
                Kind::CodeMismatch
                | Kind::ExpiredCode
                | Kind::CodeDeliveryFailure
                | Kind::UserNotFound
                | Kind::UserNotConfirmed
                | Kind::NotAuthorized
                | Kind::InvalidParameter
                | Kind::UserLambdaValidation,
            ) => Self::new(
                StatusCode::BAD_REQUEST,
                "code_refused",
                "The code is wrong or has expired: ask for a new one.",
            ),

            // A mistake in the configuration or in this program: nothing that the client can change.
            _ => Self::broken(),
        }
    }

    pub(crate) fn taken() -> Self {
        Self::new(StatusCode::CONFLICT, "taken", "This user name or address is taken.")
    }

    pub(crate) fn invalid(message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    pub(crate) fn no_session() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "no_session", "Log in first.")
    }

    pub(crate) fn tokens_expired() -> Self {
        let message = "The tokens of this session have expired: POST /refresh, then try again.";
        Self::new(StatusCode::UNAUTHORIZED, "tokens_expired", message)
    }

    /// A ledger counts in seconds: sign-ins right after a sign-out are taken for earlier ones.
    pub(crate) fn just_signed_out() -> Self {
        let message = "You were just logged out everywhere. Log in again in a few seconds.";
        let mut refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "just_signed_out", message);
        refusal.retry_after = Some(JUST_SIGNED_OUT);
        refusal
    }

    pub(crate) fn no_challenge() -> Self {
        let message = "This log in does not ask for that, or no longer: log in again.";
        Self::new(StatusCode::UNAUTHORIZED, "no_challenge", message)
    }

    pub(crate) fn not_an_administrator() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Only administrators may do this.")
    }

    pub(crate) fn unfinished_registration() -> Self {
        let message = "Nobody knows yet whether the account was made. Log in with this password, \
                       and choose it again if you are asked for a new one; if the log in is \
                       refused, register again.";
        let mut refusal =
            Self::new(StatusCode::SERVICE_UNAVAILABLE, "registration_unfinished", message);
        refusal.retry_after = Some(SOON);
        refusal
    }

    pub(crate) fn broken() -> Self {
        let message = "Something is wrong with this service. Its log says what.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    fn unavailable(retry_after: u16) -> Self {
        let message = "The user directory does not answer now. Try again later.";
        let mut refusal = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message);
        refusal.retry_after = Some(retry_after);
        refusal
    }
}

impl From<getrandom::Error> for Refusal {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "the system has no randomness");
        Self::broken()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(json!({ "error": self.error, "message": self.message }));
        let mut response = (self.status, body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
