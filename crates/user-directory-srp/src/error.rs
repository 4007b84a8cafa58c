use std::fmt;

/// Why an exchange cannot go on. No variant holds a value of the exchange.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SrpError {
    /// `SRP_A` is no hexadecimal number, is longer than 3,072 bits, or is a multiple of the group's
    /// prime, with which anybody could sign in.
    InvalidPublicKey,
    /// `SRP_B` is none, or one with which anybody could pass for the server.
    InvalidServerKey,
    /// `SALT` is no hexadecimal number.
    InvalidSalt,
    /// `SECRET_BLOCK` is not in base64.
    InvalidSecretBlock,
}

impl fmt::Display for SrpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidPublicKey => "SRP_A is not a number that the exchange can use",
            Self::InvalidServerKey => "SRP_B is not a number that the exchange can use",
            Self::InvalidSalt => "SALT is not a hexadecimal number",
            Self::InvalidSecretBlock => "SECRET_BLOCK is not in base64",
        })
    }
}

impl std::error::Error for SrpError {}
