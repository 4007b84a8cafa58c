//! How every call goes to Cognito: span, time-outs, retries, secret, error.

use std::{
    fmt,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{Config, http::HttpResponse, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
};
use aws_types::{SdkConfig, request_id::RequestId};
use tracing::{Instrument as _, Span, field::Empty};
use user_directory::{ClientSecret, ClientSecrets, Operation, Result, SecretHash};

use crate::{
    AppClient, ConfigError,
    bodies::{HideBodies, HideResponses},
    endpoint, error,
    retry::{MarkUnsent, RetrySafely},
};

/// How long a connection may take, unless the SDK's configuration says otherwise.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an answer may take once the request was sent, unless the SDK's configuration says otherwise.
pub const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a call may take with all its attempts, unless the SDK's configuration says otherwise.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);

/// A span for each operation: the name of a span is part of its call site.
fn span(operation: Operation, app_client: &AppClient) -> Span {
    macro_rules! spans {
        ($($name:ident)*) => {
            match operation {
                $(Operation::$name => tracing::info_span!(
                    target: "user_directory_cognito",
                    stringify!($name),
                    pool = %app_client.pool_id,
                    client = %app_client.client_id,
                    outcome = Empty,
                    code = Empty,
                    cause = Empty,
                    request_id = Empty,
                    latency_ms = Empty,
                ),)*
                _ => Span::none(),
            }
        };
    }
    user_directory::each_operation!(spans)
}

/// An app client and the SDK clients that reach it. A clone shares them.
#[derive(Clone)]
pub(crate) struct Service(Arc<Inner>);

struct Inner {
    /// Retries as the SDK does.
    reads: Client,
    /// Retries only what did nothing.
    changes: Client,
    app_client: AppClient,
    endpoint: String,
    /// Host and port of the endpoint.
    place: String,
    secrets: ClientSecrets,
}

impl Service {
    pub(crate) fn new(config: &SdkConfig, app_client: AppClient) -> Result<Self, ConfigError> {
        Self::with_config(&Config::new(config), app_client)
    }

    pub(crate) fn with_config(config: &Config, app_client: AppClient) -> Result<Self, ConfigError> {
        let secrets = app_client.secrets()?;
        let mut builder = config.to_builder();
        if let Some(url) = &app_client.endpoint_url {
            builder.set_endpoint_url(Some(url.clone()));
        }
        let mut timeouts =
            config.timeout_config().cloned().unwrap_or_else(|| TimeoutConfig::builder().build());
        timeouts.take_defaults_from(
            &TimeoutConfig::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(READ_TIMEOUT)
                .operation_timeout(TOTAL_TIMEOUT)
                .build(),
        );
        let own_client = config.http_client();
        builder = builder
            .timeout_config(timeouts)
            .interceptor(HideBodies)
            .interceptor(MarkUnsent { connections_noted: own_client.is_none() });
        if let Some(client) = own_client {
            builder = builder.http_client(HideResponses(client));
        }
        let endpoint = endpoint::checked(&builder.clone().build(), &app_client)?;
        let client = |reads| {
            let config = builder.clone().retry_classifier(RetrySafely { reads }).build();
            Client::from_conf(config)
        };
        Ok(Self(Arc::new(Inner {
            reads: client(true),
            changes: client(false),
            app_client,
            place: endpoint::place(&endpoint),
            endpoint,
            secrets,
        })))
    }

    pub(crate) fn app_client(&self) -> &AppClient {
        &self.0.app_client
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.0.endpoint
    }

    /// Makes one call, by the SDK client that retries as the operation allows; `finish` reads its
    /// output.
    pub(crate) async fn call<O: RequestId, E, T, F>(
        &self,
        operation: Operation,
        call: impl FnOnce(&Client) -> F,
        finish: impl FnOnce(O) -> Result<T>,
    ) -> Result<T>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        F: Future<Output = Result<O, SdkError<E, HttpResponse>>>,
    {
        let client = if operation.is_read() { &self.0.reads } else { &self.0.changes };
        let span = span(operation, self.app_client());
        let started = Instant::now();
        let outcome = match call(client).instrument(span.clone()).await {
            Ok(output) => {
                let request_id = output.request_id().map(str::to_owned);
                finish(output).map_err(|error| match request_id {
                    Some(id) => error.with_operation(operation).with_request_id(id),
                    None => error.with_operation(operation),
                })
            }
            Err(error) => Err(error::convert(operation, &self.0.place, &error)),
        };
        span.record("latency_ms", started.elapsed().as_secs_f64() * 1000.0);
        match &outcome {
            Ok(_) => {
                span.record("outcome", "ok");
            }
            Err(error) => {
                span.record("outcome", tracing::field::debug(error.kind()));
                span.record("code", error.code());
                span.record("request_id", error.request_id());
                // A text of Cognito's may repeat what was sent; those of this crate do not.
                if error.code().is_none() {
                    span.record("cause", error.message());
                }
            }
        }
        outcome
    }

    /// The secret of the app client.
    pub(crate) fn secrets(&self) -> &ClientSecrets {
        &self.0.secrets
    }

    /// The SECRET_HASH of a user name, for a client that has a secret.
    pub(crate) fn secret_hash(
        &self,
        secret: Option<&ClientSecret>,
        username: &str,
    ) -> Option<String> {
        let hash = SecretHash::new(secret?, username, &self.app_client().client_id);
        Some(hash.expose().to_owned())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("app_client", self.app_client())
            .field("endpoint", &self.0.endpoint)
            .finish_non_exhaustive()
    }
}
