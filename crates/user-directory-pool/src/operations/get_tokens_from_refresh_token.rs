use std::collections::BTreeMap;

use crate::{
    AuthenticationResult, Call, Pool, PoolRequest, Request, Secret, ServiceError, Target,
    authentication::{RefreshOperation, live_refresh_token, reissue},
    entropy,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, CLIENT_SECRET_TYPE, TOKEN_MODEL_TYPE},
    },
    request::sealed::Sealed,
};

/// [GetTokensFromRefreshToken](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html)
///
/// Works with rotation on or off. With rotation on, a new refresh token lives as long as the first
/// would have.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GetTokensFromRefreshTokenRequest {
    /// The client's id.
    pub client_id: String,
    /// The client's secret itself, not a hash.
    pub client_secret: Option<Secret>,
    /// The token.
    pub refresh_token: Secret,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

/// What GetTokensFromRefreshToken answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GetTokensFromRefreshTokenResponse {
    /// With a refresh token only if the client rotates.
    pub authentication_result: AuthenticationResult,
}

impl GetTokensFromRefreshTokenRequest {
    /// A refresh by a client without a secret.
    pub fn new(client_id: impl Into<String>, refresh_token: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: None,
            refresh_token: refresh_token.into(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for GetTokensFromRefreshTokenRequest {}

impl Request for GetTokensFromRefreshTokenRequest {
    type Response = GetTokensFromRefreshTokenResponse;

    const OPERATION: &'static str = "GetTokensFromRefreshToken";

    fn members(&self, members: &mut Members) {
        members.text("RefreshToken", self.refresh_token.expose(), &TOKEN_MODEL_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        let secret = self.client_secret.as_ref().map(Secret::expose);
        members.optional_text("ClientSecret", secret, &CLIENT_SECRET_TYPE);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Client(&self.client_id)
    }
}

impl PoolRequest for GetTokensFromRefreshTokenRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<GetTokensFromRefreshTokenResponse, ServiceError> {
        let client = pool.client(&self.client_id)?;
        if !client.accepts_secret(self.client_secret.as_ref()) {
            return Err(ServiceError::ClientSecretWrong);
        }
        let operation = RefreshOperation::GetTokensFromRefreshToken;
        let token = &self.refresh_token;
        let (origin, user) = live_refresh_token(pool, client, token, call.now, operation)?;
        let rotation = client.settings.rotation();
        let rotated = rotation.map(|_| entropy::refresh_token(call.entropy));
        let authentication_result = reissue(pool, call, client, origin, user, rotated.clone());
        if let (Some(rotation), Some(rotated)) = (rotation, rotated) {
            pool.sign_ins.replace_refresh_token(token, call.now + rotation.grace());
            pool.sign_ins.insert_refresh_token(&rotated, origin);
        }
        Ok(GetTokensFromRefreshTokenResponse { authentication_result })
    }
}
