use std::{borrow::Cow, collections::BTreeMap, iter};

use crate::{
    Attributes, Code, EmailOtp, EndUserContext, MfaSetup, MfaType, Password, SelectMfaType,
    Session, SmsMfa, SoftwareTokenMfa,
};

/// What Cognito wants to know before it gives tokens.
///
/// A challenge builds its own answer, so that the answer to one kind cannot be given to another.
/// The challenge is only borrowed for that, so you can answer again after a refusal.
///
/// Further kinds arrive as [`Unmodeled`](Self::Unmodeled), with a readable name.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Challenge {
    /// The user signed in with a temporary password and must choose a new one.
    NewPasswordRequired(NewPasswordRequired),
    /// A code was sent by text message.
    SmsMfa(SmsMfa),
    /// A code was sent by mail.
    EmailOtp(EmailOtp),
    /// What does the user's authenticator app show?
    SoftwareTokenMfa(SoftwareTokenMfa),
    /// The user chooses a second factor.
    SelectMfaType(SelectMfaType),
    /// The user must set up a second factor.
    MfaSetup(MfaSetup),
    /// A challenge that this version has no type for.
    Unmodeled(UnmodeledChallenge),
}

impl Challenge {
    /// The AWS name, such as `NEW_PASSWORD_REQUIRED`.
    pub fn name(&self) -> &str {
        match self {
            Self::NewPasswordRequired(_) => NewPasswordRequired::NAME,
            Self::SmsMfa(_) => SmsMfa::FACTOR.name(),
            Self::EmailOtp(_) => EmailOtp::FACTOR.name(),
            Self::SoftwareTokenMfa(_) => SoftwareTokenMfa::FACTOR.name(),
            Self::SelectMfaType(_) => SelectMfaType::NAME,
            Self::MfaSetup(_) => MfaSetup::NAME,
            Self::Unmodeled(challenge) => challenge.name(),
        }
    }
}

/// Declares `Challenge::<name>`, which answers the challenge of one kind.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident: $kind:ident,)*) => {
        impl Challenge {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> Option<&$kind> {
                    match self {
                        Self::$kind(challenge) => Some(challenge),
                        _ => None,
                    }
                }
            )*
        }

        $(
            impl From<$kind> for Challenge {
                fn from(challenge: $kind) -> Self {
                    Self::$kind(challenge)
                }
            }
        )*
    };
}

kinds! {
    /// The challenge for a new password, if this is one.
    new_password_required: NewPasswordRequired,
    /// The challenge for a code that was sent by text message, if this is one.
    sms_mfa: SmsMfa,
    /// The challenge for a code that was sent by mail, if this is one.
    email_otp: EmailOtp,
    /// The challenge for a code of an authenticator app, if this is one.
    software_token_mfa: SoftwareTokenMfa,
    /// The choice of a second factor, if this is one.
    select_mfa_type: SelectMfaType,
    /// The challenge to set up a second factor, if this is one.
    mfa_setup: MfaSetup,
}

/// The challenge `NEW_PASSWORD_REQUIRED`.
///
/// AWS: [AdminRespondToAuthChallenge](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html).
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct NewPasswordRequired {
    username: String,
    session: Session,
    required_attributes: Vec<String>,
    user_attributes: Attributes,
}

impl NewPasswordRequired {
    /// The AWS name of the challenge.
    pub const NAME: &'static str = "NEW_PASSWORD_REQUIRED";

    /// A challenge for the real user name (`USER_ID_FOR_SRP`).
    pub fn new(username: impl Into<String>, session: Session) -> Self {
        Self {
            username: username.into(),
            session,
            required_attributes: Vec::new(),
            user_attributes: Attributes::new(),
        }
    }

    /// Sets the attributes that the answer must bring, without the prefix `userAttributes.`.
    #[must_use]
    pub fn with_required_attributes<I: IntoIterator<Item: Into<String>>>(
        mut self,
        names: I,
    ) -> Self {
        self.required_attributes = names.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the attributes that the user has already, without `sub`.
    #[must_use]
    pub fn with_user_attributes(mut self, attributes: impl Into<Attributes>) -> Self {
        self.user_attributes = attributes.into();
        self
    }

    /// The real user name.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The session that the answer goes with.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Names of attributes that the answer must bring, such as `family_name`.
    pub fn required_attributes(&self) -> &[String] {
        &self.required_attributes
    }

    /// The attributes that the user has already. Cognito refuses an answer that sends one of them
    /// back.
    pub fn user_attributes(&self) -> &Attributes {
        &self.user_attributes
    }

    /// The answer: the new password. It may equal the temporary one.
    pub fn answer(&self, new_password: impl Into<Password>) -> ChallengeAnswer {
        self.answer_with(new_password, Attributes::new())
    }

    /// The answer with values for [`required_attributes`](Self::required_attributes).
    pub fn answer_with(
        &self,
        new_password: impl Into<Password>,
        attributes: impl Into<Attributes>,
    ) -> ChallengeAnswer {
        let response = ChallengeResponse::NewPassword {
            new_password: new_password.into(),
            attributes: attributes.into(),
        };
        ChallengeAnswer::of(&self.username, &self.session, response)
    }
}

/// A challenge that this version has no type for: its name can be read, its session cannot, and
/// there is no way to answer it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UnmodeledChallenge {
    name: String,
    session: Option<Session>,
}

