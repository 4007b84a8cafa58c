use serde::Serialize;
use user_directory_pool::{ListUserPoolsRequest, ListUserPoolsResponse, UserPoolDescriptionType};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    pool_settings::LambdaConfigType,
    shapes::EpochSeconds,
};

impl Decode for ListUserPoolsRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_integer("MaxResults")?);
        request.next_token = members.text("NextToken")?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_pools: Vec<Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    id: String,
    name: String,
    lambda_config: LambdaConfigType,
    last_modified_date: EpochSeconds,
    creation_date: EpochSeconds,
}

impl From<UserPoolDescriptionType> for Description {
    fn from(pool: UserPoolDescriptionType) -> Self {
        Self {
            id: pool.id,
            name: pool.name,
            lambda_config: LambdaConfigType {},
            last_modified_date: pool.last_modified_date.into(),
            creation_date: pool.creation_date.into(),
        }
    }
}

impl Encode for ListUserPoolsResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            user_pools: self.user_pools.into_iter().map(Into::into).collect(),
            next_token: self.next_token,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{NOW, POOL, Shape, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "ListUserPools",
            is_signed: true,
            members: json!({ "MaxResults": 60, "NextToken": "token" }),
            required: &["Value null at 'maxResults'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let expected = json!({
            "UserPools": [{
                "Id": POOL,
                "Name": "pool",
                "LambdaConfig": {},
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
            }],
        });
        assert_eq!(post(&wire(), "ListUserPools", &json!({ "MaxResults": 1 })), (200, expected));
    }

    #[test]
    fn pages() {
        let wire = wire();
        post(&wire, "CreateUserPool", &json!({ "PoolName": "second" }));
        let (_, first) = post(&wire, "ListUserPools", &json!({ "MaxResults": 1 }));
        let body = json!({ "MaxResults": 1, "NextToken": first["NextToken"] });
        let (_, second) = post(&wire, "ListUserPools", &body);
        assert_ne!(first["UserPools"][0]["Id"], second["UserPools"][0]["Id"]);
        assert_eq!(second.get("NextToken"), None);
    }

    #[test]
    fn numbers_out_of_range() {
        for (number, rule) in
            [(0_i64, "greater than or equal to 1"), (i64::MAX, "less than or equal to 60")]
        {
            let (kind, text) = refusal(&wire(), "ListUserPools", &json!({ "MaxResults": number }));
            assert_eq!(kind, "InvalidParameterException");
            assert_eq!(
                text,
                format!(
                    "1 validation error detected: Value '{number}' at 'maxResults' failed to \
                     satisfy constraint: Member must have value {rule}"
                )
            );
        }
    }
}
