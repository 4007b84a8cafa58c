use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Attribute, ServiceError, settings::Settings, user::Attributes};

/// An attribute of a pool's schema (AWS: `SchemaAttributeType`).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SchemaAttributeType {
    /// The name; of a custom attribute without `custom:` in a request, and with it in an answer.
    #[serde(deserialize_with = "interned")]
    pub name: Cow<'static, str>,
    /// What values it takes.
    pub attribute_data_type: AttributeDataType,
    /// Whether only administrators see it, an old feature: this crate has none of those.
    #[serde(default)]
    pub developer_only_attribute: bool,
    /// Whether a value can change.
    pub mutable: bool,
    /// Whether a user must have it.
    pub required: bool,
}

impl SchemaAttributeType {
    /// A mutable attribute that users need not have.
    pub fn new(name: impl Into<Cow<'static, str>>, attribute_data_type: AttributeDataType) -> Self {
        Self {
            name: name.into(),
            attribute_data_type,
            developer_only_attribute: false,
            mutable: true,
            required: false,
        }
    }

    /// How AWS prints the attribute when it refuses a list that is too long. A member with its
    /// default value is printed as null (assumed: the request may have given that value).
    pub(crate) fn as_aws_prints_it(&self) -> String {
        fn limit(limit: Option<impl ToString>) -> String {
            limit.map_or_else(|| "null".to_owned(), |limit| limit.to_string())
        }
        let given = |value: bool, default: bool| match value == default {
            true => "null".to_owned(),
            false => value.to_string(),
        };
        let (mut numbers, mut texts) = ("null".to_owned(), "null".to_owned());
        match self.attribute_data_type {
            AttributeDataType::Number { min_value, max_value }
                if min_value.is_some() || max_value.is_some() =>
            {
                numbers = format!(
                    "NumberAttributeConstraintsType(minValue={}, maxValue={})",
                    limit(min_value),
                    limit(max_value),
                );
            }
            AttributeDataType::String { min_length, max_length }
                if min_length.is_some() || max_length.is_some() =>
            {
                texts = format!(
                    "StringAttributeConstraintsType(minLength={}, maxLength={})",
                    limit(min_length),
                    limit(max_length),
                );
            }
            _ => {}
        }
        format!(
            "SchemaAttributeType(name={}, attributeDataType={}, developerOnlyAttribute={}, \
             mutable={}, required={}, numberAttributeConstraints={numbers}, \
             stringAttributeConstraints={texts})",
            self.name,
            self.attribute_data_type.name(),
            given(self.developer_only_attribute, false),
            given(self.mutable, true),
            given(self.required, false),
        )
    }

    /// A standard attribute as it is unless a pool says otherwise: `email`, `name`.
    pub fn standard(name: &str) -> Option<Self> {
        standard(name)
    }

    /// The attribute as one that users must have.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// What values an attribute takes (AWS: `AttributeDataType`, with the constraints of
/// `SchemaAttributeType`). A limit that is absent does not bind.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum AttributeDataType {
    /// `true` or `false`.
    Boolean,
    /// A date and time; no form is enforced (assumed).
    DateTime,
    /// A whole number, with its `NumberAttributeConstraints`.
    #[non_exhaustive]
    Number {
        /// The least value.
        min_value: Option<i64>,
        /// The greatest value.
        max_value: Option<i64>,
    },
    /// A text, with its `StringAttributeConstraints`.
    #[non_exhaustive]
    String {
        /// The least number of characters.
        min_length: Option<u32>,
        /// The greatest number of characters.
        max_length: Option<u32>,
    },
}

impl AttributeDataType {
    /// A number within limits.
    pub fn number(min_value: Option<i64>, max_value: Option<i64>) -> Self {
        Self::Number { min_value, max_value }
    }

    /// A text within limits.
    pub fn string(min_length: Option<u32>, max_length: Option<u32>) -> Self {
        Self::String { min_length, max_length }
    }

