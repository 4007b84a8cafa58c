use std::{fmt, sync::Arc};

use user_directory::{ClientSecret, ClientSecretSource, ClientSecrets, RefreshFlow, SignInFlow};

/// The app client of a user pool that an application signs its users in with, and how to reach it.
///
/// ```
/// use user_directory::RefreshFlow;
/// use user_directory_cognito::AppClient;
///
/// let app_client = AppClient::new("eu-west-1_Example01", "1example23456789")
///     .with_client_secret("9example87654321")
///     .with_refresh_flow(RefreshFlow::GetTokensFromRefreshToken);
/// assert!(!format!("{app_client:?}").contains("9example87654321"));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct AppClient {
    /// The pool's id, `<region>_<name>`.
    pub pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// The client's secret, if it has one.
    pub client_secret: Option<ClientSecret>,
    /// The client's other secret while secrets are being changed by hand: a call that is refused for
    /// its secret is made once more with the other one, and whichever was accepted comes first from
    /// then on.
    pub second_client_secret: Option<ClientSecret>,
    /// Where the client's secret comes from, instead of the two above.
    pub client_secret_source: Option<Arc<dyn ClientSecretSource>>,
    /// Where to send requests instead of AWS's endpoint.
    pub endpoint_url: Option<String>,
    /// How a sign-in proves the password.
    pub sign_in_flow: SignInFlow,
    /// The operation that refreshes.
    pub refresh_flow: RefreshFlow,
    /// Whether an endpoint may be reached without TLS although it is not this machine.
    pub insecure_endpoint_allowed: bool,
    /// Whether the pool's id may name another region than the one that requests go to.
    pub region_mismatch_allowed: bool,
}

impl AppClient {
    /// A client without a secret, at the endpoint that the SDK's configuration leads to.
    pub fn new(pool_id: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            pool_id: pool_id.into(),
            client_id: client_id.into(),
            client_secret: None,
            second_client_secret: None,
            client_secret_source: None,
            endpoint_url: None,
            sign_in_flow: SignInFlow::default(),
            refresh_flow: RefreshFlow::default(),
            insecure_endpoint_allowed: false,
            region_mismatch_allowed: false,
        }
    }

    /// Sets the client's secret. It becomes a SECRET_HASH, or a ClientSecret where Cognito asks for
    /// the secret itself.
    #[must_use]
    pub fn with_client_secret(mut self, secret: impl Into<ClientSecret>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Sets the client's other secret while secrets are being changed.
    #[must_use]
    pub fn with_second_client_secret(mut self, secret: impl Into<ClientSecret>) -> Self {
        self.second_client_secret = Some(secret.into());
        self
    }

    /// Takes the client's secret from a source, for one that changes while the application runs: see
    /// [`ClientSecrets`] for when it is asked.
    #[must_use]
    pub fn with_client_secret_source(mut self, source: Arc<dyn ClientSecretSource>) -> Self {
        self.client_secret_source = Some(source);
        self
    }

    /// What is done with all of them.
    pub(crate) fn secrets(&self) -> Result<ClientSecrets, ConfigError> {
        if self.client_id.is_empty() || self.client_id.contains(char::is_whitespace) {
            return Err(ConfigError::MalformedClientId);
        }
        // A variable that was not set, or a file that was read with its last line's end.
        let is_malformed = |secret: &&ClientSecret| {
            let text = secret.expose();
            text.is_empty() || text.trim() != text
        };
        let fixed = [&self.client_secret, &self.second_client_secret];
        if fixed.into_iter().flatten().any(|secret| is_malformed(&secret)) {
            return Err(ConfigError::MalformedClientSecret);
        }
        let (first, second) = (&self.client_secret, &self.second_client_secret);
        match (&self.client_secret_source, first, second) {
            (Some(source), None, None) => Ok(ClientSecrets::from_source(source.clone())),
            (Some(_), _, _) => Err(ConfigError::SecretBesideSource),
            (None, None, Some(_)) => Err(ConfigError::SecondSecretAlone),
            (None, first, second) => Ok(ClientSecrets::fixed(first.clone(), second.clone())),
        }
    }

    /// Sends requests to an emulator, a proxy or a VPC endpoint instead of AWS's endpoint.
    #[must_use]
    pub fn with_endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// Sets how a sign-in proves the password. The app client must allow the flow.
    #[must_use]
    pub fn with_sign_in_flow(mut self, flow: SignInFlow) -> Self {
        self.sign_in_flow = flow;
        self
    }

    /// Sets the operation that refreshes.
    #[must_use]
    pub fn with_refresh_flow(mut self, flow: RefreshFlow) -> Self {
        self.refresh_flow = flow;
        self
    }

    /// Allows an endpoint without TLS on another machine. Passwords and tokens cross the network
    /// readable by anyone on the way.
    #[must_use]
    pub fn allow_insecure_endpoint(mut self) -> Self {
        self.insecure_endpoint_allowed = true;
        self
    }

    /// Allows a pool id that names another region than the one that requests go to: for the replica of a
    /// pool ([recipe](crate::guide::regions)), and for emulators that make ids up.
    #[must_use]
    pub fn allow_region_mismatch(mut self) -> Self {
        self.region_mismatch_allowed = true;
        self
    }
}

