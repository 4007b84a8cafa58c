use user_directory_pool::AdminConfirmSignUpRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for AdminConfirmSignUpRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        let mut request = Self::new(user_pool_id, members.required_text("Username")?);
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
    }
}
