use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::ClientSecret;

/// The `SECRET_HASH` that proves knowledge of an app client's secret:
/// Base64(HMAC-SHA256(client secret, user name + client id)).
///
/// At sign-in the user name is the string that the user typed. At refresh it is the **real** user
/// name, which in a pool with e-mail addresses as user names is the `sub`: that is why a
/// [`RefreshGrant`](crate::RefreshGrant) carries it.
///
/// ```
/// use user_directory::{ClientSecret, SecretHash};
///
/// let secret = ClientSecret::new("1example2client3secret4value5");
/// let hash = SecretHash::new(&secret, "alice", "7exampleclientid00000000000");
/// assert_eq!(hash.expose().len(), 44);
/// ```
///
/// AWS: [Computing secret hash values](https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash).
#[derive(Clone)]
pub struct SecretHash(Zeroizing<String>);

impl SecretHash {
    /// Computes the hash for one user name and client.
    pub fn new(secret: &ClientSecret, username: &str, client_id: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
            .expect("HMAC takes a key of any length");
        mac.update(username.as_bytes());
        mac.update(client_id.as_bytes());
        Self(Zeroizing::new(STANDARD.encode(mac.finalize().into_bytes())))
    }

    /// The Base64 text. Whoever has it can sign in as this client for this user name.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash([redacted])")
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for SecretHash {}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, section 4.3: key `Jefe`, data `what do ya want for nothing?`.
    #[test]
    fn rfc_4231_case_2() {
        let hash = SecretHash::new(&ClientSecret::new("Jefe"), "what do ya want ", "for nothing?");
        assert_eq!(hash.expose(), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    }

    /// `printf '%s' aliceexampleclientid | openssl dgst -sha256 -hmac examplesecret -binary | base64`
    #[test]
    fn worked_example_checked_with_openssl() {
        let hash = SecretHash::new(&ClientSecret::new("examplesecret"), "alice", "exampleclientid");
        assert_eq!(hash.expose(), "+QKk8FV/zTs6x1SDddDu++RljGK07zKo4pr6bwlWA2A=");
    }

    #[test]
    fn debug_shows_nothing() {
        let hash = SecretHash::new(&ClientSecret::new("s"), "alice", "c");
        assert_eq!(format!("{hash:?}"), "SecretHash([redacted])");
        assert_eq!(hash, SecretHash::new(&ClientSecret::new("s"), "alice", "c"));
        assert_ne!(hash, SecretHash::new(&ClientSecret::new("s"), "Alice", "c"));
    }
}
