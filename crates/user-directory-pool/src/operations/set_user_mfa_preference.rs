use crate::{
    Call, MfaPreference, Pool, PoolRequest, PresentedToken, Request, ServiceError, Target,
    model::Members, request::sealed::Sealed,
};

/// [SetUserMFAPreference](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SetUserMfaPreferenceRequest {
    /// Whose user.
    pub access_token: PresentedToken,
    /// What is said of the factors.
    pub preference: MfaPreference,
}

impl SetUserMfaPreferenceRequest {
    /// Sets this preference.
    pub fn new(access_token: PresentedToken, preference: MfaPreference) -> Self {
        Self { access_token, preference }
    }
}

impl Sealed for SetUserMfaPreferenceRequest {}

impl Request for SetUserMfaPreferenceRequest {
    type Response = ();

    const OPERATION: &'static str = "SetUserMFAPreference";

    fn members(&self, members: &mut Members) {
        self.access_token.members(members);
        self.preference.members(members);
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for SetUserMfaPreferenceRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let claims = self.access_token.claims.as_ref();
        let user = pool.user_of_access_token(claims, call.now)?.clone();
        self.preference.apply(pool, &user)
    }
}
