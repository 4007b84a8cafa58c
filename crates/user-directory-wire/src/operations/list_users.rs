use serde::Serialize;
use user_directory_pool::{ListUsersRequest, ListUsersResponse};

use super::{Decode, Encode};
use crate::{
    members::{Members, Mistyped},
    shapes::UserType,
};

impl Decode for ListUsersRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("UserPoolId")?);
        request.filter = members.text("Filter")?;
        request.limit = members.integer("Limit")?;
        request.pagination_token = members.text("PaginationToken")?;
        members.not_implemented("AttributesToGet");
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    users: Vec<UserType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination_token: Option<String>,
}

impl Encode for ListUsersResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            users: self.users.into_iter().map(UserType::from).collect(),
            pagination_token: self.pagination_token,
        }
    }
}
