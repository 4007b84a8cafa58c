use user_directory_pool::AdminDeleteUserRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for AdminDeleteUserRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("Username")?))
    }
}
