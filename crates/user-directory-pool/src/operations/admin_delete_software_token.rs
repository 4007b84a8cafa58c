use crate::{Call, MfaType, Pool, ServiceError};

request_about_a_user! {
    /// [AdminDeleteSoftwareToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteSoftwareToken.html)
    ///
    /// A user without one stays as it is (assumed).
    AdminDeleteSoftwareTokenRequest, "AdminDeleteSoftwareToken", ()
}

impl AdminDeleteSoftwareTokenRequest {
    fn answer(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        let user = pool.user(&self.username)?.clone();
        pool.update_mfa(&user, |mfa| {
            mfa.software_token = None;
            mfa.disable(MfaType::SoftwareTokenMfa);
        });
        Ok(())
    }
}
