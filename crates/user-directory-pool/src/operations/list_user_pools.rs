use crate::{
    Checked, Pool, Request, ServiceError, Target, Timestamp,
    model::{
        Members,
        shapes::{PAGINATION_KEY_TYPE, POOL_QUERY_LIMIT_TYPE},
    },
    pages::Pages,
    request::sealed::Sealed,
};

/// [ListUserPools](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPools.html)
///
/// No pool answers it, but the owner of them all. AWS promises no order; here a listing follows a
/// keyed hash of the ids.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUserPoolsRequest {
    /// Where another page ended.
    pub next_token: Option<String>,
    /// 1 to 60.
    pub max_results: u32,
}

/// What ListUserPools answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUserPoolsResponse {
    /// The pools of this page.
    pub user_pools: Vec<UserPoolDescriptionType>,
    /// Where the next page starts; absent on the last.
    pub next_token: Option<String>,
}

/// A pool in a list (AWS: `UserPoolDescriptionType`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserPoolDescriptionType {
    /// The id: `<region>_<name>`.
    pub id: String,
    /// The name that the pool was given.
    pub name: String,
    /// When the settings last changed.
    pub last_modified_date: Timestamp,
    /// When the pool was created.
    pub creation_date: Timestamp,
}

impl Pool {
    /// The pool as ListUserPools answers it.
    pub fn description(&self) -> UserPoolDescriptionType {
        UserPoolDescriptionType {
            id: self.id.clone(),
            name: self.settings.name.clone(),
            last_modified_date: self.modified,
            creation_date: self.created,
        }
    }
}

impl ListUserPoolsRequest {
    /// The first page.
    pub fn new(max_results: u32) -> Self {
        Self { next_token: None, max_results }
    }
}

impl Sealed for ListUserPoolsRequest {}

impl Request for ListUserPoolsRequest {
    type Response = ListUserPoolsResponse;

    const OPERATION: &'static str = "ListUserPools";

    fn members(&self, members: &mut Members) {
        members.optional_text("NextToken", self.next_token.as_deref(), &PAGINATION_KEY_TYPE);
        members.integer("MaxResults", Some(self.max_results.into()), &POOL_QUERY_LIMIT_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Owner
    }
}

impl Checked<ListUserPoolsRequest> {
    /// Answers from the descriptions of all pools.
    ///
    /// The owner's `key` orders the list and signs its tokens: keep it from call to call.
    ///
    /// # Errors
    ///
    /// [`ServiceError::PaginationTokenInvalid`].
    pub fn answer(
        self,
        pools: impl IntoIterator<Item = UserPoolDescriptionType>,
        key: &[u8; 16],
        now: Timestamp,
    ) -> Result<ListUserPoolsResponse, ServiceError> {
        let request = self.into_request()?;
        let pages = Pages { key, operation: ListUserPoolsRequest::OPERATION, filter: "", now };
        let token = request.next_token.as_deref();
        let size = request.max_results as usize;
        let (user_pools, next_token) = pages.page(pools, |pool| &pool.id, token, size)?;
        Ok(ListUserPoolsResponse { user_pools, next_token })
    }
}
