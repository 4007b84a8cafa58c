//! The challenges for a second factor, and the path of types that sets one up in a sign-in.

use crate::{
    ChallengeAnswer, ChallengeResponse, Code, DeliveryMedium, MfaType, SecretCode, Session,
};

/// Declares a challenge whose answer is a code that was sent.
macro_rules! sent_code {
    ($(#[$doc:meta])* $name:ident, $medium:ident) => {
        $(#[$doc])*
        ///
        /// AWS: [RespondToAuthChallenge](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html).
        #[derive(Clone, Debug, Eq, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name {
            username: String,
            session: Session,
            destination: String,
        }

        impl $name {
            /// The kind of factor; its name is the challenge's.
            pub const FACTOR: MfaType = MfaType::$name;

            /// A challenge for a user, whose code went to this destination.
            pub fn new(
                username: impl Into<String>,
                session: Session,
                destination: impl Into<String>,
            ) -> Self {
                Self { username: username.into(), session, destination: destination.into() }
            }

            /// The user name that the answer goes with.
            pub fn username(&self) -> &str {
                &self.username
            }

            /// The session that the answer goes with.
            pub fn session(&self) -> &Session {
                &self.session
            }

            /// How the code was sent.
            pub fn delivery_medium(&self) -> DeliveryMedium {
                DeliveryMedium::$medium
            }

            /// Where the code went, with most of it hidden.
            pub fn destination(&self) -> &str {
                &self.destination
            }

            /// The answer: the code, six digits. After a wrong one you can answer again.
            pub fn answer(&self, code: impl Into<Code>) -> ChallengeAnswer {
                code_answer(&self.username, &self.session, Self::FACTOR, code.into())
            }
        }
    };
}

sent_code! {
    /// The challenge `SMS_MFA`: a code was sent by text message.
    SmsMfa, Sms
}

sent_code! {
    /// The challenge `EMAIL_OTP`: a code was sent by mail.
    EmailOtp, Email
}

fn code_answer(username: &str, session: &Session, factor: MfaType, code: Code) -> ChallengeAnswer {
    ChallengeAnswer::of(username, session, ChallengeResponse::MfaCode { factor, code })
}

/// The challenge `SOFTWARE_TOKEN_MFA`: what does the authenticator app show?
///
/// AWS: [RespondToAuthChallenge](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html).
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SoftwareTokenMfa {
    username: String,
    session: Session,
    friendly_device_name: Option<String>,
}

impl SoftwareTokenMfa {
    /// The kind of factor; its name is the challenge's.
    pub const FACTOR: MfaType = MfaType::SoftwareTokenMfa;

    /// A challenge for a user.
    pub fn new(username: impl Into<String>, session: Session) -> Self {
        Self { username: username.into(), session, friendly_device_name: None }
    }

    /// Sets what the user calls the device.
    #[must_use]
    pub fn with_friendly_device_name(mut self, name: impl Into<String>) -> Self {
        self.friendly_device_name = Some(name.into());
        self
    }

    /// The user name that the answer goes with.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The session that the answer goes with.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the user calls the device, if the user has said it.
    pub fn friendly_device_name(&self) -> Option<&str> {
        self.friendly_device_name.as_deref()
    }

    /// The answer: the code, six digits. After a wrong one you can answer again; one that was used is
    /// refused as [`ExpiredCode`](crate::ErrorKind::ExpiredCode), which ends the session.
    pub fn answer(&self, code: impl Into<Code>) -> ChallengeAnswer {
        code_answer(&self.username, &self.session, Self::FACTOR, code.into())
    }
}

/// The challenge `SELECT_MFA_TYPE`: the user has several factors, and chooses one. The answer brings
/// the challenge of that one.
///
/// AWS: [RespondToAuthChallenge](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html).
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SelectMfaType {
    username: String,
    session: Session,
    can_choose: Vec<MfaType>,
}

impl SelectMfaType {
    /// The AWS name of the challenge.
    pub const NAME: &'static str = "SELECT_MFA_TYPE";

    /// A challenge for a user, who can choose among these.
    pub fn new(
        username: impl Into<String>,
        session: Session,
        can_choose: impl IntoIterator<Item = MfaType>,
    ) -> Self {
        let can_choose = can_choose.into_iter().collect();
        Self { username: username.into(), session, can_choose }
    }

    /// The user name that the answer goes with.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The session that the answer goes with.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the user can choose among, of the kinds that this version knows.
    pub fn can_choose(&self) -> &[MfaType] {
        &self.can_choose
    }

    /// The answer: the choice.
    pub fn answer(&self, factor: MfaType) -> ChallengeAnswer {
        let response = ChallengeResponse::MfaType { factor };
        ChallengeAnswer::of(&self.username, &self.session, response)
    }
}

/// The challenge `MFA_SETUP`: the pool demands a second factor, and the user has none yet.
///
/// By an authenticator app it goes from here to tokens through
/// [`associate_software_token`](crate::Authentication::associate_software_token),
/// [`verify_software_token`](crate::Authentication::verify_software_token) and
/// [`respond_to_challenge`](crate::Authentication::respond_to_challenge); by an e-mail address, through
/// an answer that brings [`EmailOtp`].
///
/// ```
/// use user_directory::{AuthOutcome, Authentication, Code, MfaSetup, Result, SecretCode};
///
/// async fn by_app(
///     directory: &dyn Authentication,
///     challenge: &MfaSetup,
///     typed: impl AsyncFn(&SecretCode) -> Code,
/// ) -> Result<AuthOutcome> {
///     let setup = directory.associate_software_token(challenge.software_token()).await?;
///     // The user scans the secret as a picture, and types what the app shows.
///     let code = typed(setup.secret_code()).await;
///     let verified = directory.verify_software_token(setup.verify(code)).await?;
///     directory.respond_to_challenge(verified.answer()).await
/// }
///
/// async fn by_email(directory: &dyn Authentication, challenge: &MfaSetup) -> Result<AuthOutcome> {
///     directory.respond_to_challenge(challenge.email("alice@example.com")).await
/// }
/// ```
///
/// AWS: [RespondToAuthChallenge](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html).
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MfaSetup {
    username: String,
    session: Session,
    can_set_up: Vec<MfaType>,
}

impl MfaSetup {
    /// The AWS name of the challenge.
    pub const NAME: &'static str = "MFA_SETUP";

    /// A challenge for a user, who can set up one of these.
    pub fn new(
        username: impl Into<String>,
        session: Session,
        can_set_up: impl IntoIterator<Item = MfaType>,
    ) -> Self {
        let can_set_up = can_set_up.into_iter().collect();
        Self { username: username.into(), session, can_set_up }
    }

    /// The user name that the answer goes with.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The session that the answer goes with.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the user can set up, of the kinds that this version knows. With
    /// [`SmsMfa`](MfaType::SmsMfa) alone, an administrator must add a phone number first.
    pub fn can_set_up(&self) -> &[MfaType] {
        &self.can_set_up
    }

    /// Sets up an authenticator app: the request for its secret.
    pub fn software_token(&self) -> AssociateSoftwareToken {
        AssociateSoftwareToken { username: self.username.clone(), session: self.session.clone() }
    }

    /// Sets up an e-mail address: a code is sent to it, and the right answer to that stores it.
    pub fn email(&self, address: impl Into<String>) -> ChallengeAnswer {
        let response = ChallengeResponse::MfaSetupEmail { email: address.into() };
        ChallengeAnswer::of(&self.username, &self.session, response)
    }
}

/// A request to
/// [`Authentication::associate_software_token`](crate::Authentication::associate_software_token), made
/// by [`MfaSetup::software_token`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AssociateSoftwareToken {
    username: String,
    session: Session,
}

