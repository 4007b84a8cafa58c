use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Declares a secret: redacted `Debug`, no `Display`, zeroized on drop, compared in constant time.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// `Debug` prints the name of the type and nothing else, there is no `Display`, equality
        /// takes constant time for values of one length, and the memory is overwritten on drop.
        #[derive(Clone)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Wraps a value. Nothing is validated here: the service refuses what it does not
            /// accept.
            pub fn new(value: impl Into<String>) -> Self {
                Self(Zeroizing::new(value.into()))
            }

            /// The value itself: the one way to read it. Do not log what this returns.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
            }
        }

        impl Eq for $name {}

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::new(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::new(value)
            }
        }

        impl From<&$name> for $name {
            fn from(value: &$name) -> Self {
                value.clone()
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.expose())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::new)
            }
        }
    };
}

secret! {
    /// A user's password, temporary or permanent.
    ///
    /// AWS shape: [PasswordType](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html),
    /// at most 256 characters.
    Password
}

secret! {
    /// An access token: a JWT that the self-service operations of Cognito accept
    /// ([RFC 6749, section 1.4](https://www.rfc-editor.org/rfc/rfc6749#section-1.4)).
    AccessToken
}

secret! {
    /// An ID token: a JWT with the user's attributes
    /// ([OpenID Connect Core, section 2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
    IdToken
}

secret! {
    /// A refresh token: opaque, encrypted by Cognito
    /// ([RFC 6749, section 1.5](https://www.rfc-editor.org/rfc/rfc6749#section-1.5)).
    RefreshToken
}

secret! {
    /// The session that ties a challenge to its answer; valid for 3 to 15 minutes.
    Session
}

secret! {
    /// A code that a user types: received by mail or text message, or shown by an authenticator app.
    Code
}

secret! {
    /// The secret that an authenticator app shares with Cognito: base32, 52 characters.
    ///
    /// AWS shape: [SecretCodeType](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html).
    SecretCode
}

secret! {
    /// The secret of an app client, 24 to 64 characters.
    ClientSecret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_the_type_alone() {
        const VALUE: &str = "correct horse battery staple";
        let printed = [
            format!("{:?}", Password::new(VALUE)),
            format!("{:?}", AccessToken::new(VALUE)),
            format!("{:?}", IdToken::new(VALUE)),
            format!("{:?}", RefreshToken::new(VALUE)),
            format!("{:?}", Session::new(VALUE)),
            format!("{:?}", Code::new(VALUE)),
            format!("{:?}", SecretCode::new(VALUE)),
            format!("{:#?}", ClientSecret::new(VALUE)),
        ];
        assert_eq!(
            printed,
            [
                "Password([redacted])",
                "AccessToken([redacted])",
                "IdToken([redacted])",
                "RefreshToken([redacted])",
                "Session([redacted])",
                "Code([redacted])",
                "SecretCode([redacted])",
                "ClientSecret([redacted])",
            ]
        );
    }

    #[test]
    fn equality_compares_values() {
        assert_eq!(Password::new("a"), Password::new("a"));
        assert_ne!(Password::new("a"), Password::new("b"));
        assert_ne!(Password::new("a"), Password::new("aa"));
        assert_eq!(Password::new("a").expose(), "a");
    }

    #[test]
    fn a_failed_assertion_shows_no_value() {
        let panic = std::panic::catch_unwind(|| {
            assert_eq!(Password::new("hunter2-left"), Password::new("hunter2-right"));
        })
        .expect_err("the values differ");
        let text = panic.downcast_ref::<String>().expect("assert_eq panics with a String");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
