use crate::{Call, Pool, ServiceError};

request_about_a_user! {
    /// [AdminEnableUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html)
    ///
    /// Revives no token from before AdminDisableUser. Enabling an enabled user changes nothing.
    AdminEnableUserRequest, "AdminEnableUser", ()
}

impl AdminEnableUserRequest {
    fn answer(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let user = pool.user(&self.username)?;
        if !user.enabled {
            // That the date moves is assumed.
            pool.users.update(&pool.settings, user.id, |user| {
                user.enabled = true;
                user.modified = call.now;
            });
        }
        Ok(())
    }
}
