use crate::{
    Call, Pool, PoolRequest, PresentedToken, Request, ServiceError, Target, model::Members,
    request::sealed::Sealed,
};

/// [DeleteUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeleteUserRequest {
    /// Whose user.
    pub access_token: PresentedToken,
}

impl DeleteUserRequest {
    /// Deletes the user of this token.
    pub fn new(access_token: PresentedToken) -> Self {
        Self { access_token }
    }
}

impl Sealed for DeleteUserRequest {}

impl Request for DeleteUserRequest {
    type Response = ();

    const OPERATION: &'static str = "DeleteUser";

    fn members(&self, members: &mut Members) {
        self.access_token.members(members);
    }

    fn target(&self) -> Target<'_> {
        self.access_token.target()
    }
}

impl PoolRequest for DeleteUserRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let id = pool.user_of_access_token(self.access_token.claims.as_ref(), call.now)?.id;
        pool.remove_user(id);
        Ok(())
    }
}
