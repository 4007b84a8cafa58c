use serde::Serialize;
use user_directory_pool::{DescribeUserPoolRequest, DescribeUserPoolResponse};

use crate::{
    codec::{Decode, Encode},
    members::{Members, Mistyped},
    pool_settings::UserPoolType,
};

impl Decode for DescribeUserPoolRequest {
    fn decode(members: &mut Members<'_>) -> Result<Self, Mistyped> {
        Ok(Self::new(members.required_text("UserPoolId")?))
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    user_pool: UserPoolType,
}

impl Encode for DescribeUserPoolResponse {
    type Output = Output;

    fn encode(self) -> Output {
        Output { user_pool: self.user_pool.into() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use user_directory::UserStatus;

    use crate::testing::{NOW, POOL, Shape, post, wire_with_alice};

    #[test]
    fn request() {
        Shape {
            operation: "DescribeUserPool",
            is_signed: true,
            members: json!({ "UserPoolId": POOL }),
            required: &["Value null at 'userPoolId'"],
        }
        .check();
    }

    #[test]
    fn answer() {
        let wire = wire_with_alice(UserStatus::Confirmed);
        let (status, mut answer) = post(&wire, "DescribeUserPool", &json!({ "UserPoolId": POOL }));
        let schema = answer["UserPool"]["SchemaAttributes"].take();
        let expected = json!({
            "UserPool": {
                "Id": POOL,
                "Name": "pool",
                "Policies": {
                    "PasswordPolicy": {
                        "MinimumLength": 8,
                        "RequireUppercase": true,
                        "RequireLowercase": true,
                        "RequireNumbers": true,
                        "RequireSymbols": true,
                        "TemporaryPasswordValidityDays": 7,
                    },
                },
                "DeletionProtection": "INACTIVE",
                "LambdaConfig": {},
                "LastModifiedDate": NOW,
                "CreationDate": NOW,
                "SchemaAttributes": null,
                "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_CODE" },
                "MfaConfiguration": "OFF",
                "EstimatedNumberOfUsers": 1,
                "AdminCreateUserConfig": {
                    "AllowAdminCreateUserOnly": false,
                    "UnusedAccountValidityDays": 7,
                },
                "EmailConfiguration": { "EmailSendingAccount": "COGNITO_DEFAULT" },
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        { "Priority": 1, "Name": "verified_phone_number" },
                        { "Priority": 2, "Name": "verified_email" },
                    ],
                },
                "UsernameConfiguration": { "CaseSensitive": true },
                "Arn": format!("arn:aws:cognito-idp:local-fake-1:000000000000:userpool/{POOL}"),
                "UserPoolTier": "ESSENTIALS",
            },
        });
        assert_eq!((status, answer), (200, expected));
        let named = |name: &str| {
            let mut all = schema.as_array().expect("a list").iter();
            all.find(|attribute| attribute["Name"] == name).expect("it is there").clone()
        };
        assert_eq!(
            named("sub"),
            json!({
                "Name": "sub",
                "AttributeDataType": "String",
                "DeveloperOnlyAttribute": false,
                "Mutable": false,
                "Required": true,
                "StringAttributeConstraints": { "MinLength": "1", "MaxLength": "2048" },
            })
        );
        assert_eq!(
            named("email_verified"),
            json!({
                "Name": "email_verified",
                "AttributeDataType": "Boolean",
                "DeveloperOnlyAttribute": false,
                "Mutable": true,
                "Required": false,
            })
        );
        assert_eq!(
            named("updated_at"),
            json!({
                "Name": "updated_at",
                "AttributeDataType": "Number",
                "DeveloperOnlyAttribute": false,
                "Mutable": true,
                "Required": false,
                "NumberAttributeConstraints": { "MinValue": "0" },
            })
        );
    }
}
