//! When calls start, by tokio's paused clock, and how pages of users are resumed.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::time::{Instant, sleep};
use user_directory::{
    CreateUser, Error, ErrorKind, ListUsers, Operation, Pace, User, UserDirectory,
    UserDirectoryExt as _, UserPage, mock::MockUserDirectory,
};
use user_directory_fake::{FakeDirectory, Fault};

fn pace() -> Pace {
    Pace::new(sleep).with_requests_per_second(10)
}

/// Makes calls that take so long, the first ones throttled, and answers when each started in
/// milliseconds.
async fn starts(pace: &Pace, calls: usize, takes: u64, throttled: usize) -> Vec<u128> {
    let (begin, started) = (Instant::now(), Mutex::new(Vec::new()));
    let call = |_| {
        let (begin, started) = (begin, &started);
        async move {
            let place = {
                let mut started = started.lock().expect("no call panics");
                started.push(begin.elapsed().as_millis());
                started.len()
            };
            sleep(Duration::from_millis(takes)).await;
            if place <= throttled { Err(ErrorKind::TooManyRequests.into()) } else { Ok(()) }
        }
    };
    let ended: Vec<_> = pace.each(Operation::AdminEnableUser, 0..calls, call).collect().await;
    assert_eq!(ended.len(), calls);
    started.into_inner().expect("no call panics")
}

