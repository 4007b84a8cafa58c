use std::{collections::VecDeque, sync::Mutex};

use user_directory::{Code, DeliveryMedium, Password};
use user_directory_pool::Secret;

use crate::self_service::medium;

/// The messages that the fake has sent to its users, instead of sending them.
///
/// ```
/// # use user_directory::{CreateUser, DeliveryMedium, UserDirectory as _};
/// # use user_directory_fake::FakeDirectory;
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let directory = FakeDirectory::new();
/// let request = CreateUser::new("alice")
///     .with_attributes([("email", "success@simulator.amazonses.com")])
///     .with_delivery_mediums([DeliveryMedium::Email]);
/// directory.create_user(request).await.unwrap();
///
/// let message = directory.fake().inbox().last("alice").unwrap();
/// assert_eq!(message.destination, "success@simulator.amazonses.com");
/// assert!(message.temporary_password.is_some());
/// # });
/// ```
/// It keeps the newest [`CAPACITY`](Self::CAPACITY) messages. What was dropped for them is
/// [counted](Self::dropped), and the first time a warning is logged.
#[derive(Debug, Default)]
pub struct Inbox(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<Message>,
    dropped: u64,
}

/// A message to a user.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// The pool of the user.
    pub pool_id: String,
    /// The real user name.
    pub username: String,
    /// How it was sent.
    pub medium: DeliveryMedium,
    /// The e-mail address or phone number.
    pub destination: String,
    /// The subject of an e-mail.
    pub subject: Option<String>,
    /// The whole text, with the password or code in it.
    pub text: Secret,
    /// The temporary password of an invitation.
    pub temporary_password: Option<Password>,
    /// The code: of a sign-up, a password reset, a sign-in, or to verify an attribute.
    pub code: Option<Code>,
}

impl Inbox {
    /// How many messages it keeps: 10,000, which take about 8 MiB.
    pub const CAPACITY: usize = 10_000;

    pub(crate) fn of(messages: Vec<Message>) -> Self {
        Self(Mutex::new(Kept { messages: messages.into(), dropped: 0 }))
    }

    /// The messages that it keeps, the oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.lock().messages.iter().cloned().collect()
    }

    /// How many messages were dropped for newer ones, since the start or the last
    /// [`clear`](Self::clear).
    pub fn dropped(&self) -> u64 {
        self.lock().dropped
    }

    /// The newest message to a user, by real name. In a pool with addresses as user names that is
    /// the `sub`: see [`last_to`](Self::last_to).
    pub fn last(&self, username: &str) -> Option<Message> {
        self.lock().messages.iter().rev().find(|message| message.username == username).cloned()
    }

    /// The newest message to an address or number.
    pub fn last_to(&self, destination: &str) -> Option<Message> {
        self.lock()
            .messages
            .iter()
            .rev()
            .find(|message| message.destination == destination)
            .cloned()
    }

    /// Throws all messages away.
    pub fn clear(&self) {
        *self.lock() = Kept::default();
    }

    pub(crate) fn deliver(&self, pool_id: &str, message: user_directory_pool::Message) {
        use user_directory_pool::MessageContent as Content;
        let (temporary_password, code) = match &message.content {
            Content::Invitation { temporary_password } => {
                (Some(Password::new(temporary_password.expose())), None)
            }
            Content::SignUp { code }
            | Content::PasswordReset { code }
            | Content::AttributeVerification { code }
            | Content::Authentication { code } => (None, Some(Code::new(code.expose()))),
            _ => (None, None),
        };
        self.keep(Message {
            pool_id: pool_id.to_owned(),
            username: message.username,
            medium: medium(message.medium),
            destination: message.destination,
            subject: message.subject,
            text: message.text,
            temporary_password,
            code,
        });
    }

    fn keep(&self, message: Message) {
        let mut kept = self.lock();
        if kept.messages.len() == Self::CAPACITY {
            kept.messages.pop_front();
            kept.dropped += 1;
            if kept.dropped == 1 {
                tracing::warn!(
                    target: "user_directory_fake",
                    "the inbox is full and drops its oldest messages: clear it now and then"
                );
            }
        }
        kept.messages.push_back(message);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().expect("no code panics while it holds the inbox")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_and_the_others_counted() {
        let inbox = Inbox::default();
        let keep = |number: usize| {
            inbox.keep(Message {
                pool_id: "local-fake-1_Fake00001".to_owned(),
                username: format!("user{number}"),
                medium: DeliveryMedium::Email,
                destination: "success@simulator.amazonses.com".to_owned(),
                subject: None,
                text: Secret::new("a text"),
                temporary_password: None,
                code: None,
            });
        };
        (0..Inbox::CAPACITY).for_each(keep);
        assert_eq!((inbox.messages().len(), inbox.dropped()), (Inbox::CAPACITY, 0));
        (Inbox::CAPACITY..Inbox::CAPACITY + 3).for_each(keep);
        let messages = inbox.messages();
        assert_eq!((messages.len(), inbox.dropped()), (Inbox::CAPACITY, 3));
        assert_eq!(messages[0].username, "user3");
        inbox.clear();
        assert_eq!((inbox.messages().len(), inbox.dropped()), (0, 0));
    }
}
