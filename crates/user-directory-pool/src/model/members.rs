use serde_json::{Map, Value};

use crate::{SchemaAttributeType, ServiceError, rules::kept_text};

use super::{
    IntegerShape, Outliers, StringShape, item_path, outliers::Outlier, path, patterns::matches,
    shapes,
};

/// Collects, in one walk over a request's members, which members are present and which break a
/// constraint.
///
/// Members go in by their AWS names (`Username`), which violations print with a small first letter
/// (`username`). Members of structures go in by their paths (`Policies.PasswordPolicy.MinimumLength`);
/// that violations print those too is assumed, after the paths of items that have been seen. Values
/// of sensitive shapes are not printed.
#[derive(Debug, Default)]
pub struct Members {
    names: Vec<&'static str>,
    violations: Vec<String>,
    other: Option<ServiceError>,
    not_implemented: Option<String>,
    outliers: Outliers,
}

impl Members {
    /// A walk over a request that was decoded with these outliers.
    pub(crate) fn with_outliers(outliers: Outliers) -> Self {
        Self { not_implemented: outliers.not_implemented.clone(), outliers, ..Self::default() }
    }

    /// A required member.
    pub fn text(&mut self, member: &'static str, value: &str, shape: &StringShape) {
        if self.is_missing(|| path(member), shape.sensitive) {
            return;
        }
        self.names.push(member);
        match self.outliers.at(|| path(member)) {
            Some(Outlier::Text(value)) => {
                let value = value.clone();
                self.check(|| path(member), &value, shape);
            }
            _ => self.check(|| path(member), value, shape),
        }
    }

    /// A member with an enum's value, which may be absent.
    pub fn choice(&mut self, member: &'static str, is_present: bool, shape: &StringShape) {
        if let Some(Outlier::Text(value)) = self.outliers.at(|| path(member)) {
            let value = value.clone();
            self.names.push(member);
            self.check_outlier(|| path(member), &value, shape);
        } else {
            self.present(member, is_present);
        }
    }

