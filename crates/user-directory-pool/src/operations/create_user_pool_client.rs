use std::{sync::Arc, time::Duration};

use serde_json::{Map, Value};

use crate::{
    Call, ExplicitAuthFlow, Pool, PoolRequest, PreventUserExistenceErrors, RefreshTokenRotation,
    Request, Secret, ServiceError, Target, TokenValidity, UserPoolClientType,
    client::{Client, ClientSecret},
    client_rules,
    client_settings::ClientSettings,
    entropy,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, CLIENT_NAME_TYPE, CLIENT_SECRET_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [CreateUserPoolClient](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html),
/// with the members that this pool knows. Its
/// answer is the client, with the secret that was given or made.
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
    /// Whether a sign-in tells that a user does not exist; it does if absent.
    pub prevent_user_existence_errors: Option<PreventUserExistenceErrors>,
    /// 5 minutes to 1 day; 1 hour by default.
    pub access_token_validity: TokenValidity,
    /// 5 minutes to 1 day; 1 hour by default.
    pub id_token_validity: TokenValidity,
    /// 1 hour to 10 years; 30 days by default, and for zero.
    pub refresh_token_validity: TokenValidity,
    /// 3 to 15 minutes; 3 by default.
    pub auth_session_validity: Duration,
    /// Whether single sign-ins can be revoked; true by default.
    pub enable_token_revocation: bool,
    /// Rotation of refresh tokens; off by default.
    pub refresh_token_rotation: Option<RefreshTokenRotation>,
    /// The attributes that the client may read; all if empty.
    pub read_attributes: Vec<String>,
    /// The attributes that users may write through the client; all if empty.
    pub write_attributes: Vec<String>,
    /// Other settings, by their AWS names: rules look at them, no answer but descriptions shows
    /// them.
    pub inert: Map<String, Value>,
}

impl CreateUserPoolClientRequest {
    /// A client with the API's defaults: no secret, refresh, SRP and custom flows.
    pub fn new(user_pool_id: impl Into<String>, client_name: impl Into<String>) -> Self {
        let defaults = ClientSettings::new(client_name.into());
        Self {
            user_pool_id: user_pool_id.into(),
            client_name: defaults.name,
            client_id: None,
            generate_secret: false,
            client_secret: None,
            explicit_auth_flows: defaults.flows,
            prevent_user_existence_errors: defaults.existence_errors,
            access_token_validity: defaults.access_token_validity,
            id_token_validity: defaults.id_token_validity,
            refresh_token_validity: defaults.refresh_token_validity,
            auth_session_validity: defaults.auth_session_validity,
            enable_token_revocation: defaults.token_revocation,
            refresh_token_rotation: defaults.rotation,
            read_attributes: defaults.read_attributes,
            write_attributes: defaults.write_attributes,
            inert: defaults.inert,
        }
    }

    fn settings(&self) -> ClientSettings {
        ClientSettings {
            name: self.client_name.clone(),
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

impl Sealed for CreateUserPoolClientRequest {}

impl Request for CreateUserPoolClientRequest {
    type Response = UserPoolClientType;

    const OPERATION: &'static str = "CreateUserPoolClient";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientName", &self.client_name, &CLIENT_NAME_TYPE);
        members.optional_text("ClientId", self.client_id.as_deref(), &CLIENT_ID_TYPE);
        members.present("GenerateSecret", self.generate_secret);
        let secret = self.client_secret.as_ref().map(Secret::expose);
        members.optional_text("ClientSecret", secret, &CLIENT_SECRET_TYPE);
        self.settings().members(members);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for CreateUserPoolClientRequest {
    fn check_rules(&self, pool: &Pool) -> Result<(), ServiceError> {
        let has_secret = self.generate_secret || self.client_secret.is_some();
        client_rules::check(self.settings(), has_secret, pool)
    }

    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<UserPoolClientType, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let settings = self.settings();
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
        let secrets = secret.map(|secret| ClientSecret::new(&id, secret, call.now));
        let client = Client {
            id: id.clone(),
            secrets: secrets.into_iter().collect(),
            created: call.now,
            modified: call.now,
            settings,
        };
        let answer = client.describe(&pool.id);
        pool.clients.insert(id, client);
        Ok(answer)
    }
}
