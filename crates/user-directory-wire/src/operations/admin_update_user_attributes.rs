use user_directory_pool::AdminUpdateUserAttributesRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for AdminUpdateUserAttributesRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("Username")?,
            members.required_attributes("UserAttributes")?,
        );
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
    }
}
