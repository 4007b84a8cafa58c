use user_directory_pool::AdminRemoveUserFromGroupRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminRemoveUserFromGroupRequest {
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

    use crate::testing::{POOL, Shape, add_to_group, create_group, post, refusal, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminRemoveUserFromGroup",
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
        add_to_group(&wire, "admins");
        let body = json!({ "UserPoolId": POOL, "Username": "alice", "GroupName": "admins" });
        // Removing who is no member changes nothing.
        for _ in 0..2 {
            assert_eq!(post(&wire, "AdminRemoveUserFromGroup", &body), (200, json!({})));
        }
        let body = json!({ "UserPoolId": POOL, "GroupName": "admins" });
        assert_eq!(post(&wire, "ListUsersInGroup", &body), (200, json!({ "Users": [] })));
    }

    #[test]
    fn refusals() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        create_group(&wire, "admins");
        let remove = |username, group_name| {
            let body = json!({ "UserPoolId": POOL, "Username": username, "GroupName": group_name });
            refusal(&wire, "AdminRemoveUserFromGroup", &body)
        };
        let no_user = ("UserNotFoundException".into(), "User does not exist.".into());
        assert_eq!(remove("bob", "admins"), no_user);
        let no_group = ("ResourceNotFoundException".into(), "Group not found.".into());
        assert_eq!(remove("alice", "editors"), no_group);
    }
}
