use std::convert::Infallible;

use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    model::{
        Members,
        shapes::{PAGINATION_KEY, QUERY_LIMIT_TYPE, USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
};

/// [AdminListUserAuthEvents](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListUserAuthEvents.html)
///
/// A pool keeps events with the add-on for threat protection. The pools here do not have it, so there
/// is no response. That this is said before the user is looked up is assumed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminListUserAuthEventsRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// Real name, alias or `sub`.
    pub username: String,
    /// 0 to 60.
    pub max_results: Option<u32>,
    /// Where another page ended.
    pub next_token: Option<String>,
}

impl AdminListUserAuthEventsRequest {
    /// The first page of a user's events.
    pub fn new(user_pool_id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            username: username.into(),
            max_results: None,
            next_token: None,
        }
    }
}

impl Sealed for AdminListUserAuthEventsRequest {}

impl Request for AdminListUserAuthEventsRequest {
    type Response = Infallible;

    const OPERATION: &'static str = "AdminListUserAuthEvents";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.integer("MaxResults", self.max_results.map(Into::into), &QUERY_LIMIT_TYPE);
        members.optional_text("NextToken", self.next_token.as_deref(), &PAGINATION_KEY);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminListUserAuthEventsRequest {
    fn handle(self, pool: &mut Pool, _: &mut Call<'_>) -> Result<Infallible, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        Err(ServiceError::UserPoolAddOnNotEnabled)
    }
}
