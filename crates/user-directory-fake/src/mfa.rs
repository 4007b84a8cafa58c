//! Second factors: what the handles do about them, and what a test says to a [`Fake`].

use async_trait::async_trait;
use user_directory::{
    AccessToken, AuthFactors, Code, FactorSetting, MfaPreference, MfaType, OwnFactors, Result,
    SecretCode, SetMfaPreference, VerifyOwnSoftwareToken, testing::software_token_code,
};
use user_directory_pool::{self as pool, ServiceError};

use crate::{
    Fake, FakeSelfService, MfaConfiguration,
    account::service_error,
    authentication::{factor, factors},
};

impl Fake {
    /// Sets which second factors a pool has, and whether sign-ins demand one: SetUserPoolMfaConfig
    /// without what AWS wants besides, such as a role that sends text messages. It is no call, so faults,
    /// quotas and the call log do not see it.
    ///
    /// ```
    /// use user_directory::{FactorSetting, MfaPreference, MfaType, SignIn};
    /// use user_directory::{Authentication as _, OwnFactors as _, SetMfaPreference, VerifyOwnSoftwareToken};
    /// # use user_directory::{Register, UserDirectoryExt as _};
    /// use user_directory_fake::{Fake, MfaConfiguration};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let fake = Fake::new();
    /// let pool_id = &fake.first_client().pool_id;
    /// fake.set_mfa(pool_id, MfaConfiguration::Optional, [MfaType::SoftwareTokenMfa])?;
    /// let own = fake.self_service();
    /// # let _ = fake.directory().register(Register::new("alice", "Correct-horse-9")).await?;
    /// let alice = SignIn::new("alice", "Correct-horse-9");
    /// let token = own.sign_in(alice.clone()).await?.tokens().expect("no factor yet");
    /// let token = token.tokens.access_token;
    ///
    /// let secret_code = own.associate_own_software_token(&token).await?;
    /// let code = fake.software_token_code(&secret_code);
    /// own.verify_own_software_token(VerifyOwnSoftwareToken::new(token.clone(), code)).await?;
    /// let app = MfaPreference::new().with(MfaType::SoftwareTokenMfa, FactorSetting::Preferred);
    /// own.set_mfa_preference(SetMfaPreference::new(token, app)).await?;
    ///
    /// let challenge = own.sign_in(alice).await?.challenge().expect("a factor is demanded");
    /// // A code works once. The next one comes half a minute later.
    /// fake.clock().advance(std::time::Duration::from_secs(30));
    /// let code = fake.software_token_code(&secret_code);
    /// let answer = challenge.software_token_mfa().expect("that one").answer(code);
    /// assert!(own.respond_to_challenge(answer).await?.tokens().is_some());
    /// # Ok::<_, user_directory::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](user_directory::ErrorKind::ResourceNotFound) for a pool that there is not.
    pub fn set_mfa(
        &self,
        pool_id: &str,
        configuration: MfaConfiguration,
        factors: impl IntoIterator<Item = MfaType>,
    ) -> Result<()> {
        let not_found = ServiceError::UserPoolNotFound { id: pool_id.to_owned() };
        let cell = self.0.pool(pool_id).ok_or_else(|| service_error(None, &not_found))?;
        let factors: Vec<_> = factors.into_iter().filter_map(to_pool).collect();
        cell.change(|pool| pool.set_mfa(configuration, &factors));
        Ok(())
    }

    /// What the authenticator app of a user shows at the time of the fake's clock.
    ///
    /// # Panics
    ///
    /// If the secret is not one that a software token was set up with.
    pub fn software_token_code(&self, secret_code: &SecretCode) -> Code {
        let code = software_token_code(secret_code, self.clock().now());
        code.expect("the secret is base32, as AssociateSoftwareToken answers it")
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl OwnFactors for FakeSelfService {
    async fn associate_own_software_token(&self, access_token: &AccessToken) -> Result<SecretCode> {
        let presented = self.fake().present(access_token.expose());
        let pool_request = pool::AssociateSoftwareTokenRequest::of_user(presented);
        let finish = |_: &_, response: pool::AssociateSoftwareTokenResponse| {
            Ok(SecretCode::new(response.secret_code.expose()))
        };
        self.handle().call(pool_request, finish).await
    }

    async fn verify_own_software_token(&self, request: VerifyOwnSoftwareToken) -> Result<()> {
        let presented = self.fake().present(request.access_token.expose());
        let code = request.code.expose();
        let mut pool_request = pool::VerifySoftwareTokenRequest::of_user(presented, code);
        pool_request.friendly_device_name = request.friendly_device_name;
        self.handle().call(pool_request, |_, _| Ok(())).await
    }

    async fn set_mfa_preference(&self, request: SetMfaPreference) -> Result<()> {
        let presented = self.fake().present(request.access_token.expose());
        let preference = preference(&request.preference);
        self.handle().done(pool::SetUserMfaPreferenceRequest::new(presented, preference)).await
    }

    async fn auth_factors(&self, access_token: &AccessToken) -> Result<AuthFactors> {
        let presented = self.fake().present(access_token.expose());
        let pool_request = pool::GetUserAuthFactorsRequest::new(presented);
        self.handle().call(pool_request, |_, response| Ok(auth_factors(response))).await
    }
}

/// A preference, in the words of the pool.
pub(crate) fn preference(preference: &MfaPreference) -> pool::MfaPreference {
    let settings = |factor| {
        let setting: Option<FactorSetting> = preference.get(factor);
        setting.map(|setting| pool::MfaSettings::new(setting.is_enabled(), setting.is_preferred()))
    };
    let mut of_the_pool = pool::MfaPreference::default();
    of_the_pool.sms_mfa = settings(MfaType::SmsMfa);
    of_the_pool.software_token_mfa = settings(MfaType::SoftwareTokenMfa);
    of_the_pool.email_mfa = settings(MfaType::EmailOtp);
    of_the_pool
}

/// What a user can sign in with, in the words of the traits.
pub(crate) fn auth_factors(of_the_pool: pool::UserAuthFactors) -> AuthFactors {
    let preferred = of_the_pool.preferred_mfa_setting.and_then(factor);
    AuthFactors::new(of_the_pool.username)
        .with_mfa(factors(&of_the_pool.user_mfa_setting_list), preferred)
        .with_first_factors(of_the_pool.has_password.then_some("PASSWORD"))
}

fn to_pool(factor: MfaType) -> Option<pool::MfaType> {
    pool::MfaType::from_name(factor.name())
}