impl AssociateSoftwareToken {
    /// The user name.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The session of the challenge.
    pub fn session(&self) -> &Session {
        &self.session
    }
}

/// An authenticator app that waits for its first code, in a sign-in.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SoftwareTokenSetup {
    username: String,
    session: Session,
    secret_code: SecretCode,
}

impl SoftwareTokenSetup {
    /// What AssociateSoftwareToken answered for a user.
    pub fn new(
        username: impl Into<String>,
        session: Session,
        secret_code: impl Into<SecretCode>,
    ) -> Self {
        Self { username: username.into(), session, secret_code: secret_code.into() }
    }

    /// The secret that the app needs, for a link
    /// `otpauth://totp/<name>?secret=<secret>&issuer=<issuer>`, mostly shown as a QR code.
    pub fn secret_code(&self) -> &SecretCode {
        &self.secret_code
    }

    /// The request that verifies the app by a code that it shows. After a wrong code you can make
    /// another.
    pub fn verify(&self, code: impl Into<Code>) -> VerifySoftwareToken {
        VerifySoftwareToken {
            username: self.username.clone(),
            session: self.session.clone(),
            code: code.into(),
            friendly_device_name: None,
        }
    }
}

/// A request to
/// [`Authentication::verify_software_token`](crate::Authentication::verify_software_token), made by
/// [`SoftwareTokenSetup::verify`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifySoftwareToken {
    username: String,
    session: Session,
    code: Code,
    friendly_device_name: Option<String>,
}

