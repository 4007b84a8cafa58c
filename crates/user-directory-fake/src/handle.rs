//! What both handles have in common: the fake, the app client, and how calls go out.

use std::sync::Arc;

use user_directory::{ClientSecretSource, ClientSecrets, RefreshFlow, Result, SignInFlow};

use crate::{Fake, FakeClient, FakeRequest, TokenSigner, authentication::Proof};

#[derive(Clone, Debug)]
pub(crate) struct Handle {
    pub(crate) fake: Fake,
    pub(crate) client: Arc<FakeClient>,
    pub(crate) sign_in_flow: SignInFlow,
    pub(crate) refresh_flow: RefreshFlow,
    secrets: ClientSecrets,
}

impl Handle {
    pub(crate) fn new(fake: &Fake, client: &FakeClient) -> Self {
        Self {
            fake: fake.clone(),
            client: Arc::new(client.clone()),
            sign_in_flow: SignInFlow::default(),
            refresh_flow: RefreshFlow::default(),
            secrets: ClientSecrets::fixed(client.client_secret.clone(), None),
        }
    }

    pub(crate) fn with_client_secret_source(mut self, source: Arc<dyn ClientSecretSource>) -> Self {
        self.secrets = ClientSecrets::from_source(source);
        self
    }

    /// The secret of the app client.
    pub(crate) fn secrets(&self) -> &ClientSecrets {
        &self.secrets
    }

    /// Makes one call; `finish` turns the pool's response into the trait's.
    pub(crate) async fn call<R: FakeRequest, T>(
        &self,
        request: R,
        finish: impl FnOnce(&TokenSigner, R::Response) -> Result<T>,
    ) -> Result<T> {
        self.fake.call_on(&self.client, request, finish).await
    }

    /// Calls an operation that answers nothing.
    pub(crate) async fn done<R: FakeRequest<Response = ()>>(&self, request: R) -> Result<()> {
        self.call(request, |_, ()| Ok(())).await
    }

    /// Makes a call that carries the client's secret or a hash of it, with each secret that it takes.
    pub(crate) async fn call_with_secret<R: FakeRequest, T>(
        &self,
        make: impl Fn(Proof<'_>) -> Result<R>,
        finish: impl Fn(&TokenSigner, R::Response) -> Result<T>,
    ) -> Result<T> {
        let client_id = &self.client.client_id;
        let call = async |secret: Option<user_directory::ClientSecret>| {
            let request = make(Proof { client_id, secret: secret.as_ref() })?;
            self.call(request, &finish).await
        };
        self.secrets.call(call).await
    }
}
