use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    model::{Members, shapes::USER_POOL_ID_TYPE},
    request::sealed::Sealed,
};

/// [DeleteUserPool](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html):
/// the pool agrees, and its owner drops it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeleteUserPoolRequest {
    /// The pool's id.
    pub user_pool_id: String,
}

impl DeleteUserPoolRequest {
    /// Deletes this pool.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into() }
    }
}

impl Sealed for DeleteUserPoolRequest {}

impl Request for DeleteUserPoolRequest {
    type Response = ();

    const OPERATION: &'static str = "DeleteUserPool";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for DeleteUserPoolRequest {
    fn handle(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)
    }
}
