use crate::Secret;

/// How a message reaches a user (AWS: `DeliveryMediumType`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
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
    /// What it says.
    pub content: MessageContent,
}

/// What a [`Message`] says.
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
}
