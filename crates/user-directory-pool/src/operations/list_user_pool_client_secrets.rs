use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target, Timestamp,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, PAGINATION_KEY, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [ListUserPoolClientSecrets](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClientSecrets.html)
///
/// One page holds all, for a client has at most two.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUserPoolClientSecretsRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// Where another page ended: nowhere, so that any token is refused.
    pub next_token: Option<String>,
}

/// What ListUserPoolClientSecrets answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ListUserPoolClientSecretsResponse {
    /// The active secrets, the oldest first (assumed).
    pub client_secrets: Vec<ClientSecretDescriptor>,
}

/// A secret of a client in a list, without its value (AWS: `ClientSecretDescriptorType`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClientSecretDescriptor {
    /// `<client id>--<epoch>`
    pub client_secret_id: String,
    /// When it was added.
    pub client_secret_create_date: Timestamp,
}

impl ListUserPoolClientSecretsRequest {
    /// Lists the secrets of this client.
    pub fn new(user_pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into(), client_id: client_id.into(), next_token: None }
    }
}

impl Sealed for ListUserPoolClientSecretsRequest {}

impl Request for ListUserPoolClientSecretsRequest {
    type Response = ListUserPoolClientSecretsResponse;

    const OPERATION: &'static str = "ListUserPoolClientSecrets";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        members.optional_text("NextToken", self.next_token.as_deref(), &PAGINATION_KEY);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for ListUserPoolClientSecretsRequest {
    fn handle(
        self,
        pool: &mut Pool,
        _call: &mut Call<'_>,
    ) -> Result<ListUserPoolClientSecretsResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let client = pool.client(&self.client_id)?;
        if self.next_token.is_some() {
            return Err(ServiceError::PaginationTokenInvalid);
        }
        let describe = |secret: &crate::client::ClientSecret| ClientSecretDescriptor {
            client_secret_id: secret.id.clone(),
            client_secret_create_date: secret.created,
        };
        Ok(ListUserPoolClientSecretsResponse {
            client_secrets: client.secrets.iter().map(describe).collect(),
        })
    }
}