    /// The AWS name, such as `String`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
            Self::Number { .. } => "Number",
            Self::String { .. } => "String",
        }
    }

    /// What is wrong with a value, in Cognito's words. Lengths are reported, the rest is assumed.
    fn fault(self, value: &str) -> Option<String> {
        match self {
            Self::Boolean => {
                let is_boolean = matches!(value.to_ascii_lowercase().as_str(), "true" | "false");
                (!is_boolean).then(|| "Value must be true or false".to_owned())
            }
            Self::DateTime => None,
            Self::Number { min_value, max_value } => {
                let Ok(number) = value.parse::<i64>() else {
                    return Some("Value must be a number".to_owned());
                };
                let low = min_value.filter(|min| number < *min);
                let high = max_value.filter(|max| number > *max);
                low.map(|min| format!("Number must be no less than {min}"))
                    .or_else(|| high.map(|max| format!("Number must be no greater than {max}")))
            }
            Self::String { min_length, max_length } => {
                let length = u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
                let short = min_length.filter(|min| length < *min);
                let long = max_length.filter(|max| length > *max);
                short.map(|min| format!("String must be no shorter than {min} characters")).or_else(
                    || long.map(|max| format!("String must be no longer than {max} characters")),
                )
            }
        }
    }
}

/// The standard attributes in the order of a pool's description. The start of the list is reported,
/// for an output of DescribeUserPool (<https://github.com/aws-amplify/amplify-js/issues/12906>); the
/// rest is assumed. Source of the names:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>
const STANDARD_ATTRIBUTES: [&str; 20] = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
];

fn standard(name: &str) -> Option<SchemaAttributeType> {
    let name = STANDARD_ATTRIBUTES.into_iter().find(|standard| *standard == name)?;
    let attribute_data_type = match name {
        "email_verified" | "phone_number_verified" => AttributeDataType::Boolean,
        "updated_at" => AttributeDataType::number(Some(0), None),
        "birthdate" => AttributeDataType::string(Some(10), Some(10)),
        "sub" => AttributeDataType::string(Some(1), Some(2048)),
        _ => AttributeDataType::string(Some(0), Some(2048)),
    };
    let mut attribute = SchemaAttributeType::new(name, attribute_data_type);
    if name == "sub" {
        (attribute.mutable, attribute.required) = (false, true);
    }
    Some(attribute)
}

/// The attribute that says whether an e-mail address or phone number is verified.
pub(crate) const VERIFIED: [(&str, &str); 2] =
    [("email", "email_verified"), ("phone_number", "phone_number_verified")];

/// Whether this attribute says that an address or number is verified.
pub(crate) fn is_verification(name: &str) -> bool {
    VERIFIED.iter().any(|(_, verified)| *verified == name)
}

/// Custom attributes of a pool:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
const MOST_CUSTOM_ATTRIBUTES: usize = 50;

/// The attributes of a pool: the standard ones, then custom ones in the order of their creation.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Schema(Vec<SchemaAttributeType>);

/// The name of an attribute, without a copy of its own where it is a standard one.
pub(crate) fn interned<'de, D: Deserializer<'de>>(d: D) -> Result<Cow<'static, str>, D::Error> {
    String::deserialize(d).map(intern)
}

pub(crate) fn intern(name: String) -> Cow<'static, str> {
    match STANDARD_ATTRIBUTES.into_iter().find(|standard| *standard == name) {
        Some(standard) => Cow::Borrowed(standard),
        None => Cow::Owned(name),
    }
}

impl Schema {
    /// Whether the standard attributes stand at their places.
    pub(crate) fn is_whole(&self) -> bool {
        STANDARD_ATTRIBUTES.iter().zip(&self.0).filter(|(name, own)| **name == own.name).count()
            == STANDARD_ATTRIBUTES.len()
    }

    /// The standard attributes, changed and added to as a new pool asks.
    pub(crate) fn new(requested: Vec<SchemaAttributeType>) -> Result<Self, ServiceError> {
        let mut schema = Self(STANDARD_ATTRIBUTES.into_iter().filter_map(standard).collect());
        let mut custom = Vec::new();
        for attribute in requested {
            let Some(own) = schema.0.iter_mut().find(|own| own.name == attribute.name) else {
                custom.push(attribute);
                continue;
            };
            let (own_type, type_) = (own.attribute_data_type, attribute.attribute_data_type);
            if own_type.name() != type_.name() || attribute.developer_only_attribute {
                let name = attribute.name.into_owned();
                return Err(ServiceError::StandardAttributeChanged { name });
            }
            if own.name == "sub" && attribute.mutable {
                return Err(ServiceError::SubMadeMutable);
            }
            check_limits(&attribute.name, type_)?;
            own.required |= attribute.required;
            own.mutable = attribute.mutable;
            own.attribute_data_type = type_;
        }
        schema.add_custom(custom, |name| ServiceError::CustomAttributeDuplicate { name })?;
        Ok(schema)
    }

