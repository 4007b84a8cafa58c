use std::collections::BTreeMap;

use crate::{
    AuthResponse, Call, Pool, PoolRequest, Request, Secret, ServiceError, Target,
    authentication::{Caller, initiate},
    model::{
        Members,
        shapes::{AUTH_FLOW_TYPE, CLIENT_ID_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [AdminInitiateAuth](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html)
///
/// Flows: ADMIN_USER_PASSWORD_AUTH (also by its old name ADMIN_NO_SRP_AUTH), USER_SRP_AUTH and
/// REFRESH_TOKEN_AUTH. The others are refused: as Cognito does where the client does not allow them,
/// otherwise as not implemented.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminInitiateAuthRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// The AWS name of the flow.
    pub auth_flow: String,
    /// `USERNAME`, `PASSWORD`, `SRP_A`, `REFRESH_TOKEN`, `SECRET_HASH`.
    pub auth_parameters: BTreeMap<String, Secret>,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl AdminInitiateAuthRequest {
    /// A sign-in or refresh without parameters yet.
    pub fn new(
        user_pool_id: impl Into<String>,
        client_id: impl Into<String>,
        auth_flow: impl Into<String>,
    ) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            client_id: client_id.into(),
            auth_flow: auth_flow.into(),
            auth_parameters: BTreeMap::new(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for AdminInitiateAuthRequest {}

impl Request for AdminInitiateAuthRequest {
    type Response = AuthResponse;

    const OPERATION: &'static str = "AdminInitiateAuth";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        members.text("AuthFlow", &self.auth_flow, &AUTH_FLOW_TYPE);
        members.present("AuthParameters", !self.auth_parameters.is_empty());
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminInitiateAuthRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<AuthResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let parameters = &self.auth_parameters;
        initiate(pool, call, Caller::Admin, &self.client_id, &self.auth_flow, parameters)
    }
}
