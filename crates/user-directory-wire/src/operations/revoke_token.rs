use user_directory_pool::RevokeTokenRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

impl Decode for RevokeTokenRequest {
    const SIGNED: bool = false;

    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let token = members.required_secret("Token")?;
        let mut request = Self::new(members.required_text("ClientId")?, token);
        request.client_secret = members.secret("ClientSecret")?;
        Ok(request)
    }
}