    /// Adds custom attributes, given without their prefix. `taken` is the refusal of a name that is
    /// there already.
    pub(crate) fn add_custom(
        &mut self,
        attributes: Vec<SchemaAttributeType>,
        taken: impl Fn(String) -> ServiceError,
    ) -> Result<(), ServiceError> {
        let mut after = self.0.clone();
        for mut attribute in attributes {
            if attribute.required {
                return Err(ServiceError::CustomAttributeRequired);
            }
            let name = format!("custom:{}", attribute.name);
            if after.iter().any(|other| other.name == name) {
                return Err(taken(name));
            }
            check_limits(&name, attribute.attribute_data_type)?;
            if attribute.developer_only_attribute {
                let what = format!("DeveloperOnlyAttribute of {name}");
                return Err(ServiceError::NotImplemented { what });
            }
            attribute.name = Cow::Owned(name);
            after.push(attribute);
        }
        if after.len() > STANDARD_ATTRIBUTES.len() + MOST_CUSTOM_ATTRIBUTES {
            return Err(ServiceError::TooManyCustomAttributes);
        }
        self.0 = after;
        Ok(())
    }

    pub(crate) fn attributes(&self) -> &[SchemaAttributeType] {
        &self.0
    }

    pub(crate) fn get(&self, name: &str) -> Option<&SchemaAttributeType> {
        self.0.iter().find(|attribute| attribute.name == name)
    }

    /// The required attributes that a user lacks.
    pub(crate) fn missing<'a>(
        &'a self,
        attributes: &'a Attributes,
    ) -> impl Iterator<Item = &'a str> {
        let required = self.0.iter().filter(|attribute| attribute.required);
        required
            .map(|attribute| &*attribute.name)
            .filter(|name| *name != "sub" && attributes.get(name).is_none())
    }
}

/// Refuses limits that no value can keep. Reported for custom attributes, assumed for others.
fn check_limits(name: &str, data_type: AttributeDataType) -> Result<(), ServiceError> {
    let name = || name.to_owned();
    match data_type {
        AttributeDataType::Number { min_value: Some(min), max_value: Some(max) } if max < min => {
            Err(ServiceError::MaxValueBelowMinValue { name: name() })
        }
        AttributeDataType::String { min_length: Some(min), max_length: Some(max) } if max < min => {
            Err(ServiceError::MaxLengthBelowMinLength { name: name() })
        }
        _ => Ok(()),
    }
}

