use crate::{
    Call, MfaType, Pool, PoolRequest, PresentedToken, Request, ServiceError, Target,
    model::Members, request::sealed::Sealed, user::User,
};

/// [GetUserAuthFactors](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GetUserAuthFactorsRequest {
    /// Whose user.
    pub access_token: PresentedToken,
}

/// What GetUserAuthFactors and AdminGetUserAuthFactors answer.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UserAuthFactors {
    /// The real name.
    pub username: String,
    /// The preferred second factor.
    pub preferred_mfa_setting: Option<MfaType>,
    /// The second factors that are enabled.
    pub user_mfa_setting_list: Vec<MfaType>,
    /// Whether the user has a password (`PASSWORD` in `ConfiguredUserAuthFactors`). No other first
    /// factor is implemented.
    pub has_password: bool,
}

impl UserAuthFactors {
    pub(super) fn of(user: &User) -> Self {
        Self {
            username: user.username.to_string(),
            preferred_mfa_setting: user.preferred_factor(),
            user_mfa_setting_list: user.enabled_factors(),
            has_password: user.account.has_password(),
        }
    }
}

impl GetUserAuthFactorsRequest {
    /// Asks for the factors of the user of this token.
    pub fn new(access_token: PresentedToken) -> Self {
        Self { access_token }
    }
}

impl Sealed for GetUserAuthFactorsRequest {}

impl Request for GetUserAuthFactorsRequest {
    type Response = UserAuthFactors;

    const OPERATION: &'static str = "GetUserAuthFactors";

    fn members(&self, members: &mut Members) {
        self.access_token.members(members);
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for GetUserAuthFactorsRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<UserAuthFactors, ServiceError> {
        let user = pool.user_of_access_token(self.access_token.claims.as_ref(), call.now)?;
        Ok(UserAuthFactors::of(user))
    }
}
