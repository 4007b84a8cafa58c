use crate::{
    Call, GroupType, Pool, PoolRequest, Request, ServiceError, Target,
    groups::GroupSettings,
    model::{
        Members,
        shapes::{GROUP_NAME_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [UpdateGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateGroup.html).
/// Its answer is the group. What is not given stays as it is (assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UpdateGroupRequest {
    /// The group's name.
    pub group_name: String,
    /// The pool's id.
    pub user_pool_id: String,
    /// What the group is for.
    pub description: Option<String>,
    /// The IAM role of its members.
    pub role_arn: Option<String>,
    /// Which group's role comes first: 0 to 2^31-1, the lowest first.
    pub precedence: Option<u32>,
}

impl UpdateGroupRequest {
    /// Changes nothing yet.
    pub fn new(user_pool_id: impl Into<String>, group_name: impl Into<String>) -> Self {
        Self {
            group_name: group_name.into(),
            user_pool_id: user_pool_id.into(),
            description: None,
            role_arn: None,
            precedence: None,
        }
    }

    fn settings(&self) -> GroupSettings {
        GroupSettings {
            description: self.description.clone(),
            role_arn: self.role_arn.clone(),
            precedence: self.precedence,
        }
    }
}

impl Sealed for UpdateGroupRequest {}

impl Request for UpdateGroupRequest {
    type Response = GroupType;

    const OPERATION: &'static str = "UpdateGroup";

    fn members(&self, members: &mut Members) {
        members.text("GroupName", &self.group_name, &GROUP_NAME_TYPE);
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        self.settings().members(members);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for UpdateGroupRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<GroupType, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let settings = self.settings();
        let group = pool.groups.update(&self.group_name, settings, call.now)?.clone();
        Ok(pool.group_type(&group))
    }
}
