use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, MapAccess, Visitor},
};

use crate::{Aspect, Contract};

/// The deviations of one target that are known and accepted, each with its reason.
///
/// Written as JSON:
///
/// ```
/// use user_directory_contract::{Aspect, Ledger};
///
/// let ledger = Ledger::from_json(
///     r#"{
///         "article/whole-story": {
///             "aspect": "text",
///             "reason": "the emulator has texts of its own, issue 12"
///         }
///     }"#,
/// )?;
/// let deviation = ledger.get("article/whole-story").expect("it is recorded");
/// assert_eq!(deviation.aspect(), Aspect::Text);
/// # Ok::<_, user_directory_contract::LedgerError>(())
/// ```
///
/// It cannot rot: a recorded deviation that passes, or that deviates in another aspect, fails.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Ledger(BTreeMap<String, Deviation>);

/// One recorded deviation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Deviation {
    aspect: Aspect,
    reason: String,
}

impl Deviation {
    /// In which respect the target differs.
    pub fn aspect(&self) -> Aspect {
        self.aspect
    }

    /// Why that is accepted.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl Ledger {
    /// No deviations.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads a ledger for the cases of this crate. [`Contract::ledger`] reads one for others.
    ///
    /// # Errors
    ///
    /// One sentence: no JSON of that form, an id twice, an id that no case has, an aspect that is
    /// none, or no reason.
    pub fn from_json(text: &str) -> Result<Self, LedgerError> {
        Contract::new().ledger(text)
    }

    /// The recorded deviation of a case.
    pub fn get(&self, id: &str) -> Option<&Deviation> {
        self.0.get(id)
    }

    /// Ids and deviations, by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Deviation)> {
        self.0.iter().map(|(id, deviation)| (id.as_str(), deviation))
    }

    pub(crate) fn parse(text: &str, knows: impl Fn(&str) -> bool) -> Result<Self, LedgerError> {
        let Rows(rows) = serde_json::from_str(text)
            .map_err(|error| LedgerError(format!("the ledger cannot be read: {error}")))?;
        let mut deviations = BTreeMap::new();
        for (id, row) in rows {
            let error = |what: &str| Err(LedgerError(format!("ledger, case `{id}`: {what}")));
            if !knows(&id) {
                return error("there is no such case");
            }
            let Some(aspect) = Aspect::from_name(&row.aspect) else {
                return error("the aspect must be code, text or other");
            };
            if row.reason.trim().is_empty() {
                return error("the reason is empty");
            }
            if deviations.contains_key(&id) {
                return error("it is recorded twice");
            }
            deviations.insert(id, Deviation { aspect, reason: row.reason });
        }
        Ok(Self(deviations))
    }
}

/// Why a ledger was refused, in one sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LedgerError(String);

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LedgerError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    aspect: String,
    reason: String,
}

/// All rows in the order of the text, so that one that stands twice is not lost.
struct Rows(Vec<(String, Row)>);

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Rows;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of case ids")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Rows, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry()? {
                    rows.push(row);
                }
                Ok(Rows(rows))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Ledger::parse(text, |id| id.starts_with("known/")).expect_err(text).to_string()
    }

    #[test]
    fn rows_are_read() {
        let text = r#"{"known/a": {"aspect": "code", "reason": "because"}}"#;
        let ledger = Ledger::parse(text, |_| true).unwrap();
        assert_eq!(ledger.get("known/a").map(Deviation::reason), Some("because"));
        assert_eq!(ledger.get("known/b"), None);
        assert_eq!(ledger.iter().len(), 1);
        assert_eq!(Ledger::parse("{}", |_| true), Ok(Ledger::empty()));
    }

    #[test]
    fn mistakes_are_one_sentence() {
        let row = |id: &str, aspect: &str, reason: &str| {
            format!(r#""{id}": {{"aspect": "{aspect}", "reason": "{reason}"}}"#)
        };
        let one = |id, aspect, reason| refusal(&format!("{{{}}}", row(id, aspect, reason)));
        assert_eq!(one("new/a", "code", "x"), "ledger, case `new/a`: there is no such case");
        assert_eq!(
            one("known/a", "kind", "x"),
            "ledger, case `known/a`: the aspect must be code, text or other"
        );
        assert_eq!(one("known/a", "text", " "), "ledger, case `known/a`: the reason is empty");
        let row = row("known/a", "code", "x");
        assert_eq!(
            refusal(&format!("{{{row}, {row}}}")),
            "ledger, case `known/a`: it is recorded twice"
        );
        assert!(refusal("[]").starts_with("the ledger cannot be read: "));
        assert!(refusal(r#"{"known/a": {"aspect": "code"}}"#).contains("missing field `reason`"));
    }
}
