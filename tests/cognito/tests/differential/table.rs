//! What the sequences reached, and what they must reach.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use user_directory::{ErrorKind, Operation, Reason};
use user_directory_fake::Call;

#[derive(Debug, Default)]
pub(crate) struct Table {
    successes: BTreeMap<Operation, u64>,
    refusals: BTreeMap<ErrorKind, u64>,
    reasons: BTreeMap<String, u64>,
    repeats: BTreeMap<Operation, u64>,
}

/// What a sequence of this test can be refused with.
const KINDS: [ErrorKind; 27] = [
    ErrorKind::AliasExists,
    ErrorKind::CodeDeliveryFailure,
    ErrorKind::CodeMismatch,
    ErrorKind::EnableSoftwareTokenMfa,
    ErrorKind::ExpiredCode,
    ErrorKind::GroupExists,
    ErrorKind::Internal,
    ErrorKind::InvalidParameter,
    ErrorKind::InvalidPassword,
    ErrorKind::LimitExceeded,
    ErrorKind::MfaMethodNotFound,
    ErrorKind::NoAnswer,
    ErrorKind::NotAuthorized,
    ErrorKind::PasswordHistoryPolicyViolation,
    ErrorKind::PasswordResetRequired,
    ErrorKind::RefreshTokenReuse,
    ErrorKind::ResourceNotFound,
    ErrorKind::SoftwareTokenMfaNotFound,
    ErrorKind::TooManyRequests,
    ErrorKind::Unauthorized,
    ErrorKind::UnsupportedTokenType,
    ErrorKind::UnsupportedUserState,
    ErrorKind::UserNotConfirmed,
    ErrorKind::UserNotFound,
    ErrorKind::UserPoolAddOnNotEnabled,
    ErrorKind::UsernameExists,
    ErrorKind::UnsupportedOperation,
];

/// Pools here keep no events.
const NEVER_ANSWERED: Operation = Operation::AdminListUserAuthEvents;

/// Why a sequence of this test can be refused, where the library tells.
const REASONS: [Reason; 10] = [
    Reason::WrongCredentials,
    Reason::Disabled,
    Reason::LockedOut,
    Reason::TemporaryPasswordExpired,
    Reason::SessionExpired,
    Reason::SessionUsed,
    Reason::RefreshExpired,
    Reason::RefreshRevoked,
    Reason::RefreshInvalid,
    Reason::SecretHash,
];

/// What must have been sent again with a newer secret.
const REPEATED: [Operation; 6] = [
    Operation::AdminInitiateAuth,
    Operation::AdminRespondToAuthChallenge,
    Operation::ForgotPassword,
    Operation::InitiateAuth,
    Operation::RespondToAuthChallenge,
    Operation::RevokeToken,
];

impl Table {
    pub(crate) fn count(&mut self, call: &Call) {
        match call.outcome {
            Ok(()) => *self.successes.entry(call.operation).or_default() += 1,
            Err(kind) => *self.refusals.entry(kind).or_default() += 1,
        }
    }

    pub(crate) fn repeat(&mut self, operation: Operation) {
        *self.repeats.entry(operation).or_default() += 1;
    }

    pub(crate) fn reason(&mut self, reason: Reason) {
        *self.reasons.entry(format!("{reason:?}")).or_default() += 1;
    }

    /// What was not reached, though it must be, and what was, though nobody expects it.
    pub(crate) fn gaps(&self) -> Vec<String> {
        let never = |operation: &Operation| !self.successes.contains_key(operation);
        let operations = of_the_traits().filter(never).filter(|one| *one != NEVER_ANSWERED);
        let mut gaps: Vec<_> =
            operations.map(|operation| format!("{operation} never succeeded")).collect();
        let seen: BTreeSet<_> = self.refusals.keys().copied().collect();
        let expected = BTreeSet::from(KINDS);
        gaps.extend(expected.difference(&seen).map(|kind| format!("{kind:?} was never seen")));
        gaps.extend(seen.difference(&expected).map(|kind| format!("{kind:?} is not expected")));
        let unseen = |reason: &Reason| !self.reasons.contains_key(&format!("{reason:?}"));
        let reasons = REASONS.into_iter().filter(unseen);
        gaps.extend(reasons.map(|reason| format!("{reason:?} was never seen")));
        let unrepeated = REPEATED.iter().filter(|operation| !self.repeats.contains_key(operation));
        gaps.extend(unrepeated.map(|operation| format!("{operation} was never repeated")));
        gaps
    }
}

/// The operations that methods of the traits call.
pub(crate) fn of_the_traits() -> impl Iterator<Item = Operation> {
    Operation::ALL.iter().copied().filter(|operation| !operation.methods().is_empty())
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<32} {:>9}", "operation", "successes")?;
        for (operation, count) in &self.successes {
            writeln!(f, "{:<32} {count:>9}", operation.name())?;
        }
        writeln!(f, "\n{:<42} {:>9}", "refusal", "count")?;
        for (kind, count) in &self.refusals {
            let name = kind.code().map_or_else(|| format!("{kind:?}"), str::to_owned);
            writeln!(f, "{name:<42} {count:>9}")?;
        }
        writeln!(f, "\n{:<42} {:>9}", "reason", "count")?;
        for (reason, count) in &self.reasons {
            writeln!(f, "{reason:<42} {count:>9}")?;
        }
        writeln!(f, "\n{:<42} {:>9}", "sent again with a newer secret", "count")?;
        for (operation, count) in &self.repeats {
            writeln!(f, "{:<42} {count:>9}", operation.name())?;
        }
        Ok(())
    }
}
