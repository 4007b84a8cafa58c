use crate::{Call, Pool, ServiceError};

request_about_a_user! {
    /// [AdminUserGlobalSignOut](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html)
    AdminUserGlobalSignOutRequest, "AdminUserGlobalSignOut", ()
}

impl AdminUserGlobalSignOutRequest {
    fn answer(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let id = pool.user(&self.username)?.id;
        pool.users.update(&pool.settings, id, |user| user.sign_out(call.now));
        Ok(())
    }
}
