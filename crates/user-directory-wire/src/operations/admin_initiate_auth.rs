use user_directory_pool::AdminInitiateAuthRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

/// ContextData and AnalyticsMetadata change nothing that Cognito answers, as long as threat protection
/// is off.
impl Decode for AdminInitiateAuthRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("ClientId")?,
            members.required_text("AuthFlow")?,
        );
        request.auth_parameters = members.secrets_by_name("AuthParameters")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
    }
}
