//! What `register` promises beyond the cases of the contract: which calls it makes when a step is
//! refused for good, and what a dropped future leaves behind.

use std::{sync::Arc, time::Duration};

use user_directory::{
    Error, ErrorKind, Operation, Register, Registration, User, UserDirectory,
    UserDirectoryExt as _, UserStatus, mock::MockUserDirectory,
};
use user_directory_fake::{FakeDirectory, Fault};

const PASSWORD: &str = "Correct-horse-9";

fn created() -> User {
    User::new("alice").with_status(UserStatus::ForceChangePassword)
}

fn refusal(kind: ErrorKind) -> Error {
    Error::from(kind).with_operation(Operation::AdminSetUserPassword)
}

#[tokio::test]
async fn a_definite_refusal_deletes_what_this_call_created() {
    let mut directory = MockUserDirectory::new();
    directory.expect_create_user().times(1).returning(|_| Ok(created()));
    directory
        .expect_set_user_password()
        .times(1)
        .returning(|_| Err(refusal(ErrorKind::InvalidPassword)));
    directory
        .expect_delete_user()
        .withf(|username| username == "alice")
        .times(1)
        .returning(|_| Ok(()));
    let error = directory.register(Register::new("alice", PASSWORD)).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::InvalidPassword);
}

#[tokio::test]
async fn a_deletion_that_fails_is_an_unfinished_registration() {
    let mut directory = MockUserDirectory::new();
    directory.expect_create_user().returning(|_| Ok(created()));
    directory.expect_set_user_password().returning(|_| Err(refusal(ErrorKind::InvalidPassword)));
    directory.expect_delete_user().times(1).returning(|_| Err(ErrorKind::TooManyRequests.into()));
    let registration = directory.register(Register::new("alice", PASSWORD)).await;
    let unfinished = registration.expect("typed").unfinished().expect("alice is left behind");
    assert_eq!(unfinished.cause().kind(), ErrorKind::InvalidPassword);
    assert!(unfinished.created().is_some());
}

/// Nothing that is not a definite refusal deletes anything: a call of `delete_user` would panic.
#[tokio::test]
async fn doubt_deletes_nothing() {
    for kind in [
        ErrorKind::TooManyRequests,
        ErrorKind::Internal,
        ErrorKind::NoAnswer,
        ErrorKind::ConnectionFailed,
        ErrorKind::UnexpectedResponse,
        ErrorKind::LimitExceeded,
    ] {
        let mut directory = MockUserDirectory::new();
        directory.expect_create_user().times(1).returning(|_| Ok(created()));
        directory.expect_set_user_password().times(1).returning(move |_| Err(refusal(kind)));
        let registration = directory.register(Register::new("alice", PASSWORD)).await;
        let unfinished = registration.expect("typed").unfinished().expect("unfinished");
        assert_eq!(unfinished.cause().kind(), kind);
        assert_eq!(unfinished.created().map(|user| user.username.as_str()), Some("alice"));
    }
}

/// A user whom somebody else deletes meanwhile is not deleted again: a new one may have the name.
#[tokio::test]
async fn a_user_who_vanished_is_left_alone() {
    let mut directory = MockUserDirectory::new();
    directory.expect_create_user().returning(|_| Ok(created()));
    directory.expect_set_user_password().returning(|_| Err(refusal(ErrorKind::UserNotFound)));
    let error = directory.register(Register::new("alice", PASSWORD)).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::UserNotFound);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_future_leaves_a_temporary_password_behind() {
    let directory = FakeDirectory::new();
    let latency = Duration::from_secs(60);
    let faults = directory.fake().faults();
    faults.inject(Fault::latency(Operation::AdminSetUserPassword, latency).times(1));
    let registration = directory.register(Register::new("alice", PASSWORD));
    let timeout = tokio::time::timeout(Duration::from_secs(1), registration).await;
    assert!(timeout.is_err(), "the second step is late");
    let user = directory.user("alice").await.expect("the first step was done");
    assert_eq!(user.status, UserStatus::ForceChangePassword);
}

/// The recipe of the documentation: a spawned registration runs to its end.
#[tokio::test(start_paused = true)]
async fn a_spawned_registration_goes_on_without_its_caller() {
    let directory = FakeDirectory::new();
    let latency = Duration::from_secs(60);
    let faults = directory.fake().faults();
    faults.inject(Fault::latency(Operation::AdminSetUserPassword, latency).times(1));
    let shared: Arc<dyn UserDirectory> = Arc::new(directory.clone());
    let task = tokio::spawn(async move {
        shared.register(Register::new("alice", PASSWORD)).await.map(Registration::complete)
    });
    assert!(tokio::time::timeout(Duration::from_secs(1), task).await.is_err());
    tokio::time::sleep(Duration::from_secs(120)).await;
    let user = directory.user("alice").await.expect("the registration went on");
    assert_eq!(user.status, UserStatus::Confirmed);
}

/// What finishes later finds the user by the real name, and leaves whoever has the name by then.
#[tokio::test]
async fn finishing_later_does_not_adopt_a_stranger() {
    let directory = FakeDirectory::new();
    directory.fake().faults().inject(Fault::throttling(Operation::AdminSetUserPassword).times(1));
    let registration = directory.register(Register::new("alice", PASSWORD)).await;
    let unfinished = registration.expect("typed").unfinished().expect("throttled half-way");
    directory.delete_user("alice").await.expect("alice was created");
    let other = Register::new("alice", "Another-staple-7");
    assert!(directory.register(other).await.expect("the name is free").complete().is_some());
    let error = unfinished.finish(&directory, PASSWORD).await.expect_err("that is a stranger");
    assert_eq!(error.kind(), ErrorKind::UsernameExists);
    let sign_in = user_directory::SignIn::new("alice", "Another-staple-7");
    let outcome = user_directory::Authentication::sign_in(&directory, sign_in).await;
    assert!(outcome.expect("the stranger's password still works").tokens().is_some());
}
