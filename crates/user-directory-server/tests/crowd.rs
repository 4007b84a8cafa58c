//! Clients that are slow, idle or half gone hold up nobody else.

mod common;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Shutdown, TcpStream},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use common::Process;
use serde_json::json;
use tempfile::tempdir;

/// How many connections are idle. A thousand where nobody says: a connection takes milliseconds on
/// some machines.
const IDLE: &str = "USER_DIRECTORY_IDLE_CONNECTIONS";

/// Where they are, in the process that holds them.
const WHERE: &str = "USER_DIRECTORY_TEST_ENDPOINT";

fn idle_connections() -> u64 {
    std::env::var(IDLE).map_or(1_000, |text| text.parse().expect("a number"))
}

fn connect(server: &Process) -> TcpStream {
    let address = server.endpoint.strip_prefix("http://").expect("HTTP");
    TcpStream::connect(address).expect("it accepts")
}

/// A whole request, as bytes.
fn request(server: &Process) -> Vec<u8> {
    let body = json!({ "UserPoolId": server.pool_id }).to_string();
    format!(
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-amz-json-1.1\r\n\
         x-amz-target: AWSCognitoIdentityProviderService.ListUsers\r\nauthorization: x\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// That others are answered, and that no slow client was waited for.
fn answers_others(server: &Process) {
    let begun = Instant::now();
    for _ in 0..20 {
        server.ok("ListUsers", &json!({ "UserPoolId": server.pool_id }));
    }
    // They take milliseconds; the slow ones take longer than this.
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn slow_heads_and_bodies() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let whole = request(&server);
    let body_at = whole.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 5;
    let mut slow = Vec::new();
    for sent in [0, 1, body_at / 2, body_at - 5, body_at, whole.len() - 1] {
        for _ in 0..10 {
            let mut stream = connect(&server);
            stream.write_all(&whole[..sent]).expect("sent");
            slow.push((stream, sent));
        }
    }
    // A byte a second, three times.
    for _ in 0..3 {
        thread::sleep(Duration::from_secs(1));
        for (stream, sent) in &mut slow {
            if let Some(byte) = whole.get(*sent) {
                stream.write_all(&[*byte]).expect("sent");
                *sent += 1;
            }
        }
        answers_others(&server);
    }
    // Who goes on in the end is answered, too.
    for (mut stream, sent) in slow {
        stream.write_all(&whole[sent..]).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
}

#[test]
fn half_closed_connections() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let whole = request(&server);
    for _ in 0..50 {
        // A whole request is answered, whoever sends no more.
        let mut stream = connect(&server);
        stream.write_all(&whole).expect("sent");
        stream.shutdown(Shutdown::Write).expect("it is open");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        // A part of one is not waited for.
        for sent in [0, 10, whole.len() - 1] {
            let mut stream = connect(&server);
            stream.write_all(&whole[..sent]).expect("sent");
            stream.shutdown(Shutdown::Write).expect("it is open");
            stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("the connection ends");
            assert!(!answer.contains(" 200 "), "{answer}");
        }
        // Nor is one whose answer nobody reads.
        let mut stream = connect(&server);
        stream.write_all(&whole).expect("sent");
        stream.shutdown(Shutdown::Read).expect("it is open");
    }
    answers_others(&server);
}

/// The other process of the next test: it opens connections and holds them until its input ends.
#[test]
fn hold_idle_connections() {
    let Ok(address) = std::env::var(WHERE) else { return };
    let mut held = Vec::new();
    while (held.len() as u64) < idle_connections() {
        match TcpStream::connect(&address) {
            Ok(stream) => held.push(stream),
            // The queue of the listener is full for a moment.
            Err(_) => thread::sleep(Duration::from_millis(5)),
        }
    }
    eprintln!("held {}", held.len());
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn idle_connections_by_the_thousand() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    // A process may have so many files, and needs a few for itself.
    let limit = rlimit::increase_nofile_limit(u64::MAX).expect("the limit can be read");
    let idle = idle_connections();
    assert!(idle + 200 < limit, "this machine lets a process have {limit} files only");
    let mut client = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "hold_idle_connections", "--nocapture"])
        .env(IDLE, idle.to_string())
        .env(WHERE, server.endpoint.strip_prefix("http://").expect("HTTP"))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(client.stderr.take().expect("it is piped"));
    let mut line = String::new();
    lines.read_line(&mut line).expect("text");
    assert_eq!(line.trim(), format!("held {idle}"));
    answers_others(&server);
    // New ones are let in as well.
    let mut stream = connect(&server);
    stream.write_all(&request(&server)).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    drop(client.stdin.take());
    client.wait().expect("it ends");
    answers_others(&server);
}
