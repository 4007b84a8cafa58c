use std::collections::BTreeMap;

use super::{item_path, path};

/// What a request in JSON may say and the types of Rust requests cannot: a required member that is
/// missing or null, an enum value that does not exist, a number out of an integer's range.
///
/// Whoever decodes a request notes them here and puts anything of the right type in their place, in
/// lists nothing; [`check_with`](crate::check_with) then refuses them where they stand, in one text
/// with the other violations, or as not implemented if only Rust lacks them. A member of a structure goes by its path, such as
/// `TokenValidityUnits.IdToken`.
#[derive(Debug, Default)]
pub struct Outliers {
    places: BTreeMap<String, Outlier>,
    pub(super) not_implemented: Option<String>,
}

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
        self.places.insert(path(member), Outlier::Missing);
    }

    /// A required member of an item of a list, such as `Name` of the first of `UserAttributes`,
    /// that is missing or null. Items count from 0.
    pub fn missing_in_item(&mut self, list: &str, index: usize, member: &str) {
        self.places
            .insert(format!("{}.{}", item_path(list, index), path(member)), Outlier::Missing);
    }

    /// A value in a member of an item of a list, that the member's enum does not have.
    pub fn text_in_item(
        &mut self,
        list: &str,
        index: usize,
        member: &str,
        value: impl Into<String>,
    ) {
        let place = format!("{}.{}", item_path(list, index), path(member));
        self.places.insert(place, Outlier::Text(value.into()));
    }

    /// A number in a member of an item of a list, that the Rust type does not keep or cannot hold.
    pub fn integer_in_item(&mut self, list: &str, index: usize, member: &str, value: i64) {
        let place = format!("{}.{}", item_path(list, index), path(member));
        self.places.insert(place, Outlier::Integer(value));
    }

    /// A value that an enum does not have.
    pub fn text(&mut self, member: &str, value: impl Into<String>) {
        self.places.insert(path(member), Outlier::Text(value.into()));
    }

    /// A value in a list that the items' enum does not have. Items count from 0.
    pub fn item(&mut self, list: &str, index: usize, value: impl Into<String>) {
        self.places.insert(item_path(list, index), Outlier::Text(value.into()));
    }

    /// A number that the Rust type cannot hold.
    pub fn integer(&mut self, member: &str, value: i64) {
        self.places.insert(path(member), Outlier::Integer(value));
    }

    /// What the decoder knows cannot be carried out, in words such as `SignUp with UserContextData`.
    /// The first counts.
    pub fn not_implemented(&mut self, what: impl Into<String>) {
        self.not_implemented.get_or_insert(what.into());
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty() && self.not_implemented.is_none()
    }

    /// The outlier at a place, if there is one. The place is spelled out only if there is any.
    pub(super) fn at(&self, path: impl FnOnce() -> String) -> Option<&Outlier> {
        if self.places.is_empty() { None } else { self.places.get(&path()) }
    }

    /// One more than the index of the last item that is an outlier, or has one.
    pub(super) fn items_end(&self, list: &str) -> usize {
        // Not worth spelling the place for the calls that have none.
        if self.places.is_empty() {
            return 0;
        }
        let prefix = format!("{}.", path(list));
        let number = |place: &str| -> Option<usize> {
            place.strip_prefix(&prefix)?.split_once('.')?.0.parse().ok()
        };
        self.places.keys().filter_map(|place| number(place)).max().unwrap_or_default()
    }
}
