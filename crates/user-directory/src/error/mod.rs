//! The one error type, its kinds and its hints.

mod kind;
mod reason;

use std::{borrow::Cow, error::Error as StdError, fmt};

pub use kind::ErrorKind;
pub use reason::Reason;

use crate::Operation;

/// The result of a call on a user directory.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call on a user directory failed.
///
/// Branch on [`kind`](Self::kind). An error holds no request, no response and no secret, and
/// `Display` is one line without the source, so it can be logged as it is.
///
/// ```
/// use user_directory::{Error, ErrorKind, Operation, Reason};
///
/// let error = Error::service(
///     Operation::AdminInitiateAuth,
///     "NotAuthorizedException",
///     "Incorrect username or password.",
/// );
/// assert_eq!(error.kind(), ErrorKind::NotAuthorized);
/// assert_eq!(error.reason(), Reason::WrongCredentials);
/// assert_eq!(
///     error.to_string(),
///     "AdminInitiateAuth: NotAuthorizedException: Incorrect username or password."
/// );
/// assert!(!error.is_retryable());
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    code: Option<Cow<'static, str>>,
    message: Cow<'static, str>,
    operation: Option<Operation>,
    request_id: Option<String>,
    note: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of a kind with a text: for mocks, and for failures on the way to the service.
    ///
    /// The text must not hold a secret.
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            code: kind.code().map(Cow::Borrowed),
            message: message.into(),
            operation: None,
            request_id: None,
            note: None,
            source: None,
        }))
    }

    /// What the service answered: an AWS error code, known here or not, and its text.
    pub fn service(
        operation: Operation,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let code = code.into();
        let mut error = Self::new(ErrorKind::from_code(&code), message);
        error.0.code = Some(code);
        error.with_operation(operation)
    }

    /// What an implementation answers to a method that it does not have. It has done nothing.
    pub fn not_implemented(operation: Operation) -> Self {
        Self::new(ErrorKind::NotImplemented, "this implementation does not have the operation")
            .with_operation(operation)
    }

    /// Names the operation that failed.
    #[must_use]
    pub fn with_operation(mut self, operation: Operation) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Adds the request id that AWS support asks for.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// Says what a wrapper has done although the call failed. `Display` shows it at the end.
    #[must_use]
    pub fn with_note(mut self, note: &'static str) -> Self {
        self.0.note = Some(note);
        self
    }

    /// Adds a cause. It must not hold a request, a response or a secret: an AWS SDK error does.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// What to branch on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The AWS error code, such as `NotAuthorizedException`, also if there is no kind for it.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The service's own text, or a description of the failure. Do not branch on it.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The AWS operation that failed.
    pub fn operation(&self) -> Option<Operation> {
        self.0.operation
    }

    /// The service's request id.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// What a wrapper has done although the call failed.
    pub fn note(&self) -> Option<&'static str> {
        self.0.note
    }

    /// A hint at the meaning of a code that has many.
    pub fn reason(&self) -> Reason {
        reason::reason(self.0.kind, &self.0.message)
    }

    /// Whether the same call may be sent again without harm, later.
    ///
    /// This is about safety, not about hope. A throttled call did nothing, so you may send it
    /// again. After a lost answer to a change you may not, because the change may have been made.
    /// After an hourly limit you may not, because trying again does not help. The implementation
    /// may have retried already.
    pub fn is_retryable(&self) -> bool {
        let reads = self.0.operation.is_some_and(Operation::is_read);
        match self.0.kind {
            ErrorKind::TooManyRequests | ErrorKind::ConnectionFailed | ErrorKind::NotSent => true,
            ErrorKind::Internal | ErrorKind::NoAnswer | ErrorKind::UnexpectedResponse => reads,
            _ => false,
        }
    }

    /// Whether the call may have changed something although it failed.
    ///
    /// True for a lost or unreadable answer and an internal error, unless the operation only
    /// reads, and for the errors that Cognito sends after the effect, such as
    /// [`CodeDeliveryFailure`](ErrorKind::CodeDeliveryFailure).
    pub fn may_have_taken_effect(&self) -> bool {
        let reads = self.0.operation.is_some_and(Operation::is_read);
        match self.0.kind {
            // Of a code that is not known yet nothing is known.
            ErrorKind::NoAnswer
            | ErrorKind::Internal
            | ErrorKind::UnexpectedResponse
            | ErrorKind::Uncategorized => !reads,
            kind => AFTER_THE_EFFECT.iter().any(|(operation, after, text)| {
                *after == kind
                    && self.message().starts_with(text)
                    // Without an operation the kind alone decides.
                    && self.operation().is_none_or(|own| own == *operation)
                    && (self.operation().is_some() || kind == ErrorKind::CodeDeliveryFailure)
            }),
        }
    }
}

