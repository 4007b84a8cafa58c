//! Attributes: what is refused, what a change leaves, whose aliases come of it.

use std::collections::BTreeMap;

use user_directory_pool::Attribute;

use crate::{
    calls::{ATTRIBUTES, Attributes, Naming},
    model::{Model, UserModel},
};

/// Name and value as a call gives them.
pub(crate) type Pairs = Vec<(&'static str, Option<&'static str>)>;

/// Names of errors that a call may be refused with; it must succeed if there are none.
pub(crate) type Faults = Vec<&'static str>;

pub(crate) const CONTACTS: [(&str, &str); 2] =
    [("email", "email_verified"), ("phone_number", "phone_number_verified")];

const ALIASES: [&str; 3] = ["email", "phone_number", "preferred_username"];

const REQUIRED: [&str; 2] = ["email", "given_name"];

/// What an update is to leave and to send.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) codes: Vec<ContactCode>,
}

/// A code to a new address or number.
#[derive(Debug)]
pub(crate) struct ContactCode {
    pub(crate) contact: &'static str,
    pub(crate) destination: String,
    /// Whether the attribute gets its value by the code only.
    pub(crate) waits: bool,
}

pub(crate) fn pairs(attributes: &Attributes) -> Pairs {
    attributes.0.iter().map(|index| ATTRIBUTES[*index]).collect()
}

/// The same names, to be deleted.
pub(crate) fn deletions(attributes: &Attributes) -> Pairs {
    attributes.0.iter().map(|index| (ATTRIBUTES[*index].0, Some(""))).collect()
}

pub(crate) fn list(pairs: &Pairs) -> Vec<Attribute> {
    let attribute = |(name, value): &(&str, Option<&str>)| {
        let mut attribute = Attribute::new(*name, "");
        attribute.value = value.map(str::to_owned);
        attribute
    };
    pairs.iter().map(attribute).collect()
}

fn is_true(value: Option<&Option<String>>) -> bool {
    value.is_some_and(|value| value.as_deref() == Some("true"))
}

fn set(attributes: &mut BTreeMap<String, String>, name: &str, value: Option<&String>) {
    match value {
        Some(value) => attributes.insert(name.to_owned(), value.clone()),
        None => attributes.remove(name),
    };
}

impl Model {
    /// What stands for the user's name, as it is compared.
    pub(crate) fn alias(&self, user: &UserModel, alias: &str) -> Option<String> {
        self.alias_in(&user.attributes, alias)
    }

    fn alias_in(&self, attributes: &BTreeMap<String, String>, alias: &str) -> Option<String> {
        let is_true = |name: &str| attributes.get(name).is_some_and(|value| value == "true");
        let in_force = match (self.profile.naming, alias) {
            (Naming::EmailIsTheName, "email")
            | (Naming::PhoneIsTheName, "phone_number")
            | (Naming::EitherIsTheName, "email" | "phone_number")
            | (Naming::AllAliases, "preferred_username") => true,
            (Naming::EmailAlias | Naming::AllAliases, "email") => is_true("email_verified"),
            (Naming::AllAliases, "phone_number") => is_true("phone_number_verified"),
            _ => false,
        };
        attributes.get(alias).filter(|_| in_force).map(|value| self.fold(value))
    }

    /// Who else has an alias that comes of these attributes, each with the alias.
    pub(crate) fn rivals(
        &self,
        user: Option<usize>,
        attributes: &BTreeMap<String, String>,
    ) -> Vec<(&'static str, usize)> {
        let mut rivals = Vec::new();
        for alias in ALIASES {
            let Some(wanted) = self.alias_in(attributes, alias) else { continue };
            let owner = self.users.iter().position(|other| {
                other.exists && self.alias(other, alias).as_ref() == Some(&wanted)
            });
            rivals.extend(owner.filter(|owner| Some(*owner) != user).map(|owner| (alias, owner)));
        }
        rivals
    }

