use crate::{Call, Pool, ServiceError, UserAuthFactors};

request_about_a_user! {
    /// [AdminGetUserAuthFactors](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUserAuthFactors.html)
    AdminGetUserAuthFactorsRequest, "AdminGetUserAuthFactors", UserAuthFactors
}

impl AdminGetUserAuthFactorsRequest {
    fn answer(
        self,
        pool: &mut Pool,
        _call: &mut Call<'_>,
    ) -> Result<UserAuthFactors, ServiceError> {
        Ok(UserAuthFactors::of(pool.user(&self.username)?))
    }
}
