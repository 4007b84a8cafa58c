//! Registering many users: what is tried again and what is not, what is reported, and how a run
//! goes on after another.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use futures_util::StreamExt as _;
use user_directory::{
    Authentication as _, Error, ErrorKind, Operation, Pace, Quotas, Register, RegisterReport,
    Registration, SignIn, UnfinishedRegistration, User, UserDirectory, UserDirectoryExt as _,
    UserStatus, mock::MockUserDirectory,
};
use user_directory_fake::{Fake, FakeDirectory, Fault};

const PASSWORD: &str = "Correct-horse-9";

/// A pace that notes its waits and is through with them at once.
fn noting() -> (Pace, Arc<Mutex<Vec<Duration>>>) {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&waits);
    let pace = Pace::new(move |wait| {
        noted.lock().expect("no wait panics").push(wait);
        std::future::ready(())
    });
    (pace.with_concurrency(1), waits)
}

fn backoffs(waits: &Mutex<Vec<Duration>>) -> Vec<u64> {
    let waits = waits.lock().expect("no wait panics");
    waits.iter().map(Duration::as_secs).filter(|wait| *wait > 0).collect()
}

fn requests(count: usize) -> Vec<Register> {
    (0..count).map(|number| Register::new(format!("user{number}"), PASSWORD)).collect()
}

async fn run(directory: &dyn UserDirectory, count: usize, pace: Pace) -> Vec<RegisterReport> {
    let mut reports: Vec<_> = directory.register_many(requests(count), pace).collect().await;
    reports.sort_by_key(|report| report.index);
    let named = reports.iter().map(|report| (report.index, report.username.clone()));
    assert!(named.eq((0..count).map(|number| (number, format!("user{number}")))), "one each");
    reports
}

fn is_complete(report: &RegisterReport) -> bool {
    matches!(report.outcome, Ok(Registration::Complete(_)))
}

fn kind(report: &RegisterReport) -> ErrorKind {
    report.outcome.as_ref().map(|_| ()).expect_err("refused").kind()
}

/// At the rate of the default quotas nothing is throttled, and it takes as long as they say.
#[tokio::test]
async fn two_hundred_users_keep_to_the_quotas() {
    let fake = Fake::builder().frozen_at(SystemTime::UNIX_EPOCH).build().expect("valid settings");
    fake.quotas().enforce(Quotas::default());
    let clock = fake.clone();
    let pace = Pace::new(move |wait| {
        let fake = clock.clone();
        async move { fake.clock().advance(wait) }
    });
    let directory = fake.directory();
    let reports = run(&directory, 200, pace).await;
    assert!(reports.iter().all(is_complete));
    assert!(fake.calls().all().iter().all(|call| call.outcome.is_ok()), "nothing was throttled");
    let took = fake.clock().now().duration_since(SystemTime::UNIX_EPOCH).expect("it moved");
    assert!((6.63..6.7).contains(&took.as_secs_f64()), "199 intervals of a thirtieth: {took:?}");
    assert_eq!(directory.user("user199").await.expect("the last").status, UserStatus::Confirmed);
}

/// Where others use up the quota as well, the pace is too fast, and still nobody is lost.
#[tokio::test]
async fn users_get_through_a_quota_that_is_lower_than_thought() {
    let fake = Fake::builder().frozen_at(SystemTime::UNIX_EPOCH).build().expect("valid settings");
    let category = Operation::AdminSetUserPassword.quota_category();
    fake.quotas().enforce(Quotas::new().with(category, 3));
    let clock = fake.clone();
    let pace = Pace::new(move |wait| {
        let fake = clock.clone();
        async move { fake.clock().advance(wait) }
    });
    let reports = run(&fake.directory(), 60, pace).await;
    assert!(reports.iter().all(is_complete));
    let throttled = fake.calls().all().iter().filter(|call| call.outcome.is_err()).count();
    assert!(throttled > 0, "the quota was lower");
    assert_eq!(fake.calls().count(Operation::AdminCreateUser), 60, "each is created once");
}

