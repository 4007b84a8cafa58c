use std::{collections::BTreeMap, fmt};

use serde::Deserialize;
use serde_json::{Value, json};
use user_directory_contract::{Ability, Ledger};

/// The systems whose deviations this crate knows, and the files that they stand in.
const BUILT_IN: &[(&str, &str)] = &[
    ("aws", include_str!("../ledgers/aws.json")),
    ("cognito-local", include_str!("../ledgers/cognito-local.json")),
    ("cognitox", include_str!("../ledgers/cognitox.json")),
    ("ministack", include_str!("../ledgers/ministack.json")),
    ("moto", include_str!("../ledgers/moto.json")),
];

/// What one system does otherwise than Cognito, by what is wrong with it.
///
/// Written as JSON, one file for each system:
///
/// ```
/// use user_directory_check::Deviations;
///
/// let deviations = Deviations::from_json(
///     "an emulator",
///     r#"{
///         "version": "1.2",
///         "without": {"client-secrets": "it does not have the operations on them"},
///         "deviations": [{
///             "area": "challenges",
///             "here": "answers without parameters",
///             "cognito": "answers with the user's name",
///             "cases": {"challenge/real-name": {"aspect": "other", "reason": "no USER_ID_FOR_SRP"}}
///         }],
///         "unknowable": {
///             "alias/own-again": {"aspect": "other", "reason": "it ignores aliases"}
///         }
///     }"#,
/// )?;
/// assert_eq!(deviations.ledger().iter().len(), 2);
/// # Ok::<_, user_directory_check::DeviationsError>(())
/// ```
///
/// The groups say in `here` and `cognito` what a table of differences shows. Cases whose evidence is
/// an assumption are `unknowable`: nobody knows which of the two is right.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deviations {
    name: String,
    version: String,
    without: BTreeMap<Ability, String>,
    ledger: Ledger,
}

impl Deviations {
    /// The names of the systems that this crate knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The deviations of a system that this crate knows.
    ///
    /// # Panics
    ///
    /// The file is not of its form: that is a mistake of this crate, and its tests look for it.
    pub fn named(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        Some(Self::from_json(name, text).unwrap_or_else(|error| panic!("{name}: {error}")))
    }

    /// Reads deviations of a system of this name.
    ///
    /// # Errors
    ///
    /// It is no JSON of that form, an ability is none, or the cases are no [`Ledger`].
    pub fn from_json(name: impl Into<String>, text: &str) -> Result<Self, DeviationsError> {
        let file: File = serde_json::from_str(text).map_err(|error| {
            DeviationsError(format!("the file of deviations cannot be read: {error}"))
        })?;
        let mut without = BTreeMap::new();
        for (name, reason) in file.without {
            let ability = Ability::from_name(&name)
                .ok_or_else(|| DeviationsError(format!("there is no ability {name:?}")))?;
            without.insert(ability, reason);
        }
        let mut rows = Vec::new();
        let groups = file.deviations.iter().map(|group| (&group.cases, ""));
        for (cases, before) in groups.chain([(&file.unknowable, "unknowable which is right: ")]) {
            for (id, Case { aspect, reason }) in cases {
                let row = json!({ "aspect": aspect, "reason": format!("{before}{reason}") });
                // As text, so that the ledger finds a case that stands in two groups.
                rows.push(format!("{}: {row}", Value::from(id.as_str())));
            }
        }
        let ledger = Ledger::from_json(&format!("{{{}}}", rows.join(",")))
            .map_err(|error| DeviationsError(error.to_string()))?;
        Ok(Self { name: name.into(), version: file.version, without, ledger })
    }

    /// The name of the system.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version that this is about. AWS has one of its API.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The abilities that the system lacks although its API could have them, and why:
    /// [`EndpointHarness::without`](crate::EndpointHarness::without).
    pub fn without(&self) -> impl Iterator<Item = (Ability, &str)> {
        self.without.iter().map(|(ability, reason)| (*ability, reason.as_str()))
    }

    /// The deviations case by case, for the contract.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

/// Why a file of deviations was refused, in one sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeviationsError(String);

impl fmt::Display for DeviationsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DeviationsError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    #[serde(default)]
    without: BTreeMap<String, String>,
    deviations: Vec<Group>,
    #[serde(default)]
    unknowable: BTreeMap<String, Case>,
}

/// `area`, `here` and `cognito` are for readers, and must be there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(rename = "area")]
    _area: String,
    #[serde(rename = "here")]
    _here: String,
    #[serde(rename = "cognito")]
    _cognito: String,
    cases: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    aspect: String,
    reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_can_be_read() {
        for name in Deviations::names() {
            let deviations = Deviations::named(name).expect("it is its own name");
            assert_eq!(deviations.name(), name);
            assert!(!deviations.version().is_empty());
            assert!(deviations.ledger().iter().len() > 0);
        }
        assert_eq!(Deviations::named("nobody"), None);
    }

    #[test]
    fn mistakes_are_one_sentence() {
        let file = |without: &str, cases: &str, unknowable: &str| {
            let group = format!(r#"{{"area": "", "here": "", "cognito": "", "cases": {cases}}}"#);
            let text = format!(
                r#"{{"version": "1", "without": {without}, "deviations": [{group}],
                     "unknowable": {unknowable}}}"#
            );
            Deviations::from_json("it", &text).expect_err(&text).to_string()
        };
        let row = r#"{"article/whole-story": {"aspect": "code", "reason": "because"}}"#;
        assert_eq!(
            file("{}", row, row),
            "ledger, case `article/whole-story`: it is recorded twice"
        );
        assert_eq!(file(r#"{"magic": "no"}"#, row, "{}"), "there is no ability \"magic\"");
        let refused = Deviations::from_json("it", "{}").expect_err("it has no version");
        assert!(refused.to_string().starts_with("the file of deviations cannot be read: missing"));
    }
}
