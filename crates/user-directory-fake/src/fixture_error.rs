use std::fmt;

use serde::Deserialize;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

/// Why a fixture was refused: where, and what was expected there, in one sentence.
///
/// It names users, groups of the file and known members, and shows no value and no unknown member:
/// either may be a secret in the wrong place.
#[derive(Debug)]
pub struct FixtureError {
    file: Option<String>,
    place: Option<Place>,
    path: String,
    reason: String,
}

/// Line and column in a text, both counted from 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl FixtureError {
    pub(crate) fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { file: None, place: None, path: path.into(), reason: reason.into() }
    }

    pub(crate) fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    pub(crate) fn in_file(mut self, name: String) -> Self {
        self.file = Some(name);
        self
    }

    /// The line, counted from 1, where one is to blame.
    pub fn line(&self) -> Option<usize> {
        self.place.map(|place| place.line)
    }

    /// The column, counted from 1 in bytes, where one is to blame.
    pub fn column(&self) -> Option<usize> {
        self.place.map(|place| place.column)
    }

    /// The member to blame, such as `users[3].status`; as far as it is known.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for FixtureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.file.as_deref().unwrap_or("the fixture"))?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ", line {line}, column {column}")?;
        }
        if !self.path.is_empty() {
            write!(f, ", {}", self.path)?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for FixtureError {}

/// Reads JSON that begins at a place, in a member of the file.
pub(crate) fn parse<'a, T: Deserialize<'a>>(
    text: &'a str,
    start: Place,
    member: &str,
    is_known: fn(&str) -> bool,
) -> Result<T, FixtureError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let refused = |path: String, error: serde_json::Error| {
        let column =
            if error.line() > 1 { error.column() } else { start.column - 1 + error.column() };
        let place = Place { line: start.line + error.line().saturating_sub(1), column };
        FixtureError::new(path, reason(&error)).at(place)
    };
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = known_path(member, error.path(), is_known);
        refused(path, error.into_inner())
    })?;
    json.end().map_err(|error| refused(member.to_owned(), error))?;
    Ok(value)
}

/// As far as its members are known.
fn known_path(member: &str, path: &Path, is_known: fn(&str) -> bool) -> String {
    let mut known = member.to_owned();
    for segment in path {
        match segment {
            Segment::Seq { index } => known.push_str(&format!("[{index}]")),
            Segment::Map { key } if is_known(key) => {
                let dot = if known.is_empty() { "" } else { "." };
                known.push_str(&format!("{dot}{key}"));
            }
            _ => break,
        }
    }
    known
}

/// serde's texts begin with what was found, which may be a secret, and end with what was expected.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    if error.classify() != Category::Data {
        return text.to_owned();
    }
    let found =
        ["unknown field", "unknown variant", "invalid type", "invalid value", "invalid length"];
    let Some(found) = found.into_iter().find(|found| text.starts_with(found)) else {
        // `missing field`, `duplicate field`, and our own: they name known members alone.
        return text.to_owned();
    };
    let expected =
        text.rsplit_once(", expected ").map_or("something else", |(_, expected)| expected);
    let expected = match expected {
        "u32" => "a whole number that is not negative",
        "a sequence" => "a list",
        "a map" => "an object",
        other => other,
    };
    match found {
        "unknown field" => format!("there is a member with an unknown name; expected {expected}"),
        _ => format!("expected {expected}"),
    }
}
