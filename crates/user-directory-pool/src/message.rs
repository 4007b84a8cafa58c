use serde::{Deserialize, Serialize};

use crate::{
    Secret,
    model::{Members, StringShape, shapes},
    settings::Settings,
};

/// How a message reaches a user (AWS: `DeliveryMediumType`).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum DeliveryMedium {
    /// To the attribute `email`.
    Email,
    /// To the attribute `phone_number`.
    Sms,
}

impl DeliveryMedium {
    /// The AWS name: `EMAIL` or `SMS`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }

    /// The attribute that holds the address.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "phone_number",
        }
    }
}

/// What messages of one kind say (AWS: `VerificationMessageTemplateType`, `MessageTemplateType`).
///
/// `{####}` stands for the code or the temporary password, `{username}` for the user name in
/// invitations. What is absent is said in Cognito's own words.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct MessageTemplate {
    /// The whole text message.
    pub sms_message: Option<String>,
    /// The body of the e-mail.
    pub email_message: Option<String>,
    /// The subject of the e-mail.
    pub email_subject: Option<String>,
}

/// Cognito's own words, by
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html>;
/// the exact texts are assumed.
const VERIFICATION: [&str; 2] = ["Your verification code", "Your verification code is {####}."];
const AUTHENTICATION: [&str; 2] =
    ["Your authentication code", "Your authentication code is {####}."];
const INVITATION: [&str; 2] =
    ["Your temporary password", "Your username is {username} and temporary password is {####}."];

/// A message before it is put into words.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) username: String,
    pub(crate) medium: DeliveryMedium,
    pub(crate) destination: String,
    pub(crate) content: MessageContent,
}

impl Draft {
    /// Puts it into a pool's words.
    pub(crate) fn write(self, settings: &Settings) -> Message {
        let Self { username, medium, destination, content } = self;
        let authentication;
        let (template, [subject, text]) = match &content {
            MessageContent::Invitation { .. } => (&settings.invitation, INVITATION),
            MessageContent::Authentication { .. } => {
                authentication = settings.authentication();
                (&authentication, AUTHENTICATION)
            }
            _ => (&settings.verification, VERIFICATION),
        };
        let own = match medium {
            DeliveryMedium::Email => &template.email_message,
            DeliveryMedium::Sms => &template.sms_message,
        };
        let text = own.as_deref().unwrap_or(text);
        let text = text.replace("{####}", content.secret().expose());
        // The name last: what stands in it is no placeholder.
        let text = match &content {
            MessageContent::Invitation { .. } => text.replace("{username}", &username),
            _ => text,
        };
        let subject = match medium {
            DeliveryMedium::Email => Some(template.email_subject.as_deref().unwrap_or(subject)),
            DeliveryMedium::Sms => None,
        };
        let subject = subject.map(str::to_owned);
        Message { username, medium, destination, subject, text: Secret::new(text), content }
    }
}

/// A message that the pool wants delivered.
///
/// The effect that caused it has been made: whoever owns the pool delivers, and turns a failure
/// into CodeDeliveryFailureException.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// The real name of the user.
    pub username: String,
    /// How to send it.
    pub medium: DeliveryMedium,
    /// The e-mail address or phone number.
    pub destination: String,
    /// The subject of an e-mail.
    pub subject: Option<String>,
    /// What it says, with the code or password in it.
    pub text: Secret,
    /// What it is about.
    pub content: MessageContent,
}

/// What a [`Message`] is about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MessageContent {
    /// An invitation with a temporary password (AdminCreateUser).
    Invitation {
        /// The password to sign in with once.
        temporary_password: Secret,
    },
    /// A code to confirm a sign-up with (SignUp, ResendConfirmationCode); good for 24 hours.
    SignUp {
        /// Six digits.
        code: Secret,
    },
    /// A code to choose a new password with (ForgotPassword, AdminResetUserPassword); good for an
    /// hour.
    PasswordReset {
        /// Six digits.
        code: Secret,
    },
    /// A code to verify an address or number with (UpdateUserAttributes,
    /// GetUserAttributeVerificationCode); good for 24 hours.
    AttributeVerification {
        /// Six digits.
        code: Secret,
    },
    /// A code that a sign-in asks for as its second factor; good for as long as the session.
    Authentication {
        /// Six digits.
        code: Secret,
    },
}

impl MessageContent {
    fn secret(&self) -> &Secret {
        match self {
            Self::Invitation { temporary_password } => temporary_password,
            Self::SignUp { code }
            | Self::PasswordReset { code }
            | Self::AttributeVerification { code }
            | Self::Authentication { code } => code,
        }
    }
}

impl MessageTemplate {
    /// Walks the members of one of a pool's templates.
    pub(crate) fn members(&self, shapes: &TemplateShapes, members: &mut Members) {
        let TemplateShapes { sms, email, subject } = shapes;
        members.optional_text(sms.0, self.sms_message.as_deref(), sms.1);
        members.optional_text(email.0, self.email_message.as_deref(), email.1);
        members.optional_text(subject.0, self.email_subject.as_deref(), subject.1);
    }
}

/// The members of a template: AWS has two structures for them.
#[derive(Debug)]
pub(crate) struct TemplateShapes {
    sms: (&'static str, &'static StringShape),
    email: (&'static str, &'static StringShape),
    subject: (&'static str, &'static StringShape),
}

/// What brings a code.
pub(crate) const VERIFICATION_TEMPLATE: TemplateShapes = TemplateShapes {
    sms: ("VerificationMessageTemplate.SmsMessage", &shapes::SMS_VERIFICATION_MESSAGE_TYPE),
    email: ("VerificationMessageTemplate.EmailMessage", &shapes::EMAIL_VERIFICATION_MESSAGE_TYPE),
    subject: ("VerificationMessageTemplate.EmailSubject", &shapes::EMAIL_VERIFICATION_SUBJECT_TYPE),
};

/// What brings a temporary password.
pub(crate) const INVITATION_TEMPLATE: TemplateShapes = TemplateShapes {
    sms: (
        "AdminCreateUserConfig.InviteMessageTemplate.SMSMessage",
        &shapes::SMS_INVITE_MESSAGE_TYPE,
    ),
    email: (
        "AdminCreateUserConfig.InviteMessageTemplate.EmailMessage",
        &shapes::EMAIL_INVITE_MESSAGE_TYPE,
    ),
    subject: (
        "AdminCreateUserConfig.InviteMessageTemplate.EmailSubject",
        &shapes::EMAIL_VERIFICATION_SUBJECT_TYPE,
    ),
};
