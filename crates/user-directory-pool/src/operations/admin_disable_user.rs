use crate::{Call, Pool, ServiceError};

request_about_a_user! {
    /// [AdminDisableUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html)
    ///
    /// Revokes the user's access and refresh tokens. The status stays as it is.
    AdminDisableUserRequest, "AdminDisableUser", ()
}

impl AdminDisableUserRequest {
    fn answer(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let user = pool.user(&self.username)?;
        if user.enabled {
            // That the date moves is assumed.
            pool.users.update(&pool.settings, user.id, |user| {
                user.enabled = false;
                user.modified = call.now;
                user.sign_out(call.now);
            });
        }
        Ok(())
    }
}
