use user_directory_pool::GetTokensFromRefreshTokenRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for GetTokensFromRefreshTokenRequest {
    const SIGNED: bool = false;

    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let token = members.required_secret("RefreshToken")?;
        let mut request = Self::new(members.required_text("ClientId")?, token);
        request.client_secret = members.secret("ClientSecret")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        members.not_implemented("DeviceKey");
        Ok(request)
    }
}
