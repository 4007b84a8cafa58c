use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    model::{
        Members,
        shapes::{GROUP_NAME_TYPE, USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
};

/// [AdminRemoveUserFromGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html)
///
/// Removing who is no member changes nothing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminRemoveUserFromGroupRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// Real name, alias or `sub`.
    pub username: String,
    /// The group's name.
    pub group_name: String,
}

impl AdminRemoveUserFromGroupRequest {
    /// Ends this user's membership of this group.
    pub fn new(
        user_pool_id: impl Into<String>,
        username: impl Into<String>,
        group_name: impl Into<String>,
    ) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            username: username.into(),
            group_name: group_name.into(),
        }
    }
}

impl Sealed for AdminRemoveUserFromGroupRequest {}

impl Request for AdminRemoveUserFromGroupRequest {
    type Response = ();

    const OPERATION: &'static str = "AdminRemoveUserFromGroup";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.text("GroupName", &self.group_name, &GROUP_NAME_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminRemoveUserFromGroupRequest {
    fn handle(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        // That the group is looked up before the user is assumed.
        pool.groups.get(&self.group_name)?;
        let user = pool.user(&self.username)?.id;
        pool.groups.remove_user(&self.group_name, user)
    }
}
