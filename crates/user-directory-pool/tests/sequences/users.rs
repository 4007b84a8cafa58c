//! The administrator's calls: users, their attributes and passwords.

use std::collections::BTreeSet;

use user_directory_pool::{
    AdminConfirmSignUpRequest, AdminCreateUserRequest, AdminDeleteUserAttributesRequest,
    AdminDeleteUserRequest, AdminDisableUserRequest, AdminEnableUserRequest, AdminGetUserRequest,
    AdminResetUserPasswordRequest, AdminSetUserPasswordRequest, AdminUpdateUserAttributesRequest,
    AdminUserGlobalSignOutRequest, Attribute, DeliveryMedium, ListUsersRequest, Message,
    MessageAction, MessageContent, SeedUser, UserStatus,
};

use crate::{
    calls::{
        ATTRIBUTES, Action, Attributes, Create, FILTERS, FIRST_BAD_ATTRIBUTE, FIRST_BAD_FILTER,
        Name, Naming, PASSWORDS, Page, Password, Recovery, Status,
    },
    model::{PageModel, Refusal, UserModel},
    world::{Checked, Expected, Touched, World, attributes, ensure, nth_last},
};

const HOUR_MILLIS: u64 = 60 * 60 * 1000;

fn list(attributes: &Attributes) -> Vec<Attribute> {
    let given = attributes.0.iter().map(|index| ATTRIBUTES[*index]);
    given
        .map(|(name, value)| {
            let mut attribute = Attribute::new(name, "");
            attribute.value = value.map(str::to_owned);
            attribute
        })
        .collect()
}

fn has_bad(attributes: &Attributes) -> Refusal {
    let is_bad = attributes.0.iter().any(|index| *index >= FIRST_BAD_ATTRIBUTE);
    is_bad.then_some("an attribute is bad")
}

fn malformed(name: &str) -> Refusal {
    (name.is_empty() || name.contains(' ')).then_some("the name is malformed")
}

/// What speaks against a new password.
fn password_refusal(password: Password) -> Refusal {
    match password {
        Password::Right | Password::Good(_) => None,
        Password::Weak(_) | Password::Absent => Some("the password is weak"),
        Password::Long => Some("the password is too long"),
    }
}

