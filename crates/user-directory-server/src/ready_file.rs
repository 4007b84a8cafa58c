//! The file that tells a script that the server listens, and how to call it.

use std::path::Path;

use serde::Serialize;

use crate::private_file;

/// What the file holds. It has secrets: of a test double, and of nobody.
#[derive(Serialize)]
pub(crate) struct Ready<'a> {
    pub(crate) endpoint: String,
    pub(crate) region: &'a str,
    pub(crate) user_pool_id: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: Option<&'a str>,
    pub(crate) access_key_id: &'a str,
    pub(crate) secret_access_key: &'a str,
    pub(crate) control: String,
    pub(crate) control_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_authority: Option<&'a Path>,
}

impl Ready<'_> {
    /// Puts the whole file there at once: whoever waits for it never reads a part.
    pub(crate) fn write(&self, path: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).expect("texts are JSON");
        private_file::put(path, &text)
            .map_err(|error| format!("--ready-file {}: {error}", path.display()))
    }
}
