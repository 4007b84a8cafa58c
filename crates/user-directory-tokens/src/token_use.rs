use std::fmt;

/// What a token is for (the claim `token_use`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "Cognito has these two")]
pub enum TokenUse {
    /// `access`: for APIs.
    Access,
    /// `id`: tells an application who the user is.
    Id,
}

impl TokenUse {
    /// The value of the claim.
    pub fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Id => "id",
        }
    }
}

impl fmt::Display for TokenUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
