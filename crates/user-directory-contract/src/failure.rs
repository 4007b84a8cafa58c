use std::fmt;

use crate::trial::{OTHER_PASSWORD, PASSWORD};

/// What a case found wrong.
///
/// The message is kept free of secrets: whatever looks like a token, a session or a client secret,
/// and the passwords of the contract, are replaced on the way in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    aspect: Aspect,
    message: String,
}

impl Failure {
    /// A failure in one respect.
    pub fn new(aspect: Aspect, message: impl AsRef<str>) -> Self {
        Self { aspect, message: without_secrets(message.as_ref()) }
    }

    /// A failure that is not about an error's code or text.
    pub fn other(message: impl AsRef<str>) -> Self {
        Self::new(Aspect::Other, message)
    }

    /// In which respect.
    pub fn aspect(&self) -> Aspect {
        self.aspect
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<user_directory::Error> for Failure {
    /// For `?`: an error where none was expected.
    fn from(error: user_directory::Error) -> Self {
        Self::other(format!("unexpected error: {error}"))
    }
}

/// In which respect a target differs from a case.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Aspect {
    /// It succeeds where it should refuse, or refuses with another code.
    Code,
    /// The code is right and only the error's text differs.
    Text,
    /// Anything else.
    Other,
}

impl Aspect {
    /// All aspects.
    pub const ALL: &'static [Self] = &[Self::Code, Self::Text, Self::Other];

    /// The name in ledgers and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Text => "text",
            Self::Other => "other",
        }
    }

    /// Finds an aspect by its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|aspect| aspect.name() == name)
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const REDACTED: &str = "[redacted]";

/// The text with everything replaced that looks like a secret.
pub(crate) fn without_secrets(text: &str) -> String {
    let text = text.replace(PASSWORD, REDACTED).replace(OTHER_PASSWORD, REDACTED);
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let is_word = may_be_in_a_secret(first);
        let end = rest.find(|c| may_be_in_a_secret(c) != is_word).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        clean.push_str(if is_word && looks_secret(run) { REDACTED } else { run });
        rest = after;
    }
    clean
}

fn may_be_in_a_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-+/=.".contains(c)
}

/// JSON web tokens begin `eyJ`; sessions are long; client secrets and secret hashes are a word of
/// more than 40 letters and digits. Client ids have 26, UUIDs have dashes.
fn looks_secret(run: &str) -> bool {
    let one_word = || !run.contains(['-', '_', '.']) && run.bytes().any(|b| b.is_ascii_digit());
    run.len() >= 100
        || (run.len() >= 20 && run.starts_with("eyJ"))
        || (run.len() >= 40 && !run.starts_with('/') && one_word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_reaches_a_message() {
        let jwt = format!("eyJ{}.eyJ{}.c2ln", "a".repeat(30), "b".repeat(30));
        let session = "AYABe-".repeat(40);
        let client_secret = "1example2".repeat(6);
        for secret in [PASSWORD, OTHER_PASSWORD, &jwt, &session, &client_secret] {
            let failure = Failure::other(format!("left: \"{secret}\", right: None"));
            assert_eq!(failure.message(), "left: \"[redacted]\", right: None");
        }
    }

    #[test]
    fn plain_words_stay() {
        for text in [
            "Client 1example23456789example1234 is configured with secret but SECRET_HASH was not",
            "refresh/keeps-a-very-long-name-that-goes-on-and-on: 2f0c1d9e-94b1-4e6f-8a54-0c5d8e1f2a3b",
            "",
            "é and Ω = fine.",
        ] {
            assert_eq!(without_secrets(text), text);
        }
    }
}
