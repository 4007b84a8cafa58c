use std::{fmt, time::Duration};

use serde_json::{Value, json};

use crate::{Aspect, Case, Evidence, Failure, Grade};

/// How a case ended.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold, or the ledger is wrong about it.
    Failed(Failure),
    /// It was not run, and why.
    Unsupported {
        /// What is missing, and why.
        reason: String,
    },
    /// It does not hold, as the ledger records.
    Deviates {
        /// In which respect.
        aspect: Aspect,
        /// Why that is accepted.
        reason: String,
    },
}

impl Outcome {
    /// The name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Unsupported { .. } => "unsupported",
            Self::Deviates { .. } => "deviates",
        }
    }

    /// In which respect the target differs.
    pub fn aspect(&self) -> Option<Aspect> {
        match self {
            Self::Failed(failure) => Some(failure.aspect()),
            Self::Deviates { aspect, .. } => Some(*aspect),
            Self::Passed | Self::Unsupported { .. } => None,
        }
    }

    /// What is wrong, missing or accepted; `None` if it passed.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed(failure) => Some(failure.message()),
            Self::Unsupported { reason } | Self::Deviates { reason, .. } => Some(reason),
        }
    }
}

/// What became of one case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CaseReport {
    id: &'static str,
    about: &'static str,
    evidence: Evidence,
    outcome: Outcome,
    found: Option<Failure>,
    duration: Duration,
}

impl CaseReport {
    pub(crate) fn new(
        case: &Case,
        outcome: Outcome,
        found: Option<Failure>,
        duration: Duration,
    ) -> Self {
        let (id, about, evidence) = (case.id(), case.about(), case.evidence());
        Self { id, about, evidence, outcome, found, duration }
    }

    /// The case's id.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// What must hold.
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// How we know.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// How strong the evidence is.
    pub fn grade(&self) -> Grade {
        self.evidence.grade()
    }

    /// How it ended.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// What the case itself found wrong, before the ledger was asked: what a row of a ledger would
    /// record. `None` too for what no row excuses, such as a pool that does not open.
    pub fn found(&self) -> Option<&Failure> {
        self.found.as_ref()
    }

    /// How long it took, opening the pool included.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    fn to_value(&self) -> Value {
        json!({
            "id": self.id,
            "about": self.about,
            "grade": self.grade().name(),
            "evidence": self.evidence.source(),
            "outcome": self.outcome.name(),
            "aspect": self.outcome.aspect().map(Aspect::name),
            "reason": self.outcome.reason(),
            "milliseconds": u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// How many cases ended in which way.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Counts {
    /// Those that hold.
    pub passed: usize,
    /// Those that do not.
    pub failed: usize,
    /// Those that do not, as the ledger records.
    pub deviates: usize,
    /// Those that were not run.
    pub unsupported: usize,
}

impl Counts {
    /// All of them.
    pub fn total(self) -> usize {
        self.run() + self.unsupported
    }

    /// Those that were run.
    pub fn run(self) -> usize {
        self.passed + self.failed + self.deviates
    }

    fn of<'r>(results: impl Iterator<Item = &'r CaseReport>) -> Self {
        let mut counts = Self::default();
        for result in results {
            match result.outcome {
                Outcome::Passed => counts.passed += 1,
                Outcome::Failed(_) => counts.failed += 1,
                Outcome::Unsupported { .. } => counts.unsupported += 1,
                Outcome::Deviates { .. } => counts.deviates += 1,
            }
        }
        counts
    }

    fn to_value(self) -> Value {
        json!({
            "passed": self.passed,
            "failed": self.failed,
            "deviates": self.deviates,
            "unsupported": self.unsupported,
        })
    }
}

/// What became of all cases. `Display` is [`to_text`](Self::to_text).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    harness: String,
    results: Vec<CaseReport>,
}

impl Report {
    pub(crate) fn new(harness: impl Into<String>, results: Vec<CaseReport>) -> Self {
        Self { harness: harness.into(), results }
    }

    /// What the contract was run against.
    pub fn harness(&self) -> &str {
        &self.harness
    }

    /// Case by case.
    pub fn results(&self) -> &[CaseReport] {
        &self.results
    }

    /// How the cases ended.
    pub fn counts(&self) -> Counts {
        Counts::of(self.results.iter())
    }

    /// How the cases of a grade ended.
    pub fn counts_of(&self, grade: Grade) -> Counts {
        Counts::of(self.results.iter().filter(|result| result.grade() == grade))
    }

    /// Whether no case failed and at least one was run.
    pub fn is_success(&self) -> bool {
        let counts = self.counts();
        counts.failed == 0 && counts.run() > 0
    }

