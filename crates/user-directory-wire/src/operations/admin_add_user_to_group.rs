use user_directory_pool::AdminAddUserToGroupRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminAddUserToGroupRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(
            members.required_text("UserPoolId")?,
            members.required_text("Username")?,
            members.required_text("GroupName")?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{POOL, Shape, create_group, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminAddUserToGroup",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice", "GroupName": "admins" }),
            required: &[
                "Value null at 'userPoolId'",
                "Value at 'username'",
                "Value null at 'groupName'",
            ],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        create_group(&wire, "admins");
        let body = json!({ "UserPoolId": POOL, "Username": "alice", "GroupName": "admins" });
        // Adding a member again changes nothing.
        for _ in 0..2 {
            assert_eq!(post(&wire, "AdminAddUserToGroup", &body), (200, json!({})));
        }
        let body = json!({ "UserPoolId": POOL, "GroupName": "admins" });
        let (_, answer) = post(&wire, "ListUsersInGroup", &body);
        assert_eq!(answer["Users"][0]["Username"], "alice");
    }

    #[test]
    fn refusals() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        create_group(&wire, "admins");
        let add = |username, group_name| {
            let body = json!({ "UserPoolId": POOL, "Username": username, "GroupName": group_name });
            refusal(&wire, "AdminAddUserToGroup", &body)
        };
        let no_user = ("UserNotFoundException".into(), "User does not exist.".into());
        assert_eq!(add("bob", "admins"), no_user);
        let no_group = ("ResourceNotFoundException".into(), "Group not found.".into());
        assert_eq!(add("alice", "editors"), no_group);
    }
}
