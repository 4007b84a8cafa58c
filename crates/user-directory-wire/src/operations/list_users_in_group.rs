use serde::Serialize;
use user_directory_pool::{ListUsersInGroupRequest, ListUsersInGroupResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::UserType,
};

impl Decode for ListUsersInGroupRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        let mut request = Self::new(user_pool_id, members.required_text("GroupName")?);
        request.limit = members.integer("Limit")?;
        request.next_token = members.text("NextToken")?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    users: Vec<UserType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Encode for ListUsersInGroupResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            users: self.users.into_iter().map(UserType::from).collect(),
            next_token: self.next_token,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::{UserStatus, testing::FixtureUser};

    use crate::testing::{
        NOW, POOL, SUB, Shape, add_to_group, create_group, post, refusal, wire, wire_with_alice,
    };

    #[test]
    fn request() {
        Shape {
            operation: "ListUsersInGroup",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "GroupName": "admins",
                "Limit": 60,
                "NextToken": "token",
            }),
            required: &["Value null at 'userPoolId'", "Value null at 'groupName'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        create_group(&wire, "admins");
        let body = json!({ "UserPoolId": POOL, "GroupName": "admins" });
        let list = || post(&wire, "ListUsersInGroup", &body);
        assert_eq!(list(), (200, json!({ "Users": [] })));
        add_to_group(&wire, "admins");
        let expected = json!({
            "Users": [{
                "Username": "alice",
                "Attributes": [
                    { "Name": "sub", "Value": SUB },
                    { "Name": "email_verified", "Value": "true" },
                    { "Name": "email", "Value": "success@simulator.amazonses.com" },
                ],
                "UserCreateDate": NOW,
                "UserLastModifiedDate": NOW,
                "Enabled": true,
                "UserStatus": "CONFIRMED",
            }],
        });
        assert_eq!(list(), (200, expected));
    }

    #[test]
    fn pages() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        create_group(&wire, "admins");
        let bob = FixtureUser::new("bob", UserStatus::Confirmed);
        wire.fake().put_user(POOL, bob).expect("the user is valid");
        for name in ["alice", "bob"] {
            let body = json!({ "UserPoolId": POOL, "Username": name, "GroupName": "admins" });
            assert_eq!(post(&wire, "AdminAddUserToGroup", &body).0, 200);
        }
        let body = json!({ "UserPoolId": POOL, "GroupName": "admins", "Limit": 1 });
        let (_, first) = post(&wire, "ListUsersInGroup", &body);
        let next = &first["NextToken"];
        let body = json!({ "UserPoolId": POOL, "GroupName": "admins", "NextToken": next });
        let (_, second) = post(&wire, "ListUsersInGroup", &body);
        assert_ne!(first["Users"][0]["Username"], second["Users"][0]["Username"]);
        assert_eq!(second.get("NextToken"), None);
    }

    #[test]
    fn an_unknown_group() {
        let body = json!({ "UserPoolId": POOL, "GroupName": "admins" });
        let refusal = refusal(&wire(), "ListUsersInGroup", &body);
        assert_eq!(refusal, ("ResourceNotFoundException".into(), "Group not found.".into()));
    }
}
