use serde::Serialize;
use user_directory_contract::{Aspect, CaseReport, Counts};

use crate::checked::{Checked, TOOL, VERSION};

/// What stands in the README; members may be added, and none changes or goes.
#[derive(Serialize)]
struct Document<'c> {
    tool: &'static str,
    version: &'static str,
    target: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<&'c str>,
    counts: Numbers,
    cases: Vec<Case<'c>>,
}

#[derive(Serialize)]
struct Numbers {
    passed: usize,
    deviates: usize,
    failed: usize,
    unsupported: usize,
}

#[derive(Serialize)]
struct Case<'c> {
    id: &'static str,
    about: &'static str,
    grade: &'static str,
    evidence: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aspect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'c str>,
    duration_ms: u64,
}

/// The report for programs.
pub(crate) fn json(checked: &Checked) -> String {
    let Counts { passed, deviates, failed, unsupported, .. } = checked.report.counts();
    let document = Document {
        tool: TOOL,
        version: VERSION,
        target: &checked.target,
        ledger: checked.ledger.as_deref(),
        counts: Numbers { passed, deviates, failed, unsupported },
        cases: checked.report.results().iter().map(case).collect(),
    };
    serde_json::to_string_pretty(&document).expect("it is all text and numbers") + "\n"
}

fn case(result: &CaseReport) -> Case<'_> {
    Case {
        id: result.id(),
        about: result.about(),
        grade: result.grade().name(),
        evidence: result.evidence().source(),
        outcome: result.outcome().name(),
        aspect: result.outcome().aspect().map(Aspect::name),
        reason: result.outcome().reason(),
        duration_ms: u64::try_from(result.duration().as_millis()).unwrap_or(u64::MAX),
    }
}
