//! Where requests go, found out and judged before the first one.

use std::{
    collections::BTreeSet,
    pin::pin,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    task::{Context, Poll, Waker},
};

use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{
        Config, HttpClient, IdentityCache, RuntimeComponents, SharedHttpClient,
        StalledStreamProtectionConfig, retry::RetryConfig, timeout::TimeoutConfig,
    },
    types::AuthFlowType,
};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::HttpRequest,
    result::ConnectorError,
};
use http::Uri;
use tracing::subscriber::NoSubscriber;
use user_directory::is_loopback;

use crate::{AppClient, ConfigError};

/// The endpoint that an SDK configuration leads to, and whether an application may use it.
pub(crate) fn checked(config: &Config, app_client: &AppClient) -> Result<String, ConfigError> {
    if let Some(meant) = app_client.endpoint_url.as_deref().and_then(with_scheme) {
        return Err(ConfigError::EndpointWithoutScheme { meant });
    }
    // The call that asks is none of the application's, and stays out of its log.
    let uri = tracing::subscriber::with_default(NoSubscriber::new(), || resolve(config))?;
    // One from the environment.
    if let (None, Some(meant)) = (uri.scheme(), with_scheme(&uri.to_string())) {
        return Err(ConfigError::EndpointWithoutScheme { meant });
    }
    let endpoint = shown(&uri);
    let secure = uri.scheme_str() == Some("https");
    if !secure
        && !is_loopback(uri.host().unwrap_or_default())
        && !app_client.insecure_endpoint_allowed
    {
        return Err(ConfigError::InsecureEndpoint { endpoint });
    }
    if !app_client.region_mismatch_allowed {
        let pool_id = app_client.pool_id.clone();
        let Some((region, _)) = pool_id.split_once('_') else {
            return Err(ConfigError::MalformedPoolId { pool_id });
        };
        match config.region() {
            Some(configured) if configured.as_ref() != region => {
                let region = configured.to_string();
                return Err(ConfigError::RegionMismatch { pool_id, region });
            }
            _ => {}
        }
        if region_of(&uri).is_some_and(|own| own != region) {
            return Err(ConfigError::ForeignEndpoint { endpoint, pool_id });
        }
    }
    // aws-config takes endpoints from the environment and does not log it.
    if !is_aws(&uri) && is_new(&endpoint) {
        tracing::warn!(
            target: "user_directory_cognito",
            %endpoint,
            "requests to Amazon Cognito go to an endpoint that is not AWS's"
        );
    }
    Ok(endpoint)
}

/// What an endpoint without a scheme was probably meant as; `None` if it has one, or may hold a
/// password.
fn with_scheme(url: &str) -> Option<String> {
    if url.contains("://") || url.contains('@') {
        return None;
    }
    let uri: Uri = format!("http://{}", url.trim_start_matches('/')).parse().ok()?;
    let host = uri.host().filter(|host| !host.is_empty())?;
    let scheme = if is_loopback(host) { "http" } else { "https" };
    Some(shown(&uri).replacen("http", scheme, 1))
}

/// The region in one of AWS's names for Cognito, with FIPS or a VPC endpoint in front of it or not.
fn region_of(uri: &Uri) -> Option<&str> {
    let mut labels = uri.host().filter(|_| is_aws(uri))?.split('.');
    labels.find(|label| label.starts_with("cognito-idp"))?;
    labels.next()
}

/// Whether nobody in this process has been warned of an endpoint yet.
fn is_new(endpoint: &str) -> bool {
    static WARNED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    WARNED.lock().unwrap_or_else(PoisonError::into_inner).insert(endpoint.to_owned())
}

