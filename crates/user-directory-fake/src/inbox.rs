use std::sync::Mutex;

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
#[derive(Debug, Default)]
pub struct Inbox(Mutex<Vec<Message>>);

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
    /// The code: of a sign-up, a password reset, or to verify an attribute.
    pub code: Option<Code>,
}

impl Inbox {
    /// All messages so far, the oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.lock().clone()
    }

    /// The newest message to a user, by real name. In a pool with addresses as user names that is
    /// the `sub`: see [`last_to`](Self::last_to).
    pub fn last(&self, username: &str) -> Option<Message> {
        self.lock().iter().rev().find(|message| message.username == username).cloned()
    }

    /// The newest message to an address or number.
    pub fn last_to(&self, destination: &str) -> Option<Message> {
        self.lock().iter().rev().find(|message| message.destination == destination).cloned()
    }

    /// Throws all messages away.
    pub fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn deliver(&self, pool_id: &str, message: user_directory_pool::Message) {
        use user_directory_pool::MessageContent as Content;
        let (temporary_password, code) = match &message.content {
            Content::Invitation { temporary_password } => {
                (Some(Password::new(temporary_password.expose())), None)
            }
            Content::SignUp { code }
            | Content::PasswordReset { code }
            | Content::AttributeVerification { code } => (None, Some(Code::new(code.expose()))),
            _ => (None, None),
        };
        self.lock().push(Message {
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

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Message>> {
        self.0.lock().expect("no code panics while it holds the inbox")
    }
}
