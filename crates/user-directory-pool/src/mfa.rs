//! Second factors: which there are, what a user has of them, and what a sign-in must show.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    DeliveryMedium, MessageTemplate, Pool,
    rules::{kept, kept_text},
    settings::Settings,
    software_token::SoftwareToken,
    user::User,
};

/// A kind of second factor (AWS: the values of `UserMFASettingList`).
///
/// The order is that of lists in answers: reported for the first two, assumed for the third.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub enum MfaType {
    /// A code by text message.
    SmsMfa,
    /// A time-based code of an authenticator app (TOTP, RFC 6238).
    SoftwareTokenMfa,
    /// A code by e-mail.
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

    /// The kind of an AWS name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The factor whose codes go this way.
    pub(crate) fn of_medium(medium: DeliveryMedium) -> Self {
        match medium {
            DeliveryMedium::Sms => Self::SmsMfa,
            DeliveryMedium::Email => Self::EmailOtp,
        }
    }

    /// The response that carries its code.
    pub(crate) fn code_name(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA_CODE",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA_CODE",
            Self::EmailOtp => "EMAIL_OTP_CODE",
        }
    }
}

impl fmt::Display for MfaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a user has of second factors. Most have nothing, so it is boxed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct UserMfa {
    /// `UserMFASettingList`
    pub(crate) enabled: BTreeSet<MfaType>,
    /// `PreferredMfaSetting`
    pub(crate) preferred: Option<MfaType>,
    pub(crate) software_token: Option<SoftwareToken>,
}

impl UserMfa {
    /// Takes a factor out of use.
    pub(crate) fn disable(&mut self, factor: MfaType) {
        self.enabled.remove(&factor);
        if self.preferred == Some(factor) {
            self.preferred = None;
        }
    }

    /// A factor that a sign-in has set up is used from then on, and preferred.
    pub(crate) fn enrol(&mut self, factor: MfaType) {
        self.enabled.insert(factor);
        self.preferred = Some(factor);
    }
}

impl User {
    /// The factors that the user has enabled.
    pub(crate) fn enabled_factors(&self) -> Vec<MfaType> {
        self.mfa.iter().flat_map(|mfa| &mfa.enabled).copied().collect()
    }

    pub(crate) fn preferred_factor(&self) -> Option<MfaType> {
        self.mfa.as_ref().and_then(|mfa| mfa.preferred)
    }

    pub(crate) fn software_token(&self) -> Option<&SoftwareToken> {
        self.mfa.as_ref().and_then(|mfa| mfa.software_token.as_ref())
    }

    /// Where the user gets codes of a factor, or whether the app is known that makes them. That an
    /// address or number need not be verified was measured for e-mail and is assumed for numbers.
    pub(crate) fn can_use(&self, factor: MfaType) -> bool {
        match factor {
            MfaType::SmsMfa => self.attributes.get("phone_number").is_some(),
            MfaType::EmailOtp => self.attributes.get("email").is_some(),
            MfaType::SoftwareTokenMfa => {
                self.software_token().is_some_and(|token| token.is_verified)
            }
        }
    }
}

/// `MfaConfiguration`
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MfaConfiguration {
    /// No second factors.
    Off,
    /// Of those users who have enabled one.
    Optional,
    /// Of every user.
    On,
}

impl MfaConfiguration {
    /// The AWS name, such as `OPTIONAL`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Optional => "OPTIONAL",
            Self::On => "ON",
        }
    }
}

impl Settings {
    /// What messages with codes of second factors say.
    pub(crate) fn authentication(&self) -> MessageTemplate {
        let given = |member| kept_text(&self.mfa, member).map(str::to_owned);
        let sms = kept_text(&self.inert, "SmsAuthenticationMessage").map(str::to_owned);
        MessageTemplate {
            sms_message: given("SmsMfaConfiguration.SmsAuthenticationMessage").or(sms),
            email_message: given("EmailMfaConfiguration.Message"),
            email_subject: given("EmailMfaConfiguration.Subject"),
        }
    }

    pub(crate) fn mfa_configuration(&self) -> MfaConfiguration {
        match kept_text(&self.inert, "MfaConfiguration") {
            Some("ON") => MfaConfiguration::On,
            Some("OPTIONAL") => MfaConfiguration::Optional,
            _ => MfaConfiguration::Off,
        }
    }

