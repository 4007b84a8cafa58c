//! The file that tells a script that the server listens, and how to call it.

use std::path::Path;

use serde::Serialize;
use user_directory_fake::{FakeClient, Secret};

use crate::private_file;

/// What the file holds. It has secrets: of a test double, and of nobody.
#[derive(Serialize)]
pub(crate) struct Ready<'a> {
    endpoint: String,
    region: &'a str,
    user_pool_id: &'a str,
    client_id: &'a str,
    client_secret: Option<&'a str>,
    control: String,
    control_token: &'a str,
}

impl<'a> Ready<'a> {
    pub(crate) fn new(
        endpoint: String,
        region: &'a str,
        client: &'a FakeClient,
        control: String,
        token: &'a Secret,
    ) -> Self {
        Self {
            endpoint,
            region,
            user_pool_id: &client.pool_id,
            client_id: &client.client_id,
            client_secret: client.client_secret.as_ref().map(|secret| secret.expose()),
            control,
            control_token: token.expose(),
        }
    }

    /// Puts the whole file there at once: whoever waits for it never reads a part.
    pub(crate) fn write(&self, path: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).expect("texts are JSON");
        private_file::put(path, &text)
            .map_err(|error| format!("--ready-file {}: {error}", path.display()))
    }
}
