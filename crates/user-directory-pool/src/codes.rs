//! Codes that were sent to users, and where codes go.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    DeliveryMedium, MessageContent, Secret, ServiceError, Timestamp, entropy,
    message::Draft,
    request::Call,
    schema::{is_email, is_phone_number},
    snapshot,
    user::{User, UserId},
    users::keyed_hash,
};

/// Where a code was sent (AWS: `CodeDeliveryDetailsType`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CodeDeliveryDetailsType {
    /// The address or number with most of it hidden.
    pub destination: String,
    /// How it was sent.
    pub delivery_medium: DeliveryMedium,
    /// The attribute that holds the address or number.
    pub attribute_name: String,
}

/// What a code is good for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum Purpose {
    /// ConfirmSignUp
    SignUp,
    /// ConfirmForgotPassword
    PasswordReset,
    /// VerifyUserAttribute, of an e-mail address
    Email,
    /// VerifyUserAttribute, of a phone number
    PhoneNumber,
}

/// How long codes are good for:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
impl Purpose {
    fn life(self) -> Duration {
        const HOUR: u64 = 60 * 60;
        match self {
            Self::PasswordReset => Duration::from_secs(HOUR),
            Self::SignUp | Self::Email | Self::PhoneNumber => Duration::from_secs(24 * HOUR),
        }
    }

    /// The code that verifies an address or number.
    pub(crate) fn verifying(medium: DeliveryMedium) -> Self {
        match medium {
            DeliveryMedium::Email => Self::Email,
            DeliveryMedium::Sms => Self::PhoneNumber,
        }
    }

    fn content(self, code: Secret) -> MessageContent {
        match self {
            Self::SignUp => MessageContent::SignUp { code },
            Self::PasswordReset => MessageContent::PasswordReset { code },
            Self::Email | Self::PhoneNumber => MessageContent::AttributeVerification { code },
        }
    }
}

/// A code that was sent.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct SentCode {
    #[serde(with = "snapshot::clear")]
    code: Secret,
    expires: Timestamp,
    /// Where it went: what the code verifies.
    pub(crate) medium: DeliveryMedium,
    /// The address or number: the code says nothing about another.
    pub(crate) destination: Box<str>,
    /// The codes that this one replaced, told apart from wrong ones while it lasts.
    #[serde(with = "snapshot::clear_list")]
    replaced: Vec<Secret>,
}

/// How many replaced codes are remembered: administrators may send any number.
const REPLACED: usize = 20;

/// The newest code of each purpose for each user; an older one is worth nothing, and is answered as
/// one that has expired (reported).
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Codes(#[serde(with = "snapshot::pairs")] BTreeMap<(UserId, Purpose), SentCode>);

impl Codes {
    /// Makes a code, and the message that brings it.
    pub(crate) fn send(
        &mut self,
        call: &mut Call<'_>,
        user: &User,
        purpose: Purpose,
        medium: DeliveryMedium,
        destination: &str,
    ) -> CodeDeliveryDetailsType {
        let code = entropy::code(call.entropy);
        let before = self.0.remove(&(user.id, purpose)).filter(|sent| call.now < sent.expires);
        let replaced = before.map_or_else(Vec::new, |mut before| {
            before.replaced.push(before.code);
            let forgotten = before.replaced.len().saturating_sub(REPLACED);
            before.replaced.drain(..forgotten);
            before.replaced
        });
        let sent = SentCode {
            code: code.clone(),
            expires: call.now + purpose.life(),
            medium,
            destination: destination.into(),
            replaced,
        };
        self.0.insert((user.id, purpose), sent);
        call.messages.push(Draft {
            username: user.username.to_string(),
            medium,
            destination: destination.to_owned(),
            content: purpose.content(code),
        });
        details(medium, destination)
    }

    /// The code that was sent for a purpose, if this is it.
    pub(crate) fn check(
        &self,
        user: UserId,
        purpose: Purpose,
        code: &Secret,
        now: Timestamp,
    ) -> Result<&SentCode, ServiceError> {
        let sent = self.0.get(&(user, purpose)).filter(|sent| now < sent.expires);
        let sent = sent.ok_or(ServiceError::CodeExpired)?;
        if sent.code == *code {
            Ok(sent)
        } else if sent.replaced.contains(code) {
            Err(ServiceError::CodeExpired)
        } else {
            Err(ServiceError::CodeMismatch)
        }
    }

    /// Where the newest code of a purpose went, if it is still good.
    pub(crate) fn destination(
        &self,
        user: UserId,
        purpose: Purpose,
        now: Timestamp,
    ) -> Option<&str> {
        let sent = self.0.get(&(user, purpose)).filter(|sent| now < sent.expires)?;
        Some(&sent.destination)
    }

    /// A code works once.
    pub(crate) fn spend(&mut self, user: UserId, purpose: Purpose) {
        self.0.remove(&(user, purpose));
    }

    /// Forgets the codes of a user who is deleted.
    pub(crate) fn forget_user(&mut self, user: UserId) {
        use Purpose::{Email, PasswordReset, PhoneNumber, SignUp};
        for purpose in [SignUp, PasswordReset, Email, PhoneNumber] {
            self.0.remove(&(user, purpose));
        }
    }
}

/// Details of a code that went somewhere.
pub(crate) fn details(medium: DeliveryMedium, destination: &str) -> CodeDeliveryDetailsType {
    CodeDeliveryDetailsType {
        destination: mask(medium, destination),
        delivery_medium: medium,
        attribute_name: medium.attribute().to_owned(),
    }
}

/// Details for a user who is not to be known to be missing: made of the name that was given, so that
/// they are the same every time. How Cognito makes them up is assumed.
pub(crate) fn simulated_details(key: &[u8; 16], username: &str) -> CodeDeliveryDetailsType {
    if is_phone_number(username) {
        return details(DeliveryMedium::Sms, username);
    }
    if is_email(username) {
        return details(DeliveryMedium::Email, username);
    }
    let letter = |byte: u8| char::from(b'a' + byte % 26);
    let digest = keyed_hash(key, username.as_bytes());
    details(DeliveryMedium::Email, &format!("{}@{}", letter(digest[0]), letter(digest[1])))
}

/// `t***@t***` and `+*******9934`: documented by moto's tests against AWS for e-mail
/// (`test_sign_up_with_verified_email`), reported for phone numbers, of two lengths: each hidden
/// digit is a star. That no digit is hidden of four or fewer is assumed.
fn mask(medium: DeliveryMedium, destination: &str) -> String {
    match medium {
        DeliveryMedium::Email => {
            let (local, domain) = destination.split_once('@').unwrap_or((destination, ""));
            let first = |part: &str| part.chars().next().map(String::from).unwrap_or_default();
            format!("{}***@{}***", first(local), first(domain))
        }
        DeliveryMedium::Sms => {
            let digits = destination.trim_start_matches('+');
            let (hidden, shown) = digits.split_at(digits.len().saturating_sub(4));
            format!("+{}{shown}", "*".repeat(hidden.len()))
        }
    }
}

/// What a user may try only so often in an hour. Windows start with the first try (assumed), and
/// all tries count, good ones too (assumed).
///
/// Source: <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub(crate) enum Hourly {
    ChangePassword,
    ConfirmForgotPassword,
    ConfirmSignUp,
    /// Not in the source; assumed to be limited as its confirmation.
    ForgotPassword,
    GetUserAttributeVerificationCode,
    ResendConfirmationCode,
    VerifyUserAttribute,
}

