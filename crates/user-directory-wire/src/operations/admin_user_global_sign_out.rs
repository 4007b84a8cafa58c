use user_directory_pool::AdminUserGlobalSignOutRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for AdminUserGlobalSignOutRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("Username")?))
    }
}
