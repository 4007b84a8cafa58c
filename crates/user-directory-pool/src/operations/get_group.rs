use crate::{Call, GroupType, Pool, ServiceError};

request_about_a_group! {
    /// [GetGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetGroup.html).
    /// Its answer is the group.
    GetGroupRequest, "GetGroup", GroupType
}

impl GetGroupRequest {
    fn answer(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<GroupType, ServiceError> {
        Ok(pool.group_type(pool.groups.get(&self.group_name)?))
    }
}
