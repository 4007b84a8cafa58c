use user_directory_pool::AdminDeleteSoftwareTokenRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for AdminDeleteSoftwareTokenRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?, members.required_text("Username")?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{POOL, Shape, alice, enrol_totp, post, sign_in, wire_with_mfa};

    #[test]
    fn request() {
        Shape {
            operation: "AdminDeleteSoftwareToken",
            is_signed: true,
            members: json!({ "UserPoolId": POOL, "Username": "alice" }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let (wire, _) = wire_with_mfa("OPTIONAL");
        enrol_totp(&wire);
        assert_eq!(sign_in(&wire)["ChallengeName"], "SOFTWARE_TOKEN_MFA");
        let body = json!({ "UserPoolId": POOL, "Username": "alice" });
        assert_eq!(post(&wire, "AdminDeleteSoftwareToken", &body), (200, json!({})));
        assert_eq!(alice(&wire).get("UserMFASettingList"), None);
        assert_eq!(sign_in(&wire).get("ChallengeName"), None);
    }
}
