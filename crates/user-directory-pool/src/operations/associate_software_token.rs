use crate::{
    Call, MfaType, Pool, PoolRequest, PresentedToken, Request, Secret, ServiceError, Target,
    model::{Members, shapes::SESSION_TYPE},
    request::sealed::Sealed,
    sessions::Pending,
    software_token::SoftwareToken,
};

/// [AssociateSoftwareToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html)
///
/// Either member says for whom. With both, the access token does (assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AssociateSoftwareTokenRequest {
    /// Whose user, for a user who is signed in.
    pub access_token: Option<PresentedToken>,
    /// The session of MFA_SETUP, for a user who is signing in.
    pub session: Option<Secret>,
}

/// What AssociateSoftwareToken answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AssociateSoftwareTokenResponse {
    /// The secret for the user's app, in base32 without padding.
    pub secret_code: Secret,
    /// What VerifySoftwareToken goes on with, if the request had a session.
    pub session: Option<Secret>,
}

impl AssociateSoftwareTokenRequest {
    /// Sets up an app for the user of an access token.
    pub fn of_user(access_token: PresentedToken) -> Self {
        Self { access_token: Some(access_token), session: None }
    }

    /// Sets up an app in a sign-in.
    pub fn in_session(session: impl Into<Secret>) -> Self {
        Self { access_token: None, session: Some(session.into()) }
    }
}

impl Sealed for AssociateSoftwareTokenRequest {}

impl Request for AssociateSoftwareTokenRequest {
    type Response = AssociateSoftwareTokenResponse;

    const OPERATION: &'static str = "AssociateSoftwareToken";

    fn members(&self, members: &mut Members) {
        members_of_either(self.access_token.as_ref(), self.session.as_ref(), members);
    }

    fn target(&self) -> Target<'_> {
        target_of_either(self.access_token.as_ref(), self.session.as_ref())
    }
}

/// The members that say for whom.
pub(super) fn members_of_either(
    access_token: Option<&PresentedToken>,
    session: Option<&Secret>,
    members: &mut Members,
) {
    if let Some(token) = access_token {
        token.members(members);
    }
    let session = session.map(Secret::expose);
    members.optional_text("Session", session, &SESSION_TYPE);
}

pub(super) fn target_of_either<'a>(
    access_token: Option<&'a PresentedToken>,
    session: Option<&'a Secret>,
) -> Target<'a> {
    access_token.map_or(Target::Session(session), PresentedToken::target)
}

impl PoolRequest for AssociateSoftwareTokenRequest {
    /// That a secret which was set up before is gone at once is reported:
    /// <https://github.com/aws-amplify/amplify-js/issues/3844>.
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<AssociateSoftwareTokenResponse, ServiceError> {
        if let Some(presented) = self.access_token {
            let user = pool.user_of_access_token(presented.claims.as_ref(), call.now)?.clone();
            pool.require_software_tokens()?;
            let token = SoftwareToken::new(call.entropy);
            let secret_code = token.secret.clone();
            pool.update_mfa(&user, |mfa| {
                mfa.software_token = Some(token);
                mfa.disable(MfaType::SoftwareTokenMfa);
            });
            return Ok(AssociateSoftwareTokenResponse { secret_code, session: None });
        }
        let (session, user) = pool.session_of_setup(self.session.as_ref(), call.now)?;
        let Pending::Setup { among, .. } = session.pending else {
            return Err(ServiceError::InvalidSession);
        };
        let token = SoftwareToken::new(call.entropy);
        let secret_code = token.secret.clone();
        let pending = Pending::Setup { among, software_token: Some(token) };
        let next = pool.open_session(call, &session.client_id, &user, pending)?;
        self.session.iter().for_each(|old| pool.sessions.mark_used(old));
        Ok(AssociateSoftwareTokenResponse { secret_code, session: Some(next) })
    }
}
