use super::list_users::{position_bytes, position_of};
use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target, UserType,
    model::{
        Members,
        shapes::{GROUP_NAME_TYPE, PAGINATION_KEY, QUERY_LIMIT_TYPE, USER_POOL_ID_TYPE},
    },
    pages::{Pages, page_size},
    request::sealed::Sealed,
    users::Position,
};

/// [ListUsersInGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html)
///
/// AWS promises no order. Here a listing follows a keyed hash of the `sub`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUsersInGroupRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The group's name.
    pub group_name: String,
    /// 0 to 60; 0 stands for the default of 60 (assumed).
    pub limit: Option<u32>,
    /// Where another page ended.
    pub next_token: Option<String>,
}

/// What ListUsersInGroup answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUsersInGroupResponse {
    /// The users of this page.
    pub users: Vec<UserType>,
    /// Where the next page starts; absent on the last.
    pub next_token: Option<String>,
}

impl ListUsersInGroupRequest {
    /// The first page of a group's users.
    pub fn new(user_pool_id: impl Into<String>, group_name: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            group_name: group_name.into(),
            limit: None,
            next_token: None,
        }
    }
}

impl Sealed for ListUsersInGroupRequest {}

impl Request for ListUsersInGroupRequest {
    type Response = ListUsersInGroupResponse;

    const OPERATION: &'static str = "ListUsersInGroup";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("GroupName", &self.group_name, &GROUP_NAME_TYPE);
        members.integer("Limit", self.limit.map(Into::into), &QUERY_LIMIT_TYPE);
        members.optional_text("NextToken", self.next_token.as_deref(), &PAGINATION_KEY);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for ListUsersInGroupRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<ListUsersInGroupResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let group = pool.groups.get(&self.group_name)?;
        let (key, now) = (pool.users.key(), call.now);
        let pages = Pages { key, operation: Self::OPERATION, filter: &self.group_name, now };
        let after = pages.after(self.next_token.as_deref(), position_of)?;
        let size = page_size(self.limit);

        // One more than the page shows whether there is another.
        let after = after.map(|position| position.id);
        let mut ids: Vec<_> = pool.groups.users_after(&group.name, after).take(size + 1).collect();
        let more = ids.len() > size;
        ids.truncate(size);
        let next_token = ids
            .last()
            .filter(|_| more)
            .map(|id| pages.token(&position_bytes(&Position { value: String::new(), id: *id })));
        let users = ids.into_iter().filter_map(|id| pool.users.get(id));
        let users = users.map(|user| pool.user_type(user)).collect();
        Ok(ListUsersInGroupResponse { users, next_token })
    }
}
