use crate::{
    Call, MfaPreference, Pool, PoolRequest, Request, ServiceError, Target,
    model::{
        Members,
        shapes::{USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
};

/// [AdminSetUserMFAPreference](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminSetUserMfaPreferenceRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// Real name, alias or `sub`.
    pub username: String,
    /// What is said of the factors.
    pub preference: MfaPreference,
}

impl AdminSetUserMfaPreferenceRequest {
    /// Sets this preference.
    pub fn new(
        user_pool_id: impl Into<String>,
        username: impl Into<String>,
        preference: MfaPreference,
    ) -> Self {
        Self { user_pool_id: user_pool_id.into(), username: username.into(), preference }
    }
}

impl Sealed for AdminSetUserMfaPreferenceRequest {}

impl Request for AdminSetUserMfaPreferenceRequest {
    type Response = ();

    const OPERATION: &'static str = "AdminSetUserMFAPreference";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        self.preference.members(members);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminSetUserMfaPreferenceRequest {
    fn handle(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let user = pool.user(&self.username)?.clone();
        self.preference.apply(pool, &user)
    }
}
