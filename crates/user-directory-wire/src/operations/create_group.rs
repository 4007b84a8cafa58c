use user_directory_pool::CreateGroupRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for CreateGroupRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let group_name = members.required_text("GroupName")?;
        let mut request = Self::new(members.required_text("UserPoolId")?, group_name);
        request.description = members.text("Description")?;
        request.role_arn = members.text("RoleArn")?;
        request.precedence = members.integer("Precedence")?;
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{NOW, POOL, ROLE, Shape, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "CreateGroup",
            is_signed: true,
            members: json!({
                "GroupName": "admins",
                "UserPoolId": POOL,
                "Description": "",
                "RoleArn": ROLE,
                "Precedence": 0,
            }),
            required: &["Value null at 'groupName'", "Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({
            "GroupName": "admins",
            "UserPoolId": POOL,
            "Description": "may do anything",
            "RoleArn": ROLE,
            "Precedence": 0,
        });
        let expected = json!({
            "Group": {
                "GroupName": "admins",
                "UserPoolId": POOL,
                "Description": "may do anything",
                "RoleArn": ROLE,
                "Precedence": 0,
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
            },
        });
        assert_eq!(post(&wire, "CreateGroup", &body), (200, expected));
        let (kind, text) = refusal(&wire, "CreateGroup", &body);
        assert_eq!(kind, "GroupExistsException");
        assert_eq!(text, "A group with the name already exists.");
    }

    #[test]
    fn violations() {
        let body = json!({
            "GroupName": "two words",
            "UserPoolId": POOL,
            "RoleArn": "arn",
            "Precedence": 2_147_483_648_i64,
        });
        let (kind, text) = refusal(&wire(), "CreateGroup", &body);
        assert_eq!(kind, "InvalidParameterException");
        let failed = "failed to satisfy constraint: Member must";
        let group_name = r"satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+";
        assert!(
            text.starts_with(&format!(
                "4 validation errors detected: Value 'two words' at 'groupName' {failed} \
                 {group_name}; Value 'arn' at 'roleArn' {failed} have length greater than or equal \
                 to 20; "
            )),
            "{text}"
        );
        let precedence = format!(
            "; Value '2147483648' at 'precedence' {failed} have value less than or equal to \
             2147483647"
        );
        assert!(text.ends_with(&precedence), "{text}");
    }
}
