use std::{collections::BTreeMap, mem};

use serde_json::{Map, Value};
use user_directory_fake::Fake;
use user_directory_pool::{Attribute, PresentedToken, Secret, model::Outliers};

use crate::unhonoured::Unhonoured;

/// A member of the wrong JSON type: SerializationException.
///
/// Public traces show the class; the texts are those of other AWS JSON services, so assumed here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Mistyped {
    pub(crate) message: String,
}

/// The members of a request's JSON object, or of a structure in it, taken out one by one.
///
/// A required member that is missing or null, an unknown enum value and a number out of range are
/// noted as outliers, for the pool to refuse in one text with the other violations. Members that
/// the API does not have are ignored, as AWS does.
///
/// Without `Debug`: values may be secrets.
pub(crate) struct Members<'a> {
    object: Map<String, Value>,
    place: Place,
    fake: &'a Fake,
    unhonoured: &'a Unhonoured,
    outliers: Outliers,
    not_implemented: Option<String>,
    kept: Map<String, Value>,
}

/// Where the members stand in the request.
enum Place {
    Request,
    Structure { path: String },
    Item { list: String, index: usize },
}

impl Place {
    /// The path of a member here, as people write it.
    fn path(&self, member: &str) -> String {
        match self {
            Self::Request => member.to_owned(),
            Self::Structure { path } => format!("{path}.{member}"),
            Self::Item { list, .. } => format!("{list}[].{member}"),
        }
    }
}

impl<'a> Members<'a> {
    pub(crate) fn new(
        object: Map<String, Value>,
        fake: &'a Fake,
        unhonoured: &'a Unhonoured,
    ) -> Self {
        Self {
            object,
            place: Place::Request,
            fake,
            unhonoured,
            outliers: Outliers::default(),
            not_implemented: None,
            kept: Map::new(),
        }
    }

    /// What was noted on the way.
    pub(crate) fn into_outliers(self) -> Outliers {
        self.outliers
    }

    /// Notes that a member cannot be obeyed, if it is there; in a list, by the list's path.
    pub(crate) fn not_implemented(&mut self, member: &str) {
        if self.take(member).is_some() {
            self.cannot_obey(member);
        }
    }

    /// Notes that a member cannot be obeyed, unless it says what is done anyway.
    pub(crate) fn only(&mut self, member: &str, value: impl Into<Value>) {
        let said = self.take(member);
        if said.is_some_and(|said| value.into() != said) {
            self.cannot_obey(member);
        }
    }

    /// Notes that a member cannot be obeyed.
    pub(crate) fn cannot_obey(&mut self, member: &str) {
        let path = self.place.path(member);
        self.not_implemented.get_or_insert(path);
    }

    /// Keeps a setting that no answer depends on, once it is known to be of its type.
    pub(crate) fn keep(&mut self, member: &str, is: Type) -> Result<(), Mistyped> {
        let Some(value) = self.take(member) else { return Ok(()) };
        is.check(&value)?;
        self.note_kept(member, value);
        Ok(())
    }

    /// Keeps a structure, whose members are read one by one. That it is there is kept, too.
    pub(crate) fn keep_structure(
        &mut self,
        member: &str,
        read: impl FnOnce(&mut Self) -> Result<(), Mistyped>,
    ) -> Result<(), Mistyped> {
        if self.object.get(member).is_some_and(Value::is_object) {
            self.note_kept(member, Map::new().into());
        }
        self.structure(member, read)?;
        Ok(())
    }

    /// Keeps a setting that says what is done anyway. Another value cannot be obeyed.
    pub(crate) fn keep_only(&mut self, member: &str, value: impl Into<Value>) {
        match self.take(member) {
            Some(said) if said == value.into() => self.note_kept(member, said),
            Some(said) => self.unhonoured(member, said),
            None => {}
        }
    }

    /// As [`keep_only`](Self::keep_only), where more than one text says what is done anyway.
    pub(crate) fn keep_one_of(&mut self, member: &str, texts: &[&str]) {
        match self.take(member) {
            Some(said) if said.as_str().is_some_and(|text| texts.contains(&text)) => {
                self.note_kept(member, said);
            }
            Some(said) => self.unhonoured(member, said),
            None => {}
        }
    }

    /// For a setting that cannot be obeyed, whatever it says.
    pub(crate) fn keep_unhonoured(&mut self, member: &str) {
        if let Some(said) = self.take(member) {
            self.unhonoured(member, said);
        }
    }

    /// Keeps what cannot be obeyed, for the rules between settings, and notes that the request is to
    /// be refused unless the wire was told to store such settings.
    fn unhonoured(&mut self, member: &str, value: Value) {
        self.note_kept(member, value);
        if !self.unhonoured.stores(&self.place.path(member)) {
            self.cannot_obey(member);
        }
    }

