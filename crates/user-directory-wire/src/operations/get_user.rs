use serde::Serialize;
use user_directory_pool::{GetUserRequest, GetUserResponse};

use super::{Decode, Encode};
use crate::{
    members::{Members, Mistyped},
    shapes::AttributeType,
};

impl Decode for GetUserRequest {
    const SIGNED: bool = false;

    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        members.access_token().map(Self::new)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    username: String,
    user_attributes: Vec<AttributeType>,
}

impl Encode for GetUserResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            username: self.username,
            user_attributes: AttributeType::list(self.user_attributes),
        }
    }
}
