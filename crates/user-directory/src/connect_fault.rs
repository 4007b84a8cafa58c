use std::{error::Error, fmt, io, iter::successors};

/// Why no connection was made.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "for the crates of this workspace alone")]
pub enum ConnectFault {
    /// No address belongs to the name.
    NameNotFound,
    /// Nobody listens there.
    Refused,
    /// It took too long.
    TimedOut,
    /// The handshake of TLS failed, and how.
    Tls(String),
    /// Anything else.
    Other,
}

impl ConnectFault {
    /// Reads it off an error of an HTTP client on hyper.
    ///
    /// No text of the error is repeated but that of a failed handshake, which says what is wrong with a
    /// certificate or a protocol.
    pub fn of(error: &(dyn Error + 'static), is_timeout: bool) -> Self {
        for error in successors(Some(error), |&error| error.source()) {
            // hyper-util says it in no other way.
            if error.to_string() == "dns error" {
                return Self::NameNotFound;
            }
            let Some(mut error) = error.downcast_ref::<io::Error>() else { continue };
            // One inside another is not its source.
            while let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref()) {
                error = inner;
            }
            match error.kind() {
                io::ErrorKind::ConnectionRefused => return Self::Refused,
                io::ErrorKind::TimedOut => return Self::TimedOut,
                // By these rustls tells hyper what it has found, or that the other side has gone.
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                    let text: String = error.to_string().chars().take(200).collect();
                    return Self::Tls(text.split_whitespace().collect::<Vec<_>>().join(" "));
                }
                _ => {}
            }
        }
        if is_timeout { Self::TimedOut } else { Self::Other }
    }
}

impl fmt::Display for ConnectFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameNotFound => f.write_str("no address was found for the name"),
            Self::Refused => f.write_str("the port refused the connection"),
            Self::TimedOut => f.write_str("it took too long"),
            Self::Tls(reason) => write!(f, "the TLS handshake failed: {reason}"),
            Self::Other => f.write_str("the HTTP client does not say why"),
        }
    }
}

impl Error for ConnectFault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_by_their_kinds() {
        let of = |error: io::Error| ConnectFault::of(&error, false);
        assert_eq!(of(io::ErrorKind::ConnectionRefused.into()), ConnectFault::Refused);
        assert_eq!(of(io::ErrorKind::TimedOut.into()), ConnectFault::TimedOut);
        let handshake = io::Error::new(io::ErrorKind::InvalidData, "bad\n certificate");
        let tls = ConnectFault::Tls("bad certificate".to_owned());
        assert_eq!(of(io::Error::other(handshake)), tls);
        let secret = || io::Error::other("password=hunter2");
        assert_eq!(of(secret()), ConnectFault::Other);
        assert_eq!(ConnectFault::of(&secret(), true), ConnectFault::TimedOut);
        assert_eq!(of(io::Error::other("dns error")), ConnectFault::NameNotFound);
    }
}
