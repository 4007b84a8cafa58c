//! What CreateUserPoolClient and UpdateUserPoolClient share: members, defaults, rules.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    ExplicitAuthFlow, PreventUserExistenceErrors, RefreshTokenRotation, ServiceError,
    model::{
        Members,
        shapes::{
            ACCESS_TOKEN_VALIDITY_TYPE, AUTH_SESSION_VALIDITY_TYPE, CLIENT_PERMISSION_TYPE,
            EXPLICIT_AUTH_FLOWS_TYPE, FEATURE_TYPE, ID_TOKEN_VALIDITY_TYPE,
            PREVENT_USER_EXISTENCE_ERROR_TYPES, REFRESH_TOKEN_VALIDITY_TYPE,
            RETRY_GRACE_PERIOD_SECONDS_TYPE, TIME_UNITS_TYPE,
        },
    },
    schema::{Schema, is_verification},
};

/// The settings of an app client; in force once they are [`checked`](Self::checked).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct ClientSettings {
    pub(crate) name: String,
    pub(crate) flows: Vec<ExplicitAuthFlow>,
    pub(crate) existence_errors: PreventUserExistenceErrors,
    pub(crate) access_token_validity: Duration,
    pub(crate) id_token_validity: Duration,
    pub(crate) refresh_token_validity: Duration,
    pub(crate) auth_session_validity: Duration,
    pub(crate) token_revocation: bool,
    pub(crate) rotation: Option<RefreshTokenRotation>,
    /// All attributes if empty.
    pub(crate) read_attributes: Vec<String>,
    /// All attributes if empty.
    pub(crate) write_attributes: Vec<String>,
    /// What changes no answer, by AWS's names.
    pub(crate) inert: Map<String, Value>,
}

/// What a client may do that names no flow.
const DEFAULT_FLOWS: [ExplicitAuthFlow; 3] = [
    ExplicitAuthFlow::AllowRefreshTokenAuth,
    ExplicitAuthFlow::AllowUserSrpAuth,
    ExplicitAuthFlow::AllowCustomAuth,
];

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl ClientSettings {
    /// The API's defaults.
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            flows: DEFAULT_FLOWS.to_vec(),
            existence_errors: PreventUserExistenceErrors::default(),
            access_token_validity: HOUR,
            id_token_validity: HOUR,
            refresh_token_validity: 30 * DAY,
            auth_session_validity: 3 * MINUTE,
            token_revocation: true,
            rotation: None,
            read_attributes: Vec::new(),
            write_attributes: Vec::new(),
            inert: Map::new(),
        }
    }

    /// Walks the members after the name, in the order of the API model.
    pub(crate) fn members(&self, members: &mut Members) {
        // The numbers and units that durations stand for: only a decoder sees them.
        members.integer("RefreshTokenValidity", None, &REFRESH_TOKEN_VALIDITY_TYPE);
        members.integer("AccessTokenValidity", None, &ACCESS_TOKEN_VALIDITY_TYPE);
        members.integer("IdTokenValidity", None, &ID_TOKEN_VALIDITY_TYPE);
        members.choice("TokenValidityUnits.AccessToken", false, &TIME_UNITS_TYPE);
        members.choice("TokenValidityUnits.IdToken", false, &TIME_UNITS_TYPE);
        members.choice("TokenValidityUnits.RefreshToken", false, &TIME_UNITS_TYPE);
        let attributes = self.read_attributes.iter().map(String::as_str);
        members.texts("ReadAttributes", attributes, &CLIENT_PERMISSION_TYPE);
        let attributes = self.write_attributes.iter().map(String::as_str);
        members.texts("WriteAttributes", attributes, &CLIENT_PERMISSION_TYPE);
        let flows = self.flows.iter().map(|flow| flow.name());
        members.choices("ExplicitAuthFlows", flows, &EXPLICIT_AUTH_FLOWS_TYPE);
        members.choice("PreventUserExistenceErrors", true, &PREVENT_USER_EXISTENCE_ERROR_TYPES);
        members.present("EnableTokenRevocation", self.token_revocation);
        // In minutes, as AWS has it; a part of a minute counts as one.
        let minutes = self.auth_session_validity.as_secs().div_ceil(60);
        members.integer(
            "AuthSessionValidity",
            Some(i64::try_from(minutes).unwrap_or(i64::MAX)),
            &AUTH_SESSION_VALIDITY_TYPE,
        );
        members.choice("RefreshTokenRotation.Feature", self.rotation.is_some(), &FEATURE_TYPE);
        members.integer(
            "RefreshTokenRotation.RetryGracePeriodSeconds",
            self.rotation.map(|rotation| rotation.retry_grace_period_seconds.into()),
            &RETRY_GRACE_PERIOD_SECONDS_TYPE,
        );
    }

    /// Puts defaults in place and checks the rules between members. The order of the rules is
    /// assumed.
    pub(crate) fn checked(mut self, schema: &Schema) -> Result<Self, ServiceError> {
        let is_known = |name: &String| schema.get(name).is_some();
        if !self.read_attributes.iter().all(is_known) {
            return Err(ServiceError::InvalidReadAttributes);
        }
        // What is verified is for the service to say, and `sub` never changes.
        let is_writable = |name: &String| is_known(name) && name != "sub" && !is_verification(name);
        if !self.write_attributes.iter().all(is_writable) {
            return Err(ServiceError::InvalidWriteAttributes);
        }
        if self.flows.is_empty() {
            self.flows = DEFAULT_FLOWS.to_vec();
        }
        if self.refresh_token_validity.is_zero() {
            self.refresh_token_validity = 30 * DAY;
        }
        let legacy = self.flows.iter().filter(|flow| flow.is_legacy()).count();
        if legacy != 0 && legacy != self.flows.len() {
            return Err(ServiceError::MixedAuthFlows);
        }
        if !self.has_valid_times() {
            return Err(ServiceError::TokenValidityRange);
        }
        if self.rotation.is_some() {
            if self.flows.contains(&ExplicitAuthFlow::AllowRefreshTokenAuth) {
                return Err(ServiceError::RotationWithRefreshFlow);
            }
            // Rotation needs `origin_jti`, so it brings revocation with it.
            self.token_revocation = true;
        }
        Ok(self)
    }

    /// The ranges of <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>.
    /// That a refresh token must outlive the others is reported; its text is assumed.
    fn has_valid_times(&self) -> bool {
        let short = 5 * MINUTE..=DAY;
        let refresh = HOUR..=Duration::from_secs(315_360_000);
        short.contains(&self.access_token_validity)
            && short.contains(&self.id_token_validity)
            && refresh.contains(&self.refresh_token_validity)
            && self.refresh_token_validity >= self.access_token_validity
            && self.refresh_token_validity >= self.id_token_validity
    }
}
