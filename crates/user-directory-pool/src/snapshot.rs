//! The whole state of a pool as plain data, for whoever keeps pools between two runs.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    Pool, Timestamp, client::Client, codes::Codes, groups::Groups, model::Members,
    sessions::Sessions, settings::Settings, sign_ins::SignIns, spent::Spent, srp::Exchanges,
    users::Users,
};

/// The whole state of a [`Pool`], to write with serde and to read back.
///
/// **What it writes holds passwords, codes and client secrets in clear**, as the pool itself does.
/// Its `Debug` does not. The form belongs to this version of the crate: whoever keeps it notes the
/// version, and refuses another one.
///
/// ```
/// # use user_directory_pool::{CreateUserPoolRequest, Entropy, Pool, PoolSnapshot, Timestamp};
/// # struct Zero;
/// # impl Entropy for Zero { fn fill(&mut self, bytes: &mut [u8]) { bytes.fill(0) } }
/// # let request = CreateUserPoolRequest::new("example");
/// # let now = Timestamp::from_millis(0);
/// # let pool = Pool::create("local-fake-1_Example01", request, now, &mut Zero)?;
/// let text = serde_json::to_string(&PoolSnapshot::of(&pool))?;
/// let snapshot: PoolSnapshot = serde_json::from_str(&text)?;
/// assert_eq!(snapshot.restore()?, pool);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub struct PoolSnapshot(#[serde(with = "State")] Pool);

impl PoolSnapshot {
    /// A copy of a pool's state.
    pub fn of(pool: &Pool) -> Self {
        Self(pool.clone())
    }

    /// The pool, in the state that the snapshot holds.
    ///
    /// # Errors
    ///
    /// Parts that do not fit together: the snapshot was changed since it was written.
    pub fn restore(self) -> Result<Pool, SnapshotDamaged> {
        let mut pool = self.0;
        let settings = &pool.settings;
        let mut members = Members::default();
        members.text("UserPoolId", &pool.id, &crate::model::shapes::USER_POOL_ID_TYPE);
        settings.password_policy.members(&mut members);
        if members.message().is_some() || !settings.schema.is_whole() {
            return Err(SnapshotDamaged("the settings"));
        }
        if pool.clients.iter().any(|(id, client)| *id != client.id) {
            return Err(SnapshotDamaged("the clients"));
        }
        if !pool.users.restore(settings) {
            return Err(SnapshotDamaged("the users"));
        }
        let users = &pool.users;
        if !pool.groups.restore(|id| users.get(id).is_some()) {
            return Err(SnapshotDamaged("the groups"));
        }
        if !pool.sign_ins.is_whole() {
            return Err(SnapshotDamaged("the refresh tokens"));
        }
        pool.spent.tries.restore();
        // One id for all that name a client, as in a pool that was never written.
        let ids = pool.sign_ins.client_ids_mut().chain(pool.sessions.client_ids_mut());
        for id in ids.chain(pool.exchanges.client_ids_mut()) {
            if let Some((own, _)) = pool.clients.get_key_value(&**id) {
                *id = Arc::clone(own);
            }
        }
        Ok(pool)
    }
}

impl fmt::Debug for PoolSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolSnapshot").field("id", &self.0.id).finish_non_exhaustive()
    }
}

/// The parts of a snapshot do not fit together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SnapshotDamaged(&'static str);

impl fmt::Display for SnapshotDamaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of the pool do not fit together", self.0)
    }
}

impl std::error::Error for SnapshotDamaged {}

/// A pool's members, so that [`Pool`] itself cannot be written by mistake.
#[derive(Deserialize, Serialize)]
#[serde(remote = "Pool", deny_unknown_fields)]
struct State {
    id: String,
    created: Timestamp,
    modified: Timestamp,
    settings: Settings,
    clients: BTreeMap<Arc<str>, Client>,
    users: Users,
    groups: Groups,
    codes: Codes,
    spent: Spent,
    sign_ins: SignIns,
    sessions: Sessions,
    #[serde(default)]
    exchanges: Exchanges,
    /// Nobody answers while a snapshot is made.
    #[serde(skip)]
    answering_in: Option<String>,
    /// The address of the process that was.
    #[serde(skip)]
    issuer_base: Option<String>,
}

/// A secret, in clear.
pub(crate) mod clear {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::Secret;

    pub(crate) fn serialize<S: Serializer>(secret: &Secret, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(secret.expose())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Secret, D::Error> {
        String::deserialize(d).map(Secret::new)
    }
}

/// Secrets, in clear.
pub(crate) mod clear_list {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::Secret;

    pub(crate) fn serialize<S: Serializer>(secrets: &[Secret], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(secrets.iter().map(Secret::expose))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Secret>, D::Error> {
        let texts = Vec::<String>::deserialize(d)?;
        Ok(texts.into_iter().map(Secret::new).collect())
    }
}

/// A map whose keys are no texts, as JSON wants them: a list of pairs.
pub(crate) mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S, K, V>(map: &BTreeMap<K, V>, s: S) -> Result<S::Ok, S::Error>
    where
        S: Serializer,
        K: Serialize,
        V: Serialize,
    {
        s.collect_seq(map)
    }

    pub(crate) fn deserialize<'de, D, K, V>(d: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        D: Deserializer<'de>,
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
    {
        Vec::deserialize(d).map(BTreeMap::from_iter)
    }
}

/// Users without the keys of their map, which they hold themselves.
pub(crate) mod users {
    use std::collections::BTreeMap;

    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::user::{User, UserId};

    type Users = BTreeMap<UserId, User>;

    pub(crate) fn serialize<S: Serializer>(users: &Users, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(users.values())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Users, D::Error> {
        let users = Vec::<User>::deserialize(d)?;
        Ok(users.into_iter().map(|user| (user.id, user)).collect())
    }
}
