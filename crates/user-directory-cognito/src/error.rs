//! What went wrong, without what was said: no request, no response, no SDK error leaves the crate.

use aws_sdk_cognitoidentityprovider::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use aws_types::request_id::RequestId as _;
use user_directory::{Error, ErrorKind, Operation};

use crate::retry::{Unsent, unsent};

/// An SDK error as an application sees it. `place` is where the call went, host and port.
///
/// The SDK's own error keeps the whole response, tokens included, and prints it with `{:?}`; so it
/// ends here, and only code, message and request id of a well-formed error answer go on.
pub(crate) fn convert<E>(
    operation: Operation,
    place: &str,
    error: &SdkError<E, HttpResponse>,
) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let service = |code, message| Error::service(operation, code, message);
    convert_with(service, place, error).with_operation(operation)
}

/// An SDK error; `service` makes one of a code and a text.
pub(crate) fn convert_with<E>(
    service: impl FnOnce(String, String) -> Error,
    place: &str,
    error: &SdkError<E, HttpResponse>,
) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let plain = |kind, text: &'static str| Error::new(kind, text);
    let converted = match error {
        SdkError::ConstructionFailure(_) => {
            plain(ErrorKind::NotSent, "the request could not be made: a member is missing")
        }
        SdkError::TimeoutError(_) => {
            plain(ErrorKind::NoAnswer, "the total time-out passed before an answer came")
        }
        SdkError::DispatchFailure(failure) => {
            let connector_error = failure.as_connector_error();
            match connector_error.and_then(unsent) {
                Some(Unsent::NoCredentials(why)) => Error::new(
                    ErrorKind::NotSent,
                    format!("there are no AWS credentials to sign the call with: {why}"),
                ),
                Some(Unsent::NotReady) => plain(
                    ErrorKind::NotSent,
                    "the request was not sent: it has no endpoint, or an interceptor refused it",
                ),
                Some(Unsent::NeverConnected(fault)) => {
                    let text = format!("no connection to {place} was made: {fault}");
                    Error::new(ErrorKind::ConnectionFailed, text).with_source(fault)
                }
                None if failure.is_timeout() => {
                    plain(ErrorKind::NoAnswer, "the read time-out passed before an answer came")
                }
                None => plain(ErrorKind::NoAnswer, "the connection broke before an answer came"),
            }
        }
        SdkError::ResponseError(response) => {
            let status = response.raw().status().as_u16();
            // The SDK keeps the body once it has read all of it.
            if status < 500 && response.raw().body().bytes().is_none() {
                plain(ErrorKind::NoAnswer, "the connection broke within the answer")
            } else {
                unreadable(status)
            }
        }
        SdkError::ServiceError(answer) => {
            let status = answer.raw().status().as_u16();
            match answer.err().code().filter(|code| is_code(code)) {
                Some(code) => {
                    let message = answer.err().message().unwrap_or_default();
                    service(code.to_owned(), message.to_owned())
                }
                None => unreadable(status),
            }
        }
        _ => plain(
            ErrorKind::NoAnswer,
            "the SDK failed for a reason that this crate does not \
                                         know",
        ),
    };
    match error.request_id() {
        Some(id) if is_request_id(id) => converted.with_request_id(id),
        _ => converted,
    }
}

/// The answer of a proxy, or of something that is not AWS.
fn unreadable(status: u16) -> Error {
    // A status of 500 and above says who failed, whatever the body says.
    let kind = if status >= 500 { ErrorKind::Internal } else { ErrorKind::UnexpectedResponse };
    let text = format!("the answer with status {status} does not come from AWS");
    Error::new(kind, text)
}

/// Error codes are names. Whatever else stands in their place comes from a body that is not
/// Cognito's, and stays out of errors and logs.
fn is_code(code: &str) -> bool {
    code.len() <= 100
        && code.starts_with(|first: char| first.is_ascii_uppercase())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_request_id(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=+/".contains(&byte))
}
