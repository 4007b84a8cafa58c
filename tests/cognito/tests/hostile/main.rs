//! What a network and a server can do to a call, and what the caller gets to know: kind and code,
//! whether the call may be sent again, whether it may have taken effect; and how often it was sent.

mod connections;
mod credentials;
mod server;
mod table;

use std::{
    error::Error as _,
    fmt::Display,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use aws_sdk_cognitoidentityprovider::config::{
    self, Config, Intercept, RuntimeComponents, retry::RetryConfig, timeout::TimeoutConfig,
};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::interceptors::{context::BeforeTransmitInterceptorContextRef, dyn_dispatch_hint},
};
use aws_smithy_types::config_bag::ConfigBag;
use cognito_tests::{
    calls::{Handles, secret_client},
    sdk_config,
};
use user_directory::{Error, ErrorKind};

/// Stands in every body that no error may show anything of.
const MARKER: &str = "eyJraWQiOiJtYXJrZXIifQ-never-printed";

/// Time-outs that no machine is too slow for.
fn patient() -> config::timeout::TimeoutConfigBuilder {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(20))
        .read_timeout(Duration::from_secs(20))
        .operation_timeout(Duration::from_secs(60))
}

/// A configuration with the SDK's own HTTP client and attempts, and without pauses between them.
fn configuration(endpoint: impl Display, timeouts: TimeoutConfig) -> config::Builder {
    let retries = RetryConfig::standard()
        .with_initial_backoff(Duration::from_millis(1))
        .with_max_backoff(Duration::from_millis(1));
    let config = sdk_config()
        .endpoint_url(endpoint.to_string())
        .timeout_config(timeouts)
        .retry_config(retries)
        .build();
    Config::from(&config).to_builder()
}

fn handles(config: config::Builder) -> Handles {
    Handles::from_service_config(config, &secret_client())
}

/// Counts attempts, those that reach no server included.
#[derive(Clone, Debug, Default)]
struct Attempts(Arc<AtomicUsize>);

impl Attempts {
    /// How many since the last call of this.
    fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

#[dyn_dispatch_hint]
impl Intercept for Attempts {
    fn name(&self) -> &'static str {
        "attempts"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

/// What an error says about sending the call again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fate {
    /// Nothing was done: it may be sent again.
    Harmless,
    /// Nothing was done, and nothing will be.
    Refused,
    /// Nobody knows: only a read may be sent again.
    Unknown,
    /// Of a new code nothing is known, not even whether sending again helps.
    Unnamed,
}

impl Fate {
    fn of(error: &Error) -> Option<Self> {
        let read = error.operation().is_some_and(user_directory::Operation::is_read);
        let uncategorized = error.kind() == ErrorKind::from_code("BrandNewException");
        match (error.is_retryable(), error.may_have_taken_effect(), read) {
            (false, false, true) | (false, true, false) if uncategorized => Some(Self::Unnamed),
            (true, false, true) if is_unknown(error.kind()) => Some(Self::Unknown),
            (false, true, false) => Some(Self::Unknown),
            (true, false, _) => Some(Self::Harmless),
            (false, false, _) => Some(Self::Refused),
            _ => None,
        }
    }
}

/// The kinds that leave open what happened.
fn is_unknown(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Internal | ErrorKind::NoAnswer | ErrorKind::UnexpectedResponse)
}

/// Nothing of a body is in an error, nor in what caused it.
fn assert_silent(context: &impl Display, error: &Error) {
    let mut shown = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(error) = source {
        shown += &format!(" {error} {error:?} {error:#?}");
        source = error.source();
    }
    for secret in
        [MARKER, "html", cognito_tests::calls::ACCESS_TOKEN, cognito_tests::SECRET_ACCESS_KEY]
    {
        assert!(!shown.contains(secret), "{context}: an error shows {secret:?}");
    }
    assert!(!error.to_string().contains('\n'), "{context}: an error is one line");
    assert!(shown.len() < 2_000, "{context}: an error is short");
}
