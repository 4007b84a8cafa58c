use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt, mem,
    ops::Bound,
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::{
    ServiceError,
    schema::Schema,
    settings::{AliasAttribute, Settings},
    snapshot,
    user::{User, UserId},
    uuid::Uuid,
};

/// The users of a pool, with an index for every way to find them: each look-up, change and page is
/// logarithmic in the number of users.
#[derive(Clone, Deserialize, PartialEq, Serialize)]
pub(crate) struct Users {
    /// Keys the order of listings and attributes.
    key: [u8; 16],
    #[serde(with = "snapshot::users")]
    by_id: BTreeMap<UserId, User>,
    #[serde(skip)]
    by_name: BTreeMap<Box<str>, UserId>,
    #[serde(skip)]
    aliases: BTreeMap<(AliasAttribute, Box<str>), UserId>,
    #[serde(skip)]
    by_attribute: BTreeSet<(SearchAttribute, Box<str>, UserId)>,
    /// How many users there have ever been.
    inserted: u64,
    /// Of the schema's names: a hash for each attribute of each user of a page is most of its cost.
    #[serde(skip)]
    ranks: Ranks,
}

/// The ranks of names that are asked for again and again.
type Ranks = BTreeMap<Cow<'static, str>, u64>;

impl fmt::Debug for Users {
    /// Without the key, which signs pagination tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.by_id.values()).finish()
    }
}

/// What a filter of ListUsers can name.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum SearchAttribute {
    Username,
    Email,
    PhoneNumber,
    Name,
    GivenName,
    FamilyName,
    PreferredUsername,
    UserStatus,
    Status,
    Sub,
}

impl SearchAttribute {
    /// What users are indexed by; a search by anything else looks through them.
    const INDEXED: [Self; 4] = [Self::Email, Self::PhoneNumber, Self::PreferredUsername, Self::Sub];

    /// Whether a search finds the users by an index.
    pub(crate) fn is_indexed(self) -> bool {
        self == Self::Username || Self::INDEXED.contains(&self)
    }

    const ALL: [Self; 10] = [
        Self::Username,
        Self::Email,
        Self::PhoneNumber,
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::PreferredUsername,
        Self::UserStatus,
        Self::Status,
        Self::Sub,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::PreferredUsername => "preferred_username",
            Self::UserStatus => "cognito:user_status",
            Self::Status => "status",
            Self::Sub => "sub",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|attribute| attribute.name() == name)
    }

    /// The user's value as searches compare it, if it has one.
    pub(crate) fn search_value(self, settings: &Settings, user: &User) -> Option<String> {
        self.value(user).map(|value| search_value(settings, self, &value).into_owned())
    }

    /// The user's value, if it has one.
    fn value(self, user: &User) -> Option<Cow<'_, str>> {
        match self {
            Self::Username => Some(Cow::Borrowed(&user.username)),
            Self::UserStatus => Some(Cow::Borrowed(user.account.status().name())),
            Self::Status => Some(Cow::Borrowed(if user.enabled { "Enabled" } else { "Disabled" })),
            Self::Sub => Some(Cow::Owned(user.sub())),
            _ => user.attributes.get(self.name()).map(Cow::Borrowed),
        }
    }
}

/// Where a page of a search ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Position {
    pub(crate) value: String,
    pub(crate) id: UserId,
}

impl Users {
    pub(crate) fn new(key: [u8; 16]) -> Self {
        Self {
            key,
            by_id: BTreeMap::new(),
            by_name: BTreeMap::new(),
            aliases: BTreeMap::new(),
            by_attribute: BTreeSet::new(),
            inserted: 0,
            ranks: Ranks::new(),
        }
    }

    /// The key of this pool's orders; also signs its pagination tokens.
    pub(crate) fn key(&self) -> &[u8; 16] {
        &self.key
    }

    /// Places a user in listings.
    pub(crate) fn id(&self, sub: Uuid) -> UserId {
        UserId { rank: self.rank(sub.as_bytes()), sub }
    }

    /// Stands for a name that nobody has.
    pub(crate) fn stranger(&self, settings: &Settings, name: &str) -> UserId {
        let digest = keyed_hash(&self.key, settings.fold(name).as_bytes());
        self.id(Uuid::from_random(digest[..16].try_into().expect("a digest has 32 bytes")))
    }

    /// A keyed hash that orders what AWS gives no order.
    pub(crate) fn rank(&self, value: &[u8]) -> u64 {
        let digest = keyed_hash(&self.key, value);
        u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"))
    }

    /// Computes the ranks of a schema's names in advance.
    pub(crate) fn learn_names(&mut self, schema: &Schema) {
        for attribute in schema.attributes() {
            let rank = self.rank(attribute.name.as_bytes());
            self.ranks.insert(attribute.name.clone(), rank);
        }
    }

