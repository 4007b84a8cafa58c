//! The software token of a user: the secret that an authenticator app shares with the pool, and the
//! codes of it (TOTP, RFC 6238).

use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Totp};

use crate::{Secret, Timestamp, entropy, entropy::Entropy, snapshot};

/// What is known of an authenticator app.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct SoftwareToken {
    /// `SecretCode`: 32 bytes in base32, without padding.
    #[serde(with = "snapshot::clear")]
    pub(crate) secret: Secret,
    /// Whether a code of it has been seen.
    pub(crate) is_verified: bool,
    /// What the user calls the device.
    pub(crate) friendly_device_name: Option<Box<str>>,
    /// The time step of the newest code that was accepted.
    last_step: Option<u64>,
}

/// Why a code is not accepted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BadCode {
    Wrong,
    Used,
}

impl SoftwareToken {
    /// A new secret that no app has shown yet.
    pub(crate) fn new(entropy: &mut dyn Entropy) -> Self {
        let secret = totp_rs::Secret::from(entropy::bytes::<32>(entropy)).to_base32();
        Self {
            secret: Secret::new(secret),
            is_verified: false,
            friendly_device_name: None,
            last_step: None,
        }
    }

    /// Six digits, a step of 30 seconds, and one step of difference on either side:
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html>.
    fn totp(&self) -> Option<Totp> {
        let secret = totp_rs::Secret::try_from_base32(self.secret.expose()).ok()?;
        Builder::new().with_secret(secret).build().ok()
    }

    /// Accepts a code, once. That one of an earlier step is refused after it as well, is assumed.
    pub(crate) fn accept(&mut self, code: &Secret, now: Timestamp) -> Result<(), BadCode> {
        // A snapshot may hold a secret that is none; nothing is a code of it.
        let step = self.totp().and_then(|totp| totp.check(code.expose(), now.seconds()));
        let step = step.ok_or(BadCode::Wrong)?;
        if self.last_step.is_some_and(|last| step <= last) {
            return Err(BadCode::Used);
        }
        self.last_step = Some(step);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and codes of RFC 6238, appendix B, in six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = totp_rs::Secret::from(b"12345678901234567890".as_slice()).to_base32();
        let token = || SoftwareToken {
            secret: Secret::new(secret.clone()),
            is_verified: true,
            friendly_device_name: None,
            last_step: None,
        };
        let at = |seconds: u64| Timestamp::from_millis(seconds * 1000);
        let codes = [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")];
        for (seconds, code) in codes {
            for early in [0, 30] {
                let mut token = token();
                let code = Secret::new(code);
                assert_eq!(token.accept(&code, at(seconds - early)), Ok(()), "{seconds}");
                assert_eq!(token.accept(&code, at(seconds)), Err(BadCode::Used));
            }
            let code = Secret::new(code);
            assert_eq!(token().accept(&code, at(seconds + 30)), Ok(()));
            assert_eq!(token().accept(&code, at(seconds + 61)), Err(BadCode::Wrong));
            assert_eq!(token().accept(&Secret::new("28708"), at(seconds)), Err(BadCode::Wrong));
        }
    }
}
