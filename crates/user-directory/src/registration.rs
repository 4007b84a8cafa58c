use std::collections::BTreeMap;

use crate::{
    Attributes, AuthOutcome, Challenge, CreateUser, DeliveryMedium, Error, ErrorKind,
    MessageAction, Operation, Password, Result, Revoke, SetUserPassword, SignIn, User,
    UserDirectory, UserStatus,
};

/// A request to [`UserDirectoryExt::register`](crate::UserDirectoryExt::register).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Register {
    /// The user name.
    pub username: String,
    /// The permanent password.
    pub password: Password,
    /// The first attributes.
    pub attributes: Attributes,
    /// Where to send an invitation; none is sent if empty.
    pub invitation: Vec<DeliveryMedium>,
    /// Data for the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl Register {
    /// A user with this name and permanent password.
    pub fn new(username: impl Into<String>, password: impl Into<Password>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            attributes: Attributes::new(),
            invitation: Vec::new(),
            client_metadata: BTreeMap::new(),
        }
    }

    /// Sets the first attributes, instead of those that were set before.
    ///
    /// An address that is not verified recovers no password: see
    /// [`with_verified_email`](Self::with_verified_email).
    #[must_use]
    pub fn with_attributes(mut self, attributes: impl Into<Attributes>) -> Self {
        self.attributes = attributes.into();
        self
    }

    /// Adds an e-mail address that the user has proved to own, for example by following a link.
    ///
    /// Whoever reads mail there can take over the account: a verified address is a way to recover
    /// the password, and where it is an alias, to sign in. Cognito believes what you say here
    /// (`email_verified`).
    ///
    /// ```
    /// use user_directory::Register;
    ///
    /// let request = Register::new("alice", "Correct-horse-9").with_verified_email("alice@example.com");
    /// assert_eq!(request.attributes.get("email_verified"), Some("true"));
    /// ```
    #[must_use]
    pub fn with_verified_email(self, email: impl Into<String>) -> Self {
        self.with_verified("email", email.into())
    }

    /// Adds a phone number that the user has proved to own, in the form of E.164. As with
    /// [addresses](Self::with_verified_email), whoever has the phone can recover the password.
    #[must_use]
    pub fn with_verified_phone_number(self, phone_number: impl Into<String>) -> Self {
        self.with_verified("phone_number", phone_number.into())
    }

    fn with_verified(mut self, name: &str, value: String) -> Self {
        self.attributes.push(name, value);
        self.attributes.push(format!("{name}_verified"), "true");
        self
    }

    /// Sends Cognito's invitation, which contains the password.
    #[must_use]
    pub fn with_invitation(mut self, mediums: impl IntoIterator<Item = DeliveryMedium>) -> Self {
        self.invitation = mediums.into_iter().collect();
        self
    }

    with_client_metadata!();
}

/// How a registration ended when it was not refused. The enum is exhaustive on purpose.
#[derive(Debug)]
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "the compiler should ask for both arms")]
pub enum Registration {
    /// The user is CONFIRMED. `last_modified_date` is that of the creation.
    Complete(User),
    /// Nobody knows whether the user is there, or which password it has.
    Unfinished(UnfinishedRegistration),
}

impl Registration {
    /// The user of a complete registration.
    pub fn complete(self) -> Option<User> {
        match self {
            Self::Complete(user) => Some(user),
            Self::Unfinished(_) => None,
        }
    }

    /// What is left of an unfinished registration.
    pub fn unfinished(self) -> Option<UnfinishedRegistration> {
        match self {
            Self::Complete(_) => None,
            Self::Unfinished(unfinished) => Some(unfinished),
        }
    }
}

/// A registration that stopped half-way.
///
/// [`finish`](Self::finish) goes on from there, now or later; or delete the user if
/// [`created`](Self::created) says that this registration created it.
#[derive(Debug)]
pub struct UnfinishedRegistration {
    username: String,
    created: Option<User>,
    cause: Error,
}

impl UnfinishedRegistration {
    /// A registration that a crash or a dropped future interrupted, so that nobody knows how far it
    /// got: for a run over many that finds [`UsernameExists`](ErrorKind::UsernameExists) where the
    /// run before left no report. [`finish`](Self::finish) then tells whose user it is.
    pub fn interrupted(username: impl Into<String>) -> Self {
        let cause = Error::new(ErrorKind::NoAnswer, "the registration was interrupted");
        let cause = cause.with_operation(Operation::AdminCreateUser);
        Self { username: username.into(), created: None, cause }
    }

    /// The user name of the request.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The user that this registration has created for certain; `None` if the answer to the
    /// creation was lost, so that nobody knows.
    pub fn created(&self) -> Option<&User> {
        self.created.as_ref()
    }

