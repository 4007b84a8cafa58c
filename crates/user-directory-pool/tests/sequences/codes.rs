//! Codes: where they go, which are good, and how often one may try.

use user_directory_pool::{CodeDeliveryDetailsType, Message, MessageContent, Secret, UserStatus};

use crate::{
    attributes::ContactCode,
    calls::{Code, Recovery},
    model::Model,
    world::{Checked, World, ensure},
};

const HOUR: u64 = 60 * 60 * 1000;
const DAY: u64 = 24 * HOUR;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    SignUp,
    PasswordReset,
    Verification(&'static str),
}

#[derive(Debug)]
pub(crate) struct CodeModel {
    user: usize,
    purpose: Purpose,
    code: Secret,
    pub(crate) contact: &'static str,
    pub(crate) destination: String,
    expires: u64,
    spent: bool,
    /// Whether a newer one took its place while it was good, so that it is known as an older one.
    replaced: bool,
    /// Whether the destination is no attribute of the user before the code is used.
    waits: bool,
}

/// What is limited by the hour, and how often it may be tried.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Limit(&'static str, u32);

pub(crate) const CHANGE_PASSWORD: Limit = Limit("ChangePassword", 5);
pub(crate) const CONFIRM_FORGOT_PASSWORD: Limit = Limit("ConfirmForgotPassword", 5);
pub(crate) const CONFIRM_SIGN_UP: Limit = Limit("ConfirmSignUp", 15);
pub(crate) const FORGOT_PASSWORD: Limit = Limit("ForgotPassword", 5);
pub(crate) const GET_CODE: Limit = Limit("GetUserAttributeVerificationCode", 5);
pub(crate) const RESEND_CODE: Limit = Limit("ResendConfirmationCode", 5);
pub(crate) const VERIFY: Limit = Limit("VerifyUserAttribute", 15);

impl Model {
    fn newest(&self, user: usize, purpose: Purpose) -> Option<&CodeModel> {
        self.codes.iter().rev().find(|code| code.user == user && code.purpose == purpose)
    }

    pub(crate) fn live_code(&self, user: usize, purpose: Purpose, now: u64) -> Option<&CodeModel> {
        self.newest(user, purpose).filter(|code| !code.spent && now < code.expires)
    }

    /// Only the newest code works, once, as long as it lives. Those it replaced count as expired.
    pub(crate) fn code_fault(
        &self,
        user: usize,
        purpose: Purpose,
        given: &Secret,
        now: u64,
    ) -> Option<&'static str> {
        match self.live_code(user, purpose, now) {
            None => Some("CodeExpired"),
            Some(live) if live.code == *given => None,
            Some(_) => {
                let mut older = self.codes.iter().filter(|code| code.user == user);
                let known = older
                    .any(|c| c.purpose == purpose && c.replaced && !c.spent && c.code == *given);
                Some(if known { "CodeExpired" } else { "CodeMismatch" })
            }
        }
    }

    pub(crate) fn spend_code(&mut self, user: usize, purpose: Purpose) {
        for code in self.codes.iter_mut().filter(|c| c.user == user && c.purpose == purpose) {
            code.spent = true;
        }
    }

    /// The value that waits to take the place of the one that is there.
    pub(crate) fn waiting(&self, user: usize, contact: &'static str, now: u64) -> Option<&str> {
        let code = self.live_code(user, Purpose::Verification(contact), now)?;
        // the pool goes by the destination alone: a code to the address that was there when it was
        // sent brings it back after an administrator's change or deletion. It should wait only if
        // `code.waits`.
        let is_current = self.users[user].attributes.get(contact) == Some(&code.destination);
        let waits = self.profile.verified_before_update.has(contact) && !is_current;
        (waits || code.waits && !is_current).then_some(code.destination.as_str())
    }

    /// A code as a call gives it.
    pub(crate) fn given_code(&self, code: Code, user: Option<usize>, purpose: Purpose) -> Secret {
        let is_own = |code: &&CodeModel| Some(code.user) == user && code.purpose == purpose;
        let known = match code {
            Code::Newest => self.codes.iter().rev().find(is_own),
            Code::Older(ago) => self.codes.iter().rev().filter(is_own).nth(ago + 1),
            Code::OfAnother => self.codes.iter().rev().find(|code| !is_own(code)),
            Code::Malformed => return " ".into(),
            Code::Wrong => None,
        };
        known.map_or_else(|| "no-code".into(), |known| known.code.clone())
    }

    /// Counts a try, and refuses it if it is one too many in the hour since the first.
    pub(crate) fn try_once(&mut self, user: usize, limit: Limit, now: u64) -> Option<&'static str> {
        let (first, tries) = self.tries.entry((user, limit)).or_insert((now, 0));
        if *first + HOUR <= now {
            (*first, *tries) = (now, 0);
        }
        *tries += 1;
        (*tries > limit.1).then_some("AttemptLimitExceeded")
    }

    /// Where a code to recover the password goes.
    pub(crate) fn recovery_contact(
        &self,
        user: usize,
    ) -> Result<(&'static str, String), &'static str> {
        let attributes = &self.users[user].attributes;
        let order: &[&'static str] = match self.profile.recovery {
            Recovery::Default => &["phone_number", "email"],
            Recovery::VerifiedEmail => &["email"],
            Recovery::AdminOnly => return Err("ContactAdministrator"),
        };
        for contact in order {
            let verified = attributes.get(&format!("{contact}_verified"));
            if let Some(value) = attributes.get(*contact)
                && verified.is_some_and(|verified| verified == "true")
            {
                return Ok((contact, value.clone()));
            }
        }
        Err("NoVerifiedContact")
    }

    /// What speaks against a reset of the password, for all who can ask for it.
    pub(crate) fn reset_fault(&self, user: usize) -> Option<&'static str> {
        let model = &self.users[user];
        if !model.enabled {
            return Some("UserDisabled");
        }
        match model.status {
            UserStatus::Confirmed | UserStatus::ResetRequired => self.recovery_contact(user).err(),
            UserStatus::Unconfirmed => {
                self.recovery_contact(user).err().or(Some("PasswordCannotBeReset"))
            }
            _ => Some("PasswordCannotBeReset"),
        }
    }

    /// Where the code of a sign-up goes: to the phone first, and to what the pool verifies only.
    pub(crate) fn sign_up_contact(&self, user: usize) -> Option<(&'static str, String)> {
        ["phone_number", "email"].into_iter().find_map(|contact| {
            let value = self.users[user].attributes.get(contact)?;
            self.profile.auto_verified.has(contact).then(|| (contact, value.clone()))
        })
    }
}

