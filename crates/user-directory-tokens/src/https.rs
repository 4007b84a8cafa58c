use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Url, redirect::Policy};
use user_directory::{ConnectFault, is_loopback};

use crate::{BackendError, JwksFetcher, LARGEST_KEY_SET};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(5);

/// Gets key sets over HTTPS: with the machine's trusted roots, no redirect, 2 seconds to connect
/// and 5 in all, and no more than [`LARGEST_KEY_SET`] bytes.
#[derive(Clone, Debug)]
pub struct HttpsFetcher {
    client: Client,
    http_on_loopback: bool,
}

impl HttpsFetcher {
    /// A fetcher for HTTPS alone.
    ///
    /// # Errors
    ///
    /// The TLS library cannot be set up.
    pub fn new() -> Result<Self, BackendError> {
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| {
                BackendError::new("the HTTPS client cannot be set up").with_source(error)
            })?;
        Ok(Self { client, http_on_loopback: false })
    }

    /// Takes plain HTTP from this machine too, for a server that runs beside the tests. From any
    /// other it stays refused: whoever can change the answer could sign tokens.
    #[must_use]
    pub fn allow_http_on_loopback(mut self) -> Self {
        self.http_on_loopback = true;
        self
    }

    fn judge(&self, url: &str) -> Result<Url, BackendError> {
        let url = Url::parse(url).map_err(|error| {
            BackendError::new("the address of the key set is malformed").with_source(error)
        })?;
        let loopback = is_loopback(url.host_str().unwrap_or_default());
        match url.scheme() {
            "https" => Ok(url),
            "http" if loopback && self.http_on_loopback => Ok(url),
            "http" if loopback => Err(BackendError::new(
                "the address of the key set is plain HTTP on this machine: allow it with \
                 allow_http_on_loopback()",
            )),
            _ => Err(BackendError::new("the address of the key set is not HTTPS")),
        }
    }
}

#[async_trait]
impl JwksFetcher for HttpsFetcher {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, BackendError> {
        let url = self.judge(url)?;
        // Host and port alone: what stands before or behind them could hold credentials.
        let (host, port) =
            (url.host_str().unwrap_or_default().to_owned(), url.port_or_known_default());
        let place = format!("{host}:{}", port.unwrap_or_default());
        let failed = |error: reqwest::Error| {
            let error = error.without_url();
            let text = if error.is_connect() {
                let fault = ConnectFault::of(&error, error.is_timeout());
                format!("the key set cannot be fetched, no connection to {place} was made: {fault}")
            } else if error.is_timeout() {
                format!("the key set cannot be fetched, {place} did not answer in time")
            } else {
                format!("the key set cannot be fetched, the connection to {place} broke")
            };
            BackendError::new(text).with_source(error)
        };
        let mut response = self.client.get(url).send().await.map_err(failed)?;
        if response.status() != 200 {
            let status = response.status().as_u16();
            return Err(BackendError::new(format!(
                "the key set was answered with status {status}"
            )));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > LARGEST_KEY_SET {
                return Err(BackendError::new("the key set is too large"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}
