use serde::Serialize;
use user_directory_pool::{AdminGetUserRequest, AdminGetUserResponse, MfaType};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    shapes::{AttributeType, EpochSeconds, mfa_names},
};

impl Decode for AdminGetUserRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("Username")?))
    }
}

/// `UserMFASettingList` and `PreferredMfaSetting` are absent for a user without MFA.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    username: String,
    user_attributes: Vec<AttributeType>,
    user_create_date: EpochSeconds,
    user_last_modified_date: EpochSeconds,
    enabled: bool,
    user_status: &'static str,
    #[serde(rename = "UserMFASettingList", skip_serializing_if = "Vec::is_empty")]
    user_mfa_setting_list: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_mfa_setting: Option<&'static str>,
}

impl Encode for AdminGetUserResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output {
            username: self.username,
            user_attributes: AttributeType::list(self.user_attributes),
            user_create_date: self.user_create_date.into(),
            user_last_modified_date: self.user_last_modified_date.into(),
            enabled: self.enabled,
            user_status: self.user_status.name(),
            user_mfa_setting_list: mfa_names(&self.user_mfa_setting_list),
            preferred_mfa_setting: self.preferred_mfa_setting.map(MfaType::name),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{NOW, POOL, SUB, Shape, post, refusal, wire, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminGetUser",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice" }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({ "UserPoolId": POOL, "Username": SUB });
        let expected = json!({
            "Username": "alice",
            "UserAttributes": [
                { "Name": "sub", "Value": SUB },
                { "Name": "email_verified", "Value": "true" },
                { "Name": "email", "Value": "success@simulator.amazonses.com" },
            ],
            "UserCreateDate": NOW,
            "UserLastModifiedDate": NOW,
            "Enabled": true,
            "UserStatus": "CONFIRMED",
        });
        assert_eq!(post(&wire, "AdminGetUser", &body), (200, expected));
    }

    #[test]
    fn violations_stand_in_one_text() {
        let body = json!({ "UserPoolId": "no pool id", "Username": "two words" });
        let (kind, text) = refusal(&wire(), "AdminGetUser", &body);
        assert_eq!(kind, "InvalidParameterException");
        assert_eq!(
            text,
            "2 validation errors detected: Value 'no pool id' at 'userPoolId' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; \
             Value at 'username' failed to satisfy constraint: Member must satisfy regular \
             expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"
        );
    }

    #[test]
    fn a_foreign_pool_does_not_exist() {
        let body = json!({ "UserPoolId": "eu-west-1_Foreign01", "Username": "alice" });
        let (kind, text) = refusal(&wire(), "AdminGetUser", &body);
        assert_eq!(kind, "ResourceNotFoundException");
        assert_eq!(text, "User pool eu-west-1_Foreign01 does not exist.");
    }
}
