//! What both handles share: parameters of a sign-in, and outcomes out of the SDK's outputs.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use aws_sdk_cognitoidentityprovider::{
    Client,
    operation::{
        admin_initiate_auth::AdminInitiateAuthOutput,
        admin_respond_to_auth_challenge::AdminRespondToAuthChallengeOutput,
        initiate_auth::InitiateAuthOutput, respond_to_auth_challenge::RespondToAuthChallengeOutput,
    },
    types::{AuthenticationResultType, ChallengeNameType, ContextDataType, HttpHeader},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use user_directory::{
    AuthOutcome, ClientSecret, Credential, EndUserContext, Error, ErrorKind, Operation, Password,
    Refresh, RefreshGrant, Refreshed, Result, Revoke, Session, SignIn, TokenSet, Tokens,
};

use crate::{challenges::challenge, service::Service};

/// The members of `AuthParameters` and `ChallengeResponses`.
pub(crate) type Parameters = HashMap<String, String>;

/// The parameters of a sign-in.
pub(crate) fn sign_in(
    service: &Service,
    secret: Option<&ClientSecret>,
    request: &SignIn,
) -> Result<Parameters> {
    let mut parameters = Parameters::from([
        ("USERNAME".to_owned(), request.username.clone()),
        ("PASSWORD".to_owned(), password(request)?.expose().to_owned()),
    ]);
    add_hash(service, secret, &request.username, &mut parameters);
    Ok(parameters)
}

/// The password of a sign-in.
pub(crate) fn password(request: &SignIn) -> Result<&Password> {
    match &request.credential {
        Credential::Password(password) => Ok(password),
        _ => Err(not_implemented("this kind of credential")),
    }
}

/// The parameters of a refresh: the hash is of the real user name.
pub(crate) fn refresh(
    service: &Service,
    secret: Option<&ClientSecret>,
    grant: &RefreshGrant,
) -> Parameters {
    let token = grant.refresh_token().expose().to_owned();
    let mut parameters = Parameters::from([("REFRESH_TOKEN".to_owned(), token)]);
    if let Some(device_key) = grant.device_key() {
        parameters.insert("DEVICE_KEY".to_owned(), device_key.to_owned());
    }
    add_hash(service, secret, grant.username(), &mut parameters);
    parameters
}

pub(crate) fn add_hash(
    service: &Service,
    secret: Option<&ClientSecret>,
    username: &str,
    parameters: &mut Parameters,
) {
    if let Some(hash) = service.secret_hash(secret, username) {
        parameters.insert("SECRET_HASH".to_owned(), hash);
    }
}

/// Client metadata as the SDK takes it; none is not sent as an empty object.
pub(crate) fn metadata(metadata: BTreeMap<String, String>) -> Option<HashMap<String, String>> {
    if metadata.is_empty() { None } else { Some(metadata.into_iter().collect()) }
}

pub(crate) fn not_implemented(what: &str) -> Error {
    let text = format!("user-directory-cognito does not implement {what}");
    Error::new(ErrorKind::NotImplemented, text)
}

/// What the four operations of a sign-in answer, each in a type of its own.
#[derive(Debug)]
pub(crate) struct AuthOutput {
    pub(crate) challenge_name: Option<ChallengeNameType>,
    pub(crate) challenge_parameters: Option<HashMap<String, String>>,
    session: Option<Session>,
    result: Option<AuthenticationResultType>,
}

macro_rules! auth_output_from {
    ($($output:ty)*) => {$(
        impl From<$output> for AuthOutput {
            fn from(output: $output) -> Self {
                Self {
                    challenge_name: output.challenge_name,
                    challenge_parameters: output.challenge_parameters,
                    session: output.session.map(Session::new),
                    result: output.authentication_result,
                }
            }
        }
    )*};
}

auth_output_from! {
    AdminInitiateAuthOutput
    AdminRespondToAuthChallengeOutput
    InitiateAuthOutput
    RespondToAuthChallengeOutput
}

/// The outcome of a sign-in or an answer, for a name that was typed or answered with.
pub(crate) fn outcome(typed: &str, output: impl Into<AuthOutput>) -> Result<AuthOutcome> {
    let output = output.into();
    match (output.result, output.challenge_name) {
        (Some(result), _) => {
            let grant = grant(&result)?;
            Ok(AuthOutcome::Tokens(TokenSet::new(tokens(result)?, grant)))
        }
        (None, Some(name)) => {
            let parameters = output.challenge_parameters.unwrap_or_default();
            challenge(&name, &parameters, output.session, typed).map(AuthOutcome::Challenge)
        }
        (None, None) => Err(unexpected("an answer that is neither tokens nor a challenge")),
    }
}

