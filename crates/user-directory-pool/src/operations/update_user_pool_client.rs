use std::time::Duration;

use serde_json::{Map, Value};

use crate::{
    Call, ExplicitAuthFlow, Pool, PoolRequest, PreventUserExistenceErrors, RefreshTokenRotation,
    Request, ServiceError, Target, TokenValidity, UserPoolClientType, client_rules,
    client_settings::ClientSettings,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, CLIENT_NAME_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [UpdateUserPoolClient](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html),
/// with the members that this pool knows.
///
/// Every setting that is not given goes back to its default, as the page says; the name, which has
/// none, stays (assumed). Tokens and sessions that were given out live as long as they were given
/// for (assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UpdateUserPoolClientRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// Another name.
    pub client_name: Option<String>,
    /// 1 hour to 10 years; 30 days by default, and for zero.
    pub refresh_token_validity: TokenValidity,
    /// 5 minutes to 1 day; 1 hour by default.
    pub access_token_validity: TokenValidity,
    /// 5 minutes to 1 day; 1 hour by default.
    pub id_token_validity: TokenValidity,
    /// The attributes that the client may read; all if empty.
    pub read_attributes: Vec<String>,
    /// The attributes that users may write through the client; all if empty.
    pub write_attributes: Vec<String>,
    /// The flows that the client may use; refresh, SRP and custom if empty.
    pub explicit_auth_flows: Vec<ExplicitAuthFlow>,
    /// Whether a sign-in tells that a user does not exist; it does if absent.
    pub prevent_user_existence_errors: Option<PreventUserExistenceErrors>,
    /// Whether single sign-ins can be revoked; true by default, as for a new client (assumed).
    pub enable_token_revocation: bool,
    /// 3 to 15 minutes; 3 by default.
    pub auth_session_validity: Duration,
    /// Rotation of refresh tokens; off by default.
    pub refresh_token_rotation: Option<RefreshTokenRotation>,
    /// Other settings, by their AWS names: rules look at them, no answer but descriptions shows
    /// them.
    pub inert: Map<String, Value>,
}

/// What UpdateUserPoolClient answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UpdateUserPoolClientResponse {
    /// The client as it is now.
    pub user_pool_client: UserPoolClientType,
}

impl UpdateUserPoolClientRequest {
    /// Sets the defaults.
    pub fn new(user_pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        let defaults = ClientSettings::new(String::new());
        Self {
            user_pool_id: user_pool_id.into(),
            client_id: client_id.into(),
            client_name: None,
            refresh_token_validity: defaults.refresh_token_validity,
            access_token_validity: defaults.access_token_validity,
            id_token_validity: defaults.id_token_validity,
            read_attributes: defaults.read_attributes,
            write_attributes: defaults.write_attributes,
            explicit_auth_flows: defaults.flows,
            prevent_user_existence_errors: defaults.existence_errors,
            enable_token_revocation: defaults.token_revocation,
            auth_session_validity: defaults.auth_session_validity,
            refresh_token_rotation: defaults.rotation,
            inert: defaults.inert,
        }
    }

    fn settings(&self, name: &str) -> ClientSettings {
        ClientSettings {
            name: self.client_name.as_deref().unwrap_or(name).to_owned(),
            flows: self.explicit_auth_flows.clone(),
            existence_errors: self.prevent_user_existence_errors,
            access_token_validity: self.access_token_validity,
            id_token_validity: self.id_token_validity,
            refresh_token_validity: self.refresh_token_validity,
            auth_session_validity: self.auth_session_validity,
            token_revocation: self.enable_token_revocation,
            rotation: self.refresh_token_rotation,
            read_attributes: self.read_attributes.clone(),
            write_attributes: self.write_attributes.clone(),
            inert: self.inert.clone(),
        }
    }
}

impl Sealed for UpdateUserPoolClientRequest {}

impl Request for UpdateUserPoolClientRequest {
    type Response = UpdateUserPoolClientResponse;

    const OPERATION: &'static str = "UpdateUserPoolClient";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        members.optional_text("ClientName", self.client_name.as_deref(), &CLIENT_NAME_TYPE);
        self.settings("").members(members);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for UpdateUserPoolClientRequest {
    fn check_rules(&self, pool: &Pool) -> Result<(), ServiceError> {
        let client = pool.client(&self.client_id)?;
        let settings = self.settings(&client.settings.name);
        client_rules::check(settings, !client.secrets.is_empty(), pool)
    }

    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<UpdateUserPoolClientResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let name = &pool.client(&self.client_id)?.settings.name;
        let settings = self.settings(name);
        let client = pool.client_mut(&self.client_id)?;
        client.settings = settings;
        client.modified = call.now;
        Ok(UpdateUserPoolClientResponse { user_pool_client: client.describe(&self.user_pool_id) })
    }
}