impl UnmodeledChallenge {
    /// A challenge of that AWS name.
    pub fn new(name: impl Into<String>, session: Option<Session>) -> Self {
        Self { name: name.into(), session }
    }

    /// The AWS name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The answer to a challenge, built by the challenge itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChallengeAnswer {
    username: String,
    session: Session,
    response: ChallengeResponse,
    client_metadata: BTreeMap<String, String>,
    context: Option<EndUserContext>,
}

impl ChallengeAnswer {
    pub(crate) fn of(username: &str, session: &Session, response: ChallengeResponse) -> Self {
        Self {
            username: username.to_owned(),
            session: session.clone(),
            response,
            client_metadata: BTreeMap::new(),
            context: None,
        }
    }

    with_client_metadata!();

    /// Adds what the application knows about the end user's device.
    #[must_use]
    pub fn with_context(mut self, context: EndUserContext) -> Self {
        self.context = Some(context);
        self
    }

    /// The AWS name of the challenge that this answers.
    pub fn challenge_name(&self) -> &'static str {
        match self.response {
            ChallengeResponse::NewPassword { .. } => NewPasswordRequired::NAME,
            ChallengeResponse::MfaCode { factor, .. } => factor.name(),
            ChallengeResponse::MfaType { .. } => SelectMfaType::NAME,
            ChallengeResponse::MfaSetUp | ChallengeResponse::MfaSetupEmail { .. } => MfaSetup::NAME,
        }
    }

    /// The user name of the challenge, mostly the real one.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The session of the challenge.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the user answered.
    pub fn response(&self) -> &ChallengeResponse {
        &self.response
    }

    /// The same by AWS's names: the `ChallengeResponses` of a call, without `USERNAME` and `SECRET_HASH`.
    /// Values can be as secret as a password.
    pub fn challenge_responses(&self) -> Vec<(Cow<'static, str>, &str)> {
        match &self.response {
            ChallengeResponse::NewPassword { new_password, attributes } => {
                let attributes = attributes
                    .iter()
                    .map(|(name, value)| (format!("userAttributes.{name}").into(), value));
                iter::once(("NEW_PASSWORD".into(), new_password.expose()))
                    .chain(attributes)
                    .collect()
            }
            ChallengeResponse::MfaCode { factor, code } => {
                vec![(format!("{factor}_CODE").into(), code.expose())]
            }
            ChallengeResponse::MfaType { factor } => vec![("ANSWER".into(), factor.name())],
            ChallengeResponse::MfaSetUp => Vec::new(),
            ChallengeResponse::MfaSetupEmail { email } => vec![("EMAIL".into(), email)],
        }
    }

    /// Data for triggers.
    pub fn client_metadata(&self) -> &BTreeMap<String, String> {
        &self.client_metadata
    }

    /// What the application knows about the end user's device.
    pub fn context(&self) -> Option<&EndUserContext> {
        self.context.as_ref()
    }
}

/// What a [`ChallengeAnswer`] brings. Implementations of the traits read it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ChallengeResponse {
    /// For `NEW_PASSWORD_REQUIRED`.
    #[non_exhaustive]
    NewPassword {
        /// `NEW_PASSWORD`.
        new_password: Password,
        /// `userAttributes.<name>`.
        attributes: Attributes,
    },
    /// For `SMS_MFA`, `EMAIL_OTP` and `SOFTWARE_TOKEN_MFA`.
    #[non_exhaustive]
    MfaCode {
        /// Whose code it is.
        factor: MfaType,
        /// `SMS_MFA_CODE`, `EMAIL_OTP_CODE` or `SOFTWARE_TOKEN_MFA_CODE`.
        code: Code,
    },
    /// For `SELECT_MFA_TYPE`.
    #[non_exhaustive]
    MfaType {
        /// `ANSWER`.
        factor: MfaType,
    },
    /// For `MFA_SETUP`: an authenticator app is verified, as the session knows.
    MfaSetUp,
    /// For `MFA_SETUP`.
    #[non_exhaustive]
    MfaSetupEmail {
        /// `EMAIL`.
        email: String,
    },
}
