//! What is known to deviate at endpoints that are not this project's.

use serde_json::{Map, Value, json};
use user_directory_contract::Ledger;

const MOTO: &str = include_str!("../moto.json");
const AWS: &str = include_str!("../aws.json");

/// What moto does otherwise, by what is wrong with it. The README's table is made of it.
#[derive(Clone, Debug)]
pub struct Moto {
    version: String,
    ledger: Ledger,
}

impl Moto {
    /// The version that this is about.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The deviations case by case, for the contract.
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }
}

/// Reads `moto.json`.
///
/// A case whose evidence is an assumption is `unknowable`: nobody knows which of the two is right.
///
/// # Panics
///
/// It is not of its form: that is a mistake of this repository.
pub fn moto() -> Moto {
    let file: Value = serde_json::from_str(MOTO).expect("moto.json is JSON");
    let version = file["version"].as_str().expect("moto.json names a version").to_owned();
    let mut rows = Map::new();
    let mut add = |cases: &Value, before: &str| {
        for (id, case) in cases.as_object().expect("cases by id") {
            let reason = case["reason"].as_str().expect("a case has a reason");
            let row = json!({ "aspect": case["aspect"], "reason": format!("{before}{reason}") });
            assert!(rows.insert(id.clone(), row).is_none(), "moto.json has {id} twice");
        }
    };
    for group in file["deviations"].as_array().expect("moto.json lists deviations") {
        add(&group["cases"], "");
    }
    add(&file["unknowable"], "unknowable which is right: ");
    let ledger = Ledger::from_json(&Value::from(rows).to_string());
    Moto { version, ledger: ledger.expect("moto.json is right") }
}

/// What the promise to send nothing costs on AWS: cases that ask for a message which Cognito should
/// refuse to send. Nothing else is known to deviate, because nobody ran it yet.
///
/// # Panics
///
/// `aws.json` is no ledger: that is a mistake of this repository.
pub fn aws() -> Ledger {
    Ledger::from_json(AWS).expect("aws.json is right")
}
