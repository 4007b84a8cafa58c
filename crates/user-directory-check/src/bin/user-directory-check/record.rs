//! `--record`: what an endpoint was asked and what it answered, a file for each case.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use aws_smithy_types::{DateTime, date_time::Format};
use serde_json::json;
use user_directory_check::{EndpointHarness, Exchanges};
use user_directory_contract::{CaseReport, Harness as _};

use crate::run::cannot_write;

/// Writes a file when a case has ended.
#[derive(Debug)]
pub(crate) struct Recording {
    directory: PathBuf,
    exchanges: Exchanges,
    target: String,
    region: String,
    /// The first file that could not be written, and why.
    failure: Option<String>,
}

impl Recording {
    /// Has a harness recorded from now on, into a directory that is made if it is not there.
    pub(crate) fn of(
        harness: EndpointHarness,
        directory: &Path,
    ) -> Result<(EndpointHarness, Self), String> {
        fs::create_dir_all(directory).map_err(|error| cannot_write(directory, &error))?;
        let exchanges = Exchanges::new();
        let rules = harness.rules().clone().with_exchanges(exchanges.clone());
        // Without the number of an account.
        let target = harness.name().split(' ').next().unwrap_or_default().to_owned();
        let recording = Self {
            directory: directory.to_owned(),
            exchanges,
            target,
            region: harness.region().to_owned(),
            failure: None,
        };
        Ok((harness.with_rules(rules), recording))
    }

    /// Keeps what a case asked, if it was run.
    pub(crate) fn keep(&mut self, result: &CaseReport) {
        let exchanges = self.exchanges.take();
        if exchanges.is_empty() {
            return;
        }
        let now = DateTime::from(SystemTime::now());
        let file = json!({
            "case": result.id(),
            "about": result.about(),
            "target": self.target,
            "region": self.region,
            "date": now.fmt(Format::DateTime).unwrap_or_default(),
            "outcome": result.outcome().name(),
            "exchanges": exchanges,
        });
        // Each area has a folder: ids have a slash.
        let path = self.directory.join(format!("{}.json", result.id()));
        let folder = path.parent().unwrap_or(&self.directory);
        let written =
            fs::create_dir_all(folder).and_then(|()| fs::write(&path, format!("{file:#}\n")));
        if let Err(error) = written {
            self.failure.get_or_insert_with(|| cannot_write(&path, &error));
        }
    }

    /// # Errors
    ///
    /// A file could not be written.
    pub(crate) fn end(self) -> Result<(), String> {
        self.failure.map_or(Ok(()), Err)
    }
}
