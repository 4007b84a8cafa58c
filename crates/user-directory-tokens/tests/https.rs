//! The fetcher, against servers of this machine.
#![cfg(feature = "https")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use user_directory_tokens::{HttpsFetcher, JwksFetcher as _, LARGEST_KEY_SET};

/// Answers every request with these bytes; `None` never answers. Counts the requests.
async fn serve(answer: Option<Vec<u8>>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let url = format!("http://{}/jwks.json", listener.local_addr().expect("it listens"));
    let requests = Arc::new(AtomicUsize::new(0));
    let count = requests.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (answer, count) = (answer.clone(), count.clone());
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                if stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    count.fetch_add(1, Ordering::SeqCst);
                }
                match answer {
                    Some(answer) => drop(stream.write_all(&answer).await),
                    None => std::future::pending().await,
                }
            });
        }
    });
    (url, requests)
}

fn answer(head: &str, body: &[u8]) -> Option<Vec<u8>> {
    let length = body.len();
    let head = format!("{head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    Some([head.as_bytes(), body].concat())
}

fn fetcher() -> HttpsFetcher {
    HttpsFetcher::new().expect("TLS can be set up")
}

async fn failure(fetcher: &HttpsFetcher, url: &str) -> String {
    fetcher.fetch(url).await.expect_err("it is refused").to_string()
}

#[tokio::test]
async fn plain_http_comes_from_loopback_alone_and_by_name() {
    let (url, requests) = serve(answer("HTTP/1.1 200 OK", b"{}")).await;
    assert_eq!(
        failure(&fetcher(), &url).await,
        "the address of the key set is plain HTTP on this machine: allow it with \
         allow_http_on_loopback()"
    );
    assert_eq!(requests.load(Ordering::SeqCst), 0);
    let allowing = fetcher().allow_http_on_loopback();
    assert_eq!(allowing.fetch(&url).await.expect("it is allowed"), b"{}");
    for url in [
        "http://example.com/",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.com/",
        "http://127.0.0.1@example.com/",
        "http://localhost.example.com/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
    ] {
        let failure = failure(&allowing, url).await;
        assert_eq!(failure, "the address of the key set is not HTTPS", "{url}");
    }
    assert_eq!(failure(&allowing, "nonsense").await, "the address of the key set is malformed");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (target, requests) = serve(answer("HTTP/1.1 200 OK", b"{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let head = format!("HTTP/1.1 {status} Elsewhere\r\nlocation: {target}");
        let (url, _) = serve(answer(&head, b"")).await;
        let failure = failure(&fetcher().allow_http_on_loopback(), &url).await;
        assert_eq!(failure, format!("the key set was answered with status {status}"));
    }
    assert_eq!(requests.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn only_a_whole_answer_of_200_counts() {
    for status in [201, 204, 404, 500, 503] {
        let (url, _) = serve(answer(&format!("HTTP/1.1 {status} Status"), b"")).await;
        let failure = failure(&fetcher().allow_http_on_loopback(), &url).await;
        assert_eq!(failure, format!("the key set was answered with status {status}"));
    }
    let short = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}".to_vec();
    let (url, _) = serve(Some(short)).await;
    let cut = failure(&fetcher().allow_http_on_loopback(), &url).await;
    let place = place(&url);
    let expected = format!("the key set cannot be fetched, the connection to {place} broke");
    assert_eq!(cut, expected);
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read() {
    let largest = vec![b' '; LARGEST_KEY_SET];
    let (url, _) = serve(answer("HTTP/1.1 200 OK", &largest)).await;
    let fetched = fetcher().allow_http_on_loopback().fetch(&url).await;
    assert_eq!(fetched.expect("it fits").len(), LARGEST_KEY_SET);
    let (url, _) = serve(answer("HTTP/1.1 200 OK", &[&largest[..], b" "].concat())).await;
    let failure = failure(&fetcher().allow_http_on_loopback(), &url).await;
    assert_eq!(failure, "the key set is too large");
}

/// The runtime's clock jumps to the end of the time-out as soon as nothing else is to do.
#[tokio::test]
async fn a_server_that_does_not_answer_is_not_waited_for() {
    let (url, _) = serve(None).await;
    let fetcher = fetcher().allow_http_on_loopback();
    tokio::time::pause();
    let start = tokio::time::Instant::now();
    let place = place(&url);
    let expected = format!("the key set cannot be fetched, {place} did not answer in time");
    assert_eq!(failure(&fetcher, &url).await, expected);
    assert!(start.elapsed() <= std::time::Duration::from_secs(6), "{:?}", start.elapsed());
}

/// A server that speaks TLS with a certificate that nobody knows would fail alike; here it speaks
/// no TLS at all.
#[tokio::test]
async fn https_is_not_traded_for_http() {
    let (url, _) = serve(answer("HTTP/1.1 200 OK", b"{}")).await;
    let failure = failure(&fetcher(), &url.replace("http://", "https://")).await;
    let place = place(&url);
    let start = format!(
        "the key set cannot be fetched, no connection to {place} was made: the TLS handshake \
         failed: "
    );
    assert!(failure.starts_with(&start), "{failure}");
}

/// Host and port of an address.
fn place(url: &str) -> String {
    url.split('/').nth(2).expect("a host").to_owned()
}

#[tokio::test]
async fn a_failed_connection_says_where_to_and_why() {
    let fetcher = fetcher().allow_http_on_loopback();
    // A port that was free a moment ago.
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let place = socket.local_addr().expect("bound").to_string();
    drop(socket);
    // Too long a name for any name server to be asked.
    let nameless = format!("{}localhost", format!("{}.", "n".repeat(60)).repeat(5));
    let nameless_place = format!("{nameless}:80");
    for (url, place, why) in [
        (
            format!("http://user:hunter2@{place}/jwks.json"),
            place.as_str(),
            "the port refused the connection",
        ),
        (
            format!("http://{nameless}/jwks.json?key=hunter2"),
            nameless_place.as_str(),
            "no address was found for the name",
        ),
    ] {
        let failure = failure(&fetcher, &url).await;
        let expected =
            format!("the key set cannot be fetched, no connection to {place} was made: {why}");
        assert_eq!(failure, expected);
    }
}
