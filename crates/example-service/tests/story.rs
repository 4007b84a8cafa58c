//! The whole story on the fake.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use common::{service, story};
use user_directory::{Operation, RefreshFlow};
use user_directory_fake::{
    CreateUserPoolClientRequest, ExplicitAuthFlow, Fake, FakeDirectory, RefreshTokenRotation,
};

#[tokio::test]
async fn on_the_fake() {
    let directory = FakeDirectory::new();
    story(&service(&directory, &[]), |by| directory.fake().clock().advance(by)).await;
    assert_eq!(directory.fake().calls().count(Operation::RevokeToken), 1);
}

#[tokio::test]
async fn where_the_client_rotates_refresh_tokens() {
    let mut client = CreateUserPoolClientRequest::new("", "rotating");
    client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowAdminUserPasswordAuth];
    client.refresh_token_rotation = Some(RefreshTokenRotation::new(0));
    let fake = Fake::builder().client(client).build().unwrap();
    let directory = fake.directory().with_refresh_flow(RefreshFlow::GetTokensFromRefreshToken);
    story(&service(&directory, &[]), |by| fake.clock().advance(by)).await;
}
