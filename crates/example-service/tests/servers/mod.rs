//! The Redis servers of `scripts/start-redis`, to use and to take away.

use std::{
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use redis::aio::MultiplexedConnection;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::spawn_blocking,
};
use user_directory_tokens::{RedisLedger, RedisLedgerBuilder};

pub(crate) struct Servers {
    first: String,
    second: String,
    ledgers: AtomicU32,
}

impl Servers {
    pub(crate) fn new(first: String, second: String) -> Self {
        Self { first, second, ledgers: AtomicU32::new(0) }
    }

    /// A ledger of its own on the first server.
    pub(crate) fn first(&self) -> RedisLedgerBuilder {
        self.at(&self.first)
    }

    pub(crate) fn at(&self, url: &str) -> RedisLedgerBuilder {
        let number = self.ledgers.fetch_add(1, Ordering::Relaxed);
        let prefix = format!("test-{}-{number}", std::process::id());
        // A busy machine takes its time. A trial about waiting sets its own.
        RedisLedger::builder(url).prefix(prefix).response_timeout(Duration::from_secs(10))
    }

    pub(crate) fn first_address(&self) -> SocketAddr {
        address(&self.first)
    }

    pub(crate) fn second_address(&self) -> SocketAddr {
        address(&self.second)
    }

    pub(crate) async fn connection(&self) -> MultiplexedConnection {
        connection(&self.first).await
    }

    /// Has the second server copy whoever is behind an address, and waits until it does.
    pub(crate) async fn replicate(&self, primary: &Proxy) {
        let address = address(primary.url());
        let mut second = connection(&self.second).await;
        let mut command = redis::cmd("REPLICAOF");
        let command = command.arg(address.ip().to_string()).arg(address.port());
        command.query_async::<()>(&mut second).await.unwrap();
        // The second server says that its link is up before the first has begun to send it what is
        // written, so what counts is that a write has arrived.
        let mut first = self.connection().await;
        for _ in 0..200 {
            let (_, have_it): (String, u32) = redis::pipe()
                .cmd("SET")
                .arg("replicated")
                .arg(1)
                .cmd("WAIT")
                .arg(1)
                .arg(50)
                .query_async(&mut first)
                .await
                .unwrap();
            if have_it > 0 {
                return;
            }
        }
        panic!("the second server does not replicate the first within ten seconds");
    }

    /// Makes the second server one of its own, with what it has.
    pub(crate) async fn promote_second(&self) {
        let mut second = connection(&self.second).await;
        let mut command = redis::cmd("REPLICAOF");
        command.arg("NO").arg("ONE").query_async::<()>(&mut second).await.unwrap();
    }

    /// Both as they were at first: a trial that failed may have left the first killed, or the second
    /// a copy of what is gone.
    pub(crate) async fn restore(&self) {
        self.start_first().await;
        self.promote_second().await;
    }

    pub(crate) async fn flush_second(&self) {
        let mut second = connection(&self.second).await;
        redis::cmd("FLUSHALL").query_async::<()>(&mut second).await.unwrap();
    }

    /// At once, as a power cut does.
    pub(crate) async fn kill_first(&self) {
        let mut connection = self.connection().await;
        let server: String =
            redis::cmd("INFO").arg("server").query_async(&mut connection).await.unwrap();
        let process = server.lines().find_map(|line| line.strip_prefix("process_id:")).unwrap();
        let killed = Command::new("kill").args(["-KILL", process.trim()]).status().unwrap();
        assert!(killed.success());
        while TcpStream::connect(self.first_address()).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    /// At the same address, with nothing in it.
    pub(crate) async fn start_first(&self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/start-redis");
        let started = spawn_blocking(move || Command::new(script).arg("first").output());
        let started = started.await.unwrap().unwrap();
        assert!(started.status.success(), "{}", String::from_utf8_lossy(&started.stderr));
        assert_eq!(String::from_utf8_lossy(&started.stdout).trim(), self.first);
    }

    pub(crate) async fn flush_first(&self) {
        let mut connection = self.connection().await;
        redis::cmd("FLUSHALL").query_async::<()>(&mut connection).await.unwrap();
    }
}

async fn connection(url: &str) -> MultiplexedConnection {
    let client = redis::Client::open(url).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

fn address(url: &str) -> SocketAddr {
    url.strip_prefix("redis://").unwrap().trim_end_matches('/').parse().unwrap()
}

/// One address for two servers, as a provider has it who fails over from one to the other.
pub(crate) struct Proxy {
    url: String,
    server: Arc<Mutex<SocketAddr>>,
    cut: watch::Sender<()>,
}

impl Proxy {
    pub(crate) async fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", listener.local_addr().unwrap());
        let server = Arc::new(Mutex::new(server));
        let (cut, _) = watch::channel(());
        let (behind, cuts) = (server.clone(), cut.clone());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (server, mut cut) = (*behind.lock().unwrap(), cuts.subscribe());
                tokio::spawn(async move {
                    let Ok(mut server) = TcpStream::connect(server).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut client, &mut server) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { url, server, cut }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Cuts all connections; new ones go to another server.
    pub(crate) fn fail_over_to(&self, server: SocketAddr) {
        *self.server.lock().unwrap() = server;
        let _ = self.cut.send(());
    }
}