impl Hourly {
    fn limit(self) -> u32 {
        match self {
            Self::ConfirmSignUp | Self::VerifyUserAttribute => 15,
            // 5 to 20, as Cognito sees the risk: the strict end, so that an application that holds
            // here holds there (assumed).
            Self::ConfirmForgotPassword | Self::ForgotPassword => 5,
            Self::ChangePassword
            | Self::GetUserAttributeVerificationCode
            | Self::ResendConfirmationCode => 5,
        }
    }
}

/// How often users have tried what is limited. Spent by refused calls too.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Tries {
    #[serde(with = "snapshot::pairs")]
    by_user: BTreeMap<(UserId, Hourly), (Timestamp, u32)>,
    /// By the end of their windows, so that old ones can be forgotten.
    #[serde(skip)]
    windows: BTreeSet<(Timestamp, UserId, Hourly)>,
}

const HOUR: Duration = Duration::from_secs(60 * 60);

impl Tries {
    /// Counts a try, unless it is one too many.
    pub(crate) fn count(
        &mut self,
        user: UserId,
        what: Hourly,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        while let Some((end, user, what)) = self.windows.first().copied().filter(|w| w.0 <= now) {
            self.windows.remove(&(end, user, what));
            self.by_user.remove(&(user, what));
        }
        let (_, tries) = self.by_user.entry((user, what)).or_insert_with(|| {
            let end = now + HOUR;
            self.windows.insert((end, user, what));
            (end, 0)
        });
        if *tries >= what.limit() {
            return Err(ServiceError::AttemptLimitExceeded);
        }
        *tries += 1;
        Ok(())
    }

    /// What a snapshot does not hold.
    pub(crate) fn restore(&mut self) {
        let windows = self.by_user.iter().map(|((user, what), (end, _))| (*end, *user, *what));
        self.windows = windows.collect();
    }

    /// Forgets a user who is deleted.
    pub(crate) fn forget_user(&mut self, user: UserId) {
        use Hourly::*;
        for what in [
            ChangePassword,
            ConfirmForgotPassword,
            ConfirmSignUp,
            ForgotPassword,
            GetUserAttributeVerificationCode,
            ResendConfirmationCode,
            VerifyUserAttribute,
        ] {
            if let Some((end, _)) = self.by_user.remove(&(user, what)) {
                self.windows.remove(&(end, user, what));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks() {
        let email = |address| mask(DeliveryMedium::Email, address);
        assert_eq!(email("test@test.com"), "t***@t***");
        assert_eq!(email("äbc@example.com"), "ä***@e***");
        let number = |number| mask(DeliveryMedium::Sms, number);
        assert_eq!(number("+15555559934"), "+*******9934");
        assert_eq!(number("+155555559934"), "+********9934");
        assert_eq!(number("+123"), "+123");
    }
}
