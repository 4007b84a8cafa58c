use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{RETRY_AFTER, WWW_AUTHENTICATE},
};

use crate::TokenError;

/// Why a request is refused, as status code and headers of RFC 6750, section 3.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum BearerError {
    /// No token at all: 401, and no reason, so that a client just learns how to authenticate.
    NoToken,
    /// Not one well-formed bearer token: 400 `invalid_request`.
    InvalidRequest,
    /// A token that is not accepted: 401 `invalid_token`.
    InvalidToken {
        /// One sentence that gives the reason.
        description: &'static str,
    },
    /// The token is good, but does not allow this: 403 `insufficient_scope`.
    InsufficientScope {
        /// What would.
        scope: &'static str,
    },
    /// The token is good, but its user is in none of the groups that may do this: 403
    /// `insufficient_scope`, the only word that RFC 6750 has for it.
    NotInGroup,
    /// What judges tokens cannot be reached: 503, with `Retry-After`.
    Unavailable,
    /// A handler asks for claims, and its route has no
    /// [`RequireToken`](crate::RequireToken): a mistake in the program, 500.
    NoLayer,
}

impl BearerError {
    /// The status code.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NoToken | Self::InvalidToken { .. } => StatusCode::UNAUTHORIZED,
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::InsufficientScope { .. } | Self::NotInGroup => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoLayer => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The value of `WWW-Authenticate`, which every answer of 4xx has.
    pub fn www_authenticate(self) -> Option<String> {
        let error = match self {
            Self::NoToken => return Some("Bearer".to_owned()),
            Self::Unavailable | Self::NoLayer => return None,
            Self::InvalidRequest => {
                r#"error="invalid_request", error_description="one bearer token is needed in Authorization""#
                    .to_owned()
            }
            Self::InvalidToken { description } => {
                format!(r#"error="invalid_token", error_description="{description}""#)
            }
            Self::InsufficientScope { scope } => {
                format!(r#"error="insufficient_scope", scope="{scope}""#)
            }
            Self::NotInGroup => {
                r#"error="insufficient_scope", error_description="the user is not in the group""#
                    .to_owned()
            }
        };
        Some(format!("Bearer {error}"))
    }

    /// The headers of the answer.
    pub fn headers(self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(value) = self.www_authenticate()
            && let Ok(value) = HeaderValue::try_from(value)
        {
            headers.insert(WWW_AUTHENTICATE, value);
        }
        if self == Self::Unavailable {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        headers
    }

    /// The answer, with an empty body.
    pub fn response<B: Default>(self) -> Response<B> {
        let mut response = Response::new(B::default());
        *response.status_mut() = self.status();
        *response.headers_mut() = self.headers();
        response
    }
}

impl From<&TokenError> for BearerError {
    fn from(error: &TokenError) -> Self {
        match error.is_unavailable() {
            true => Self::Unavailable,
            false => Self::InvalidToken { description: error.kind().text() },
        }
    }
}
