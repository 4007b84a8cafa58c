//! The verifier behind a real socket, while clients send forged tokens and hang up.
//!
//! A second of it by default; `USER_DIRECTORY_HANG_UPS=20` for as many seconds, with
//! `--nocapture` for the figures.
#![cfg(feature = "axum")]

mod common;

use std::{
    env,
    future::pending,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use async_trait::async_trait;
use axum::{Router, routing::get};
use common::{KEY, STRANGERS_KEY, access_claims, pool, with};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};
use user_directory_tokens::{
    BackendError, JwksFetcher, LONGEST_WAIT, PAUSE_AFTER_FAILURE, RequireToken, TokenVerifier,
};

/// What a machine that does other things may add to a wait.
const SLACK: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);

/// A key endpoint that answers after a while, or never.
#[derive(Clone, Debug)]
struct Endpoint {
    after: Option<Duration>,
    fetches: Arc<AtomicUsize>,
}

#[async_trait]
impl JwksFetcher for Endpoint {
    async fn fetch(&self, _: &str) -> Result<Vec<u8>, BackendError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        match self.after {
            Some(after) => sleep(after).await,
            None => pending().await,
        }
        Ok(json!({ "keys": [KEY.jwk()] }).to_string().into_bytes())
    }
}

fn duration() -> Duration {
    let seconds = env::var("USER_DIRECTORY_HANG_UPS").ok();
    seconds.map_or(SECOND, |seconds| SECOND * seconds.parse().expect("a number of seconds"))
}

async fn serve(endpoint: Endpoint) -> SocketAddr {
    let verifier = TokenVerifier::builder(pool()).fetcher(endpoint).build();
    let layer = RequireToken::new(verifier.expect("the settings are valid"));
    let app = Router::new().route("/", get(|| async { "in" })).layer(layer);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn send(address: SocketAddr, token: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    Ok(stream)
}

/// The status of an answer, and how long it took.
async fn status(address: SocketAddr, token: &str) -> (String, Duration) {
    let start = Instant::now();
    let mut stream = send(address, token).await.expect("the server is there");
    let mut head = [0; 12];
    stream.read_exact(&mut head).await.expect("the server answers");
    (String::from_utf8_lossy(&head[9..]).into_owned(), start.elapsed())
}

/// What those got who stayed, and when, beside a thousand a second who hung up.
async fn under_attack(address: SocketAddr) -> (Vec<(String, Duration)>, usize) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
    let exp = json!(now.as_secs() + 3600);
    let good = KEY.token(&with(access_claims(), "exp", exp.clone()));
    let forged: Arc<str> = STRANGERS_KEY.token(&with(access_claims(), "exp", exp)).into();
    let attack = async {
        let mut ticks = interval(Duration::from_millis(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut attackers = JoinSet::new();
        for _ in 0..duration().as_millis() {
            ticks.tick().await;
            let forged = forged.clone();
            attackers.spawn(async move {
                if let Ok(stream) = send(address, &forged).await {
                    sleep(Duration::from_millis(2)).await;
                    drop(stream);
                }
            });
        }
        attackers.join_all().await.len()
    };
    let callers = async {
        let mut callers = JoinSet::new();
        let start = Instant::now();
        while start.elapsed() < duration() {
            let good = good.clone();
            callers.spawn(async move { status(address, &good).await });
            sleep(SECOND / 20).await;
        }
        callers.join_all().await
    };
    let (attackers, answers) = tokio::join!(attack, callers);
    (answers, attackers)
}

fn endpoint(after: Option<Duration>) -> Endpoint {
    Endpoint { after, fetches: Arc::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn good_tokens_pass_while_others_hang_up() {
    let endpoint = endpoint(Some(SECOND / 10));
    let (answers, attackers) = under_attack(serve(endpoint.clone()).await).await;
    assert!(answers.len() >= 15, "{}", answers.len());
    assert!(answers.iter().all(|(status, _)| status == "200"), "{answers:?}");
    let longest = answers.iter().map(|(_, took)| *took).max().expect("there are some");
    let fetches = endpoint.fetches.load(Ordering::SeqCst);
    println!(
        "{attackers} hung up; {} stayed and got 200 within {longest:?}; fetches: {fetches}",
        answers.len()
    );
    // The first of them waits for the keys; nobody waits for another fetch.
    assert!(longest < SECOND, "{longest:?}");
    assert_eq!(fetches, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_answered_while_the_endpoint_hangs() {
    let endpoint = endpoint(None);
    let (answers, attackers) = under_attack(serve(endpoint.clone()).await).await;
    assert!(answers.len() >= 15, "{}", answers.len());
    assert!(answers.iter().all(|(status, _)| status == "503"), "{answers:?}");
    let longest = answers.iter().map(|(_, took)| *took).max().expect("there are some");
    let fetches = endpoint.fetches.load(Ordering::SeqCst);
    println!(
        "{attackers} hung up; {} stayed and got 503 within {longest:?}; fetches: {fetches}",
        answers.len()
    );
    assert!(longest < LONGEST_WAIT + SLACK, "{longest:?}");
    // Each takes five seconds, and then there is a pause.
    let most = (duration() + LONGEST_WAIT).as_secs() / (5 + PAUSE_AFTER_FAILURE.as_secs()) + 1;
    assert!(fetches as u64 <= most, "{fetches}");
}