    /// What made an alias of others is no longer true of them.
    pub(crate) fn take_from(&mut self, rivals: Vec<(&'static str, usize)>) {
        for (alias, owner) in rivals {
            let attributes = &mut self.users[owner].attributes;
            match alias {
                "preferred_username" => attributes.remove(alias),
                contact => attributes.insert(format!("{contact}_verified"), "false".to_owned()),
            };
        }
    }

    pub(crate) fn is_known_attribute(&self, name: &str) -> bool {
        match name {
            "sub" | "birthdate" | "updated_at" | "nickname" | "given_name" | "custom:fixed" => true,
            "custom:tier" => self.has_tier,
            _ => ALIASES.contains(&name) || CONTACTS.iter().any(|(_, verified)| *verified == name),
        }
    }

    /// What speaks against attributes, at a creation or later.
    pub(crate) fn attribute_faults(&self, pairs: &Pairs, creation: bool) -> Faults {
        let by = |at_creation, later| if creation { at_creation } else { later };
        let mut faults = Faults::new();
        for (name, value) in pairs {
            if name.is_empty() || name.len() > 32 {
                faults.push("Validation");
            }
            if *name == "sub" {
                faults.push("AttributeNotMutable");
            } else if !self.is_known_attribute(name) {
                faults.push(by("AttributeTypeUnknown", "AttributeNotInSchema"));
            }
            if *name == "custom:fixed" && !creation {
                faults.push("AttributeCannotBeUpdated");
            }
            let breaks = by("NewAttributeBreaksSchema", "AttributeBreaksSchema");
            let fault = match (*name, value.map(str::to_lowercase).as_deref()) {
                (_, None) => Some("AttributeValueNull"),
                (name, Some("")) => {
                    let stays = !creation && self.profile.required && REQUIRED.contains(&name);
                    stays.then_some("RequiredAttributeCannotBeDeleted")
                }
                ("email", Some(value)) => (!value.contains('@')).then_some("InvalidEmail"),
                ("phone_number", Some(value)) => {
                    (!value.starts_with('+')).then_some("InvalidPhoneNumber")
                }
                ("email_verified" | "phone_number_verified", Some(value)) => {
                    (!["true", "false"].contains(&value)).then_some(breaks)
                }
                ("birthdate", Some(value)) => (value.len() != 10).then_some(breaks),
                ("updated_at", Some(value)) => value.parse::<u64>().is_err().then_some(breaks),
                ("custom:tier", Some(value)) => (value.len() > 5).then_some(breaks),
                _ => None,
            };
            faults.extend(fault);
        }
        for (contact, verified) in CONTACTS {
            // Whether the value is there shows only when the change is made.
            if is_true(self.outcome(pairs).get(verified))
                && self.outcome(pairs).get(contact) == Some(&None)
            {
                faults.push("VerifiedWithoutValue");
            }
        }
        faults
    }

    /// The contact that the name of a new user is, if it can be a name here.
    fn contact_of_name(&self, name: &str) -> Result<Option<&'static str>, &'static str> {
        let (email, phone) = (name.contains('@'), name.starts_with('+'));
        match self.profile.naming {
            Naming::Plain => Ok(None),
            Naming::EmailAlias | Naming::AllAliases if email => Err("UsernameOfEmailFormat"),
            Naming::AllAliases if phone => Err("UsernameOfPhoneFormat"),
            Naming::EmailAlias | Naming::AllAliases => Ok(None),
            Naming::EmailIsTheName | Naming::EitherIsTheName if email => Ok(Some("email")),
            Naming::PhoneIsTheName | Naming::EitherIsTheName if phone => Ok(Some("phone_number")),
            _ => Err("UsernameShouldBe"),
        }
    }

    /// What the last mention of each name makes of it.
    fn outcome(&self, pairs: &Pairs) -> BTreeMap<&'static str, Option<String>> {
        let value = |name: &str, value: &str| match value {
            "" => None,
            value if name.ends_with("_verified") => Some(value.to_lowercase()),
            value if self.stands_for_the_name(name) => Some(self.fold(value)),
            value => Some(value.to_owned()),
        };
        pairs.iter().map(|(name, given)| (*name, value(name, given.unwrap_or_default()))).collect()
    }

    /// Whether users can sign in with an attribute.
    fn stands_for_the_name(&self, attribute: &str) -> bool {
        let names: &[&str] = match self.profile.naming {
            Naming::Plain => &[],
            Naming::EmailIsTheName | Naming::EmailAlias => &["email"],
            Naming::PhoneIsTheName => &["phone_number"],
            Naming::EitherIsTheName => &["email", "phone_number"],
            Naming::AllAliases => &["email", "phone_number", "preferred_username"],
        };
        names.contains(&attribute)
    }