/// The errors that Cognito sends after it has made the change: operation, kind, and how the text
/// begins, where the kind alone does not tell.
const AFTER_THE_EFFECT: &[(Operation, ErrorKind, &str)] = {
    use ErrorKind::{
        CodeDeliveryFailure, InvalidLambdaResponse, InvalidParameter, LimitExceeded,
        UnexpectedLambda, UserLambdaValidation,
    };
    use Operation::{
        AdminConfirmSignUp, AdminCreateUser, AdminResetUserPassword, ConfirmForgotPassword,
        ConfirmSignUp, ForgotPassword, GetUserAttributeVerificationCode, ResendConfirmationCode,
        SignUp, UpdateUserAttributes,
    };
    &[
        // https://github.com/aws/aws-sdk/issues/438
        (AdminCreateUser, CodeDeliveryFailure, ""),
        // Reported: the user is created nevertheless.
        (AdminCreateUser, InvalidParameter, "Alias entry already exists for a different username"),
        (SignUp, CodeDeliveryFailure, ""),
        // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html
        (SignUp, LimitExceeded, ""),
        // Assumed: by analogy with AdminCreateUser; an older code is replaced.
        (AdminResetUserPassword, CodeDeliveryFailure, ""),
        (ResendConfirmationCode, CodeDeliveryFailure, ""),
        (ForgotPassword, CodeDeliveryFailure, ""),
        (GetUserAttributeVerificationCode, CodeDeliveryFailure, ""),
        (UpdateUserAttributes, CodeDeliveryFailure, ""),
        // Reported: the PostConfirmation trigger runs after the user has been confirmed. An
        // InvalidLambdaResponse names no trigger.
        (AdminConfirmSignUp, UserLambdaValidation, "PostConfirmation"),
        (AdminConfirmSignUp, UnexpectedLambda, "PostConfirmation"),
        (AdminConfirmSignUp, InvalidLambdaResponse, ""),
        (SignUp, UserLambdaValidation, "PostConfirmation"),
        (SignUp, UnexpectedLambda, "PostConfirmation"),
        (ConfirmSignUp, UserLambdaValidation, "PostConfirmation"),
        (ConfirmSignUp, UnexpectedLambda, "PostConfirmation"),
        (ConfirmSignUp, InvalidLambdaResponse, ""),
        (ConfirmForgotPassword, UserLambdaValidation, "PostConfirmation"),
        (ConfirmForgotPassword, UnexpectedLambda, "PostConfirmation"),
        (ConfirmForgotPassword, InvalidLambdaResponse, ""),
        // Assumed: the CustomMessage trigger may run after the change that causes the message.
        (AdminCreateUser, UserLambdaValidation, "CustomMessage"),
        (AdminCreateUser, UnexpectedLambda, "CustomMessage"),
        (AdminCreateUser, InvalidLambdaResponse, ""),
        (AdminResetUserPassword, UserLambdaValidation, ""),
        (AdminResetUserPassword, UnexpectedLambda, ""),
        (AdminResetUserPassword, InvalidLambdaResponse, ""),
        (SignUp, UserLambdaValidation, "CustomMessage"),
        (SignUp, UnexpectedLambda, "CustomMessage"),
        (SignUp, InvalidLambdaResponse, ""),
    ]
};

