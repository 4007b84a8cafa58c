use std::collections::BTreeMap;

use serde_json::{Map, Value};
use user_directory_fake::Fake;
use user_directory_pool::{Attribute, PresentedToken, Secret, model::Outliers};

/// A member of the wrong JSON type: SerializationException.
///
/// Public traces show the class; the texts are those of other AWS JSON services, so assumed here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Mistyped {
    pub(crate) message: &'static str,
}

const COLLECTION: Mistyped =
    Mistyped { message: "Start of structure or map found where not expected." };
const LIST: Mistyped = Mistyped { message: "Start of list found where not expected" };
const SCALAR: Mistyped = Mistyped { message: "Expected a list or a structure" };

/// The members of a request's JSON object, taken out one by one.
///
/// A required member that is missing or null, an unknown enum value and a number out of range are
/// noted as outliers, for the pool to refuse in one text with the other violations. Members that
/// the API does not have are ignored, as AWS does.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    object: Map<String, Value>,
    fake: &'a Fake,
    outliers: Outliers,
    not_implemented: Option<&'static str>,
}

impl<'a> Members<'a> {
    pub(crate) fn new(object: Map<String, Value>, fake: &'a Fake) -> Self {
        Self { object, fake, outliers: Outliers::default(), not_implemented: None }
    }

    /// What was noted on the way.
    pub(crate) fn into_outliers(self) -> Outliers {
        self.outliers
    }

    /// Notes that a member cannot be obeyed, if it is there.
    pub(crate) fn not_implemented(&mut self, member: &'static str) {
        if self.has(member) {
            self.not_implemented = Some(member);
        }
    }

    /// The member that cannot be obeyed.
    pub(crate) fn is_not_implemented(&self) -> Option<&'static str> {
        self.not_implemented
    }

    /// The member `AccessToken`, with what its signature proves.
    pub(crate) fn access_token(&mut self) -> Result<PresentedToken, Mistyped> {
        Ok(self.fake.present(&self.required_text("AccessToken")?))
    }

    /// Takes a member; null is as good as missing.
    fn take(&mut self, member: &str) -> Option<Value> {
        self.object.remove(member).filter(|value| !value.is_null())
    }

    /// Whether a member is there, without reading it.
    pub(crate) fn has(&self, member: &str) -> bool {
        self.object.get(member).is_some_and(|value| !value.is_null())
    }

    pub(crate) fn text(&mut self, member: &str) -> Result<Option<String>, Mistyped> {
        self.take(member).map(text).transpose()
    }

    pub(crate) fn required_text(&mut self, member: &str) -> Result<String, Mistyped> {
        let text = self.text(member)?;
        if text.is_none() {
            self.outliers.missing(member);
        }
        Ok(text.unwrap_or_default())
    }

    pub(crate) fn secret(&mut self, member: &str) -> Result<Option<Secret>, Mistyped> {
        Ok(self.text(member)?.map(Secret::new))
    }

    pub(crate) fn required_secret(&mut self, member: &str) -> Result<Secret, Mistyped> {
        self.required_text(member).map(Secret::new)
    }

    pub(crate) fn flag(&mut self, member: &str) -> Result<Option<bool>, Mistyped> {
        self.take(member)
            .map(|value| match value {
                Value::Bool(flag) => Ok(flag),
                other => Err(unexpected(&other, "Boolean")),
            })
            .transpose()
    }

    /// A whole number that the pool holds as `u32`.
    pub(crate) fn integer(&mut self, member: &str) -> Result<Option<u32>, Mistyped> {
        let Some(value) = self.take(member) else { return Ok(None) };
        let number = value.as_i64().ok_or_else(|| unexpected(&value, "Integer"))?;
        match u32::try_from(number) {
            Ok(number) => Ok(Some(number)),
            Err(_) => {
                self.outliers.integer(member, number);
                Ok(None)
            }
        }
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
            self.outliers.text(member, name);
        }
        Ok(value)
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
                None => self.outliers.item(member, index, name),
            }
        }
        Ok(values)
    }

    pub(crate) fn texts(&mut self, member: &str) -> Result<Vec<String>, Mistyped> {
        self.items(member)?.into_iter().map(text).collect()
    }

    pub(crate) fn required_texts(&mut self, member: &str) -> Result<Vec<String>, Mistyped> {
        self.require(member);
        self.texts(member)
    }

    /// A map from texts to texts.
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
        let items = self.items(member)?;
        let mut attributes = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let mut item = Members::new(object(item)?, self.fake);
            let name = item.text("Name")?;
            if name.is_none() {
                self.outliers.missing_in_item(member, index, "Name");
            }
            let mut attribute = Attribute::new(name.unwrap_or_default(), "");
            attribute.value = item.text("Value")?;
            attributes.push(attribute);
        }
        Ok(attributes)
    }

    pub(crate) fn required_attributes(&mut self, member: &str) -> Result<Vec<Attribute>, Mistyped> {
        self.require(member);
        self.attributes(member)
    }

    /// A structure, to take members from in its turn. Absent, it has none.
    pub(crate) fn structure(&mut self, member: &str) -> Result<Members<'a>, Mistyped> {
        let object = self.take(member).map(object).transpose()?;
        Ok(Members::new(object.unwrap_or_default(), self.fake))
    }

    fn items(&mut self, member: &str) -> Result<Vec<Value>, Mistyped> {
        match self.take(member) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(Value::Object(_)) => Err(COLLECTION),
            Some(_) => Err(SCALAR),
        }
    }

    fn require(&mut self, member: &str) {
        if !self.has(member) {
            self.outliers.missing(member);
        }
    }
}

fn text(value: Value) -> Result<String, Mistyped> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(unexpected(&other, "String")),
    }
}

fn object(value: Value) -> Result<Map<String, Value>, Mistyped> {
    match value {
        Value::Object(object) => Ok(object),
        Value::Array(_) => Err(LIST),
        _ => Err(SCALAR),
    }
}

/// A scalar is named by its kind, never by its value, which may be a secret.
fn unexpected(value: &Value, expected: &'static str) -> Mistyped {
    let message = match (value, expected) {
        (Value::Object(_), _) => return COLLECTION,
        (Value::Array(_), _) => return LIST,
        (Value::Number(_), "String") => "NUMBER_VALUE can not be converted to a String",
        (Value::Bool(true), "String") => "TRUE_VALUE can not be converted to a String",
        (Value::Bool(false), "String") => "FALSE_VALUE can not be converted to a String",
        (Value::Number(_), "Boolean") => "NUMBER_VALUE can not be converted to a Boolean",
        (Value::String(_), "Boolean") => "STRING_VALUE can not be converted to a Boolean",
        (Value::String(_), _) => "STRING_VALUE can not be converted to an Integer",
        (Value::Number(_), _) => "NUMBER_VALUE can not be converted to an Integer",
        _ => "BOOLEAN_VALUE can not be converted to an Integer",
    };
    Mistyped { message }
}