    /// The attributes of a new user, and what speaks against the user.
    pub(crate) fn newcomer(&self, name: &str, given: &Pairs) -> (BTreeMap<String, String>, Faults) {
        let mut faults = self.attribute_faults(given, true);
        let mut attributes = BTreeMap::new();
        let outcome = self.outcome(given);
        for (name, value) in &outcome {
            set(&mut attributes, name, value.as_ref());
        }
        let contact = self.contact_of_name(name).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        for (other, verified) in CONTACTS {
            // A value that the attributes take away takes its verification with it, though the name
            // comes in its place.
            let by_name = contact == Some(other) && !outcome.contains_key(other);
            if !attributes.contains_key(other) && !by_name {
                if is_true(outcome.get(verified)) {
                    faults.push("VerifiedWithoutValue");
                }
                attributes.remove(verified);
            }
        }
        if let Some(contact) = contact {
            if outcome.get(contact).is_some_and(|value| *value != Some(self.fold(name))) {
                faults.push("UsernameDiffersFromAttribute");
            }
            attributes.insert(contact.to_owned(), self.fold(name));
        } else if self.users.iter().any(|user| user.exists && user.real_name == self.fold(name)) {
            faults.push("UserAccountExists");
        }
        (attributes, faults)
    }

    pub(crate) fn names_are_contacts(&self) -> bool {
        matches!(
            self.profile.naming,
            Naming::EmailIsTheName | Naming::PhoneIsTheName | Naming::EitherIsTheName
        )
    }

    pub(crate) fn lacks_required(&self, attributes: &BTreeMap<String, String>) -> bool {
        self.profile.required && REQUIRED.iter().any(|name| !attributes.contains_key(*name))
    }

    /// What an update by an administrator or by the user leaves and sends.
    pub(crate) fn update(&self, user: usize, given: &Pairs) -> Result<Update, Faults> {
        let mut faults = self.attribute_faults(given, false);
        let before = &self.users[user].attributes;
        let mut attributes = before.clone();
        let mut codes = Vec::new();
        let outcome = self.outcome(given);
        for (name, value) in &outcome {
            set(&mut attributes, name, value.as_ref());
        }
        for (contact, verified) in CONTACTS {
            let new = outcome.get(contact).and_then(Option::as_ref);
            let new = new.filter(|new| before.get(contact) != Some(new));
            if let Some(new) = new.filter(|_| !is_true(outcome.get(verified))) {
                let waits = self.profile.verified_before_update.has(contact);
                if waits {
                    set(&mut attributes, contact, before.get(contact));
                }
                if waits || self.profile.auto_verified.has(contact) {
                    codes.push(ContactCode { contact, destination: new.clone(), waits });
                }
                // Nobody verifies what another one signs in with.
                let is_taken = self.users.iter().enumerate().any(|(other, model)| {
                    let alias = self.alias(model, contact);
                    model.exists && other != user && alias == Some(self.fold(new))
                });
                if is_taken {
                    faults.push("AliasExists");
                }
            }
            if !attributes.contains_key(contact) {
                if is_true(outcome.get(verified)) {
                    faults.push("VerifiedWithoutValue");
                }
                attributes.remove(verified);
            } else if attributes.get(contact) != before.get(contact)
                && outcome.get(verified).is_none_or(Option::is_none)
            {
                attributes.insert(verified.to_owned(), "false".to_owned());
            }
        }
        if !self.rivals(Some(user), &attributes).is_empty() {
            faults.push("AliasExists");
        }
        if faults.is_empty() { Ok(Update { attributes, codes }) } else { Err(faults) }
    }

    /// The attributes after the answer to a challenge, which says nothing of what is there already.
    pub(crate) fn answer(&self, user: usize, given: &Pairs) -> (BTreeMap<String, String>, Faults) {
        // An attribute without a value is none here.
        let given: Pairs = given.iter().filter(|(_, value)| value.is_some()).copied().collect();
        let mut faults = self.attribute_faults(&given, false);
        let mut attributes = self.users[user].attributes.clone();
        for (name, value) in self.outcome(&given) {
            if CONTACTS.iter().any(|(_, verified)| *verified == name) {
                faults.push("AttributeNotMutable");
            }
            if attributes.contains_key(name) {
                faults.push("AttributeAlreadyProvided");
            }
            set(&mut attributes, name, value.as_ref());
        }
        if self.lacks_required(&attributes) {
            faults.push("RequiredAttributeMissing");
        }
        if !self.rivals(Some(user), &attributes).is_empty() {
            faults.push("AliasExists");
        }
        (attributes, faults)
    }
}