#[tokio::test(start_paused = true)]
async fn calls_start_an_interval_apart_while_others_run() {
    assert_eq!(starts(&pace(), 4, 250, 0).await, [0, 100, 200, 300]);
    assert_eq!(starts(&pace(), 3, 0, 0).await, [0, 100, 200]);
    // The quota of the operation is 25.
    let quota = starts(&Pace::new(sleep), 3, 0, 0).await;
    assert_eq!(quota, [0, 40, 80]);
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_run_at_once_than_allowed() {
    assert_eq!(starts(&pace().with_concurrency(1), 3, 250, 0).await, [0, 250, 500]);
    let two = starts(&pace().with_concurrency(2), 4, 1000, 0).await;
    assert_eq!(two, [0, 100, 1000, 1100]);
    let ten = starts(&pace(), 11, 5000, 0).await;
    assert_eq!(ten[9..], [900, 5000]);
}

/// Three calls that ran at once and were throttled are one reason to wait, not three.
#[tokio::test(start_paused = true)]
async fn all_calls_wait_when_one_was_throttled() {
    let started = starts(&pace(), 4, 250, 3).await;
    // Throttled at 250, 350 and 450 milliseconds; the first time, the wait is a second.
    assert_eq!(started, [0, 100, 200, 1250, 1350, 1450, 1550]);
}

/// Those that were throttled come before those that have not begun.
#[tokio::test(start_paused = true)]
async fn a_throttled_call_comes_first_again() {
    let order = Mutex::new(Vec::new());
    let call = |input: usize| {
        let mut order = order.lock().unwrap();
        order.push(input);
        let outcome =
            if order.len() == 1 { Err(ErrorKind::TooManyRequests.into()) } else { Ok(()) };
        async move { outcome }
    };
    let ended = pace().each(Operation::AdminEnableUser, 0..3, call);
    let ended: Vec<_> = ended.map(|(input, outcome)| (input, outcome.is_ok())).collect().await;
    assert_eq!(ended, [(0, true), (1, true), (2, true)]);
    assert_eq!(*order.lock().unwrap(), [0, 0, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn tries_are_counted_for_each_call() {
    let calls = Mutex::new(0);
    let call = |()| {
        *calls.lock().unwrap() += 1;
        async { Err::<(), Error>(ErrorKind::TooManyRequests.into()) }
    };
    let begin = Instant::now();
    let ended: Vec<_> = pace().each(Operation::AdminEnableUser, [()], call).collect().await;
    assert_eq!(ended[0].1.as_ref().expect_err("throttled").kind(), ErrorKind::TooManyRequests);
    assert_eq!(*calls.lock().unwrap(), 6);
    assert_eq!(begin.elapsed(), Duration::from_secs(1 + 2 + 4 + 8 + 16));
}

/// Inputs are taken as they become due, so that they may be endless and can be ended.
#[tokio::test(start_paused = true)]
async fn inputs_are_taken_one_by_one() {
    let taken = Mutex::new(0);
    let inputs = std::iter::from_fn(|| {
        let mut taken = taken.lock().unwrap();
        *taken += 1;
        Some(*taken)
    });
    let call = |_| async { Ok(()) };
    let ended = pace().each(Operation::AdminEnableUser, inputs, call).take(3);
    assert_eq!(ended.count().await, 3);
    assert_eq!(*taken.lock().unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn no_calls_take_no_time() {
    let begin = Instant::now();
    assert_eq!(starts(&pace(), 0, 0, 0).await, []);
    assert_eq!(starts(&pace(), 1, 0, 0).await, [0]);
    assert_eq!(begin.elapsed(), Duration::ZERO);
}

/// A directory of four pages with one user each, whose answers fail in turn; and the log of its
/// calls: the page and when.
type Calls = Arc<Mutex<Vec<(u32, u128)>>>;
fn four_pages(failing: &'static [(usize, ErrorKind)]) -> (MockUserDirectory, Calls) {
    let calls = Calls::default();
    let (log, begin) = (Arc::clone(&calls), Instant::now());
    let mut directory = MockUserDirectory::new();
    directory.expect_list_users().returning(move |request| {
        assert_eq!(request.filter.as_deref(), Some("status = \"Enabled\""));
        let page = request.pagination_token.map_or(0, |token| token.parse().expect("a token"));
        let mut calls = log.lock().expect("no call panics");
        calls.push((page, begin.elapsed().as_millis()));
        if let Some((_, kind)) = failing.iter().find(|(place, _)| *place == calls.len()) {
            return Err(Error::from(*kind).with_operation(Operation::ListUsers));
        }
        let next = (page < 3).then(|| (page + 1).to_string());
        Ok(UserPage::new(vec![User::new(page.to_string())], next))
    });
    (directory, calls)
}

fn enabled() -> ListUsers {
    ListUsers::new().with_filter("status = \"Enabled\"")
}

fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.username.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn pages_keep_to_the_pace_and_throttled_ones_come_again() {
    let (directory, calls) =
        four_pages(&[(2, ErrorKind::TooManyRequests), (3, ErrorKind::TooManyRequests)]);
    let users: Vec<_> =
        directory.all_users_paced(enabled(), pace()).try_collect().await.expect("all pages");
    assert_eq!(names(&users), ["0", "1", "2", "3"]);
    let calls = calls.lock().unwrap().clone();
    // A second after the first, two after the second.
    assert_eq!(calls, [(0, 0), (1, 100), (1, 1100), (1, 3100), (2, 3200), (3, 3300)]);
}

#[tokio::test(start_paused = true)]
async fn the_wait_for_a_page_runs_while_the_page_before_is_used() {
    let (directory, calls) = four_pages(&[]);
    let mut pages = directory.user_pages(enabled()).with_pace(pace());
    while pages.next_page().await.expect("no page fails").is_some() {
        sleep(Duration::from_millis(70)).await;
    }
    let calls = calls.lock().unwrap().clone();
    assert_eq!(calls, [(0, 0), (1, 100), (2, 200), (3, 300)]);
}

/// An async block begins to wait when it is polled, so it has to be polled while calls are under way.
#[tokio::test(start_paused = true)]
async fn the_wait_runs_with_the_calls_also_where_it_is_lazy() {
    let lazy = Pace::new(|wait| async move { sleep(wait).await }).with_requests_per_second(10);
    assert_eq!(starts(&lazy, 3, 50, 0).await, [0, 100, 200]);
    let directory = FakeDirectory::new();
    for name in ["alice", "bob"] {
        directory.create_user(CreateUser::new(name)).await.expect("a new name");
    }
    let late = Duration::from_millis(250);
    directory.fake().faults().inject(Fault::latency(Operation::ListUsers, late));
    let begin = Instant::now();
    let users = directory.all_users_paced(ListUsers::new().with_limit(1), lazy);
    assert_eq!(users.try_collect::<Vec<_>>().await.expect("no page fails").len(), 2);
    let pages = directory.fake().calls().count(Operation::ListUsers);
    assert_eq!(begin.elapsed(), late * u32::try_from(pages).expect("few"));
}

#[tokio::test(start_paused = true)]
async fn pages_go_on_after_an_error_here_or_elsewhere() {
    let (directory, calls) = four_pages(&[(2, ErrorKind::NoAnswer), (3, ErrorKind::NoAnswer)]);
    let mut pages = directory.user_pages(enabled());
    assert_eq!(pages.next_request(), Some(&enabled()));
    assert_eq!(names(&pages.next_page().await.unwrap().unwrap()), ["0"]);
    for _ in 0..2 {
        assert_eq!(pages.next_page().await.expect_err("lost").kind(), ErrorKind::NoAnswer);
        assert_eq!(pages.next_request(), Some(&enabled().with_pagination_token("1")));
    }
    assert_eq!(names(&pages.next_page().await.unwrap().unwrap()), ["1"]);

    let kept = pages.next_request().expect("two pages are left").clone();
    let rest: Vec<_> = directory.all_users(kept.clone()).try_collect().await.expect("the rest");
    assert_eq!(names(&rest), ["2", "3"]);
    let directory: &dyn UserDirectory = &directory;
    let mut elsewhere = directory.user_pages(kept);
    assert_eq!(names(&elsewhere.next_page().await.unwrap().unwrap()), ["2"]);
    assert_eq!(names(&elsewhere.next_page().await.unwrap().unwrap()), ["3"]);
    assert_eq!(elsewhere.next_request(), None);
    assert_eq!(elsewhere.next_page().await.unwrap(), None);
    assert_eq!(calls.lock().unwrap().len(), 8, "nothing is asked after the end");
}

#[tokio::test(start_paused = true)]
async fn a_page_whose_future_was_dropped_comes_next() {
    let (directory, calls) = four_pages(&[]);
    let mut pages = directory.user_pages(enabled()).with_pace(pace());
    pages.next_page().await.expect("the first page");
    let too_short = Duration::from_millis(50);
    assert!(tokio::time::timeout(too_short, pages.next_page()).await.is_err());
    assert_eq!(names(&pages.next_page().await.unwrap().unwrap()), ["1"]);
    let calls = calls.lock().unwrap().clone();
    assert_eq!(calls, [(0, 0), (1, 100)]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_stays_throttled_is_an_error_and_can_be_resumed() {
    let (directory, calls) =
        four_pages(&[(1, ErrorKind::TooManyRequests), (2, ErrorKind::TooManyRequests)]);
    let pace = pace().with_retries(1).with_backoff(Duration::ZERO, Duration::ZERO);
    let mut pages = directory.user_pages(enabled()).with_pace(pace);
    let error = pages.next_page().await.expect_err("throttled twice");
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    assert_eq!(names(&pages.next_page().await.unwrap().unwrap()), ["0"]);
    // No wait is shorter than the interval.
    let calls = calls.lock().unwrap().clone();
    assert_eq!(calls, [(0, 0), (0, 100), (0, 200)]);
}
