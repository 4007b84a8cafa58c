use user_directory_pool::VerifyUserAttributeRequest;

use crate::{
    codec::Decode,
    members::{Members, Mistyped},
};

impl Decode for VerifyUserAttributeRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(
            members.access_token()?,
            members.required_text("AttributeName")?,
            members.required_secret("Code")?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{
        POOL, Shape, access_token, alice, code, other_code, post, refusal, wire_with_alice,
    };

    #[test]
    fn request() {
        Shape {
            operation: "VerifyUserAttribute",
            is_signed: false,
            members: json!({
                "AccessToken": "not.a.token",
                "AttributeName": "email",
                "Code": "123456",
            }),
            required: &[
                "Value at 'accessToken'",
                "Value null at 'attributeName'",
                "Value null at 'code'",
            ],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let body = json!({
            "UserPoolId": POOL,
            "Username": "alice",
            "UserAttributes": [{ "Name": "email_verified", "Value": "false" }],
        });
        assert_eq!(post(&wire, "AdminUpdateUserAttributes", &body).0, 200);
        let token = access_token(&wire);
        let body = json!({ "AccessToken": token, "AttributeName": "email" });
        assert_eq!(post(&wire, "GetUserAttributeVerificationCode", &body).0, 200);

        let body = |code| json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
        let (kind, _) = refusal(&wire, "VerifyUserAttribute", &body(other_code(&wire)));
        assert_eq!(kind, "CodeMismatchException");
        let good = body(code(&wire));
        assert_eq!(post(&wire, "VerifyUserAttribute", &good), (200, json!({})));
        let verified = json!({ "Name": "email_verified", "Value": "true" });
        let attributes = alice(&wire)["UserAttributes"].clone();
        assert!(attributes.as_array().expect("a list").contains(&verified), "{attributes}");
        let (kind, _) = refusal(&wire, "VerifyUserAttribute", &good);
        assert_eq!(kind, "ExpiredCodeException");
    }
}
