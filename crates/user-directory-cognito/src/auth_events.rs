//! What a user did, out of the SDK's output.

use aws_sdk_cognitoidentityprovider::types::AuthEventType;
use user_directory::{AuthEvent, Result};

use crate::{authentication::unexpected, users::date};

pub(crate) fn auth_event(event: AuthEventType) -> Result<AuthEvent> {
    fn word(value: impl AsRef<str>) -> String {
        value.as_ref().to_owned()
    }
    let id = event.event_id.ok_or_else(|| unexpected("an event without an id"))?;
    let mut own = AuthEvent::new(id, date(event.creation_date)?);
    own.event_type = event.event_type.map(word);
    own.response = event.event_response.map(word);
    if let Some(risk) = event.event_risk {
        own.risk_decision = risk.risk_decision.map(word);
        own.risk_level = risk.risk_level.map(word);
        own.compromised_credentials = risk.compromised_credentials_detected;
    }
    for challenge in event.challenge_responses.unwrap_or_default() {
        let (Some(name), Some(response)) = (challenge.challenge_name, challenge.challenge_response)
        else {
            return Err(unexpected("half a challenge of an event"));
        };
        own.challenges.push((word(name), word(response)));
    }
    if let Some(context) = event.event_context_data {
        own.ip_address = context.ip_address;
        own.device_name = context.device_name;
        own.city = context.city;
        own.country = context.country;
    }
    own.feedback = event.event_feedback.map(|feedback| word(feedback.feedback_value));
    Ok(own)
}
