use user_directory_pool::AdminDeleteUserAttributesRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for AdminDeleteUserAttributesRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("Username")?,
            members.required_texts("UserAttributeNames")?,
        ))
    }
}
