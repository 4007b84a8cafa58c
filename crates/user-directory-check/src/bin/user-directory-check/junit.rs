use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use user_directory_contract::{CaseReport, Outcome};

use crate::checked::{Checked, TOOL, area};

/// The report for CI: a suite for each area. What deviates and what is unsupported is skipped, with
/// the reason.
pub(crate) fn junit(checked: &Checked) -> Result<String, String> {
    let mut suites: BTreeMap<_, TestSuite> = BTreeMap::new();
    for result in checked.report.results() {
        let suite = suites.entry(area(result)).or_insert_with_key(|area| TestSuite::new(*area));
        suite.add_test_case(case(result));
    }
    let mut report = Report::new(format!("{TOOL} at {}", checked.target));
    report.add_test_suites(suites.into_values());
    let xml = report
        .to_string()
        .map_err(|error| format!("the report cannot be written as JUnit: {error}"))?;
    // Jenkins's schema has this attribute on a suite, and not on the root, which comes first.
    Ok(xml.replacen(&format!(" skipped=\"{}\"", report.skipped), "", 1))
}

fn case(result: &CaseReport) -> TestCase {
    let reason = result.outcome().reason().unwrap_or_default();
    let status = match result.outcome() {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let evidence = result.evidence();
            let (about, grade, source) = (result.about(), evidence.grade(), evidence.source());
            status.set_message(reason).set_type(failure.aspect().name());
            status.set_description(format!("{about}\n{reason}\nevidence: {grade}, {source}"));
            status
        }
        outcome => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("{}: {reason}", outcome.name()));
            status
        }
    };
    let mut case = TestCase::new(result.id(), status);
    case.set_classname(area(result)).set_time(result.duration());
    case
}
