use super::PresentedToken;
use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target, model::Members, request::sealed::Sealed,
};

/// [GlobalSignOut](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GlobalSignOutRequest {
    /// Whose sign-ins to end.
    pub access_token: PresentedToken,
}

impl GlobalSignOutRequest {
    /// Signs the user of this token out.
    pub fn new(access_token: PresentedToken) -> Self {
        Self { access_token }
    }
}

impl Sealed for GlobalSignOutRequest {}

impl Request for GlobalSignOutRequest {
    type Response = ();

    const OPERATION: &'static str = "GlobalSignOut";

    fn members(&self, members: &mut Members) {
        self.access_token.members(members);
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for GlobalSignOutRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let user = match pool.user_of_access_token(self.access_token.claims.as_ref(), call.now) {
            // GlobalSignOut does not model UserNotFoundException: assumed to look revoked.
            Err(ServiceError::UserNotFound) => return Err(ServiceError::AccessTokenRevoked),
            user => user?,
        };
        let id = user.id;
        pool.users.update(&pool.settings, id, |user| user.sign_out(call.now));
        Ok(())
    }
}
