use serde_json::{Map, Value};

use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    model::{Members, shapes::USER_POOL_ID_TYPE},
    request::sealed::Sealed,
};

/// [GetUserPoolMfaConfig](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html)
///
/// The answer has the settings by their AWS names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GetUserPoolMfaConfigRequest {
    /// The pool's id.
    pub user_pool_id: String,
}

impl GetUserPoolMfaConfigRequest {
    /// Asks for the settings of this pool.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into() }
    }
}

impl Sealed for GetUserPoolMfaConfigRequest {}

impl Request for GetUserPoolMfaConfigRequest {
    type Response = Map<String, Value>;

    const OPERATION: &'static str = "GetUserPoolMfaConfig";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for GetUserPoolMfaConfigRequest {
    fn handle(
        self,
        pool: &mut Pool,
        _call: &mut Call<'_>,
    ) -> Result<Map<String, Value>, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        Ok(pool.mfa_config())
    }
}