/// Codes that a call is to send.
pub(crate) type Sent = Vec<(Purpose, ContactCode)>;

pub(crate) fn one(purpose: Purpose, (contact, destination): (&'static str, String)) -> Sent {
    vec![(purpose, ContactCode { contact, destination, waits: false })]
}

pub(crate) fn verifications(codes: Vec<ContactCode>) -> Sent {
    codes.into_iter().map(|code| (Purpose::Verification(code.contact), code)).collect()
}

impl World<'_> {
    /// Exactly these codes were sent, and shown where the operation shows them. Takes note of them.
    pub(crate) fn sent(
        &mut self,
        messages: &[Message],
        details: Option<&[CodeDeliveryDetailsType]>,
        user: usize,
        codes: Sent,
    ) -> Checked {
        ensure!(messages.len() == codes.len(), "{} messages for {codes:?}", messages.len());
        ensure!(
            details.is_none_or(|details| details.len() == codes.len()),
            "{details:?} for {codes:?}"
        );
        for (at, (purpose, ContactCode { contact, destination, waits })) in
            codes.into_iter().enumerate()
        {
            let message = &messages[at];
            ensure!(message.username == self.model.users[user].real_name, "a code for another");
            ensure!(message.destination == destination, "a code to {}", message.destination);
            ensure!(message.medium.attribute() == contact, "the other medium");
            if let Some(details) = details {
                let shown = &details[at];
                ensure!(shown.attribute_name == contact, "the code is shown at {shown:?}");
                ensure!(shown.delivery_medium == message.medium, "the code is shown at {shown:?}");
                ensure!(
                    shown.destination == masked(&destination),
                    "the code is shown at {shown:?}"
                );
            }
            let (code, life) = match (purpose, &message.content) {
                (Purpose::SignUp, MessageContent::SignUp { code })
                | (Purpose::Verification(_), MessageContent::AttributeVerification { code }) => {
                    (code.clone(), DAY)
                }
                (Purpose::PasswordReset, MessageContent::PasswordReset { code }) => {
                    (code.clone(), HOUR)
                }
                _ => return Err("a message of another kind".to_owned()),
            };
            let digits = code.expose();
            let is_code = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit());
            ensure!(is_code, "a code without six digits");
            let now = self.now.millis();
            let replaces = self.model.live_code(user, purpose, now).is_some();
            let same = |code: &&mut CodeModel| code.user == user && code.purpose == purpose;
            for (age, older) in self.model.codes.iter_mut().rev().filter(same).enumerate() {
                older.replaced = replaces && (age == 0 || older.replaced);
            }
            self.model.codes.push(CodeModel {
                user,
                purpose,
                code,
                contact,
                destination,
                expires: now + life,
                spent: false,
                replaced: false,
                waits,
            });
        }
        Ok(())
    }

    /// Where existence is hidden, made-up details are the same each time, and nothing is sent.
    pub(crate) fn simulated(
        &mut self,
        name: &str,
        messages: &[Message],
        details: CodeDeliveryDetailsType,
    ) -> Checked {
        ensure!(messages.is_empty(), "a code for a hidden refusal");
        let known = self.model.simulated.entry(name.to_owned()).or_insert_with(|| details.clone());
        ensure!(*known == details, "made-up details differ: {details:?} and {known:?}");
        Ok(())
    }
}

/// An address or number with most of it hidden.
fn masked(destination: &str) -> String {
    match destination.split_once('@') {
        Some((local, domain)) => format!("{}***@{}***", &local[..1], &domain[..1]),
        None => {
            let (hidden, shown) = destination[1..].split_at(destination.len() - 5);
            format!("+{}{shown}", "*".repeat(hidden.len()))
        }
    }
}
