//! The list for administrators.

// clippy knows the functions with #[test] as tests, and not what they call.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use axum::http::StatusCode;
use common::{Browser, HOUR, PASSWORD, service};
use serde_json::json;
use user_directory::{CreateUser, Register, UserDirectory as _, UserDirectoryExt as _};
use user_directory_fake::FakeDirectory;

async fn seven_users() -> FakeDirectory {
    let directory = FakeDirectory::new();
    for name in ["root", "mallory"] {
        let _ = directory.register(Register::new(name, PASSWORD)).await.unwrap();
    }
    for (name, email) in [
        ("a", "kiriukun@example.com"),
        ("b", "kirsten@example.com"),
        ("c", r#""k\"@example.com"#),
        ("d", "dora@example.com"),
        ("e", "eve@example.com"),
    ] {
        let user = CreateUser::new(name).with_attributes([("email", email)]);
        directory.create_user(user).await.unwrap();
    }
    directory
}

async fn logged_in(directory: &FakeDirectory, name: &str) -> Browser {
    let mut browser = Browser::new(&service(directory, &["root"]));
    assert_eq!(browser.login(name, PASSWORD).await.status, StatusCode::OK);
    browser
}

/// The names of a list, sorted.
async fn names(browser: &mut Browser, query: &str) -> Vec<String> {
    let answer = browser.get(&format!("/admin/users?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
    let users = answer.json()["users"].as_array().unwrap().clone();
    let names: BTreeSet<_> =
        users.iter().map(|user| user["username"].as_str().unwrap().to_owned()).collect();
    names.into_iter().collect()
}

#[tokio::test]
async fn is_for_administrators() {
    let directory = seven_users().await;
    let app = service(&directory, &["root"]);
    let answer = Browser::new(&app).get("/admin/users").await;
    assert_eq!((answer.status.as_u16(), answer.error().as_str()), (401, "no_session"));

    let mut mallory = logged_in(&directory, "mallory").await;
    for query in ["", "?limit=1", "?limit=none"] {
        let answer = mallory.get(&format!("/admin/users{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (403, "forbidden"));
        assert!(!answer.text.contains("kirsten"));
    }

    let mut root = logged_in(&directory, "root").await;
    assert_eq!(names(&mut root, "").await.len(), 7);
    directory.fake().clock().advance(HOUR);
    assert_eq!(root.get("/admin/users").await.error(), "tokens_expired");
}

#[tokio::test]
async fn comes_in_pages() {
    let mut root = logged_in(&seven_users().await, "root").await;
    let (mut names, mut token, mut pages) = (BTreeSet::new(), String::new(), 0);
    loop {
        let answer = root.get(&format!("/admin/users?limit=3&token={}", encoded(&token))).await;
        let page = answer.json();
        for user in page["users"].as_array().unwrap() {
            names.insert(user["username"].as_str().unwrap().to_owned());
        }
        pages += 1;
        let Some(next) = page["next_token"].as_str() else { break };
        token = next.to_owned();
    }
    assert_eq!((names.len(), pages), (7, 3));

    for query in ["limit=0", "limit=61", "limit=-1", "limit=a", "token=made-up", "order=name"] {
        let answer = root.get(&format!("/admin/users?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.error().as_str()), (400, "invalid"), "{query}");
    }
}

#[tokio::test]
async fn is_searched_by_address() {
    let mut root = logged_in(&seven_users().await, "root").await;
    assert_eq!(names(&mut root, "email=kir").await, ["a", "b"]);
    assert_eq!(names(&mut root, "email=kirsten@example.com").await, ["b"]);
    assert_eq!(names(&mut root, "email=").await.len(), 7);
    // Marks and backslashes are part of the address, and do not end it.
    assert_eq!(names(&mut root, "email=%22k%5C%22@").await, ["c"]);
    for value in [r#"" or username ^= ""#, r#"kir" "#, r"kir\", r#"kir\" "#] {
        let query = format!("email={}", encoded(value));
        assert_eq!(names(&mut root, &query).await, [""; 0], "{value}");
    }
}

#[tokio::test]
async fn shows_what_an_administrator_needs() {
    let mut root = logged_in(&seven_users().await, "root").await;
    let answer = root.get("/admin/users?email=dora").await;
    let dora = json!({
        "username": "d", "email": "dora@example.com", "status": "FORCE_CHANGE_PASSWORD",
        "enabled": true,
    });
    assert_eq!(answer.json(), json!({ "users": [dora], "next_token": null }));
}

fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
