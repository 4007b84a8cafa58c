//! What went wrong, without what was said: no request, no response, no SDK error leaves the crate.

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_cognitoidentityprovider::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use aws_types::request_id::RequestId as _;
use user_directory::{Error, ErrorKind, Operation};

use crate::retry::was_not_sent;

/// An SDK error as an application sees it.
///
/// The SDK's own error keeps the whole response, tokens included, and prints it with `{:?}`; so it
/// ends here, and only code, message and request id of a well-formed error answer go on.
pub(crate) fn convert<E>(operation: Operation, error: &SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let plain = |kind, text: &'static str| Error::new(kind, text).with_operation(operation);
    let converted = match error {
        SdkError::ConstructionFailure(_) => not_made(operation, error),
        SdkError::TimeoutError(_) => {
            plain(ErrorKind::NoAnswer, "the total time-out passed before an answer came")
        }
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) if was_not_sent(error) => {
                plain(ErrorKind::ConnectionFailed, "no connection to the service was made")
            }
            Some(error) if error.is_timeout() => {
                plain(ErrorKind::NoAnswer, "the read time-out passed before an answer came")
            }
            _ => plain(ErrorKind::NoAnswer, "the connection broke before an answer came"),
        },
        SdkError::ResponseError(response) => match response.raw().status().as_u16() {
            200 if is_cut_short(error) => {
                plain(ErrorKind::NoAnswer, "the connection broke within the answer")
            }
            status => unreadable(operation, status),
        },
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            match service.err().code().filter(|code| is_code(code)) {
                Some(code) => {
                    let message = service.err().message().unwrap_or_default().to_owned();
                    Error::service(operation, code.to_owned(), message)
                }
                None => unreadable(operation, status),
            }
        }
        _ => plain(ErrorKind::NoAnswer, "the SDK failed in a way that this crate does not know"),
    };
    match error.request_id() {
        Some(id) if is_request_id(id) => converted.with_request_id(id),
        _ => converted,
    }
}

/// The answer of a proxy, or of something that is not Cognito.
fn unreadable(operation: Operation, status: u16) -> Error {
    // A status of 500 and above says who failed, whatever the body says.
    let kind = if status >= 500 { ErrorKind::Internal } else { ErrorKind::UnexpectedResponse };
    let text = format!("an answer with the status {status} that is not one of Cognito's");
    Error::new(kind, text).with_operation(operation)
}

/// The request could not be made: no credentials, no endpoint.
fn not_made(operation: Operation, error: &(dyn std::error::Error + 'static)) -> Error {
    // Sources tell which provider failed and why; they are from before the request was there, but a
    // provider of the application's own may put anything into its errors.
    let mut source = Some(error);
    let mut credentials = false;
    while let Some(error) = source {
        credentials |= error.is::<CredentialsError>();
        source = error.source();
    }
    let text = if credentials {
        "the AWS credentials to sign the call with cannot be had"
    } else {
        "the request could not be made: credentials, region or endpoint are missing"
    };
    Error::new(ErrorKind::NotSent, text).with_operation(operation)
}

/// Whether the body ended before its length, rather than being something else than JSON.
fn is_cut_short(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if error.is::<aws_smithy_types::error::operation::SerializationError>() {
            return false;
        }
        source = error.source();
    }
    true
}

/// Error codes are names. Whatever else stands in their place comes from a body that is not
/// Cognito's, and stays out of errors and logs.
fn is_code(code: &str) -> bool {
    (1..=128).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
}

fn is_request_id(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=+/".contains(&byte))
}
