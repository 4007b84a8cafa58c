//! Groups, their members, and what they bring into tokens.

use std::collections::BTreeSet;

use user_directory_pool::{
    AdminAddUserToGroupRequest, AdminListGroupsForUserRequest, AdminRemoveUserFromGroupRequest,
    AuthenticationResult, CreateGroupRequest, DeleteGroupRequest, GetGroupRequest, GroupType,
    ListGroupsRequest, ListUsersInGroupRequest, Timestamp, UpdateGroupRequest,
};

use crate::{
    attributes::Faults,
    calls::{DESCRIPTIONS, FIRST_BAD_GROUP, GROUPS, GroupSettings, Name, Page, ROLES},
    model::{List, Model, PageModel},
    users::malformed,
    world::{Checked, Expected, POOL_ID, World, attributes, ensure, nth_last},
};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GroupModel {
    description: Option<&'static str>,
    role: Option<&'static str>,
    precedence: Option<u32>,
    created: Timestamp,
    modified: Timestamp,
}

impl GroupSettings {
    fn is_bad(self) -> bool {
        self.role == Some(ROLES.len() - 1)
            || self.precedence.is_some_and(|precedence| precedence > i32::MAX as u32)
    }

    fn description(self) -> Option<&'static str> {
        self.description.map(|index| DESCRIPTIONS[index])
    }

    fn role(self) -> Option<&'static str> {
        self.role.map(|index| ROLES[index])
    }
}

/// The last groups of a listing, whose order means nothing.
fn names(groups: &[GroupType]) -> BTreeSet<String> {
    groups.iter().map(|group| group.group_name.clone()).collect()
}

impl Model {
    fn groups_of(&self, user: usize) -> BTreeSet<String> {
        let own = self.memberships.iter().filter(|(member, _)| *member == user);
        own.map(|(_, group)| group.clone()).collect()
    }

    fn users_in(&self, group: &str) -> BTreeSet<String> {
        let members = self.memberships.iter().filter(|(_, other)| other == group);
        members.map(|(user, _)| self.users[*user].real_name.clone()).collect()
    }

    /// The role of the most important groups that have one, if they agree.
    fn preferred_role(&self, user: usize) -> Option<&'static str> {
        let groups: Vec<_> = self.groups_of(user).iter().map(|name| &self.groups[name]).collect();
        let rank = |group: &GroupModel| group.precedence.map_or(u64::MAX, u64::from);
        let best =
            groups.iter().filter(|group| group.role.is_some()).map(|group| rank(group)).min();
        let roles: BTreeSet<_> = groups
            .iter()
            .filter(|group| Some(rank(group)) == best)
            .filter_map(|group| group.role)
            .collect();
        if roles.len() == 1 { roles.first().copied() } else { None }
    }
}

