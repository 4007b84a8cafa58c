use user_directory_pool::DeleteGroupRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for DeleteGroupRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let group_name = members.required_text("GroupName")?;
        Ok(Self::new(members.required_text("UserPoolId")?, group_name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{POOL, Shape, create_group, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "DeleteGroup",
            is_signed: true,
            members: json!({ "GroupName": "admins", "UserPoolId": POOL }),
            required: &["Value null at 'groupName'", "Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        create_group(&wire, "admins");
        let body = json!({ "GroupName": "admins", "UserPoolId": POOL });
        assert_eq!(post(&wire, "DeleteGroup", &body), (200, json!({})));
        let refusal = refusal(&wire, "DeleteGroup", &body);
        assert_eq!(refusal, ("ResourceNotFoundException".into(), "Group not found.".into()));
    }
}
