use crate::{Call, Pool, ServiceError};

request_about_a_user! {
    /// [AdminDeleteUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html)
    ///
    /// Works on an enabled user too. The name is free again at once; the sign-ins stay known, so
    /// that their tokens are refused rather than unknown.
    AdminDeleteUserRequest, "AdminDeleteUser", ()
}

impl AdminDeleteUserRequest {
    fn answer(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        let id = pool.user(&self.username)?.id;
        pool.remove_user(id);
        Ok(())
    }
}
