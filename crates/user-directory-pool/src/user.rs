use std::{borrow::Cow, collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Secret, Timestamp, mfa::UserMfa, schema::intern, snapshot, uuid::Uuid};

/// Where an account stands (AWS: `UserStatusType`, without the values that are no longer used).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum UserStatus {
    /// Signed up, not confirmed yet.
    Unconfirmed,
    /// May sign in.
    Confirmed,
    /// Has a temporary password.
    ForceChangePassword,
    /// Must choose a new password with a code.
    ResetRequired,
    /// Comes from an external identity provider. Entered only by a fixture.
    ExternalProvider,
}

impl UserStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [
        Self::Unconfirmed,
        Self::Confirmed,
        Self::ForceChangePassword,
        Self::ResetRequired,
        Self::ExternalProvider,
    ];

    /// The AWS name, such as `FORCE_CHANGE_PASSWORD`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::ExternalProvider => "EXTERNAL_PROVIDER",
        }
    }

    /// The status of an AWS name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

impl fmt::Display for UserStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is known about a password, by status: a state has no data that it cannot use.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) enum Account {
    Unconfirmed {
        #[serde(with = "snapshot::clear")]
        password: Secret,
    },
    Confirmed {
        #[serde(with = "snapshot::clear")]
        password: Secret,
    },
    ForceChangePassword {
        #[serde(with = "snapshot::clear")]
        temporary_password: Secret,
        expires: Timestamp,
    },
    /// The password stopped working when the reset was asked for.
    ResetRequired,
    ExternalProvider,
}

impl Account {
    /// The password that the user chose, if it works. A temporary one is not the user's, so it does
    /// not count as used before (assumed).
    pub(crate) fn password(&self) -> Option<&Secret> {
        match self {
            Self::Unconfirmed { password } | Self::Confirmed { password } => Some(password),
            Self::ForceChangePassword { .. } | Self::ResetRequired | Self::ExternalProvider => None,
        }
    }

    /// Whether there is a password to sign in with, the user's own or a temporary one.
    pub(crate) fn has_password(&self) -> bool {
        !matches!(self, Self::ResetRequired | Self::ExternalProvider)
    }

    pub(crate) fn status(&self) -> UserStatus {
        match self {
            Self::Unconfirmed { .. } => UserStatus::Unconfirmed,
            Self::Confirmed { .. } => UserStatus::Confirmed,
            Self::ForceChangePassword { .. } => UserStatus::ForceChangePassword,
            Self::ResetRequired => UserStatus::ResetRequired,
            Self::ExternalProvider => UserStatus::ExternalProvider,
        }
    }
}

/// A user of the pool.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct User {
    pub(crate) id: UserId,
    /// The real name, folded in a case-insensitive pool.
    pub(crate) username: Box<str>,
    pub(crate) account: Account,
    pub(crate) enabled: bool,
    pub(crate) attributes: Attributes,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// Grows with every sign-out; a sign-in of an older generation is dead.
    pub(crate) generation: u64,
    /// For tokens that carry no `origin_jti`.
    pub(crate) signed_out: Option<Timestamp>,
    /// Grows whenever an administrator touches the password; a session from before is dead.
    pub(crate) password_version: u64,
    /// Permanent passwords before this one, the newest first, as many as the pool's policy asks for.
    #[serde(with = "snapshot::clear_list")]
    pub(crate) password_history: Vec<Secret>,
    #[serde(default)]
    pub(crate) mfa: Option<Box<UserMfa>>,
}

impl User {
    /// Ends all sign-ins so far. O(1): they are recognized by their generation.
    pub(crate) fn sign_out(&mut self, now: Timestamp) {
        self.generation += 1;
        // A clock that was set back takes nothing back.
        self.signed_out = self.signed_out.max(Some(now));
    }

    /// Moves the account to another state. A password that goes is remembered with the `history`
    /// newest.
    pub(crate) fn set_account(&mut self, account: Account, now: Timestamp, history: usize) {
        let password = account.password();
        if let Some(old) = self.account.password().filter(|old| Some(*old) != password) {
            self.password_history.insert(0, old.clone());
        }
        self.password_history.truncate(history);
        self.account = account;
        self.password_version += 1;
        self.modified = now;
    }

    pub(crate) fn sub(&self) -> String {
        self.id.sub.to_string()
    }
}

/// Identifies a user for good, and places it in listings: by a keyed hash of the `sub` first, so
/// that a listing follows neither names nor creation. AWS promises no order.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) struct UserId {
    pub(crate) rank: u64,
    pub(crate) sub: Uuid,
}

impl UserId {
    /// Before all others.
    pub(crate) const LEAST: Self = Self { rank: 0, sub: Uuid::NIL };
}

/// Attributes without `sub`, which is part of the user's id.
///
/// A sorted vector: users have a handful, and a map would take a kilobyte for each.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Attributes(Vec<(Cow<'static, str>, Box<str>)>);

impl Attributes {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.position(name).ok().map(|position| &*self.0[position].1)
    }

    pub(crate) fn set(&mut self, name: Cow<'static, str>, value: &str) {
        match self.position(&name) {
            Ok(position) => self.0[position].1 = value.into(),
            Err(position) => self.0.insert(position, (name, value.into())),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        if let Ok(position) = self.position(name) {
            self.0.remove(position);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(n, _)| (**n).cmp(name))
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let by_name = BTreeMap::<String, Box<str>>::deserialize(deserializer)?;
        Ok(Self(by_name.into_iter().map(|(name, value)| (intern(name), value)).collect()))
    }
}
