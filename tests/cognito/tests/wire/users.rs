//! The operations on users: every member of every answer.

use aws_sdk_cognitoidentityprovider::{
    operation::RequestId as _,
    types::{AttributeType, DeliveryMediumType, MessageActionType, UserStatusType, UserType},
};
use user_directory::UserStatus;
use user_directory_fake::FixtureUser;

use crate::{EMAIL, PASSWORD, POOL, SUB, fake, fake_with_alice, now, sdk};

fn attribute(name: &str, value: &str) -> AttributeType {
    AttributeType::builder().name(name).value(value).build().expect("a name")
}

fn sorted(attributes: &[AttributeType]) -> Vec<(&str, Option<&str>)> {
    let mut pairs: Vec<_> = attributes.iter().map(|one| (one.name(), one.value())).collect();
    pairs.sort_unstable();
    pairs
}

fn alices_attributes() -> Vec<(&'static str, Option<&'static str>)> {
    vec![("email", Some(EMAIL)), ("email_verified", Some("true")), ("sub", Some(SUB))]
}

fn assert_is_alice(user: &UserType) {
    assert_eq!(user.username(), Some("alice"));
    assert_eq!(sorted(user.attributes()), alices_attributes());
    assert_eq!(user.user_create_date(), Some(&now()));
    assert_eq!(user.user_last_modified_date(), Some(&now()));
    assert!(user.enabled());
    assert_eq!(user.user_status(), Some(&UserStatusType::Confirmed));
    assert!(user.mfa_options().is_empty());
}

#[tokio::test]
async fn admin_create_user() {
    let fake = fake();
    let create = || {
        sdk(&fake)
            .admin_create_user()
            .user_pool_id(POOL)
            .username("alice")
            .desired_delivery_mediums(DeliveryMediumType::Email)
    };
    let output = create()
        .user_attributes(attribute("email", EMAIL))
        .validation_data(attribute("reason", "test"))
        .temporary_password(PASSWORD)
        .force_alias_creation(true)
        .client_metadata("key", "value")
        .send()
        .await
        .expect("a new user");
    assert_eq!(output.request_id(), Some("00000000-0000-4000-8000-000000000000"));
    let user = output.user().expect("a user");
    assert_eq!(user.username(), Some("alice"));
    let attributes = sorted(user.attributes());
    assert_eq!(attributes[0], ("email", Some(EMAIL)));
    assert_eq!((attributes[1].0, attributes.len()), ("sub", 2));
    assert_eq!(user.user_create_date(), Some(&now()));
    assert_eq!(user.user_last_modified_date(), Some(&now()));
    assert!(user.enabled());
    assert_eq!(user.user_status(), Some(&UserStatusType::ForceChangePassword));

    let again = create().message_action(MessageActionType::Resend).send().await;
    assert_eq!(again.expect("the same user").user(), Some(user));
    assert_eq!(fake.inbox().messages().len(), 2);
}

#[tokio::test]
async fn admin_get_user() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let output = sdk(&fake).admin_get_user().user_pool_id(POOL).username(SUB).send().await;
    let output = output.expect("alice");
    assert_eq!(output.request_id(), Some("00000000-0000-4000-8000-000000000000"));
    assert_eq!(output.username(), "alice");
    assert_eq!(sorted(output.user_attributes()), alices_attributes());
    assert_eq!(output.user_create_date(), Some(&now()));
    assert_eq!(output.user_last_modified_date(), Some(&now()));
    assert!(output.enabled());
    assert_eq!(output.user_status(), Some(&UserStatusType::Confirmed));
    assert!(output.mfa_options().is_empty());
    assert_eq!(output.preferred_mfa_setting(), None);
    assert!(output.user_mfa_setting_list().is_empty());
}

#[tokio::test]
async fn every_status_is_modelled() {
    for (status, expected) in [
        (UserStatus::Unconfirmed, UserStatusType::Unconfirmed),
        (UserStatus::Confirmed, UserStatusType::Confirmed),
        (UserStatus::ForceChangePassword, UserStatusType::ForceChangePassword),
        (UserStatus::ResetRequired, UserStatusType::ResetRequired),
        (UserStatus::ExternalProvider, UserStatusType::ExternalProvider),
    ] {
        let fake = fake_with_alice(status);
        let get = sdk(&fake).admin_get_user().user_pool_id(POOL).username("alice");
        assert_eq!(get.send().await.expect("alice").user_status(), Some(&expected));
    }
}

