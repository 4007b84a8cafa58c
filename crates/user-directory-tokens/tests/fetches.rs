//! Fetches of keys that take their time: who waits for them, for how long, and what ends them.

mod common;

use std::{
    error::Error as _,
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use common::{KEY, NOW, STRANGERS_KEY, TestKey, access_claims, at, pool, refusal, with};
use serde_json::json;
use tokio::{
    runtime::Runtime,
    task::{JoinSet, yield_now},
    time::{Instant, sleep, timeout},
};
use user_directory_tokens::{
    BackendError, JwksFetcher, LONGEST_WAIT, PAUSE_AFTER_FAILURE, TokenErrorKind, TokenVerifier,
};

const SECOND: Duration = Duration::from_secs(1);

/// What a key endpoint does with one request after another; the last goes for all further ones.
#[derive(Clone, Debug)]
enum Does {
    Answer(Duration),
    Refuse,
    Hang,
    Panic,
}

#[derive(Clone, Debug, Default)]
struct Endpoint {
    plan: Arc<Mutex<Vec<Does>>>,
    begun: Arc<AtomicUsize>,
    /// Fetches that were dropped before they had an answer.
    dropped: Arc<AtomicUsize>,
}

impl Endpoint {
    fn new(plan: &[Does]) -> Self {
        let plan = Arc::new(Mutex::new(plan.to_vec()));
        Self { plan, ..Self::default() }
    }

    fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    fn dropped(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }

    /// By tokio's time, so that clock and fetches go on together.
    fn verifier(&self) -> TokenVerifier {
        let start = Instant::now();
        TokenVerifier::builder(pool())
            .fetcher(self.clone())
            .clock(move || at(NOW) + start.elapsed())
            .build()
            .expect("the settings are valid")
    }
}

#[async_trait]
impl JwksFetcher for Endpoint {
    async fn fetch(&self, _: &str) -> Result<Vec<u8>, BackendError> {
        struct Dropped<'a>(Option<&'a AtomicUsize>);

        impl Drop for Dropped<'_> {
            fn drop(&mut self) {
                if let Some(count) = self.0 {
                    count.fetch_add(1, Ordering::SeqCst);
                }
            }
        }

        self.begun.fetch_add(1, Ordering::SeqCst);
        let mut dropped = Dropped(Some(&self.dropped));
        let does = {
            let mut plan = self.plan.lock().expect("nobody panics with the plan");
            match plan.len() {
                1 => plan[0].clone(),
                _ => plan.remove(0),
            }
        };
        let answer = match does {
            Does::Answer(after) => {
                sleep(after).await;
                Ok(json!({ "keys": [KEY.jwk()] }).to_string().into_bytes())
            }
            Does::Refuse => Err(BackendError::new("the network is down")),
            Does::Hang => pending().await,
            Does::Panic => panic!("a fetcher's own fault"),
        };
        dropped.0 = None;
        answer
    }
}

/// A token that outlives the test.
fn token(key: &TestKey) -> String {
    key.token(&with(access_claims(), "exp", json!(9_999_999_999_u64)))
}

/// One after another, their clients hang up before the keys are there.
#[tokio::test(start_paused = true)]
async fn requests_that_are_dropped_take_nothing_from_others() {
    let endpoint = Endpoint::new(&[Does::Answer(SECOND / 10)]);
    let verifier = endpoint.verifier();
    let forged = STRANGERS_KEY.token(&access_claims());
    for _ in 0..4 {
        let hangs_up = timeout(SECOND / 50, verifier.access_token(&forged));
        hangs_up.await.expect_err("the client is gone before the keys are there");
    }
    assert_eq!(refusal(&verifier, &token(&KEY)).await, None);
    assert_eq!((endpoint.begun(), endpoint.dropped()), (1, 0));
}

/// Twenty requests a second for two minutes, with an endpoint that never answers.
#[tokio::test(start_paused = true)]
async fn everybody_is_answered_in_time_when_the_endpoint_hangs() {
    let endpoint = Endpoint::new(&[Does::Hang]);
    let verifier = endpoint.verifier();
    let token = token(&KEY);
    let mut requests = JoinSet::new();
    for _ in 0..20 * 120 {
        let (verifier, token) = (verifier.clone(), token.clone());
        requests.spawn(async move {
            let start = Instant::now();
            let error = verifier.access_token(&token).await.expect_err("there are no keys");
            assert_eq!(error.kind(), TokenErrorKind::KeysUnavailable);
            let cause = error.source().expect("the fetch has failed").to_string();
            assert_eq!(cause, "the key set did not arrive within 5 seconds");
            start.elapsed()
        });
        sleep(SECOND / 20).await;
    }
    let waits = requests.join_all().await;
    assert_eq!(waits.len(), 2400);
    let longest = waits.into_iter().max().expect("there are some");
    // Tokio's timer counts whole milliseconds.
    assert!(longest <= LONGEST_WAIT + Duration::from_millis(2), "{longest:?}");
    // One in 6 seconds: 5 until it is given up, and the pause.
    assert_eq!(endpoint.begun(), 120 / 6);
}