    /// The rank of an attribute's name.
    pub(crate) fn rank_of_name(&self, name: &str) -> u64 {
        self.ranks.get(name).copied().unwrap_or_else(|| self.rank(name.as_bytes()))
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn get(&self, id: UserId) -> Option<&User> {
        self.by_id.get(&id)
    }

    /// What is derived of an id, and nobody can guess.
    pub(crate) fn derive(&self, purpose: &str, id: UserId, version: u64) -> [u8; 32] {
        let parts = [purpose.as_bytes(), id.sub.as_bytes(), &version.to_be_bytes()];
        keyed_hash(&self.key, &parts.concat())
    }

    /// Finds a user by real name, alias or `sub`.
    pub(crate) fn find(&self, settings: &Settings, username: &str) -> Option<&User> {
        // That a sub is taken for a user name is in the API's text; for pools with plain user names it
        // is assumed.
        let by_sub = || self.get(self.id(Uuid::parse(username)?));
        self.named(settings, username).or_else(by_sub)
    }

    /// Finds a user by real name or alias.
    pub(crate) fn named(&self, settings: &Settings, username: &str) -> Option<&User> {
        let folded = settings.fold(username);
        let by_name = || self.by_name.get(&*folded).copied();
        let by_alias = || {
            AliasAttribute::ALL.into_iter().find_map(|alias| {
                // Not worth a look in the pools that have no aliases.
                if self.aliases.is_empty() {
                    return None;
                }
                self.aliases.get(&(alias, folded.as_ref().into())).copied()
            })
        };
        // A name that is somebody's alias wins over the alias (assumed).
        by_name().or_else(by_alias).and_then(|id| self.by_id.get(&id))
    }

    /// Whether a real name is taken.
    pub(crate) fn has_name(&self, settings: &Settings, username: &str) -> bool {
        self.by_name.contains_key(&*settings.fold(username))
    }

    /// Adds a user whose name and aliases are free.
    pub(crate) fn insert(&mut self, settings: &Settings, mut user: User) {
        // Nothing that belonged to another user of the same `sub` (a fixture may give it) is this one's.
        self.inserted += 1;
        user.generation = self.inserted << 32;
        user.password_version = self.inserted << 32;
        self.index(settings, &user);
        self.by_name.insert(user.username.clone(), user.id);
        self.by_id.insert(user.id, user);
    }

    /// Whether any user was ever removed.
    pub(crate) fn has_removed(&self) -> bool {
        self.inserted > self.by_id.len() as u64
    }

    /// Removes a user.
    pub(crate) fn remove(&mut self, settings: &Settings, id: UserId) {
        if let Some(user) = self.by_id.remove(&id) {
            self.by_name.remove(&user.username);
            self.unindex(settings, &user);
        }
    }

    /// Changes a user, and the indexes with it. Name and id do not change.
    pub(crate) fn update(
        &mut self,
        settings: &Settings,
        id: UserId,
        change: impl FnOnce(&mut User),
    ) {
        if let Some(mut user) = self.by_id.remove(&id) {
            self.unindex(settings, &user);
            change(&mut user);
            self.index(settings, &user);
            self.by_id.insert(id, user);
        }
    }

    /// Who has an alias.
    pub(crate) fn alias(
        &self,
        settings: &Settings,
        alias: AliasAttribute,
        value: &str,
    ) -> Option<UserId> {
        self.aliases.get(&(alias, settings.fold(value).into())).copied()
    }

    /// Who else has one of these aliases.
    pub(crate) fn alias_owner(
        &self,
        settings: &Settings,
        user: &User,
    ) -> Option<(AliasAttribute, UserId)> {
        aliases(settings, user).find_map(|(alias, value)| {
            let owner = self.aliases.get(&(alias, value)).copied()?;
            (owner != user.id).then_some((alias, owner))
        })
    }

    /// Users in the order of listings, after a position.
    pub(crate) fn all(&self, after: Option<UserId>) -> impl Iterator<Item = &User> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.by_id.range((from, Bound::Unbounded)).map(|(_, user)| user)
    }

