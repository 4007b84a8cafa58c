use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Secret, ServiceError, model::Members, model::shapes};

/// A pool's rules for passwords (AWS: `PasswordPolicyType`).
///
/// The default is what a pool gets whose creation names no policy: at least 8 characters of all
/// four classes, temporary passwords good for 7 days.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PasswordPolicy {
    /// 6 to 99 characters.
    pub minimum_length: u32,
    /// At least one of A to Z.
    pub require_uppercase: bool,
    /// At least one of a to z.
    pub require_lowercase: bool,
    /// At least one of 0 to 9.
    pub require_numbers: bool,
    /// At least one symbol.
    pub require_symbols: bool,
    /// 0 to 365 days; 0 stands for the default of 7, and so does none.
    pub temporary_password_validity_days: Option<u32>,
    /// How many passwords a user may not choose again, the current one included; 0 to 24.
    pub password_history_size: u32,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: None,
            password_history_size: 0,
        }
    }
}

/// The characters that count as symbols, as
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html> lists
/// them; a space that is neither first nor last counts too.
const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+-";

impl PasswordPolicy {
    pub(crate) fn members(&self, members: &mut Members) {
        members.integer(
            "Policies.PasswordPolicy.MinimumLength",
            Some(self.minimum_length.into()),
            &shapes::PASSWORD_POLICY_MIN_LENGTH_TYPE,
        );
        members.integer(
            "Policies.PasswordPolicy.PasswordHistorySize",
            Some(self.password_history_size.into()),
            &shapes::PASSWORD_HISTORY_SIZE_TYPE,
        );
        members.integer(
            "Policies.PasswordPolicy.TemporaryPasswordValidityDays",
            self.temporary_password_validity_days.map(Into::into),
            &shapes::TEMPORARY_PASSWORD_VALIDITY_DAYS_TYPE,
        );
    }

    /// How many days a temporary password is good for.
    pub fn temporary_password_days(&self) -> u32 {
        self.temporary_password_validity_days.filter(|days| *days != 0).unwrap_or(7)
    }

    pub(crate) fn temporary_password_validity(&self) -> Duration {
        Duration::from_secs(u64::from(self.temporary_password_days()) * 24 * 60 * 60)
    }

    /// Checks a password. One reason is reported at a time: the length first (reported), then
    /// lower case, upper case, numbers, symbols (their order is assumed).
    pub(crate) fn check(&self, password: &Secret) -> Result<(), ServiceError> {
        let password = password.expose();
        let lacks = |class: fn(char) -> bool| !password.chars().any(class);
        let reason = if password.chars().count() < self.minimum_length as usize {
            "Password not long enough"
        } else if self.require_lowercase && lacks(|c| c.is_ascii_lowercase()) {
            "Password must have lowercase characters"
        } else if self.require_uppercase && lacks(|c| c.is_ascii_uppercase()) {
            "Password must have uppercase characters"
        } else if self.require_numbers && lacks(|c| c.is_ascii_digit()) {
            "Password must have numeric characters"
        } else if self.require_symbols
            && lacks(|c| SYMBOLS.contains(c))
            && !password.trim_matches(' ').contains(' ')
        {
            "Password must have symbol characters"
        } else {
            return Ok(());
        };
        Err(ServiceError::PasswordPolicy { reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(password: &str) -> Option<&'static str> {
        match PasswordPolicy::default().check(&Secret::new(password)) {
            Ok(()) => None,
            Err(ServiceError::PasswordPolicy { reason }) => Some(reason),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_reason_at_a_time() {
        assert_eq!(reason("short"), Some("Password not long enough"));
        assert_eq!(reason("UPPERCASE"), Some("Password must have lowercase characters"));
        assert_eq!(reason("lowercase"), Some("Password must have uppercase characters"));
        assert_eq!(reason("Mixedcase"), Some("Password must have numeric characters"));
        assert_eq!(reason("Mixedcase1"), Some("Password must have symbol characters"));
        assert_eq!(reason("Mixedcase1!"), None);
    }

    #[test]
    fn only_basic_latin_counts_and_only_listed_symbols() {
        assert_eq!(reason("ÄÖÜäöüäöü1!"), Some("Password must have lowercase characters"));
        assert_eq!(reason("Mixedcase1€"), Some("Password must have symbol characters"));
        assert_eq!(SYMBOLS.chars().count(), 32);
        for symbol in SYMBOLS.chars() {
            assert_eq!(reason(&format!("Mixedcase1{symbol}")), None, "{symbol}");
        }
    }

    #[test]
    fn an_inner_space_is_a_symbol() {
        assert_eq!(reason("Mixed case1"), None);
        assert_eq!(reason(" Mixedcase1"), Some("Password must have symbol characters"));
        assert_eq!(reason("Mixedcase1 "), Some("Password must have symbol characters"));
    }
}
