//! Pools and app clients as a test sets them up. That is no call: it has no fault, no quota and no place
//! in the call log; [`Fake::administer`] has all of them.

use std::sync::Arc;

use user_directory::{ClientSecret, Error, ErrorKind, Result};
use user_directory_pool::{
    AddCustomAttributesRequest, AddUserPoolClientSecretRequest, CreateUserPoolClientRequest,
    CreateUserPoolRequest, DeleteUserPoolClientRequest, DeleteUserPoolClientSecretRequest,
    DeleteUserPoolRequest, DescribeUserPoolClientRequest, DescribeUserPoolRequest,
    ListUserPoolClientSecretsRequest, SchemaAttributeType, ServiceError,
    UpdateUserPoolClientRequest, UpdateUserPoolRequest, UserPoolClientType, UserPoolType, check,
};

use crate::{Administer, Fake, FakeClient, FakeRequest, FakeSecretSource, account::service_error};

impl Fake {
    /// Creates another pool, and answers its id.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the settings.
    pub fn create_user_pool(&self, request: CreateUserPoolRequest) -> Result<String> {
        self.set_up(request).map(|pool| pool.id)
    }

    /// Describes a pool.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](ErrorKind::ResourceNotFound) for a pool that does not exist.
    pub fn describe_user_pool(&self, pool_id: &str) -> Result<UserPoolType> {
        self.set_up(DescribeUserPoolRequest::new(pool_id)).map(|described| described.user_pool)
    }

    /// Changes the settings of a pool. What the request leaves out goes back to its default, but for
    /// what [`UpdateUserPoolRequest`] says.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the settings.
    pub fn update_user_pool(&self, request: UpdateUserPoolRequest) -> Result<()> {
        self.set_up(request)
    }

    /// Adds custom attributes to a pool's schema.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the attributes.
    pub fn add_custom_attributes(
        &self,
        pool_id: &str,
        attributes: Vec<SchemaAttributeType>,
    ) -> Result<()> {
        self.set_up(AddCustomAttributesRequest::new(pool_id, attributes))
    }

    /// Deletes a pool with its users and clients.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](ErrorKind::ResourceNotFound) for a pool that does not exist.
    pub fn delete_user_pool(&self, pool_id: &str) -> Result<()> {
        self.set_up(DeleteUserPoolRequest::new(pool_id))
    }

    /// Creates another client of a pool.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the settings.
    pub fn create_user_pool_client(
        &self,
        pool_id: &str,
        mut request: CreateUserPoolClientRequest,
    ) -> Result<FakeClient> {
        pool_id.clone_into(&mut request.user_pool_id);
        self.set_up(request).map(FakeClient::of)
    }

    /// Describes a client, its oldest secret included.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](ErrorKind::ResourceNotFound) for a client that does not exist.
    pub fn describe_user_pool_client(&self, client: &FakeClient) -> Result<UserPoolClientType> {
        let request = DescribeUserPoolClientRequest::new(&client.pool_id, &client.client_id);
        self.set_up(request).map(|described| described.user_pool_client)
    }

    /// Changes the settings of a client. What the request leaves out goes back to its default.
    ///
    /// # Errors
    ///
    /// What Cognito would answer to the settings.
    pub fn update_user_pool_client(
        &self,
        request: UpdateUserPoolClientRequest,
    ) -> Result<UserPoolClientType> {
        self.set_up(request).map(|updated| updated.user_pool_client)
    }

    /// Deletes a client: its users stay, their sign-ins at it end.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](ErrorKind::ResourceNotFound) for a client that does not exist.
    pub fn delete_user_pool_client(&self, client: &FakeClient) -> Result<()> {
        self.set_up(DeleteUserPoolClientRequest::new(&client.pool_id, &client.client_id))
    }

    /// Adds a second secret to a client, and answers its id and value.
    ///
    /// # Errors
    ///
    /// [`LimitExceeded`](user_directory::ErrorKind::LimitExceeded) for a third.
    pub fn add_user_pool_client_secret(
        &self,
        client: &FakeClient,
    ) -> Result<(String, ClientSecret)> {
        let request = AddUserPoolClientSecretRequest::new(&client.pool_id, &client.client_id);
        let answer = self.set_up(request)?;
        let value = answer.client_secret_value.expect("a secret that was not given is generated");
        Ok((answer.client_secret_id, ClientSecret::new(value.expose())))
    }

    /// Deletes one of a client's two secrets.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](user_directory::ErrorKind::InvalidParameter) for the last one.
    pub fn delete_user_pool_client_secret(&self, client: &FakeClient, id: &str) -> Result<()> {
        self.set_up(DeleteUserPoolClientSecretRequest::new(&client.pool_id, &client.client_id, id))
    }

