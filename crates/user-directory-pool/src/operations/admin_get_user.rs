use crate::{Attribute, Call, Pool, ServiceError, Timestamp, UserStatus, UserType};

request_about_a_user! {
    /// [AdminGetUser](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html)
    AdminGetUserRequest, "AdminGetUser", AdminGetUserResponse
}

/// What AdminGetUser answers: a user whose attributes are called `UserAttributes` here.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AdminGetUserResponse {
    /// The real name, whatever was asked for.
    pub username: String,
    /// `sub` first.
    pub user_attributes: Vec<Attribute>,
    /// When the user was created.
    pub user_create_date: Timestamp,
    /// When attributes, password or status last changed.
    pub user_last_modified_date: Timestamp,
    /// Whether the user may sign in.
    pub enabled: bool,
    /// Where the account stands.
    pub user_status: UserStatus,
}

impl AdminGetUserRequest {
    fn answer(
        self,
        pool: &mut Pool,
        _call: &mut Call<'_>,
    ) -> Result<AdminGetUserResponse, ServiceError> {
        let UserType {
            username,
            attributes,
            user_create_date,
            user_last_modified_date,
            enabled,
            user_status,
        } = pool.user_type(pool.user(&self.username)?);
        Ok(AdminGetUserResponse {
            username,
            user_attributes: attributes,
            user_create_date,
            user_last_modified_date,
            enabled,
            user_status,
        })
    }
}
