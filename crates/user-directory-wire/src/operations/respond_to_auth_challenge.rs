use user_directory_pool::RespondToAuthChallengeRequest;

use super::Decode;
use crate::members::{Members, Mistyped};

/// UserContextData and AnalyticsMetadata change nothing that Cognito answers, as long as threat protection
/// is off.
impl Decode for RespondToAuthChallengeRequest {
    const SIGNED: bool = false;

    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request =
            Self::new(members.required_text("ClientId")?, members.required_text("ChallengeName")?);
        request.session = members.secret("Session")?;
        request.challenge_responses = members.secrets_by_name("ChallengeResponses")?;
        request.client_metadata = members.texts_by_name("ClientMetadata")?;
        Ok(request)
    }
}
