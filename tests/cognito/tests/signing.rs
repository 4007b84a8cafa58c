//! Who signs what: an administrator's handle what Cognito wants signed, the users' own nothing.

use aws_sdk_cognitoidentityprovider::config::{BehaviorVersion, Region};
use cognito_tests::{
    Canister, Canned, REGION, SECRET_ACCESS_KEY,
    calls::{CALLS, Call, Handle, Handles, good_body, secret_client},
    sdk_config,
};
use user_directory::ErrorKind;
use user_directory_cognito::SdkConfig;

fn good() -> Canned {
    Canned::new(|_, sent| Canister::new(200, good_body(sent.operation(), &sent.body)))
}

/// An administrator's handle signs but for operations that Cognito authorizes by what they carry: the
/// SDK's model says that nobody signs those.
fn is_signed(call: &Call) -> bool {
    call.handle == Handle::Directory && call.operation.is_signed()
}

#[tokio::test]
async fn an_administrators_calls_are_signed_and_a_users_are_not() {
    let client = good();
    let handles = Handles::new(&sdk_config().http_client(client.clone()).build(), &secret_client());
    for call in CALLS {
        call.run(&handles).await.unwrap_or_else(|error| panic!("{call:?}: {error}"));
        let sent = client.take();
        assert_eq!(sent.len(), 1, "{call:?}");
        let sent = &sent[0];
        let target = format!("AWSCognitoIdentityProviderService.{}", call.operation.name());
        assert_eq!(sent.header("x-amz-target"), Some(target.as_str()), "{call:?}");
        assert_eq!(sent.header("content-type"), Some("application/x-amz-json-1.1"), "{call:?}");
        assert_eq!(sent.uri, format!("https://cognito-idp.{REGION}.amazonaws.com/"), "{call:?}");
        match sent.header("authorization") {
            Some(signature) => {
                assert!(is_signed(call), "{call:?} is signed");
                let scope = format!("/{REGION}/cognito-idp/aws4_request");
                assert!(signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"));
                assert!(signature.contains(&scope), "{call:?}: {scope}");
            }
            None => assert!(!is_signed(call), "{call:?} is not signed"),
        }
        assert!(!format!("{sent:?}").contains(SECRET_ACCESS_KEY), "{call:?}");
    }
}

#[tokio::test]
async fn a_users_calls_need_no_credentials() {
    let client = good();
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .http_client(client.clone())
        .build();
    let handles = Handles::new(&config, &secret_client());
    for call in CALLS {
        let outcome = call.run(&handles).await;
        let sent = client.take();
        if is_signed(call) {
            let error = outcome.expect_err("nothing to sign with");
            assert_eq!(error.kind(), ErrorKind::NotSent, "{call:?}: {error}");
            assert_eq!(error.operation(), Some(call.operation), "{call:?}");
            assert!(error.is_retryable() && !error.may_have_taken_effect(), "{call:?}");
            assert!(sent.is_empty(), "{call:?}");
        } else {
            outcome.unwrap_or_else(|error| panic!("{call:?}: {error}"));
            assert_eq!(sent.len(), 1, "{call:?}");
            assert_eq!(sent[0].header("authorization"), None, "{call:?}");
        }
    }
}
