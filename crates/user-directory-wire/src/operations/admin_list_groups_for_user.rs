use serde::Serialize;
use user_directory_pool::{AdminListGroupsForUserRequest, AdminListGroupsForUserResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::GroupType,
};

impl Decode for AdminListGroupsForUserRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let username = members.required_text("Username")?;
        let mut request = Self::new(members.required_text("UserPoolId")?, username);
        request.limit = members.integer("Limit")?;
        request.next_token = members.text("NextToken")?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    groups: Vec<GroupType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Encode for AdminListGroupsForUserResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            groups: self.groups.into_iter().map(GroupType::from).collect(),
            next_token: self.next_token,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{
        NOW, POOL, Shape, add_to_group, create_group, post, refusal, wire, wire_with_alice,
    };

    #[test]
    fn request() {
        Shape {
            operation: "AdminListGroupsForUser",
            is_signed: true,
            members: json!({
                "Username": "alice",
                "UserPoolId": POOL,
                "Limit": 60,
                "NextToken": "token",
            }),
            required: &["Value at 'username'", "Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        create_group(&wire, "admins");
        create_group(&wire, "editors");
        let body = json!({ "Username": "alice", "UserPoolId": POOL });
        let list = || post(&wire, "AdminListGroupsForUser", &body);
        assert_eq!(list(), (200, json!({ "Groups": [] })));
        add_to_group(&wire, "editors");
        let expected = json!({
            "Groups": [{
                "GroupName": "editors",
                "UserPoolId": POOL,
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
            }],
        });
        assert_eq!(list(), (200, expected));
    }

    #[test]
    fn pages() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        for group in ["admins", "editors"] {
            create_group(&wire, group);
            add_to_group(&wire, group);
        }
        let body = json!({ "Username": "alice", "UserPoolId": POOL, "Limit": 1 });
        let (_, first) = post(&wire, "AdminListGroupsForUser", &body);
        let next = &first["NextToken"];
        let body = json!({ "Username": "alice", "UserPoolId": POOL, "NextToken": next });
        let (_, second) = post(&wire, "AdminListGroupsForUser", &body);
        assert_ne!(first["Groups"][0]["GroupName"], second["Groups"][0]["GroupName"]);
        assert_eq!(second.get("NextToken"), None);
    }

    #[test]
    fn an_unknown_user() {
        let body = json!({ "Username": "alice", "UserPoolId": POOL });
        let refusal = refusal(&wire(), "AdminListGroupsForUser", &body);
        assert_eq!(refusal, ("UserNotFoundException".into(), "User does not exist.".into()));
    }
}
