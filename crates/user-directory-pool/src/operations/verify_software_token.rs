use crate::{
    Call, ErrorCode, MfaType, Pool, PoolRequest, PresentedToken, Request, Secret, ServiceError,
    Target,
    model::{
        Members,
        shapes::{SOFTWARE_TOKEN_MFA_USER_CODE_TYPE, STRING_TYPE},
    },
    operations::associate_software_token::{members_of_either, target_of_either},
    request::sealed::Sealed,
    sessions::Pending,
    software_token::{BadCode, SoftwareToken},
};

/// [VerifySoftwareToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html)
///
/// The answer is `SUCCESS`, and a session if the request had one: it answers MFA_SETUP.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VerifySoftwareTokenRequest {
    /// Whose user, for a user who is signed in.
    pub access_token: Option<PresentedToken>,
    /// The session that AssociateSoftwareToken answered, for a user who is signing in.
    pub session: Option<Secret>,
    /// What the app shows.
    pub user_code: Secret,
    /// What the user calls the device.
    pub friendly_device_name: Option<String>,
}

/// What VerifySoftwareToken answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct VerifySoftwareTokenResponse {
    /// What answers MFA_SETUP, if the request had a session.
    pub session: Option<Secret>,
}

impl VerifySoftwareTokenRequest {
    /// Verifies the app of the user of an access token.
    pub fn of_user(access_token: PresentedToken, user_code: impl Into<Secret>) -> Self {
        Self {
            access_token: Some(access_token),
            session: None,
            user_code: user_code.into(),
            friendly_device_name: None,
        }
    }

    /// Verifies an app in a sign-in.
    pub fn in_session(session: impl Into<Secret>, user_code: impl Into<Secret>) -> Self {
        Self {
            access_token: None,
            session: Some(session.into()),
            user_code: user_code.into(),
            friendly_device_name: None,
        }
    }
}

impl Sealed for VerifySoftwareTokenRequest {}

impl Request for VerifySoftwareTokenRequest {
    type Response = VerifySoftwareTokenResponse;

    const OPERATION: &'static str = "VerifySoftwareToken";

    fn members(&self, members: &mut Members) {
        members_of_either(self.access_token.as_ref(), self.session.as_ref(), members);
        members.text("UserCode", self.user_code.expose(), &SOFTWARE_TOKEN_MFA_USER_CODE_TYPE);
        let name = self.friendly_device_name.as_deref();
        members.optional_text("FriendlyDeviceName", name, &STRING_TYPE);
    }

    fn target(&self) -> Target<'_> {
        target_of_either(self.access_token.as_ref(), self.session.as_ref())
    }
}

impl PoolRequest for VerifySoftwareTokenRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<VerifySoftwareTokenResponse, ServiceError> {
        if let Some(presented) = &self.access_token {
            let user = pool.user_of_access_token(presented.claims.as_ref(), call.now)?.clone();
            pool.require_software_tokens()?;
            let mismatch = ServiceError::OwnSoftwareTokenCodeMismatch;
            let token = self.verified(user.software_token(), call, mismatch)?;
            pool.update_mfa(&user, |mfa| mfa.software_token = Some(token));
            return Ok(VerifySoftwareTokenResponse { session: None });
        }
        let (session, user) = pool.session_of_setup(self.session.as_ref(), call.now)?;
        let Pending::Setup { software_token, .. } = &session.pending else {
            return Err(ServiceError::InvalidSession);
        };
        let mismatch = ServiceError::SoftwareTokenCodeMismatch;
        let token = match self.verified(software_token.as_ref(), call, mismatch) {
            Err(refusal) if refusal.code() == ErrorCode::EnableSoftwareTokenMfa => {
                pool.count_failed_setup(self.session.as_ref());
                return Err(refusal);
            }
            verified => verified?,
        };
        // The next sign-in asks for a code even if this one is not finished: documented by moto's tests
        // against AWS, https://github.com/getmoto/moto, test_user_authentication_flow_mfa_on.
        pool.update_mfa(&user, |mfa| {
            mfa.software_token = Some(token);
            mfa.enrol(MfaType::SoftwareTokenMfa);
        });
        let next = pool.open_session(call, &session.client_id, &user, Pending::SetUp)?;
        self.session.iter().for_each(|old| pool.sessions.mark_used(old));
        Ok(VerifySoftwareTokenResponse { session: Some(next) })
    }
}

impl VerifySoftwareTokenRequest {
    /// The token, if this is a code of it.
    fn verified(
        &self,
        token: Option<&SoftwareToken>,
        call: &Call<'_>,
        mismatch: ServiceError,
    ) -> Result<SoftwareToken, ServiceError> {
        let mut token = token.ok_or(ServiceError::SoftwareTokenNotSetUp)?.clone();
        token.accept(&self.user_code, call.now).map_err(|bad| match bad {
            BadCode::Wrong => mismatch,
            BadCode::Used => ServiceError::SoftwareTokenVerifiedOnce,
        })?;
        token.is_verified = true;
        if let Some(name) = &self.friendly_device_name {
            token.friendly_device_name = Some(name.as_str().into());
        }
        Ok(token)
    }
}
