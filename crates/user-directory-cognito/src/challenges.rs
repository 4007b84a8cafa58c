//! Challenges out of the SDK's outputs, and the responses of their answers.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cognitoidentityprovider::types::ChallengeNameType;
use user_directory::{
    Attributes, Challenge, ChallengeAnswer, ClientSecret, EmailOtp, MfaSetup, MfaType,
    NewPasswordRequired, Result, SelectMfaType, Session, SmsMfa, SoftwareTokenMfa,
    UnmodeledChallenge,
};

use crate::{
    authentication::{Parameters, add_hash, unexpected},
    service::Service,
};

/// The responses of an answer to a challenge.
pub(crate) fn responses(
    service: &Service,
    secret: Option<&ClientSecret>,
    answer: &ChallengeAnswer,
) -> Parameters {
    let mut responses = Parameters::from([("USERNAME".to_owned(), answer.username().to_owned())]);
    for (name, value) in answer.challenge_responses() {
        responses.insert(name.into_owned(), value.to_owned());
    }
    add_hash(service, secret, answer.username(), &mut responses);
    responses
}

/// A challenge of Cognito. `typed` is the name that the answer goes with where the challenge has none: an
/// example of AWS for the challenge after a choice has no `USER_ID_FOR_SRP`.
pub(crate) fn challenge(
    name: &ChallengeNameType,
    parameters: &HashMap<String, String>,
    session: Option<Session>,
    typed: &str,
) -> Result<Challenge> {
    let parameter = |name| {
        let value = parameters.get(name).map(String::as_str);
        value.ok_or_else(|| unexpected("a challenge without its parameters"))
    };
    let username = parameters.get("USER_ID_FOR_SRP").map_or(typed, String::as_str);
    let with_session =
        || session.clone().ok_or_else(|| unexpected("a challenge without a session"));
    Ok(match name {
        ChallengeNameType::NewPasswordRequired => {
            let required: Vec<String> = serde_json::from_str(parameter("requiredAttributes")?)
                .map_err(|_| unexpected("required attributes that are not a list"))?;
            let known: BTreeMap<String, String> =
                serde_json::from_str(parameter("userAttributes")?)
                    .map_err(|_| unexpected("attributes that are not an object"))?;
            let required = required
                .iter()
                .map(|name| name.strip_prefix("userAttributes.").unwrap_or(name).to_owned());
            NewPasswordRequired::new(parameter("USER_ID_FOR_SRP")?, with_session()?)
                .with_required_attributes(required)
                .with_user_attributes(known.into_iter().collect::<Attributes>())
                .into()
        }
        ChallengeNameType::SmsMfa => {
            let destination = parameter("CODE_DELIVERY_DESTINATION")?;
            SmsMfa::new(username, with_session()?, destination).into()
        }
        ChallengeNameType::EmailOtp => {
            let destination = parameter("CODE_DELIVERY_DESTINATION")?;
            EmailOtp::new(username, with_session()?, destination).into()
        }
        ChallengeNameType::SoftwareTokenMfa => {
            let challenge = SoftwareTokenMfa::new(username, with_session()?);
            match parameters.get("FRIENDLY_DEVICE_NAME") {
                Some(device) => challenge.with_friendly_device_name(device).into(),
                None => challenge.into(),
            }
        }
        ChallengeNameType::SelectMfaType => {
            // The guide writes MFAS_CAN_SELECT, and clients in production read MFAS_CAN_CHOOSE.
            let factors = factors(parameter("MFAS_CAN_CHOOSE")?)?;
            SelectMfaType::new(username, with_session()?, factors).into()
        }
        ChallengeNameType::MfaSetup => {
            let factors = factors(parameter("MFAS_CAN_SETUP")?)?;
            MfaSetup::new(username, with_session()?, factors).into()
        }
        _ => Challenge::Unmodeled(UnmodeledChallenge::new(name.as_str(), session)),
    })
}

/// The kinds of second factors in a parameter: those that this version knows.
fn factors(list: &str) -> Result<Vec<MfaType>> {
    let names: Vec<String> =
        serde_json::from_str(list).map_err(|_| unexpected("factors that are not a list"))?;
    Ok(names.iter().filter_map(|name| MfaType::from_name(name)).collect())
}
