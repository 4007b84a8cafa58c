use std::{error::Error as StdError, fmt};

/// Why a token is not accepted.
///
/// It holds nothing of the token, so it can be logged as it is; `Display` is one line.
#[derive(Debug)]
pub struct TokenError {
    kind: TokenErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TokenError {
    /// An error of a kind, for implementations and tests.
    pub fn new(kind: TokenErrorKind) -> Self {
        Self { kind, source: None }
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// What to branch on.
    pub fn kind(&self) -> TokenErrorKind {
        self.kind
    }

    /// Whether nothing is known against the token: what judges it cannot be reached. The answer is
    /// then 503 and not 401, which would make a client throw its tokens away.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.kind, TokenErrorKind::KeysUnavailable | TokenErrorKind::LedgerUnavailable)
    }
}

impl From<TokenErrorKind> for TokenError {
    fn from(kind: TokenErrorKind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.text())
    }
}

impl StdError for TokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident $text:literal,)*) => {
        /// The reasons against a token.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum TokenErrorKind {
            $($(#[doc = $doc])+ $kind,)*
        }

        impl TokenErrorKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            pub(crate) const fn text(self) -> &'static str {
                match self {
                    $(Self::$kind => $text,)*
                }
            }
        }
    };
}

kinds! {
    /// Longer than [`LONGEST_TOKEN`](crate::LONGEST_TOKEN).
    Oversized "the token is too long",
    /// Not a JSON Web Token, or a claim has another type than Cognito gives it.
    Malformed "the token is malformed",
    /// Signed with anything but RS256, or not at all.
    Algorithm "the token is not signed with RS256",
    /// Brings its own key, or says where to get one (`jwk`, `jku`, `x5u`, `x5c`).
    EmbeddedKey "the token brings its own key",
    /// Names no key (`kid`).
    MissingKeyId "the token names no key",
    /// Names a key that the user pool does not have.
    UnknownKeyId "the token names an unknown key",
    /// The key belongs to the in-memory fake, and everybody has its private half.
    PublicTestKey "the token is signed with a public test key",
    /// The signature is not the key's.
    Signature "the signature of the token is wrong",
    /// A claim stands in the token twice.
    DuplicateClaim "the token has a claim twice",
    /// A claim is missing that Cognito always gives.
    MissingClaim "the token lacks a claim",
    /// Comes from none of the user pools (`iss`).
    Issuer "the token comes from another issuer",
    /// An ID token where an access token is asked for, or the other way round.
    TokenUse "the token is of another kind: access or ID",
    /// Made for another app client.
    Client "the token was made for another client",
    /// An access token for another resource server (`aud`).
    Audience "the token was made for another audience",
    /// Past its `exp`.
    Expired "the token has expired",
    /// Before its `nbf`.
    NotYetValid "the token is not valid yet",
    /// The sign-in that it comes from was ended.
    SignedOut "the sign-in of the token was ended",
    /// Lacks what the sign-out ledger goes by: the user name, `auth_time` or `origin_jti`.
    NotLedgered "the token lacks the claims of the sign-out ledger",
    /// The key set cannot be fetched, and there is none that is recent enough.
    KeysUnavailable "the keys of the user pool cannot be fetched",
    /// The sign-out ledger cannot be asked.
    LedgerUnavailable "the sign-out ledger cannot be asked",
}
