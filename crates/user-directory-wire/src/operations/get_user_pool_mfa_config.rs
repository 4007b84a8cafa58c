use serde_json::{Map, Value};
use user_directory_pool::GetUserPoolMfaConfigRequest;

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
};

impl Decode for GetUserPoolMfaConfigRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?))
    }
}

/// The settings by their AWS names, as the pool keeps them.
impl Encode for Map<String, Value> {
    type Output = Self;

    fn encode(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{POOL, Shape, post, wire};

    #[test]
    fn request() {
        Shape {
            operation: "GetUserPoolMfaConfig",
            is_signed: true,
            members: json!({ "UserPoolId": POOL }),
            required: &["Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let answer = post(&wire(), "GetUserPoolMfaConfig", &json!({ "UserPoolId": POOL }));
        assert_eq!(answer, (200, json!({ "MfaConfiguration": "OFF" })));
    }
}
