use std::{sync::Arc, time::Duration};

use crate::{
    Call, ExplicitAuthFlow, Pool, PreventUserExistenceErrors, RefreshTokenRotation, Request,
    Secret, ServiceError, Target,
    client::{Client, ClientSecret},
    entropy,
    model::{
        Members,
        shapes::{
            AUTH_SESSION_VALIDITY_TYPE, CLIENT_ID_TYPE, CLIENT_NAME_TYPE, CLIENT_SECRET_TYPE,
            RETRY_GRACE_PERIOD_SECONDS_TYPE, USER_POOL_ID_TYPE,
        },
    },
    request::sealed::Sealed,
};

/// [CreateUserPoolClient](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html),
/// with the members that this pool knows. Times are durations instead of numbers and units.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CreateUserPoolClientRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// A name to tell clients apart.
    pub client_name: String,
    /// Not AWS's: an id to use instead of a random one.
    pub client_id: Option<String>,
    /// Whether to make a secret.
    pub generate_secret: bool,
    /// A secret to use instead of a random one.
    pub client_secret: Option<Secret>,
    /// The flows that the client may use; refresh, SRP and custom if empty.
    pub explicit_auth_flows: Vec<ExplicitAuthFlow>,
    /// Whether a sign-in tells that a user does not exist.
    pub prevent_user_existence_errors: PreventUserExistenceErrors,
    /// 5 minutes to 1 day; 1 hour by default.
    pub access_token_validity: Duration,
    /// 5 minutes to 1 day; 1 hour by default.
    pub id_token_validity: Duration,
    /// 1 hour to 10 years; 30 days by default, and for zero.
    pub refresh_token_validity: Duration,
    /// 3 to 15 minutes; 3 by default.
    pub auth_session_validity: Duration,
    /// Whether single sign-ins can be revoked; true by default.
    pub enable_token_revocation: bool,
    /// Rotation of refresh tokens; off by default.
    pub refresh_token_rotation: Option<RefreshTokenRotation>,
    /// The attributes that the client may read; all if empty.
    pub read_attributes: Vec<String>,
}

/// What CreateUserPoolClient answers: the parts that a caller needs.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UserPoolClientType {
    /// The client's id, 26 lower-case letters and digits unless it was given.
    pub client_id: String,
    /// The client's name.
    pub client_name: String,
    /// The client's secret, if it has one.
    pub client_secret: Option<Secret>,
}

/// What a client may do whose creation names no flow.
const DEFAULT_FLOWS: [ExplicitAuthFlow; 3] = [
    ExplicitAuthFlow::AllowRefreshTokenAuth,
    ExplicitAuthFlow::AllowUserSrpAuth,
    ExplicitAuthFlow::AllowCustomAuth,
];

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl CreateUserPoolClientRequest {
    /// A client with the API's defaults: no secret, refresh, SRP and custom flows.
    pub fn new(user_pool_id: impl Into<String>, client_name: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            client_name: client_name.into(),
            client_id: None,
            generate_secret: false,
            client_secret: None,
            explicit_auth_flows: DEFAULT_FLOWS.to_vec(),
            prevent_user_existence_errors: PreventUserExistenceErrors::default(),
            access_token_validity: HOUR,
            id_token_validity: HOUR,
            refresh_token_validity: 30 * DAY,
            auth_session_validity: Duration::from_secs(3 * 60),
            enable_token_revocation: true,
            refresh_token_rotation: None,
            read_attributes: Vec::new(),
        }
    }

    /// The ranges of <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>.
    /// That a refresh token must outlive the others is reported; its text is assumed.
    fn has_valid_times(&self) -> bool {
        let short = Duration::from_secs(5 * 60)..=DAY;
        let refresh = HOUR..=Duration::from_secs(315_360_000);
        short.contains(&self.access_token_validity)
            && short.contains(&self.id_token_validity)
            && refresh.contains(&self.refresh_token_validity)
            && self.refresh_token_validity >= self.access_token_validity
            && self.refresh_token_validity >= self.id_token_validity
    }
}

impl Sealed for CreateUserPoolClientRequest {}

impl Request for CreateUserPoolClientRequest {
    type Response = UserPoolClientType;

    const OPERATION: &'static str = "CreateUserPoolClient";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientName", &self.client_name, &CLIENT_NAME_TYPE);
        members.optional_text("ClientId", self.client_id.as_deref(), &CLIENT_ID_TYPE);
        let secret = self.client_secret.as_ref().map(Secret::expose);
        members.optional_text("ClientSecret", secret, &CLIENT_SECRET_TYPE);
        // In minutes, as AWS has it; a part of a minute counts as one.
        let minutes = self.auth_session_validity.as_secs().div_ceil(60);
        members.integer(
            "AuthSessionValidity",
            Some(i64::try_from(minutes).unwrap_or(i64::MAX)),
            &AUTH_SESSION_VALIDITY_TYPE,
        );
        if let Some(rotation) = self.refresh_token_rotation {
            members.integer(
                "RetryGracePeriodSeconds",
                Some(rotation.retry_grace_period_seconds.into()),
                &RETRY_GRACE_PERIOD_SECONDS_TYPE,
            );
        }
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }

    fn handle(
        mut self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<UserPoolClientType, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        if self.explicit_auth_flows.is_empty() {
            self.explicit_auth_flows = DEFAULT_FLOWS.to_vec();
        }
        if self.refresh_token_validity.is_zero() {
            self.refresh_token_validity = 30 * DAY;
        }
        let legacy = self.explicit_auth_flows.iter().filter(|flow| flow.is_legacy()).count();
        if legacy != 0 && legacy != self.explicit_auth_flows.len() {
            return Err(ServiceError::MixedAuthFlows);
        }
        if !self.has_valid_times() {
            return Err(ServiceError::TokenValidityRange);
        }
        let refreshes = self.explicit_auth_flows.contains(&ExplicitAuthFlow::AllowRefreshTokenAuth);
        if self.refresh_token_rotation.is_some() && refreshes {
            return Err(ServiceError::RotationWithRefreshFlow);
        }
        if let Some(id) = self.client_id.clone().filter(|id| pool.clients.contains_key(&**id)) {
            return Err(ServiceError::ClientIdTaken { id });
        }
        let id: Arc<str> = match self.client_id {
            Some(id) => id.into(),
            None => entropy::alphanumeric(call.entropy, 26).into(),
        };
        let secret = match self.client_secret {
            Some(secret) => Some(secret),
            None if self.generate_secret => {
                Some(Secret::new(entropy::alphanumeric(call.entropy, 51)))
            }
            None => None,
        };
        let secrets: Vec<_> =
            secret.iter().map(|secret| ClientSecret::new(&id, secret.clone(), call.now)).collect();
        let client = Client {
            id: id.clone(),
            secrets,
            flows: self.explicit_auth_flows,
            existence_errors: self.prevent_user_existence_errors,
            access_token_validity: self.access_token_validity,
            id_token_validity: self.id_token_validity,
            refresh_token_validity: self.refresh_token_validity,
            auth_session_validity: self.auth_session_validity,
            token_revocation: self.enable_token_revocation
                // Rotation needs `origin_jti`, so it brings revocation with it.
                || self.refresh_token_rotation.is_some(),
            rotation: self.refresh_token_rotation,
            read_attributes: self.read_attributes,
        };
        pool.clients.insert(id.clone(), client);
        Ok(UserPoolClientType {
            client_id: id.to_string(),
            client_name: self.client_name,
            client_secret: secret,
        })
    }
}
