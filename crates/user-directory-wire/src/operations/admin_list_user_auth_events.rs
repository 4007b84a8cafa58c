use std::convert::Infallible;

use user_directory_pool::AdminListUserAuthEventsRequest;

use crate::{
    codec::{Decode, Encode, Nothing},
    members::{Members, Mistyped},
};

impl Decode for AdminListUserAuthEventsRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        let username = members.required_text("Username")?;
        let mut request = Self::new(members.required_text("UserPoolId")?, username);
        request.max_results = members.integer("MaxResults")?;
        request.next_token = members.text("NextToken")?;
        Ok(request)
    }
}

impl Encode for Infallible {
    type Output = Nothing;

    fn encode(self) -> Nothing {
        match self {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{POOL, Shape, refusal, wire, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "AdminListUserAuthEvents",
            is_signed: true,
            members: json!({
                "UserPoolId": POOL,
                "Username": "alice",
                "MaxResults": 60,
                "NextToken": "token",
            }),
            required: &["Value null at 'userPoolId'", "Value at 'username'"],
        }
        .check();
    }

    #[test]
    fn no_pool_keeps_events() {
        for wire in [wire(), wire_with_alice(UserStatus::Confirmed)] {
            let body = json!({ "UserPoolId": POOL, "Username": "alice" });
            let (class, _) = refusal(&wire, "AdminListUserAuthEvents", &body);
            assert_eq!(class, "UserPoolAddOnNotEnabledException");
        }
    }
}
