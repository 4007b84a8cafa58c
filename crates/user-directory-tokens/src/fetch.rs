use std::fmt;

use async_trait::async_trait;

use crate::BackendError;

/// Gets a key set. [`HttpsFetcher`](crate::HttpsFetcher) is the one for production.
///
/// The verifier decides when to ask, and limits how often and [how long](crate::LONGEST_WAIT); the
/// fetcher follows no redirect, and reads no more than [`LARGEST_KEY_SET`](crate::LARGEST_KEY_SET).
#[async_trait]
pub trait JwksFetcher: fmt::Debug + Send + Sync + 'static {
    /// The body of a key set (JWKS, RFC 7517) at an address.
    ///
    /// # Errors
    ///
    /// Anything but a whole answer of status 200.
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, BackendError>;
}

/// A fetcher that asks a function: for tests on the fake, and for key sets from a file.
///
/// ```
/// use user_directory_fake::Fake;
/// use user_directory_tokens::{BackendError, fetch_with};
///
/// let fake = Fake::new();
/// let pool_id = fake.first_client().pool_id.clone();
/// let fetcher = fetch_with(move |_url| {
///     fake.jwks(&pool_id).map(String::into_bytes).ok_or(BackendError::new("there is no such pool"))
/// });
/// ```
pub fn fetch_with<F>(function: F) -> impl JwksFetcher
where
    F: Fn(&str) -> Result<Vec<u8>, BackendError> + Send + Sync + 'static,
{
    Function(function)
}

struct Function<F>(F);

impl<F> fmt::Debug for Function<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Function")
    }
}

#[async_trait]
impl<F> JwksFetcher for Function<F>
where
    F: Fn(&str) -> Result<Vec<u8>, BackendError> + Send + Sync + 'static,
{
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, BackendError> {
        (self.0)(url)
    }
}
