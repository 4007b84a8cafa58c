use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, CLIENT_SECRET_ID_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [DeleteUserPoolClientSecret](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClientSecret.html):
/// the last secret stays.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DeleteUserPoolClientSecretRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// Which secret.
    pub client_secret_id: String,
}

impl DeleteUserPoolClientSecretRequest {
    /// Deletes this secret.
    pub fn new(
        user_pool_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret_id: impl Into<String>,
    ) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            client_id: client_id.into(),
            client_secret_id: client_secret_id.into(),
        }
    }
}

impl Sealed for DeleteUserPoolClientSecretRequest {}

impl Request for DeleteUserPoolClientSecretRequest {
    type Response = ();

    const OPERATION: &'static str = "DeleteUserPoolClientSecret";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        members.text("ClientSecretId", &self.client_secret_id, &CLIENT_SECRET_ID_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for DeleteUserPoolClientSecretRequest {
    fn handle(self, pool: &mut Pool, _call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let client = pool.client_mut(&self.client_id)?;
        let position = client
            .secrets
            .iter()
            .position(|secret| secret.id == self.client_secret_id)
            .ok_or(ServiceError::ClientSecretNotFound { id: self.client_secret_id })?;
        if client.secrets.len() == 1 {
            return Err(ServiceError::LastClientSecret);
        }
        client.secrets.remove(position);
        Ok(())
    }
}
