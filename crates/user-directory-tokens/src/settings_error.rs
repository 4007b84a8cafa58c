use std::{borrow::Cow, fmt};

/// What is wrong with settings, in one sentence that says how to fix it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SettingsError(Cow<'static, str>);

impl SettingsError {
    pub(crate) fn new(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}
