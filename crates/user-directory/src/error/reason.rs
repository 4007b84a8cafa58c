use super::ErrorKind;

/// A hint at why a call was refused, read from the error's code and text.
///
/// Cognito has one code, `NotAuthorizedException`, for a wrong password, a disabled user, a used
/// session and a token that is no longer good. The text tells them apart, and AWS promises nothing
/// about texts: use the hint for messages and metrics, and [`ErrorKind`] for decisions about
/// security.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The user name or the password is wrong, or the user does not exist and the client hides it.
    WrongCredentials,
    /// The user is disabled.
    Disabled,
    /// Too many wrong passwords in a row.
    LockedOut,
    /// The temporary password has expired; an administrator must set a new one.
    TemporaryPasswordExpired,
    /// The challenge's session has expired.
    SessionExpired,
    /// The challenge's session has been used.
    SessionUsed,
    /// The refresh token has expired.
    RefreshExpired,
    /// The refresh token has been revoked, by a sign-out for example.
    RefreshRevoked,
    /// The refresh token is malformed or belongs to another client.
    RefreshInvalid,
    /// The secret hash is missing or wrong: often a refresh with an alias instead of the real name.
    SecretHash,
    /// None of the above.
    Unknown,
}

/// Text that tells a reason, by code. The first row that matches decides.
///
/// Where Cognito has changed a text over the years, the older ones stand beside the current one.
const TEXTS: &[(ErrorKind, &str, Reason)] = &[
    (ErrorKind::NotAuthorized, "Incorrect username or password", Reason::WrongCredentials),
    (ErrorKind::NotAuthorized, "User is disabled", Reason::Disabled),
    (ErrorKind::NotAuthorized, "User is not enabled", Reason::Disabled),
    (ErrorKind::NotAuthorized, "Password attempts exceeded", Reason::LockedOut),
    (ErrorKind::NotAuthorized, "Temporary password has expired", Reason::TemporaryPasswordExpired),
    // Pools of about 2017 to 2019.
    (ErrorKind::NotAuthorized, "User account has expired", Reason::TemporaryPasswordExpired),
    (
        ErrorKind::NotAuthorized,
        "Invalid session for the user, session is expired",
        Reason::SessionExpired,
    ),
    (
        ErrorKind::NotAuthorized,
        "Invalid session for the user, session can only be used once",
        Reason::SessionUsed,
    ),
    (ErrorKind::NotAuthorized, "Refresh Token has expired", Reason::RefreshExpired),
    (ErrorKind::NotAuthorized, "Refresh Token has been revoked", Reason::RefreshRevoked),
    (ErrorKind::NotAuthorized, "Invalid Refresh Token", Reason::RefreshInvalid),
    (ErrorKind::NotAuthorized, "Refresh Token has different Client", Reason::RefreshInvalid),
    (ErrorKind::NotAuthorized, "Unable to verify secret hash", Reason::SecretHash),
    (ErrorKind::NotAuthorized, "SecretHash does not match", Reason::SecretHash),
];

/// Endings that tell a reason where the text begins with a client id.
const ENDINGS: &[(ErrorKind, &str, Reason)] = &[
    (
        ErrorKind::NotAuthorized,
        "is configured with secret but SECRET_HASH was not received",
        Reason::SecretHash,
    ),
    // Older deployments.
    (
        ErrorKind::NotAuthorized,
        "is configured for secret but secret was not received",
        Reason::SecretHash,
    ),
];

pub(super) fn reason(kind: ErrorKind, message: &str) -> Reason {
    if kind == ErrorKind::RefreshTokenReuse {
        return Reason::RefreshRevoked;
    }
    let by_start = TEXTS.iter().find(|(k, start, _)| *k == kind && message.starts_with(start));
    let by_end = || ENDINGS.iter().find(|(k, end, _)| *k == kind && message.ends_with(end));
    by_start.or_else(by_end).map_or(Reason::Unknown, |(_, _, reason)| *reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn current_and_older_texts() {
        let not_authorized = |text| reason(ErrorKind::NotAuthorized, text);
        assert_eq!(not_authorized("Incorrect username or password."), Reason::WrongCredentials);
        assert_eq!(
            not_authorized("User account has expired, it must be reset by an administrator."),
            Reason::TemporaryPasswordExpired
        );
        assert_eq!(
            not_authorized("Client abc is configured for secret but secret was not received"),
            Reason::SecretHash
        );
        assert_eq!(not_authorized("Access Token has been revoked"), Reason::Unknown);
        assert_eq!(
            reason(ErrorKind::InvalidParameter, "Incorrect username or password."),
            Reason::Unknown
        );
    }
}