/// Asks the SDK itself, by a call that ends before the network: an SDK client does not tell its
/// endpoint, which may come from the environment, a profile, a flag or the caller's own resolver.
fn resolve(config: &Config) -> Result<Uri, ConfigError> {
    let seen = Arc::new(OnceLock::new());
    let mut builder = config.to_builder();
    builder
        .set_http_client(Some(SharedHttpClient::new(Dead { seen: seen.clone() })))
        .set_retry_config(Some(RetryConfig::disabled()))
        .set_timeout_config(Some(TimeoutConfig::disabled()))
        .set_stalled_stream_protection(Some(StalledStreamProtectionConfig::disabled()))
        .set_interceptors([]);
    // The cache of credentials wants timers, even of a call that needs none: outside of a runtime it
    // panics, and in a task that has used up its budget it waits.
    builder.set_identity_cache(IdentityCache::no_cache());
    // Unsigned, so that no credentials are looked for.
    let call = Client::from_conf(builder.build())
        .initiate_auth()
        .auth_flow(AuthFlowType::UserPasswordAuth)
        .client_id("none")
        .send();
    let outcome = match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => {
            let reason = "its endpoint resolver does not answer at once".to_owned();
            return Err(ConfigError::NoEndpoint { reason });
        }
    };
    if let Some(uri) = seen.get() {
        return uri
            .parse()
            .map_err(|_| ConfigError::NoEndpoint { reason: "it is not a URI".to_owned() });
    }
    // The innermost sentence says what is missing. The request holds nothing of the application's.
    let reason = outcome.err().map_or_else(String::new, |error| {
        let mut source: &dyn std::error::Error = &error;
        while let Some(inner) = source.source() {
            source = inner;
        }
        let reason = source.to_string();
        // The SDK repeats a malformed URL, with the password that may stand before the @.
        if reason.contains('@') { "its URL is malformed".to_owned() } else { reason }
    });
    Err(ConfigError::NoEndpoint { reason })
}

/// Notes where a request would go, and does not send it.
#[derive(Clone, Debug)]
struct Dead {
    seen: Arc<OnceLock<String>>,
}

impl HttpClient for Dead {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Dead {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let _ = self.seen.set(request.uri().to_owned());
        HttpConnectorFuture::ready(Err(ConnectorError::user("not to be sent".into())))
    }
}

