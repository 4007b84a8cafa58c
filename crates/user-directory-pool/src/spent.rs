use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{codes::Tries, lockout::Lockout, sign_ins::Digest, user::UserId};

/// What refused calls spend too: everything else of a pool stays as it was.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Spent {
    pub(crate) tries: Tries,
    pub(crate) lockout: Lockout,
    /// Wrong codes of second factors. That they lock as wrong passwords do is documented:
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html>. That
    /// they have a count of their own is assumed.
    #[serde(default)]
    pub(crate) codes: Lockout,
    /// Sessions of challenges that a refused answer has ended.
    #[serde(default)]
    pub(crate) sessions: BTreeSet<Digest>,
    /// Wrong codes of apps that are set up in a session.
    #[serde(default)]
    pub(crate) setups: BTreeMap<Digest, u32>,
}

impl Spent {
    /// Forgets a user who is deleted.
    pub(crate) fn forget_user(&mut self, user: UserId) {
        self.tries.forget_user(user);
        self.lockout.reset(user);
        self.codes.reset(user);
    }
}
