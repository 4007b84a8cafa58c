use crate::{Call, Pool, ServiceError};

request_about_a_group! {
    /// [DeleteGroup](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html)
    ///
    /// Its members stay users (assumed).
    DeleteGroupRequest, "DeleteGroup", ()
}

impl DeleteGroupRequest {
    fn answer(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.groups.remove(&self.group_name)
    }
}
