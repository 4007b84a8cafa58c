use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [DeleteUserPoolClient](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClient.html)
///
/// The client's refresh tokens and sessions go with it, also for a client that is created under the
/// same id later. Its access tokens still sign users out, but GetUser does not find the client
/// (assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeleteUserPoolClientRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's id.
    pub client_id: String,
}

impl DeleteUserPoolClientRequest {
    /// Deletes this client.
    pub fn new(user_pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into(), client_id: client_id.into() }
    }
}

impl Sealed for DeleteUserPoolClientRequest {}

impl Request for DeleteUserPoolClientRequest {
    type Response = ();

    const OPERATION: &'static str = "DeleteUserPoolClient";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for DeleteUserPoolClientRequest {
    fn handle(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        pool.client(&self.client_id)?;
        pool.clients.remove(self.client_id.as_str());
        pool.sign_ins.remove_refresh_tokens(&self.client_id);
        pool.sessions.remove(&self.client_id);
        pool.exchanges.remove(&self.client_id);
        Ok(())
    }
}
