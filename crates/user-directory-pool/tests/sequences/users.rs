//! The administrator's calls: users, their attributes and passwords.

use std::collections::BTreeMap;

use user_directory_pool::{
    AdminConfirmSignUpRequest, AdminCreateUserRequest, AdminDeleteUserAttributesRequest,
    AdminDeleteUserRequest, AdminDisableUserRequest, AdminEnableUserRequest, AdminGetUserRequest,
    AdminResetUserPasswordRequest, AdminSetUserPasswordRequest, AdminUpdateUserAttributesRequest,
    AdminUserGlobalSignOutRequest, DeliveryMedium, ListUsersRequest, Message, MessageAction,
    MessageContent, PutUser, Secret, UserStatus,
};

use crate::{
    attributes::{Faults, deletions, list, pairs},
    calls::{Action, Attributes, Code, Create, Name, PASSWORDS, Password, Status},
    codes::{Purpose, one, verifications},
    model::Refusal,
    world::{Checked, Expected, World, attributes, ensure, sub},
};

pub(crate) fn malformed(name: &str) -> Refusal {
    (name.is_empty() || name.contains(' ')).then_some("the name is malformed")
}

/// What speaks against a new password, whoever gets it.
pub(crate) fn password_faults(password: Password, value: Option<&Secret>) -> Faults {
    if is_too_long(value) {
        return vec!["Validation"];
    }
    let is_weak = matches!(password, Password::Weak(_) | Password::Absent);
    if is_weak { vec!["PasswordPolicy"] } else { vec![] }
}

/// No request takes such a password, though an answer to a challenge can set it.
pub(crate) fn is_too_long(password: Option<&Secret>) -> bool {
    password.is_some_and(|password| password.expose().len() > 256)
}

/// What speaks against a code, whatever it is for.
pub(crate) fn code_faults(code: Code) -> Faults {
    if code == Code::Malformed { vec!["Validation"] } else { vec![] }
}