impl World<'_> {
    /// What speaks against a call on a group.
    fn about_group(&self, group: usize) -> (&'static str, &'static str, Faults) {
        let (pool, refusal) = self.pool_id();
        let name = GROUPS[group];
        let mut faults = Faults::new();
        if refusal.is_some() {
            faults.extend(["Validation", "UserPoolNotFound"]);
        }
        if group >= FIRST_BAD_GROUP {
            faults.push("Validation");
        }
        (pool, name, faults)
    }

    /// The same, of a group that must be there.
    fn about_known_group(&self, group: usize) -> (&'static str, &'static str, Faults) {
        let (pool, name, mut faults) = self.about_group(group);
        if !self.model.groups.contains_key(name) {
            faults.push("GroupNotFound");
        }
        (pool, name, faults)
    }

    fn check_group(&self, shown: &GroupType) -> Checked {
        let known = self.model.groups.get(&shown.group_name).ok_or("a group from nowhere")?;
        let shown_group = (
            shown.description.as_deref(),
            shown.role_arn.as_deref(),
            shown.precedence,
            shown.creation_date,
            shown.last_modified_date,
        );
        let group =
            (known.description, known.role, known.precedence, known.created, known.modified);
        ensure!(shown_group == group, "the group is {shown:?} instead of {known:?}");
        ensure!(shown.user_pool_id == POOL_ID, "a group of another pool");
        Ok(())
    }

    pub(crate) fn create_group(&mut self, group: usize, settings: GroupSettings) -> Checked {
        let (pool, name, mut faults) = self.about_group(group);
        if settings.is_bad() {
            faults.push("Validation");
        }
        if self.model.groups.contains_key(name) {
            faults.push("GroupExists");
        }
        let mut request = CreateGroupRequest::new(pool, name);
        request.description = settings.description().map(str::to_owned);
        request.role_arn = settings.role().map(str::to_owned);
        request.precedence = settings.precedence;
        let Some(answer) = self.expect(faults.into(), request)? else { return Ok(()) };
        let new = GroupModel {
            description: settings.description(),
            role: settings.role(),
            precedence: settings.precedence,
            created: self.now,
            modified: self.now,
        };
        self.model.groups.insert(name.to_owned(), new);
        self.check_group(&answer.response)?;
        self.check_memberships()
    }

    /// What is not given stays as it is.
    pub(crate) fn update_group(&mut self, group: usize, settings: GroupSettings) -> Checked {
        let (pool, name, mut faults) = self.about_known_group(group);
        if settings.is_bad() {
            faults.push("Validation");
        }
        let mut request = UpdateGroupRequest::new(pool, name);
        request.description = settings.description().map(str::to_owned);
        request.role_arn = settings.role().map(str::to_owned);
        request.precedence = settings.precedence;
        let Some(answer) = self.expect(faults.into(), request)? else { return Ok(()) };
        if let Some(known) = self.model.groups.get_mut(name) {
            known.description = settings.description().or(known.description);
            known.role = settings.role().or(known.role);
            known.precedence = settings.precedence.or(known.precedence);
            known.modified = self.now;
        }
        self.check_group(&answer.response)?;
        self.check_memberships()
    }

    pub(crate) fn get_group(&mut self, group: usize) -> Checked {
        let (pool, name, faults) = self.about_known_group(group);
        let answer = self.expect(faults.into(), GetGroupRequest::new(pool, name))?;
        let Some(answer) = answer else { return Ok(()) };
        ensure!(answer.response.group_name == name, "another group");
        self.check_group(&answer.response)
    }

    pub(crate) fn delete_group(&mut self, group: usize) -> Checked {
        let (pool, name, faults) = self.about_known_group(group);
        let answer = self.expect(faults.into(), DeleteGroupRequest::new(pool, name))?;
        if answer.is_none() {
            return Ok(());
        }
        self.model.groups.remove(name);
        self.model.memberships.retain(|(_, group)| group != name);
        self.check_memberships()?;
        self.sync()
    }

    pub(crate) fn list_groups(&mut self, limit: Option<u32>, page: Page) -> Checked {
        let (pool, mut faults) = (self.pool_id().0, self.list_faults(limit));
        let mut request = ListGroupsRequest::new(pool);
        request.limit = limit;
        request.next_token = self.page_token(page, &List::Groups, &mut faults);
        let wanted = self.model.groups.keys().cloned().collect();
        let first = request.next_token.is_none();
        let Some(mut answer) = self.expect(faults.into(), request.clone())? else { return Ok(()) };
        let mut found = Vec::new();
        loop {
            let shown = answer.response;
            shown.groups.iter().try_for_each(|group| self.check_group(group))?;
            found.push(names(&shown.groups));
            ensure!(found.last().map(BTreeSet::len) == Some(shown.groups.len()), "a group twice");
            let Some(token) = shown.next_token else { break };
            self.note_page(&token, List::Groups);
            request.next_token = Some(token);
            let next = self.expect(Expected::Success, request.clone())?;
            answer = next.ok_or("a page is missing")?;
        }
        check_pages(&found, limit, first, &wanted)
    }

    /// The user and what speaks against an administrator's call on the user.
    fn about_member(&self, name: Name) -> (String, Option<usize>, Faults) {
        let name = self.name(name);
        let user = self.model.resolve(&name);
        let mut faults = Faults::new();
        if user.is_none() {
            faults.push("UserNotFound");
        }
        if malformed(&name).is_some() {
            faults.push("Validation");
        }
        (name, user, faults)
    }

    pub(crate) fn add_to_group(&mut self, name: Name, group: usize) -> Checked {
        let (pool, group, mut faults) = self.about_known_group(group);
        let (name, user, more) = self.about_member(name);
        faults.extend(more);
        let request = AdminAddUserToGroupRequest::new(pool, name, group);
        let answer = self.expect(faults.into(), request)?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.memberships.insert((user, group.to_owned()));
        self.check_memberships()?;
        self.sync()
    }

    pub(crate) fn remove_from_group(&mut self, name: Name, group: usize) -> Checked {
        let (pool, group, mut faults) = self.about_known_group(group);
        let (name, user, more) = self.about_member(name);
        faults.extend(more);
        let request = AdminRemoveUserFromGroupRequest::new(pool, name, group);
        let answer = self.expect(faults.into(), request)?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.memberships.remove(&(user, group.to_owned()));
        self.check_memberships()?;
        self.sync()
    }

    pub(crate) fn list_groups_of(&mut self, name: Name, limit: Option<u32>, page: Page) -> Checked {
        let (pool, mut faults) = (self.pool_id().0, self.list_faults(limit));
        let (name, user, more) = self.about_member(name);
        faults.extend(more);
        let sub = user.map(|user| self.model.users[user].sub.clone()).unwrap_or_default();
        let list = List::GroupsOf(sub);
        let mut request = AdminListGroupsForUserRequest::new(pool, name);
        request.limit = limit;
        request.next_token = self.page_token(page, &list, &mut faults);
        let first = request.next_token.is_none();
        let answer = self.expect(faults.into(), request.clone())?;
        let (Some(mut answer), Some(user)) = (answer, user) else { return Ok(()) };
        let wanted = self.model.groups_of(user);
        let mut found = Vec::new();
        loop {
            let shown = answer.response;
            shown.groups.iter().try_for_each(|group| self.check_group(group))?;
            found.push(names(&shown.groups));
            let Some(token) = shown.next_token else { break };
            self.note_page(&token, list.clone());
            request.next_token = Some(token);
            let next = self.expect(Expected::Success, request.clone())?;
            answer = next.ok_or("a page is missing")?;
        }
        check_pages(&found, limit, first, &wanted)
    }

    pub(crate) fn list_users_in(
        &mut self,
        group: usize,
        limit: Option<u32>,
        page: Page,
    ) -> Checked {
        let (pool, group, mut faults) = self.about_known_group(group);
        faults.extend(self.list_faults(limit));
        let list = List::UsersIn(group.to_owned());
        let mut request = ListUsersInGroupRequest::new(pool, group);
        request.limit = limit;
        request.next_token = self.page_token(page, &list, &mut faults);
        let first = request.next_token.is_none();
        let Some(mut answer) = self.expect(faults.into(), request.clone())? else { return Ok(()) };
        let mut found = Vec::new();
        loop {
            let shown = answer.response;
            for user in &shown.users {
                let known = self.model.resolve(&user.username).ok_or("a user from nowhere")?;
                let known = &self.model.users[known];
                ensure!(attributes(&user.attributes) == known.attributes, "other attributes");
            }
            found.push(shown.users.into_iter().map(|user| user.username).collect());
            let Some(token) = shown.next_token else { break };
            self.note_page(&token, list.clone());
            request.next_token = Some(token);
            let next = self.expect(Expected::Success, request.clone())?;
            answer = next.ok_or("a page is missing")?;
        }
        check_pages(&found, limit, first, &self.model.users_in(group))
    }

    /// What speaks against a listing, whatever is listed.
    fn list_faults(&self, limit: Option<u32>) -> Faults {
        let mut faults = Faults::new();
        if self.pool_id().1.is_some() {
            faults.extend(["Validation", "UserPoolNotFound"]);
        }
        if limit.is_some_and(|limit| limit > 60) {
            faults.push("Validation");
        }
        faults
    }

    /// The token of a page, and whether it is another list's or too old.
    pub(crate) fn page_token(
        &self,
        page: Page,
        list: &List,
        faults: &mut Faults,
    ) -> Option<String> {
        const HOUR_MILLIS: u64 = 60 * 60 * 1000;
        let ago = match page {
            Page::First => return None,
            Page::Unknown => {
                faults.push("PaginationTokenInvalid");
                return Some("unknown".to_owned());
            }
            Page::Seen(ago) => ago,
            Page::OfTheList(ago) => {
                let same: Vec<_> =
                    self.model.pages.iter().filter(|page| page.list == *list).collect();
                let (_, page) = nth_last(&same, ago)?;
                let place = self.model.pages.iter().position(|other| other.token == page.token);
                self.model.pages.len() - 1 - place?
            }
        };
        let (_, known) = nth_last(&self.model.pages, ago)?;
        if known.list != *list || known.issued + HOUR_MILLIS <= self.now.millis() {
            faults.push("PaginationTokenInvalid");
        }
        Some(known.token.clone())
    }

    pub(crate) fn note_page(&mut self, token: &str, list: List) {
        let (token, issued) = (token.to_owned(), self.now.millis());
        self.model.pages.push(PageModel { token, list, issued });
    }

    /// Who is in which group is what the calls made it, seen from both sides.
    pub(crate) fn check_memberships(&mut self) -> Checked {
        let groups: Vec<_> = self.model.groups.keys().cloned().collect();
        for group in &groups {
            // As many as there must be: whoever is gone leaves no gap.
            let mut request = ListUsersInGroupRequest::new(POOL_ID, group);
            request.limit = u32::try_from(self.model.users_in(group).len().max(1)).ok();
            let listed = self.prepare(request)?;
            ensure!(listed.next_token.is_none(), "there are more in {group}");
            let found: BTreeSet<_> = listed.users.into_iter().map(|user| user.username).collect();
            let wanted = self.model.users_in(group);
            ensure!(found == wanted, "{found:?} instead of {wanted:?} in {group}");
        }
        for user in 0..self.model.users.len() {
            if !self.model.users[user].exists {
                continue;
            }
            let name = self.model.users[user].real_name.clone();
            let listed = self.prepare(AdminListGroupsForUserRequest::new(POOL_ID, name))?;
            let (found, wanted) = (names(&listed.groups), self.model.groups_of(user));
            ensure!(found == wanted, "a user is in {found:?} instead of {wanted:?}");
        }
        Ok(())
    }

    /// New tokens carry the groups of the moment.
    pub(crate) fn check_group_claims(&self, result: &AuthenticationResult, user: usize) -> Checked {
        let (access, id) = (&result.access_token, &result.id_token);
        let wanted = self.model.groups_of(user);
        let found: BTreeSet<_> = access.groups.iter().cloned().collect();
        ensure!(found == wanted, "cognito:groups is {found:?} instead of {wanted:?}");
        ensure!(found.len() == access.groups.len(), "a group stands twice");
        ensure!(id.groups == access.groups, "the two cognito:groups differ");
        let roles: BTreeSet<_> =
            wanted.iter().filter_map(|group| self.model.groups[group].role).collect();
        let found: BTreeSet<_> = id.roles.iter().map(String::as_str).collect();
        ensure!(found == roles && found.len() == id.roles.len(), "cognito:roles is {found:?}");
        let preferred = id.preferred_role.as_deref();
        let wanted = self.model.preferred_role(user);
        ensure!(preferred == wanted, "the preferred role is {preferred:?} instead of {wanted:?}");
        Ok(())
    }
}

/// All pages together hold what they must, once, and none is too long.
fn check_pages(
    pages: &[BTreeSet<String>],
    limit: Option<u32>,
    first: bool,
    wanted: &BTreeSet<String>,
) -> Checked {
    let most = limit.filter(|limit| *limit > 0).unwrap_or(60) as usize;
    ensure!(pages.iter().all(|page| page.len() <= most), "a page is too long");
    let found: BTreeSet<_> = pages.iter().flatten().cloned().collect();
    let all: usize = pages.iter().map(BTreeSet::len).sum();
    ensure!(found.len() == all, "something stands in two pages");
    let is_complete = if first { found == *wanted } else { found.is_subset(wanted) };
    ensure!(is_complete, "found {found:?} instead of {wanted:?}");
    Ok(())
}