#[tokio::test]
async fn each_step_is_tried_again_when_throttled() {
    let directory = FakeDirectory::new();
    let faults = directory.fake().faults();
    faults.inject(Fault::throttling(Operation::AdminCreateUser).times(2));
    faults.inject(Fault::throttling(Operation::AdminSetUserPassword).times(2));
    faults.inject(Fault::throttling(Operation::AdminGetUser).times(1));
    let (pace, waits) = noting();
    let reports = run(&directory, 2, pace).await;
    assert!(reports.iter().all(is_complete));
    let calls = directory.fake().calls();
    assert_eq!(calls.count(Operation::AdminCreateUser), 4, "two throttled, one each");
    assert_eq!(calls.count(Operation::AdminSetUserPassword), 4);
    // One wait for each, twice as long each time.
    assert_eq!(backoffs(&waits), [1, 2, 4, 8, 16]);
    for name in ["user0", "user1"] {
        let outcome = directory.sign_in(SignIn::new(name, PASSWORD)).await.expect("confirmed");
        assert!(outcome.tokens().is_some());
    }
    let user = directory.user("user0").await.expect("registered");
    assert_eq!(user.status, UserStatus::Confirmed);
}

#[tokio::test]
async fn the_wait_is_short_again_after_a_call_that_got_through() {
    let directory = FakeDirectory::new();
    directory.fake().faults().inject(Fault::throttling(Operation::AdminCreateUser).times(2));
    let (pace, waits) = noting();
    let reports = directory.register_many(requests(2), pace);
    let mut reports = std::pin::pin!(reports);
    assert!(is_complete(&reports.next().await.expect("the first")));
    directory.fake().faults().inject(Fault::throttling(Operation::AdminCreateUser).times(1));
    assert!(is_complete(&reports.next().await.expect("the second")));
    assert_eq!(backoffs(&waits), [1, 2, 1]);
}

#[tokio::test]
async fn who_stays_throttled_is_reported_and_the_others_go_on() {
    let directory = FakeDirectory::new();
    let faults = directory.fake().faults();
    faults.inject(Fault::throttling(Operation::AdminCreateUser).times(3));
    let (pace, _) = noting();
    let reports = run(&directory, 2, pace.with_retries(2)).await;
    assert_eq!(kind(&reports[0]), ErrorKind::TooManyRequests);
    assert!(is_complete(&reports[1]));

    // Half-way it is an unfinished registration, which can be finished.
    let directory = FakeDirectory::new();
    let faults = directory.fake().faults();
    faults.inject(Fault::throttling(Operation::AdminSetUserPassword).times(3));
    let (pace, _) = noting();
    let mut reports = run(&directory, 2, pace.with_retries(2)).await;
    assert!(is_complete(&reports[1]));
    let unfinished = reports.remove(0).outcome.expect("typed").unfinished().expect("half-way");
    assert_eq!(unfinished.cause().kind(), ErrorKind::TooManyRequests);
    unfinished.finish(&directory, PASSWORD).await.expect("it is ours");
}

/// Nothing else is tried again: the mock panics at a second call.
#[tokio::test]
async fn other_errors_are_final() {
    for (kind, in_doubt) in [
        (ErrorKind::LimitExceeded, false),
        (ErrorKind::InvalidPassword, false),
        (ErrorKind::ConnectionFailed, false),
        (ErrorKind::NoAnswer, true),
        (ErrorKind::Internal, true),
        (ErrorKind::CodeDeliveryFailure, true),
    ] {
        let mut directory = MockUserDirectory::new();
        let refusal = move || Error::from(kind).with_operation(Operation::AdminCreateUser);
        directory.expect_create_user().times(1).returning(move |_| Err(refusal()));
        let (pace, waits) = noting();
        let report = run(&directory, 1, pace).await.remove(0);
        match report.outcome {
            Ok(registration) => {
                let unfinished = registration.unfinished().expect("never complete");
                assert!(in_doubt && unfinished.created().is_none(), "{kind:?}");
                assert_eq!(unfinished.cause().kind(), kind);
            }
            Err(error) => assert!(!in_doubt && error.kind() == kind, "{error}"),
        }
        assert!(backoffs(&waits).is_empty());
    }
}