impl VerifySoftwareToken {
    /// Names the device; the challenges of later sign-ins show it.
    #[must_use]
    pub fn with_friendly_device_name(mut self, name: impl Into<String>) -> Self {
        self.friendly_device_name = Some(name.into());
        self
    }

    /// The user name.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The session of the set-up.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// What the app shows.
    pub fn code(&self) -> &Code {
        &self.code
    }

    /// What the user calls the device.
    pub fn friendly_device_name(&self) -> Option<&str> {
        self.friendly_device_name.as_deref()
    }
}

/// An authenticator app that is set up, in a sign-in that can go on.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VerifiedSoftwareToken {
    username: String,
    session: Session,
}

impl VerifiedSoftwareToken {
    /// What VerifySoftwareToken answered for a user.
    pub fn new(username: impl Into<String>, session: Session) -> Self {
        Self { username: username.into(), session }
    }

    /// The answer to MFA_SETUP.
    pub fn answer(&self) -> ChallengeAnswer {
        ChallengeAnswer::of(&self.username, &self.session, ChallengeResponse::MfaSetUp)
    }
}

#[cfg(all(test, feature = "serde"))]
mod tests {
    use std::fmt::Debug;

    use serde::{Serialize, de::DeserializeOwned};

    use super::*;
    use crate::Challenge;

    fn survives<T: Debug + DeserializeOwned + PartialEq + Serialize>(value: &T) {
        let stored = serde_json::to_string(value).expect("it is plain data");
        assert_eq!(serde_json::from_str::<T>(&stored).expect("as written"), *value);
    }

    #[test]
    fn each_step_survives_a_trip_through_a_cookie() {
        let session = || Session::new("a session");
        let setup = MfaSetup::new("alice", session(), [MfaType::SoftwareTokenMfa]);
        let challenges: [Challenge; 5] = [
            SmsMfa::new("alice", session(), "+*******9934").into(),
            EmailOtp::new("alice", session(), "a***@e***").into(),
            SoftwareTokenMfa::new("alice", session()).with_friendly_device_name("a phone").into(),
            SelectMfaType::new("alice", session(), MfaType::ALL).into(),
            setup.into(),
        ];
        for challenge in &challenges {
            survives(challenge);
        }
        survives(&SoftwareTokenSetup::new("alice", session(), "SECRET"));
        survives(&VerifiedSoftwareToken::new("alice", session()));
    }
}
