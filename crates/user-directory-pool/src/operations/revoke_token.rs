use crate::{
    Call, Pool, PoolRequest, Request, Secret, ServiceError, Target,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, CLIENT_SECRET_TYPE, TOKEN_MODEL_TYPE},
    },
    request::sealed::Sealed,
};

/// [RevokeToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html)
///
/// Ends one sign-in with all its access tokens. Revoking again succeeds, and so does revoking a
/// refresh token that nobody knows (assumed, after
/// [RFC 7009, section 2.2](https://www.rfc-editor.org/rfc/rfc7009#section-2.2)).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RevokeTokenRequest {
    /// The refresh token.
    pub token: Secret,
    /// The client's id.
    pub client_id: String,
    /// The client's secret itself, not a hash.
    pub client_secret: Option<Secret>,
}

impl RevokeTokenRequest {
    /// A revocation by a client without a secret.
    pub fn new(client_id: impl Into<String>, token: impl Into<Secret>) -> Self {
        Self { token: token.into(), client_id: client_id.into(), client_secret: None }
    }
}

impl Sealed for RevokeTokenRequest {}

impl Request for RevokeTokenRequest {
    type Response = ();

    const OPERATION: &'static str = "RevokeToken";

    fn members(&self, members: &mut Members) {
        members.text("Token", self.token.expose(), &TOKEN_MODEL_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        let secret = self.client_secret.as_ref().map(Secret::expose);
        members.optional_text("ClientSecret", secret, &CLIENT_SECRET_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Client(&self.client_id)
    }
}

impl PoolRequest for RevokeTokenRequest {
    fn handle(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        // RevokeToken models neither ResourceNotFound nor NotAuthorized: everything about the
        // client is Unauthorized.
        let client = pool.clients.get(self.client_id.as_str());
        let client = client.ok_or(ServiceError::ClientUnauthorized)?;
        if !client.accepts_secret(self.client_secret.as_ref()) {
            return Err(ServiceError::ClientUnauthorized);
        }
        if !client.settings.token_revocation() {
            return Err(ServiceError::RevocationNotEnabled { client_id: self.client_id });
        }
        // A refresh token is a JWE of five parts; access and ID tokens are JWTs of three. That
        // anything else is of the wrong type too is assumed.
        if self.token.expose().split('.').count() != 5 {
            return Err(ServiceError::TokenTypeNotSupported);
        }
        let Some(token) = pool.sign_ins.refresh_token(&self.token) else { return Ok(()) };
        let origin = token.origin;
        if pool.sign_ins.get(origin).is_some_and(|sign_in| sign_in.client_id != client.id) {
            return Err(ServiceError::ClientUnauthorized);
        }
        pool.sign_ins.revoke(origin);
        Ok(())
    }
}
