use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{
    Pool, ServiceError, Timestamp,
    model::{IntegerShape, Members, shapes},
    user::{User, UserId},
};

/// A group of users (AWS: `GroupType`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct GroupType {
    /// The name, unique in the pool; names differ by case (assumed).
    pub group_name: String,
    /// The pool's id.
    pub user_pool_id: String,
    /// What the group is for.
    pub description: Option<String>,
    /// The IAM role of its members.
    pub role_arn: Option<String>,
    /// Which group's role comes first: the lowest number; none comes last.
    pub precedence: Option<u32>,
    /// When the group last changed.
    pub last_modified_date: Timestamp,
    /// When the group was created.
    pub creation_date: Timestamp,
}

/// What CreateGroup sets and UpdateGroup changes.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct GroupSettings {
    pub(crate) description: Option<String>,
    pub(crate) role_arn: Option<String>,
    pub(crate) precedence: Option<u32>,
}

/// The model gives no upper bound; the documented one is that of the type, 2^31-1.
const PRECEDENCE_TYPE: IntegerShape =
    IntegerShape { max: Some(i32::MAX as i64), ..shapes::PRECEDENCE_TYPE };

impl GroupSettings {
    pub(crate) fn members(&self, members: &mut Members) {
        let description = self.description.as_deref();
        members.optional_text("Description", description, &shapes::DESCRIPTION_TYPE);
        members.optional_text("RoleArn", self.role_arn.as_deref(), &shapes::ARN_TYPE);
        members.integer("Precedence", self.precedence.map(Into::into), &PRECEDENCE_TYPE);
    }
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Group {
    pub(crate) name: Arc<str>,
    pub(crate) settings: GroupSettings,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
}

/// The groups of a pool, and who is in which: each membership stands in two orders, so that the
/// users of a group and the groups of a user are both found without a search.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Groups {
    by_name: BTreeMap<Arc<str>, Group>,
    users: BTreeSet<(Arc<str>, UserId)>,
    #[serde(skip)]
    of_users: BTreeSet<(UserId, Arc<str>)>,
}

/// Groups in a pool:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
const MOST_GROUPS: usize = 10_000;

/// Groups that a user can be in, by the same page.
const MOST_GROUPS_OF_A_USER: usize = 100;

impl Groups {
    /// What a snapshot does not hold. Answers whether the rest fits together.
    pub(crate) fn restore(&mut self, is_user: impl Fn(UserId) -> bool) -> bool {
        let shared = |name: &Arc<str>| self.by_name.get_key_value(name).map(|(own, _)| own.clone());
        let is_whole = self.by_name.iter().all(|(name, group)| *name == group.name);
        let users: Option<BTreeSet<_>> =
            self.users.iter().map(|(name, user)| Some((shared(name)?, *user))).collect();
        let Some(users) = users.filter(|_| is_whole) else { return false };
        self.of_users = users.iter().map(|(name, user)| (*user, name.clone())).collect();
        self.users = users;
        self.users.iter().all(|(_, user)| is_user(*user))
    }

