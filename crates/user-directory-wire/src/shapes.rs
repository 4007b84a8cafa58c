//! The shapes that several operations answer.

use std::collections::BTreeMap;

use serde::Serialize;
use user_directory_fake::TokenSigner;
use user_directory_pool::{
    Attribute, AuthResponse, AuthenticationResult, ChallengeParameters, DeliveryMedium,
    GetTokensFromRefreshTokenResponse, MfaType, Timestamp,
};

use crate::codec::EncodeSigned;

/// A date: seconds since the epoch with a fraction of milliseconds
/// (<https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>).
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct EpochSeconds(f64);

impl From<Timestamp> for EpochSeconds {
    fn from(timestamp: Timestamp) -> Self {
        // A double holds milliseconds exactly enough for 200,000 years.
        #[expect(clippy::cast_precision_loss, reason = "see above")]
        let millis = timestamp.millis() as f64;
        Self(millis / 1000.0)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttributeType {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

impl AttributeType {
    pub(crate) fn list(attributes: Vec<Attribute>) -> Vec<Self> {
        let attributes = attributes.into_iter();
        attributes.map(|Attribute { name, value, .. }| Self { name, value }).collect()
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserType {
    username: String,
    attributes: Vec<AttributeType>,
    user_create_date: EpochSeconds,
    user_last_modified_date: EpochSeconds,
    enabled: bool,
    user_status: &'static str,
}

impl From<user_directory_pool::UserType> for UserType {
    fn from(user: user_directory_pool::UserType) -> Self {
        Self {
            username: user.username,
            attributes: AttributeType::list(user.attributes),
            user_create_date: user.user_create_date.into(),
            user_last_modified_date: user.user_last_modified_date.into(),
            enabled: user.enabled,
            user_status: user.user_status.name(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GroupType {
    group_name: String,
    user_pool_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    precedence: Option<u32>,
    last_modified_date: EpochSeconds,
    creation_date: EpochSeconds,
}

impl From<user_directory_pool::GroupType> for GroupType {
    fn from(group: user_directory_pool::GroupType) -> Self {
        Self {
            group_name: group.group_name,
            user_pool_id: group.user_pool_id,
            description: group.description,
            role_arn: group.role_arn,
            precedence: group.precedence,
            last_modified_date: group.last_modified_date.into(),
            creation_date: group.creation_date.into(),
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CodeDeliveryDetailsType {
    destination: String,
    delivery_medium: &'static str,
    attribute_name: String,
}

impl From<user_directory_pool::CodeDeliveryDetailsType> for CodeDeliveryDetailsType {
    fn from(details: user_directory_pool::CodeDeliveryDetailsType) -> Self {
        Self {
            destination: details.destination,
            delivery_medium: details.delivery_medium.name(),
            attribute_name: details.attribute_name,
        }
    }
}

/// What a sign-in, an answer to a challenge or a refresh brings.
///
/// `ChallengeParameters` is `{}` next to tokens, as the responses that developers have published
/// show it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    challenge_parameters: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authentication_result: Option<AuthenticationResultType>,
}

impl EncodeSigned for AuthResponse {
    type Output = AuthOutput;

    fn encode_signed(self, signer: &TokenSigner) -> AuthOutput {
        match self {
            Self::Challenge(challenge) => {
                let (name, parameters) = challenge_text(challenge.parameters);
                AuthOutput {
                    challenge_name: Some(name),
                    session: challenge.session.map(|session| session.expose().to_owned()),
                    challenge_parameters: parameters,
                    authentication_result: None,
                }
            }
            Self::Tokens(result) => AuthOutput {
                challenge_name: None,
                session: None,
                challenge_parameters: BTreeMap::new(),
                authentication_result: Some(AuthenticationResultType::signed(signer, &result)),
            },
            _ => unreachable!("a sign-in brings tokens or a challenge"),
        }
    }
}

/// The name of a challenge, and its parameters, each as a text: lists and objects are JSON in it.
fn challenge_text(
    parameters: ChallengeParameters,
) -> (&'static str, BTreeMap<&'static str, String>) {
    let json = |text: serde_json::Result<String>| text.expect("texts with text keys are JSON");
    match parameters {
        ChallengeParameters::NewPasswordRequired {
            username,
            required_attributes,
            user_attributes,
        } => {
            let required = required_attributes.iter().map(|name| format!("userAttributes.{name}"));
            let required = Vec::from_iter(required);
            let parameters = BTreeMap::from([
                ("USER_ID_FOR_SRP", username),
                ("requiredAttributes", json(serde_json::to_string(&required))),
                ("userAttributes", json(serde_json::to_string(&user_attributes))),
            ]);
            ("NEW_PASSWORD_REQUIRED", parameters)
        }
        ChallengeParameters::PasswordVerifier { username, salt, secret_block, server } => {
            let parameters = BTreeMap::from([
                ("SALT", salt),
                ("SECRET_BLOCK", secret_block.expose().to_owned()),
                ("SRP_B", server.srp_b()),
                ("USERNAME", username.clone()),
                ("USER_ID_FOR_SRP", username),
            ]);
            ("PASSWORD_VERIFIER", parameters)
        }
        ChallengeParameters::Code { username, details } => {
            let name = match details.delivery_medium {
                DeliveryMedium::Sms => "SMS_MFA",
                _ => "EMAIL_OTP",
            };
            let medium = details.delivery_medium.name().to_owned();
            let parameters = [
                ("CODE_DELIVERY_DELIVERY_MEDIUM", Some(medium)),
                ("CODE_DELIVERY_DESTINATION", Some(details.destination)),
                ("USER_ID_FOR_SRP", username),
            ];
            (name, given(parameters))
        }
        ChallengeParameters::SoftwareToken { username, friendly_device_name } => {
            let parameters =
                [("FRIENDLY_DEVICE_NAME", friendly_device_name), ("USER_ID_FOR_SRP", username)];
            ("SOFTWARE_TOKEN_MFA", given(parameters))
        }
        ChallengeParameters::SelectMfaType { username, among } => {
            ("SELECT_MFA_TYPE", factors("MFAS_CAN_CHOOSE", &among, username))
        }
        ChallengeParameters::MfaSetup { username, among } => {
            ("MFA_SETUP", factors("MFAS_CAN_SETUP", &among, username))
        }
        _ => unreachable!("the pool has no other challenge"),
    }
}

/// The parameters that there are.
fn given<const N: usize>(
    parameters: [(&'static str, Option<String>); N],
) -> BTreeMap<&'static str, String> {
    parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The parameters of a challenge that offers factors.
fn factors(
    parameter: &'static str,
    among: &[MfaType],
    username: String,
) -> BTreeMap<&'static str, String> {
    let names = serde_json::to_string(&mfa_names(among)).expect("names are JSON");
    BTreeMap::from([(parameter, names), ("USER_ID_FOR_SRP", username)])
}

/// The AWS names of factors.
pub(crate) fn mfa_names(factors: &[MfaType]) -> Vec<&'static str> {
    factors.iter().map(|factor| factor.name()).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetTokensOutput {
    authentication_result: AuthenticationResultType,
}

impl EncodeSigned for GetTokensFromRefreshTokenResponse {
    type Output = GetTokensOutput;

    fn encode_signed(self, signer: &TokenSigner) -> GetTokensOutput {
        let result = &self.authentication_result;
        GetTokensOutput { authentication_result: AuthenticationResultType::signed(signer, result) }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AuthenticationResultType {
    access_token: String,
    id_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    expires_in: u64,
    token_type: &'static str,
}

impl AuthenticationResultType {
    fn signed(signer: &TokenSigner, result: &AuthenticationResult) -> Self {
        let tokens = signer.sign(result);
        Self {
            access_token: tokens.access_token.expose().to_owned(),
            id_token: tokens.id_token.expose().to_owned(),
            refresh_token: result.refresh_token.as_ref().map(|token| token.expose().to_owned()),
            expires_in: result.expires_in,
            token_type: "Bearer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// challenge/json-in-strings
    #[test]
    fn parameters_of_a_challenge_are_json_in_strings() {
        let (name, parameters) = challenge_text(ChallengeParameters::NewPasswordRequired {
            username: "alice".to_owned(),
            required_attributes: vec!["family_name".to_owned(), "email".to_owned()],
            user_attributes: BTreeMap::from([("name".to_owned(), r#"A "B""#.to_owned())]),
        });
        assert_eq!(name, "NEW_PASSWORD_REQUIRED");
        let expected = [
            ("USER_ID_FOR_SRP", "alice"),
            ("requiredAttributes", r#"["userAttributes.family_name","userAttributes.email"]"#),
            ("userAttributes", r#"{"name":"A \"B\""}"#),
        ];
        assert!(parameters.iter().map(|(name, text)| (*name, text.as_str())).eq(expected));
    }
}
