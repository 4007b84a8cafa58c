//! Text for terminals.

/// How wide a report is at most.
pub(crate) const WIDTH: usize = 80;

/// A text in lines of at most [`WIDTH`], addresses aside, the first after `first`, the others indented as far. What
/// comes from a stranger's server cannot move the cursor.
pub(crate) fn wrapped(first: &str, text: &str) -> String {
    let indent = " ".repeat(first.chars().count());
    let room = WIDTH - indent.len();
    let mut lines: Vec<String> = vec![String::new()];
    let mut width = 0;
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().map(printable).collect();
        // A word that is too long is cut, but not an address: a terminal breaks it and knows it still.
        let longest = if word.contains("://") { letters.len() } else { room };
        for piece in letters.chunks(longest) {
            if width > 0 && width + 1 + piece.len() > room {
                lines.push(String::new());
                width = 0;
            }
            let line = lines.last_mut().expect("there is a first line");
            if width > 0 {
                line.push(' ');
                width += 1;
            }
            line.extend(piece);
            width += piece.len();
        }
    }
    let mut wrapped = String::new();
    for (number, line) in lines.iter().enumerate() {
        let before = if number == 0 { first } else { &indent };
        wrapped += format!("{before}{line}").trim_end();
        wrapped.push('\n');
    }
    wrapped
}

fn printable(letter: char) -> char {
    if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_narrow_and_harmless() {
        let text = format!("{} \u{1b}[2J {}", "word ".repeat(30), "x".repeat(200));
        let lines = wrapped("  found  ", &text);
        assert!(lines.lines().all(|line| line.chars().count() <= WIDTH), "{lines}");
        assert!(lines.starts_with("  found  word word"));
        assert!(lines.lines().skip(1).all(|line| line.starts_with("         ")));
        assert!(!lines.contains('\u{1b}'));
        assert_eq!(lines.matches('x').count(), 200);
        let address = format!("https://{}", "x".repeat(100));
        assert_eq!(wrapped("", &address), format!("{address}\n"));
        assert_eq!(wrapped("", ""), "\n");
    }
}