impl From<ErrorKind> for Error {
    /// For mocks: `Err(ErrorKind::NotAuthorized.into())`.
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind, "")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        match &self.0.code {
            Some(code) => f.write_str(code)?,
            None => write!(f, "{:?}", self.0.kind)?,
        }
        if !self.0.message.is_empty() {
            // Some of Cognito's texts end in a line break or join lines; a log line must stay one
            // line.
            let lines: Vec<_> = self.0.message.lines().map(str::trim_end).collect();
            write!(f, ": {}", lines.join(" / "))?;
        }
        match self.0.note {
            Some(note) => write!(f, " ({note})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("code", &self.0.code)
            .field("message", &self.0.message)
            .field("operation", &self.0.operation)
            .field("request_id", &self.0.request_id)
            .field("note", &self.0.note)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_one_line_without_the_source() {
        let error = Error::service(
            Operation::AdminUpdateUserAttributes,
            "InvalidParameterException",
            "user.a: Attribute cannot be updated.\nuser.b: Attribute cannot be updated.\n",
        )
        .with_source(std::io::Error::other("the source"));
        assert_eq!(
            error.to_string(),
            "AdminUpdateUserAttributes: InvalidParameterException: \
             user.a: Attribute cannot be updated. / user.b: Attribute cannot be updated."
        );
        assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("the source"));
        assert_eq!(Error::from(ErrorKind::NoAnswer).to_string(), "NoAnswer");
        let noted = Error::from(ErrorKind::NoAnswer).with_note("and the cat is fed");
        assert_eq!(noted.to_string(), "NoAnswer (and the cat is fed)");
        assert_eq!(noted.note(), Some("and the cat is fed"));
    }

    #[test]
    fn unknown_codes_stay_readable() {
        let error = Error::service(Operation::ListUsers, "BrandNewException", "hello");
        assert_eq!(error.code(), Some("BrandNewException"));
        assert_eq!(error.kind(), ErrorKind::Uncategorized);
        assert!(!error.is_retryable());
        assert!(!error.may_have_taken_effect());
        let change = Error::service(Operation::AdminCreateUser, "BrandNewException", "hello");
        assert!(change.may_have_taken_effect());
    }

    #[test]
    fn some_errors_come_after_the_effect() {
        let of = |code: &'static str, text: &'static str| {
            Error::service(Operation::AdminCreateUser, code, text).may_have_taken_effect()
        };
        let alias = "Alias entry already exists for a different username";
        assert!(of("InvalidParameterException", alias));
        assert!(!of("InvalidParameterException", "Invalid email address format."));
        let trigger = "CustomMessage failed with error no.";
        assert!(of("UserLambdaValidationException", trigger));
        assert!(!of("UserLambdaValidationException", "PreSignUp failed with error no."));
        assert!(Error::from(ErrorKind::CodeDeliveryFailure).may_have_taken_effect());
    }

    #[test]
    fn retry_is_about_safety() {
        let lost = |operation| Error::from(ErrorKind::NoAnswer).with_operation(operation);
        assert!(lost(Operation::AdminGetUser).is_retryable());
        assert!(!lost(Operation::AdminGetUser).may_have_taken_effect());
        assert!(!lost(Operation::AdminCreateUser).is_retryable());
        assert!(lost(Operation::AdminCreateUser).may_have_taken_effect());
        let of = |kind: ErrorKind| Error::from(kind).with_operation(Operation::AdminCreateUser);
        assert!(of(ErrorKind::TooManyRequests).is_retryable());
        assert!(of(ErrorKind::ConnectionFailed).is_retryable());
        assert!(of(ErrorKind::NotSent).is_retryable());
        assert!(!of(ErrorKind::NotSent).may_have_taken_effect());
        assert!(!of(ErrorKind::LimitExceeded).is_retryable());
        assert!(of(ErrorKind::CodeDeliveryFailure).may_have_taken_effect());
        assert!(!of(ErrorKind::InvalidPassword).may_have_taken_effect());
        // Without an operation nothing is known to be a read.
        assert!(Error::from(ErrorKind::NoAnswer).may_have_taken_effect());
    }
}
