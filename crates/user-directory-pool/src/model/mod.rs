//! The constraints of the AWS API model, and the walk that checks a request's members against them.

mod modelled_errors;
pub(crate) mod shapes;

use std::{borrow::Cow, sync::OnceLock};

use regex::Regex;

pub use modelled_errors::modelled_errors;

/// A string shape of the model.
#[derive(Debug)]
#[non_exhaustive]
pub struct StringShape {
    name: &'static str,
    min: Option<usize>,
    max: Option<usize>,
    pattern: Option<&'static str>,
    values: &'static [&'static str],
    sensitive: bool,
}

/// An integer shape of the model.
#[derive(Debug)]
#[non_exhaustive]
pub struct IntegerShape {
    min: Option<i64>,
    max: Option<i64>,
}

/// Collects, in one walk over a request's members, which are there and which break a constraint.
///
/// The texts are Cognito's
/// (`1 validation error detected: Value at 'username' failed to satisfy constraint: …`); values of
/// sensitive shapes are not printed.
#[derive(Debug, Default)]
pub struct Members {
    names: Vec<&'static str>,
    violations: Vec<String>,
}

impl Members {
    /// A required member with a string shape.
    pub fn text(&mut self, member: &'static str, value: &str, shape: &StringShape) {
        self.names.push(member);
        self.check(&path(member), value, shape);
    }

    /// A member with a string shape that may be absent.
    pub fn optional_text(
        &mut self,
        member: &'static str,
        value: Option<&str>,
        shape: &StringShape,
    ) {
        if let Some(value) = value {
            self.text(member, value, shape);
        }
    }

    /// A member with an integer shape.
    pub fn integer(&mut self, member: &'static str, value: Option<i64>, shape: &IntegerShape) {
        let Some(value) = value else { return };
        self.names.push(member);
        let mut refuse = |rule: String| {
            let path = path(member);
            self.violations
                .push(format!("Value '{value}' at '{path}' failed to satisfy constraint: {rule}"));
        };
        if let Some(max) = shape.max.filter(|max| value > *max) {
            refuse(format!("Member must have value less than or equal to {max}"));
        }
        if let Some(min) = shape.min.filter(|min| value < *min) {
            refuse(format!("Member must have value greater than or equal to {min}"));
        }
    }

    /// A member without a constraint.
    pub fn present(&mut self, member: &'static str, is_present: bool) {
        if is_present {
            self.names.push(member);
        }
    }

    /// A list of names and values.
    pub fn attributes<'a>(
        &mut self,
        member: &'static str,
        list: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) {
        let mut is_present = false;
        for (position, (name, value)) in list.into_iter().enumerate() {
            is_present = true;
            let at = |part| format!("{}.{}.member.{part}", path(member), position + 1);
            self.check_lazily(|| at("name"), name, &shapes::ATTRIBUTE_NAME_TYPE);
            if let Some(value) = value {
                self.check_lazily(|| at("value"), value, &shapes::ATTRIBUTE_VALUE_TYPE);
            }
        }
        self.present(member, is_present);
    }

    /// A list of strings.
    pub fn texts<'a>(
        &mut self,
        member: &'static str,
        list: impl IntoIterator<Item = &'a str>,
        shape: &StringShape,
    ) {
        let mut is_present = false;
        for (position, value) in list.into_iter().enumerate() {
            is_present = true;
            let at = || format!("{}.{}.member", path(member), position + 1);
            self.check_lazily(at, value, shape);
        }
        self.present(member, is_present);
    }

    /// A required member that is absent or null: for a front end that reads JSON.
    pub fn missing(&mut self, member: &'static str, sensitive: bool) {
        let null = if sensitive { "Value" } else { "Value null" };
        let path = path(member);
        self.violations.push(format!(
            "{null} at '{path}' failed to satisfy constraint: Member must not be null"
        ));
    }

    /// The AWS names of the members that are there, in the order of the walk.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// What is wrong, a sentence each.
    pub fn violations(&self) -> &[String] {
        &self.violations
    }

    /// Cognito's text for all violations together.
    pub fn message(&self) -> Option<String> {
        let errors = match self.violations.len() {
            0 => return None,
            1 => "error",
            _ => "errors",
        };
        let count = self.violations.len();
        Some(format!("{count} validation {errors} detected: {}", self.violations.join("; ")))
    }

    fn check(&mut self, path: &str, value: &str, shape: &StringShape) {
        self.check_lazily(|| path.to_owned(), value, shape);
    }

    /// Length first, then pattern, then values, as the traces with two violations show.
    fn check_lazily(&mut self, path: impl Fn() -> String, value: &str, shape: &StringShape) {
        let mut refuse = |rule: String| {
            let shown = if shape.sensitive { String::new() } else { format!(" '{value}'") };
            let path = path();
            self.violations
                .push(format!("Value{shown} at '{path}' failed to satisfy constraint: {rule}"));
        };
        let length = value.chars().count();
        if let Some(max) = shape.max.filter(|max| length > *max) {
            refuse(format!("Member must have length less than or equal to {max}"));
        }
        if let Some(min) = shape.min.filter(|min| length < *min) {
            refuse(format!("Member must have length greater than or equal to {min}"));
        }
        if let Some(pattern) = enforced(shape).filter(|pattern| !matches(pattern, value)) {
            refuse(format!("Member must satisfy regular expression pattern: {pattern}"));
        }
        if !shape.values.is_empty() && !shape.values.contains(&value) {
            let values = shape.values.join(", ");
            refuse(format!("Member must satisfy enum value set: [{values}]"));
        }
    }
}

/// A member's name as validation texts print it: `UserPoolId` is `userPoolId`.
fn path(member: &str) -> String {
    let mut characters = member.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

/// The pattern that a value must match. The one of PasswordType is not enforced: the developer
/// guide allows spaces inside a password
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>), so
/// the service cannot be matching whole values against it. Assumed.
fn enforced(shape: &StringShape) -> Option<&'static str> {
    shape.pattern.filter(|_| shape.name != shapes::PASSWORD_TYPE.name)
}

/// Whether a whole value matches a pattern of the model.
fn matches(pattern: &'static str, value: &str) -> bool {
    /// The patterns in use, each compiled at its first use.
    static COMPILED: [(&str, OnceLock<Regex>); 7] = [
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", OnceLock::new()),
        (r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+", OnceLock::new()),
        (r"[\w-]+_[0-9a-zA-Z]+", OnceLock::new()),
        (r"[\w+]+", OnceLock::new()),
        (r"[\w\s+=,.@-]+", OnceLock::new()),
        (r"[A-Za-z0-9-_=.]+", OnceLock::new()),
        (r"[\S]+", OnceLock::new()),
    ];
    let (_, compiled) = COMPILED
        .iter()
        .find(|(known, _)| *known == pattern)
        .expect("every pattern of a shape in use stands in the table");
    compiled
        .get_or_init(|| {
            let pattern = rust_pattern(pattern);
            Regex::new(&format!("^(?:{pattern})$")).expect("the patterns of the table are valid")
        })
        .is_match(value)
}

/// A pattern of the model in the words of the regex crate: `\w` and `\s` are ASCII, as in Java, and
/// a literal hyphen inside a class is escaped.
fn rust_pattern(pattern: &str) -> Cow<'_, str> {
    pattern.replace(r"\w", "A-Za-z0-9_").replace("9-_=.", r"9\-_=.").into()
}
