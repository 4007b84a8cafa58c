//! The settings of an app client, as CreateUserPoolClient and UpdateUserPoolClient take them and
//! descriptions show them.

use std::{mem, time::Duration};

use serde::Serialize;
use serde_json::Value;
use user_directory_pool::{
    CreateUserPoolClientRequest, ExplicitAuthFlow, PreventUserExistenceErrors,
    RefreshTokenRotation, Secret,
};

use crate::{
    members::{Members, Mistyped, Type},
    pool_settings::with_inert,
    shapes::EpochSeconds,
};

const SECOND: Unit = Unit { name: "seconds", seconds: 1 };
const MINUTE: Unit = Unit { name: "minutes", seconds: 60 };
const HOUR: Unit = Unit { name: "hours", seconds: 60 * 60 };
const DAY: Unit = Unit { name: "days", seconds: 24 * 60 * 60 };

/// AWS: `TimeUnitsType`
#[derive(Clone, Copy, Debug)]
struct Unit {
    name: &'static str,
    seconds: u64,
}

impl Unit {
    fn from_name(name: &str) -> Option<Self> {
        [SECOND, MINUTE, HOUR, DAY].into_iter().find(|unit| unit.name == name)
    }

    /// The largest unit that holds a time in whole numbers.
    fn of(time: Duration, from: Self) -> Self {
        let smaller = [DAY, HOUR, MINUTE].into_iter().filter(|unit| unit.seconds <= from.seconds);
        let fits = |unit: &Self| time.as_secs().is_multiple_of(unit.seconds);
        smaller.into_iter().find(fits).unwrap_or(SECOND)
    }
}

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
    let existence_errors =
        members.choice("PreventUserExistenceErrors", existence_errors_from_name)?;
    request.prevent_user_existence_errors = existence_errors.unwrap_or_default();
    if let Some(revocation) = members.flag("EnableTokenRevocation")? {
        request.enable_token_revocation = revocation;
    }
    if let Some(minutes) = members.integer("AuthSessionValidity")? {
        request.auth_session_validity = Duration::from_secs(u64::from(minutes) * MINUTE.seconds);
    }
    request.refresh_token_rotation =
        members.structure("RefreshTokenRotation", read_rotation)?.flatten();

    members.keep_only("SupportedIdentityProviders", ["COGNITO"].as_slice());
    members.keep_only("EnablePropagateAdditionalUserContextData", false);
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

/// A number stands for its unit's default without `TokenValidityUnits`: hours, for refresh tokens
/// days.
fn read_validities(
    members: &mut Members<'_>,
    request: &mut CreateUserPoolClientRequest,
) -> Result<(), Mistyped> {
    let units = members.structure("TokenValidityUnits", |units| {
        let mut unit = |member| units.choice(member, Unit::from_name);
        Ok((unit("AccessToken")?, unit("IdToken")?, unit("RefreshToken")?))
    })?;
    let (access, id, refresh) = units.unwrap_or_default();
    for (member, unit, time) in [
        ("AccessTokenValidity", access.unwrap_or(HOUR), &mut request.access_token_validity),
        ("IdTokenValidity", id.unwrap_or(HOUR), &mut request.id_token_validity),
        ("RefreshTokenValidity", refresh.unwrap_or(DAY), &mut request.refresh_token_validity),
    ] {
        if let Some(number) = members.integer(member)? {
            *time = Duration::from_secs(u64::from(number) * unit.seconds);
        }
    }
    Ok(())
}

fn read_rotation(members: &mut Members<'_>) -> Result<Option<RefreshTokenRotation>, Mistyped> {
    let feature = members.required_choice("Feature", |name| match name {
        "ENABLED" => Some(true),
        "DISABLED" => Some(false),
        _ => None,
    })?;
    let seconds = members.integer("RetryGracePeriodSeconds")?.unwrap_or_default();
    Ok(feature.unwrap_or_default().then(|| RefreshTokenRotation::new(seconds)))
}

fn existence_errors_from_name(name: &str) -> Option<PreventUserExistenceErrors> {
    match name {
        "LEGACY" => Some(PreventUserExistenceErrors::Legacy),
        "ENABLED" => Some(PreventUserExistenceErrors::Enabled),
        _ => None,
    }
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

/// A client without what it only keeps.
/// The pool keeps times, not the numbers and units that they were given in: an answer has each in
/// the largest unit that holds it, days only for refresh tokens.
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
    refresh_token_validity: u64,
    access_token_validity: u64,
    id_token_validity: u64,
    token_validity_units: TokenValidityUnitsType,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    read_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    write_attributes: Vec<String>,
    explicit_auth_flows: Vec<&'static str>,
    prevent_user_existence_errors: &'static str,
    enable_token_revocation: bool,
    auth_session_validity: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_rotation: Option<RefreshTokenRotationType>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TokenValidityUnitsType {
    access_token: &'static str,
    id_token: &'static str,
    refresh_token: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RefreshTokenRotationType {
    feature: &'static str,
    retry_grace_period_seconds: u32,
}

impl From<user_directory_pool::UserPoolClientType> for Described {
    fn from(client: user_directory_pool::UserPoolClientType) -> Self {
        let access = Unit::of(client.access_token_validity, HOUR);
        let id = Unit::of(client.id_token_validity, HOUR);
        let refresh = Unit::of(client.refresh_token_validity, DAY);
        let number = |time: Duration, unit: Unit| time.as_secs() / unit.seconds;
        Self {
            user_pool_id: client.user_pool_id,
            client_name: client.client_name,
            client_id: client.client_id,
            client_secret: client.client_secret.as_ref().map(Secret::expose).map(str::to_owned),
            last_modified_date: client.last_modified_date.into(),
            creation_date: client.creation_date.into(),
            refresh_token_validity: number(client.refresh_token_validity, refresh),
            access_token_validity: number(client.access_token_validity, access),
            id_token_validity: number(client.id_token_validity, id),
            token_validity_units: TokenValidityUnitsType {
                access_token: access.name,
                id_token: id.name,
                refresh_token: refresh.name,
            },
            read_attributes: client.read_attributes,
            write_attributes: client.write_attributes,
            explicit_auth_flows: client
                .explicit_auth_flows
                .iter()
                .map(|flow| flow.name())
                .collect(),
            prevent_user_existence_errors: match client.prevent_user_existence_errors {
                PreventUserExistenceErrors::Enabled => "ENABLED",
                _ => "LEGACY",
            },
            enable_token_revocation: client.enable_token_revocation,
            // In minutes, as AWS has it; a part of a minute counts as one.
            auth_session_validity: client.auth_session_validity.as_secs().div_ceil(MINUTE.seconds),
            refresh_token_rotation: client.refresh_token_rotation.map(|rotation| {
                RefreshTokenRotationType {
                    feature: "ENABLED",
                    retry_grace_period_seconds: rotation.retry_grace_period_seconds,
                }
            }),
        }
    }
}