#[tokio::test]
async fn list_users() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let filter = "email ^= \"success@\"";
    let list = sdk(&fake).list_users().user_pool_id(POOL).filter(filter).limit(60);
    let output = list.send().await.expect("one page");
    assert_eq!(output.users().len(), 1);
    assert_is_alice(&output.users()[0]);
    assert_eq!(output.pagination_token(), None);
}

#[tokio::test]
async fn list_users_with_some_attributes() {
    let fake = fake_with_alice(UserStatus::Confirmed);
    let list = sdk(&fake).list_users().user_pool_id(POOL);
    let output = list.clone().attributes_to_get("email").send().await.expect("one page");
    assert_eq!(sorted(output.users()[0].attributes()), [("email", Some(EMAIL))]);
    let missing = list.attributes_to_get("name").send().await.expect_err("she has none");
    assert!(missing.into_service_error().is_invalid_parameter_exception());
}

#[tokio::test]
async fn list_users_in_pages() {
    let fake = fake();
    let mut names: Vec<_> = (0..7).map(|number| format!("user{number}")).collect();
    for name in &names {
        fake.put_user(POOL, FixtureUser::new(name, UserStatus::Confirmed)).expect("a good user");
    }
    let mut pages = sdk(&fake).list_users().user_pool_id(POOL).into_paginator().page_size(3).send();
    let (mut found, mut sizes) = (Vec::new(), Vec::new());
    while let Some(page) = pages.next().await {
        let page = page.expect("a page");
        sizes.push(page.users().len());
        found.extend(page.users().iter().filter_map(|user| user.username().map(str::to_owned)));
    }
    assert_eq!(sizes, [3, 3, 1]);
    found.sort_unstable();
    names.sort_unstable();
    assert_eq!(found, names);
}

/// The operations whose answers have no members: what they did shows elsewhere.
#[tokio::test]
async fn answers_without_members() {
    let fake = fake_with_alice(UserStatus::Unconfirmed);
    let client = sdk(&fake);
    let alice = || async {
        let get = sdk(&fake).admin_get_user().user_pool_id(POOL).username("alice");
        get.send().await.expect("alice")
    };

    let confirm = client.admin_confirm_sign_up().user_pool_id(POOL).username("alice");
    let output = confirm.client_metadata("key", "value").send().await.expect("unconfirmed");
    assert!(output.request_id().is_some());
    assert_eq!(alice().await.user_status(), Some(&UserStatusType::Confirmed));

    let reset = client.admin_reset_user_password().user_pool_id(POOL).username("alice");
    let output = reset.client_metadata("key", "value").send().await.expect("a verified address");
    assert!(output.request_id().is_some());
    assert_eq!(alice().await.user_status(), Some(&UserStatusType::ResetRequired));

    let set = client.admin_set_user_password().user_pool_id(POOL).username("alice");
    let output = set.password(PASSWORD).permanent(true).send().await.expect("a good password");
    assert!(output.request_id().is_some());
    assert_eq!(alice().await.user_status(), Some(&UserStatusType::Confirmed));

    let disable = client.admin_disable_user().user_pool_id(POOL).username("alice");
    assert!(disable.send().await.expect("alice").request_id().is_some());
    assert!(!alice().await.enabled());

    let enable = client.admin_enable_user().user_pool_id(POOL).username("alice");
    assert!(enable.send().await.expect("alice").request_id().is_some());
    assert!(alice().await.enabled());

    let update = client.admin_update_user_attributes().user_pool_id(POOL).username("alice");
    let update = update.user_attributes(attribute("name", "Alice")).client_metadata("k", "v");
    assert!(update.send().await.expect("a good name").request_id().is_some());
    assert_eq!(alice().await.user_attributes().len(), 4);

    let delete = client.admin_delete_user_attributes().user_pool_id(POOL).username("alice");
    let delete = delete.user_attribute_names("name").user_attribute_names("email");
    assert!(delete.send().await.expect("two names").request_id().is_some());
    assert_eq!(sorted(alice().await.user_attributes()), [("sub", Some(SUB))]);

    let sign_out = client.admin_user_global_sign_out().user_pool_id(POOL).username("alice");
    assert!(sign_out.send().await.expect("alice").request_id().is_some());

    let delete = client.admin_delete_user().user_pool_id(POOL).username("alice");
    assert!(delete.send().await.expect("alice").request_id().is_some());
    let list = client.list_users().user_pool_id(POOL).send().await.expect("one page");
    assert!(list.users().is_empty());
}
