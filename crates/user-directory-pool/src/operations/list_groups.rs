use crate::{
    Call, GroupType, Pool, PoolRequest, Request, ServiceError, Target,
    model::{
        Members,
        shapes::{PAGINATION_KEY, QUERY_LIMIT_TYPE, USER_POOL_ID_TYPE},
    },
    pages::{Pages, page_size},
    request::sealed::Sealed,
};

/// [ListGroups](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html)
///
/// AWS promises no order. Here a listing follows a keyed hash of the names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListGroupsRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// 0 to 60; 0 stands for the default of 60 (assumed).
    pub limit: Option<u32>,
    /// Where another page ended.
    pub next_token: Option<String>,
}

/// What ListGroups answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListGroupsResponse {
    /// The groups of this page.
    pub groups: Vec<GroupType>,
    /// Where the next page starts; absent on the last.
    pub next_token: Option<String>,
}

impl ListGroupsRequest {
    /// The first page of all groups.
    pub fn new(user_pool_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into(), limit: None, next_token: None }
    }
}

impl Sealed for ListGroupsRequest {}

impl Request for ListGroupsRequest {
    type Response = ListGroupsResponse;

    const OPERATION: &'static str = "ListGroups";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.integer("Limit", self.limit.map(Into::into), &QUERY_LIMIT_TYPE);
        members.optional_text("NextToken", self.next_token.as_deref(), &PAGINATION_KEY);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for ListGroupsRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<ListGroupsResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let (key, now) = (pool.users.key(), call.now);
        let pages = Pages { key, operation: Self::OPERATION, filter: "", now };
        let token = self.next_token.as_deref();
        let (groups, next_token) =
            pages.page(pool.groups.all(), |group| &group.name, token, page_size(self.limit))?;
        let groups = groups.into_iter().map(|group| pool.group_type(group)).collect();
        Ok(ListGroupsResponse { groups, next_token })
    }
}