    /// A table, then every case that did not pass with its reason; at most 80 columns wide where
    /// words allow.
    pub fn to_text(&self) -> String {
        let mut text = format!("The contract on {}\n\n", self.harness);
        let row = |name: &str, cells: [&str; 4]| {
            let [passed, failed, deviates, unsupported] = cells;
            format!("{name:<12}{passed:>8}{failed:>8}{deviates:>10}{unsupported:>13}\n")
        };
        let numbers = |name: &str, counts: Counts| {
            let cells = [counts.passed, counts.failed, counts.deviates, counts.unsupported];
            let cells = cells.map(|number| number.to_string());
            row(name, cells.each_ref().map(String::as_str))
        };
        text += &row("evidence", ["passed", "failed", "deviates", "unsupported"]);
        for grade in Grade::ALL {
            text += &numbers(grade.name(), self.counts_of(*grade));
        }
        text += &numbers("all", self.counts());
        if self.counts().run() == 0 {
            text += "\nNo case was run, so this is not a success.\n";
        }
        for name in ["failed", "deviates", "unsupported"] {
            let mut results = self.results.iter().filter(|r| r.outcome.name() == name).peekable();
            if results.peek().is_some() {
                text += &format!("\n{name}\n");
            }
            for result in results {
                let aspect = result.outcome.aspect().map(|aspect| format!(", {aspect}"));
                let aspect = aspect.unwrap_or_default();
                text += &format!("  {} ({}{aspect})\n", result.id, result.grade());
                text += &wrapped(result.outcome.reason().unwrap_or_default());
            }
        }
        text
    }

    /// All of it as JSON: `harness`, `success`, `counts`, `grades`, `cases`.
    pub fn to_json(&self) -> String {
        let grades: serde_json::Map<_, _> = Grade::ALL
            .iter()
            .map(|grade| (grade.name().to_owned(), self.counts_of(*grade).to_value()))
            .collect();
        let value = json!({
            "harness": self.harness,
            "success": self.is_success(),
            "counts": self.counts().to_value(),
            "grades": grades,
            "cases": self.results.iter().map(CaseReport::to_value).collect::<Vec<_>>(),
        });
        format!("{value:#}\n")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

const WIDTH: usize = 80;
const INDENT: &str = "      ";

/// The text in indented lines.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let width = INDENT.len() + line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && width > WIDTH {
            lines += &format!("{INDENT}{line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    if !line.is_empty() {
        lines += &format!("{INDENT}{line}\n");
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let outcomes = [
            Outcome::Passed,
            Outcome::Failed(Failure::new(Aspect::Code, "expected NotAuthorized, ".repeat(6))),
            Outcome::Unsupported { reason: "inbox: nobody reads mail here".to_owned() },
            Outcome::Deviates { aspect: Aspect::Text, reason: "texts of its own".to_owned() },
        ];
        let cases = crate::stub::cases();
        let results = cases.iter().zip(outcomes);
        Report::new(
            "a stub",
            results
                .map(|(case, outcome)| CaseReport::new(case, outcome, None, Duration::ZERO))
                .collect(),
        )
    }

    #[test]
    fn the_text_is_a_table_and_reasons() {
        let text = report().to_text();
        assert_eq!(
            text,
            "The contract on a stub

evidence      passed  failed  deviates  unsupported
recorded           0       0         0            0
documented         0       0         0            1
reported           0       0         0            0
assumed            0       0         0            0
own                1       1         1            0
all                1       1         1            1

failed
  stub/wrong-code (own, code)
      expected NotAuthorized, expected NotAuthorized, expected NotAuthorized,
      expected NotAuthorized, expected NotAuthorized, expected NotAuthorized,

deviates
  stub/panics (own, text)
      texts of its own

unsupported
  stub/wrong-text (documented)
      inbox: nobody reads mail here
"
        );
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert_eq!(report().to_string(), text);
    }

    #[test]
    fn the_json_holds_all_of_it() {
        let value: Value = serde_json::from_str(&report().to_json()).expect("it is JSON");
        assert_eq!(value["success"], false);
        assert_eq!(value["counts"]["failed"], 1);
        assert_eq!(value["grades"]["documented"]["unsupported"], 1);
        assert_eq!(value["cases"][1]["id"], "stub/wrong-code");
        assert_eq!(value["cases"][1]["aspect"], "code");
        assert_eq!(value["cases"][0]["reason"], Value::Null);
    }

    #[test]
    fn nothing_run_is_said_aloud() {
        let report = Report::new("a stub", Vec::new());
        assert!(!report.is_success());
        assert!(report.to_text().contains("No case was run"));
    }
}