    /// A list of an enum's values, by their AWS names. An empty list counts as absent.
    ///
    /// The names fill the places that outliers leave. A violation shows the whole list: documented
    /// for `autoVerifiedAttributes` by <https://github.com/badmintoncryer/cdk-preflight>, assumed for
    /// others.
    pub fn choices<'a>(
        &mut self,
        member: &'static str,
        names: impl IntoIterator<Item = &'a str>,
        shape: &StringShape,
    ) {
        let mut names = names.into_iter();
        let outliers_end = self.outliers.items_end(member);
        let mut list = Vec::new();
        let mut unknown_here = None;
        loop {
            match self.outliers.at(|| item_path(member, list.len())) {
                Some(Outlier::Text(value)) => {
                    unknown_here.get_or_insert(list.len());
                    list.push(value.clone());
                }
                _ => match names.next() {
                    Some(name) => list.push(name.to_owned()),
                    None if list.len() >= outliers_end => break,
                    // A place of which nothing is known.
                    None => list.push(String::new()),
                },
            }
        }
        if list.iter().any(|name| !shape.values.contains(&&**name)) {
            let (shown, values) = (list.join(", "), shape.values.join(", "));
            let rule = format!(
                "Member must satisfy constraint: [Member must satisfy enum value set: [{values}]]"
            );
            self.violations.push(violation(&format!("Value '[{shown}]'"), &path(member), &rule));
        } else if let Some(index) = unknown_here {
            let what = format!("{} at {}", list[index], item_path(member, index));
            self.not_implemented.get_or_insert(what);
        }
        self.present(member, !list.is_empty());
    }

    /// A list of structures, of which the Rust type keeps as much as it needs: `walk` looks for
    /// outliers in each item's members. An empty list counts as absent.
    pub(crate) fn items(
        &mut self,
        member: &'static str,
        count: usize,
        mut walk: impl FnMut(&mut Item<'_>),
    ) {
        let count = count.max(self.outliers.items_end(member));
        for index in 0..count {
            walk(&mut Item { members: self, list: member, index });
        }
        self.present(member, count != 0);
    }

    /// A member that may be absent.
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

    /// Texts of settings that are only kept, by their paths.
    pub(crate) fn kept(
        &mut self,
        settings: &Map<String, Value>,
        texts: &[(&'static str, &StringShape)],
    ) {
        for (member, shape) in texts {
            self.optional_text(member, kept_text(settings, member), shape);
        }
    }

    /// A number that may be absent.
    pub fn integer(&mut self, member: &'static str, value: Option<i64>, shape: &IntegerShape) {
        if self.is_missing(|| path(member), false) {
            return;
        }
        let value = match self.outliers.at(|| path(member)) {
            Some(Outlier::Integer(value)) => Some(*value),
            _ => value,
        };
        let Some(value) = value else { return };
        self.names.push(member);
        self.check_integer(|| path(member), value, shape);
    }

    /// A member without a constraint: a flag, a map.
    pub fn present(&mut self, member: &'static str, is_present: bool) {
        if !self.is_missing(|| path(member), false) && is_present {
            self.names.push(member);
        }
    }

    /// A list of attributes, each a name and perhaps a value. An empty list counts as absent.
    pub fn attributes<'a>(
        &mut self,
        member: &'static str,
        list: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) {
        if self.is_missing(|| path(member), false) {
            return;
        }
        let mut is_present = false;
        for (index, (name, value)) in list.into_iter().enumerate() {
            is_present = true;
            let at = |part| format!("{}.{part}", item_path(member, index));
            if !self.is_missing(|| at("name"), false) {
                self.check(|| at("name"), name, &shapes::ATTRIBUTE_NAME_TYPE);
            }
            if let Some(value) = value {
                self.check(|| at("value"), value, &shapes::ATTRIBUTE_VALUE_TYPE);
            }
        }
        self.present(member, is_present);
    }

    /// Refuses a list that is too long, and shows it as AWS prints lists of structures: documented
    /// for schemas and recovery mechanisms by <https://github.com/badmintoncryer/cdk-preflight>.
    pub(crate) fn list_length<T>(
        &mut self,
        member: &'static str,
        list: &[T],
        most: usize,
        show: impl Fn(&T) -> String,
    ) {
        if list.len() > most {
            let shown: Vec<_> = list.iter().map(show).collect();
            let rule = format!("Member must have length less than or equal to {most}");
            let shown = format!("Value '[{}]'", shown.join(", "));
            self.violations.push(violation(&shown, &path(member), &rule));
        }
    }

    /// A list of attributes of a schema, at most so many. An empty list counts as absent.
    pub(crate) fn schema(
        &mut self,
        member: &'static str,
        list: &[SchemaAttributeType],
        most: usize,
    ) {
        if self.is_missing(|| path(member), false) {
            return;
        }
        self.list_length(member, list, most, SchemaAttributeType::as_aws_prints_it);
        let mut names = list.iter().map(|attribute| &*attribute.name);
        self.items(member, list.len(), |item| {
            if let Some(name) = names.next() {
                item.text("Name", name, &shapes::CUSTOM_ATTRIBUTE_NAME_TYPE);
            }
            item.data_type();
        });
    }

    /// A list of strings of one shape. An empty list counts as absent.
    pub fn texts<'a>(
        &mut self,
        member: &'static str,
        list: impl IntoIterator<Item = &'a str>,
        shape: &StringShape,
    ) {
        if self.is_missing(|| path(member), false) {
            return;
        }
        let mut is_present = false;
        for (index, value) in list.into_iter().enumerate() {
            is_present = true;
            self.check(|| item_path(member, index), value, shape);
        }
        self.present(member, is_present);
    }

    /// The AWS names of the members that are present, in structures their paths, in the order of the
    /// walk.
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

    /// What of the request this pool does not have, as far as it is known.
    pub(crate) fn not_implemented(&self) -> Option<String> {
        self.not_implemented.clone()
    }

    /// What a request with these members gets: violations first, then what Cognito refuses in words
    /// of its own.
    pub(crate) fn refusal(&self) -> Option<ServiceError> {
        self.message()
            .map(|message| ServiceError::Validation { message })
            .or_else(|| self.other.clone())
    }

    /// Refuses a value that an enum of this crate does not have, also where the model's does.
    fn check_outlier(&mut self, path: impl Fn() -> String, value: &str, shape: &StringShape) {
        let violations = self.violations.len();
        self.check(&path, value, shape);
        if self.violations.len() == violations {
            self.not_implemented.get_or_insert_with(|| format!("{value} at {}", path()));
        }
    }

    /// Refuses a required member that was not there. Rust requests cannot leave one out, JSON can.
    fn is_missing(&mut self, at: impl Fn() -> String, sensitive: bool) -> bool {
        let Some(Outlier::Missing) = self.outliers.at(&at) else { return false };
        let shown = if sensitive { "Value" } else { "Value null" };
        self.violations.push(violation(shown, &at(), "Member must not be null"));
        true
    }

    /// Length before pattern: Cognito names both for an empty attribute name, in this order. That
    /// enums come last is assumed; no shape of the table has an enum and another constraint.
    fn check(&mut self, path: impl Fn() -> String, value: &str, shape: &StringShape) {
        let mut refuse = |rule: String| {
            let shown =
                if shape.sensitive { "Value".to_owned() } else { format!("Value '{value}'") };
            self.violations.push(violation(&shown, &path(), &rule));
        };
        let length = value.chars().count();
        if let Some(max) = shape.max.filter(|max| length > *max) {
            refuse(format!("Member must have length less than or equal to {max}"));
        }
        if let Some(min) = shape.min.filter(|min| length < *min) {
            refuse(format!("Member must have length greater than or equal to {min}"));
        }
        if let Some(pattern) = enforced_pattern(shape).filter(|pattern| !matches(pattern, value)) {
            refuse(format!("Member must satisfy regular expression pattern: {pattern}"));
        }
        if !shape.values.is_empty() && !shape.values.contains(&value) {
            let values = shape.values.join(", ");
            refuse(format!("Member must satisfy enum value set: [{values}]"));
        }
    }

    fn check_integer(&mut self, path: impl Fn() -> String, value: i64, shape: &IntegerShape) {
        let mut refuse = |rule: String| {
            self.violations.push(violation(&format!("Value '{value}'"), &path(), &rule));
        };
        if let Some(max) = shape.max.filter(|max| value > *max) {
            refuse(format!("Member must have value less than or equal to {max}"));
        }
        if let Some(min) = shape.min.filter(|min| value < *min) {
            refuse(format!("Member must have value greater than or equal to {min}"));
        }
    }
}

