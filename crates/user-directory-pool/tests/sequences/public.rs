//! What everybody can call: sign-up, its confirmation, and forgotten passwords.

use user_directory_pool::{
    AddCustomAttributesRequest, AttributeDataType, ConfirmForgotPasswordRequest,
    ConfirmSignUpRequest, ForgotPasswordRequest, ResendConfirmationCodeRequest,
    SchemaAttributeType, Secret, SignUpRequest, UserStatus,
};

use crate::{
    attributes::{Faults, list, pairs},
    calls::{Attributes, Caller, Code, Password},
    codes::{CONFIRM_FORGOT_PASSWORD, CONFIRM_SIGN_UP, FORGOT_PASSWORD, Purpose, RESEND_CODE, one},
    users::{code_faults, malformed, password_faults},
    world::{Checked, World, ensure},
};

/// A caller with what is known of it.
struct Known {
    client_id: String,
    client: Option<usize>,
    name: String,
    user: Option<usize>,
    hash: Option<Secret>,
    faults: Faults,
}

impl World<'_> {
    /// What speaks against a call before anybody is looked up.
    fn caller(&self, caller: Caller) -> Known {
        let (client_id, client) = self.client(caller.client, None);
        let name = self.name(caller.name);
        let hash = self.hash(caller.proof, client, &name);
        let mut faults = Faults::new();
        match client {
            None => faults.extend(["ClientNotFound", "Validation"]),
            Some(client) => {
                let client = &self.model.clients[client];
                if client.hash_refusal(hash.as_deref(), &name).is_some() {
                    faults.extend(["SecretHashNotReceived", "UnableToVerifySecretHash"]);
                }
            }
        }
        if malformed(&name).is_some() || hash.as_ref().is_some_and(String::is_empty) {
            faults.push("Validation");
        }
        let user = self.model.resolve(&name);
        Known { client_id, client, name, user, hash: hash.map(Secret::new), faults }
    }

    fn hides(&self, client: Option<usize>) -> bool {
        client.is_some_and(|client| self.model.clients[client].hides_existence)
    }

    pub(crate) fn sign_up(
        &mut self,
        caller: Caller,
        password: Password,
        given: &Attributes,
    ) -> Checked {
        let known = self.caller(caller);
        let Known { client_id, client, name, mut faults, .. } = known;
        let value = self.password(password, &name);
        let given = pairs(given);
        faults.extend(password_faults(password, value.as_ref()));
        if self.model.profile.no_sign_up {
            faults.push("SignUpNotPermitted");
        }
        let client = client.map(|client| &self.model.clients[client]);
        for (attribute, _) in &given {
            let may_write = client.is_none_or(|client| client.may_write(attribute));
            let is_own = self.model.is_known_attribute(attribute) && *attribute != "sub";
            if is_own && (attribute.ends_with("_verified") || !may_write) {
                faults.push("UnauthorizedAttribute");
            }
            let is_alias = self.model.profile.naming == crate::calls::Naming::AllAliases;
            if *attribute == "preferred_username" && is_alias {
                faults.push("PreferredUsernameUnconfirmed");
            }
        }
        let (mut attributes, more) = self.model.newcomer(&name, &given);
        faults.extend(more.into_iter().map(|fault| match fault {
            "UserAccountExists" => "UserAlreadyExists",
            other => other,
        }));
        for contact in ["email", "phone_number"] {
            if attributes.contains_key(contact) {
                attributes.insert(format!("{contact}_verified"), "false".to_owned());
            }
        }
        if self.model.lacks_required(&attributes) {
            faults.push("RequiredAttributesMissing");
        }
        if !self.model.rivals(None, &attributes).is_empty() {
            faults.push("UsernameAttributeExists");
        }
        let mut request = SignUpRequest::new(client_id, &name, "");
        request.secret_hash = known.hash;
        request.password = value.clone();
        request.user_attributes = list(&given);
        let Some(answer) = self.expect(faults.into(), request)? else { return Ok(()) };
        let shown = answer.response;
        ensure!(!shown.user_confirmed, "a sign-up without confirmation");
        let user = self.add_user(shown.user_sub, name)?;
        self.model.users[user].attributes = attributes;
        self.model.set_account(user, UserStatus::Unconfirmed, value, self.now);
        let codes = self.model.sign_up_contact(user).map(|to| one(Purpose::SignUp, to));
        let details: Vec<_> = shown.code_delivery_details.into_iter().collect();
        self.sent(&answer.messages, Some(&details), user, codes.unwrap_or_default())?;
        self.sync()
    }

    pub(crate) fn confirm_by_code(&mut self, caller: Caller, code: Code, force: bool) -> Checked {
        let Known { client_id, client, name, user, hash, mut faults } = self.caller(caller);
        let value = self.model.given_code(code, user, Purpose::SignUp);
        faults.extend(code_faults(code));
        let mut after = None;
        match user {
            _ if !faults.is_empty() => {}
            None if self.hides(client) => faults.push("CodeExpired"),
            None => faults.push("UsernameClientIdCombinationNotFound"),
            Some(user) if self.model.users[user].status != UserStatus::Unconfirmed => {
                faults.push("CannotBeConfirmed");
            }
            Some(user) => {
                let now = self.now.millis();
                let limit = self.model.try_once(user, CONFIRM_SIGN_UP, now);
                faults.extend(self.model.code_fault(user, Purpose::SignUp, &value, now));
                let mut attributes = self.model.users[user].attributes.clone();
                let sent = self.model.live_code(user, Purpose::SignUp, now);
                if let Some(sent) =
                    sent.filter(|sent| attributes.get(sent.contact) == Some(&sent.destination))
                {
                    attributes.insert(format!("{}_verified", sent.contact), "true".to_owned());
                }
                if !force && !self.model.rivals(Some(user), &attributes).is_empty() {
                    faults.push("AliasExistsAtConfirmation");
                }
                faults = limit.map_or(faults, |limit| vec![limit]);
                after = Some((user, attributes));
            }
        }
        let mut request = ConfirmSignUpRequest::new(client_id, name, value);
        request.secret_hash = hash;
        request.force_alias_creation = force;
        let answer = self.expect(faults.into(), request)?;
        let (Some(_), Some((user, attributes))) = (answer, after) else { return Ok(()) };
        let rivals = self.model.rivals(Some(user), &attributes);
        self.model.take_from(rivals);
        self.model.users[user].attributes = attributes;
        self.model.spend_code(user, Purpose::SignUp);
        let password = self.model.users[user].password.clone();
        self.model.set_account(user, UserStatus::Confirmed, password, self.now);
        self.sync()
    }

    pub(crate) fn resend_code(&mut self, caller: Caller) -> Checked {
        let Known { client_id, client, name, user, hash, mut faults } = self.caller(caller);
        let mut to = None;
        match user {
            _ if !faults.is_empty() => {}
            None if self.hides(client) => {}
            None => faults.push("UsernameClientIdCombinationNotFound"),
            Some(user) if self.model.users[user].status != UserStatus::Unconfirmed => {
                faults.push("UserAlreadyConfirmed");
            }
            Some(user) => match self.model.sign_up_contact(user) {
                None => faults.push("AutoVerificationNotOn"),
                Some(contact) => {
                    faults.extend(self.model.try_once(user, RESEND_CODE, self.now.millis()));
                    to = Some((user, one(Purpose::SignUp, contact)));
                }
            },
        }
        let mut request = ResendConfirmationCodeRequest::new(client_id, &name);
        request.secret_hash = hash;
        let Some(answer) = self.expect(faults.into(), request)? else { return Ok(()) };
        let details = answer.response.code_delivery_details;
        match to {
            Some((user, codes)) => self.sent(&answer.messages, Some(&[details]), user, codes)?,
            None => self.simulated(&name, &answer.messages, details)?,
        }
        self.sync()
    }

    pub(crate) fn forgot_password(&mut self, caller: Caller) -> Checked {
        let Known { client_id, client, name, user, hash, mut faults } = self.caller(caller);
        let fault = match user {
            None => Some("UsernameClientIdCombinationNotFound"),
            Some(user) => self.model.reset_fault(user),
        };
        // What would tell that somebody is not there, or is, is hidden.
        let telling = ["UsernameClientIdCombinationNotFound", "UserDisabled", "NoVerifiedContact"];
        let is_hidden = self.hides(client) && fault.is_some_and(|fault| telling.contains(&fault));
        let mut to = None;
        if !is_hidden {
            match (fault, user) {
                _ if !faults.is_empty() => {}
                (None, Some(user)) => {
                    faults.extend(self.model.try_once(user, FORGOT_PASSWORD, self.now.millis()));
                    let contact = self.model.recovery_contact(user)?;
                    to = Some((user, one(Purpose::PasswordReset, contact)));
                }
                (fault, _) => faults.extend(fault),
            }
        }
        let mut request = ForgotPasswordRequest::new(client_id, &name);
        request.secret_hash = hash;
        let Some(answer) = self.expect(faults.into(), request)? else { return Ok(()) };
        let details = answer.response.code_delivery_details;
        match to {
            // Status and password stay as they are.
            Some((user, codes)) => self.sent(&answer.messages, Some(&[details]), user, codes)?,
            None => self.simulated(&name, &answer.messages, details)?,
        }
        self.sync()
    }

    pub(crate) fn confirm_forgot_password(
        &mut self,
        caller: Caller,
        code: Code,
        password: Password,
    ) -> Checked {
        let Known { client_id, client, name, user, hash, mut faults } = self.caller(caller);
        let hides = self.hides(client);
        let purpose = Purpose::PasswordReset;
        let given = self.model.given_code(code, user, purpose);
        let value = self.password(password, &name).unwrap_or_else(|| "".into());
        let policy = password_faults(password, Some(&value));
        faults.extend(code_faults(code));
        faults.extend(policy.iter().filter(|fault| **fault == "Validation"));
        match user {
            _ if !faults.is_empty() => {}
            None if hides => faults.push("CodeMismatch"),
            None => faults.push("UsernameClientIdCombinationNotFound"),
            Some(user) if !self.model.users[user].enabled => {
                faults.push(if hides { "CodeMismatch" } else { "UserDisabled" });
            }
            Some(user) if self.model.users[user].status == UserStatus::Unconfirmed => {
                faults.push("UserNotConfirmed");
            }
            Some(user) => {
                let now = self.now.millis();
                let limit = self.model.try_once(user, CONFIRM_FORGOT_PASSWORD, now);
                faults.extend(self.model.code_fault(user, purpose, &given, now));
                faults.extend(self.model.history_fault(user, &value));
                faults.extend(policy);
                faults = limit.map_or(faults, |limit| vec![limit]);
            }
        }
        let mut request = ConfirmForgotPasswordRequest::new(client_id, name, given, value.clone());
        request.secret_hash = hash;
        let answer = self.expect(faults.into(), request)?;
        let (Some(_), Some(user)) = (answer, user) else { return Ok(()) };
        self.model.spend_code(user, purpose);
        self.model.users[user].forgive();
        self.model.set_account(user, UserStatus::Confirmed, Some(value), self.now);
        self.sync()
    }

    pub(crate) fn add_custom_attributes(&mut self, which: usize) -> Checked {
        let (pool, refusal) = self.pool_id();
        let text = |name: &'static str| {
            SchemaAttributeType::new(name, AttributeDataType::string(None, Some(5)))
        };
        let mut faults = Faults::new();
        if refusal.is_some() {
            faults.extend(["Validation", "UserPoolNotFound"]);
        }
        let added = match which {
            0 => vec![text("tier")],
            1 => {
                faults.push("CustomAttributeRequired");
                vec![text("role").required()]
            }
            2 => {
                faults.push("CustomAttributeExists");
                vec![text("tier"), text("fixed")]
            }
            _ => {
                faults.push("Validation");
                vec![text("a_name_of_more_than_20")]
            }
        };
        if which == 0 && self.model.has_tier {
            faults.push("CustomAttributeExists");
        }
        let request = AddCustomAttributesRequest::new(pool, added);
        if self.expect(faults.into(), request)?.is_some() {
            self.model.has_tier = true;
        }
        self.sync()
    }
}
