use serde::Serialize;
use user_directory_pool::{AdminGetUserRequest, AdminGetUserResponse};

use super::{Decode, Encode};
use crate::{
    members::{Members, Mistyped},
    shapes::{AttributeType, EpochSeconds},
};

impl Decode for AdminGetUserRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("Username")?))
    }
}

/// `UserMFASettingList` and `PreferredMfaSetting` are absent for a user without MFA.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    username: String,
    user_attributes: Vec<AttributeType>,
    user_create_date: EpochSeconds,
    user_last_modified_date: EpochSeconds,
    enabled: bool,
    user_status: &'static str,
}

impl Encode for AdminGetUserResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            username: self.username,
            user_attributes: AttributeType::list(self.user_attributes),
            user_create_date: self.user_create_date.into(),
            user_last_modified_date: self.user_last_modified_date.into(),
            enabled: self.enabled,
            user_status: self.user_status.name(),
        }
    }
}
