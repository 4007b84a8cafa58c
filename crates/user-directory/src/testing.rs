//! What tests say to a double of the service, and what they read from it: behind the feature
//! `testing`.
//!
//! The fake of `user-directory-fake` takes and answers these types and exports them again; the
//! contract of `user-directory-contract` speaks them to everything that it tests.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::{Attributes, Code, ErrorKind, Operation, Password, SecretCode, UserStatus};

/// What the authenticator app of a user shows at a moment: the code of a software token, six digits
/// that change every 30 seconds ([RFC 6238](https://www.rfc-editor.org/rfc/rfc6238)).
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use user_directory::testing::software_token_code;
///
/// // The example of the RFC.
/// let secret_code = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into();
/// let code = software_token_code(&secret_code, UNIX_EPOCH + Duration::from_secs(59));
/// assert_eq!(code.unwrap().expose(), "287082");
/// ```
///
/// `None` if the secret is not base32 of at least 16 bytes, as some emulators' are not, or the moment lies
/// before 1970.
pub fn software_token_code(secret_code: &SecretCode, at: SystemTime) -> Option<Code> {
    // Without the reasons, which may quote the secret.
    let secret = totp_rs::Secret::try_from_base32(secret_code.expose()).ok()?;
    let totp = totp_rs::Builder::new().with_secret(secret).build().ok()?;
    let since = at.duration_since(UNIX_EPOCH).ok()?;
    Some(Code::new(totp.generate(since.as_secs()).to_string()))
}

/// A user to put into a pool as it is, in any status: for tests that start in the middle.
///
/// ```
/// use user_directory::{UserStatus, testing::FixtureUser};
///
/// let alice = FixtureUser::new("alice", UserStatus::Confirmed)
///     .with_password("Correct-horse-9")
///     .with_attributes([("email", "alice@example.com"), ("email_verified", "true")])
///     .with_groups(["admins"]);
/// # assert!(alice.enabled);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FixtureUser {
    /// What an administrator would create the user as.
    pub username: String,
    /// Where the account stands. [`Archived`](UserStatus::Archived),
    /// [`Compromised`](UserStatus::Compromised) and [`Unknown`](UserStatus::Unknown) are not in use.
    pub status: UserStatus,
    /// The password, permanent or temporary as the status has it; a random one if absent. Statuses
    /// without a password that works do not keep it.
    pub password: Option<Password>,
    /// The attributes, without `sub`.
    pub attributes: Attributes,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// The `sub`: a UUID in lower case; a random one if absent.
    pub sub: Option<String>,
    /// The groups that the user is in; they must be there.
    pub groups: Vec<String>,
}

impl FixtureUser {
    /// An enabled user without attributes.
    pub fn new(username: impl Into<String>, status: UserStatus) -> Self {
        Self {
            username: username.into(),
            status,
            password: None,
            attributes: Attributes::new(),
            enabled: true,
            sub: None,
            groups: Vec::new(),
        }
    }

    /// Sets the password.
    #[must_use]
    pub fn with_password(mut self, password: impl Into<Password>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Sets the attributes.
    #[must_use]
    pub fn with_attributes(mut self, attributes: impl Into<Attributes>) -> Self {
        self.attributes = attributes.into();
        self
    }

    /// Sets whether the user may sign in.
    #[must_use]
    pub fn with_enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Sets the `sub`.
    #[must_use]
    pub fn with_sub(mut self, sub: impl Into<String>) -> Self {
        self.sub = Some(sub.into());
        self
    }

    /// Sets the groups.
    #[must_use]
    pub fn with_groups(mut self, groups: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.groups = groups.into_iter().map(Into::into).collect();
        self
    }
}

/// A fault of one operation: until it is removed, or for the next calls.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Fault {
    /// Which operation.
    pub operation: Operation,
    /// What goes wrong.
    pub kind: FaultKind,
    /// For how many calls; until it is removed if absent.
    pub times: Option<u32>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum FaultKind {
    /// TooManyRequestsException; nothing is done.
    Throttling,
    /// InternalErrorException; nothing is done, but the caller cannot know.
    InternalError,
    /// The answer comes late, by tokio's clock (which a paused test skips). A double's own clock
    /// is not moved.
    Latency(Duration),
    /// The call is carried out and its answer is lost; a refusal still arrives.
    AnswerLost,
    /// The call is carried out and its message is not delivered: CodeDeliveryFailureException.
    DeliveryFailure,
}

impl Fault {
    /// A fault of this kind until it is removed.
    pub fn new(operation: Operation, kind: FaultKind) -> Self {
        Self { operation, kind, times: None }
    }

    /// The operation is throttled.
    pub fn throttling(operation: Operation) -> Self {
        Self::new(operation, FaultKind::Throttling)
    }

    /// The operation fails inside the service.
    pub fn internal_error(operation: Operation) -> Self {
        Self::new(operation, FaultKind::InternalError)
    }

    /// The operation answers late.
    pub fn latency(operation: Operation, latency: Duration) -> Self {
        Self::new(operation, FaultKind::Latency(latency))
    }

    /// The operation is carried out, and its answer is lost.
    pub fn answer_lost(operation: Operation) -> Self {
        Self::new(operation, FaultKind::AnswerLost)
    }

    /// The operation is carried out, and its message is not delivered. A call that sends none is
    /// not affected.
    pub fn delivery_failure(operation: Operation) -> Self {
        Self::new(operation, FaultKind::DeliveryFailure)
    }

    /// Only for the next `times` calls of the operation, also those that are refused anyway.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// A call that reached a pool: which operation, with which parameters by name, and how it ended. No
/// values, so no secrets.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// When, by the clock of the double that answered.
    pub at: SystemTime,
    /// The AWS operation.
    pub operation: Operation,
    /// The AWS names of the members that were given, in the order of the request.
    pub parameters: Vec<Cow<'static, str>>,
    /// What the caller got: success, or an error of this kind.
    pub outcome: Result<(), ErrorKind>,
}

impl Call {
    /// A call that succeeded, without parameters.
    pub fn new(at: SystemTime, operation: Operation) -> Self {
        Self { at, operation, parameters: Vec::new(), outcome: Ok(()) }
    }

    /// Sets the names of the members that were given.
    #[must_use]
    pub fn with_parameters(
        mut self,
        parameters: impl IntoIterator<Item = impl Into<Cow<'static, str>>>,
    ) -> Self {
        self.parameters = parameters.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how it ended.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Result<(), ErrorKind>) -> Self {
        self.outcome = outcome;
        self
    }
}
