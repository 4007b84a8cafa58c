//! Which calls are sent again: never one that may have taken effect.

use aws_sdk_cognitoidentityprovider::{
    config::{Intercept, RuntimeComponents},
    error::BoxError,
};
use aws_smithy_runtime_api::client::{
    connection::CaptureSmithyConnection,
    dns::ResolveDnsError,
    interceptors::context::{FinalizerInterceptorContextMut, InterceptorContext},
    interceptors::dyn_dispatch_hint,
    orchestrator::{HttpResponse, OrchestratorError},
    result::ConnectorError,
    retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority},
};
use aws_smithy_types::config_bag::ConfigBag;
use serde::Deserialize;

/// Forbids what the SDK would send again without regard to what the call does.
///
/// The SDK retries lost answers, 5xx and everything that it counts as throttling. A password
/// sign-in that is sent twice counts twice against the lockout, a challenge's answer finds its
/// session used, a rotated refresh token is gone. So what changes something is sent again only if
/// the service said that it did nothing, or no connection was made. An hourly limit of a user
/// (LimitExceededException) is not retried at all, although the SDK takes it for throttling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetrySafely {
    /// Whether the calls only read.
    pub(crate) reads: bool,
}

impl ClassifyRetry for RetrySafely {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        let code = context.response().and_then(error_code);
        let safe = match code.as_deref() {
            Some("LimitExceededException") => false,
            Some("TooManyRequestsException") => true,
            _ => self.reads || error.as_connector_error().is_some_and(was_not_sent),
        };
        // What is safe is still for the SDK to decide.
        if safe { RetryAction::NoActionIndicated } else { RetryAction::RetryForbidden }
    }

    fn name(&self) -> &'static str {
        "retry safely"
    }

    /// The order does not matter: what is forbidden stays so.
    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::default()
    }
}

/// The error code of a response whose body has been read.
fn error_code(response: &HttpResponse) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(rename = "__type")]
        code: String,
    }

    let body = response.body().bytes()?;
    let code = match serde_json::from_slice::<Body>(body) {
        Ok(body) => body.code,
        Err(_) => response.headers().get("x-amzn-errortype")?.to_owned(),
    };
    // `com.amazonaws.cognito#NotAuthorizedException`, or `NotAuthorizedException:http://…` in the
    // header (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
    let code = code.split(':').next()?;
    Some(code.rsplit('#').next()?.to_owned())
}

/// Whether a request certainly did not leave: its connection was not made.
pub(crate) fn was_not_sent(error: &ConnectorError) -> bool {
    if error.is_user() {
        // The client refused to send it.
        return true;
    }
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        let refused = error
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused);
        if refused || error.is::<ResolveDnsError>() || error.is::<NeverConnected>() {
            return true;
        }
        source = error.source();
    }
    false
}

/// Marks the errors of attempts that got no connection.
///
/// The SDK's own HTTP client notes the connection of each attempt as soon as it has one, so an
/// attempt without a note was not sent: time-outs while connecting and failed handshakes are told
/// apart from lost answers by that. Other HTTP clients need not note anything; with those only a
/// refused connection and an unknown host count.
#[derive(Debug)]
pub(crate) struct MarkNeverConnected;

#[dyn_dispatch_hint]
impl Intercept for MarkNeverConnected {
    fn name(&self) -> &'static str {
        "mark what never connected"
    }

    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(Err(error)) = context.output_or_error_mut() else { return Ok(()) };
        let connected =
            config.load::<CaptureSmithyConnection>().is_none_or(|noted| noted.get().is_some());
        if !connected && error.as_connector_error().is_some_and(|e| e.is_io() || e.is_timeout()) {
            *error = OrchestratorError::connector(ConnectorError::io(Box::new(NeverConnected)));
        }
        Ok(())
    }
}

/// No connection was made in time, or its handshake failed.
#[derive(Debug)]
struct NeverConnected;

impl std::fmt::Display for NeverConnected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no connection was made")
    }
}

impl std::error::Error for NeverConnected {}
