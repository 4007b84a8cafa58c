use serde::Serialize;
use user_directory_pool::{ListGroupsRequest, ListGroupsResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::GroupType,
};

impl Decode for ListGroupsRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("UserPoolId")?);
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

impl Encode for ListGroupsResponse {
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

    use crate::testing::{NOW, POOL, Shape, create_group, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "ListGroups",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Limit": 60, "NextToken": "token" }),
            required: &["Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({ "UserPoolId": POOL, "Limit": 1 });
        assert_eq!(post(&wire, "ListGroups", &body), (200, json!({ "Groups": [] })));
        create_group(&wire, "admins");
        let expected = json!({
            "Groups": [{
                "GroupName": "admins",
                "UserPoolId": POOL,
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
            }],
        });
        assert_eq!(post(&wire, "ListGroups", &body), (200, expected));
    }

    #[test]
    fn pages() {
        let wire = wire();
        create_group(&wire, "admins");
        create_group(&wire, "editors");
        let (_, first) = post(&wire, "ListGroups", &json!({ "UserPoolId": POOL, "Limit": 1 }));
        let next = &first["NextToken"];
        let body = json!({ "UserPoolId": POOL, "Limit": 1, "NextToken": next });
        let (_, second) = post(&wire, "ListGroups", &body);
        assert_ne!(first["Groups"][0]["GroupName"], second["Groups"][0]["GroupName"]);
        assert_eq!(second.get("NextToken"), None);
    }

    #[test]
    fn refusals() {
        let body = json!({ "UserPoolId": POOL, "Limit": 61, "NextToken": "" });
        let (kind, text) = refusal(&wire(), "ListGroups", &body);
        assert_eq!(kind, "InvalidParameterException");
        let failed = "failed to satisfy constraint: Member must";
        assert!(
            text.starts_with(&format!(
                "3 validation errors detected: Value '61' at 'limit' {failed} have value less than \
                 or equal to 60; Value '' at 'nextToken' {failed} have length"
            )),
            "{text}"
        );
    }
}
