//! The quotas that the fake enforces on demand.

use std::time::{Duration, SystemTime};

use user_directory::{
    Authentication as _, CreateUser, ErrorKind, ListUsers, NewPasswordRequired, Operation,
    QuotaCategory, Quotas, SelfService as _, SignIn, UserDirectory as _,
};
use user_directory_fake::{
    CreateUserPoolClientRequest, CreateUserPoolRequest, Fake, FakeDirectory, Fault,
};
use user_directory_pool::{AdminGetUserRequest, model::Outliers};

fn frozen() -> Fake {
    Fake::builder().frozen_at(SystemTime::UNIX_EPOCH).build().expect("valid settings")
}

/// What a look-up of nobody brings: `UserNotFound` if it was let through.
async fn look_up(directory: &FakeDirectory) -> ErrorKind {
    directory.user("nobody").await.expect_err("there is nobody").kind()
}

#[tokio::test]
async fn nothing_is_enforced_unless_asked() {
    let fake = frozen();
    let directory = fake.directory();
    for _ in 0..200 {
        assert_eq!(look_up(&directory).await, ErrorKind::UserNotFound);
    }
    fake.quotas().enforce(Quotas::new().with(QuotaCategory::UserRead, 1));
    assert_eq!(look_up(&directory).await, ErrorKind::UserNotFound);
    assert_eq!(look_up(&directory).await, ErrorKind::TooManyRequests);
    fake.quotas().off();
    assert_eq!(look_up(&directory).await, ErrorKind::UserNotFound);
}

#[tokio::test]
async fn the_call_over_the_quota_does_nothing_and_is_logged() {
    let fake = frozen();
    fake.quotas().enforce(Quotas::default());
    let directory = fake.directory();
    for number in 0..50 {
        directory.create_user(CreateUser::new(format!("user{number}"))).await.expect("allowed");
    }
    let error = directory.create_user(CreateUser::new("one-more")).await.expect_err("too many");
    assert_eq!(error.to_string(), "AdminCreateUser: TooManyRequestsException: Rate exceeded");
    assert!(error.is_retryable() && !error.may_have_taken_effect());
    assert!(error.request_id().is_some());
    let missing = directory.user("one-more").await.expect_err("not created");
    assert_eq!(missing.kind(), ErrorKind::UserNotFound);
    assert_eq!(fake.calls().count(Operation::AdminCreateUser), 51);
    let throttled = fake.calls().all()[50].clone();
    assert_eq!(throttled.outcome, Err(ErrorKind::TooManyRequests));
    assert_eq!(throttled.parameters, ["UserPoolId", "Username"]);

    fake.clock().advance(Duration::from_secs(1));
    directory.create_user(CreateUser::new("one-more")).await.expect("a second later");
}

/// In any second, not in each second of the wall clock; and what was refused costs nothing.
#[tokio::test]
async fn a_second_begins_with_any_call() {
    let fake = frozen();
    fake.quotas().enforce(Quotas::new().with(QuotaCategory::UserRead, 2));
    let directory = fake.directory();
    let mut seen = Vec::new();
    for _ in 0..6 {
        seen.push(look_up(&directory).await == ErrorKind::UserNotFound);
        fake.clock().advance(Duration::from_millis(400));
    }
    // At 0, 0.4, 0.8, 1.2, 1.6 and 2 seconds.
    assert_eq!(seen, [true, true, false, true, true, false]);
}

#[tokio::test]
async fn operations_pools_handles_and_routes_share_a_quota() {
    let fake = frozen();
    let pool = fake.create_user_pool(CreateUserPoolRequest::new("other")).expect("valid");
    let client = CreateUserPoolClientRequest::new("", "other");
    let other = fake.create_user_pool_client(&pool, client).expect("valid settings");
    let quotas =
        Quotas::new().with(QuotaCategory::UserAuthentication, 2).with(QuotaCategory::UserRead, 3);
    fake.quotas().enforce(quotas);

    let sign_in = || SignIn::new("nobody", "Correct-horse-9");
    let kind = |error: user_directory::Error| error.kind();
    let (directory, own) = (fake.directory(), fake.self_service());
    assert_eq!(directory.sign_in(sign_in()).await.map_err(kind), Err(ErrorKind::NotAuthorized));
    assert_eq!(own.sign_in(sign_in()).await.map_err(kind), Err(ErrorKind::NotAuthorized));
    let third = fake.self_service_for(&other).sign_in(sign_in()).await;
    assert_eq!(third.map_err(kind), Err(ErrorKind::TooManyRequests));

    assert_eq!(look_up(&directory).await, ErrorKind::UserNotFound);
    let token = user_directory::AccessToken::new("no token");
    assert_ne!(own.user(&token).await.map_err(kind), Err(ErrorKind::TooManyRequests));
    let over_a_wire = || async {
        let request = AdminGetUserRequest::new(&pool, "nobody");
        fake.call(request, Outliers::default(), |_, _| Ok(())).await.outcome.map_err(kind)
    };
    assert_eq!(over_a_wire().await, Err(ErrorKind::UserNotFound));
    assert_eq!(over_a_wire().await, Err(ErrorKind::TooManyRequests));
    // Other categories are not touched.
    directory.list_users(ListUsers::new()).await.expect("a quota of its own");
}

#[tokio::test]
async fn answers_to_challenges_have_a_budget_of_their_own_first() {
    let fake = frozen();
    fake.quotas().enforce(Quotas::new().with(QuotaCategory::UserAuthentication, 1));
    let directory = fake.directory();
    let challenge = NewPasswordRequired::new("nobody", "no session".into());
    let mut kinds = Vec::new();
    for _ in 0..5 {
        let answer = challenge.answer("Correct-horse-9");
        let error = directory.respond_to_challenge(answer).await.expect_err("there is no session");
        kinds.push(error.kind() == ErrorKind::TooManyRequests);
    }
    // Three of their own, and one on the account of the sign-ins, which are then throttled too.
    assert_eq!(kinds, [false, false, false, false, true]);
    let sign_in = SignIn::new("nobody", "Correct-horse-9");
    let error = directory.sign_in(sign_in).await.expect_err("too many");
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
}

#[tokio::test]
async fn a_call_that_a_fault_throttles_is_free() {
    let fake = frozen();
    fake.quotas().enforce(Quotas::new().with(QuotaCategory::UserRead, 1));
    fake.faults().inject(Fault::throttling(Operation::AdminGetUser).times(1));
    let directory = fake.directory();
    assert_eq!(look_up(&directory).await, ErrorKind::TooManyRequests);
    assert_eq!(look_up(&directory).await, ErrorKind::UserNotFound);
    // Enforced anew, counted anew.
    fake.quotas().enforce(Quotas::new().with(QuotaCategory::UserRead, 1));
    assert_eq!(look_up(&directory).await, ErrorKind::UserNotFound);
}
