//! The handles of the fake, and what the traits promise to callers and wrappers.

use std::{sync::Arc, time::Duration};

use futures_util::TryStreamExt as _;
use static_assertions::assert_obj_safe;
use user_directory::{
    Authentication, ErrorKind, ListUsers, Operation, Register, SelfService, SignIn, User,
    UserDirectory, UserDirectoryExt as _, UserPage, mock::MockUserDirectory,
};
use user_directory_fake::{Calls, Fake, FakeDirectory, Fault};

assert_obj_safe!(Authentication, UserDirectory, SelfService);

const PASSWORD: &str = "Correct-horse-9";

#[tokio::test]
async fn a_directory_upcasts_to_an_authentication() {
    let directory: Arc<dyn UserDirectory> = Arc::new(FakeDirectory::new());
    let _ = directory.register(Register::new("alice", PASSWORD)).await.expect("alice is new");
    let authentication: Arc<dyn Authentication> = directory;
    let outcome = authentication.sign_in(SignIn::new("alice", PASSWORD)).await;
    assert!(outcome.expect("alice may").tokens().is_some());
}

/// list/stream-passes-empty-page: an empty page that has a token is not the end.
#[tokio::test]
async fn the_stream_passes_an_empty_page() {
    let mut directory = MockUserDirectory::new();
    directory.expect_list_users().times(3).returning(|request| {
        Ok(match request.pagination_token.as_deref() {
            None => UserPage::new(vec![User::new("alice")], Some("1".to_owned())),
            Some("1") => UserPage::new(Vec::new(), Some("2".to_owned())),
            Some(_) => UserPage::new(vec![User::new("bob")], None),
        })
    });
    let users: Vec<_> =
        directory.all_users(ListUsers::new()).try_collect().await.expect("no page fails");
    let names: Vec<_> = users.iter().map(|user| user.username.as_str()).collect();
    assert_eq!(names, ["alice", "bob"]);
}

#[tokio::test]
async fn the_stream_ends_with_an_error() {
    let mut directory = MockUserDirectory::new();
    directory.expect_list_users().times(2).returning(|request| match request.pagination_token {
        None => Ok(UserPage::new(vec![User::new("alice")], Some("1".to_owned()))),
        Some(_) => Err(ErrorKind::TooManyRequests.into()),
    });
    let users: Result<Vec<_>, _> = directory.all_users(ListUsers::new()).try_collect().await;
    assert_eq!(users.expect_err("the second page fails").kind(), ErrorKind::TooManyRequests);
}

#[tokio::test]
async fn a_fault_lasts_until_it_is_removed() {
    let directory = FakeDirectory::new();
    let faults = directory.fake().faults();
    let fault = faults.inject(Fault::throttling(Operation::AdminGetUser));
    for _ in 0..3 {
        let error = directory.user("alice").await.expect_err("throttled");
        assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    }
    // Other operations are not touched.
    assert!(directory.list_users(ListUsers::new()).await.is_ok());
    faults.remove(fault);
    let error = directory.user("alice").await.expect_err("there is no alice");
    assert_eq!(error.kind(), ErrorKind::UserNotFound);
}

#[tokio::test(start_paused = true)]
async fn latency_waits_by_tokios_clock_and_leaves_the_fakes_alone() {
    let fake = Fake::builder().frozen_at(std::time::UNIX_EPOCH).build().expect("valid settings");
    fake.faults().inject(Fault::latency(Operation::ListUsers, Duration::from_secs(30)).times(1));
    let started = tokio::time::Instant::now();
    fake.directory().list_users(ListUsers::new()).await.expect("late, and right");
    assert_eq!(started.elapsed(), Duration::from_secs(30));
    assert_eq!(fake.clock().now(), std::time::UNIX_EPOCH);
}

#[tokio::test]
async fn a_lost_answer_comes_after_the_effect() {
    let directory = FakeDirectory::new();
    directory.fake().faults().inject(Fault::answer_lost(Operation::AdminDeleteUser).times(1));
    let _ = directory.register(Register::new("alice", PASSWORD)).await.expect("alice is new");
    let error = directory.delete_user("alice").await.expect_err("the answer is lost");
    assert!(error.may_have_taken_effect() && !error.is_retryable());
    assert!(directory.user("alice").await.is_err(), "alice is gone");
}

#[tokio::test]
async fn the_call_log_names_parameters_and_outcomes() {
    let directory = FakeDirectory::new();
    assert!(directory.sign_in(SignIn::new("alice", PASSWORD)).await.is_err());
    let calls = directory.fake().calls().all();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].operation, Operation::AdminInitiateAuth);
    assert_eq!(calls[0].parameters, ["UserPoolId", "ClientId", "AuthFlow", "AuthParameters"]);
    assert_eq!(calls[0].outcome, Err(ErrorKind::NotAuthorized));
}

#[tokio::test]
async fn the_call_log_keeps_the_newest_calls() {
    let directory = FakeDirectory::new();
    for _ in 0..Calls::CAPACITY + 5 {
        let _ = directory.user("nobody").await;
    }
    assert_eq!(directory.fake().calls().all().len(), Calls::CAPACITY);
    directory.fake().calls().clear();
    assert_eq!(directory.fake().calls().count(Operation::AdminGetUser), 0);
}

/// Two pools of one fake share nothing but their clock.
#[tokio::test]
async fn pools_are_apart() {
    let fake = Fake::new();
    let pool = fake
        .create_user_pool(user_directory_fake::CreateUserPoolRequest::new("other"))
        .expect("valid settings");
    let client = fake
        .create_user_pool_client(
            &pool,
            user_directory_fake::CreateUserPoolClientRequest::new("", "other"),
        )
        .expect("valid settings");
    let other = fake.directory_for(&client);
    let _ = fake.directory().register(Register::new("alice", PASSWORD)).await.expect("new");
    assert_eq!(other.user("alice").await.expect_err("not here").kind(), ErrorKind::UserNotFound);
    // The other client may refresh, and use SRP and custom flows, but not a password.
    let error = other.sign_in(SignIn::new("alice", PASSWORD)).await.expect_err("not enabled");
    assert_eq!(error.message(), "Auth flow not enabled for this client");
}

/// A client of another pool is unknown to this one, and a pool that does not exist is said so.
#[tokio::test]
async fn wrong_ids_are_resources_that_do_not_exist() {
    let fake = Fake::new();
    let mut client = fake.first_client().clone();
    client.pool_id = "local-fake-1_Nowhere01".to_owned();
    let error = fake.directory_for(&client).user("alice").await.expect_err("no such pool");
    assert_eq!(error.kind(), ErrorKind::ResourceNotFound);
    assert_eq!(error.message(), "User pool local-fake-1_Nowhere01 does not exist.");
    let mut client = fake.first_client().clone();
    client.client_id = "unknownclient".to_owned();
    let sign_in = SignIn::new("alice", PASSWORD);
    let error = fake.directory_for(&client).sign_in(sign_in).await.expect_err("no such client");
    assert_eq!(error.kind(), ErrorKind::ResourceNotFound);
    assert_eq!(error.message(), "User pool client unknownclient does not exist.");
}
