use serde::Serialize;
use user_directory_pool::{GetUserAuthFactorsRequest, MfaType, UserAuthFactors};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::mfa_names,
};

impl Decode for GetUserAuthFactorsRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        members.access_token().map(Self::new)
    }
}

/// That of AdminGetUserAuthFactors, too.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
    configured_user_auth_factors: Vec<&'static str>,
}

impl Encode for UserAuthFactors {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            username: self.username,
            preferred_mfa_setting: self.preferred_mfa_setting.map(MfaType::name),
            user_mfa_setting_list: mfa_names(&self.user_mfa_setting_list),
            configured_user_auth_factors: self
                .has_password
                .then_some("PASSWORD")
                .into_iter()
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{Shape, access_token, enrol_totp, post, wire_with_mfa};

    #[test]
    fn request() {
        Shape {
            operation: "GetUserAuthFactors",
            is_signed: false,
            members: json!({ "AccessToken": "not.a.token" }),
            required: &["Value at 'accessToken'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let (wire, _) = wire_with_mfa("OPTIONAL");
        let token = access_token(&wire);
        let body = json!({ "AccessToken": token });
        let mut expected =
            json!({ "Username": "alice", "ConfiguredUserAuthFactors": ["PASSWORD"] });
        assert_eq!(post(&wire, "GetUserAuthFactors", &body), (200, expected.clone()));
        enrol_totp(&wire);
        expected["UserMFASettingList"] = json!(["SOFTWARE_TOKEN_MFA"]);
        expected["PreferredMfaSetting"] = "SOFTWARE_TOKEN_MFA".into();
        assert_eq!(post(&wire, "GetUserAuthFactors", &body), (200, expected));
    }
}