    /// The factors that the pool has switched on. A pool that was created with second factors and not
    /// configured further sends text messages.
    pub(crate) fn has_factor(&self, factor: MfaType) -> bool {
        let is_given = |member: &str| kept(&self.mfa, member).is_some();
        match factor {
            MfaType::SmsMfa if self.mfa.is_empty() => self.sms_configuration.is_some(),
            MfaType::SmsMfa => is_given("SmsMfaConfiguration"),
            MfaType::EmailOtp => is_given("EmailMfaConfiguration"),
            MfaType::SoftwareTokenMfa => {
                let enabled = kept(&self.mfa, "SoftwareTokenMfaConfiguration.Enabled");
                enabled.and_then(Value::as_bool) == Some(true)
            }
        }
    }
}

/// How many there are: the columns of [`MFA_TABLE`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Count {
    /// None.
    None,
    /// One.
    One,
    /// Two or three.
    More,
    /// It does not matter.
    Any,
}

impl Count {
    fn holds(self, number: usize) -> bool {
        match self {
            Self::None => number == 0,
            Self::One => number == 1,
            Self::More => number > 1,
            Self::Any => true,
        }
    }
}

/// What follows a proved password: the last column of [`MFA_TABLE`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Next {
    /// Tokens.
    Tokens,
    /// The challenge of the preferred factor.
    Preferred,
    /// The challenge of the only factor.
    Only,
    /// SELECT_MFA_TYPE.
    Select,
    /// MFA_SETUP.
    Setup,
}

/// A row of [`MFA_TABLE`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct MfaRow {
    /// The pool's `MfaConfiguration` is one of these.
    pub configurations: &'static [MfaConfiguration],
    /// How many factors the user has enabled, of those that the pool has and the user can use.
    pub enabled: Count,
    /// Whether one of them is preferred, if it matters.
    pub preferred: Option<bool>,
    /// How many factors the user could use at once, enabled or not.
    pub usable: Count,
    /// What follows.
    pub next: Next,
    /// The case of the contract that shows it.
    pub case: &'static str,
}

const fn row(
    configurations: &'static [MfaConfiguration],
    enabled: Count,
    preferred: Option<bool>,
    usable: Count,
    next: Next,
    case: &'static str,
) -> MfaRow {
    MfaRow { configurations, enabled, preferred, usable, next, case }
}

const OFF: &[MfaConfiguration] = &[MfaConfiguration::Off];
const OPTIONAL: &[MfaConfiguration] = &[MfaConfiguration::Optional];
const ON: &[MfaConfiguration] = &[MfaConfiguration::On];
const OPTIONAL_OR_ON: &[MfaConfiguration] = &[MfaConfiguration::Optional, MfaConfiguration::On];

/// Which challenge follows which state; exactly one row holds for each. The states are those of suites
/// that run against AWS: <https://github.com/aws-amplify/amplify-flutter>,
/// <https://github.com/aws-amplify/amplify-swift>, <https://github.com/aws-devtools-labs/aws-blocks>.
pub const MFA_TABLE: &[MfaRow] = &[
    row(OFF, Count::Any, None, Count::Any, Next::Tokens, "mfa/off"),
    row(OPTIONAL_OR_ON, Count::One, Some(true), Count::Any, Next::Preferred, "mfa/totp"),
    row(OPTIONAL_OR_ON, Count::More, Some(true), Count::Any, Next::Preferred, "mfa/preferred"),
    row(OPTIONAL_OR_ON, Count::One, Some(false), Count::Any, Next::Only, "mfa/enabled-only"),
    row(OPTIONAL_OR_ON, Count::More, Some(false), Count::Any, Next::Select, "mfa/select"),
    row(OPTIONAL, Count::None, None, Count::Any, Next::Tokens, "mfa/optional-nothing-enabled"),
    row(ON, Count::None, None, Count::One, Next::Only, "mfa/on-one-contact"),
    row(ON, Count::None, None, Count::More, Next::Select, "mfa/on-two-contacts"),
    row(ON, Count::None, None, Count::None, Next::Setup, "mfa/on-nothing-to-use"),
];

/// What a sign-in must still show.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Demand {
    Nothing,
    /// The code of a factor. `enrols`: which is enabled and preferred from then on.
    Factor {
        factor: MfaType,
        enrols: bool,
    },
    /// The choice of a factor.
    Choice {
        among: Vec<MfaType>,
        enrols: bool,
    },
    /// That a factor is set up.
    Setup {
        among: Vec<MfaType>,
    },
}

