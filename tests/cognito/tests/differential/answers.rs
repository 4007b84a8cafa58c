//! What a call brought, in a form that two routes can be compared in.

use user_directory::{
    AuthFactors, AuthOutcome, CodeDelivery, Error, ErrorKind, Group, GroupPage, Operation, OwnUser,
    Reason, Refreshed, Registration, SecretCode, SignedUp, SoftwareTokenSetup, User, UserPage,
    VerifiedSoftwareToken,
};

/// A success.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    Done,
    User(User),
    OwnUser(OwnUser),
    Page(UserPage),
    Group(Group),
    Groups(GroupPage),
    Auth(AuthOutcome),
    Refreshed(Refreshed),
    Registered(User),
    SignedUp(SignedUp),
    Sent(CodeDelivery),
    AllSent(Vec<CodeDelivery>),
    Factors(AuthFactors),
    Secret(SecretCode),
    Setup(SoftwareTokenSetup),
    Verified(VerifiedSoftwareToken),
    /// With what is certain, and why it is unfinished.
    Unfinished(Option<User>, Refusal),
}

/// An error, whole.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) kind: ErrorKind,
    pub(crate) code: Option<String>,
    message: String,
    operation: Option<Operation>,
    pub(crate) reason: Reason,
    request_id: Option<String>,
    is_retryable: bool,
    may_have_taken_effect: bool,
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        // A lost answer has no text and no request id of the service's.
        let lost = error.kind() == ErrorKind::NoAnswer;
        Self {
            kind: error.kind(),
            code: error.code().map(str::to_owned),
            message: if lost { String::new() } else { error.message().to_owned() },
            operation: error.operation(),
            reason: error.reason(),
            request_id: error.request_id().filter(|_| !lost).map(str::to_owned),
            is_retryable: error.is_retryable(),
            may_have_taken_effect: error.may_have_taken_effect(),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

pub(crate) type Outcome = Result<Answer, Refusal>;

pub(crate) fn of<T>(result: Result<T, Error>, answer: impl FnOnce(T) -> Answer) -> Outcome {
    result.map(answer).map_err(Refusal::from)
}

pub(crate) fn done(result: Result<(), Error>) -> Outcome {
    of(result, |()| Answer::Done)
}

pub(crate) fn registration(result: Result<Registration, Error>) -> Outcome {
    of(result, |registration| match registration {
        Registration::Complete(user) => Answer::Registered(user),
        Registration::Unfinished(unfinished) => {
            Answer::Unfinished(unfinished.created().cloned(), unfinished.cause().into())
        }
    })
}
