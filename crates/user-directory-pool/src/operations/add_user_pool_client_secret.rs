use crate::{
    Call, Pool, PoolRequest, Request, Secret, ServiceError, Target, Timestamp,
    client::ClientSecret,
    entropy,
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, CLIENT_SECRET_TYPE, USER_POOL_ID_TYPE},
    },
    request::sealed::Sealed,
};

/// [AddUserPoolClientSecret](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html):
/// a client has at most two active secrets.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AddUserPoolClientSecretRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// The secret to use; a random one if absent.
    pub client_secret: Option<Secret>,
}

/// What AddUserPoolClientSecret answers.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AddUserPoolClientSecretResponse {
    /// `<client id>--<epoch>`
    pub client_secret_id: String,
    /// The secret, only if it was generated.
    pub client_secret_value: Option<Secret>,
    /// When it was added.
    pub client_secret_create_date: Timestamp,
}

impl AddUserPoolClientSecretRequest {
    /// Adds a random secret.
    pub fn new(user_pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self { user_pool_id: user_pool_id.into(), client_id: client_id.into(), client_secret: None }
    }
}

impl Sealed for AddUserPoolClientSecretRequest {}

impl Request for AddUserPoolClientSecretRequest {
    type Response = AddUserPoolClientSecretResponse;

    const OPERATION: &'static str = "AddUserPoolClientSecret";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        let secret = self.client_secret.as_ref().map(Secret::expose);
        members.optional_text("ClientSecret", secret, &CLIENT_SECRET_TYPE);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AddUserPoolClientSecretRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<AddUserPoolClientSecretResponse, ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let client = pool.client_mut(&self.client_id)?;
        if client.secrets.len() >= 2 {
            return Err(ServiceError::TooManyClientSecrets);
        }
        let generated = match self.client_secret {
            Some(_) => None,
            None => Some(Secret::new(entropy::alphanumeric(call.entropy, 51))),
        };
        let value = self.client_secret.or_else(|| generated.clone()).expect("given or generated");
        let mut secret = ClientSecret::new(&client.id, value, call.now);
        // Two secrets of one second need two ids (assumed: AWS limits the rate instead).
        if client.secrets.iter().any(|other| other.id == secret.id) {
            secret.id.push_str("-2");
        }
        let client_secret_id = secret.id.clone();
        client.secrets.push(secret);
        Ok(AddUserPoolClientSecretResponse {
            client_secret_id,
            client_secret_value: generated,
            client_secret_create_date: call.now,
        })
    }
}