    fn note_kept(&mut self, member: &str, value: Value) {
        let path = self.place.path(member);
        let mut object = &mut self.kept;
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                object.insert(part.to_owned(), value);
                return;
            }
            let inner = object.entry(part).or_insert_with(|| Map::new().into());
            // Above a kept member stand structures that are read one by one.
            let Value::Object(inner) = inner else { return };
            object = inner;
        }
    }

    /// The settings to keep, by their AWS names.
    pub(crate) fn take_kept(&mut self) -> Map<String, Value> {
        mem::take(&mut self.kept)
    }

    /// The path of the first member that cannot be obeyed.
    pub(crate) fn is_not_implemented(&self) -> Option<&str> {
        self.not_implemented.as_deref()
    }

    /// The member `AccessToken`, with what its signature proves.
    pub(crate) fn access_token(&mut self) -> Result<PresentedToken, Mistyped> {
        Ok(self.fake.present(&self.required_text("AccessToken")?))
    }

    /// The member `AccessToken`, where it need not be there.
    pub(crate) fn optional_access_token(&mut self) -> Result<Option<PresentedToken>, Mistyped> {
        Ok(self.text("AccessToken")?.map(|token| self.fake.present(&token)))
    }

    /// Takes a member; null is as good as missing.
    fn take(&mut self, member: &str) -> Option<Value> {
        self.object.remove(member).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&mut self, member: &str) -> Result<Option<String>, Mistyped> {
        self.take(member).map(text).transpose()
    }

    pub(crate) fn required_text(&mut self, member: &str) -> Result<String, Mistyped> {
        self.require(member);
        Ok(self.text(member)?.unwrap_or_default())
    }

    pub(crate) fn secret(&mut self, member: &str) -> Result<Option<Secret>, Mistyped> {
        Ok(self.text(member)?.map(Secret::new))
    }

    pub(crate) fn required_secret(&mut self, member: &str) -> Result<Secret, Mistyped> {
        self.required_text(member).map(Secret::new)
    }

    pub(crate) fn flag(&mut self, member: &str) -> Result<Option<bool>, Mistyped> {
        self.take(member)
            .map(|value| value.as_bool().ok_or_else(|| unexpected(&value, "a Boolean")))
            .transpose()
    }

    pub(crate) fn required_flag(&mut self, member: &str) -> Result<bool, Mistyped> {
        self.require(member);
        Ok(self.flag(member)?.unwrap_or_default())
    }

    /// A whole number that the pool holds as `u32`, in another form, or not at all: it is noted in
    /// any case.
    pub(crate) fn integer(&mut self, member: &str) -> Result<Option<u32>, Mistyped> {
        let Some(value) = self.take(member) else { return Ok(None) };
        let number = value.as_i64().ok_or_else(|| unexpected(&value, "an Integer"))?;
        match &self.place {
            Place::Item { list, index } => {
                self.outliers.integer_in_item(list, *index, member, number);
            }
            place => self.outliers.integer(&place.path(member), number),
        }
        Ok(u32::try_from(number).ok())
    }

    pub(crate) fn required_integer(&mut self, member: &str) -> Result<u32, Mistyped> {
        self.require(member);
        Ok(self.integer(member)?.unwrap_or_default())
    }

    /// A value of an enum.
    pub(crate) fn choice<T>(
        &mut self,
        member: &str,
        from_name: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Mistyped> {
        let Some(name) = self.text(member)? else { return Ok(None) };
        let value = from_name(&name);
        if value.is_none() {
            match &self.place {
                Place::Item { list, index } => {
                    self.outliers.text_in_item(list, *index, member, name);
                }
                place => self.outliers.text(&place.path(member), name),
            }
        }
        Ok(value)
    }

    pub(crate) fn required_choice<T>(
        &mut self,
        member: &str,
        from_name: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Mistyped> {
        self.require(member);
        self.choice(member, from_name)
    }

    /// A list of values of an enum.
    pub(crate) fn choices<T>(
        &mut self,
        member: &str,
        from_name: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, Mistyped> {
        let names = self.texts(member)?;
        let mut values = Vec::with_capacity(names.len());
        for (index, name) in names.into_iter().enumerate() {
            match from_name(&name) {
                Some(value) => values.push(value),
                None => self.outliers.item(&self.place.path(member), index, name),
            }
        }
        Ok(values)
    }

    /// For a list that says something by being there.
    pub(crate) fn optional_texts(&mut self, member: &str) -> Result<Option<Vec<String>>, Mistyped> {
        let is_there = self.object.get(member).is_some_and(|value| !value.is_null());
        let texts = self.texts(member)?;
        Ok(is_there.then_some(texts))
    }

    pub(crate) fn texts(&mut self, member: &str) -> Result<Vec<String>, Mistyped> {
        self.list(member)?.into_iter().map(text).collect()
    }

    pub(crate) fn required_texts(&mut self, member: &str) -> Result<Vec<String>, Mistyped> {
        self.require(member);
        self.texts(member)
    }

    /// A map from texts to texts. Entries of null are dropped (assumed).
    pub(crate) fn texts_by_name(
        &mut self,
        member: &str,
    ) -> Result<BTreeMap<String, String>, Mistyped> {
        let Some(value) = self.take(member) else { return Ok(BTreeMap::new()) };
        object(value)?
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| Ok((name, text(value)?)))
            .collect()
    }

    /// A map from texts to secrets.
    pub(crate) fn secrets_by_name(
        &mut self,
        member: &str,
    ) -> Result<BTreeMap<String, Secret>, Mistyped> {
        let texts = self.texts_by_name(member)?;
        Ok(texts.into_iter().map(|(name, value)| (name, Secret::new(value))).collect())
    }

    /// A list of attributes, each a name and perhaps a value.
    pub(crate) fn attributes(&mut self, member: &str) -> Result<Vec<Attribute>, Mistyped> {
        self.items(member, |item| {
            let mut attribute = Attribute::new(item.required_text("Name")?, "");
            attribute.value = item.text("Value")?;
            Ok(attribute)
        })
    }

    pub(crate) fn required_attributes(&mut self, member: &str) -> Result<Vec<Attribute>, Mistyped> {
        self.require(member);
        self.attributes(member)
    }

    /// A structure, to take members from in its turn.
    pub(crate) fn structure<T>(
        &mut self,
        member: &str,
        read: impl FnOnce(&mut Self) -> Result<T, Mistyped>,
    ) -> Result<Option<T>, Mistyped> {
        let place = Place::Structure { path: self.place.path(member) };
        self.take(member).map(|value| self.inside(value, place, read)).transpose()
    }

    pub(crate) fn required_items<T>(
        &mut self,
        member: &str,
        read: impl Fn(&mut Self) -> Result<T, Mistyped>,
    ) -> Result<Vec<T>, Mistyped> {
        self.require(member);
        self.items(member, read)
    }

    /// A list of structures, to take members from in their turn.
    pub(crate) fn items<T>(
        &mut self,
        member: &str,
        read: impl Fn(&mut Self) -> Result<T, Mistyped>,
    ) -> Result<Vec<T>, Mistyped> {
        let list = self.place.path(member);
        let items = self.list(member)?.into_iter().enumerate();
        items
            .map(|(index, value)| {
                self.inside(value, Place::Item { list: list.clone(), index }, &read)
            })
            .collect()
    }

    /// Reads the members of an object inside this one, which notes in the same place.
    fn inside<T>(
        &mut self,
        value: Value,
        place: Place,
        read: impl FnOnce(&mut Self) -> Result<T, Mistyped>,
    ) -> Result<T, Mistyped> {
        let mut inner = Self {
            object: object(value)?,
            place,
            fake: self.fake,
            unhonoured: self.unhonoured,
            outliers: mem::take(&mut self.outliers),
            not_implemented: self.not_implemented.take(),
            kept: mem::take(&mut self.kept),
        };
        let result = read(&mut inner);
        self.outliers = inner.outliers;
        self.not_implemented = inner.not_implemented;
        self.kept = inner.kept;
        result
    }

    fn list(&mut self, member: &str) -> Result<Vec<Value>, Mistyped> {
        match self.take(member) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(unexpected(&other, LIST)),
        }
    }

    fn require(&mut self, member: &str) {
        if self.object.get(member).is_none_or(Value::is_null) {
            match &self.place {
                Place::Item { list, index } => self.outliers.missing_in_item(list, *index, member),
                place => self.outliers.missing(&place.path(member)),
            }
        }
    }
}