/// The outcome of a refresh by REFRESH_TOKEN_AUTH, which never brings a refresh token: with
/// rotation on, Cognito refuses the flow.
pub(crate) fn refreshed(output: impl Into<AuthOutput>) -> Result<Refreshed> {
    match output.into().result {
        Some(result) if result.refresh_token.is_none() => Ok(Refreshed::Kept(tokens(result)?)),
        Some(_) => Err(unexpected("a refresh by REFRESH_TOKEN_AUTH that brings a refresh token")),
        None => Err(unexpected("a refresh without tokens")),
    }
}

/// The whole of a refresh by GetTokensFromRefreshToken, which nobody signs.
pub(crate) async fn get_tokens(service: &Service, request: Refresh) -> Result<Refreshed> {
    let Refresh { grant, client_metadata, .. } = request;
    service
        .secrets()
        .call(|secret| {
            let call = |client: &Client| {
                client
                    .get_tokens_from_refresh_token()
                    .client_id(&service.app_client().client_id)
                    .refresh_token(grant.refresh_token().expose())
                    .set_client_secret(secret.map(|secret| secret.expose().to_owned()))
                    .set_device_key(grant.device_key().map(str::to_owned))
                    .set_client_metadata(metadata(client_metadata.clone()))
                    .send()
            };
            let grant = &grant;
            service.call(Operation::GetTokensFromRefreshToken, call, move |output| {
                let result = output
                    .authentication_result
                    .ok_or_else(|| unexpected("a refresh without tokens"))?;
                Ok(match result.refresh_token.clone() {
                    None => Refreshed::Kept(tokens(result)?),
                    Some(token) => {
                        let rotated = grant.clone().with_refresh_token(token.into());
                        Refreshed::Rotated(TokenSet::new(tokens(result)?, rotated))
                    }
                })
            })
        })
        .await
}

/// The whole of a revocation, which nobody signs.
pub(crate) async fn revoke(service: &Service, request: Revoke) -> Result<()> {
    service
        .secrets()
        .call(|secret| {
            let call = |client: &Client| {
                client
                    .revoke_token()
                    .client_id(&service.app_client().client_id)
                    .token(request.refresh_token.expose())
                    .set_client_secret(secret.map(|secret| secret.expose().to_owned()))
                    .send()
            };
            service.call(Operation::RevokeToken, call, |_| Ok(()))
        })
        .await
}

fn tokens(result: AuthenticationResultType) -> Result<Tokens> {
    let (Some(access_token), Some(id_token)) = (result.access_token, result.id_token) else {
        return Err(unexpected("an issue without an access or ID token"));
    };
    let seconds = u64::try_from(result.expires_in)
        .map_err(|_| unexpected("tokens that expire before they were issued"))?;
    let tokens = Tokens::new(access_token.into(), id_token.into(), Duration::from_secs(seconds));
    Ok(match result.token_type {
        Some(token_type) => tokens.with_token_type(token_type),
        None => tokens,
    })
}

/// What an application keeps to refresh.
///
/// Real user name, `sub` and `origin_jti` are read from the access token's payload **without
/// verifying its signature**: it came from Cognito over TLS in this very answer, and these values
/// only go back to Cognito. A token that cannot be read is refused; the name that the user typed,
/// which may be an alias, never takes its place.
fn grant(result: &AuthenticationResultType) -> Result<RefreshGrant> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
        username: String,
        origin_jti: Option<String>,
    }

    let refresh_token = result
        .refresh_token
        .as_deref()
        .ok_or_else(|| unexpected("a sign-in without a refresh token"))?;
    let claims = result
        .access_token
        .as_deref()
        .and_then(|token| token.split('.').nth(1))
        .and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok())
        .and_then(|payload| serde_json::from_slice::<Claims>(&payload).ok())
        .ok_or_else(|| unexpected("an access token that cannot be read"))?;
    let grant = RefreshGrant::new(refresh_token.into(), claims.username, claims.sub);
    let grant = match claims.origin_jti {
        Some(origin_jti) => grant.with_origin_jti(origin_jti),
        None => grant,
    };
    let device_key =
        result.new_device_metadata.as_ref().and_then(|device| device.device_key.as_deref());
    Ok(match device_key {
        Some(device_key) => grant.with_device_key(device_key),
        None => grant,
    })
}

/// The API takes all of it but the device data as required; what is not known goes as empty text.
pub(crate) fn context_data(context: &EndUserContext) -> ContextDataType {
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let headers = context
        .http_headers
        .iter()
        .map(|(name, value)| HttpHeader::builder().header_name(name).header_value(value).build());
    ContextDataType::builder()
        .ip_address(known(&context.ip_address))
        .server_name(known(&context.server_name))
        .server_path(known(&context.server_path))
        .set_http_headers(Some(headers.collect()))
        .set_encoded_data(context.encoded_data.clone())
        .build()
        .expect("every required member is set")
}

pub(crate) fn unexpected(what: &'static str) -> Error {
    Error::new(ErrorKind::UnexpectedResponse, format!("Cognito answered {what}"))
}
