use serde::Serialize;
use user_directory_pool::{DescribeUserPoolClientRequest, DescribeUserPoolClientResponse};

use crate::{
    client_settings::UserPoolClientType,
    codec::{Decode, Encode},
    members::{Members, Mistyped},
};

impl Decode for DescribeUserPoolClientRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("ClientId")?))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_pool_client: UserPoolClientType,
}

impl Encode for DescribeUserPoolClientResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output { user_pool_client: self.user_pool_client.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{CLIENT, NOW, POOL, Shape, post, wire};

    #[test]
    fn request() {
        Shape {
            operation: "DescribeUserPoolClient",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "ClientId": CLIENT }),
            required: &["Value null at 'userPoolId'", "Value at 'clientId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        let expected = json!({
            "UserPoolClient": {
                "UserPoolId": POOL,
                "ClientName": "client",
                "ClientId": CLIENT,
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
                "RefreshTokenValidity": 30,
                "TokenValidityUnits": {},
                "ExplicitAuthFlows": [
                    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                    "ALLOW_USER_PASSWORD_AUTH",
                    "ALLOW_REFRESH_TOKEN_AUTH",
                ],
                "EnableTokenRevocation": true,
                "EnablePropagateAdditionalUserContextData": false,
                "AllowedOAuthFlowsUserPoolClient": false,
                "AuthSessionValidity": 3,
            },
        });
        assert_eq!(post(&wire(), "DescribeUserPoolClient", &body), (200, expected));
    }
}