/// The type of a member that is only kept.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Type {
    Boolean,
    Object,
    Text,
    Texts,
    /// A map; entries of null are kept as they are (assumed).
    TextsByName,
}

impl Type {
    fn check(self, value: &Value) -> Result<(), Mistyped> {
        let expected = match (self, value) {
            (Self::Boolean, Value::Bool(_))
            | (Self::Object, Value::Object(_))
            | (Self::Text, Value::String(_)) => return Ok(()),
            (Self::Texts, Value::Array(items)) => {
                return items.iter().try_for_each(|item| Self::Text.check(item));
            }
            (Self::TextsByName, Value::Object(members)) => {
                let mut values = members.values().filter(|value| !value.is_null());
                return values.try_for_each(|value| Self::Text.check(value));
            }
            (Self::Boolean, _) => "a Boolean",
            (Self::Object | Self::TextsByName, _) => OBJECT,
            (Self::Text, _) => TEXT,
            (Self::Texts, _) => LIST,
        };
        Err(unexpected(value, expected))
    }
}

const TEXT: &str = "a String";
const LIST: &str = "a list";
const OBJECT: &str = "a structure or map";

fn text(value: Value) -> Result<String, Mistyped> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(unexpected(&other, TEXT)),
    }
}

fn object(value: Value) -> Result<Map<String, Value>, Mistyped> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(unexpected(&other, OBJECT)),
    }
}

/// A value is named by its kind, never by itself: it may be a secret.
fn unexpected(value: &Value, expected: &str) -> Mistyped {
    let kind = match value {
        Value::Object(_) => "Start of structure or map found where not expected.",
        Value::Array(_) => "Start of list found where not expected",
        Value::Null => "NULL_VALUE",
        _ if expected == LIST => "Expected list or null",
        _ if expected == OBJECT => "Expected structure or map, or null",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
    };
    let message = if kind.ends_with("_VALUE") {
        format!("{kind} can not be converted to {expected}")
    } else {
        kind.to_owned()
    };
    Mistyped { message }
}
