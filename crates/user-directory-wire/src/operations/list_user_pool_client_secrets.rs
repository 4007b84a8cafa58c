use serde::Serialize;
use user_directory_pool::{
    ClientSecretDescriptor, ListUserPoolClientSecretsRequest, ListUserPoolClientSecretsResponse,
};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::EpochSeconds,
};

impl Decode for ListUserPoolClientSecretsRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        let mut request = Self::new(user_pool_id, members.required_text("ClientId")?);
        request.next_token = members.text("NextToken")?;
        Ok(request)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    client_secrets: Vec<Descriptor>,
}

/// Without the value, which only AddUserPoolClientSecret answers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Descriptor {
    client_secret_id: String,
    client_secret_create_date: EpochSeconds,
}

impl From<ClientSecretDescriptor> for Descriptor {
    fn from(secret: ClientSecretDescriptor) -> Self {
        Self {
            client_secret_id: secret.client_secret_id,
            client_secret_create_date: secret.client_secret_create_date.into(),
        }
    }
}

impl Encode for ListUserPoolClientSecretsResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output { client_secrets: self.client_secrets.into_iter().map(Into::into).collect() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{CLIENT, NOW, POOL, Shape, post, wire};

    #[test]
    fn request() {
        Shape {
            operation: "ListUserPoolClientSecrets",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "ClientId": CLIENT, "NextToken": "token" }),
            required: &["Value null at 'userPoolId'", "Value at 'clientId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        let none = json!({ "ClientSecrets": [] });
        assert_eq!(post(&wire, "ListUserPoolClientSecrets", &body), (200, none));
        post(&wire, "AddUserPoolClientSecret", &body);
        let one = json!({
            "ClientSecrets": [
                { "ClientSecretId": "client--1571809201", "ClientSecretCreateDate": NOW },
            ],
        });
        assert_eq!(post(&wire, "ListUserPoolClientSecrets", &body), (200, one));
    }
}
