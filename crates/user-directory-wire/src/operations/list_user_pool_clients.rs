use serde::Serialize;
use user_directory_pool::{
    ListUserPoolClientsRequest, ListUserPoolClientsResponse, UserPoolClientDescription,
};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
};

impl Decode for ListUserPoolClientsRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let mut request = Self::new(members.required_text("UserPoolId")?);
        request.max_results = members.integer("MaxResults")?;
        request.next_token = members.text("NextToken")?;
        members.only("ClientType", "REGULAR");
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_pool_clients: Vec<Description>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    client_id: String,
    user_pool_id: String,
    client_name: String,
}

impl From<UserPoolClientDescription> for Description {
    fn from(client: UserPoolClientDescription) -> Self {
        Self {
            client_id: client.client_id,
            user_pool_id: client.user_pool_id,
            client_name: client.client_name,
        }
    }
}

impl Encode for ListUserPoolClientsResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            user_pool_clients: self.user_pool_clients.into_iter().map(Into::into).collect(),
            next_token: self.next_token,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{CLIENT, POOL, Shape, is_not_implemented, post, wire};

    #[test]
    fn request() {
        Shape {
            operation: "ListUserPoolClients",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "MaxResults": 60, "NextToken": "token" }),
            required: &["Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let body = json!({ "UserPoolId": POOL, "ClientType": "REGULAR" });
        let expected = json!({
            "UserPoolClients": [
                { "ClientId": CLIENT, "UserPoolId": POOL, "ClientName": "client" },
            ],
        });
        assert_eq!(post(&wire(), "ListUserPoolClients", &body), (200, expected));
    }

    #[test]
    fn pages() {
        let wire = wire();
        let second = json!({ "UserPoolId": POOL, "ClientName": "second" });
        post(&wire, "CreateUserPoolClient", &second);
        let body = json!({ "UserPoolId": POOL, "MaxResults": 1 });
        let (_, first) = post(&wire, "ListUserPoolClients", &body);
        let body = json!({ "UserPoolId": POOL, "MaxResults": 1, "NextToken": first["NextToken"] });
        let (_, second) = post(&wire, "ListUserPoolClients", &body);
        assert_ne!(first["UserPoolClients"][0], second["UserPoolClients"][0]);
        assert_eq!(second.get("NextToken"), None);
    }

    #[test]
    fn dynamically_registered_clients() {
        let body = json!({ "UserPoolId": POOL, "ClientType": "DCR" });
        assert!(is_not_implemented(&wire(), "ListUserPoolClients", &body, "ClientType"));
    }
}
