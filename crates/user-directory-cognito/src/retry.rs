//! Which calls are sent again: never one that may have taken effect.

use std::{error::Error, fmt, io};

use aws_credential_types::provider::error::CredentialsError;
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
use user_directory::ConnectFault;

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
            _ => self.reads || error.as_connector_error().and_then(unsent).is_some(),
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

/// The error code of a response whose body has been read, where the SDK finds it too
/// (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
fn error_code(response: &HttpResponse) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(rename = "__type")]
        kind: Option<String>,
        code: Option<String>,
    }

    let code = match response.headers().get("x-amzn-errortype") {
        Some(code) => code.to_owned(),
        None => {
            let body: Body = serde_json::from_slice(response.body().bytes()?).ok()?;
            body.code.or(body.kind)?
        }
    };
    // `com.amazonaws.cognito#NotAuthorizedException`, or `NotAuthorizedException:http://…`.
    let code = code.split(':').next()?;
    Some(code.rsplit('#').next()?.to_owned())
}

/// Why a request certainly did not leave.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Unsent {
    /// It was not ready to be sent: because an interceptor refused it, for instance.
    NotReady,
    /// There were no credentials to sign it with, and why.
    NoCredentials(&'static str),
    /// No connection was made in time, or its handshake failed.
    NeverConnected(ConnectFault),
}

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotReady => "the request was not ready to be sent",
            Self::NoCredentials(_) => "there were no credentials",
            Self::NeverConnected(_) => "no connection was made",
        })
    }
}

impl Error for Unsent {}

/// Why the request of this attempt certainly did not leave; `None` if it may have left.
pub(crate) fn unsent(error: &ConnectorError) -> Option<Unsent> {
    let marked = chain(error).find_map(|error| error.downcast_ref::<Unsent>());
    if let Some(unsent) = marked {
        return Some(unsent.clone());
    }
    // What the HTTP client itself says. By a user error it says that it refused to send.
    let refused = |error: &(dyn Error + 'static)| {
        error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    };
    let unconnected = error.is_user()
        || chain(error).any(|error| refused(error) || error.is::<ResolveDnsError>());
    // Of an HTTP client that this crate does not know no text is believed to be free of secrets.
    unconnected.then(|| Unsent::NeverConnected(without_text(fault_of(error))))
}

fn fault_of(error: &ConnectorError) -> ConnectFault {
    match chain(error).any(|error| error.is::<ResolveDnsError>()) {
        true => ConnectFault::NameNotFound,
        false => ConnectFault::of(error, error.is_timeout()),
    }
}

fn without_text(fault: ConnectFault) -> ConnectFault {
    match fault {
        ConnectFault::Tls(_) => ConnectFault::Other,
        other => other,
    }
}

/// Why there are no credentials, by the class of the provider's error: its text may be anything.
fn want_of(error: &CredentialsError) -> &'static str {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => "no provider of the chain has credentials",
        CredentialsError::ProviderTimedOut(_) => "their provider did not answer in time",
        CredentialsError::InvalidConfiguration(_) => {
            "the configuration of their provider is invalid"
        }
        CredentialsError::ProviderError(_) => "their provider failed",
        _ => "their provider failed in an unknown way",
    }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Marks the errors of attempts whose request did not leave with an [`Unsent`].
///
/// A request that the SDK still has was not given to the HTTP client. And the SDK's own HTTP client
/// notes the connection of each attempt before it sends anything, so an attempt without a note was
/// not sent: time-outs while connecting and failed handshakes are told apart from lost answers by
/// that. Other HTTP clients need not note anything; of those only what they say themselves counts.
#[derive(Debug)]
pub(crate) struct MarkUnsent {
    /// Whether the HTTP client is the SDK's own.
    pub(crate) connections_noted: bool,
}

#[dyn_dispatch_hint]
impl Intercept for MarkUnsent {
    fn name(&self) -> &'static str {
        "mark what was not sent"
    }

    fn modify_before_attempt_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let ready = context.request().is_none();
        let Some(Err(error)) = context.output_or_error_mut() else { return Ok(()) };
        let note = config.load::<CaptureSmithyConnection>().map(|note| note.get().is_some());
        let connector_error = error.as_connector_error();
        let marked = if !ready {
            let mut causes = chain(error).filter_map(|error| error.downcast_ref());
            let unsent = causes.next().map(want_of).map_or(Unsent::NotReady, Unsent::NoCredentials);
            ConnectorError::user(Box::new(unsent))
        } else if note == Some(true) && connector_error.is_some_and(ConnectorError::is_user) {
            // A connection whose runtime was shut down while it waited for the answer: hyper blames
            // the user, and the request may have left.
            ConnectorError::other(
                "the SDK closed the connection before the call ended".into(),
                None,
            )
        } else if note == Some(false)
            && self.connections_noted
            && (connector_error.is_some() || error.is_timeout_error())
        {
            let fault = connector_error.map_or(ConnectFault::TimedOut, fault_of);
            ConnectorError::io(Box::new(Unsent::NeverConnected(fault)))
        } else {
            return Ok(());
        };
        *error = OrchestratorError::connector(marked);
        Ok(())
    }
}
