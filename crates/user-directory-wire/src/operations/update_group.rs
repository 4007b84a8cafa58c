use user_directory_pool::UpdateGroupRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for UpdateGroupRequest {
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

    use crate::testing::{NOW, POOL, ROLE, Shape, create_group, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "UpdateGroup",
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
        create_group(&wire, "admins");
        let body = json!({
            "GroupName": "admins",
            "UserPoolId": POOL,
            "Description": "may do anything",
            "Precedence": 7,
        });
        let mut expected = json!({
            "Group": {
                "GroupName": "admins",
                "UserPoolId": POOL,
                "Description": "may do anything",
                "Precedence": 7,
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
            },
        });
        assert_eq!(post(&wire, "UpdateGroup", &body), (200, expected.clone()));
        // What is not given stays.
        let body = json!({ "GroupName": "admins", "UserPoolId": POOL, "RoleArn": ROLE });
        expected["Group"]["RoleArn"] = ROLE.into();
        assert_eq!(post(&wire, "UpdateGroup", &body), (200, expected));
    }

    #[test]
    fn refusals() {
        let body = json!({ "GroupName": "admins", "UserPoolId": POOL, "Precedence": 7 });
        let (kind, text) = refusal(&wire(), "UpdateGroup", &body);
        assert_eq!(kind, "ResourceNotFoundException");
        assert_eq!(text, "Group not found.");
        let body = json!({ "GroupName": "admins", "UserPoolId": POOL, "Precedence": -1 });
        let (kind, text) = refusal(&wire(), "UpdateGroup", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "1 validation error detected: Value '-1' at 'precedence' failed to satisfy \
             constraint: Member must have value greater than or equal to 0"
        );
    }
}
