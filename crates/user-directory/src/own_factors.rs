use async_trait::async_trait;

use crate::{
    AccessToken, AuthFactors, Authentication, Result, SecretCode, SetMfaPreference,
    VerifyOwnSoftwareToken,
};

/// What users may do about their own second factors, once they are signed in: set up an authenticator
/// app, and choose what sign-ins ask for.
///
/// | method | what it does |
/// | --- | --- |
/// | [`associate_own_software_token`](Self::associate_own_software_token) | begins to set up an app: answers its secret |
/// | [`verify_own_software_token`](Self::verify_own_software_token) | ends that, with a code of the app |
/// | [`set_mfa_preference`](Self::set_mfa_preference) | chooses the factors that sign-ins ask for |
/// | [`auth_factors`](Self::auth_factors) | shows them |
///
/// A user who must set up a factor in order to sign in does that through [`Authentication`]: see
/// [`MfaSetup`](crate::MfaSetup).
///
/// # Errors
///
/// Every method answers [`NotAuthorized`](crate::ErrorKind::NotAuthorized) for an access token that is
/// malformed, has expired or was revoked.
///
/// # Contract
///
/// As for [`Authentication`].
///
/// ```
/// use user_directory::{
///     AccessToken, Code, FactorSetting, MfaPreference, MfaType, OwnFactors, Result, SecretCode,
///     SetMfaPreference, VerifyOwnSoftwareToken,
/// };
///
/// async fn set_up(
///     own: &dyn OwnFactors,
///     token: AccessToken,
///     typed: impl AsyncFn(SecretCode) -> Code,
/// ) -> Result<()> {
///     // The user scans it as a picture, and types what the app shows.
///     let secret_code = own.associate_own_software_token(&token).await?;
///     let code = typed(secret_code).await;
///     own.verify_own_software_token(VerifyOwnSoftwareToken::new(token.clone(), code)).await?;
///     let app = MfaPreference::new().with(MfaType::SoftwareTokenMfa, FactorSetting::Preferred);
///     own.set_mfa_preference(SetMfaPreference::new(token.clone(), app)).await?;
///     let factors = own.auth_factors(&token).await?;
///     assert_eq!(factors.preferred_mfa, Some(MfaType::SoftwareTokenMfa));
///     Ok(())
/// }
/// ```
#[async_trait]
pub trait OwnFactors: Authentication {
    /// Begins to set up an authenticator app. The answer is the secret that the app needs, for a link
    /// `otpauth://totp/<name>?secret=<secret>&issuer=<issuer>`, mostly shown as a QR code.
    ///
    /// An app that was set up before is worth nothing from then on, even if this one is never
    /// verified.
    ///
    /// # Errors
    ///
    /// [`SoftwareTokenMfaNotFound`](crate::ErrorKind::SoftwareTokenMfaNotFound) in a pool without
    /// software tokens.
    ///
    /// AWS: [AssociateSoftwareToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html).
    #[doc(alias = "AssociateSoftwareToken")]
    async fn associate_own_software_token(&self, access_token: &AccessToken) -> Result<SecretCode>;

    /// Ends the set-up of an app with a code that it shows, good for 30 seconds on either side. Sign-ins
    /// do not ask for codes of it before [`set_mfa_preference`](Self::set_mfa_preference).
    ///
    /// # Errors
    ///
    /// [`EnableSoftwareTokenMfa`](crate::ErrorKind::EnableSoftwareTokenMfa) for a wrong code, or one
    /// that was used; another may be tried.
    ///
    /// AWS: [VerifySoftwareToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html).
    #[doc(alias = "VerifySoftwareToken")]
    async fn verify_own_software_token(&self, request: VerifyOwnSoftwareToken) -> Result<()>;

    /// Chooses what sign-ins ask for. An app stays set up when it is disabled.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](crate::ErrorKind::InvalidParameter) for a factor that the user cannot use:
    /// an app that is not verified, a message without an address or number; and for two preferred
    /// factors.
    ///
    /// AWS: [SetUserMFAPreference](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html).
    #[doc(alias = "SetUserMFAPreference")]
    async fn set_mfa_preference(&self, request: SetMfaPreference) -> Result<()>;

    /// Shows the factors of the user whom an access token belongs to.
    ///
    /// AWS: [GetUserAuthFactors](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html).
    #[doc(alias = "GetUserAuthFactors")]
    async fn auth_factors(&self, access_token: &AccessToken) -> Result<AuthFactors>;
}
