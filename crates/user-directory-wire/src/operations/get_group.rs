use serde::Serialize;
use user_directory_pool::{self as pool, GetGroupRequest};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::GroupType,
};

impl Decode for GetGroupRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let group_name = members.required_text("GroupName")?;
        Ok(Self::new(members.required_text("UserPoolId")?, group_name))
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    group: GroupType,
}

/// The answer of CreateGroup and UpdateGroup, too.
impl Encode for pool::GroupType {
    type Output = Output;

    fn encode(self) -> Output {
        Output { group: self.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{NOW, POOL, Shape, create_group, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "GetGroup",
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
        // What the group does not have is absent.
        let expected = json!({
            "Group": {
                "GroupName": "admins",
                "UserPoolId": POOL,
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
            },
        });
        assert_eq!(post(&wire, "GetGroup", &body), (200, expected));
        let body = json!({ "GroupName": "Admins", "UserPoolId": POOL });
        let refusal = refusal(&wire, "GetGroup", &body);
        assert_eq!(refusal, ("ResourceNotFoundException".into(), "Group not found.".into()));
    }
}
