use user_directory_pool::AddCustomAttributesRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
    schema,
};

impl Decode for AddCustomAttributesRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        Ok(Self::new(user_pool_id, schema::read_custom(members, "CustomAttributes")?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{POOL, Shape, is_not_implemented, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "AddCustomAttributes",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "CustomAttributes": [
                    {
                        "Name": "role",
                        "AttributeDataType": "String",
                        "Mutable": true,
                        "Required": false,
                        "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "9" },
                    },
                    {
                        "Name": "rank",
                        "AttributeDataType": "Number",
                        "NumberAttributeConstraints": { "MinValue": "1", "MaxValue": "9" },
                    },
                ],
            }),
            required: &["Value null at 'userPoolId'", "Value null at 'customAttributes'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({
            "UserPoolId": POOL,
            "CustomAttributes": [
                {
                    "Name": "role",
                    "AttributeDataType": "String",
                    "DeveloperOnlyAttribute": false,
                    "Mutable": false,
                    "Required": false,
                    "StringAttributeConstraints": { "MaxLength": "9" },
                },
                {
                    "Name": "rank",
                    "AttributeDataType": "Number",
                    "NumberAttributeConstraints": { "MinValue": "-9", "MaxValue": "9" },
                    "StringAttributeConstraints": {},
                },
                { "Name": "since", "AttributeDataType": "DateTime" },
                { "Name": "email", "AttributeDataType": "Boolean" },
            ],
        });
        assert_eq!(post(&wire, "AddCustomAttributes", &body), (200, json!({})));
        let (_, pool) = post(&wire, "DescribeUserPool", &json!({ "UserPoolId": POOL }));
        let schema = pool["UserPool"]["SchemaAttributes"].as_array().expect("a list");
        let expected = json!([
            {
                "Name": "custom:role",
                "AttributeDataType": "String",
                "DeveloperOnlyAttribute": false,
                "Mutable": false,
                "Required": false,
                "StringAttributeConstraints": { "MaxLength": "9" },
            },
            {
                "Name": "custom:rank",
                "AttributeDataType": "Number",
                "DeveloperOnlyAttribute": false,
                "Mutable": true,
                "Required": false,
                "NumberAttributeConstraints": { "MinValue": "-9", "MaxValue": "9" },
            },
            {
                "Name": "custom:since",
                "AttributeDataType": "DateTime",
                "DeveloperOnlyAttribute": false,
                "Mutable": true,
                "Required": false,
            },
            {
                "Name": "custom:email",
                "AttributeDataType": "Boolean",
                "DeveloperOnlyAttribute": false,
                "Mutable": true,
                "Required": false,
            },
        ]);
        assert_eq!(json!(schema[20..]), expected);
        let (kind, text) = refusal(&wire, "AddCustomAttributes", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(text, "custom:role: Existing attribute already has name custom:role.");
    }

    #[test]
    fn violations() {
        let body = json!({
            "UserPoolId": POOL,
            "CustomAttributes": [
                { "Name": "role", "AttributeDataType": "Text" },
                { "AttributeDataType": "String" },
                { "Name": "much too long for a name" },
            ],
        });
        let (kind, text) = refusal(&wire(), "AddCustomAttributes", &body);
        assert_eq!(kind, "InvalidParameterException");
        let failed = "failed to satisfy constraint: Member must";
        let at = |place: &str| format!("at 'customAttributes.{place}' {failed}");
        let expected = [
            format!(
                "Value 'Text' {} satisfy enum value set: [String, Number, DateTime, Boolean]",
                at("1.member.attributeDataType")
            ),
            format!("Value null {} not be null", at("2.member.name")),
            format!(
                "Value 'much too long for a name' {} have length less than or equal to 20",
                at("3.member.name")
            ),
            format!(
                r"Value 'much too long for a name' {} satisfy regular expression pattern: [\p{{L}}\p{{M}}\p{{S}}\p{{N}}\p{{P}}]+",
                at("3.member.name")
            ),
        ];
        assert_eq!(text, format!("4 validation errors detected: {}", expected.join("; ")));
    }

    #[test]
    fn a_type_is_wanted() {
        let body = json!({ "UserPoolId": POOL, "CustomAttributes": [{ "Name": "role" }] });
        let (kind, text) = refusal(&wire(), "AddCustomAttributes", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."
        );
    }

    #[test]
    fn attributes_for_administrators_alone_are_not_implemented() {
        let role = json!({
            "Name": "role",
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": true,
        });
        let body = json!({ "UserPoolId": POOL, "CustomAttributes": [role] });
        let (kind, text) = refusal(&wire(), "AddCustomAttributes", &body);
        assert_eq!(kind, "NotImplementedException");
        assert!(text.ends_with("DeveloperOnlyAttribute of custom:role"), "{text}");
    }

    #[test]
    fn members_that_are_obeyed_in_one_value_only() {
        let body = |member: &str, value: Value| {
            let mut attribute = json!({ "Name": "role", "AttributeDataType": "String" });
            attribute[member] = value;
            json!({ "UserPoolId": POOL, "CustomAttributes": [attribute] })
        };
        for (member, value, path) in [
            (
                "NumberAttributeConstraints",
                json!({ "MinValue": "1" }),
                "NumberAttributeConstraints",
            ),
            (
                "StringAttributeConstraints",
                json!({ "MinLength": "one" }),
                "StringAttributeConstraints.MinLength",
            ),
        ] {
            let path = format!("CustomAttributes[].{path}");
            let body = body(member, value);
            assert!(is_not_implemented(&wire(), "AddCustomAttributes", &body, &path), "{path}");
        }
    }
}
