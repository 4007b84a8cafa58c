use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use http::{HeaderMap, Request, Response, header::AUTHORIZATION};
use tower_layer::Layer;
use tower_service::Service;

use super::BearerError;
use crate::{Claims, TokenError, TokenVerifier};

/// A tower layer that lets a request pass only with a good bearer token, and puts the token's
/// [`Claims`] into the extensions of the request.
///
/// It takes access tokens; ID tokens only when [asked](Self::accept_id_tokens). The token stands in
/// `Authorization`: the other ways of RFC 6750, in a form or the address, are not supported, as
/// logs keep addresses.
#[derive(Clone, Debug)]
pub struct RequireToken {
    verifier: TokenVerifier,
    accepts_id_tokens: bool,
}

impl RequireToken {
    /// Lets requests with a good access token pass.
    pub fn new(verifier: TokenVerifier) -> Self {
        Self { verifier, accepts_id_tokens: false }
    }

    /// Lets requests with a good ID token pass, too. An ID token is made for an application and
    /// not for an API: it holds personal data, and no scopes.
    #[must_use]
    pub fn accept_id_tokens(mut self) -> Self {
        self.accepts_id_tokens = true;
        self
    }

    async fn judge(&self, headers: &HeaderMap) -> Result<Claims, BearerError> {
        let token = bearer_token(headers)?;
        let verified = match self.accepts_id_tokens {
            true => self.verifier.either_token(token).await,
            false => self.verifier.access_token(token).await.map(Claims::Access),
        };
        verified.map_err(|error: TokenError| {
            tracing::debug!(kind = ?error.kind(), "a bearer token is refused");
            BearerError::from(&error)
        })
    }
}

/// RFC 6750, section 2.1. The scheme is read in any case (RFC 9110, section 11.1).
fn bearer_token(headers: &HeaderMap) -> Result<&str, BearerError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(BearerError::NoToken)?;
    // Two could be read in different ways by two who read them.
    if values.next().is_some() {
        return Err(BearerError::InvalidRequest);
    }
    let value = value.to_str().map_err(|_| BearerError::InvalidRequest)?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(BearerError::NoToken);
    }
    let token = token.trim_matches(' ');
    let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    match !token.is_empty() && token.chars().all(is_of_token) {
        true => Ok(token),
        false => Err(BearerError::InvalidRequest),
    }
}

impl<S> Layer<S> for RequireToken {
    type Service = RequireTokenService<S>;

    fn layer(&self, inner: S) -> RequireTokenService<S> {
        RequireTokenService { inner, layer: self.clone() }
    }
}

/// A service behind [`RequireToken`].
#[derive(Clone, Debug)]
pub struct RequireTokenService<S> {
    inner: S,
    layer: RequireToken,
}

impl<S, B, R> Service<Request<B>> for RequireTokenService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The one that is ready, and a clone for the next request.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let layer = self.layer.clone();
        Box::pin(async move {
            match layer.judge(request.headers()).await {
                Ok(claims) => {
                    request.extensions_mut().insert(claims);
                    inner.call(request).await
                }
                Err(error) => Ok(error.response()),
            }
        })
    }
}
