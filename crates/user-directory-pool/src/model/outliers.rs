use std::collections::BTreeMap;

use super::{item_path, path};

/// What a request in JSON may say and the types of Rust requests cannot: a required member that is
/// missing or null, an enum value that does not exist, a number out of an integer's range.
///
/// Whoever decodes a request notes them here and puts anything of the right type in their place;
/// [`check_with`](crate::check_with) then refuses them where they stand, in one text with the other
/// violations.
#[derive(Debug, Default)]
pub struct Outliers(BTreeMap<String, Outlier>);

/// One of them.
#[derive(Debug)]
pub(super) enum Outlier {
    Missing,
    Text(String),
    Integer(i64),
}

impl Outliers {
    /// A required member that is missing or null.
    pub fn missing(&mut self, member: &str) {
        self.0.insert(path(member), Outlier::Missing);
    }

    /// A required member of an item of a list, such as `Name` of the first of `UserAttributes`,
    /// that is missing or null. Items count from 0.
    pub fn missing_in_item(&mut self, list: &str, index: usize, member: &str) {
        self.0.insert(format!("{}.{}", item_path(list, index), path(member)), Outlier::Missing);
    }

    /// A value that an enum does not have.
    pub fn text(&mut self, member: &str, value: impl Into<String>) {
        self.0.insert(path(member), Outlier::Text(value.into()));
    }

    /// A value in a list that the items' enum does not have. Items count from 0.
    pub fn item(&mut self, list: &str, index: usize, value: impl Into<String>) {
        self.0.insert(item_path(list, index), Outlier::Text(value.into()));
    }

    /// A number that the Rust type cannot hold.
    pub fn integer(&mut self, member: &str, value: i64) {
        self.0.insert(path(member), Outlier::Integer(value));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The outlier at a place, if there is one. The place is spelled out only if there is any.
    pub(super) fn at(&self, path: impl FnOnce() -> String) -> Option<&Outlier> {
        if self.0.is_empty() { None } else { self.0.get(&path()) }
    }

    /// The outliers among a list's items, by their places.
    pub(super) fn items_of(&self, list: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = format!("{}.", path(list));
        self.0.iter().filter_map(move |(place, outlier)| match outlier {
            Outlier::Text(value) if place.starts_with(&prefix) => {
                Some((place.as_str(), value.as_str()))
            }
            _ => None,
        })
    }
}
