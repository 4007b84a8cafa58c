use user_directory_pool::AdminSetUserPasswordRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for AdminSetUserPasswordRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("Username")?,
            members.required_secret("Password")?,
            members.flag("Permanent")?.unwrap_or_default(),
        ))
    }
}
