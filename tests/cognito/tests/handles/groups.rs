//! What the handles send and read of groups.

use std::time::{Duration, UNIX_EPOCH};

use cognito_tests::{
    Canister, Canned,
    calls::{POOL_ID, secret_client},
};
use serde_json::json;
use user_directory::{
    CreateGroup, ErrorKind, ListGroups, ListGroupsForUser, ListUsers, ListUsersInGroup,
    UpdateGroup, UserDirectory,
};
use user_directory_fake::FakeDirectory;

use crate::{body, good, handles};

#[tokio::test]
async fn what_is_set_is_sent_and_nothing_else() {
    let client = good();
    let directory = handles(&client, &secret_client()).directory;
    let create = CreateGroup::new("admins")
        .with_description("may do anything")
        .with_role_arn("arn:aws:iam::123456789012:role/admin")
        .with_precedence(2_147_483_647);
    directory.create_group(create).await.expect("served");
    directory.update_group(UpdateGroup::new("admins").with_precedence(0)).await.expect("served");
    let list = ListGroups::new().with_limit(u32::MAX).with_next_token("next");
    directory.list_groups(list).await.expect("served");
    let list = ListGroupsForUser::new("alice").with_limit(1).with_next_token("next");
    directory.list_groups_for_user(list).await.expect("served");
    let list = ListUsersInGroup::new("admins").with_limit(0).with_next_token("next");
    directory.list_users_in_group(list).await.expect("served");
    let list = ListUsers::new().with_attributes_to_get(["email", "name"]);
    directory.list_users(list).await.expect("served");
    let sent: Vec<_> = client.sent().iter().map(body).collect();
    let expected = [
        json!({
            "UserPoolId": POOL_ID,
            "GroupName": "admins",
            "Description": "may do anything",
            "RoleArn": "arn:aws:iam::123456789012:role/admin",
            "Precedence": 2_147_483_647,
        }),
        json!({ "UserPoolId": POOL_ID, "GroupName": "admins", "Precedence": 0 }),
        json!({ "UserPoolId": POOL_ID, "Limit": 2_147_483_647, "NextToken": "next" }),
        json!({ "UserPoolId": POOL_ID, "Username": "alice", "Limit": 1, "NextToken": "next" }),
        json!({ "UserPoolId": POOL_ID, "GroupName": "admins", "Limit": 0, "NextToken": "next" }),
        json!({ "UserPoolId": POOL_ID, "AttributesToGet": ["email", "name"] }),
    ];
    assert_eq!(sent, expected);
}

/// The fake refuses it with the other violations of the request; the SDK cannot send it.
#[tokio::test]
async fn a_precedence_that_the_sdk_cannot_hold_is_refused_as_the_fake_does() {
    let client = good();
    let directory = handles(&client, &secret_client()).directory;
    for precedence in [2_147_483_648, u32::MAX] {
        let create = CreateGroup::new("admins").with_precedence(precedence);
        let update = UpdateGroup::new("admins").with_precedence(precedence);
        let fake = FakeDirectory::new();
        for (error, expected) in [
            (
                directory.create_group(create.clone()).await.expect_err("too great"),
                fake.create_group(create).await.expect_err("too great"),
            ),
            (
                directory.update_group(update.clone()).await.expect_err("too great"),
                fake.update_group(update).await.expect_err("too great"),
            ),
        ] {
            assert_eq!(error.kind(), expected.kind());
            assert_eq!(error.code(), expected.code());
            assert_eq!(error.message(), expected.message());
            assert_eq!(error.operation(), expected.operation());
            assert!(!error.is_retryable() && !error.may_have_taken_effect());
        }
    }
    assert!(client.sent().is_empty());
}

#[tokio::test]
async fn groups_are_read_whole() {
    let group = r#"{"GroupName":"admins","UserPoolId":"p","Description":"d","RoleArn":"r",
        "Precedence":0,"CreationDate":1571809201.58,"LastModifiedDate":1.571809202123E9}"#;
    let client = Canned::new(move |_, sent| {
        Canister::new(
            200,
            match sent.operation() {
                "GetGroup" => format!(r#"{{"Group":{group}}}"#),
                _ => format!(r#"{{"Groups":[{group},{group}],"NextToken":"next"}}"#),
            },
        )
    });
    let directory = handles(&client, &secret_client()).directory;
    let group = directory.group("admins").await.expect("served");
    assert_eq!(group.name, "admins");
    assert_eq!(group.description.as_deref(), Some("d"));
    assert_eq!(group.role_arn.as_deref(), Some("r"));
    assert_eq!(group.precedence, Some(0));
    assert_eq!(group.create_date, UNIX_EPOCH + Duration::from_millis(1_571_809_201_580));
    assert_eq!(group.last_modified_date, UNIX_EPOCH + Duration::from_millis(1_571_809_202_123));
    for page in [
        directory.list_groups(ListGroups::new()).await.expect("served"),
        directory.list_groups_for_user(ListGroupsForUser::new("alice")).await.expect("served"),
    ] {
        assert_eq!(page.groups, [group.clone(), group.clone()]);
        assert_eq!(page.next_token.as_deref(), Some("next"));
    }
}

#[tokio::test]
async fn half_a_group_is_unexpected() {
    let whole = r#"{"GroupName":"g","Precedence":7,"CreationDate":1,"LastModifiedDate":2}"#;
    for (good, bad) in [
        (r#""GroupName""#, r#""Other""#),
        (r#""CreationDate""#, r#""Other""#),
        (r#""LastModifiedDate""#, r#""Other""#),
        (r#""Precedence":7"#, r#""Precedence":-7"#),
    ] {
        assert!(whole.contains(good));
        let group = whole.replace(good, bad);
        let answer = format!(r#"{{"Group":{group},"Groups":[{whole},{group}]}}"#);
        let client = Canned::always(Canister::new(200, answer));
        let directory = handles(&client, &secret_client()).directory;
        let error = directory.group("g").await.expect_err("something is missing");
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{bad}: {error}");
        let error = directory.list_groups(ListGroups::new()).await;
        let error = error.expect_err("something is missing");
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse, "{bad}: {error}");
    }
}