impl World<'_> {
    pub(crate) fn put_user(
        &mut self,
        name: Name,
        status: Status,
        password: usize,
        attributes: &Attributes,
        enabled: bool,
    ) -> Checked {
        let name = self.name(name);
        // A fixture is past all constraints of the API: what no call could name is not of interest.
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
        let mut fixture = PutUser::new(&name, status);
        fixture.password = Some(PASSWORDS[password].into());
        let given = pairs(attributes);
        fixture.attributes = list(&given);
        fixture.enabled = enabled;
        let known = fixture.password.clone();
        let (attributes, mut faults) = self.model.newcomer(&name, &given);
        if !self.model.rivals(None, &attributes).is_empty() {
            faults.push("AliasExists");
        }
        let before = self.pool.clone();
        if let Err(error) = self.pool.put_user(self.now, &mut self.entropy, fixture) {
            ensure!(self.pool == before, "a refused user changed the pool");
            ensure!(faults.contains(&error.name()), "a user was refused for {error:?}");
            return Ok(());
        }
        ensure!(faults.is_empty(), "somebody was put in, although {faults:?}");
        let sub = self.newcomer()?;
        let user = self.add_user(sub, name)?;
        let has_password =
            !matches!(status, UserStatus::ResetRequired | UserStatus::ExternalProvider);
        self.model.set_account(user, status, known.filter(|_| has_password), self.now);
        self.model.users[user].attributes = attributes;
        self.model.users[user].enabled = enabled;
        self.sync()
    }

    pub(crate) fn create(&mut self, create: &Create) -> Checked {
        let (pool, refusal) = self.pool_id();
        let name = self.name(create.name);
        let existing = self.model.resolve(&name);
        let password = create.password.and_then(|password| self.password(password, &name));
        let given = pairs(&create.attributes);
        let mut faults = Faults::new();
        if refusal.is_some() {
            faults.extend(["Validation", "UserPoolNotFound"]);
        }
        if malformed(&name).is_some() {
            faults.push("Validation");
        }
        let chosen = create.password.filter(|password| *password != Password::Absent);
        faults.extend(
            chosen.map_or_else(Faults::new, |chosen| password_faults(chosen, password.as_ref())),
        );
        let mut attributes = BTreeMap::new();
        if create.action == Action::Resend {
            let user = existing.map(|user| &self.model.users[user]);
            match user {
                None => faults.push("UserNotFound"),
                Some(user) if user.status != UserStatus::ForceChangePassword => {
                    faults.push("ResendNotPossible");
                }
                Some(user) => attributes.clone_from(&user.attributes),
            }
            // A repeated invitation does not look at attributes, except for their shape.
            let shape = self.model.attribute_faults(&given, true).into_iter();
            faults.extend(shape.filter(|fault| *fault == "Validation"));
        } else {
            let (first, more) = self.model.newcomer(&name, &given);
            attributes = first;
            faults.extend(more);
            if self.model.rivals(None, &attributes).is_empty() {
            } else if self.model.names_are_contacts() {
                faults.push("UsernameAttributeExists");
            } else if !create.force {
                faults.push("AliasExists");
            }
        }
        let asked = [(create.email, "email"), (create.sms, "phone_number")];
        let asked = asked.iter().filter(|(asked, _)| *asked).map(|(_, contact)| *contact);
        if create.action != Action::Suppress
            && asked.clone().any(|contact| !attributes.contains_key(contact))
        {
            faults.push("NoContactForDelivery");
        }

        let mut request = AdminCreateUserRequest::new(pool, &name);
        request.user_attributes = list(&given);
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
        let mut to: Vec<_> = asked.filter_map(|contact| attributes.get(contact)).collect();
        if !create.email && !create.sms {
            to.extend(attributes.get("phone_number"));
        }
        let to: Vec<_> = to.into_iter().filter(|_| create.action != Action::Suppress).collect();
        let Some(answer) = self.expect(faults.into(), request)? else { return Ok(()) };
        let sent: Vec<_> = answer.messages.iter().map(|message| &message.destination).collect();
        ensure!(sent == to, "invitations to {sent:?} instead of {to:?}");
        let told = invited(&answer.messages);
        ensure!(password.is_none() || told.is_none() || told == password, "another password");
        let shown = &answer.response.user;
        let user = match (create.action, existing) {
            (Action::Resend, Some(user)) => user,
            _ => {
                let rivals = self.model.rivals(None, &attributes);
                self.model.take_from(rivals);
                let sub = sub(&shown.attributes).to_owned();
                let user = self.add_user(sub, name)?;
                self.model.users[user].attributes = attributes;
                user
            }
        };
        let password = password.or(told);
        let status = UserStatus::ForceChangePassword;
        self.model.set_account(user, status, password, self.now);
        ensure!(shown.user_status == status, "a new user is {}", shown.user_status);
        ensure!(shown.enabled || create.action == Action::Resend, "a new user is disabled");
        self.sync()
    }

    /// The `sub` of the user whom the model does not know yet.
    fn newcomer(&mut self) -> Checked<String> {
        let users = self.prepare(ListUsersRequest::new(crate::world::POOL_ID))?.users;
        let mut subs = users.iter().map(|user| sub(&user.attributes));
        let new = subs.find(|sub| self.model.users.iter().all(|known| known.sub != *sub));
        new.map(str::to_owned).ok_or_else(|| "a user that was put in is not there".to_owned())
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
        self.sync()
    }

    pub(crate) fn update(&mut self, name: Name, given: &Attributes) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let given = pairs(given);
        let update = user.map(|user| self.model.update(user, &given)).unwrap_or(Err(vec![]));
        let expected = match (&update, refusal) {
            (_, Some(why)) => Expected::Refused(why),
            (Err(faults), None) => faults.clone().into(),
            (Ok(_), None) => Expected::Success,
        };
        let request = AdminUpdateUserAttributesRequest::new(pool, name, list(&given));
        let answer = self.expect(expected, request)?;
        let (Some(answer), Some(user), Ok(update)) = (answer, user, update) else { return Ok(()) };
        self.sent(&answer.messages, None, user, verifications(update.codes))?;
        self.model.users[user].attributes = update.attributes;
        self.sync()
    }

    pub(crate) fn delete_attributes(&mut self, name: Name, given: &Attributes) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let given = deletions(given);
        let names: Vec<_> = given.iter().map(|(name, _)| (*name).to_owned()).collect();
        let update = user.map(|user| self.model.update(user, &given)).unwrap_or(Err(vec![]));
        let expected = match (&update, refusal) {
            (_, Some(why)) => Expected::Refused(why),
            (Err(faults), None) => faults.clone().into(),
            (Ok(_), None) => Expected::Success,
        };
        let request = AdminDeleteUserAttributesRequest::new(pool, name, names);
        let answer = self.expect(expected, request)?;
        let (Some(answer), Some(user), Ok(update)) = (answer, user, update) else { return Ok(()) };
        ensure!(answer.messages.is_empty(), "a code for what is gone");
        self.model.users[user].attributes = update.attributes;
        self.sync()
    }

    pub(crate) fn set_password(
        &mut self,
        name: Name,
        password: Password,
        permanent: bool,
    ) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let value = self.password(password, &name).unwrap_or_else(|| "".into());
        let mut faults = password_faults(password, Some(&value));
        faults.extend(user.and_then(|user| self.model.history_fault(user, &value)));
        let expected = refusal.map_or_else(|| faults.into(), Expected::Refused);
        let request = AdminSetUserPasswordRequest::new(pool, name, value.clone(), permanent);
        let answer = self.expect(expected, request)?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        let status =
            if permanent { UserStatus::Confirmed } else { UserStatus::ForceChangePassword };
        self.model.set_account(user, status, Some(value), self.now);
        self.sync()
    }

    pub(crate) fn reset_password(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let refusal = refusal.or_else(|| self.model.reset_fault(user?));
        let request = AdminResetUserPasswordRequest::new(pool, name);
        let answer = self.expect(refusal.into(), request)?;
        let (Some(answer), Some(user)) = (answer, user) else { return Ok(()) };
        let to = one(Purpose::PasswordReset, self.model.recovery_contact(user)?);
        self.sent(&answer.messages, None, user, to)?;
        self.model.set_account(user, UserStatus::ResetRequired, None, self.now);
        self.sync()
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
        self.sync()
    }

    pub(crate) fn enable(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminEnableUserRequest::new(pool, name))?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.users[user].enabled = true;
        self.sync()
    }

    pub(crate) fn disable(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminDisableUserRequest::new(pool, name))?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        if self.model.users[user].enabled {
            self.model.users[user].enabled = false;
            self.model.sign_out(user, self.now, "the user was disabled since");
        }
        self.sync()
    }

    pub(crate) fn delete(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminDeleteUserRequest::new(pool, name))?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.delete(user, self.now);
        self.check_memberships()?;
        self.sync()
    }

    pub(crate) fn admin_sign_out(&mut self, name: Name) -> Checked {
        let (pool, name, user, refusal) = self.about(name);
        let answer = self.expect(refusal.into(), AdminUserGlobalSignOutRequest::new(pool, name))?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.sign_out(user, self.now, "the user was signed out");
        self.sync()
    }
}

/// The temporary password of an invitation.
fn invited(messages: &[Message]) -> Option<Secret> {
    messages.iter().find_map(|message| match &message.content {
        MessageContent::Invitation { temporary_password } => Some(temporary_password.clone()),
        _ => None,
    })
}