impl World<'_> {
    pub(crate) fn seed(
        &mut self,
        name: Name,
        status: Status,
        password: usize,
        attributes: &Attributes,
        enabled: bool,
    ) -> Checked {
        let name = self.name(name);
        // A seed is past all constraints of the API: what no call could name is not of interest.
        if malformed(&name).is_some() {
            return Ok(());
        }
        let status = match status {
            Status::Unconfirmed => UserStatus::Unconfirmed,
            Status::Confirmed => UserStatus::Confirmed,
            Status::ForceChangePassword => UserStatus::ForceChangePassword,
            Status::ResetRequired => UserStatus::ResetRequired,
            Status::ExternalProvider => UserStatus::ExternalProvider,
        };
        let mut seed = SeedUser::new(&name, status);
        seed.password = Some(PASSWORDS[password].into());
        seed.attributes = list(attributes);
        seed.enabled = enabled;
        let known = seed.password.clone();
        let before = self.pool.clone();
        if self.pool.seed(self.now, &mut self.entropy, seed).is_err() {
            ensure!(self.pool == before, "a refused seed changed the pool");
            return Ok(());
        }
        ensure!(has_bad(attributes).is_none(), "a bad attribute was seeded");
        let new = self.newcomer()?;
        let user = self.add_user(&new, name)?;
        let has_password =
            !matches!(status, UserStatus::ResetRequired | UserStatus::ExternalProvider);
        ensure!(new.user_status == status && new.enabled == enabled, "another user was seeded");
        self.model.set_account(user, status, known.filter(|_| has_password), self.now);
        self.sync(Touched { user: Some(user), aliases: false })
    }

    pub(crate) fn create(&mut self, create: &Create) -> Checked {
        let (pool, pool_refusal) = self.pool_id();
        let name = self.name(create.name);
        let existing = self.model.resolve(&name);
        let password = create.password.and_then(|password| self.password(password, &name));
        let is_plain = self.model.profile.naming == Naming::Plain
            && create.attributes.0.is_empty()
            && (create.action == Action::Suppress || !(create.email || create.sms));
        let refusal = pool_refusal.or(malformed(&name)).or_else(|| {
            let given = create.password.filter(|password| *password != Password::Absent);
            given.and_then(password_refusal)
        });
        let refusal = refusal.or_else(|| match (create.action, existing) {
            (Action::Resend, None) => Some("there is nobody to invite again"),
            (Action::Resend, Some(user)) => {
                let waits = self.model.users[user].status == UserStatus::ForceChangePassword;
                (!waits).then_some("the user has no temporary password")
            }
            (_, _) => has_bad(&create.attributes).or_else(|| {
                let taken = existing.filter(|user| {
                    let user = &self.model.users[*user];
                    user.real_name == self.model.fold(&name)
                });
                taken.map(|_| "the name is taken")
            }),
        });
        // A new user may be named as somebody's sub: then the name is found, but not taken.
        let expected = match refusal {
            None if is_plain => Expected::Success,
            None => Expected::Either,
            Some(why) if why == "an attribute is bad" && create.action == Action::Resend => {
                Expected::Either
            }
            Some(why) => Expected::Refused(why),
        };

        let mut request = AdminCreateUserRequest::new(pool, &name);
        request.user_attributes = list(&create.attributes);
        request.temporary_password = password.clone();
        request.force_alias_creation = create.force;
        request.message_action = match create.action {
            Action::Invite => None,
            Action::Resend => Some(MessageAction::Resend),
            Action::Suppress => Some(MessageAction::Suppress),
        };
        if create.email {
            request.desired_delivery_mediums.push(DeliveryMedium::Email);
        }
        if create.sms {
            request.desired_delivery_mediums.push(DeliveryMedium::Sms);
        }
        // A repeated invitation does not look at attributes, except for their shape.
        let Some(answer) = self.expect(expected, request)? else { return Ok(()) };
        let user = match (create.action, existing) {
            (Action::Resend, Some(user)) => user,
            _ => self.add_user(&answer.response.user, name)?,
        };
        let told = invited(&answer.messages);
        ensure!(told.is_none() || create.action != Action::Suppress, "a suppressed invitation");
        ensure!(password.is_none() || told.is_none() || told == password, "another password");
        let password = password.or(told);
        let status = UserStatus::ForceChangePassword;
        self.model.set_account(user, status, password, self.now);
        let shown = &answer.response.user;
        ensure!(shown.user_status == status, "a new user is {}", shown.user_status);
        ensure!(shown.enabled || create.action == Action::Resend, "a new user is disabled");
        let touched = (create.action != Action::Resend).then_some(user);
        self.sync(Touched { user: touched, aliases: create.force })
    }

    /// The user whom the model does not know yet.
    fn newcomer(&mut self) -> Checked<user_directory_pool::UserType> {
        let known: BTreeSet<_> = self.model.users.iter().map(|user| user.sub.as_str()).collect();
        let (_, checked) = user_directory_pool::check(ListUsersRequest::new(crate::world::POOL_ID));
        let mut pool = self.pool.clone();
        let users = checked
            .and_then(|checked| pool.handle(self.now, &mut self.entropy, checked))
            .map_err(|error| format!("no list: {error:?}"))?
            .response
            .users;
        let mut new = users.into_iter().filter(|user| {
            let sub = user.attributes.first().and_then(|sub| sub.value.as_deref());
            sub.is_some_and(|sub| !known.contains(sub))
        });
        new.next().ok_or_else(|| "a seeded user is not there".to_owned())
    }

    /// The name, the user and what speaks against an administrator's call on it.
    fn about(&self, name: Name) -> (&'static str, String, Option<usize>, Refusal) {
        let (pool, refusal) = self.pool_id();
        let name = self.name(name);
        let user = self.existing(&name);
        (pool, name, user.ok(), refusal.or(user.err()))
    }

    pub(crate) fn admin_get_user(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminGetUserRequest::new(pool, name))?;
        let (Some(answer), Some(user)) = (answer, user) else { return Ok(()) };
        let user = &self.model.users[user];
        let shown = answer.response;
        ensure!(shown.username == user.real_name, "another user");
        ensure!(shown.enabled == user.enabled, "enabled is {}", shown.enabled);
        ensure!(shown.user_status == user.status, "the status is {}", shown.user_status);
        ensure!(attributes(&shown.user_attributes) == user.attributes, "other attributes");
        self.sync(Touched::default())
    }

    pub(crate) fn update(&mut self, name: Name, given: &Attributes) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let expected = match refusal.or(has_bad(given)) {
            None => Expected::Either,
            Some(why) => Expected::Refused(why),
        };
        let request = AdminUpdateUserAttributesRequest::new(pool, name, list(given));
        let answer = self.expect(expected, request)?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        let before = self.model.users[user].attributes.clone();
        self.sync(Touched { user: Some(user), aliases: false })?;
        let after = &self.model.users[user].attributes;
        let mut wanted = before.clone();
        for (name, value) in given.0.iter().map(|index| ATTRIBUTES[*index]) {
            match value.unwrap_or_default() {
                "" => wanted.remove(name),
                value if name.ends_with("_verified") => {
                    wanted.insert(name.to_owned(), value.to_lowercase())
                }
                value => wanted.insert(name.to_owned(), value.to_owned()),
            };
        }
        for contact in ["email", "phone_number"] {
            let verified = format!("{contact}_verified");
            let said = given.0.iter().any(|index| ATTRIBUTES[*index].0 == verified);
            if !wanted.contains_key(contact) {
                let is_true = wanted.get(&verified).is_some_and(|value| value == "true");
                ensure!(!said || !is_true, "{verified} was taken without {contact}");
                wanted.remove(&verified);
            } else if wanted.get(contact) != before.get(contact) && !said {
                wanted.insert(verified, "false".to_owned());
            }
        }
        ensure!(*after == wanted, "the update left {after:?}");
        Ok(())
    }

    pub(crate) fn delete_attributes(&mut self, name: Name, given: &Attributes) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let names: Vec<_> = given.0.iter().map(|index| ATTRIBUTES[*index].0.to_owned()).collect();
        let required = |name: &String| {
            self.model.profile.required && ["email", "given_name"].contains(&name.as_str())
        };
        let expected = match refusal {
            Some(why) => Expected::Refused(why),
            None if names.iter().any(required) => {
                Expected::Refused("a required attribute cannot go")
            }
            None if has_bad(given).is_some() => Expected::Either,
            None => Expected::Success,
        };
        let request = AdminDeleteUserAttributesRequest::new(pool, name, names.clone());
        let answer = self.expect(expected, request)?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.sync(Touched { user: Some(user), aliases: false })?;
        let left = &self.model.users[user].attributes;
        ensure!(names.iter().all(|name| !left.contains_key(name)), "an attribute is still there");
        Ok(())
    }

    pub(crate) fn set_password(
        &mut self,
        name: Name,
        password: Password,
        permanent: bool,
    ) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let refusal = refusal.or(password_refusal(password));
        let value = self.password(password, &name).unwrap_or_else(|| "".into());
        let request = AdminSetUserPasswordRequest::new(pool, name, value.clone(), permanent);
        let answer = self.expect(refusal.into(), request)?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        let status =
            if permanent { UserStatus::Confirmed } else { UserStatus::ForceChangePassword };
        self.model.set_account(user, status, Some(value), self.now);
        self.sync(Touched::default())
    }

    pub(crate) fn reset_password(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let refusal = refusal.or_else(|| self.reset_refusal(&self.model.users[user?]));
        let request = AdminResetUserPasswordRequest::new(pool, name);
        let answer = self.expect(refusal.into(), request)?;
        let (Some(answer), Some(user)) = (answer, user) else { return Ok(()) };
        let sent: Vec<_> = answer.messages.iter().map(|message| &message.username).collect();
        ensure!(sent == [&self.model.users[user].real_name], "a code went to {sent:?}");
        self.model.set_account(user, UserStatus::ResetRequired, None, self.now);
        self.sync(Touched::default())
    }

    fn reset_refusal(&self, user: &UserModel) -> Refusal {
        let verified = |contact: &str| {
            user.attributes.get(&format!("{contact}_verified")).is_some_and(|value| value == "true")
        };
        let reachable = match self.model.profile.recovery {
            Recovery::Default => verified("email") || verified("phone_number"),
            Recovery::VerifiedEmail => verified("email"),
            Recovery::AdminOnly => false,
        };
        if !user.enabled {
            Some("the user is disabled")
        } else if !matches!(user.status, UserStatus::Confirmed | UserStatus::ResetRequired) {
            Some("the status allows no reset")
        } else if !reachable {
            Some("no code can be sent")
        } else {
            None
        }
    }

    pub(crate) fn confirm_sign_up(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let refusal = refusal.or_else(|| {
            let waits = self.model.users[user?].status == UserStatus::Unconfirmed;
            (!waits).then_some("there is nothing to confirm")
        });
        let request = AdminConfirmSignUpRequest::new(pool, name);
        let answer = self.expect(refusal.into(), request)?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        let password = self.model.users[user].password.clone();
        self.model.set_account(user, UserStatus::Confirmed, password, self.now);
        self.sync(Touched::default())
    }

    pub(crate) fn enable(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminEnableUserRequest::new(pool, name))?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.users[user].enabled = true;
        self.sync(Touched::default())
    }

    pub(crate) fn disable(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminDisableUserRequest::new(pool, name))?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        if self.model.users[user].enabled {
            self.model.users[user].enabled = false;
            self.model.sign_out(user, self.now, "the user was disabled since");
        }
        self.sync(Touched::default())
    }

    pub(crate) fn delete(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminDeleteUserRequest::new(pool, name))?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.delete(user, self.now);
        self.sync(Touched::default())
    }

    pub(crate) fn admin_sign_out(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminUserGlobalSignOutRequest::new(pool, name))?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.sign_out(user, self.now, "the user was signed out");
        self.sync(Touched::default())
    }

    pub(crate) fn list(
        &mut self,
        filter: Option<usize>,
        limit: Option<u32>,
        page: Page,
    ) -> Checked {
        let (pool, refusal) = self.pool_id();
        let mut request = ListUsersRequest::new(pool);
        request.filter = filter.map(|filter| FILTERS[filter].to_owned());
        request.limit = limit;
        let mut token_refusal = None;
        match page {
            Page::First => {}
            Page::Unknown => {
                request.pagination_token = Some("unknown".to_owned());
                token_refusal = Some("nobody gave the token out");
            }
            Page::Seen(ago) => {
                let seen = nth_last(&self.model.pages, ago).map(|(_, page)| page);
                request.pagination_token = seen.map(|page| page.token.clone());
                token_refusal = seen.and_then(|page| {
                    if page.filter != filter {
                        Some("the token is of another search")
                    } else if page.issued + HOUR_MILLIS <= self.now.millis() {
                        Some("the token has expired")
                    } else {
                        None
                    }
                });
            }
        }
        let refusal = refusal
            .or(filter.filter(|filter| *filter >= FIRST_BAD_FILTER).map(|_| "the filter is bad"))
            .or(limit.filter(|limit| *limit > 60).map(|_| "the limit is too great"))
            .or(token_refusal);
        let first = request.pagination_token.is_none();
        let Some(mut answer) = self.expect(refusal.into(), request.clone())? else {
            return Ok(());
        };

        let most = limit.filter(|limit| *limit > 0).unwrap_or(60);
        let mut found = Vec::new();
        loop {
            ensure!(answer.response.users.len() <= most as usize, "a page is too long");
            found.extend(answer.response.users.into_iter().map(|user| user.username));
            let Some(token) = answer.response.pagination_token else { break };
            let issued = self.now.millis();
            self.model.pages.push(PageModel { token: token.clone(), filter, issued });
            request.pagination_token = Some(token);
            let next = self.expect(Expected::Success, request.clone())?;
            answer = next.ok_or("a page is missing")?;
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
        self.sync(Touched::default())
    }

    /// Whether one of the good filters finds a user.
    fn matches(&self, user: &UserModel, filter: Option<usize>) -> bool {
        let folded = |name: &str| user.attributes.get(name).map(|value| self.model.fold(value));
        match filter {
            None => true,
            Some(0) => user.real_name == "alice",
            Some(1) => user.real_name.starts_with('a'),
            Some(2) => folded("email").is_some_and(|email| email == "alice@example.com"),
            Some(3) => folded("email").is_some_and(|email| email.starts_with('a')),
            Some(4) => user.status == UserStatus::Confirmed,
            Some(5) => user.enabled,
            Some(6) => user.attributes.get("given_name").is_some_and(|name| name.starts_with('A')),
            Some(7) => user.attributes.contains_key("phone_number"),
            Some(_) => false,
        }
    }
}

/// The temporary password of an invitation.
fn invited(messages: &[Message]) -> Option<user_directory_pool::Secret> {
    messages.iter().find_map(|message| match &message.content {
        MessageContent::Invitation { temporary_password } => Some(temporary_password.clone()),
        _ => None,
    })
}