/// A lost answer to the second step may have taken effect.
#[tokio::test]
async fn doubt_about_the_second_step_is_reported() {
    for kind in [ErrorKind::NoAnswer, ErrorKind::LimitExceeded] {
        let mut directory = MockUserDirectory::new();
        let created = || User::new("user0").with_status(UserStatus::ForceChangePassword);
        directory.expect_create_user().times(1).returning(move |_| Ok(created()));
        directory.expect_set_user_password().times(1).returning(move |_| Err(kind.into()));
        let (pace, _) = noting();
        let report = run(&directory, 1, pace).await.remove(0);
        let unfinished = report.outcome.expect("typed").unfinished().expect("in doubt");
        assert_eq!(unfinished.cause().kind(), kind);
        assert!(unfinished.created().is_some());
    }
}

/// While a registration waits, somebody else may take its name.
#[tokio::test]
async fn a_stranger_is_not_adopted_after_a_wait() {
    let user = |sub: &str| User::new("user0").with_attributes([("sub", sub)]);
    let mut directory = MockUserDirectory::new();
    directory.expect_create_user().times(1).returning(move |_| Ok(user("ours")));
    directory
        .expect_set_user_password()
        .times(1)
        .returning(|_| Err(ErrorKind::TooManyRequests.into()));
    directory.expect_user().times(1).returning(move |_| Ok(user("a stranger's")));
    let (pace, _) = noting();
    let report = run(&directory, 1, pace).await.remove(0);
    let unfinished = report.outcome.expect("typed").unfinished().expect("reported");
    assert_eq!(unfinished.cause().kind(), ErrorKind::UsernameExists);
    assert_eq!(unfinished.created().and_then(User::sub), Some("ours"));
}

#[tokio::test]
async fn a_second_run_touches_nobody_who_is_there() {
    let directory = FakeDirectory::new();
    let (pace, _) = noting();
    // The first run ends early, because its requests do.
    assert_eq!(run(&directory, 3, pace.clone()).await.len(), 3);
    let before = directory.user("user1").await.expect("registered");
    let anew = (0..5).map(|number| Register::new(format!("user{number}"), "Another-staple-7"));
    let mut reports: Vec<_> = directory.register_many(anew, pace).collect().await;
    reports.sort_by_key(|report| report.index);
    assert!(reports[..3].iter().all(|report| kind(report) == ErrorKind::UsernameExists));
    assert!(reports[3..].iter().all(is_complete));
    assert_eq!(directory.user("user1").await.expect("still there"), before);
    let outcome = directory.sign_in(SignIn::new("user1", PASSWORD)).await;
    assert!(outcome.expect("the first password").tokens().is_some());
}

/// A dropped stream may leave a half-made user, whom the next run finds.
#[tokio::test(start_paused = true)]
async fn what_a_crash_cut_off_can_be_finished() {
    let directory = FakeDirectory::new();
    let latency = Duration::from_secs(60);
    let faults = directory.fake().faults();
    faults.inject(Fault::latency(Operation::AdminSetUserPassword, latency).times(1));
    let first = run(&directory, 1, Pace::new(tokio::time::sleep));
    assert!(tokio::time::timeout(Duration::from_secs(1), first).await.is_err(), "cut off");

    let reports = run(&directory, 2, Pace::new(tokio::time::sleep)).await;
    assert_eq!(kind(&reports[0]), ErrorKind::UsernameExists);
    assert!(is_complete(&reports[1]));
    let user = directory.user("user0").await.expect("half-made");
    assert_eq!(user.status, UserStatus::ForceChangePassword);
    let interrupted = UnfinishedRegistration::interrupted("user0");
    assert!(interrupted.created().is_none() && interrupted.cause().may_have_taken_effect());
    interrupted.finish(&directory, PASSWORD).await.expect("it has the password for a time");
    assert!(directory.sign_in(SignIn::new("user0", PASSWORD)).await.unwrap().tokens().is_some());
    // Somebody else's account is not taken over.
    let stranger = UnfinishedRegistration::interrupted("user1");
    let error = stranger.finish(&directory, "Another-staple-7").await.expect_err("not ours");
    assert_eq!(error.kind(), ErrorKind::NotAuthorized);
}

#[tokio::test]
async fn reports_show_no_password() {
    let directory = FakeDirectory::new();
    directory.fake().faults().inject(Fault::answer_lost(Operation::AdminCreateUser).times(1));
    let (pace, _) = noting();
    assert!(format!("{pace:?}").contains("concurrency: 1"));
    let reports = run(&directory, 2, pace).await;
    assert!(!format!("{reports:?}").contains("horse"));
}
