#![doc = include_str!("../README.md")]

mod claims;
mod error;
mod fetch;
mod guarded;
#[cfg(feature = "https")]
mod https;
mod keys;
mod ledger;
#[cfg(feature = "tower")]
mod middleware;
mod payload;
mod public_test_keys;
mod token_use;
mod user_pool;
mod verifier;

pub use claims::{AccessClaims, Claims, IdClaims};
pub use error::{TokenError, TokenErrorKind};
pub use fetch::{FetchError, JwksFetcher, fetch_with};
pub use guarded::{Guarded, SIGN_INS_ENDED};
#[cfg(feature = "https")]
pub use https::HttpsFetcher;
pub use keys::{KEY_LIFE, LARGEST_KEY_SET, PAUSE, PAUSE_AFTER_FAILURE, STALE_LIFE};
pub use ledger::{
    DEFAULT_SKEW, Ended, Ending, InMemoryLedger, LedgerError, SignInRef, SignOutLedger,
};
#[cfg(feature = "redis")]
pub use ledger::{RedisLedger, RedisLedgerBuilder};
#[cfg(feature = "tower")]
pub use middleware::{BearerError, RequireToken, RequireTokenService};
#[cfg(feature = "axum")]
pub use middleware::{GroupName, RequireGroup, RequireScope, ScopeName};
pub use token_use::TokenUse;
pub use user_pool::UserPool;
pub use verifier::{LONGEST_TOKEN, TokenVerifier, TokenVerifierBuilder};
