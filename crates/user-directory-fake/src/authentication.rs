//! What both handles share: a client's credentials, and tokens out of claims.

use std::collections::BTreeMap;

use user_directory::{
    AssociateSoftwareToken, Attributes, AuthOutcome, Challenge, ChallengeAnswer, ClientSecret,
    Credential, EmailOtp, Error, ErrorKind, MfaSetup, MfaType, NewPasswordRequired, Password,
    Refresh, RefreshGrant, RefreshToken, Refreshed, Result, Revoke, SecretHash, SelectMfaType,
    Session, SignIn, SmsMfa, SoftwareTokenMfa, SoftwareTokenSetup, TokenSet, VerifiedSoftwareToken,
    VerifySoftwareToken,
};
use user_directory_pool::{
    self as pool, AuthResponse, AuthenticationResult, ChallengeParameters, DeliveryMedium,
    GetTokensFromRefreshTokenRequest, IssuedChallenge, RevokeTokenRequest, Secret,
};

use crate::{TokenSigner, handle::Handle};

/// The members of `AuthParameters` and `ChallengeResponses`.
pub(crate) type Parameters = BTreeMap<String, Secret>;

/// What a call sends of the client: its id and one of its secrets.
#[derive(Clone, Copy)]
pub(crate) struct Proof<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) secret: Option<&'a ClientSecret>,
}

impl Proof<'_> {
    /// The hash that a client with a secret sends along with a user name.
    pub(crate) fn hash(self, username: &str) -> Option<Secret> {
        let hash = SecretHash::new(self.secret?, username, self.client_id);
        Some(Secret::new(hash.expose()))
    }

    /// The secret itself, for the operations that take it.
    fn secret(self) -> Option<Secret> {
        self.secret.map(|secret| Secret::new(secret.expose()))
    }

    pub(crate) fn add_hash(self, username: &str, parameters: &mut Parameters) {
        if let Some(hash) = self.hash(username) {
            parameters.insert("SECRET_HASH".to_owned(), hash);
        }
    }
}

/// The parameters of a sign-in.
pub(crate) fn sign_in(proof: Proof<'_>, request: &SignIn) -> Result<Parameters> {
    let mut parameters = Parameters::from([
        ("USERNAME".to_owned(), Secret::new(&request.username)),
        ("PASSWORD".to_owned(), Secret::new(password(request)?.expose())),
    ]);
    proof.add_hash(&request.username, &mut parameters);
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
pub(crate) fn refresh(proof: Proof<'_>, grant: &RefreshGrant) -> Parameters {
    let token = Secret::new(grant.refresh_token().expose());
    let mut parameters = Parameters::from([("REFRESH_TOKEN".to_owned(), token)]);
    proof.add_hash(grant.username(), &mut parameters);
    parameters
}

/// The responses of an answer to a challenge.
pub(crate) fn responses(proof: Proof<'_>, answer: &ChallengeAnswer) -> Parameters {
    let mut responses = Parameters::from([("USERNAME".to_owned(), Secret::new(answer.username()))]);
    for (name, value) in answer.challenge_responses() {
        responses.insert(name.into_owned(), Secret::new(value));
    }
    proof.add_hash(answer.username(), &mut responses);
    responses
}

fn not_implemented(what: &str) -> Error {
    let text = format!("user-directory-fake does not implement {what}");
    Error::new(ErrorKind::NotImplemented, text)
}

/// The outcome of a sign-in or an answer, for a name that was typed or answered with.
pub(crate) fn outcome(typed: &str) -> impl Fn(&TokenSigner, AuthResponse) -> Result<AuthOutcome> {
    move |signer, response| match response {
        AuthResponse::Tokens(result) => {
            let grant = grant_of(&result)?;
            Ok(AuthOutcome::Tokens(TokenSet::new(signer.sign(&result), grant)))
        }
        AuthResponse::Challenge(challenge) => {
            challenge_of(challenge, typed).map(AuthOutcome::Challenge)
        }
        _ => Err(unexpected("an answer that is neither tokens nor a challenge")),
    }
}

/// The outcome of a refresh by REFRESH_TOKEN_AUTH.
pub(crate) fn refreshed(signer: &TokenSigner, response: AuthResponse) -> Result<Refreshed> {
    match response {
        AuthResponse::Tokens(result) if result.refresh_token.is_none() => {
            Ok(Refreshed::Kept(signer.sign(&result)))
        }
        _ => Err(unexpected("a refresh that brings something else than two tokens")),
    }
}

/// The whole of a refresh by GetTokensFromRefreshToken, which both handles send alike.
pub(crate) async fn get_tokens(handle: &Handle, request: Refresh) -> Result<Refreshed> {
    let Refresh { grant, client_metadata, .. } = &request;
    let token = grant.refresh_token().expose();
    let make = |proof: Proof<'_>| {
        let mut pool_request = GetTokensFromRefreshTokenRequest::new(proof.client_id, token);
        pool_request.client_secret = proof.secret();
        pool_request.client_metadata.clone_from(client_metadata);
        Ok(pool_request)
    };
    handle
        .call_with_secret(make, |signer, response| {
            let result = response.authentication_result;
            let tokens = signer.sign(&result);
            Ok(match &result.refresh_token {
                None => Refreshed::Kept(tokens),
                Some(token) => {
                    let token = RefreshToken::new(token.expose());
                    Refreshed::Rotated(TokenSet::new(
                        tokens,
                        grant.clone().with_refresh_token(token),
                    ))
                }
            })
        })
        .await
}

