use std::future::Future;

use async_trait::async_trait;

use crate::{ClientSecret, Result};

/// Where the current secret of an app client comes from, when it changes while the application runs.
///
/// Amazon Cognito can keep a client's secret in AWS Secrets Manager and replace it every week. A
/// service that starts with a fixed secret then stops signing people in; one that starts with a source
/// goes on. Which handle takes one: `AppClient` of `user-directory-cognito` and the handles of
/// `user-directory-fake`. What they do with it: `ClientSecrets`, behind the feature `tokio`.
///
/// A closure is a source:
///
/// ```
/// use std::sync::Arc;
/// use user_directory::{ClientSecret, ClientSecretSource, Error, ErrorKind};
///
/// let source: Arc<dyn ClientSecretSource> = Arc::new(|| async {
///     let text = std::fs::read_to_string("/run/secrets/cognito-client")
///         .map_err(|error| Error::new(ErrorKind::NotSent, error.to_string()))?;
///     Ok(ClientSecret::new(text.trim_end()))
/// });
/// ```
///
/// The handle waits 5 seconds for an answer. It asks once at a time, and not again within a second
/// if the last answer was of no use.
#[async_trait]
pub trait ClientSecretSource: Send + Sync {
    /// The newest secret that Cognito accepts.
    ///
    /// # Errors
    ///
    /// Whatever went wrong, in a text without secrets. The handle goes on with the secret that it has;
    /// without one, its call ends with [`NotSent`](crate::ErrorKind::NotSent) and this error as its
    /// source.
    async fn client_secret(&self) -> Result<ClientSecret>;
}

#[async_trait]
impl<S, F> ClientSecretSource for S
where
    S: Fn() -> F + Send + Sync,
    F: Future<Output = Result<ClientSecret>> + Send,
{
    async fn client_secret(&self) -> Result<ClientSecret> {
        self().await
    }
}
