//! What the bodies of cases assert with.
//!
//! Failures print values through `Debug`, which secrets keep to themselves. Compare secrets as they
//! are, not what `expose` returns.

use std::fmt::Debug;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use user_directory::{
    AuthOutcome, Challenge, Error, ErrorKind, NewPasswordRequired, Operation, Refreshed,
    Registration, Result, TokenSet, Tokens, User,
};

use crate::{Aspect, Failure, WireAnswer};

/// The call was refused with this kind, and with one of these texts; any text if there are none.
/// Brings the error.
///
/// # Errors
///
/// [`Aspect::Code`] if the call succeeded or the kind differs, [`Aspect::Text`] if only the text
/// does.
pub fn refused<T>(result: Result<T>, kind: ErrorKind, texts: &[&str]) -> Result<Error, Failure> {
    let error = match result {
        Ok(_) => {
            let message = format!("expected {kind:?}, but the call succeeded");
            return Err(Failure::new(Aspect::Code, message));
        }
        Err(error) => error,
    };
    if error.kind() != kind {
        return Err(Failure::new(Aspect::Code, format!("expected {kind:?}, got {error}")));
    }
    if !texts.is_empty() && !texts.contains(&error.message()) {
        let texts: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
        let message =
            format!("expected the text {}, got {:?}", texts.join(" or "), error.message());
        return Err(Failure::new(Aspect::Text, message));
    }
    Ok(error)
}

/// Both are equal. `what` names them, as in "the status".
///
/// # Errors
///
/// [`Aspect::Other`] if they are not.
pub fn equal<L, R>(what: &str, found: L, expected: R) -> Result<(), Failure>
where
    L: Debug + PartialEq<R>,
    R: Debug,
{
    if found == expected {
        return Ok(());
    }
    Err(Failure::other(format!("{what}: expected {expected:?}, got {found:?}")))
}

/// Both differ. `what` names them.
///
/// # Errors
///
/// [`Aspect::Other`] if they are equal.
pub fn different<L, R>(what: &str, left: L, right: R) -> Result<(), Failure>
where
    L: Debug + PartialEq<R>,
{
    if left != right {
        return Ok(());
    }
    Err(Failure::other(format!("{what}: expected two values, got {left:?} twice")))
}

/// The condition holds. `sentence` says what should have been.
///
/// # Errors
///
/// [`Aspect::Other`] with the sentence.
pub fn that(condition: bool, sentence: impl AsRef<str>) -> Result<(), Failure> {
    if condition { Ok(()) } else { Err(Failure::other(sentence)) }
}

/// The value is there. `what` names it.
///
/// # Errors
///
/// [`Aspect::Other`] if it is not.
pub fn some<T>(what: &str, value: Option<T>) -> Result<T, Failure> {
    value.ok_or_else(|| Failure::other(format!("{what}: expected a value, got none")))
}

/// The sign-in brought tokens.
///
/// # Errors
///
/// [`Aspect::Other`] if it brought a challenge.
pub fn tokens(outcome: AuthOutcome) -> Result<TokenSet, Failure> {
    match outcome {
        AuthOutcome::Tokens(tokens) => Ok(tokens),
        AuthOutcome::Challenge(challenge) => {
            Err(Failure::other(format!("expected tokens, got the challenge {}", challenge.name())))
        }
    }
}

/// The sign-in brought NEW_PASSWORD_REQUIRED.
///
/// # Errors
///
/// As [`challenge`].
pub fn new_password_required(outcome: AuthOutcome) -> Result<NewPasswordRequired, Failure> {
    challenge(outcome, NewPasswordRequired::NAME, Challenge::new_password_required)
}

/// The sign-in brought a challenge of this kind, whose AWS name is `name`.
///
/// # Errors
///
/// [`Aspect::Other`] if it brought tokens or another challenge.
pub fn challenge<C: Clone>(
    outcome: AuthOutcome,
    name: &str,
    kind: impl FnOnce(&Challenge) -> Option<&C>,
) -> Result<C, Failure> {
    match outcome {
        AuthOutcome::Tokens(_) => Err(Failure::other(format!("expected {name}, got tokens"))),
        AuthOutcome::Challenge(challenge) => kind(&challenge).cloned().ok_or_else(|| {
            Failure::other(format!("expected {name}, got the challenge {}", challenge.name()))
        }),
    }
}

