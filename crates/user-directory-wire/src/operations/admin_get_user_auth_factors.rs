use user_directory_pool::AdminGetUserAuthFactorsRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminGetUserAuthFactorsRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("Username")?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{POOL, Shape, enrol_totp, post, wire_with_mfa};

    #[test]
    fn request() {
        Shape {
            operation: "AdminGetUserAuthFactors",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice" }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let (wire, _) = wire_with_mfa("OPTIONAL");
        let body = json!({ "UserPoolId": POOL, "Username": "alice" });
        let mut expected =
            json!({ "Username": "alice", "ConfiguredUserAuthFactors": ["PASSWORD"] });
        assert_eq!(post(&wire, "AdminGetUserAuthFactors", &body), (200, expected.clone()));
        enrol_totp(&wire);
        expected["UserMFASettingList"] = json!(["SOFTWARE_TOKEN_MFA"]);
        expected["PreferredMfaSetting"] = "SOFTWARE_TOKEN_MFA".into();
        assert_eq!(post(&wire, "AdminGetUserAuthFactors", &body), (200, expected));
    }
}