    pub(crate) fn get(&self, name: &str) -> Result<&Group, ServiceError> {
        self.by_name.get(name).ok_or(ServiceError::GroupNotFound)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Group> {
        self.by_name.values()
    }

    pub(crate) fn insert(&mut self, group: Group) -> Result<(), ServiceError> {
        if self.by_name.contains_key(&group.name) {
            return Err(ServiceError::GroupExists);
        }
        if self.by_name.len() >= MOST_GROUPS {
            return Err(ServiceError::TooManyGroups);
        }
        self.by_name.insert(group.name.clone(), group);
        Ok(())
    }

    /// Changes what is given.
    pub(crate) fn update(
        &mut self,
        name: &str,
        change: GroupSettings,
        now: Timestamp,
    ) -> Result<&Group, ServiceError> {
        let group = self.by_name.get_mut(name).ok_or(ServiceError::GroupNotFound)?;
        let GroupSettings { description, role_arn, precedence } = change;
        let settings = &mut group.settings;
        settings.description = description.or(settings.description.take());
        settings.role_arn = role_arn.or(settings.role_arn.take());
        settings.precedence = precedence.or(settings.precedence);
        group.modified = now;
        Ok(group)
    }

    /// Deletes a group and its memberships.
    pub(crate) fn remove(&mut self, name: &str) -> Result<(), ServiceError> {
        let group = self.by_name.remove(name).ok_or(ServiceError::GroupNotFound)?;
        let users: Vec<_> = self.users_after(&group.name, None).collect();
        for user in users {
            self.users.remove(&(group.name.clone(), user));
            self.of_users.remove(&(user, group.name.clone()));
        }
        Ok(())
    }

    pub(crate) fn add_user(&mut self, name: &str, user: UserId) -> Result<(), ServiceError> {
        let name = self.get(name)?.name.clone();
        if self.users.contains(&(name.clone(), user)) {
            return Ok(());
        }
        if self.of_user(user).count() >= MOST_GROUPS_OF_A_USER {
            return Err(ServiceError::TooManyGroupsOfUser);
        }
        self.users.insert((name.clone(), user));
        self.of_users.insert((user, name));
        Ok(())
    }

    pub(crate) fn remove_user(&mut self, name: &str, user: UserId) -> Result<(), ServiceError> {
        let name = self.get(name)?.name.clone();
        self.users.remove(&(name.clone(), user));
        self.of_users.remove(&(user, name));
        Ok(())
    }

    /// Ends all memberships of a user who is deleted.
    pub(crate) fn forget_user(&mut self, user: UserId) {
        let names: Vec<_> = self.of_user(user).map(|group| group.name.clone()).collect();
        for name in names {
            self.of_users.remove(&(user, name.clone()));
            self.users.remove(&(name, user));
        }
    }

    /// The groups of a user, in the order of their names.
    pub(crate) fn of_user(&self, user: UserId) -> impl Iterator<Item = &Group> {
        let least: Arc<str> = Arc::from("");
        self.of_users
            .range((Bound::Included((user, least)), Bound::Unbounded))
            .take_while(move |(other, _)| *other == user)
            .filter_map(|(_, name)| self.by_name.get(name))
    }

    /// The users of a group in the order of listings, after one of them.
    pub(crate) fn users_after(
        &self,
        name: &Arc<str>,
        after: Option<UserId>,
    ) -> impl Iterator<Item = UserId> {
        let from = match after {
            Some(user) => Bound::Excluded((name.clone(), user)),
            None => Bound::Included((name.clone(), UserId::LEAST)),
        };
        let range = self.users.range((from, Bound::Unbounded));
        range.take_while(move |(other, _)| other == name).map(|(_, user)| *user)
    }
}

/// What a user's groups say in tokens.
#[derive(Debug, Default)]
pub(crate) struct GroupClaims {
    /// `cognito:groups`
    pub(crate) groups: Vec<String>,
    /// `cognito:roles`
    pub(crate) roles: Vec<String>,
    /// `cognito:preferred_role`
    pub(crate) preferred_role: Option<String>,
}

impl Pool {
    /// A group as an answer shows it.
    pub(crate) fn group_type(&self, group: &Group) -> GroupType {
        let GroupSettings { description, role_arn, precedence } = group.settings.clone();
        GroupType {
            group_name: group.name.to_string(),
            user_pool_id: self.id.clone(),
            description,
            role_arn,
            precedence,
            last_modified_date: group.modified,
            creation_date: group.created,
        }
    }

    /// Groups and roles of a user, in an order that means nothing.
    ///
    /// Source: <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html>.
    /// Assumed: a role of several groups is listed once; groups without a role do not take part in
    /// the choice of the preferred one.
    pub(crate) fn group_claims(&self, user: &User) -> GroupClaims {
        let mut groups: Vec<_> = self.groups.of_user(user.id).collect();
        if groups.is_empty() {
            return GroupClaims::default();
        }
        groups.sort_by_cached_key(|group| self.users.rank(group.name.as_bytes()));
        let mut roles: Vec<String> = Vec::new();
        for role in groups.iter().filter_map(|group| group.settings.role_arn.as_ref()) {
            if !roles.contains(role) {
                roles.push(role.clone());
            }
        }
        GroupClaims {
            preferred_role: preferred_role(&groups),
            groups: groups.into_iter().map(|group| group.name.to_string()).collect(),
            roles,
        }
    }
}

/// The role of the groups with the lowest precedence, if they agree on one.
fn preferred_role(groups: &[&Group]) -> Option<String> {
    let precedence = |group: &Group| group.settings.precedence.unwrap_or(u32::MAX);
    let with_role = || groups.iter().filter(|group| group.settings.role_arn.is_some());
    let best = with_role().map(|group| precedence(group)).min()?;
    let mut roles = with_role()
        .filter(|group| precedence(group) == best)
        .filter_map(|group| group.settings.role_arn.as_deref());
    let first = roles.next()?;
    roles.all(|role| role == first).then(|| first.to_owned())
}
