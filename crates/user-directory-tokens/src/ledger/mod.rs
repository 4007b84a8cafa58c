//! Which sign-ins were ended, for those who verify tokens offline.

mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;

pub use memory::InMemoryLedger;
#[cfg(feature = "redis")]
pub use redis::{RedisLedger, RedisLedgerBuilder};

use crate::BackendError;

/// By how much the clock of a service and Cognito's may differ, unless a ledger is told otherwise.
pub const DEFAULT_SKEW: Duration = Duration::from_secs(2);

/// A record of sign-ins that were ended.
///
/// Cognito refuses the tokens of a user who was signed out, but whoever verifies tokens offline
/// does not ask Cognito. A [`TokenVerifier`](crate::TokenVerifier) asks the ledger instead, and
/// [`Guarded`](crate::Guarded) writes it.
///
/// # Contract
///
/// After [`record`](Self::record) has returned, every instance that shares the ledger answers true
/// for the sign-ins it ended, until `tokens_until`:
///
/// - for a user, those whose `auth_time` is not later than the recorded second plus the clock skew
///   ([`DEFAULT_SKEW`]). Refreshing keeps `auth_time`, so a refresh that races the sign-out gains
///   nothing. **A new sign-in in the same seconds is refused, too**, so
///   [`Guarded`](crate::Guarded#signing-in-again-at-once) holds it back.
/// - for one sign-in, all tokens with its `origin_jti`.
///
/// A later record never takes an earlier one back. What cannot be known is an error, never false.
#[async_trait]
pub trait SignOutLedger: fmt::Debug + Send + Sync + 'static {
    /// Records that sign-ins have ended.
    ///
    /// # Errors
    ///
    /// The record may not have been made.
    async fn record(&self, ending: &Ending) -> Result<(), BackendError>;

    /// Whether the sign-in that a token comes from was ended.
    ///
    /// # Errors
    ///
    /// The ledger cannot be asked.
    async fn has_ended(&self, sign_in: &SignInRef<'_>) -> Result<bool, BackendError>;
}

/// What a ledger records.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Ending {
    /// The user pool.
    pub pool_id: String,
    /// Which sign-ins.
    pub ended: Ended,
    /// When. Counted in whole seconds, as `auth_time` is.
    pub at: SystemTime,
    /// When the last token of these sign-ins has expired, and the record may be forgotten.
    pub tokens_until: SystemTime,
}

impl Ending {
    /// An ending at a time.
    pub fn new(
        pool_id: impl Into<String>,
        ended: Ended,
        at: SystemTime,
        tokens_until: SystemTime,
    ) -> Self {
        Self { pool_id: pool_id.into(), ended, at, tokens_until }
    }
}

/// Which sign-ins have ended.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a ledger has to know them all")]
pub enum Ended {
    /// All of a user, by `sub`; for [`Guarded`](crate::Guarded), which [holds sign-ins
    /// back](crate::Guarded#signing-in-again-at-once), also by `name:` and a digest of a name.
    User(String),
    /// One, by the `origin_jti` of its tokens.
    SignIn(String),
}

/// The sign-in that a token comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignInRef<'a> {
    /// The user pool.
    pub pool_id: &'a str,
    /// The user's immutable id.
    pub sub: &'a str,
    /// When the user signed in.
    pub auth_time: SystemTime,
    /// What all tokens of the sign-in share.
    pub origin_jti: &'a str,
}

impl<'a> SignInRef<'a> {
    /// The claims of a token that a ledger goes by.
    pub fn new(pool_id: &'a str, sub: &'a str, auth_time: SystemTime, origin_jti: &'a str) -> Self {
        Self { pool_id, sub, auth_time, origin_jti }
    }
}

/// Whole seconds since 1970, as in tokens; times before are 0.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The last `auth_time` that an ending at a second ends.
fn last_ended(second: u64, skew: Duration) -> u64 {
    // A part of a second counts as a whole one: rather refuse a token too many.
    second.saturating_add(skew.as_secs() + u64::from(skew.subsec_nanos() > 0))
}
