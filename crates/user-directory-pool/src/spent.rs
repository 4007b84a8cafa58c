use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{codes::Tries, lockout::Lockout, sign_ins::Digest, user::UserId};

/// What refused calls spend too: everything else of a pool stays as it was.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Spent {
    pub(crate) tries: Tries,
    pub(crate) lockout: Lockout,
    /// Sessions of challenges that a refused answer has ended.
    #[serde(default)]
    pub(crate) sessions: BTreeSet<Digest>,
}

impl Spent {
    /// Forgets a user who is deleted.
    pub(crate) fn forget_user(&mut self, user: UserId) {
        self.tries.forget_user(user);
        self.lockout.reset(user);
    }
}
