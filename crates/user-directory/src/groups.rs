use std::time::SystemTime;

/// Writes the setters of a group's settings, which are alike wherever a group is described.
macro_rules! with_group_settings {
    () => {
        /// Says what the group is for.
        #[must_use]
        pub fn with_description(mut self, description: impl Into<String>) -> Self {
            self.description = Some(description.into());
            self
        }

        /// Sets the IAM role of the group's members.
        #[must_use]
        pub fn with_role_arn(mut self, role_arn: impl Into<String>) -> Self {
            self.role_arn = Some(role_arn.into());
            self
        }

        /// Sets which group's role comes first: the lowest number.
        #[must_use]
        pub fn with_precedence(mut self, precedence: u32) -> Self {
            self.precedence = Some(precedence);
            self
        }
    };
}

/// A group of users (AWS: `GroupType`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Group {
    /// The name, unique in the pool.
    pub name: String,
    /// What the group is for.
    pub description: Option<String>,
    /// The IAM role of its members, as `cognito:roles` and perhaps `cognito:preferred_role` in
    /// their ID tokens.
    pub role_arn: Option<String>,
    /// Which group's role comes first: the lowest number; a group without one comes last.
    pub precedence: Option<u32>,
    /// When the group was created.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::user::epoch_seconds"))]
    pub create_date: SystemTime,
    /// When the group last changed.
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::user::epoch_seconds"))]
    pub last_modified_date: SystemTime,
}

impl Group {
    /// A group of this name, both dates at the epoch: for implementations and mocks, which set the
    /// rest.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: None,
            role_arn: None,
            precedence: None,
            create_date: SystemTime::UNIX_EPOCH,
            last_modified_date: SystemTime::UNIX_EPOCH,
        }
    }

    with_group_settings!();

    /// Sets both dates.
    #[must_use]
    pub fn with_dates(mut self, create_date: SystemTime, last_modified_date: SystemTime) -> Self {
        self.create_date = create_date;
        self.last_modified_date = last_modified_date;
        self
    }
}

/// A request to [`UserDirectory::create_group`](crate::UserDirectory::create_group).
///
/// ```
/// use user_directory::CreateGroup;
///
/// let request = CreateGroup::new("admins")
///     .with_description("may do anything")
///     .with_precedence(1);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CreateGroup {
    /// The name, 1 to 128 characters without spaces.
    pub name: String,
    /// What the group is for, up to 2048 characters.
    pub description: Option<String>,
    /// The IAM role of its members.
    pub role_arn: Option<String>,
    /// Which group's role comes first: 0 to 2^31-1, the lowest first.
    pub precedence: Option<u32>,
}

impl CreateGroup {
    /// A group of this name and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), description: None, role_arn: None, precedence: None }
    }

    with_group_settings!();
}

/// A request to [`UserDirectory::update_group`](crate::UserDirectory::update_group). What is not
/// set stays as it is.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UpdateGroup {
    /// Which group.
    pub name: String,
    /// What the group is for.
    pub description: Option<String>,
    /// The IAM role of its members.
    pub role_arn: Option<String>,
    /// Which group's role comes first.
    pub precedence: Option<u32>,
}

impl UpdateGroup {
    /// Changes nothing of this group yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), description: None, role_arn: None, precedence: None }
    }

    with_group_settings!();
}

/// A request to [`UserDirectory::list_groups`](crate::UserDirectory::list_groups).
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListGroups {
    /// At most how many groups, 1 to 60; 60 if absent or 0.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub next_token: Option<String>,
}

impl ListGroups {
    /// The first page.
    pub fn new() -> Self {
        Self::default()
    }

    with_page!();
}

/// A request to [`UserDirectory::list_groups_for_user`](crate::UserDirectory::list_groups_for_user).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListGroupsForUser {
    /// Which user.
    pub username: String,
    /// At most how many groups, 1 to 60; 60 if absent or 0.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub next_token: Option<String>,
}

impl ListGroupsForUser {
    /// The first page of a user's groups.
    pub fn new(username: impl Into<String>) -> Self {
        Self { username: username.into(), limit: None, next_token: None }
    }

    with_page!();
}

/// A request to [`UserDirectory::list_users_in_group`](crate::UserDirectory::list_users_in_group).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListUsersInGroup {
    /// Which group.
    pub group_name: String,
    /// At most how many users, 1 to 60; 60 if absent or 0.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub next_token: Option<String>,
}

impl ListUsersInGroup {
    /// The first page of a group's users.
    pub fn new(group_name: impl Into<String>) -> Self {
        Self { group_name: group_name.into(), limit: None, next_token: None }
    }

    with_page!();
}

/// One page of groups. It may be shorter than the limit, even empty, and not be the last.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GroupPage {
    /// The groups, in no promised order.
    pub groups: Vec<Group>,
    /// Where the next page starts; absent on the last one.
    pub next_token: Option<String>,
}

impl GroupPage {
    /// A page of these groups.
    pub fn new(groups: Vec<Group>, next_token: Option<String>) -> Self {
        Self { groups, next_token }
    }
}
