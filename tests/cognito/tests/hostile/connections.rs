//! Connections that are used more than once: what happens when the other end, or the runtime that
//! the connection lives on, gives one up.

use std::{io, time::Duration};

use aws_sdk_cognitoidentityprovider::config::{Config, retry::RetryConfig};
use aws_smithy_runtime_api::client::{dns::ResolveDnsError, result::ConnectorError};
use cognito_tests::{
    Canister, Canned,
    calls::{Call, Handle, Handles},
    sdk_config,
};
use user_directory::{ErrorKind, Operation};

use crate::{
    Fate, assert_silent, configuration, handles, patient,
    server::{Behaviour, Server},
};

fn change() -> Call {
    Call::of(Handle::Directory, Operation::AdminSetUserPassword)
}

fn handles_on(server: &Server) -> Handles {
    handles(configuration(format!("http://{}", server.address), patient().build()))
}

/// The SDK's client keeps a connection a moment after the answer has come. A call before that takes
/// a new one, and shows nothing about kept ones.
const KEPT: Duration = Duration::from_millis(20);
const TRIES: usize = 10;

/// The server gives up a kept connection just when the next request arrives on it: whether that was
/// read nobody knows, so a change is not sent again.
#[tokio::test]
async fn a_change_on_a_stale_connection_is_not_sent_twice() {
    'stale: for stale in [Behaviour::ResetUnread, Behaviour::ResetRead, Behaviour::Close] {
        for _ in 0..TRIES {
            let last = stale.clone();
            let server = Server::by(move |place| match place {
                0 => Behaviour::json(200, "{}"),
                _ => last.clone(),
            })
            .await;
            let handles = handles_on(&server);
            change().run(&handles).await.expect("the first is served");
            tokio::time::sleep(KEPT).await;
            let error = change().run(&handles).await.expect_err("the second is not");
            assert_eq!(error.kind(), ErrorKind::NoAnswer, "{stale:?}");
            assert_eq!(Fate::of(&error), Some(Fate::Unknown), "{stale:?}");
            assert_eq!(server.requests(), 2, "{stale:?}");
            assert_silent(&format!("{stale:?}"), &error);
            if server.connections() == 1 {
                continue 'stale;
            }
        }
        panic!("no connection was kept");
    }
}

/// The server closes a kept connection while nobody uses it: the next call takes a new one, and is
/// sent once.
#[tokio::test]
async fn a_connection_that_was_closed_in_the_meantime_costs_nothing() {
    let server = Server::by(|_| Behaviour::AnswerAndClose).await;
    let handles = handles_on(&server);
    for calls in 1..=5 {
        change().run(&handles).await.expect("each is served");
        assert_eq!(server.requests(), calls);
        // Until the end of the connection has arrived; without, the next call races with it.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The runtime that a kept connection lives on is shut down while a call of another runtime waits
/// for its answer. The request was sent, and read.
#[test]
fn a_connection_whose_runtime_ends_is_a_lost_answer() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(1).enable_all().build().expect("a runtime")
    };
    for _ in 0..TRIES {
        let (servers, first, second) = (runtime(), runtime(), runtime());
        let server = servers.block_on(Server::by(|place| match place {
            0 => Behaviour::json(200, "{}"),
            _ => Behaviour::Silence,
        }));
        let timeouts = patient().read_timeout(Duration::from_secs(2)).build();
        let handles = handles(configuration(format!("http://{}", server.address), timeouts));
        first.block_on(change().run(&handles)).expect("the first is served");
        first.block_on(async { tokio::time::sleep(KEPT).await });
        let waiting = second.spawn({
            let handles = handles.clone();
            async move { change().run(&handles).await }
        });
        while server.requests() < 2 {
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(first);
        let error = second.block_on(waiting).expect("no panic").expect_err("there is no answer");
        assert_eq!(error.kind(), ErrorKind::NoAnswer, "{error}");
        assert_eq!(Fate::of(&error), Some(Fate::Unknown));
        assert_eq!(server.requests(), 2);
        if server.connections() == 1 {
            return;
        }
    }
    panic!("no connection was kept");
}

/// An HTTP client of the application's own notes no connections. What it says itself is believed,
/// and everything else may have been sent.
#[tokio::test]
async fn of_another_http_client_only_what_it_says_counts() {
    const REFUSED: fn() -> ConnectorError =
        || ConnectorError::io(Box::new(io::Error::from(io::ErrorKind::ConnectionRefused)));
    const UNKNOWN_HOST: fn() -> ConnectorError =
        || ConnectorError::io(Box::new(ResolveDnsError::new("no such host")));
    let unconnected = (ErrorKind::ConnectionFailed, Fate::Harmless);
    let lost = (ErrorKind::NoAnswer, Fate::Unknown);
    for (name, error, (kind, fate), [reads, others]) in [
        ("refused", REFUSED, unconnected, [3, 3]),
        ("an unknown host", UNKNOWN_HOST, unconnected, [3, 3]),
        // The SDK sees no sense in sending again what its client will not send.
        ("not to be sent", || ConnectorError::user("no".into()), unconnected, [1, 1]),
        ("a time-out", || ConnectorError::timeout("connect".into()), lost, [3, 1]),
        ("a reset", || ConnectorError::io("reset".into()), lost, [3, 1]),
        ("a riddle", || ConnectorError::other("what".into(), None), lost, [1, 1]),
    ] {
        for operation in [Operation::AdminGetUser, Operation::AdminCreateUser] {
            let client = Canned::always(Canister::Failed(error));
            let retries = RetryConfig::standard().with_max_backoff(Duration::from_millis(1));
            let config = sdk_config().http_client(client.clone()).retry_config(retries).build();
            let handles = handles(Config::from(&config).to_builder());
            let error = Call::of(Handle::Directory, operation).run(&handles).await;
            let error = error.expect_err(name);
            assert_eq!(error.kind(), kind, "{name}: {error}");
            assert_eq!(Fate::of(&error), Some(fate), "{name}");
            let expected = if operation.is_read() { reads } else { others };
            assert_eq!(client.sent().len(), expected, "{name}: {operation}");
        }
    }
}
