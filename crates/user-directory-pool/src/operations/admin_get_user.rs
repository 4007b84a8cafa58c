use crate::{Attribute, Call, MfaType, Pool, ServiceError, Timestamp, UserStatus, UserType};

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
    /// The preferred second factor.
    pub preferred_mfa_setting: Option<MfaType>,
    /// The second factors that are enabled.
    pub user_mfa_setting_list: Vec<MfaType>,
}

impl AdminGetUserRequest {
    fn answer(
        self,
        pool: &mut Pool,
        _call: &mut Call<'_>,
    ) -> Result<AdminGetUserResponse, ServiceError> {
        let user = pool.user(&self.username)?;
        let UserType {
            username,
            attributes,
            user_create_date,
            user_last_modified_date,
            enabled,
            user_status,
        } = pool.user_type(user);
        Ok(AdminGetUserResponse {
            username,
            user_attributes: attributes,
            user_create_date,
            user_last_modified_date,
            enabled,
            user_status,
            preferred_mfa_setting: user.preferred_factor(),
            user_mfa_setting_list: user.enabled_factors(),
        })
    }
}
