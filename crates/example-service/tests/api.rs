//! The API for bearer tokens.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Browser, HOUR, NAME, PASSWORD, service};
use user_directory::{
    Authentication as _, CreateGroup, Refresh, Register, SignIn, TokenSet, UserDirectory as _,
    UserDirectoryExt as _,
};
use user_directory_fake::FakeDirectory;

async fn signed_in(directory: &FakeDirectory) -> TokenSet {
    let outcome = directory.sign_in(SignIn::new(NAME, PASSWORD)).await.unwrap();
    outcome.tokens().unwrap()
}

async fn directory() -> FakeDirectory {
    let directory = FakeDirectory::new();
    let user = Register::new(NAME, PASSWORD).with_attributes([("email", "k@example.com")]);
    let _ = directory.register(user).await.unwrap();
    directory
}

#[tokio::test]
async fn each_path_has_its_token() {
    let directory = directory().await;
    let tokens = signed_in(&directory).await;
    let (access, id) = (tokens.access_token().expose(), tokens.id_token().expose());
    let mut browser = Browser::new(&service(&directory, &[]));
    let good = (200, String::new());
    let other_use = (401, "the token is of another kind: access or ID".to_owned());
    assert_eq!(browser.bearer("/api/me", access).await, good);
    assert!(browser.seen.contains(NAME));
    assert_eq!(browser.bearer("/api/me", id).await, other_use);
    assert_eq!(browser.bearer("/api/profile", id).await, good);
    assert!(browser.seen.contains("k@example.com"));
    assert_eq!(browser.bearer("/api/profile", access).await, other_use);
    let malformed = (401, "the token is malformed".to_owned());
    assert_eq!(browser.bearer("/api/me", "x").await, malformed);
    assert_eq!(browser.get("/api/me").await.status, 401);
    // A cookie opens nothing here, and a token nothing there.
    browser.login(NAME, PASSWORD).await;
    assert_eq!(browser.get("/api/me").await.status, 401);
    browser.jar.clear();
    assert_eq!(browser.bearer("/me", access).await.0, 401);

    directory.fake().clock().advance(HOUR);
    let expired = (401, "the token has expired".to_owned());
    assert_eq!(browser.bearer("/api/me", access).await, expired);
}

#[tokio::test]
async fn administrators_are_a_group() {
    let directory = directory().await;
    let tokens = signed_in(&directory).await;
    let mut browser = Browser::new(&service(&directory, &[NAME]));
    let not_in_group = (403, "the user is not in the group".to_owned());
    let token = tokens.access_token().expose();
    assert_eq!(browser.bearer("/api/users", token).await, not_in_group);

    directory.create_group(CreateGroup::new("administrators")).await.unwrap();
    directory.add_user_to_group(NAME, "administrators").await.unwrap();
    // A token has the groups of its issue.
    assert_eq!(browser.bearer("/api/users", token).await, not_in_group);
    let refreshed = directory.refresh(Refresh::from(&tokens.grant)).await.unwrap();
    let token = refreshed.tokens().access_token.expose();
    assert_eq!(browser.bearer("/api/users", token).await.0, 200);
    assert!(browser.seen.contains("k@example.com"));
}
