//! The settings of an app client, as CreateUserPoolClient and UpdateUserPoolClient take them and
//! descriptions show them.

use std::{mem, time::Duration};

use serde::Serialize;
use serde_json::Value;
use user_directory_pool::{
    CreateUserPoolClientRequest, ExplicitAuthFlow, PreventUserExistenceErrors,
    RefreshTokenRotation, Secret, TimeUnit, TokenValidity,
};

use crate::{
    members::{Members, Mistyped, Type},
    pool_settings::with_inert,
    shapes::EpochSeconds,
};

const MINUTE: u64 = 60;

/// Reads the members that both operations have. What is absent stays as it is in the request.
pub(crate) fn read(
    members: &mut Members<'_>,
    request: &mut CreateUserPoolClientRequest,
) -> Result<(), Mistyped> {
    read_validities(members, request)?;
    request.read_attributes = members.texts("ReadAttributes")?;
    request.write_attributes = members.texts("WriteAttributes")?;
    request.explicit_auth_flows =
        members.choices("ExplicitAuthFlows", ExplicitAuthFlow::from_name)?;
    request.prevent_user_existence_errors =
        members.choice("PreventUserExistenceErrors", PreventUserExistenceErrors::from_name)?;
    if let Some(revocation) = members.flag("EnableTokenRevocation")? {
        request.enable_token_revocation = revocation;
    }
    if let Some(minutes) = members.integer("AuthSessionValidity")? {
        request.auth_session_validity = Duration::from_secs(u64::from(minutes) * MINUTE);
    }
    request.refresh_token_rotation = members.structure("RefreshTokenRotation", read_rotation)?;

    members.keep_only("SupportedIdentityProviders", ["COGNITO"].as_slice());
    members.keep_only("EnablePropagateAdditionalUserContextData", false);
    // True would answer an ARN in place of the secret, and there is no Secrets Manager to read it from.
    members.only("PublishSecretsInAWSSecretsManager", false);
    // For endpoints that this crate does not have, and for metrics.
    members.keep("CallbackURLs", Type::Texts)?;
    members.keep("LogoutURLs", Type::Texts)?;
    members.keep("DefaultRedirectURI", Type::Text)?;
    members.keep("AllowedOAuthFlows", Type::Texts)?;
    members.keep("AllowedOAuthScopes", Type::Texts)?;
    members.keep("AllowedOAuthFlowsUserPoolClient", Type::Boolean)?;
    members.keep("AnalyticsConfiguration", Type::Object)?;
    request.inert = members.take_kept();
    Ok(())
}

/// Numbers and units are kept as they are.
fn read_validities(
    members: &mut Members<'_>,
    request: &mut CreateUserPoolClientRequest,
) -> Result<(), Mistyped> {
    let units = members.structure("TokenValidityUnits", |units| {
        let mut unit = |member| units.choice(member, TimeUnit::from_name);
        Ok((unit("AccessToken")?, unit("IdToken")?, unit("RefreshToken")?))
    })?;
    let (access, id, refresh) = units.unwrap_or_default();
    for (member, unit, validity) in [
        ("AccessTokenValidity", access, &mut request.access_token_validity),
        ("IdTokenValidity", id, &mut request.id_token_validity),
        ("RefreshTokenValidity", refresh, &mut request.refresh_token_validity),
    ] {
        validity.number = members.integer(member)?;
        validity.unit = unit;
    }
    Ok(())
}

fn read_rotation(members: &mut Members<'_>) -> Result<RefreshTokenRotation, Mistyped> {
    let enabled = members.required_choice("Feature", |name| match name {
        "ENABLED" => Some(true),
        "DISABLED" => Some(false),
        _ => None,
    })?;
    let seconds = members.integer("RetryGracePeriodSeconds")?.unwrap_or_default();
    let mut rotation = RefreshTokenRotation::new(seconds);
    rotation.enabled = enabled.unwrap_or_default();
    Ok(rotation)
}

/// A client in an answer. Without `Debug`: its secret is in it.
#[derive(Serialize)]
pub(crate) struct UserPoolClientType(Value);

impl From<user_directory_pool::UserPoolClientType> for UserPoolClientType {
    fn from(mut client: user_directory_pool::UserPoolClientType) -> Self {
        let inert = mem::take(&mut client.inert);
        Self(with_inert(&Described::from(client), inert))
    }
}

/// A client without what it only keeps. Which members AWS shows of a client that was given nothing
/// but a name is reported, by Terraform's acceptance tests; that flows are none of them, and that
/// units are an empty structure, is assumed.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    user_pool_id: String,
    client_name: String,
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    last_modified_date: EpochSeconds,
    creation_date: EpochSeconds,
    refresh_token_validity: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token_validity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_validity: Option<u32>,
    token_validity_units: TokenValidityUnitsType,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    read_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    write_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explicit_auth_flows: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prevent_user_existence_errors: Option<&'static str>,
    enable_token_revocation: bool,
    enable_propagate_additional_user_context_data: bool,
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    allowed_oauth_flows_user_pool_client: bool,
    auth_session_validity: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_rotation: Option<RefreshTokenRotationType>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TokenValidityUnitsType {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RefreshTokenRotationType {
    feature: &'static str,
    retry_grace_period_seconds: u32,
}

impl From<user_directory_pool::UserPoolClientType> for Described {
    fn from(client: user_directory_pool::UserPoolClientType) -> Self {
        let (access, id) = (client.access_token_validity, client.id_token_validity);
        let refresh = client.refresh_token_validity;
        let unit = |validity: TokenValidity| validity.unit.map(TimeUnit::name);
        Self {
            user_pool_id: client.user_pool_id,
            client_name: client.client_name,
            client_id: client.client_id,
            client_secret: client.client_secret.as_ref().map(Secret::expose).map(str::to_owned),
            last_modified_date: client.last_modified_date.into(),
            creation_date: client.creation_date.into(),
            refresh_token_validity: refresh.number.unwrap_or(30),
            access_token_validity: access.number,
            id_token_validity: id.number,
            token_validity_units: TokenValidityUnitsType {
                access_token: unit(access),
                id_token: unit(id),
                refresh_token: unit(refresh),
            },
            read_attributes: client.read_attributes,
            write_attributes: client.write_attributes,
            explicit_auth_flows: client
                .explicit_auth_flows
                .iter()
                .map(|flow| flow.name())
                .collect(),
            prevent_user_existence_errors: client
                .prevent_user_existence_errors
                .map(PreventUserExistenceErrors::name),
            enable_token_revocation: client.enable_token_revocation,
            enable_propagate_additional_user_context_data: false,
            allowed_oauth_flows_user_pool_client: false,
            // In minutes, as AWS has it; a part of a minute counts as one.
            auth_session_validity: client.auth_session_validity.as_secs().div_ceil(MINUTE),
            refresh_token_rotation: client.refresh_token_rotation.map(|rotation| {
                RefreshTokenRotationType {
                    feature: if rotation.enabled { "ENABLED" } else { "DISABLED" },
                    retry_grace_period_seconds: rotation.retry_grace_period_seconds,
                }
            }),
        }
    }
}
