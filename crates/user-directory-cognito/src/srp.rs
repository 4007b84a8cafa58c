//! The user's side of USER_SRP_AUTH: two calls, and the password in neither.

use std::{ops::ControlFlow, time::SystemTime};

use aws_sdk_cognitoidentityprovider::types::ChallengeNameType;
use user_directory::{AuthOutcome, ClientSecret, Error, ErrorKind, Result, SignIn};
use user_directory_srp::{PasswordVerifier, SrpClient};

use crate::{
    authentication::{self, AuthOutput, Parameters, add_hash, unexpected},
    service::Service,
};

/// The client of one sign-in.
pub(crate) fn client() -> Result<SrpClient> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| {
        Error::new(ErrorKind::NotSent, "the system has no randomness for a sign-in by SRP")
            .with_source(error)
    })?;
    Ok(SrpClient::new(random))
}

/// The parameters of the first call.
pub(crate) fn parameters(
    service: &Service,
    secret: Option<&ClientSecret>,
    request: &SignIn,
    client: &SrpClient,
) -> Parameters {
    let mut parameters = Parameters::from([
        ("USERNAME".to_owned(), request.username.clone()),
        ("SRP_A".to_owned(), client.srp_a()),
    ]);
    add_hash(service, secret, &request.username, &mut parameters);
    parameters
}

/// The responses of the second call, or the outcome if there is no second one.
pub(crate) fn responses(
    service: &Service,
    secret: Option<&ClientSecret>,
    request: &SignIn,
    client: &SrpClient,
    output: AuthOutput,
) -> Result<ControlFlow<AuthOutcome, Parameters>> {
    if output.challenge_name != Some(ChallengeNameType::PasswordVerifier) {
        return authentication::outcome(&request.username, output).map(ControlFlow::Break);
    }
    let parameters = output.challenge_parameters.unwrap_or_default();
    let parameter = |name| {
        let value = parameters.get(name).map(String::as_str);
        value.ok_or_else(|| unexpected("a challenge without its parameters"))
    };
    let username = parameter("USER_ID_FOR_SRP")?;
    let secret_block = parameter("SECRET_BLOCK")?;
    let challenge = PasswordVerifier {
        pool_id: &service.app_client().pool_id,
        user_id_for_srp: username,
        salt: parameter("SALT")?,
        srp_b: parameter("SRP_B")?,
        secret_block,
    };
    let password = authentication::password(request)?;
    let proof =
        client.prove(&challenge, password.expose(), SystemTime::now()).map_err(|error| {
            let text = format!("Cognito answered a challenge by SRP that cannot be used: {error}");
            Error::new(ErrorKind::UnexpectedResponse, text).with_source(error)
        })?;
    let mut responses = Parameters::from([
        ("USERNAME".to_owned(), username.to_owned()),
        ("PASSWORD_CLAIM_SECRET_BLOCK".to_owned(), secret_block.to_owned()),
        ("PASSWORD_CLAIM_SIGNATURE".to_owned(), proof.signature),
        ("TIMESTAMP".to_owned(), proof.timestamp),
    ]);
    add_hash(service, secret, username, &mut responses);
    Ok(ControlFlow::Continue(responses))
}
