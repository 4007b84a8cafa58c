use user_directory_contract::{CaseReport, Counts};

use crate::{
    checked::{Checked, marks},
    text::wrapped,
};

/// The report for a terminal.
pub(crate) fn table(checked: &Checked) -> String {
    let known = checked.ledger.as_ref().map(|ledger| format!(", with the ledger {ledger}"));
    let title = format!("The contract at {}{}", checked.target, known.unwrap_or_default());
    let mut text = wrapped("", &title);
    text.push('\n');
    text += &row("area", ["passed", "deviates", "failed", "unsupported"].map(str::to_owned));
    for (area, counts) in checked.areas() {
        text += &row(area, numbers(counts));
    }
    text += &row("all", numbers(checked.report.counts()));
    for result in checked.unexpected() {
        text += &unexpected(result);
    }
    text + "\n" + &last(checked)
}

/// The last lines: what it comes to, and what to do about what is unexpected.
pub(crate) fn last(checked: &Checked) -> String {
    let summary = wrapped("", &checked.summary());
    let Some(first) = checked.unexpected().next() else { return summary };
    let to_do = format!(
        "--explain {} shows what that case asks; --write-ledger FILE records what is known, for \
         --ledger FILE.",
        first.id()
    );
    summary + &wrapped("", &to_do)
}

fn row(name: &str, cells: [String; 4]) -> String {
    let [passed, deviates, failed, unsupported] = cells;
    format!("{name:<20}{passed:>8}{deviates:>11}{failed:>9}{unsupported:>14}\n")
}

/// Without noughts, so that the others stand out.
fn numbers(counts: Counts) -> [String; 4] {
    [counts.passed, counts.deviates, counts.failed, counts.unsupported].map(|number| match number {
        0 => "-".to_owned(),
        number => number.to_string(),
    })
}

fn unexpected(result: &CaseReport) -> String {
    let mut text = format!("\nFAILED {} ({})\n", result.id(), marks(result));
    text += &wrapped("  claim     ", result.about());
    text += &wrapped("  found     ", result.outcome().reason().unwrap_or_default());
    text + &wrapped("  evidence  ", result.evidence().source())
}
