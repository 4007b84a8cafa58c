//! Published answers of Cognito, replayed through the AWS SDK: the implementation reads what others
//! have seen AWS send, and sends what the files say.

use std::{fs, path::Path, time::Duration};

use aws_sdk_cognitoidentityprovider::config::Region;
use aws_smithy_http_client::test_util::{ReplayEvent, StaticReplayClient};
use aws_smithy_types::body::SdkBody;
use serde::Deserialize;
use serde_json::Value;
use user_directory::{
    Authentication as _, Refresh, Refreshed, Register, SignIn, UserDirectory as _,
    UserDirectoryExt as _, UserStatus,
};
use user_directory_cognito::{AppClient, CognitoDirectory};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/published");

/// A file of the folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    operation: String,
    grade: String,
    source: String,
    #[expect(dead_code, reason = "for people")]
    changed: String,
    request: Value,
    response: Value,
}

impl Exchange {
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

/// The files in the order of their names, which is the order of the story.
fn exchanges() -> Vec<Exchange> {
    let mut files: Vec<_> = fs::read_dir(FOLDER)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> Exchange {
    let text = fs::read_to_string(file).expect("the file is text");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[tokio::test]
async fn the_published_story() {
    let exchanges = exchanges();
    for exchange in &exchanges {
        assert!(["reported", "assumed"].contains(&&*exchange.grade), "{exchange:?}");
        assert!(!exchange.source.is_empty(), "{exchange:?}");
    }
    let client = StaticReplayClient::new(exchanges.iter().map(Exchange::event).collect());
    let config = cognito_tests::sdk_config()
        .region(Region::new("ap-northeast-1"))
        .http_client(client.clone())
        .build();
    let app_client = AppClient::new("ap-northeast-1_xxxxxxxxx", "x".repeat(26))
        .with_client_secret("x".repeat(51));
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
    // Bodies and targets, as the files have them.
    client.relaxed_requests_match();
}
