use user_directory_contract::Counts;

use crate::checked::{Checked, TOOL, VERSION, marks};

/// The report for a pull request.
pub(crate) fn markdown(checked: &Checked) -> String {
    let known = checked.ledger.as_ref().map(|ledger| format!(", with the ledger {}", cell(ledger)));
    let (target, known) = (cell(&checked.target), known.unwrap_or_default());
    let mut text = format!("### {TOOL} {VERSION} at {target}{known}\n\n{}\n\n", checked.summary());
    text += "| area | passed | deviates | failed | unsupported |\n";
    text += "| --- | ---: | ---: | ---: | ---: |\n";
    for (area, counts) in checked.areas() {
        text += &row(area, counts);
    }
    text += &row("**all**", checked.report.counts());
    let mut unexpected = checked.unexpected().peekable();
    if unexpected.peek().is_some() {
        text += "\n| unexpected | claim | found |\n| --- | --- | --- |\n";
    }
    for result in unexpected {
        let (id, marks) = (result.id(), marks(result));
        let found = cell(result.outcome().reason().unwrap_or_default());
        text += &format!("| `{id}` ({marks}) | {} | {found} |\n", cell(result.about()));
    }
    text
}

fn row(area: &str, counts: Counts) -> String {
    let Counts { passed, deviates, failed, unsupported, .. } = counts;
    format!("| {area} | {passed} | {deviates} | {failed} | {unsupported} |\n")
}

/// A text that stays in its cell and is no markup.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for letter in text.chars() {
        match letter {
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '@' => {
                cell.extend(['\\', letter]);
            }
            letter if letter.is_whitespace() || letter.is_control() => cell.push(' '),
            letter => cell.push(letter),
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_cannot_leave_the_cell() {
        assert_eq!(cell("a|b\n<img> `c`"), r"a\|b \<img\> \`c\`");
    }
}