    /// What stopped it.
    pub fn cause(&self) -> &Error {
        &self.cause
    }

    /// Finishes the registration with the password that was chosen. It does not keep to a
    /// [`Pace`](crate::Pace).
    ///
    /// If the creation is certain, it looks the user up by real name, makes sure that it is still
    /// the same one by its `sub`, and sets the password. If the creation is not certain, it signs
    /// in with the password first: only a user who has it as a *temporary* password can be the one
    /// that this registration created, and any other user is left alone.
    ///
    /// # Errors
    ///
    /// Those of [`sign_in`](crate::Authentication::sign_in), [`user`](UserDirectory::user) and
    /// [`set_user_password`](UserDirectory::set_user_password).
    /// [`UsernameExists`](crate::ErrorKind::UsernameExists) if the user is another one, or has the
    /// password permanently already: then an earlier `finish` whose answer was lost has done its
    /// work, or a stranger chose the same password, and nobody can tell which.
    pub async fn finish<D>(&self, directory: &D, password: impl Into<Password> + Send) -> Result<()>
    where
        D: UserDirectory + ?Sized,
    {
        let password = password.into();
        let username = match &self.created {
            Some(created) => {
                let found = directory.user(&created.username).await?;
                if found.sub() != created.sub() {
                    return Err(not_ours("another user has the name now"));
                }
                found.username
            }
            None => match directory.sign_in(SignIn::new(&self.username, &password)).await? {
                AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge)) => {
                    challenge.username().to_owned()
                }
                AuthOutcome::Challenge(_) => return Err(not_ours("the user is past registration")),
                AuthOutcome::Tokens(set) => {
                    // Nobody asked for this sign-in. If ending it fails, it ends by itself.
                    let _ = directory.revoke(Revoke::from(&set.grant)).await;
                    return Err(not_ours("the user already has this password as a permanent one"));
                }
            },
        };
        directory.set_user_password(SetUserPassword::permanent(username, password)).await
    }

    /// As [`finish`](Self::finish), with the outcome of a registration.
    pub(crate) async fn go_on<D>(mut self, directory: &D, password: &Password) -> Registration
    where
        D: UserDirectory + ?Sized,
    {
        match (self.finish(directory, password).await, self.created.take()) {
            (Ok(()), Some(user)) => Registration::Complete(user.with_status(UserStatus::Confirmed)),
            (Ok(()), None) => Registration::Unfinished(self),
            (Err(cause), created) => Registration::Unfinished(Self { created, cause, ..self }),
        }
    }
}

fn not_ours(why: &'static str) -> Error {
    Error::new(ErrorKind::UsernameExists, why).with_operation(Operation::AdminCreateUser)
}

pub(crate) async fn register<D>(directory: &D, request: Register) -> Result<Registration>
where
    D: UserDirectory + ?Sized,
{
    let Register { username, password, attributes, invitation, client_metadata } = request;
    let create = CreateUser::new(&username)
        .with_temporary_password(&password)
        .with_attributes(attributes)
        .with_client_metadata(client_metadata);
    let create = if invitation.is_empty() {
        create.with_message_action(MessageAction::Suppress)
    } else {
        create.with_delivery_mediums(invitation)
    };
    let unfinished = |created, cause| {
        let username = username.clone();
        Ok(Registration::Unfinished(UnfinishedRegistration { username, created, cause }))
    };

    let user = match directory.create_user(create).await {
        Ok(user) => user,
        Err(cause) if cause.may_have_taken_effect() => return unfinished(None, cause),
        Err(refusal) => return Err(refusal),
    };
    // The real name, so that an alias that changes hands meanwhile cannot point elsewhere.
    let set_password = SetUserPassword::permanent(&user.username, password);
    match directory.set_user_password(set_password).await {
        Ok(()) => Ok(Registration::Complete(user.with_status(UserStatus::Confirmed))),
        Err(cause) if !is_definite_refusal(&cause) => unfinished(Some(user), cause),
        // Somebody else deleted the user meanwhile: there is nothing to take back.
        Err(refusal) if refusal.kind() == ErrorKind::UserNotFound => Err(refusal),
        Err(refusal) => match directory.delete_user(&user.username).await {
            Ok(()) => Err(refusal),
            Err(error) if error.kind() == ErrorKind::UserNotFound => Err(refusal),
            Err(_) => unfinished(Some(user), refusal),
        },
    }
}

/// Whether the service has refused the call for good.
fn is_definite_refusal(error: &Error) -> bool {
    !error.may_have_taken_effect()
        && !error.is_retryable()
        && !matches!(error.kind(), ErrorKind::LimitExceeded | ErrorKind::Uncategorized)
}
