//! Every error that Cognito's API model has reaches the caller as what it is.

use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use cognito_tests::{
    Canister, Canned, ERROR_TEXT,
    calls::{CALLS, Handles, secret_client},
    sdk_config,
};
use user_directory::{Error, ErrorKind};
use user_directory_pool::model::modelled_errors;

const REQUEST_ID: &str = "5c43a6f1-0000-4000-8000-0123456789ab";

async fn error(call: &cognito_tests::calls::Call, answer: Canister) -> Error {
    let client = Canned::always(answer);
    let config = sdk_config().http_client(client).retry_config(RetryConfig::disabled()).build();
    let handles = Handles::new(&config, &secret_client());
    call.run(&handles).await.expect_err("an error was answered")
}

#[tokio::test]
async fn every_modelled_error_of_every_operation_has_its_kind() {
    let mut unnamed = Vec::new();
    for call in CALLS {
        let codes = modelled_errors(call.operation.name()).expect("the model has the operation");
        assert!(codes.contains(&"InternalErrorException"), "{call:?}");
        for code in codes {
            let error = error(call, Canister::error(code).with_request_id(REQUEST_ID)).await;
            let kind = ErrorKind::from_code(code);
            assert_eq!(error.kind(), kind, "{call:?}: {code}");
            assert_eq!(error.code(), Some(*code), "{call:?}: {code}");
            assert_eq!(error.message(), ERROR_TEXT, "{call:?}: {code}");
            assert_eq!(error.request_id(), Some(REQUEST_ID), "{call:?}: {code}");
            assert_eq!(error.operation(), Some(call.operation), "{call:?}: {code}");
            // A kind that has the code, and not the one for codes without a kind.
            if !ErrorKind::CODES.contains(&(kind, *code)) {
                unnamed.push((call.operation, *code));
            }
        }
    }
    assert!(unnamed.is_empty(), "these have no kind: {unnamed:?}");
}

#[tokio::test]
async fn an_error_without_a_kind_stays_readable() {
    for call in CALLS {
        for code in ["BrandNewException", "SerializationException", "InvalidSignatureException"] {
            let error = error(call, Canister::error(code).with_request_id(REQUEST_ID)).await;
            assert_eq!(error.kind(), ErrorKind::from_code("BrandNewException"), "{call:?}");
            assert_eq!(error.code(), Some(code), "{call:?}");
            assert_eq!(error.message(), ERROR_TEXT, "{call:?}");
            assert_eq!(error.request_id(), Some(REQUEST_ID), "{call:?}");
        }
    }
}

/// Outside the model any call may be answered with these.
#[tokio::test]
async fn errors_of_the_front_door_have_their_kinds() {
    for call in CALLS {
        for (code, kind) in [
            ("AccessDeniedException", ErrorKind::AccessDenied),
            ("ForbiddenException", ErrorKind::Forbidden),
            ("TooManyRequestsException", ErrorKind::TooManyRequests),
        ] {
            assert_eq!(error(call, Canister::error(code)).await.kind(), kind, "{call:?}");
        }
    }
}

#[tokio::test]
async fn a_request_id_that_is_none_stays_out() {
    let call = &CALLS[0];
    for bad in ["", "<html>", "two words", &"x".repeat(129)] {
        let answer = Canister::error("NotAuthorizedException").with_request_id(bad);
        assert_eq!(error(call, answer).await.request_id(), None, "{bad}");
    }
}