/// The refresh brought no refresh token.
///
/// # Errors
///
/// [`Aspect::Other`] if it did.
pub fn kept(refreshed: Refreshed) -> Result<Tokens, Failure> {
    match refreshed {
        Refreshed::Kept(tokens) => Ok(tokens),
        Refreshed::Rotated(_) => Err(Failure::other("the refresh brought a refresh token")),
    }
}

/// The refresh brought a refresh token.
///
/// # Errors
///
/// [`Aspect::Other`] if it did not.
pub fn rotated(refreshed: Refreshed) -> Result<TokenSet, Failure> {
    match refreshed {
        Refreshed::Rotated(set) => Ok(set),
        Refreshed::Kept(_) => Err(Failure::other("the refresh brought no refresh token")),
    }
}

/// The registration is complete.
///
/// # Errors
///
/// [`Aspect::Other`] with what stopped it.
pub fn registered(registration: Registration) -> Result<User, Failure> {
    match registration {
        Registration::Complete(user) => Ok(user),
        Registration::Unfinished(unfinished) => {
            Err(Failure::other(format!("the registration is unfinished: {}", unfinished.cause())))
        }
    }
}

/// The claims of a token, a JSON object, without a look at its signature. A claim that is not there
/// is null: `check::claims(token)?["email"]` does not panic.
///
/// # Errors
///
/// [`Aspect::Other`] if it is no JSON web token.
pub fn claims(token: &str) -> Result<Value, Failure> {
    part(token, 1, "claims")
}

/// The header of a token, as [`claims`].
///
/// # Errors
///
/// [`Aspect::Other`] if it is no JSON web token.
pub fn header(token: &str) -> Result<Value, Failure> {
    part(token, 0, "header")
}

fn part(token: &str, index: usize, what: &str) -> Result<Value, Failure> {
    let parts: Vec<_> = token.split('.').collect();
    let decode = || {
        if parts.len() != 3 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(parts[index]).ok()?;
        serde_json::from_slice(&bytes).ok().filter(Value::is_object)
    };
    decode().ok_or_else(|| Failure::other(format!("the token has no readable {what}")))
}

/// What a call past the traits answered, as the traits would say it.
pub(crate) fn answered(answer: &WireAnswer, operation: &str) -> Result<()> {
    if answer.status == 200 {
        return Ok(());
    }
    let said = |member: &str| answer.body[member].as_str().unwrap_or_default().to_owned();
    // Some emulators write the class with its namespace.
    let class = said("__type").rsplit('#').next().unwrap_or_default().to_owned();
    let operation = Operation::from_name(operation).expect("the table has it");
    Err(Error::service(operation, class, said("message")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn not_authorized() -> Result<()> {
        Err(Error::new(ErrorKind::NotAuthorized, "Incorrect username or password."))
    }

    fn aspect<T>(result: Result<T, Failure>) -> Option<Aspect> {
        result.err().map(|failure| failure.aspect())
    }

    #[test]
    fn a_refusal_differs_in_code_or_in_text() {
        let kind = ErrorKind::NotAuthorized;
        assert_eq!(aspect(refused(not_authorized(), kind, &[])), None);
        let texts = ["Other.", "Incorrect username or password."];
        assert_eq!(aspect(refused(not_authorized(), kind, &texts)), None);
        assert_eq!(aspect(refused(not_authorized(), kind, &["Other."])), Some(Aspect::Text));
        let other = ErrorKind::UserNotFound;
        assert_eq!(aspect(refused(not_authorized(), other, &[])), Some(Aspect::Code));
        assert_eq!(aspect(refused(Ok(()), kind, &[])), Some(Aspect::Code));
    }

    #[test]
    fn tokens_are_taken_apart() {
        let encode = |text| URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.sig", encode(r#"{"alg":"RS256"}"#), encode(r#"{"sub":"s"}"#));
        assert_eq!(claims(&token).unwrap()["sub"], "s");
        assert_eq!(claims(&token).unwrap()["email"], Value::Null);
        assert_eq!(header(&token).unwrap()["alg"], "RS256");
        assert_eq!(aspect(claims("a.b")), Some(Aspect::Other));
        assert_eq!(aspect(claims(&format!("e30.{}.sig", encode("[]")))), Some(Aspect::Other));
    }
}
