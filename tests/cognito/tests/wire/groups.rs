//! The operations on groups: every member of every answer.

use aws_sdk_cognitoidentityprovider::{operation::RequestId as _, types::GroupType};
use user_directory::UserStatus;
use user_directory_fake::{Fake, FixtureUser};

use crate::{POOL, SUB, fake, fake_with_alice, now, sdk};

const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

fn assert_is_admins(group: Option<&GroupType>) {
    let group = group.expect("a group");
    assert_eq!(group.group_name(), Some("admins"));
    assert_eq!(group.user_pool_id(), Some(POOL));
    assert_eq!(group.description(), Some("may do anything"));
    assert_eq!(group.role_arn(), Some(ROLE));
    assert_eq!(group.precedence(), Some(0));
    assert_eq!(group.last_modified_date(), Some(&now()));
    assert_eq!(group.creation_date(), Some(&now()));
}

async fn create(fake: &Fake, name: &str) {
    let create = sdk(fake).create_group().user_pool_id(POOL).group_name(name);
    create.send().await.expect("a new group");
}

#[tokio::test]
async fn a_group() {
    let fake = fake();
    let client = sdk(&fake);
    let create = client.create_group().user_pool_id(POOL).group_name("admins");
    let create = create.description("may do anything").role_arn(ROLE).precedence(0);
    let created = create.send().await.expect("a new group");
    assert_eq!(created.request_id(), Some("00000000-0000-4000-8000-000000000000"));
    assert_is_admins(created.group());

    let get = || client.get_group().user_pool_id(POOL).group_name("admins").send();
    let read = get().await.expect("it exists");
    assert!(read.request_id().is_some());
    assert_is_admins(read.group());
    let listed = client.list_groups().user_pool_id(POOL).limit(60).send().await.expect("one page");
    assert!(listed.request_id().is_some());
    assert_eq!(listed.groups().len(), 1);
    assert_is_admins(listed.groups().first());
    assert_eq!(listed.next_token(), None);

    let update = client.update_group().user_pool_id(POOL).group_name("admins").precedence(7);
    let updated = update.send().await.expect("it exists");
    assert!(updated.request_id().is_some());
    let updated = updated.group().expect("a group");
    assert_eq!(updated.precedence(), Some(7));
    assert_eq!(updated.role_arn(), Some(ROLE));
    assert_eq!(get().await.expect("it exists").group(), Some(updated));

    let deleted = client.delete_group().user_pool_id(POOL).group_name("admins").send().await;
    assert!(deleted.expect("it exists").request_id().is_some());
    let gone = get().await.expect_err("it is gone").into_service_error();
    assert!(gone.is_resource_not_found_exception());
}

#[tokio::test]
async fn members_of_a_group() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    create(&fake, "plain").await;
    let add = client.admin_add_user_to_group().user_pool_id(POOL).username(SUB).group_name("plain");
    assert!(add.send().await.expect("both exist").request_id().is_some());

    let groups = client.admin_list_groups_for_user().user_pool_id(POOL).username("alice");
    let groups = groups.limit(60).send().await.expect("one page");
    assert!(groups.request_id().is_some());
    let [group] = groups.groups() else { panic!("one group") };
    assert_eq!(group.group_name(), Some("plain"));
    assert_eq!((group.description(), group.role_arn(), group.precedence()), (None, None, None));
    assert_eq!(groups.next_token(), None);

    let users = || client.list_users_in_group().user_pool_id(POOL).group_name("plain").send();
    let listed = users().await.expect("one page");
    assert!(listed.request_id().is_some());
    let [alice] = listed.users() else { panic!("one user") };
    assert_eq!(alice.username(), Some("alice"));
    assert_eq!(alice.attributes().len(), 3);
    assert_eq!(alice.user_create_date(), Some(&now()));
    assert_eq!(listed.next_token(), None);

    let remove = client.admin_remove_user_from_group().user_pool_id(POOL).username("alice");
    let removed = remove.group_name("plain").send().await.expect("both exist");
    assert!(removed.request_id().is_some());
    assert!(users().await.expect("one page").users().is_empty());
}

#[tokio::test]
async fn groups_in_pages() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    let names: Vec<_> = (0..7).map(|number| format!("group{number}")).collect();
    for name in &names {
        create(&fake, name).await;
        let add = client.admin_add_user_to_group().user_pool_id(POOL).username("alice");
        add.group_name(name).send().await.expect("both exist");
    }
    macro_rules! in_pages {
        ($list:expr) => {
            let mut pages = $list.limit(3).into_paginator().send();
            let (mut found, mut sizes) = (Vec::new(), Vec::new());
            while let Some(page) = pages.next().await {
                let page = page.expect("a page");
                sizes.push(page.groups().len());
                let groups = page.groups().iter();
                found.extend(groups.filter_map(|group| group.group_name().map(str::to_owned)));
            }
            assert_eq!(sizes, [3, 3, 1]);
            found.sort_unstable();
            assert_eq!(found, names);
        };
    }
    in_pages!(client.list_groups().user_pool_id(POOL));
    in_pages!(client.admin_list_groups_for_user().user_pool_id(POOL).username("alice"));
}

#[tokio::test]
async fn users_in_a_group_in_pages() {
    let fake = fake();
    let client = sdk(&fake);
    create(&fake, "all").await;
    for number in 0..7 {
        let name = format!("user{number}");
        fake.put_user(POOL, FixtureUser::new(&name, UserStatus::Confirmed)).expect("a good user");
        let add = client.admin_add_user_to_group().user_pool_id(POOL).username(name);
        add.group_name("all").send().await.expect("both exist");
    }
    let list = client.list_users_in_group().user_pool_id(POOL).group_name("all").limit(3);
    let mut pages = list.into_paginator().send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.expect("a page").users().len());
    }
    assert_eq!(sizes, [3, 3, 1]);
}

/// Each becomes the error that the SDK has for it.
#[tokio::test]
async fn refusals() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let client = sdk(&fake);
    create(&fake, "admins").await;
    let again = client.create_group().user_pool_id(POOL).group_name("admins").send().await;
    assert!(again.expect_err("it exists").into_service_error().is_group_exists_exception());
    let spaced = client.create_group().user_pool_id(POOL).group_name("two words").send().await;
    let spaced = spaced.expect_err("a space").into_service_error();
    assert!(spaced.is_invalid_parameter_exception());
    let bob = client.admin_add_user_to_group().user_pool_id(POOL).username("bob");
    let bob = bob.group_name("admins").send().await.expect_err("nobody").into_service_error();
    assert!(bob.is_user_not_found_exception());
    let none = client.list_users_in_group().user_pool_id(POOL).group_name("none").send().await;
    let none = none.expect_err("no group").into_service_error();
    assert!(none.is_resource_not_found_exception());
}
