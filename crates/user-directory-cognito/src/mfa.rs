//! Second factors: what the handles do about them.

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::{
    Client,
    types::{
        AuthFactorType, EmailMfaSettingsType, SmsMfaSettingsType, SoftwareTokenMfaSettingsType,
        VerifySoftwareTokenResponseType,
    },
};
use user_directory::{
    AccessToken, AssociateSoftwareToken, AuthFactors, MfaPreference, MfaType, Operation,
    OwnFactors, Result, SecretCode, Session, SetMfaPreference, SoftwareTokenSetup,
    VerifiedSoftwareToken, VerifyOwnSoftwareToken, VerifySoftwareToken,
};

use crate::{CognitoSelfService, authentication::unexpected, service::Service};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl OwnFactors for CognitoSelfService {
    async fn associate_own_software_token(&self, access_token: &AccessToken) -> Result<SecretCode> {
        let call = |client: &Client| {
            client.associate_software_token().access_token(access_token.expose()).send()
        };
        self.service()
            .call(Operation::AssociateSoftwareToken, call, |output| secret(output.secret_code))
            .await
    }

    async fn verify_own_software_token(&self, request: VerifyOwnSoftwareToken) -> Result<()> {
        let call = |client: &Client| {
            client
                .verify_software_token()
                .access_token(request.access_token.expose())
                .user_code(request.code.expose())
                .set_friendly_device_name(request.friendly_device_name)
                .send()
        };
        self.service()
            .call(Operation::VerifySoftwareToken, call, |output| verified(output.status))
            .await
    }

    async fn set_mfa_preference(&self, request: SetMfaPreference) -> Result<()> {
        let preference = request.preference;
        let call = |client: &Client| {
            client
                .set_user_mfa_preference()
                .access_token(request.access_token.expose())
                .set_sms_mfa_settings(sms(&preference))
                .set_software_token_mfa_settings(software_token(&preference))
                .set_email_mfa_settings(email(&preference))
                .send()
        };
        self.service().call(Operation::SetUserMFAPreference, call, |_| Ok(())).await
    }

    async fn auth_factors(&self, access_token: &AccessToken) -> Result<AuthFactors> {
        let call = |client: &Client| {
            client.get_user_auth_factors().access_token(access_token.expose()).send()
        };
        self.service()
            .call(Operation::GetUserAuthFactors, call, |output| {
                auth_factors(
                    output.username,
                    output.user_mfa_setting_list,
                    output.preferred_mfa_setting,
                    output.configured_user_auth_factors,
                )
            })
            .await
    }
}

/// The whole of AssociateSoftwareToken in a sign-in, which nobody signs.
pub(crate) async fn associate_software_token(
    service: &Service,
    request: AssociateSoftwareToken,
) -> Result<SoftwareTokenSetup> {
    let call = |client: &Client| {
        client.associate_software_token().session(request.session().expose()).send()
    };
    service
        .call(Operation::AssociateSoftwareToken, call, |output| {
            let secret_code = secret(output.secret_code)?;
            Ok(SoftwareTokenSetup::new(request.username(), session(output.session)?, secret_code))
        })
        .await
}

/// The whole of VerifySoftwareToken in a sign-in, which nobody signs.
pub(crate) async fn verify_software_token(
    service: &Service,
    request: VerifySoftwareToken,
) -> Result<VerifiedSoftwareToken> {
    let call = |client: &Client| {
        client
            .verify_software_token()
            .session(request.session().expose())
            .user_code(request.code().expose())
            .set_friendly_device_name(request.friendly_device_name().map(str::to_owned))
            .send()
    };
    service
        .call(Operation::VerifySoftwareToken, call, |output| {
            verified(output.status)?;
            Ok(VerifiedSoftwareToken::new(request.username(), session(output.session)?))
        })
        .await
}

fn secret(secret_code: Option<String>) -> Result<SecretCode> {
    secret_code
        .map(SecretCode::new)
        .ok_or_else(|| unexpected("a software token without its secret"))
}

fn session(session: Option<String>) -> Result<Session> {
    session.map(Session::new).ok_or_else(|| unexpected("a set-up without a session"))
}

/// A wrong code is an error of its own; no public answer has had the status ERROR.
fn verified(status: Option<VerifySoftwareTokenResponseType>) -> Result<()> {
    match status {
        Some(VerifySoftwareTokenResponseType::Success) => Ok(()),
        _ => Err(unexpected("a verification that is no success")),
    }
}

pub(crate) fn sms(preference: &MfaPreference) -> Option<SmsMfaSettingsType> {
    let setting = preference.get(MfaType::SmsMfa)?;
    let (enabled, preferred) = (setting.is_enabled(), setting.is_preferred());
    Some(SmsMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build())
}

pub(crate) fn software_token(preference: &MfaPreference) -> Option<SoftwareTokenMfaSettingsType> {
    let setting = preference.get(MfaType::SoftwareTokenMfa)?;
    let (enabled, preferred) = (setting.is_enabled(), setting.is_preferred());
    Some(SoftwareTokenMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build())
}

pub(crate) fn email(preference: &MfaPreference) -> Option<EmailMfaSettingsType> {
    let setting = preference.get(MfaType::EmailOtp)?;
    let (enabled, preferred) = (setting.is_enabled(), setting.is_preferred());
    Some(EmailMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build())
}

/// The second factors that are enabled, and the preferred one: of the kinds that this version knows.
pub(crate) fn factors(
    enabled: Option<Vec<String>>,
    preferred: Option<String>,
) -> (Vec<MfaType>, Option<MfaType>) {
    let enabled = enabled.unwrap_or_default();
    let enabled = enabled.iter().filter_map(|name| MfaType::from_name(name)).collect();
    (enabled, preferred.and_then(|name| MfaType::from_name(&name)))
}

/// What a user can sign in with.
pub(crate) fn auth_factors(
    username: String,
    enabled: Option<Vec<String>>,
    preferred: Option<String>,
    first: Option<Vec<AuthFactorType>>,
) -> Result<AuthFactors> {
    // The SDK fills in what is missing.
    if username.is_empty() {
        return Err(unexpected("a user without a name"));
    }
    let (enabled, preferred) = factors(enabled, preferred);
    let first = first.unwrap_or_default();
    Ok(AuthFactors::new(username)
        .with_mfa(enabled, preferred)
        .with_first_factors(first.iter().map(AuthFactorType::as_str)))
}
