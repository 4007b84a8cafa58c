use crate::{
    Call, GroupType, Pool, PoolRequest, Request, ServiceError, Target,
    model::{
        Members,
        shapes::{PAGINATION_KEY, QUERY_LIMIT_TYPE, USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    pages::{Pages, page_size},
    request::sealed::Sealed,
};

/// [AdminListGroupsForUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html)
///
/// AWS promises no order. Here a listing follows a keyed hash of the names.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminListGroupsForUserRequest {
    /// Real name, alias or `sub`.
    pub username: String,
    /// The pool's id.
    pub user_pool_id: String,
    /// 0 to 60; 0 stands for the default of 60 (assumed).
    pub limit: Option<u32>,
    /// Where another page ended.
    pub next_token: Option<String>,
}

/// What AdminListGroupsForUser answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminListGroupsForUserResponse {
    /// The groups of this page.
    pub groups: Vec<GroupType>,
    /// Where the next page starts; absent on the last.
    pub next_token: Option<String>,
}

impl AdminListGroupsForUserRequest {
    /// The first page of a user's groups.
    pub fn new(user_pool_id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            user_pool_id: user_pool_id.into(),
            limit: None,
            next_token: None,
        }
    }
}

impl Sealed for AdminListGroupsForUserRequest {}

impl Request for AdminListGroupsForUserRequest {
    type Response = AdminListGroupsForUserResponse;

    const OPERATION: &'static str = "AdminListGroupsForUser";

    fn members(&self, members: &mut Members) {
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.integer("Limit", self.limit.map(Into::into), &QUERY_LIMIT_TYPE);
        members.optional_text("NextToken", self.next_token.as_deref(), &PAGINATION_KEY);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminListGroupsForUserRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<AdminListGroupsForUserResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let user = pool.user(&self.username)?;
        let (key, now, filter) = (pool.users.key(), call.now, user.sub());
        let pages = Pages { key, operation: Self::OPERATION, filter: &filter, now };
        let token = self.next_token.as_deref();
        let (groups, next_token) = pages.page(
            pool.groups.of_user(user.id),
            |group| &group.name,
            token,
            page_size(self.limit),
        )?;
        let groups = groups.into_iter().map(|group| pool.group_type(group)).collect();
        Ok(AdminListGroupsForUserResponse { groups, next_token })
    }
}
