//! Attributes of a pool's schema, as CreateUserPool and AddCustomAttributes take them and
//! descriptions show them.

use std::str::FromStr;

use serde::Serialize;
use serde_json::Map;
use user_directory_pool::{AttributeDataType, SchemaAttributeType};

use crate::members::{Members, Mistyped};

/// The attributes of a new pool: custom ones, and standard ones, of which what is not said stays as
/// it is.
pub(crate) fn read(
    members: &mut Members<'_>,
    member: &str,
) -> Result<Vec<SchemaAttributeType>, Mistyped> {
    members.items(member, |attribute| {
        let name = attribute.required_text("Name")?;
        match SchemaAttributeType::standard(&name) {
            Some(standard) => {
                let data_type = attribute.choice("AttributeDataType", data_type_from_name)?;
                read_attribute(attribute, standard, data_type)
            }
            None => read_custom_attribute(attribute, name),
        }
    })
}

/// Custom attributes, whatever they are called.
pub(crate) fn read_custom(
    members: &mut Members<'_>,
    member: &str,
) -> Result<Vec<SchemaAttributeType>, Mistyped> {
    members.required_items(member, |attribute| {
        let name = attribute.required_text("Name")?;
        read_custom_attribute(attribute, name)
    })
}

/// That its type is required and that it is mutable if nothing else is said is assumed.
fn read_custom_attribute(
    attribute: &mut Members<'_>,
    name: String,
) -> Result<SchemaAttributeType, Mistyped> {
    // Without a type the pool refuses the request.
    let data_type = attribute.required_choice("AttributeDataType", data_type_from_name)?;
    // A type that is refused leaves the name in its place.
    let plain = SchemaAttributeType::new(name, AttributeDataType::string(None, None));
    read_attribute(attribute, plain, data_type)
}

/// Changes what is said of an attribute. A type comes without its former limits, unless it is the
/// same.
fn read_attribute(
    attribute: &mut Members<'_>,
    mut schema: SchemaAttributeType,
    data_type: Option<AttributeDataType>,
) -> Result<SchemaAttributeType, Mistyped> {
    if let Some(data_type) = data_type
        && data_type.name() != schema.attribute_data_type.name()
    {
        schema.attribute_data_type = data_type;
    }
    let (numbers, strings) = ("NumberAttributeConstraints", "StringAttributeConstraints");
    let foreign: &[_] = match schema.attribute_data_type {
        AttributeDataType::Number { .. } => {
            let limits = attribute.structure(numbers, |constraints| {
                Ok((limit(constraints, "MinValue")?, limit(constraints, "MaxValue")?))
            })?;
            if let Some((min, max)) = limits {
                schema.attribute_data_type = AttributeDataType::number(min, max);
            }
            &[strings]
        }
        AttributeDataType::String { .. } => {
            let limits = attribute.structure(strings, |constraints| {
                Ok((limit(constraints, "MinLength")?, limit(constraints, "MaxLength")?))
            })?;
            if let Some((min, max)) = limits {
                schema.attribute_data_type = AttributeDataType::string(min, max);
            }
            &[numbers]
        }
        _ => &[numbers, strings],
    };
    for constraints in foreign {
        attribute.only(constraints, Map::new());
    }
    schema.developer_only_attribute = attribute.flag("DeveloperOnlyAttribute")?.unwrap_or_default();
    if let Some(mutable) = attribute.flag("Mutable")? {
        schema.mutable = mutable;
    }
    if let Some(required) = attribute.flag("Required")? {
        schema.required = required;
    }
    Ok(schema)
}

fn data_type_from_name(name: &str) -> Option<AttributeDataType> {
    match name {
        "Boolean" => Some(AttributeDataType::Boolean),
        "DateTime" => Some(AttributeDataType::DateTime),
        "Number" => Some(AttributeDataType::number(None, None)),
        "String" => Some(AttributeDataType::string(None, None)),
        _ => None,
    }
}

/// Limits are texts. What Cognito answers to one that is no whole number is not known.
fn limit<T: FromStr>(constraints: &mut Members<'_>, member: &str) -> Result<Option<T>, Mistyped> {
    let Some(text) = constraints.text(member)? else { return Ok(None) };
    let limit = text.parse().ok();
    if limit.is_none() {
        constraints.cannot_obey(member);
    }
    Ok(limit)
}

/// AWS: `SchemaAttributeType`; its constraints are texts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SchemaAttribute {
    name: String,
    attribute_data_type: &'static str,
    developer_only_attribute: bool,
    mutable: bool,
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_attribute_constraints: Option<NumberAttributeConstraintsType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_attribute_constraints: Option<StringAttributeConstraintsType>,
}

/// That it is there, empty, without any limit is assumed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NumberAttributeConstraintsType {
    #[serde(skip_serializing_if = "Option::is_none")]
    min_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_value: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StringAttributeConstraintsType {
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<String>,
}

impl From<SchemaAttributeType> for SchemaAttribute {
    fn from(attribute: SchemaAttributeType) -> Self {
        let mut number_attribute_constraints = None;
        let mut string_attribute_constraints = None;
        match attribute.attribute_data_type {
            AttributeDataType::Number { min_value, max_value, .. } => {
                number_attribute_constraints = Some(NumberAttributeConstraintsType {
                    min_value: min_value.map(|limit| limit.to_string()),
                    max_value: max_value.map(|limit| limit.to_string()),
                });
            }
            AttributeDataType::String { min_length, max_length, .. } => {
                string_attribute_constraints = Some(StringAttributeConstraintsType {
                    min_length: min_length.map(|limit| limit.to_string()),
                    max_length: max_length.map(|limit| limit.to_string()),
                });
            }
            _ => {}
        }
        Self {
            name: attribute.name.into_owned(),
            attribute_data_type: attribute.attribute_data_type.name(),
            developer_only_attribute: false,
            mutable: attribute.mutable,
            required: attribute.required,
            number_attribute_constraints,
            string_attribute_constraints,
        }
    }
}
