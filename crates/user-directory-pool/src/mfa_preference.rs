//! What SetUserMFAPreference and AdminSetUserMFAPreference share.

use crate::{MfaType, Pool, ServiceError, mfa::UserMfa, model::Members, user::User};

/// What is said of one factor (AWS: `SMSMfaSettingsType`, `SoftwareTokenMfaSettingsType`,
/// `EmailMfaSettingsType`).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct MfaSettings {
    /// Whether sign-ins may ask for it.
    pub enabled: bool,
    /// Whether sign-ins ask for it before others.
    pub preferred_mfa: bool,
}

impl MfaSettings {
    /// Settings of a factor.
    pub fn new(enabled: bool, preferred_mfa: bool) -> Self {
        Self { enabled, preferred_mfa }
    }
}

/// What is said of the factors of a user; one that is absent stays as it is (reported).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct MfaPreference {
    /// `SMSMfaSettings`
    pub sms_mfa: Option<MfaSettings>,
    /// `SoftwareTokenMfaSettings`
    pub software_token_mfa: Option<MfaSettings>,
    /// `EmailMfaSettings`
    pub email_mfa: Option<MfaSettings>,
}

impl MfaPreference {
    pub(crate) fn members(&self, members: &mut Members) {
        members.present("SMSMfaSettings", self.sms_mfa.is_some());
        members.present("SoftwareTokenMfaSettings", self.software_token_mfa.is_some());
        members.present("EmailMfaSettings", self.email_mfa.is_some());
    }

    fn given(&self) -> impl Iterator<Item = (MfaType, MfaSettings)> {
        let all = [
            (MfaType::SmsMfa, self.sms_mfa),
            (MfaType::SoftwareTokenMfa, self.software_token_mfa),
            (MfaType::EmailOtp, self.email_mfa),
        ];
        all.into_iter().filter_map(|(factor, settings)| settings.map(|given| (factor, given)))
    }

    /// Changes a user's factors. A pool's own configuration is not looked at: a factor that it has
    /// switched off is not asked for, until it is switched on (assumed).
    pub(crate) fn apply(&self, pool: &mut Pool, user: &User) -> Result<(), ServiceError> {
        if self.given().filter(|(_, given)| given.preferred_mfa).count() > 1 {
            return Err(ServiceError::TwoPreferredFactors);
        }
        for (factor, given) in self.given() {
            let factor_name = factor.name();
            if given.preferred_mfa && !given.enabled {
                return Err(ServiceError::PreferredFactorDisabled { factor: factor_name });
            }
            if given.enabled && !user.can_use(factor) {
                return Err(ServiceError::NoDeliveryConfig { factor: factor_name });
            }
        }
        pool.update_mfa(user, |mfa| {
            self.given().for_each(|(factor, given)| set(mfa, factor, given))
        });
        Ok(())
    }
}

/// A factor that is enabled and not said to be preferred loses the preference: reported,
/// <https://github.com/aws-amplify/amplify-android/issues/2580>.
fn set(mfa: &mut UserMfa, factor: MfaType, given: MfaSettings) {
    mfa.disable(factor);
    if given.enabled {
        mfa.enabled.insert(factor);
    }
    if given.preferred_mfa {
        mfa.preferred = Some(factor);
    }
}
