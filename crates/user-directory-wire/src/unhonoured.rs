use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

/// What becomes of settings of pools and clients that would change an answer and are not honoured.
#[derive(Clone, Debug)]
pub(crate) enum Unhonoured {
    /// The request is refused.
    Refused,
    /// They are stored, to be described; these are and said so.
    Stored(Arc<Mutex<BTreeSet<String>>>),
}

impl Unhonoured {
    /// Whether a setting is to be stored; logs that once for each.
    pub(crate) fn stores(&self, setting: &str) -> bool {
        let Self::Stored(said) = self else { return false };
        let mut said = said.lock().expect("no code panics while it holds the settings");
        if said.insert(setting.to_owned()) {
            tracing::warn!(
                target: "user_directory_wire",
                setting,
                "the setting is stored and described, and has no effect"
            );
        }
        true
    }
}
