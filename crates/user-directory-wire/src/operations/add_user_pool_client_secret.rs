use serde::Serialize;
use user_directory_pool::{
    AddUserPoolClientSecretRequest, AddUserPoolClientSecretResponse, Secret,
};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::EpochSeconds,
};

impl Decode for AddUserPoolClientSecretRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        let mut request = Self::new(user_pool_id, members.required_text("ClientId")?);
        request.client_secret = members.secret("ClientSecret")?;
        Ok(request)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    client_secret_descriptor: Descriptor,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Descriptor {
    client_secret_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret_value: Option<String>,
    client_secret_create_date: EpochSeconds,
}

impl Encode for AddUserPoolClientSecretResponse {
    type Output = Output;

    fn encode(self) -> Output {
        let value = self.client_secret_value.as_ref().map(Secret::expose).map(str::to_owned);
        Output {
            client_secret_descriptor: Descriptor {
                client_secret_id: self.client_secret_id,
                client_secret_value: value,
                client_secret_create_date: self.client_secret_create_date.into(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{CLIENT, NOW, POOL, Shape, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "AddUserPoolClientSecret",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "ClientId": CLIENT,
                "ClientSecret": "s".repeat(24),
            }),
            required: &["Value null at 'userPoolId'", "Value at 'clientId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        let (status, mut answer) = post(&wire, "AddUserPoolClientSecret", &body);
        let value = answer["ClientSecretDescriptor"]["ClientSecretValue"].take();
        assert_eq!(value.as_str().expect("it was made").len(), 51);
        let expected = json!({
            "ClientSecretDescriptor": {
                "ClientSecretId": "client--1571809201",
                "ClientSecretValue": null,
                "ClientSecretCreateDate": NOW,
            },
        });
        assert_eq!((status, answer), (200, expected));
    }

    #[test]
    fn a_secret_that_was_given_is_not_answered() {
        let body =
            json!({ "UserPoolId": POOL, "ClientId": CLIENT, "ClientSecret": "s".repeat(24) });
        let (status, answer) = post(&wire(), "AddUserPoolClientSecret", &body);
        assert_eq!(status, 200);
        assert_eq!(answer["ClientSecretDescriptor"].get("ClientSecretValue"), None);
    }

    #[test]
    fn a_secret_is_never_printed() {
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT, "ClientSecret": "hunter2" });
        let (kind, text) = refusal(&wire(), "AddUserPoolClientSecret", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "1 validation error detected: Value at 'clientSecret' failed to satisfy constraint: \
             Member must have length greater than or equal to 24"
        );
    }
}