/// The whole of a revocation, which both handles send alike.
pub(crate) async fn revoke(handle: &Handle, request: Revoke) -> Result<()> {
    let make = |proof: Proof<'_>| {
        let token = request.refresh_token.expose();
        let mut pool_request = RevokeTokenRequest::new(proof.client_id, token);
        pool_request.client_secret = proof.secret();
        Ok(pool_request)
    };
    handle.call_with_secret(make, |_, ()| Ok(())).await
}

fn grant_of(result: &AuthenticationResult) -> Result<RefreshGrant> {
    let token = result
        .refresh_token
        .as_ref()
        .ok_or_else(|| unexpected("a sign-in without a refresh token"))?;
    let claims = &result.access_token;
    let token = RefreshToken::new(token.expose());
    let grant = RefreshGrant::new(token, &claims.username, &claims.sub);
    Ok(match &claims.origin_jti {
        Some(origin_jti) => grant.with_origin_jti(origin_jti),
        None => grant,
    })
}

/// A challenge of the pool. `typed` is the name that the answer goes with where the challenge has none.
fn challenge_of(issued: IssuedChallenge, typed: &str) -> Result<Challenge> {
    let Some(session) = issued.session.map(|session| Session::new(session.expose())) else {
        return Err(unexpected("a challenge without a session"));
    };
    let name = |username: Option<String>| username.unwrap_or_else(|| typed.to_owned());
    Ok(match issued.parameters {
        ChallengeParameters::NewPasswordRequired {
            username,
            required_attributes,
            user_attributes,
        } => NewPasswordRequired::new(username, session)
            .with_required_attributes(required_attributes)
            .with_user_attributes(user_attributes.into_iter().collect::<Attributes>())
            .into(),
        ChallengeParameters::Code { username, details } => match details.delivery_medium {
            DeliveryMedium::Sms => SmsMfa::new(name(username), session, details.destination).into(),
            _ => EmailOtp::new(name(username), session, details.destination).into(),
        },
        ChallengeParameters::SoftwareToken { username, friendly_device_name } => {
            let challenge = SoftwareTokenMfa::new(name(username), session);
            match friendly_device_name {
                Some(device) => challenge.with_friendly_device_name(device).into(),
                None => challenge.into(),
            }
        }
        ChallengeParameters::SelectMfaType { username, among } => {
            SelectMfaType::new(username, session, factors(&among)).into()
        }
        ChallengeParameters::MfaSetup { username, among } => {
            MfaSetup::new(username, session, factors(&among)).into()
        }
        _ => return Err(unexpected("a challenge that no sign-in brings")),
    })
}

/// The kinds of second factors, in the words of the traits.
pub(crate) fn factors(of_the_pool: &[pool::MfaType]) -> Vec<MfaType> {
    of_the_pool.iter().copied().filter_map(factor).collect()
}

/// A kind of second factor, in the words of the traits.
pub(crate) fn factor(of_the_pool: pool::MfaType) -> Option<MfaType> {
    MfaType::from_name(of_the_pool.name())
}

/// The whole of AssociateSoftwareToken in a sign-in, which both handles send alike.
pub(crate) async fn associate_software_token(
    handle: &Handle,
    request: AssociateSoftwareToken,
) -> Result<SoftwareTokenSetup> {
    let session = request.session().expose();
    let pool_request = pool::AssociateSoftwareTokenRequest::in_session(session);
    let finish = |_: &_, response: pool::AssociateSoftwareTokenResponse| {
        let session = response.session.ok_or_else(|| unexpected("a set-up without a session"))?;
        let session = Session::new(session.expose());
        let secret_code = response.secret_code.expose();
        Ok(SoftwareTokenSetup::new(request.username(), session, secret_code))
    };
    handle.call(pool_request, finish).await
}

/// The whole of VerifySoftwareToken in a sign-in, which both handles send alike.
pub(crate) async fn verify_software_token(
    handle: &Handle,
    request: VerifySoftwareToken,
) -> Result<VerifiedSoftwareToken> {
    let (session, code) = (request.session().expose(), request.code().expose());
    let mut pool_request = pool::VerifySoftwareTokenRequest::in_session(session, code);
    pool_request.friendly_device_name = request.friendly_device_name().map(str::to_owned);
    let finish = |_: &_, response: pool::VerifySoftwareTokenResponse| {
        let session = response.session.ok_or_else(|| unexpected("a set-up without a session"))?;
        let session = Session::new(session.expose());
        Ok(VerifiedSoftwareToken::new(request.username(), session))
    };
    handle.call(pool_request, finish).await
}

pub(crate) fn unexpected(what: &'static str) -> Error {
    Error::new(ErrorKind::UnexpectedResponse, format!("the pool answered {what}"))
}
