//! ListUsers: searches, pages, chosen attributes.

use user_directory_pool::{ListUsersRequest, ListUsersResponse, UserStatus};

use crate::{
    attributes::Faults,
    calls::{FILTERS, FIRST_BAD_FILTER, Page, SHOWN},
    model::{List, UserModel},
    world::{Checked, World, ensure},
};

impl World<'_> {
    pub(crate) fn list(
        &mut self,
        filter: Option<usize>,
        limit: Option<u32>,
        page: Page,
        shown: usize,
    ) -> Checked {
        let (pool, refusal) = self.pool_id();
        let mut faults = Faults::new();
        if refusal.is_some() {
            faults.extend(["Validation", "UserPoolNotFound"]);
        }
        if filter.is_some_and(|filter| filter >= FIRST_BAD_FILTER) {
            faults.extend(["FilterSyntax", "SearchAttributeInvalid", "SearchAttributeCustom"]);
        }
        if limit.is_some_and(|limit| limit > 60) || SHOWN[shown].contains(&"") {
            faults.push("Validation");
        }
        let list = List::Users(filter);
        let mut request = ListUsersRequest::new(pool);
        request.filter = filter.map(|filter| FILTERS[filter].to_owned());
        request.limit = limit;
        request.pagination_token = self.page_token(page, &list, &mut faults);
        let first = request.pagination_token.is_none();

        let most = limit.filter(|limit| *limit > 0).unwrap_or(60);
        let mut found = Vec::new();
        loop {
            let Some(answer) = self.page_of_users(&request, &faults, shown)? else {
                return Ok(());
            };
            ensure!(answer.users.len() <= most as usize, "a page is too long");
            found.extend(answer.users.into_iter().map(|user| user.username));
            let Some(token) = answer.pagination_token else { break };
            self.note_page(&token, list.clone());
            request.pagination_token = Some(token);
        }
        let all = found.len();
        found.sort();
        found.dedup();
        ensure!(found.len() == all, "a user stands in two pages");
        let mut wanted: Vec<_> = self
            .model
            .users
            .iter()
            .filter(|user| user.exists && self.matches(user, filter))
            .map(|user| user.real_name.clone())
            .collect();
        wanted.sort();
        ensure!(!first || found == wanted, "found {found:?} instead of {wanted:?}");
        ensure!(found.iter().all(|name| wanted.contains(name)), "found {found:?} too many");
        self.sync()
    }

    /// A page with the chosen attributes, all of which everybody on it must have.
    fn page_of_users(
        &mut self,
        request: &ListUsersRequest,
        faults: &Faults,
        shown: usize,
    ) -> Checked<Option<ListUsersResponse>> {
        let mut faults = faults.clone();
        let mut request = request.clone();
        if faults.is_empty() {
            let everything = self.prepare(request.clone())?;
            let lacks = everything.users.iter().any(|user| {
                let has = |name: &&str| user.attributes.iter().any(|shown| shown.name == **name);
                !SHOWN[shown].iter().all(has)
            });
            if lacks {
                faults.push("AttributesToGetMissing");
            }
        }
        let names = SHOWN[shown].iter().map(|name| (*name).to_owned()).collect();
        // The first of the lists is none.
        request.attributes_to_get = (shown != 0).then_some(names);
        let Some(answer) = self.expect(faults.into(), request)? else { return Ok(None) };
        for user in &answer.response.users {
            let known = self
                .model
                .users
                .iter()
                .find(|known| known.exists && known.real_name == user.username);
            let known = known.ok_or("a user from nowhere")?;
            let mut wanted = known.attributes.clone();
            wanted.insert("sub".to_owned(), known.sub.clone());
            wanted.retain(|name, _| shown == 0 || SHOWN[shown].contains(&&**name));
            let found = user.attributes.iter();
            let found = found.map(|a| (a.name.clone(), a.value.clone().unwrap_or_default()));
            let found: std::collections::BTreeMap<_, _> = found.collect();
            ensure!(found == wanted, "shown are {found:?} instead of {wanted:?}");
        }
        Ok(Some(answer.response))
    }

    /// Whether one of the good filters finds a user.
    fn matches(&self, user: &UserModel, filter: Option<usize>) -> bool {
        let folded = |name: &str| user.attributes.get(name).map(|value| value.to_lowercase());
        let is = |name: &str, wanted: &str| folded(name).is_some_and(|value| value == wanted);
        match filter {
            None | Some(11) => true,
            Some(0) => user.real_name == "alice",
            Some(1) => user.real_name.starts_with('a'),
            Some(2) => is("email", "alice@example.com"),
            Some(3) => folded("email").is_some_and(|email| email.starts_with('a')),
            Some(4) => user.status == UserStatus::Confirmed,
            Some(5) => user.enabled,
            Some(6) => folded("given_name").is_some_and(|name| name.starts_with('a')),
            Some(7) => user.attributes.contains_key("phone_number"),
            Some(8) => is("given_name", "ann"),
            Some(9) => !user.enabled,
            Some(10) => is("preferred_username", "ally"),
            // Nobody has the attribute `name`.
            Some(_) => false,
        }
    }
}