impl Pool {
    /// Not AWS's: sets which second factors the pool has, past SetUserPoolMfaConfig and its rules.
    pub fn set_mfa(&mut self, configuration: MfaConfiguration, factors: &[MfaType]) {
        let name = configuration.name();
        self.settings.inert.insert("MfaConfiguration".to_owned(), name.into());
        self.settings.mfa = factors
            .iter()
            .map(|factor| match factor {
                MfaType::SmsMfa => ("SmsMfaConfiguration".to_owned(), json!({})),
                MfaType::EmailOtp => ("EmailMfaConfiguration".to_owned(), json!({})),
                MfaType::SoftwareTokenMfa => {
                    ("SoftwareTokenMfaConfiguration".to_owned(), json!({ "Enabled": true }))
                }
            })
            .collect();
    }

    /// Whether sign-ins of a user may ask for a factor that is enabled.
    pub(crate) fn uses_factor(&self, user: &User, factor: MfaType) -> bool {
        self.settings.mfa_configuration() != MfaConfiguration::Off
            && self.settings.has_factor(factor)
            && user.mfa.as_ref().is_some_and(|mfa| mfa.enabled.contains(&factor))
    }

    /// What a user must still show who has proved the password.
    pub(crate) fn demand(&self, user: &User) -> Demand {
        let settings = &self.settings;
        let configuration = settings.mfa_configuration();
        if configuration == MfaConfiguration::Off {
            return Demand::Nothing;
        }
        let of_the_pool = MfaType::ALL.into_iter().filter(|factor| settings.has_factor(*factor));
        let usable: Vec<_> = of_the_pool.clone().filter(|factor| user.can_use(*factor)).collect();
        let mut enabled = user.enabled_factors();
        enabled.retain(|factor| usable.contains(factor));
        let preferred = user.preferred_factor().filter(|factor| enabled.contains(factor));
        let next = next(configuration, enabled.len(), preferred.is_some(), usable.len());

        let enrols = enabled.is_empty();
        let among = if enrols { usable } else { enabled };
        match (next, preferred.or(among.first().copied())) {
            (Next::Tokens, _) => Demand::Nothing,
            (Next::Select, _) => Demand::Choice { among, enrols },
            (Next::Preferred | Next::Only, Some(factor)) => Demand::Factor { factor, enrols },
            (Next::Preferred | Next::Only | Next::Setup, _) => {
                // A number is an administrator's to add, so text messages are offered only where there
                // is nothing else: measured where there is, assumed where there is not.
                let mut among: Vec<_> = of_the_pool.collect();
                if among.len() > 1 {
                    among.retain(|factor| *factor != MfaType::SmsMfa);
                }
                Demand::Setup { among }
            }
        }
    }
}

/// Looks a state up in [`MFA_TABLE`].
fn next(
    configuration: MfaConfiguration,
    enabled: usize,
    is_preferred: bool,
    usable: usize,
) -> Next {
    let holds = |row: &&MfaRow| {
        row.configurations.contains(&configuration)
            && row.enabled.holds(enabled)
            && row.preferred.is_none_or(|preferred| preferred == is_preferred)
            && row.usable.holds(usable)
    };
    // No state is without a row. If one were, it must not lead to tokens.
    MFA_TABLE.iter().find(holds).map_or(Next::Setup, |row| row.next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_one_row() {
        let configurations =
            [MfaConfiguration::Off, MfaConfiguration::Optional, MfaConfiguration::On];
        let mut used = [false; MFA_TABLE.len()];
        for configuration in configurations {
            for usable in 0..=3 {
                for enabled in 0..=usable {
                    for is_preferred in [false, true] {
                        if is_preferred && enabled == 0 {
                            continue;
                        }
                        let holds: Vec<_> = MFA_TABLE
                            .iter()
                            .enumerate()
                            .filter(|(_, row)| {
                                row.configurations.contains(&configuration)
                                    && row.enabled.holds(enabled)
                                    && row.preferred.is_none_or(|wanted| wanted == is_preferred)
                                    && row.usable.holds(usable)
                            })
                            .map(|(index, _)| index)
                            .collect();
                        let state = (configuration, enabled, is_preferred, usable);
                        assert_eq!(holds.len(), 1, "{state:?}: {holds:?}");
                        used[holds[0]] = true;
                    }
                }
            }
        }
        assert!(used.iter().all(|is_used| *is_used), "{used:?}");
    }

    #[test]
    fn names_are_found() {
        for factor in MfaType::ALL {
            assert_eq!(MfaType::from_name(factor.name()), Some(factor));
        }
        assert_eq!(MfaType::from_name("SMS_OTP"), None);
    }
}
