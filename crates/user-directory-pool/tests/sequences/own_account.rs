//! What users do to their own accounts, by an access token.

use user_directory_pool::{
    ChangePasswordRequest, DeleteUserAttributesRequest, DeleteUserRequest,
    GetUserAttributeVerificationCodeRequest, PoolRequest, PresentedToken,
    UpdateUserAttributesRequest, UserStatus, VerifyUserAttributeRequest,
};

use crate::{
    attributes::{Faults, Pairs, deletions, list, pairs},
    calls::{Access, Attributes, Code, Password, TO_VERIFY},
    codes::{CHANGE_PASSWORD, GET_CODE, Purpose, VERIFY, one, verifications},
    users::{code_faults, is_too_long, password_faults},
    world::{Checked, Expected, World, ensure},
};

/// A token with its user and client.
struct Own {
    token: PresentedToken,
    user: usize,
    client: usize,
}

/// A token that is none, and why.
struct Refused(PresentedToken, &'static str);

fn contact(attribute: usize) -> Option<&'static str> {
    Some(TO_VERIFY[attribute]).filter(|name| ["email", "phone_number"].contains(name))
}

impl World<'_> {
    /// The user of a good token; otherwise why there is none.
    fn own(&self, access: Access) -> Result<Own, Box<Refused>> {
        match self.access_token(access) {
            (token, Some(known), None) => {
                let known = &self.model.access_tokens[known];
                let sign_in = &self.model.sign_ins[known.sign_in];
                Ok(Own { token, user: sign_in.user, client: sign_in.client })
            }
            (token, _, why) => Err(Box::new(Refused(token, why.unwrap_or("the token is bad")))),
        }
    }

    fn refuse<R: PoolRequest + Clone>(
        &mut self,
        Refused(token, why): Refused,
        request: impl FnOnce(PresentedToken) -> R,
    ) -> Checked {
        self.expect(Expected::Refused(why), request(token)).map(drop)
    }

    pub(crate) fn change_password(
        &mut self,
        access: Access,
        previous: Password,
        proposed: Password,
    ) -> Checked {
        let own = self.own(access);
        let name = own
            .as_ref()
            .map_or_else(|_| String::new(), |own| self.model.users[own.user].real_name.clone());
        let previous = self.password(previous, &name);
        let new = self.password(proposed, &name);
        let value = new.clone().unwrap_or_else(|| "".into());
        let request = |token| {
            let mut request = ChangePasswordRequest::new(token, "", value.clone());
            request.previous_password = previous.clone();
            request
        };
        let own = match own {
            Ok(own) => own,
            Err(refused) => return self.refuse(*refused, request),
        };
        let user = own.user;
        let mut faults = password_faults(proposed, Some(&value));
        if is_too_long(previous.as_ref()) {
            faults.push("Validation");
        }
        // Whoever has tried too often learns nothing else.
        let mut limit = None;
        if !faults.contains(&"Validation") {
            limit = self.model.try_once(user, CHANGE_PASSWORD, self.now.millis());
        }
        let model = &self.model.users[user];
        // A temporary password is not the user's own.
        if model.status != UserStatus::Confirmed || previous != model.password {
            faults.push("IncorrectUsernameOrPassword");
        }
        faults.extend(self.model.history_fault(user, &value));
        let faults = limit.map_or(faults, |limit| vec![limit]);
        if self.expect(faults.into(), request(own.token))?.is_none() {
            return Ok(());
        }
        self.model.set_account(user, UserStatus::Confirmed, new, self.now);
        self.sync()
    }

    /// What the client of a token may not write.
    fn permission_faults(&self, client: usize, given: &Pairs) -> Faults {
        let client = &self.model.clients[client];
        let fault = |name: &str| {
            if name == "sub" || name.ends_with("_verified") {
                Some("AttributeNotMutable")
            } else if self.model.is_known_attribute(name) && !client.may_write(name) {
                Some("UnauthorizedAttribute")
            } else {
                None
            }
        };
        given.iter().filter_map(|(name, _)| fault(name)).collect()
    }

    pub(crate) fn update_own(&mut self, access: Access, given: &Attributes) -> Checked {
        let given = pairs(given);
        let request = |token| UpdateUserAttributesRequest::new(token, list(&given));
        let own = match self.own(access) {
            Ok(own) => own,
            Err(refused) => return self.refuse(*refused, request),
        };
        let mut faults = self.permission_faults(own.client, &given);
        let update = self.model.update(own.user, &given).map_err(|more| faults.extend(more));
        let Some(answer) = self.expect(faults.into(), request(own.token))? else { return Ok(()) };
        let update = update.map_err(|()| "there was no update")?;
        let details = &answer.response.code_delivery_details_list;
        let codes = verifications(update.codes);
        self.sent(&answer.messages, Some(details), own.user, codes)?;
        self.model.users[own.user].attributes = update.attributes;
        self.sync()
    }

    pub(crate) fn delete_own_attributes(&mut self, access: Access, given: &Attributes) -> Checked {
        let given = deletions(given);
        let names: Vec<_> = given.iter().map(|(name, _)| (*name).to_owned()).collect();
        let request = |token| DeleteUserAttributesRequest::new(token, names.clone());
        let own = match self.own(access) {
            Ok(own) => own,
            Err(refused) => return self.refuse(*refused, request),
        };
        let mut faults = self.permission_faults(own.client, &given);
        let update = self.model.update(own.user, &given).map_err(|more| faults.extend(more));
        let Some(answer) = self.expect(faults.into(), request(own.token))? else { return Ok(()) };
        ensure!(answer.messages.is_empty(), "a code for what is gone");
        self.model.users[own.user].attributes =
            update.map_err(|()| "there was no update")?.attributes;
        self.sync()
    }

    pub(crate) fn get_code(&mut self, access: Access, attribute: usize) -> Checked {
        let name = TO_VERIFY[attribute];
        let request = |token| GetUserAttributeVerificationCodeRequest::new(token, name);
        let own = match self.own(access) {
            Ok(own) => own,
            Err(refused) => return self.refuse(*refused, request),
        };
        let (user, now) = (own.user, self.now.millis());
        let mut faults = Faults::new();
        let mut code = None;
        match contact(attribute) {
            None if name.is_empty() => faults.push("Validation"),
            None => faults.push("AttributeCannotBeVerified"),
            Some(contact) => {
                let waiting = self.model.waiting(user, contact, now).map(str::to_owned);
                let current = self.model.users[user].attributes.get(contact).cloned();
                let waits = current.is_none();
                match current.or(waiting) {
                    None => faults.push("NothingToVerify"),
                    Some(destination) => {
                        faults.extend(self.model.try_once(user, GET_CODE, now));
                        let mut sent = one(Purpose::Verification(contact), (contact, destination));
                        sent[0].1.waits = waits;
                        code = Some(sent);
                    }
                }
            }
        }
        let answer = self.expect(faults.into(), request(own.token))?;
        let (Some(answer), Some(code)) = (answer, code) else { return Ok(()) };
        let details = [answer.response.code_delivery_details];
        self.sent(&answer.messages, Some(&details), user, code)?;
        self.sync()
    }

    pub(crate) fn verify(&mut self, access: Access, attribute: usize, code: Code) -> Checked {
        let name = TO_VERIFY[attribute];
        let own = self.own(access);
        let user = own.as_ref().ok().map(|own| own.user);
        let purpose = Purpose::Verification(contact(attribute).unwrap_or_default());
        let value = self.model.given_code(code, user, purpose);
        let request = |token| VerifyUserAttributeRequest::new(token, name, value.clone());
        let own = match own {
            Ok(own) => own,
            Err(refused) => return self.refuse(*refused, request),
        };
        let (user, now) = (own.user, self.now.millis());
        let mut faults = code_faults(code);
        let mut after = self.model.users[user].attributes.clone();
        match contact(attribute) {
            None if name.is_empty() => faults.push("Validation"),
            None => faults.push("AttributeCannotBeVerified"),
            Some(_) if !faults.is_empty() => {}
            Some(contact) => {
                let limit = self.model.try_once(user, VERIFY, now);
                faults.extend(self.model.code_fault(user, purpose, &value, now));
                if let Some(waiting) = self.model.waiting(user, contact, now) {
                    after.insert(contact.to_owned(), waiting.to_owned());
                }
                // The code says nothing about an address that it did not go to.
                let sent = self.model.live_code(user, purpose, now);
                if sent.is_some_and(|sent| after.get(contact) != Some(&sent.destination)) {
                    faults.push("CodeExpired");
                }
                after.insert(format!("{contact}_verified"), "true".to_owned());
                if !self.model.rivals(Some(user), &after).is_empty() {
                    faults.push("AliasExists");
                }
                faults = limit.map_or(faults, |limit| vec![limit]);
            }
        }
        if self.expect(faults.into(), request(own.token))?.is_none() {
            return Ok(());
        }
        self.model.spend_code(user, purpose);
        self.model.users[user].attributes = after;
        self.sync()
    }

    pub(crate) fn delete_own_user(&mut self, access: Access) -> Checked {
        let own = match self.own(access) {
            Ok(own) => own,
            Err(refused) => return self.refuse(*refused, DeleteUserRequest::new),
        };
        self.expect(Expected::Success, DeleteUserRequest::new(own.token))?;
        self.model.delete(own.user, self.now);
        self.check_memberships()?;
        self.sync()
    }
}