/// A change to a user's attributes that conforms to the schema.
#[derive(Clone, Debug)]
pub(crate) struct Change(Vec<(Cow<'static, str>, Option<String>)>);

/// Whether attributes are written at a user's creation or later: Cognito words the refusals
/// differently.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Write {
    Creation,
    Update,
}

impl Change {
    /// Checks attributes against a pool's schema. An empty value deletes. A name that stands twice takes
    /// its last value (assumed).
    pub(crate) fn check(
        attributes: &[Attribute],
        write: Write,
        settings: &Settings,
    ) -> Result<Self, ServiceError> {
        let mut change = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let name = &attribute.name;
            if name == "sub" {
                return Err(ServiceError::AttributeNotMutable { name: name.clone() });
            }
            let Some(own) = settings.schema.get(name) else {
                let name = name.clone();
                return Err(match write {
                    Write::Creation => ServiceError::AttributeTypeUnknown { name },
                    Write::Update => ServiceError::AttributeNotInSchema { name },
                });
            };
            let Some(value) = &attribute.value else {
                return Err(ServiceError::AttributeValueNull { name: name.clone() });
            };
            if write == Write::Update && !own.mutable {
                return Err(ServiceError::AttributeCannotBeUpdated { name: name.clone() });
            }
            let value = if value.is_empty() {
                if write == Write::Update && own.required {
                    return Err(ServiceError::RequiredAttributeCannotBeDeleted {
                        name: name.clone(),
                    });
                }
                None
            } else {
                let value = checked_value(own, value, write)?;
                Some(match settings.folds(name) {
                    true => settings.fold(&value).into_owned(),
                    false => value,
                })
            };
            change.push((own.name.clone(), value));
        }
        Ok(Self(change))
    }

    /// The value that the change gives an attribute: `None` if it says nothing of it.
    pub(crate) fn value(&self, name: &str) -> Option<Option<&str>> {
        let change = self.0.iter().rev().find(|(other, _)| other == name)?;
        Some(change.1.as_deref())
    }

    /// The change without what it says of an attribute.
    pub(crate) fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(other, _)| other != name).cloned().collect())
    }

    /// The attributes after the change.
    ///
    /// An e-mail address or phone number that an update changes becomes unverified unless the same
    /// change says otherwise; one that goes takes its verification with it (assumed).
    pub(crate) fn apply(
        &self,
        before: &Attributes,
        write: Write,
    ) -> Result<Attributes, ServiceError> {
        let mut after = before.clone();
        for (name, value) in &self.0 {
            match value {
                Some(value) => after.set(name.clone(), value),
                None => after.remove(name),
            }
        }
        for (contact, verified) in VERIFIED {
            let said = self.value(verified).flatten();
            match (before.get(contact), after.get(contact)) {
                (_, None) if said == Some("true") => {
                    return Err(ServiceError::VerifiedWithoutValue {
                        attribute: contact.to_owned(),
                    });
                }
                (_, None) => after.remove(verified),
                (old, Some(new))
                    if write == Write::Update && old != Some(new) && said.is_none() =>
                {
                    after.set(Cow::Borrowed(verified), "false");
                }
                _ => {}
            }
        }
        Ok(after)
    }
}

/// Checks a value's format, and gives it as Cognito stores it.
fn checked_value(
    attribute: &SchemaAttributeType,
    value: &str,
    write: Write,
) -> Result<String, ServiceError> {
    match &*attribute.name {
        "email" if !is_email(value) => return Err(ServiceError::InvalidEmail),
        "phone_number" if !is_phone_number(value) => return Err(ServiceError::InvalidPhoneNumber),
        _ => {}
    }
    if let Some(rule) = attribute.attribute_data_type.fault(value) {
        let name = attribute.name.to_string();
        return Err(match write {
            Write::Creation => ServiceError::NewAttributeBreaksSchema { name, rule },
            Write::Update => ServiceError::AttributeBreaksSchema { name, rule },
        });
    }
    match attribute.attribute_data_type {
        AttributeDataType::Boolean => Ok(value.to_ascii_lowercase()),
        _ => Ok(value.to_owned()),
    }
}

/// Assumed: something before and after one `@`, a dot in the domain, no spaces.
pub(crate) fn is_email(value: &str) -> bool {
    let mut parts = value.split('@');
    let (Some(local), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    !local.is_empty()
        && domain.split('.').count() > 1
        && domain.split('.').all(|label| !label.is_empty())
        && !value.contains(char::is_whitespace)
}

/// A plus and 1 to 15 digits (E.164).
pub(crate) fn is_phone_number(value: &str) -> bool {
    value.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for good in ["a@b.c", "success@simulator.amazonses.com", "a+b@c.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@", "@b.c", "a@b", "a@b..c", "a b@c.d", "a@b@c.d"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_phone_number("+15555550100"));
        for bad in ["", "+", "5555550100", "+1555555010a", "+1234567890123456"] {
            assert!(!is_phone_number(bad), "{bad}");
        }
    }

    #[test]
    fn limits_include_their_ends() {
        let number = AttributeDataType::number(Some(-2), Some(3));
        for (value, fault) in [
            ("-2", None),
            ("3", None),
            ("-3", Some("Number must be no less than -2")),
            ("4", Some("Number must be no greater than 3")),
            ("1.5", Some("Value must be a number")),
        ] {
            assert_eq!(number.fault(value).as_deref(), fault, "{value}");
        }
        let text = AttributeDataType::string(Some(2), Some(3));
        for (value, fault) in [
            ("ää", None),
            ("äää", None),
            ("ä", Some("String must be no shorter than 2 characters")),
            ("ääää", Some("String must be no longer than 3 characters")),
        ] {
            assert_eq!(text.fault(value).as_deref(), fault, "{value}");
        }
    }
}