    /// The secrets of a client by id, the oldest first.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](user_directory::ErrorKind::ResourceNotFound) for a client that does not
    /// exist.
    pub fn user_pool_client_secrets(
        &self,
        client: &FakeClient,
    ) -> Result<Vec<(String, ClientSecret)>> {
        let FakeClient { pool_id, client_id, .. } = client;
        self.set_up(ListUserPoolClientSecretsRequest::new(pool_id, client_id))?;
        let secrets = self.0.pool(pool_id).map(|cell| cell.read(|p| p.client_secrets(client_id)));
        let secrets = secrets.unwrap_or_default().into_iter();
        Ok(secrets.map(|(id, value)| (id, ClientSecret::new(value.expose()))).collect())
    }

    /// Gives a client a new secret beside the newest one that it had, as a rotation by AWS Secrets
    /// Manager does: the one before is gone. Answers the new one's id and value.
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](user_directory::ErrorKind::ResourceNotFound) for a client that does not
    /// exist.
    pub fn rotate_client_secret(&self, client: &FakeClient) -> Result<(String, ClientSecret)> {
        let secrets = self.user_pool_client_secrets(client)?;
        if let [(oldest, _), _] = secrets.as_slice() {
            self.delete_user_pool_client_secret(client, oldest)?;
        }
        self.add_user_pool_client_secret(client)
    }

    /// Gives a client a new secret and takes all others away at once, as somebody may do by hand:
    /// calls with an old secret fail from now on. Answers the new one's id and value.
    ///
    /// # Errors
    ///
    /// As [`rotate_client_secret`](Self::rotate_client_secret).
    pub fn rotate_client_secret_without_overlap(
        &self,
        client: &FakeClient,
    ) -> Result<(String, ClientSecret)> {
        let new = self.rotate_client_secret(client)?;
        for (id, _) in self.user_pool_client_secrets(client)? {
            if id != new.0 {
                self.delete_user_pool_client_secret(client, &id)?;
            }
        }
        Ok(new)
    }

    /// A source that answers a client's newest secret, and can be told to do otherwise.
    pub fn client_secret_source(&self, client: &FakeClient) -> FakeSecretSource {
        FakeSecretSource::new(self, client)
    }

    /// Gives a pool a replica in another Region, and answers the fake of that Region, as
    /// CreateUserPoolReplica does to an account: handles on it reach the replica by the ids of the pool
    /// and its clients. Its faults, quotas, calls and inbox are its own, its clock is this one's.
    ///
    /// The replica signs users in, refreshes, revokes and reads; every other call on the pool is
    /// refused as [`OperationNotEnabled`](ErrorKind::OperationNotEnabled). It counts wrong passwords by
    /// itself. Changes in the pool are in the replica at once. Its tokens have its own Region in `iss`,
    /// and keys of their own.
    ///
    /// ```
    /// use user_directory::{Authentication as _, ErrorKind, Register, SignIn, UserDirectoryExt as _};
    /// use user_directory_fake::Fake;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let fake = Fake::new();
    /// let replica = fake.create_user_pool_replica(&fake.first_client().pool_id, "local-fake-2").unwrap();
    /// let alice = Register::new("alice", "Correct-horse-9");
    /// fake.directory().register(alice.clone()).await.unwrap().complete().unwrap();
    ///
    /// let sign_in = SignIn::new("alice", "Correct-horse-9");
    /// assert!(replica.directory().sign_in(sign_in).await.unwrap().tokens().is_some());
    /// let error = replica.directory().register(alice).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::OperationNotEnabled);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`ResourceNotFound`](user_directory::ErrorKind::ResourceNotFound) for a pool that does not
    /// exist, [`InvalidParameter`](user_directory::ErrorKind::InvalidParameter) for a Region that
    /// is the pool's own or malformed, [`LimitExceeded`](user_directory::ErrorKind::LimitExceeded)
    /// for a second replica. A replica has none itself.
    pub fn create_user_pool_replica(&self, pool_id: &str, region: &str) -> Result<Self> {
        let not_found = ServiceError::UserPoolNotFound { id: pool_id.to_owned() };
        let cell = self.0.pool(pool_id).ok_or_else(|| service_error(None, &not_found))?;
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(5..=32).contains(&region.len())
            || !region.chars().all(is_word)
            || region == self.region()
        {
            let text = format!("a pool in {} cannot have a replica in {region:?}", self.region());
            return Err(Error::new(ErrorKind::InvalidParameter, text));
        }
        let account = self.0.replicate(&cell, region).ok_or_else(|| {
            Error::new(
                ErrorKind::LimitExceeded,
                format!(
                    "the pool {pool_id} already has a \
                                                          replica"
                ),
            )
        })?;
        Ok(Self(Arc::new(account)))
    }

    /// Sets up for a test, which sees errors as an application does. That is no call: it has no
    /// fault, no quota and no place in the call log.
    fn set_up<R: Administer>(&self, request: R) -> Result<R::Response> {
        let performed = check(request).1.and_then(|checked| FakeRequest::perform(checked, self));
        performed.map(|performed| performed.response).map_err(|error| service_error(None, &error))
    }
}