#[tokio::test(start_paused = true)]
async fn the_pause_begins_when_a_fetch_has_failed() {
    let endpoint = Endpoint::new(&[Does::Hang, Does::Answer(Duration::ZERO)]);
    let verifier = endpoint.verifier();
    let token = token(&KEY);
    assert_eq!(refusal(&verifier, &token).await, Some(TokenErrorKind::KeysUnavailable));
    sleep(PAUSE_AFTER_FAILURE - SECOND / 10).await;
    // In the pause the last error is there at once.
    let start = Instant::now();
    let error = verifier.access_token(&token).await.expect_err("it is too soon");
    assert_eq!(error.kind(), TokenErrorKind::KeysUnavailable);
    assert!(error.source().is_some());
    assert_eq!((start.elapsed(), endpoint.begun()), (Duration::ZERO, 1));
    sleep(SECOND / 10).await;
    assert_eq!(refusal(&verifier, &token).await, None);
    assert_eq!(endpoint.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_the_error() {
    let endpoint = Endpoint::new(&[Does::Refuse]);
    let verifier = endpoint.verifier();
    let mut requests = JoinSet::new();
    for _ in 0..64 {
        let verifier = verifier.clone();
        requests.spawn(async move {
            let error = verifier.access_token(&token(&KEY)).await.expect_err("no network");
            error.source().expect("the fetch has failed").to_string()
        });
    }
    let errors = requests.join_all().await;
    assert_eq!(errors, vec!["the network is down"; 64]);
    assert_eq!(endpoint.begun(), 1);
}

/// As when tests share a verifier, each with a runtime of its own.
#[test]
fn a_fetch_whose_runtime_has_ended_holds_nobody_up() {
    let runtime = || Runtime::new().expect("a runtime starts");
    let endpoint = Endpoint::new(&[Does::Hang, Does::Answer(Duration::ZERO)]);
    let (first, second) = (runtime(), runtime());
    let verifier = endpoint.verifier();
    let token = token(&KEY);
    first.block_on(async {
        let hangs_up = timeout(SECOND / 20, verifier.access_token(&token));
        hangs_up.await.expect_err("the endpoint hangs");
    });
    drop(first);
    assert_eq!((endpoint.begun(), endpoint.dropped()), (1, 1));
    let start = std::time::Instant::now();
    assert_eq!(second.block_on(refusal(&verifier, &token)), None);
    // Neither the longest wait nor a pause.
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    assert_eq!(endpoint.begun(), 2);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_verifier_ends_its_fetch() {
    let endpoint = Endpoint::new(&[Does::Hang]);
    let verifier = endpoint.verifier();
    let (clone, token) = (verifier.clone(), token(&KEY));
    timeout(SECOND, clone.access_token(&token)).await.expect_err("the endpoint hangs");
    drop(clone);
    yield_now().await;
    assert_eq!((endpoint.begun(), endpoint.dropped()), (1, 0), "another handle is left");
    drop(verifier);
    yield_now().await;
    assert_eq!((endpoint.begun(), endpoint.dropped()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_fetcher_that_panics_has_failed() {
    let endpoint = Endpoint::new(&[Does::Panic, Does::Answer(Duration::ZERO)]);
    let verifier = endpoint.verifier();
    let token = token(&KEY);
    for _ in 0..2 {
        assert_eq!(refusal(&verifier, &token).await, Some(TokenErrorKind::KeysUnavailable));
        assert_eq!(endpoint.begun(), 1, "there is a pause");
    }
    sleep(PAUSE_AFTER_FAILURE).await;
    assert_eq!(refusal(&verifier, &token).await, None);
}

#[test]
fn without_a_runtime_keys_cannot_be_fetched() {
    let endpoint = Endpoint::new(&[Does::Answer(Duration::ZERO)]);
    let verifier = TokenVerifier::builder(pool()).fetcher(endpoint.clone()).build();
    let verifier = verifier.expect("the settings are valid");
    let result = futures_util::FutureExt::now_or_never(verifier.load_keys());
    let error = result.expect("nothing is waited for").expect_err("there is no runtime");
    assert_eq!(error.kind(), TokenErrorKind::KeysUnavailable);
    let cause = error.source().expect("it says why").to_string();
    assert_eq!(cause, "there is no tokio runtime to fetch keys on");
    assert_eq!(endpoint.begun(), 0);
}
