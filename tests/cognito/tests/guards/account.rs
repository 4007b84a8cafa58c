use aws_smithy_http_client::test_util::infallible_client_fn;
use user_directory_check::{AwsAccount, refuse_aws};

use crate::wire::{ACCOUNT, sts};

async fn refusal(named: Option<&str>, of: &str) -> String {
    AwsAccount::verified(named, &sts(of)).await.expect_err("it is not allowed").to_string()
}

#[tokio::test]
async fn aws_needs_an_opt_in() {
    let asks_nobody = infallible_client_fn(|request| -> http::Response<&str> {
        panic!("{} was asked", request.uri())
    });
    let config = cognito_tests::sdk_config().http_client(asks_nobody).build();
    for (named, sentence) in [
        (None, "AWS is used only if USER_DIRECTORY_AWS_ACCOUNT names the account to use"),
        (Some("yes"), "USER_DIRECTORY_AWS_ACCOUNT must be the 12 digits of an account"),
        (Some(""), "USER_DIRECTORY_AWS_ACCOUNT must be the 12 digits of an account"),
        (Some("11112222333٣"), "USER_DIRECTORY_AWS_ACCOUNT must be the 12 digits of an account"),
    ] {
        let refused = AwsAccount::verified(named, &config).await.expect_err("no opt-in");
        assert_eq!(refused.to_string(), sentence);
    }
}

#[tokio::test]
async fn another_account_is_refused() {
    assert_eq!(
        refusal(Some(ACCOUNT), "444455556666").await,
        "the credentials belong to the account 444455556666, and USER_DIRECTORY_AWS_ACCOUNT allows \
         only 111122223333"
    );
}

#[tokio::test]
async fn an_account_that_nobody_confirms_is_refused() {
    let denied = infallible_client_fn(|_| http::Response::builder().status(403).body("").unwrap());
    let config = cognito_tests::sdk_config().http_client(denied).build();
    let refused = AwsAccount::verified(Some(ACCOUNT), &config).await.expect_err("nobody says so");
    let sentence = "STS does not say which account the credentials belong to: check the \
                    credentials and the region";
    assert_eq!(refused.to_string(), sentence);
}

#[tokio::test]
async fn the_named_account_is_accepted() {
    let account = AwsAccount::verified(Some(ACCOUNT), &sts(ACCOUNT)).await;
    assert_eq!(account.expect("it is the same").id(), ACCOUNT);
}

#[test]
fn the_address_of_aws_is_no_way_around_it() {
    for url in [
        "https://cognito-idp.eu-west-1.amazonaws.com",
        "https://COGNITO-IDP.eu-west-1.AMAZONAWS.COM.:443/",
        "https://cognito-idp.cn-north-1.amazonaws.com.cn",
        "https://cognito-idp.eu-west-1.api.aws",
    ] {
        assert!(refuse_aws(url).is_err(), "{url}");
    }
    for url in ["http://127.0.0.1:4566", "https://cognito-idp.localhost.localstack.cloud:4566"] {
        assert_eq!(refuse_aws(url), Ok(()), "{url}");
    }
}
