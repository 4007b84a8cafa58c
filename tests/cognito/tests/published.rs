//! Published answers of Cognito, replayed through the AWS SDK: the implementation reads what others
//! have seen AWS send, and sends what the files say.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::config::Region;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_types::body::SdkBody;
use serde::Deserialize;
use serde_json::{Value, json};
use user_directory::{
    Authentication as _, Refresh, Refreshed, Register, SignIn, UserDirectory as _,
    UserDirectoryExt as _, UserStatus,
};
use user_directory_cognito::{AppClient, CognitoDirectory};

/// A file of the contract, where cases ask the fake and emulators the same.
macro_rules! published {
    ($name:literal) => {
        serde_json::from_str::<Exchange>(include_str!(concat!(
            "../../../crates/user-directory-contract/published/",
            $name,
            ".json"
        )))
        .expect("a test of the contract reads every file")
    };
}

/// A request and its answer.
#[derive(Deserialize)]
struct Exchange {
    operation: String,
    request: Value,
    response: Value,
}

impl Exchange {
    /// An operation without output. Nobody has published such an answer: that it is an empty structure
    /// is what the protocol says.
    fn without_output(operation: &str, request: Value) -> Self {
        Self { operation: operation.to_owned(), request, response: json!({}) }
    }

    fn event(&self) -> ReplayEvent {
        let target = format!("AWSCognitoIdentityProviderService.{}", self.operation);
        let request = http::Request::post("https://cognito-idp.ap-northeast-1.amazonaws.com/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(SdkBody::from(self.request.to_string()))
            .expect("a request");
        let response = http::Response::builder()
            .header("content-type", "application/x-amz-json-1.1")
            .body(SdkBody::from(self.response.to_string()))
            .expect("a response");
        ReplayEvent::new(request, response)
    }
}

/// The story in order.
fn exchanges() -> [Exchange; 7] {
    let user = |username: &str| json!({ "UserPoolId": POOL_ID, "Username": username });
    let mut password = user("my_username");
    password["Password"] = "mypassword".into();
    password["Permanent"] = true.into();
    [
        published!("admin-create-user"),
        Exchange::without_output("AdminSetUserPassword", password),
        published!("sign-in"),
        published!("refresh"),
        Exchange::without_output("AdminUserGlobalSignOut", user("kiriukun")),
        published!("admin-get-user"),
        Exchange::without_output("AdminDeleteUser", user("kiriukun")),
    ]
}

const POOL_ID: &str = "ap-northeast-1_xxxxxxxxx";

#[tokio::test]
async fn the_published_story() {
    let client = StaticReplayClient::new(exchanges().iter().map(Exchange::event).collect());
    let config = cognito_tests::sdk_config()
        .region(Region::new("ap-northeast-1"))
        .http_client(client.clone())
        .build();
    let app_client = AppClient::new(POOL_ID, "x".repeat(26)).with_client_secret("x".repeat(51));
    let directory = CognitoDirectory::new(&config, app_client).expect("valid settings");
    assert_eq!(directory.endpoint(), "https://cognito-idp.ap-northeast-1.amazonaws.com");

    let registration = directory.register(Register::new("kiriukun", "mypassword")).await;
    let user = registration.expect("published").complete().expect("both calls succeeded");
    assert_eq!(user.username, "my_username");
    assert_eq!(user.sub(), Some("aed7ad78-f440-47b3-ad9d-aaaaaaaaaaaa"));
    assert_eq!(user.create_date, std::time::UNIX_EPOCH + Duration::from_millis(1_571_809_201_580));

    let outcome = directory.sign_in(SignIn::new("kiriukun", "mypassword")).await;
    let set = outcome.expect("published").tokens().expect("no challenge");
    assert_eq!(set.expires_in(), Duration::from_secs(3600));
    assert_eq!(set.tokens.token_type, "Bearer");
    assert_eq!(set.grant.username(), "kiriukun");
    assert_eq!(set.grant.origin_jti(), None, "the tokens are from before token revocation");

    let refreshed = directory.refresh(Refresh::from(&set.grant)).await.expect("published");
    let Refreshed::Kept(tokens) = refreshed else { panic!("the answer has no refresh token") };
    assert!(tokens.access_token != *set.access_token(), "a new access token");

    directory.global_sign_out("kiriukun").await.expect("published");

    let user = directory.user("kiriukun").await.expect("published");
    assert_eq!(user.status, UserStatus::Confirmed);
    assert!(user.enabled);
    assert_eq!(user.sub(), Some("825d8d71-f582-4d9a-a35f-aaaaaaaaaaaa"));
    let lifetime = user.last_modified_date.duration_since(user.create_date);
    assert_eq!(lifetime.expect("in order"), Duration::from_millis(215));

    directory.delete_user("kiriukun").await.expect("published");
    // Bodies and targets, as the exchanges have them.
    client.relaxed_requests_match();
}