/// Scheme, host and port: a user name and password in the URL stay out of logs.
pub(crate) fn shown(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("http");
    let host = uri.host().unwrap_or_default();
    match uri.port() {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

/// Host and port of an endpoint that was shown.
pub(crate) fn place(endpoint: &str) -> String {
    let (scheme, place) = endpoint.split_once("://").unwrap_or(("https", endpoint));
    let has_port = place.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
    match (has_port, scheme) {
        (true, _) => place.to_owned(),
        (false, "http") => format!("{place}:80"),
        (false, _) => format!("{place}:443"),
    }
}

/// The DNS suffixes of AWS's partitions, by the endpoint rules of the SDK.
fn is_aws(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazonaws.eu",
        ".api.aws",
        ".api.amazonwebservices.com.cn",
        ".c2s.ic.gov",
        ".sc2s.sgov.gov",
        ".cloud.adc-e.uk",
        ".csp.hci.ic.gov",
    ]
    .iter()
    .any(|suffix| host.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Region};

    use super::*;

    fn config() -> aws_sdk_cognitoidentityprovider::config::Builder {
        Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
    }

    fn check(url: &str) -> Result<String, ConfigError> {
        let app_client = AppClient::new("eu-west-1_Example01", "c");
        checked(&config().endpoint_url(url).build(), &app_client)
    }

    #[test]
    fn the_default_is_aws() {
        let app_client = AppClient::new("eu-west-1_Example01", "c");
        let endpoint = checked(&config().build(), &app_client);
        assert_eq!(endpoint.as_deref(), Ok("https://cognito-idp.eu-west-1.amazonaws.com"));
        let endpoint = checked(&config().use_fips(true).build(), &app_client);
        assert_eq!(endpoint.as_deref(), Ok("https://cognito-idp-fips.eu-west-1.amazonaws.com"));
    }

    #[test]
    fn without_tls_only_this_machine() {
        for good in [
            "https://proxy.example",
            "http://localhost:5000",
            "http://cognito.localhost",
            "http://127.0.0.1:9229",
            "http://127.9.9.9",
            "http://[::1]:9229",
        ] {
            assert_eq!(check(good).as_deref(), Ok(good));
        }
        for bad in [
            "http://proxy.example",
            "http://10.0.0.1:5000",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://[fe80::1]",
        ] {
            let endpoint = bad.to_owned();
            assert_eq!(check(bad), Err(ConfigError::InsecureEndpoint { endpoint }));
        }
        let allowed = AppClient::new("eu-west-1_Example01", "c").allow_insecure_endpoint();
        let config = config().endpoint_url("http://10.0.0.1:5000").build();
        assert_eq!(checked(&config, &allowed).as_deref(), Ok("http://10.0.0.1:5000"));
    }

    #[test]
    fn a_password_in_the_url_is_not_shown() {
        let error = check("http://user:hunter2@proxy.example").expect_err("not loopback");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
        // What stands before the @ is not the host.
        assert!(check("http://localhost@evil.example").is_err());
    }

    #[test]
    fn an_endpoint_has_a_scheme() {
        for (url, meant) in [
            ("localhost:4566", "http://localhost:4566"),
            ("//127.0.0.1:4566", "http://127.0.0.1:4566"),
            ("localhost", "http://localhost"),
            ("cognito.example/path", "https://cognito.example"),
        ] {
            let meant = meant.to_owned();
            let own = AppClient::new("eu-west-1_Example01", "c").with_endpoint_url(url);
            let expected = Err(ConfigError::EndpointWithoutScheme { meant });
            assert_eq!(checked(&config().build(), &own), expected, "{url}");
        }
        // As it comes from the environment, if the SDK takes it at all.
        assert!(check("localhost:4566").is_err());
    }

    #[test]
    fn an_endpoint_of_aws_is_in_the_region_of_the_pool() {
        for (url, is_right) in [
            ("https://cognito-idp.eu-west-1.amazonaws.com", true),
            ("https://cognito-idp-fips.eu-west-1.amazonaws.com", true),
            ("https://vpce-1a2b.cognito-idp.eu-west-1.vpce.amazonaws.com", true),
            ("https://cognito-idp.us-east-1.amazonaws.com", false),
            ("https://vpce-1a2b.cognito-idp.us-east-1.vpce.amazonaws.com", false),
            ("https://cognito-idp.us-east-1.example.com", true),
        ] {
            assert_eq!(check(url).is_ok(), is_right, "{url}");
            let replica = AppClient::new("eu-west-1_Example01", "c").allow_region_mismatch();
            assert!(checked(&config().endpoint_url(url).build(), &replica).is_ok(), "{url}");
        }
        let error = check("https://cognito-idp.us-east-1.amazonaws.com").expect_err("elsewhere");
        assert_eq!(
            error.to_string(),
            "the endpoint https://cognito-idp.us-east-1.amazonaws.com is AWS's in another region \
             than the pool eu-west-1_Example01: change one of the two, or call \
             allow_region_mismatch"
        );
    }

    #[test]
    fn an_endpoint_is_warned_of_once() {
        let endpoint = "https://once.example";
        assert_eq!([is_new(endpoint), is_new(endpoint)], [true, false]);
    }

    #[test]
    fn the_pool_is_in_the_region() {
        let build = |pool_id: &str, region: Option<&'static str>| {
            let config = config().region(region.map(Region::new)).endpoint_url("http://localhost");
            checked(&config.build(), &AppClient::new(pool_id, "c"))
        };
        assert!(build("us-east-1_Example01", Some("us-east-1")).is_ok());
        assert_eq!(
            build("us-east-1_Example01", Some("eu-west-1")).expect_err("elsewhere").to_string(),
            "the pool us-east-1_Example01 is not in the region eu-west-1 of the SDK's \
             configuration: change one of the two, or call allow_region_mismatch"
        );
        assert_eq!(
            build("Example01", Some("eu-west-1")).expect_err("no region").to_string(),
            "the pool id \"Example01\" is not of the form <region>_<name>: correct it, or call \
             allow_region_mismatch"
        );
    }

    #[test]
    fn no_region_no_endpoint() {
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let error = checked(&config, &AppClient::new("eu-west-1_Example01", "c"));
        let error = error.expect_err("there is no region").to_string();
        assert!(error.contains("set a region, or call with_endpoint_url"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
    #[test]
    fn a_task_may_have_spent_its_budget() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        let endpoint = runtime.block_on(std::future::poll_fn(|context| {
            while pin!(tokio::task::consume_budget()).poll(context).is_ready() {}
            Poll::Ready(check("http://localhost:5000"))
        }));
        assert_eq!(endpoint.as_deref(), Ok("http://localhost:5000"));
    }
}
