use serde::Serialize;
use user_directory_pool::{
    CreateUserPoolClientRequest, UpdateUserPoolClientRequest, UpdateUserPoolClientResponse,
};

use crate::{
    client_settings::{self, UserPoolClientType},
    codec::{Decode, Encode},
    members::{Members, Mistyped},
};

impl Decode for UpdateUserPoolClientRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let user_pool_id = members.required_text("UserPoolId")?;
        let mut request = Self::new(user_pool_id, members.required_text("ClientId")?);
        request.client_name = members.text("ClientName")?;
        // What is not given goes back to the default of a new client.
        let mut settings = CreateUserPoolClientRequest::new("", "");
        client_settings::read(members, &mut settings)?;
        request.refresh_token_validity = settings.refresh_token_validity;
        request.access_token_validity = settings.access_token_validity;
        request.id_token_validity = settings.id_token_validity;
        request.read_attributes = settings.read_attributes;
        request.write_attributes = settings.write_attributes;
        request.explicit_auth_flows = settings.explicit_auth_flows;
        request.prevent_user_existence_errors = settings.prevent_user_existence_errors;
        request.enable_token_revocation = settings.enable_token_revocation;
        request.auth_session_validity = settings.auth_session_validity;
        request.refresh_token_rotation = settings.refresh_token_rotation;
        request.inert = settings.inert;
        Ok(request)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_pool_client: UserPoolClientType,
}

impl Encode for UpdateUserPoolClientResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output { user_pool_client: self.user_pool_client.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{CLIENT, POOL, Shape, post, refusal, wire};

    #[test]
    fn request() {
        Shape {
            operation: "UpdateUserPoolClient",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "ClientId": CLIENT,
                "ClientName": "renamed",
                "AccessTokenValidity": 1,
                "TokenValidityUnits": { "AccessToken": "hours" },
                "ReadAttributes": ["email"],
                "WriteAttributes": ["email"],
                "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
                "EnableTokenRevocation": true,
                "RefreshTokenRotation": { "Feature": "ENABLED", "RetryGracePeriodSeconds": 0 },
            }),
            required: &["Value null at 'userPoolId'", "Value at 'clientId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire();
        let body = json!({
            "UserPoolId": POOL,
            "ClientId": CLIENT,
            "ClientName": "renamed",
            "RefreshTokenValidity": 3600,
            "AccessTokenValidity": 5,
            "IdTokenValidity": 5,
            "TokenValidityUnits": {
                "AccessToken": "minutes",
                "IdToken": "minutes",
                "RefreshToken": "seconds",
            },
            "ReadAttributes": ["email"],
            "WriteAttributes": ["name"],
            "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
            "PreventUserExistenceErrors": "ENABLED",
            "EnableTokenRevocation": false,
            "AuthSessionValidity": 4,
        });
        let (status, answer) = post(&wire, "UpdateUserPoolClient", &body);
        assert_eq!(status, 200, "{answer}");
        let client = &answer["UserPoolClient"];
        assert_eq!(client["ClientName"], "renamed");
        assert_eq!(client["RefreshTokenValidity"], 3600);
        assert_eq!(client["AccessTokenValidity"], 5);
        assert_eq!(client["IdTokenValidity"], 5);
        assert_eq!(
            client["TokenValidityUnits"],
            json!({ "AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "seconds" })
        );
        assert_eq!(client["ReadAttributes"], json!(["email"]));
        assert_eq!(client["WriteAttributes"], json!(["name"]));
        assert_eq!(client["ExplicitAuthFlows"], json!(["ALLOW_USER_PASSWORD_AUTH"]));
        assert_eq!(client["PreventUserExistenceErrors"], "ENABLED");
        assert_eq!(client["EnableTokenRevocation"], false);
        assert_eq!(client["AuthSessionValidity"], 4);

        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        let described = post(&wire, "DescribeUserPoolClient", &body);
        assert_eq!(described, (200, answer));

        // What is not given goes back to its default.
        let (_, answer) = post(&wire, "UpdateUserPoolClient", &body);
        let client = &answer["UserPoolClient"];
        assert_eq!(client["ClientName"], "renamed");
        assert_eq!(client.get("AccessTokenValidity"), None);
        assert_eq!(client["RefreshTokenValidity"], 30);
        assert_eq!(client.get("PreventUserExistenceErrors"), None);
        assert_eq!(client["EnableTokenRevocation"], true);
        assert_eq!(client.get("ReadAttributes"), None);
        assert_eq!(client.get("WriteAttributes"), None);
    }

    #[test]
    fn a_refusal_changes_nothing() {
        let wire = wire();
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        let before = post(&wire, "DescribeUserPoolClient", &body);
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT, "AccessTokenValidity": 25 });
        let (kind, text) = refusal(&wire, "UpdateUserPoolClient", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(text, "Invalid range for token validity.");
        let body = json!({ "UserPoolId": POOL, "ClientId": CLIENT });
        assert_eq!(post(&wire, "DescribeUserPoolClient", &body), before);
    }
}
