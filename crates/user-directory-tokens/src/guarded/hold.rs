//! Holding new sign-ins back while the ledger would refuse them.

use std::{
    fmt::Write as _,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use sha2::{Digest as _, Sha256};
use user_directory::Attributes;

use super::Guarded;
use crate::SignInRef;

/// How long the ledger keeps the names of a user whose sign-ins were ended. It asks for them within
/// seconds; the rest is for clocks that differ.
pub(super) const NAMES_LAST: Duration = Duration::from_secs(60);

/// A sign-in counts by its whole second. So the second of an ending and the clock skew of
/// [`DEFAULT_SKEW`](crate::DEFAULT_SKEW) are over after three waits, each until the next second.
const WAITS: usize = 3;

/// The attributes that a pool can let users sign in by.
const ALIASES: [&str; 3] = ["email", "phone_number", "preferred_username"];

/// All names by which a user can sign in, as the ledger has them.
pub(super) fn names(
    asked: &str,
    username: &str,
    sub: &str,
    attributes: &Attributes,
) -> Vec<String> {
    let aliases = ALIASES.iter().filter_map(|alias| attributes.get(alias));
    let mut names: Vec<_> = [asked, username, sub].into_iter().chain(aliases).map(digest).collect();
    names.sort();
    names.dedup();
    names
}

/// A name takes the place of a `sub` in the ledger; no `sub` begins like this. Nobody reads the name
/// there, but somebody who guesses it can check the guess, for as long as the record lasts. Pools that
/// tell cases apart hold one name back for the other, too.
fn digest(name: &str) -> String {
    let hash = Sha256::digest(name.to_lowercase());
    let mut digest = "name:".to_owned();
    for byte in hash {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

impl<D> Guarded<D> {
    /// Waits while the ledger would refuse a sign-in under this name.
    ///
    /// A ledger that cannot be asked holds nobody back: whoever verifies the tokens asks it again.
    pub(super) async fn hold_back(&self, name: &str) {
        if !self.holds_back {
            return;
        }
        let digest = digest(name);
        for _ in 0..WAITS {
            let now = (self.clock)();
            let sign_in = SignInRef::new(&self.pool_id, &digest, now, "");
            if !matches!(self.ledger.has_ended(&sign_in).await, Ok(true)) {
                return;
            }
            tokio::time::sleep(until_next_second(now)).await;
        }
    }
}

fn until_next_second(now: SystemTime) -> Duration {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    Duration::from_secs(since.as_secs() + 1) - since
}
