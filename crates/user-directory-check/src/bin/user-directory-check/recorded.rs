//! The ledger that the command line asks for.

use std::fs;

use serde_json::Value;
use user_directory_check::{Deviations, EndpointHarness};
use user_directory_contract::Ledger;

use crate::flags::Flags;

/// What is known to deviate.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// How a report names it; none where nothing is known.
    pub(crate) name: Option<String>,
    pub(crate) ledger: Ledger,
    deviations: Option<Deviations>,
}

impl Recorded {
    /// Reads the ledger. AWS has one where none is named: what the promises of a run there cost.
    pub(crate) fn read(flags: &Flags) -> Result<Self, String> {
        match flags.ledger.as_deref().or(flags.aws.then_some("aws")) {
            None => Ok(Self { name: None, ledger: Ledger::empty(), deviations: None }),
            Some(named) => match Deviations::named(named) {
                Some(deviations) => Ok(Self::of(deviations)),
                None => Self::from_file(named),
            },
        }
    }

    fn of(deviations: Deviations) -> Self {
        let name = Some(format!("{} {}", deviations.name(), deviations.version()));
        Self { name, ledger: deviations.ledger().clone(), deviations: Some(deviations) }
    }

    /// A file of either form: a plain ledger, as `--write-ledger` writes it, or one of groups.
    fn from_file(path: &str) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| {
            let names: Vec<_> = Deviations::names().collect();
            format!(
                "the ledger {path:?} is neither built in ({}) nor a file that can be read: {error}",
                names.join(", ")
            )
        })?;
        let is_grouped =
            serde_json::from_str(&text).is_ok_and(|file: Value| file.get("deviations").is_some());
        if is_grouped {
            let deviations = Deviations::from_json(path, &text);
            return deviations.map(Self::of).map_err(|error| format!("{path}: {error}"));
        }
        let ledger = Ledger::from_json(&text)
            .map_err(|error| format!("{path}: {error}; --write-ledger writes a new one"))?;
        Ok(Self { name: Some(path.to_owned()), ledger, deviations: None })
    }

    /// The harness without what the system is known to lack.
    pub(crate) fn applied_to(&self, harness: EndpointHarness) -> EndpointHarness {
        match &self.deviations {
            Some(deviations) => harness.without_all(deviations),
            None => harness,
        }
    }
}
