use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{ServiceError, Timestamp, snapshot, user::UserId};

/// Users who gave wrong passwords, and how long they are locked out for it. Where existence errors
/// are hidden, names that nobody has are among them (assumed).
///
/// After 5 failures a lock of a second, then of twice as long with each further failure, up to
/// about 15 minutes; what is tried during a lock does not count; a sign-in after the lock or 15
/// minutes of silence starts over:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html>. One pool has
/// been seen to let seven wrong passwords pass, so it can be switched off.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Lockout(#[serde(with = "snapshot::pairs")] BTreeMap<UserId, Failures>);

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Failures {
    count: u32,
    last: Timestamp,
}

const FREE_FAILURES: u32 = 5;

/// From how many names on those are forgotten that count no more.
const MANY: usize = 1024;

const LONGEST: Duration = Duration::from_secs(15 * 60);

impl Failures {
    /// 2^(n-5) seconds.
    fn lock(&self) -> Duration {
        let Some(exponent) = self.count.checked_sub(FREE_FAILURES) else { return Duration::ZERO };
        let seconds = 1_u64.checked_shl(exponent).unwrap_or(u64::MAX);
        Duration::from_secs(seconds).min(LONGEST)
    }
}

impl Lockout {
    /// Refuses who is locked out now.
    pub(crate) fn check(&self, user: UserId, now: Timestamp) -> Result<(), ServiceError> {
        match self.0.get(&user) {
            Some(failures) if now < failures.last + failures.lock() => {
                Err(ServiceError::PasswordAttemptsExceeded)
            }
            _ => Ok(()),
        }
    }

    /// Counts a wrong password.
    pub(crate) fn fail(&mut self, user: UserId, now: Timestamp) {
        // Names can be made up. What counts no more goes whenever there are twice as many as before.
        let count = self.0.len();
        if count >= MANY && count.is_power_of_two() && !self.0.contains_key(&user) {
            self.0.retain(|_, failures| now < failures.last + LONGEST);
        }
        let failures = self.0.entry(user).or_insert(Failures { count: 0, last: now });
        if now >= failures.last + LONGEST {
            failures.count = 0;
        }
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
    }

    /// Starts over.
    pub(crate) fn reset(&mut self, user: UserId) {
        self.0.remove(&user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uuid::Uuid;

    #[test]
    fn names_that_count_no_more_are_forgotten() {
        let user = |n: u128| UserId { rank: 0, sub: Uuid::from_random(n.to_be_bytes()) };
        let mut lockout = Lockout::default();
        let start = Timestamp::from_millis(0);
        (0..5 * MANY as u128).for_each(|n| lockout.fail(user(n), start));
        assert_eq!(lockout.0.len(), 5 * MANY, "they all count");
        let later = start + LONGEST;
        (0..4 * MANY as u128).for_each(|n| lockout.fail(user(1_000_000 + n), later));
        assert_eq!(lockout.0.len(), 9 * MANY - 5 * MANY, "at 8,192 the old ones went");
    }

    #[test]
    fn locks_double_up_to_a_quarter_of_an_hour() {
        let seconds = |count| Failures { count, last: Timestamp::from_millis(0) }.lock().as_secs();
        assert_eq!([4, 5, 6, 7, 14, 15, 99].map(seconds), [0, 1, 2, 4, 512, 900, 900]);
    }
}