/// One structure in a list: what JSON may say in it and the Rust type cannot.
pub(crate) struct Item<'a> {
    members: &'a mut Members,
    list: &'static str,
    index: usize,
}

impl Item<'_> {
    /// A required member with an enum's value.
    pub(crate) fn choice(&mut self, member: &str, shape: &StringShape) {
        let place = self.path(member);
        let at = || place.clone();
        if !self.members.is_missing(at, shape.sensitive)
            && let Some(Outlier::Text(value)) = self.members.outliers.at(at)
        {
            let value = value.clone();
            self.members.check_outlier(at, &value, shape);
        }
    }

    /// The data type of an attribute. The model does not require it, and Cognito does.
    fn data_type(&mut self) {
        const MEMBER: &str = "AttributeDataType";
        let place = self.path(MEMBER);
        if let Some(Outlier::Missing) = self.members.outliers.at(|| place) {
            self.members.other.get_or_insert(ServiceError::AttributeDataTypeMissing);
        } else {
            self.choice(MEMBER, &shapes::ATTRIBUTE_DATA_TYPE);
        }
    }

    /// A required text.
    pub(crate) fn text(&mut self, member: &str, value: &str, shape: &StringShape) {
        let place = self.path(member);
        let at = || place.clone();
        if !self.members.is_missing(at, shape.sensitive) {
            self.members.check(at, value, shape);
        }
    }

    /// A required number.
    pub(crate) fn integer(&mut self, member: &str, value: Option<u32>, shape: &IntegerShape) {
        let place = self.path(member);
        let at = || place.clone();
        if self.members.is_missing(at, false) {
            return;
        }
        let value = match self.members.outliers.at(at) {
            Some(Outlier::Integer(value)) => Some(*value),
            _ => value.map(Into::into),
        };
        if let Some(value) = value {
            self.members.check_integer(at, value, shape);
        }
    }

    fn path(&self, member: &str) -> String {
        format!("{}.{}", item_path(self.list, self.index), path(member))
    }
}

fn violation(shown: &str, path: &str, rule: &str) -> String {
    format!("{shown} at '{path}' failed to satisfy constraint: {rule}")
}

/// The pattern that values of a shape must match.
///
/// PasswordType's `[\S]+` is not enforced. The developer guide allows spaces inside a password
/// (<https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>), so
/// the service cannot be matching whole values against it. Assumed.
fn enforced_pattern(shape: &StringShape) -> Option<&'static str> {
    shape.pattern.filter(|_| shape.name != shapes::PASSWORD_TYPE.name)
}

#[cfg(test)]
mod tests;
