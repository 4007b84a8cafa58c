//! Second factors: the kinds, what a user prefers, and the requests about them.

use std::fmt;

use crate::{AccessToken, Code};

/// A kind of second factor (AWS: the values of `UserMFASettingList`).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum MfaType {
    /// A code by text message to the attribute `phone_number`.
    #[cfg_attr(feature = "serde", serde(rename = "SMS_MFA"))]
    SmsMfa,
    /// A code of an authenticator app, which changes every 30 seconds (TOTP,
    /// [RFC 6238](https://www.rfc-editor.org/rfc/rfc6238)).
    #[cfg_attr(feature = "serde", serde(rename = "SOFTWARE_TOKEN_MFA"))]
    SoftwareTokenMfa,
    /// A code by mail to the attribute `email`.
    #[cfg_attr(feature = "serde", serde(rename = "EMAIL_OTP"))]
    EmailOtp,
}

impl MfaType {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::SmsMfa, Self::SoftwareTokenMfa, Self::EmailOtp];

    /// The AWS name, such as `SOFTWARE_TOKEN_MFA`; also the name of its challenge.
    pub fn name(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
            Self::EmailOtp => "EMAIL_OTP",
        }
    }

    /// The kind of an AWS name, if this version knows it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for MfaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether sign-ins ask for a factor. Cognito's own form of it, two flags, could also say that a factor is
/// preferred and not enabled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum FactorSetting {
    /// They do not.
    Disabled,
    /// They may: with another enabled factor, the user chooses.
    Enabled,
    /// They do.
    Preferred,
}

impl FactorSetting {
    /// `Enabled`
    pub fn is_enabled(self) -> bool {
        self != Self::Disabled
    }

    /// `PreferredMfa`
    pub fn is_preferred(self) -> bool {
        self == Self::Preferred
    }
}

/// What sign-ins are to ask a user for. A factor that is not named stays as it is.
///
/// ```
/// use user_directory::{FactorSetting, MfaPreference, MfaType};
///
/// let preference = MfaPreference::new()
///     .with(MfaType::SoftwareTokenMfa, FactorSetting::Preferred)
///     .with(MfaType::SmsMfa, FactorSetting::Enabled);
/// assert_eq!(preference.get(MfaType::EmailOtp), None);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct MfaPreference {
    settings: [Option<FactorSetting>; MfaType::ALL.len()],
}

impl MfaPreference {
    /// Names no factor.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names a factor.
    #[must_use]
    pub fn with(mut self, factor: MfaType, setting: FactorSetting) -> Self {
        self.settings[factor as usize] = Some(setting);
        self
    }

    /// What is said of a factor.
    pub fn get(&self, factor: MfaType) -> Option<FactorSetting> {
        self.settings[factor as usize]
    }
}

/// What a user can sign in with (AWS: GetUserAuthFactors, AdminGetUserAuthFactors).
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct AuthFactors {
    /// The real user name.
    pub username: String,
    /// The second factor that sign-ins ask for (`PreferredMfaSetting`).
    pub preferred_mfa: Option<MfaType>,
    /// The second factors that are enabled (`UserMFASettingList`).
    pub mfa_types: Vec<MfaType>,
    /// The AWS names of the first factors, such as `PASSWORD` (`ConfiguredUserAuthFactors`).
    pub first_factors: Vec<String>,
}

impl AuthFactors {
    /// A user without factors.
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            preferred_mfa: None,
            mfa_types: Vec::new(),
            first_factors: Vec::new(),
        }
    }

    /// Sets the second factors.
    #[must_use]
    pub fn with_mfa(
        mut self,
        mfa_types: impl IntoIterator<Item = MfaType>,
        preferred: Option<MfaType>,
    ) -> Self {
        self.mfa_types = mfa_types.into_iter().collect();
        self.preferred_mfa = preferred;
        self
    }

    /// Sets the AWS names of the first factors.
    #[must_use]
    pub fn with_first_factors<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.first_factors = names.into_iter().map(Into::into).collect();
        self
    }
}

/// A request to
/// [`OwnFactors::verify_own_software_token`](crate::OwnFactors::verify_own_software_token).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct VerifyOwnSoftwareToken {
    /// Whose app.
    pub access_token: AccessToken,
    /// What the app shows.
    pub code: Code,
    /// What the user calls the device; the challenges of later sign-ins show it.
    pub friendly_device_name: Option<String>,
}

impl VerifyOwnSoftwareToken {
    /// Verifies the app with this code.
    pub fn new(access_token: impl Into<AccessToken>, code: impl Into<Code>) -> Self {
        Self { access_token: access_token.into(), code: code.into(), friendly_device_name: None }
    }

    /// Names the device.
    #[must_use]
    pub fn with_friendly_device_name(mut self, name: impl Into<String>) -> Self {
        self.friendly_device_name = Some(name.into());
        self
    }
}

/// A request to [`OwnFactors::set_mfa_preference`](crate::OwnFactors::set_mfa_preference).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SetMfaPreference {
    /// Whose factors.
    pub access_token: AccessToken,
    /// What is said of them.
    pub preference: MfaPreference,
}

impl SetMfaPreference {
    /// Sets this preference.
    pub fn new(access_token: impl Into<AccessToken>, preference: MfaPreference) -> Self {
        Self { access_token: access_token.into(), preference }
    }
}

/// A request to
/// [`UserDirectory::set_user_mfa_preference`](crate::UserDirectory::set_user_mfa_preference).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SetUserMfaPreference {
    /// Whose factors.
    pub username: String,
    /// What is said of them.
    pub preference: MfaPreference,
}

impl SetUserMfaPreference {
    /// Sets this preference.
    pub fn new(username: impl Into<String>, preference: MfaPreference) -> Self {
        Self { username: username.into(), preference }
    }
}