impl PartialEq for AppClient {
    /// Two sources are equal if they are the same one.
    fn eq(&self, other: &Self) -> bool {
        let Self {
            pool_id,
            client_id,
            client_secret,
            second_client_secret,
            client_secret_source,
            endpoint_url,
            sign_in_flow,
            refresh_flow,
            insecure_endpoint_allowed,
            region_mismatch_allowed,
        } = self;
        let is_same_source = match (client_secret_source, &other.client_secret_source) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (own, other) => own.is_none() && other.is_none(),
        };
        is_same_source
            && *pool_id == other.pool_id
            && *client_id == other.client_id
            && *client_secret == other.client_secret
            && *second_client_secret == other.second_client_secret
            && *endpoint_url == other.endpoint_url
            && *sign_in_flow == other.sign_in_flow
            && *refresh_flow == other.refresh_flow
            && *insecure_endpoint_allowed == other.insecure_endpoint_allowed
            && *region_mismatch_allowed == other.region_mismatch_allowed
    }
}

impl Eq for AppClient {}

impl fmt::Debug for AppClient {
    /// Shows no secrets, nor what stands before the `@` of a URL.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint_url = self.endpoint_url.as_deref();
        f.debug_struct("AppClient")
            .field("pool_id", &self.pool_id)
            .field("client_id", &self.client_id)
            .field("client_secret", &self.client_secret)
            .field("second_client_secret", &self.second_client_secret)
            .field("from_source", &self.client_secret_source.is_some())
            .field("endpoint_url", &endpoint_url.and_then(|url| url.rsplit('@').next()))
            .field("sign_in_flow", &self.sign_in_flow)
            .field("refresh_flow", &self.refresh_flow)
            .field("insecure_endpoint_allowed", &self.insecure_endpoint_allowed)
            .field("region_mismatch_allowed", &self.region_mismatch_allowed)
            .finish()
    }
}

/// Why a handle cannot be built from its configuration: what is wrong and how to fix it, in one
/// sentence.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ConfigError {
    /// The endpoint is not on this machine and has no TLS.
    #[non_exhaustive]
    InsecureEndpoint {
        /// Scheme, host and port.
        endpoint: String,
    },
    /// The SDK's configuration leads to no endpoint.
    #[non_exhaustive]
    NoEndpoint {
        /// What the SDK says about it.
        reason: String,
    },
    /// The endpoint has no scheme.
    #[non_exhaustive]
    EndpointWithoutScheme {
        /// What was probably meant.
        meant: String,
    },
    /// The endpoint is AWS's of another region than the pool's.
    #[non_exhaustive]
    ForeignEndpoint {
        /// Scheme, host and port.
        endpoint: String,
        /// The pool's id.
        pool_id: String,
    },
    /// The app client's id is empty, or has a blank.
    MalformedClientId,
    /// A secret is empty, or has a blank at its start or end.
    MalformedClientSecret,
    /// The pool's id names no region.
    #[non_exhaustive]
    MalformedPoolId {
        /// The pool's id.
        pool_id: String,
    },
    /// The pool is in another region than the one that requests go to.
    #[non_exhaustive]
    RegionMismatch {
        /// The pool's id.
        pool_id: String,
        /// The region of the SDK's configuration.
        region: String,
    },
    /// There is a second client secret and no first.
    SecondSecretAlone,
    /// There is a source of client secrets and a fixed secret as well.
    SecretBesideSource,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InsecureEndpoint { endpoint } => write!(
                f,
                "passwords would go to the endpoint {endpoint} without TLS: use https, or call \
                 allow_insecure_endpoint"
            ),
            Self::NoEndpoint { reason } => write!(
                f,
                "the SDK's configuration names no endpoint ({reason}): set a region, or call \
                 with_endpoint_url"
            ),
            Self::EndpointWithoutScheme { meant } => {
                write!(f, "the endpoint has no scheme: write {meant}")
            }
            Self::ForeignEndpoint { endpoint, pool_id } => write!(
                f,
                "the endpoint {endpoint} is AWS's in another region than the pool {pool_id}: \
                 change one of the two, or call allow_region_mismatch"
            ),
            Self::MalformedClientId => f.write_str(
                "the app client's id is empty or has a blank: take it from the console, where it is \
                 26 letters and digits",
            ),
            Self::MalformedClientSecret => f.write_str(
                "a client secret is empty or has a blank at its start or end: trim it, or leave it out \
                 for a client without one",
            ),
            Self::MalformedPoolId { pool_id } => write!(
                f,
                "the pool id {pool_id:?} is not of the form <region>_<name>: correct it, or call \
                 allow_region_mismatch"
            ),
            Self::RegionMismatch { pool_id, region } => write!(
                f,
                "the pool {pool_id} is not in the region {region} of the SDK's configuration: \
                 change one of the two, or call allow_region_mismatch"
            ),
            Self::SecondSecretAlone => f.write_str(
                "there is a second client secret but no first one: call with_client_secret as well",
            ),
            Self::SecretBesideSource => f.write_str(
                "there is a source of client secrets and also a fixed secret: leave one of them \
                 out",
            ),
        }
    }
}

impl std::error::Error for ConfigError {}
