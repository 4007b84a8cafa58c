use serde::Serialize;
use user_directory_pool::{ListUsersRequest, ListUsersResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::UserType,
};

impl Decode for ListUsersRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("UserPoolId")?);
        request.filter = members.text("Filter")?;
        request.attributes_to_get = members.optional_texts("AttributesToGet")?;
        request.limit = members.integer("Limit")?;
        request.pagination_token = members.text("PaginationToken")?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    users: Vec<UserType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination_token: Option<String>,
}

impl Encode for ListUsersResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            users: self.users.into_iter().map(UserType::from).collect(),
            pagination_token: self.pagination_token,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::{UserStatus, testing::FixtureUser};

    use crate::testing::{NOW, POOL, SUB, Shape, post, refusal, wire, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "ListUsers",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "Filter": "",
                "AttributesToGet": ["email"],
                "Limit": 60,
                "PaginationToken": "token",
            }),
            required: &["Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "UserPoolId": POOL, "Filter": "username = \"alice\"", "Limit": 1 });
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
        assert_eq!(post(&wire, "ListUsers", &body), (200, expected));
        let body = json!({ "UserPoolId": POOL, "Filter": "username = \"bob\"" });
        assert_eq!(post(&wire, "ListUsers", &body), (200, json!({ "Users": [] })));
    }

    #[test]
    fn pages() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let bob = FixtureUser::new("bob", UserStatus::Confirmed);
        wire.fake().put_user(POOL, bob).expect("the user is valid");
        let (_, first) = post(&wire, "ListUsers", &json!({ "UserPoolId": POOL, "Limit": 1 }));
        let next = &first["PaginationToken"];
        let body = json!({ "UserPoolId": POOL, "Limit": 1, "PaginationToken": next });
        let (_, second) = post(&wire, "ListUsers", &body);
        assert_ne!(first["Users"][0]["Username"], second["Users"][0]["Username"]);
        assert_eq!(second.get("PaginationToken"), None);
    }

    #[test]
    fn numbers_out_of_range() {
        for (limit, rule) in [
            (61_i64, "less than or equal to 60"),
            (i64::MAX, "less than or equal to 60"),
            (-1, "greater than or equal to 0"),
        ] {
            let body = json!({ "UserPoolId": POOL, "Limit": limit });
            let (kind, text) = refusal(&wire(), "ListUsers", &body);
            assert_eq!(kind, "InvalidParameterException");
            assert_eq!(
                text,
                format!(
                    "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy \
                     constraint: Member must have value {rule}"
                )
            );
        }
        for limit in [json!(1.5), json!(1e30), json!(u64::MAX)] {
            let body = json!({ "UserPoolId": POOL, "Limit": limit });
            let (kind, text) = refusal(&wire(), "ListUsers", &body);
            assert_eq!(kind, "SerializationException");
            assert_eq!(text, "NUMBER_VALUE can not be converted to an Integer");
        }
    }

    #[test]
    fn attributes_to_get() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let list = |names| {
            let body = json!({ "UserPoolId": POOL, "AttributesToGet": names });
            post(&wire, "ListUsers", &body)
        };
        let (_, answer) = list(json!(["email_verified"]));
        let expected = json!([{ "Name": "email_verified", "Value": "true" }]);
        assert_eq!(answer["Users"][0]["Attributes"], expected);
        let (_, answer) = list(json!([]));
        assert_eq!(answer["Users"][0]["Attributes"], json!([]));
        let (_, answer) = list(json!(null));
        assert_eq!(answer["Users"][0]["Attributes"].as_array().map(Vec::len), Some(3));
        let (status, answer) = list(json!(["email", "name"]));
        assert_eq!(status, 400);
        assert_eq!(answer["__type"], "InvalidParameterException");
        assert_eq!(answer["message"], "One or more requested attributes do not exist.");
        let (_, answer) = list(json!([""]));
        assert_eq!(answer["__type"], "InvalidParameterException");
        let text = answer["message"].as_str().expect("a text");
        assert!(text.contains("Value '' at 'attributesToGet.1.member'"), "{text}");
    }
}
