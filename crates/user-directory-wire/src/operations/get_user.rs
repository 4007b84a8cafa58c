use serde::Serialize;
use user_directory_pool::{GetUserRequest, GetUserResponse, MfaType};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::{AttributeType, mfa_names},
};

impl Decode for GetUserRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        members.access_token().map(Self::new)
    }
}

/// `UserMFASettingList` and `PreferredMfaSetting` are absent for a user without MFA.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    username: String,
    user_attributes: Vec<AttributeType>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
}

impl Encode for GetUserResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            username: self.username,
            user_attributes: AttributeType::list(self.user_attributes),
            user_mfa_setting_list: mfa_names(&self.user_mfa_setting_list),
            preferred_mfa_setting: self.preferred_mfa_setting.map(MfaType::name),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{SUB, Shape, post, refusal, sign_in, token, wire, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "GetUser",
            is_signed: false,
            members: json!({ "AccessToken": "not.a.token" }),
            required: &["Value at 'accessToken'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "AccessToken": token(&sign_in(&wire), "AccessToken") });
        let expected = json!({
            "Username": "alice",
            "UserAttributes": [
                { "Name": "sub", "Value": SUB },
                { "Name": "email_verified", "Value": "true" },
                { "Name": "email", "Value": "success@simulator.amazonses.com" },
            ],
        });
        assert_eq!(post(&wire, "GetUser", &body), (200, expected));
    }

    #[test]
    fn a_token_is_never_printed() {
        let (kind, text) = refusal(&wire(), "GetUser", &json!({ "AccessToken": "hunter 2" }));
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+"
        );
    }

    #[test]
    fn the_signature_counts() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let id_token = token(&sign_in(&wire), "IdToken");
        let (kind, text) = refusal(&wire, "GetUser", &json!({ "AccessToken": id_token }));
        assert_eq!(kind, "NotAuthorizedException");
        assert_eq!(text, "Invalid Access Token");
    }
}
