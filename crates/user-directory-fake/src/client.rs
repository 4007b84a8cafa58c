use user_directory::ClientSecret;
use user_directory_pool::UserPoolClientType;

/// An app client: what an application is configured with.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FakeClient {
    /// The id of the pool.
    pub pool_id: String,
    /// The id of the client.
    pub client_id: String,
    /// The client's secret, if it has one.
    pub client_secret: Option<ClientSecret>,
}

impl FakeClient {
    /// A configuration, right or wrong: nothing checks it before the first call.
    pub fn new(
        pool_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: Option<ClientSecret>,
    ) -> Self {
        Self { pool_id: pool_id.into(), client_id: client_id.into(), client_secret }
    }

    pub(crate) fn of(client: UserPoolClientType) -> Self {
        let secret = client.client_secret.map(|secret| ClientSecret::new(secret.expose()));
        Self::new(client.user_pool_id, client.client_id, secret)
    }
}
