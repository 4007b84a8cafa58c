//! What a run found, as all formats show it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use user_directory_contract::{Aspect, CaseReport, Counts, Grade, Outcome, Report};

/// The name of this command.
pub(crate) const TOOL: &str = env!("CARGO_PKG_NAME");
/// Its version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A report, and what it is about.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The URL, or AWS with its account.
    pub(crate) target: String,
    /// The ledger, if there was one.
    pub(crate) ledger: Option<String>,
    pub(crate) report: Report,
}

impl Checked {
    /// How the cases of each area ended, by its name: the part of an id before the slash.
    pub(crate) fn areas(&self) -> BTreeMap<&'static str, Counts> {
        let mut areas: BTreeMap<_, Counts> = BTreeMap::new();
        for result in self.report.results() {
            let counts = areas.entry(area(result)).or_default();
            match result.outcome() {
                Outcome::Passed => counts.passed += 1,
                Outcome::Deviates { .. } => counts.deviates += 1,
                Outcome::Unsupported { .. } => counts.unsupported += 1,
                _ => counts.failed += 1,
            }
        }
        areas
    }

    /// The cases that ended as nobody expects.
    pub(crate) fn unexpected(&self) -> impl Iterator<Item = &CaseReport> {
        let results = self.report.results().iter();
        results.filter(|result| matches!(result.outcome(), Outcome::Failed(_)))
    }

    /// One sentence with the number of the unexpected ones.
    pub(crate) fn verdict(&self) -> String {
        let total = self.report.counts().total();
        match (self.report.counts().failed, self.report.counts().run()) {
            (_, 0) => format!("nothing was run of {}", cases(total)),
            (0, _) => format!("nothing unexpected in {}", cases(total)),
            (failed, _) => format!("{failed} unexpected in {}", cases(total)),
        }
    }

    /// How many cases ended in which way, and how many hold by the grade of their evidence.
    pub(crate) fn summary(&self) -> String {
        let Counts { passed, deviates, failed, unsupported, .. } = self.report.counts();
        let grades = Grade::ALL.iter().map(|grade| (grade, self.report.counts_of(*grade)));
        let grades: Vec<_> = grades
            .filter(|(_, counts)| counts.run() > 0)
            .map(|(grade, counts)| format!("{grade} {} of {}", counts.passed, counts.run()))
            .collect();
        let verdict = self.verdict();
        let counts = format!(
            "{verdict}: {passed} passed, {deviates} deviate, {failed} failed, {unsupported} \
             unsupported."
        );
        if grades.is_empty() {
            return counts;
        }
        format!("{counts} Passed of those that were run, by evidence: {}.", grades.join(", "))
    }

    /// The deviations as a ledger: what was recorded and still holds keeps its reason, the rest has
    /// what was observed. What no ledger excuses, such as a pool that does not open, is not in it.
    pub(crate) fn to_ledger(&self) -> String {
        let rows: BTreeMap<_, _> = self.report.results().iter().filter_map(row).collect();
        format!("{:#}\n", json!(rows))
    }
}

fn row(result: &CaseReport) -> Option<(&'static str, Value)> {
    let found = result.found()?;
    let reason = match result.outcome() {
        Outcome::Deviates { reason, .. } => reason,
        _ => found.message(),
    };
    Some((result.id(), json!({ "aspect": found.aspect().name(), "reason": reason })))
}

/// The part of an id before the slash.
pub(crate) fn area(result: &CaseReport) -> &'static str {
    result.id().split('/').next().unwrap_or_default()
}

/// The grade of a case, and in which respect the target differs.
pub(crate) fn marks(result: &CaseReport) -> String {
    let aspect = result.outcome().aspect().map(Aspect::name);
    [result.grade().name()].into_iter().chain(aspect).collect::<Vec<_>>().join(", ")
}

fn cases(number: usize) -> String {
    format!("{number} case{}", if number == 1 { "" } else { "s" })
}
