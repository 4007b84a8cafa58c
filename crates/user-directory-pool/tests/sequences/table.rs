//! What the sequences reached, and what they must reach.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use user_directory_pool::ServiceError;

#[derive(Debug, Default)]
pub(crate) struct Table {
    successes: BTreeMap<&'static str, u64>,
    errors: BTreeMap<(&'static str, &'static str), u64>,
}

/// The operations on users and tokens; those that make pools and clients are no part of sequences.
const OPERATIONS: [&str; 43] = [
    "AddCustomAttributes",
    "AddUserPoolClientSecret",
    "AdminAddUserToGroup",
    "AdminConfirmSignUp",
    "AdminCreateUser",
    "AdminDeleteUser",
    "AdminDeleteUserAttributes",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminGetUser",
    "AdminInitiateAuth",
    "AdminListGroupsForUser",
    "AdminRemoveUserFromGroup",
    "AdminResetUserPassword",
    "AdminRespondToAuthChallenge",
    "AdminSetUserPassword",
    "AdminUpdateUserAttributes",
    "AdminUserGlobalSignOut",
    "ChangePassword",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "CreateGroup",
    "DeleteGroup",
    "DeleteUser",
    "DeleteUserAttributes",
    "DeleteUserPoolClientSecret",
    "ForgotPassword",
    "GetGroup",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GlobalSignOut",
    "InitiateAuth",
    "ListGroups",
    "ListUsers",
    "ListUsersInGroup",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SignUp",
    "UpdateGroup",
    "UpdateUserAttributes",
    "VerifyUserAttribute",
];

/// Errors that no sequence can cause, each with the reason.
const NOT_REACHED: [(&str, &str); 25] = [
    ("ClientIdTaken", "only the creation of a client answers it"),
    ("RuleBroken", "only the creation or update of a pool or client answers it"),
    ("SubMadeMutable", "only the creation of a pool answers it"),
    ("AttributeDataTypeMissing", "only JSON can leave the type out, tests/rules.rs does"),
    ("MaxLengthBelowMinLength", "tests/limits.rs has such limits"),
    ("MaxValueBelowMinValue", "tests/limits.rs has such limits"),
    ("CustomAttributeDuplicate", "only the creation of a pool answers it"),
    ("StandardAttributeChanged", "only the creation of a pool answers it"),
    ("TooManyCustomAttributes", "it takes 50 attributes, tests/limits.rs makes them"),
    ("TooManyGroups", "it takes 10,000 groups, tests/limits.rs makes them"),
    ("TooManyGroupsOfUser", "it takes 100 groups, tests/limits.rs makes them"),
    ("UserPoolAddOnNotEnabled", "one operation answers it in every state, tests/rules.rs calls it"),
    ("SoftwareTokenNotEnabled", FACTORS),
    ("SoftwareTokenNotSetUp", FACTORS),
    ("SoftwareTokenCodeMismatch", FACTORS),
    ("OwnSoftwareTokenCodeMismatch", FACTORS),
    ("SoftwareTokenVerifiedOnce", FACTORS),
    ("SoftwareTokenUsedOnce", FACTORS),
    ("SoftwareTokenCodeInvalid", FACTORS),
    ("MfaCodeMismatch", FACTORS),
    ("CodeAttemptsExceeded", FACTORS),
    ("MfaTypeNotOffered", FACTORS),
    ("NoDeliveryConfig", FACTORS),
    ("TwoPreferredFactors", FACTORS),
    ("PreferredFactorDisabled", FACTORS),
];

const FACTORS: &str = "tests/second_factors has sequences of its own for it";

impl Table {
    pub(crate) fn count(&mut self, operation: &'static str, error: Option<&ServiceError>) {
        match error {
            None => *self.successes.entry(operation).or_default() += 1,
            Some(error) => {
                *self.errors.entry((error.code().name(), error.name())).or_default() += 1;
            }
        }
    }

    /// What was not reached, though it must be.
    pub(crate) fn gaps(&self) -> Vec<String> {
        let never = |operation: &&&str| !self.successes.contains_key(**operation);
        let operations = OPERATIONS.iter().filter(never);
        let mut gaps: Vec<_> =
            operations.map(|operation| format!("{operation} never succeeded")).collect();

        let excluded = |name: &str| NOT_REACHED.iter().any(|(other, _)| *other == name);
        let seen_names: BTreeSet<_> = self.errors.keys().map(|(_, name)| *name).collect();
        let seen_codes: BTreeSet<_> = self.errors.keys().map(|(code, _)| *code).collect();
        let mut codes = BTreeSet::new();
        for error in ServiceError::samples() {
            if excluded(error.name()) {
                if seen_names.contains(error.name()) {
                    gaps.push(format!("{} was seen, but is listed as not reached", error.name()));
                }
                continue;
            }
            codes.insert(error.code().name());
            if !seen_names.contains(error.name()) {
                gaps.push(format!("the error {} was never seen", error.name()));
            }
        }
        let missing = codes.difference(&seen_codes);
        gaps.extend(missing.map(|code| format!("the code {code} was never seen")));
        gaps
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<78} {:>9}", "operation", "successes")?;
        for (operation, count) in &self.successes {
            writeln!(f, "{operation:<78} {count:>9}")?;
        }
        writeln!(f, "\n{:<40}  {:<36} {:>9}", "code", "error", "refusals")?;
        for ((code, name), count) in &self.errors {
            writeln!(f, "{code:<40}  {name:<36} {count:>9}")?;
        }
        Ok(())
    }
}