    /// Users whose indexed attribute starts with a value, ordered by value, after a position.
    pub(crate) fn starting_with<'a>(
        &'a self,
        attribute: SearchAttribute,
        prefix: &'a str,
        after: Option<&Position>,
    ) -> Box<dyn Iterator<Item = (Cow<'a, str>, &'a User)> + 'a> {
        match attribute {
            // The names are an index of their own.
            SearchAttribute::Username => {
                let from = after.map_or(Bound::Included(prefix.into()), |position| {
                    Bound::Excluded(Box::<str>::from(position.value.as_str()))
                });
                let range = self.by_name.range::<Box<str>, _>((from, Bound::Unbounded));
                Box::new(
                    range
                        .take_while(move |(name, _)| name.starts_with(prefix))
                        .filter_map(|(name, id)| Some((Cow::Borrowed(&**name), self.get(*id)?))),
                )
            }
            _ => {
                let least = UserId::LEAST;
                let from =
                    after.map_or(Bound::Included((attribute, prefix.into(), least)), |position| {
                        Bound::Excluded((attribute, position.value.as_str().into(), position.id))
                    });
                let range = self.by_attribute.range((from, Bound::Unbounded));
                Box::new(
                    range
                        .take_while(move |(a, value, _)| {
                            *a == attribute && value.starts_with(prefix)
                        })
                        .filter_map(|(_, value, id)| {
                            Some((Cow::Borrowed(&**value), self.get(*id)?))
                        }),
                )
            }
        }
    }

    /// Builds the indexes, which a snapshot does not hold. Answers whether the users fit together.
    pub(crate) fn restore(&mut self, settings: &Settings) -> bool {
        // They are numbered in the upper half of 64 bits.
        if self.inserted > u64::from(u32::MAX >> 1) {
            return false;
        }
        let Self { by_id: users, inserted, .. } = mem::replace(self, Self::new(self.key));
        self.inserted = inserted;
        self.learn_names(&settings.schema);
        let generations = 0..=inserted << 32 | u64::from(u32::MAX >> 1);
        for user in users.into_values() {
            let fits = user.id == self.id(user.id.sub)
                && generations.contains(&user.generation)
                && generations.contains(&user.password_version)
                && *user.username == *settings.fold(&user.username)
                && !self.by_name.contains_key(&user.username)
                && self.alias_owner(settings, &user).is_none();
            if !fits {
                return false;
            }
            self.index(settings, &user);
            self.by_name.insert(user.username.clone(), user.id);
            self.by_id.insert(user.id, user);
        }
        true
    }

    fn index(&mut self, settings: &Settings, user: &User) {
        for (alias, value) in aliases(settings, user) {
            self.aliases.insert((alias, value), user.id);
        }
        for (attribute, value) in search_values(settings, user) {
            self.by_attribute.insert((attribute, value, user.id));
        }
    }

    fn unindex(&mut self, settings: &Settings, user: &User) {
        for (alias, value) in aliases(settings, user) {
            self.aliases.remove(&(alias, value));
        }
        for (attribute, value) in search_values(settings, user) {
            self.by_attribute.remove(&(attribute, value, user.id));
        }
    }
}

pub(crate) fn keyed_hash(key: &[u8], value: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(value);
    mac.finalize().into_bytes().into()
}

/// What stands for the user name of this user at sign-in.
fn aliases<'a>(
    settings: &'a Settings,
    user: &'a User,
) -> impl Iterator<Item = (AliasAttribute, Box<str>)> + 'a {
    AliasAttribute::ALL.into_iter().filter_map(|alias| {
        let attributes = &user.attributes;
        let in_force = if settings.username_attributes.contains(&alias) {
            true
        } else if settings.alias_attributes.contains(&alias) {
            match alias {
                AliasAttribute::Email => attributes.is_true("email_verified"),
                AliasAttribute::PhoneNumber => attributes.is_true("phone_number_verified"),
                AliasAttribute::PreferredUsername => true,
            }
        } else {
            false
        };
        let value = attributes.get(alias.name()).filter(|_| in_force)?;
        Some((alias, settings.fold(value).into()))
    })
}

/// Under which values the index finds this user. Names have an index of their own.
fn search_values<'a>(
    settings: &'a Settings,
    user: &'a User,
) -> impl Iterator<Item = (SearchAttribute, Box<str>)> + 'a {
    SearchAttribute::INDEXED
        .into_iter()
        .filter_map(|attribute| Some((attribute, attribute.search_value(settings, user)?.into())))
}

/// A value as searches compare it. The developer guide contradicts itself on case
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html>):
/// user names and `status` by their case, all searches without it. Assumed: user names follow the
/// pool's case sensitivity, `status` and `sub` are compared as they are, and all else ignores case
/// (reported for e-mail addresses, by users of an emulator:
/// <https://github.com/ministackorg/ministack/issues/1465>); a prefix of a `sub` can be searched too.
pub(crate) fn search_value<'a>(
    settings: &Settings,
    attribute: SearchAttribute,
    value: &'a str,
) -> Cow<'a, str> {
    match attribute {
        SearchAttribute::UserStatus => Cow::Owned(value.to_ascii_uppercase()),
        SearchAttribute::Username => settings.fold(value),
        SearchAttribute::Status | SearchAttribute::Sub => Cow::Borrowed(value),
        _ => Cow::Owned(value.to_lowercase()),
    }
}

/// The error for an alias that somebody else has.
pub(crate) fn alias_exists(alias: AliasAttribute) -> ServiceError {
    ServiceError::AliasExists { attribute: alias.name().to_owned() }
}
