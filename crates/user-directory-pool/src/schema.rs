use std::borrow::Cow;

use crate::{Attribute, ServiceError, user::Attributes};

/// The standard attributes that can be written, in the order of a pool's description. `sub` is
/// never writable. Source:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>
pub(crate) const STANDARD_ATTRIBUTES: [&str; 19] = [
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

/// An attribute of a pool's schema (AWS: `SchemaAttributeType`).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SchemaAttributeType {
    /// The name.
    pub name: Cow<'static, str>,
    /// What values it takes.
    pub attribute_data_type: AttributeDataType,
    /// Whether a value can change.
    pub mutable: bool,
    /// Whether a user must have it.
    pub required: bool,
}

/// What values an attribute takes (AWS: `AttributeDataType`, with the constraints of
/// `SchemaAttributeType`).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AttributeDataType {
    /// `true` or `false`.
    Boolean,
    /// A number, with its `NumberAttributeConstraints`.
    #[non_exhaustive]
    Number {
        /// The least value.
        min_value: u64,
    },
    /// A text, with its `StringAttributeConstraints`.
    #[non_exhaustive]
    String {
        /// The least number of characters.
        min_length: u32,
        /// The greatest number of characters.
        max_length: u32,
    },
}

impl AttributeDataType {
    /// The AWS name, such as `String`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Boolean",
            Self::Number { .. } => "Number",
            Self::String { .. } => "String",
        }
    }
}

/// The schema as a description of the pool shows it. The start of the list is reported, for an
/// output of DescribeUserPool: <https://github.com/aws-amplify/amplify-js/issues/12906>. The rest is
/// assumed.
pub(crate) fn describe(required: &[Cow<'static, str>]) -> Vec<SchemaAttributeType> {
    let sub = SchemaAttributeType {
        name: Cow::Borrowed("sub"),
        attribute_data_type: AttributeDataType::String { min_length: 1, max_length: 2048 },
        mutable: false,
        required: true,
    };
    let others = STANDARD_ATTRIBUTES.into_iter().map(|name| SchemaAttributeType {
        name: Cow::Borrowed(name),
        attribute_data_type: match name {
            "email_verified" | "phone_number_verified" => AttributeDataType::Boolean,
            "updated_at" => AttributeDataType::Number { min_value: 0 },
            "birthdate" => AttributeDataType::String { min_length: 10, max_length: 10 },
            _ => AttributeDataType::String { min_length: 0, max_length: 2048 },
        },
        mutable: true,
        required: required.iter().any(|other| other == name),
    });
    std::iter::once(sub).chain(others).collect()
}

/// The attribute that says whether an e-mail address or phone number is verified.
pub(crate) const VERIFIED: [(&str, &str); 2] =
    [("email", "email_verified"), ("phone_number", "phone_number_verified")];

/// The name as the schema spells it, if the pool has the attribute.
pub(crate) fn standard(name: &str) -> Option<Cow<'static, str>> {
    STANDARD_ATTRIBUTES.into_iter().find(|standard| *standard == name).map(Cow::Borrowed)
}

/// A change to a user's attributes that conforms to the schema.
#[derive(Debug)]
pub(crate) struct Change(Vec<(Cow<'static, str>, Option<String>)>);

/// Whether attributes are written at a user's creation or later: Cognito words the refusals
/// differently.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Write {
    Creation,
    Update,
}

impl Change {
    /// Checks attributes against the schema. An empty value deletes. A name that stands twice takes
    /// its last value (assumed).
    pub(crate) fn check(
        attributes: &[Attribute],
        write: Write,
        required: &[Cow<'static, str>],
    ) -> Result<Self, ServiceError> {
        let mut change = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let name = &attribute.name;
            if name == "sub" {
                return Err(ServiceError::AttributeNotMutable { name: name.clone() });
            }
            let Some(standard) = standard(name) else {
                let name = name.clone();
                return Err(match write {
                    Write::Creation => ServiceError::AttributeTypeUnknown { name },
                    Write::Update => ServiceError::AttributeNotInSchema { name },
                });
            };
            let Some(value) = &attribute.value else {
                return Err(ServiceError::AttributeValueNull { name: name.clone() });
            };
            if value.is_empty() {
                if write == Write::Update && required.contains(&standard) {
                    return Err(ServiceError::RequiredAttributeCannotBeDeleted {
                        name: name.clone(),
                    });
                }
                change.push((standard, None));
            } else {
                let value = checked_value(name, value, write)?;
                change.push((standard, Some(value)));
            }
        }
        Ok(Self(change))
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
            let says = |wanted: fn(&str) -> bool| {
                let said = |(name, value): &(Cow<'_, str>, Option<String>)| {
                    name == verified && value.as_deref().is_some_and(wanted)
                };
                self.0.iter().any(said)
            };
            match (before.get(contact), after.get(contact)) {
                (_, None) if says(|value| value == "true") => {
                    return Err(ServiceError::VerifiedWithoutValue {
                        attribute: contact.to_owned(),
                    });
                }
                (_, None) => after.remove(verified),
                (old, Some(new))
                    if write == Write::Update && old != Some(new) && !says(|_| true) =>
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
fn checked_value(name: &str, value: &str, write: Write) -> Result<String, ServiceError> {
    let breaks = |rule| {
        let name = name.to_owned();
        Err(match write {
            Write::Creation => ServiceError::NewAttributeBreaksSchema { name, rule },
            Write::Update => ServiceError::AttributeBreaksSchema { name, rule },
        })
    };
    match name {
        "email" if !is_email(value) => Err(ServiceError::InvalidEmail),
        "phone_number" if !is_phone_number(value) => Err(ServiceError::InvalidPhoneNumber),
        "email_verified" | "phone_number_verified" => match value.to_ascii_lowercase() {
            lower if lower == "true" || lower == "false" => Ok(lower),
            _ => breaks("Value must be true or false"),
        },
        "birthdate" if value.chars().count() < 10 => {
            breaks("String must be no shorter than 10 characters")
        }
        "birthdate" if value.chars().count() > 10 => {
            breaks("String must be no longer than 10 characters")
        }
        "updated_at" if value.parse::<u64>().is_err() => breaks("Value must be a number"),
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
}
