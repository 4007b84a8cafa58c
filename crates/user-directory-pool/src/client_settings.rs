//! What CreateUserPoolClient and UpdateUserPoolClient share: members and defaults.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    ExplicitAuthFlow, PreventUserExistenceErrors, RefreshTokenRotation, TimeUnit, TokenValidity,
    model::{
        Members,
        shapes::{
            ACCESS_TOKEN_VALIDITY_TYPE, AUTH_SESSION_VALIDITY_TYPE, CLIENT_PERMISSION_TYPE,
            EXPLICIT_AUTH_FLOWS_TYPE, FEATURE_TYPE, ID_TOKEN_VALIDITY_TYPE,
            PREVENT_USER_EXISTENCE_ERROR_TYPES, REFRESH_TOKEN_VALIDITY_TYPE,
            RETRY_GRACE_PERIOD_SECONDS_TYPE, TIME_UNITS_TYPE,
        },
    },
};

/// The settings of an app client, as they were given. Defaults come into play where a value is used.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct ClientSettings {
    pub(crate) name: String,
    /// The default ones if empty.
    pub(crate) flows: Vec<ExplicitAuthFlow>,
    pub(crate) existence_errors: Option<PreventUserExistenceErrors>,
    pub(crate) access_token_validity: TokenValidity,
    pub(crate) id_token_validity: TokenValidity,
    pub(crate) refresh_token_validity: TokenValidity,
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

/// The default of access and ID tokens.
const AN_HOUR: TokenValidity = TokenValidity { number: Some(1), unit: Some(TimeUnit::Hours) };

/// The default of refresh tokens.
const MONTH: TokenValidity = TokenValidity { number: Some(30), unit: Some(TimeUnit::Days) };

impl ClientSettings {
    /// The API's defaults.
    pub(crate) fn new(name: String) -> Self {
        Self {
            name,
            flows: Vec::new(),
            existence_errors: None,
            access_token_validity: TokenValidity::default(),
            id_token_validity: TokenValidity::default(),
            refresh_token_validity: TokenValidity::default(),
            auth_session_validity: Duration::from_secs(3 * 60),
            token_revocation: true,
            rotation: None,
            read_attributes: Vec::new(),
            write_attributes: Vec::new(),
            inert: Map::new(),
        }
    }

    /// Walks the members after the name, in the order of the API model.
    pub(crate) fn members(&self, members: &mut Members) {
        let number = |validity: TokenValidity| validity.number.map(Into::into);
        let (access, id) = (self.access_token_validity, self.id_token_validity);
        let refresh = self.refresh_token_validity;
        members.integer("RefreshTokenValidity", number(refresh), &REFRESH_TOKEN_VALIDITY_TYPE);
        members.integer("AccessTokenValidity", number(access), &ACCESS_TOKEN_VALIDITY_TYPE);
        members.integer("IdTokenValidity", number(id), &ID_TOKEN_VALIDITY_TYPE);
        for (member, validity) in [
            ("TokenValidityUnits.AccessToken", access),
            ("TokenValidityUnits.IdToken", id),
            ("TokenValidityUnits.RefreshToken", refresh),
        ] {
            members.choice(member, validity.unit.is_some(), &TIME_UNITS_TYPE);
        }
        let attributes = self.read_attributes.iter().map(String::as_str);
        members.texts("ReadAttributes", attributes, &CLIENT_PERMISSION_TYPE);
        let attributes = self.write_attributes.iter().map(String::as_str);
        members.texts("WriteAttributes", attributes, &CLIENT_PERMISSION_TYPE);
        let flows = self.flows.iter().map(|flow| flow.name());
        members.choices("ExplicitAuthFlows", flows, &EXPLICIT_AUTH_FLOWS_TYPE);
        let existence_errors = self.existence_errors.is_some();
        members.choice(
            "PreventUserExistenceErrors",
            existence_errors,
            &PREVENT_USER_EXISTENCE_ERROR_TYPES,
        );
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

    /// The flows that the client may use.
    pub(crate) fn flows(&self) -> &[ExplicitAuthFlow] {
        if self.flows.is_empty() { &DEFAULT_FLOWS } else { &self.flows }
    }

    /// How long access tokens live.
    pub(crate) fn access_token_time(&self) -> Duration {
        self.access_token_validity.resolve(AN_HOUR)
    }

    /// How long ID tokens live.
    pub(crate) fn id_token_time(&self) -> Duration {
        self.id_token_validity.resolve(AN_HOUR)
    }

    /// How long refresh tokens live; zero stands for the default.
    pub(crate) fn refresh_token_time(&self) -> Duration {
        let time = self.refresh_token_validity.resolve(MONTH);
        if time.is_zero() { MONTH.resolve(MONTH) } else { time }
    }

    /// Rotation of refresh tokens, if it is on.
    pub(crate) fn rotation(&self) -> Option<RefreshTokenRotation> {
        self.rotation.filter(|rotation| rotation.enabled)
    }

    /// Whether single sign-ins can be revoked. Rotation needs `origin_jti`, so it brings revocation
    /// with it (assumed).
    pub(crate) fn token_revocation(&self) -> bool {
        self.token_revocation || self.rotation().is_some()
    }
}
