//! The two cookies: how they are set, cleared and read.

use std::time::Duration;

use axum::http::{HeaderMap, header::COOKIE};

/// Names the session of a user who is logged in. Twelve hours after the log in it ends in any case.
pub(crate) const SESSION: Cookie =
    Cookie { name: "__Host-session", life: Duration::from_secs(12 * 60 * 60) };

/// Names a challenge that waits for its answer, for as long as Cognito lets one wait at most.
pub(crate) const CHALLENGE: Cookie =
    Cookie { name: "__Host-challenge", life: Duration::from_secs(15 * 60) };

/// A cookie with an opaque value. By the prefix `__Host-` browsers take it only from this very
/// host, over TLS, for all paths: no neighbour under the same domain can plant one.
pub(crate) struct Cookie {
    name: &'static str,
    pub(crate) life: Duration,
}

impl Cookie {
    /// The value of `Set-Cookie` that sets it.
    pub(crate) fn set(&self, value: &str) -> String {
        self.header(value, self.life)
    }

    /// The value of `Set-Cookie` that makes the browser forget it.
    pub(crate) fn clear(&self) -> String {
        self.header("", Duration::ZERO)
    }

    fn header(&self, value: &str, life: Duration) -> String {
        format!(
            "{}={value}; Path=/; Max-Age={}; HttpOnly; Secure; SameSite=Strict",
            self.name,
            life.as_secs()
        )
    }

    /// The value that a request brings, whoever made it up.
    pub(crate) fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_value_among_others() {
        let mut headers = HeaderMap::new();
        assert_eq!(SESSION.read(&headers), None);
        headers.append(COOKIE, HeaderValue::from_static("a=b; not__Host-session=c"));
        assert_eq!(SESSION.read(&headers), None);
        headers.append(COOKIE, HeaderValue::from_static("d; __Host-session=e=f;g=h"));
        assert_eq!(SESSION.read(&headers), Some("e=f"));
    }
}
