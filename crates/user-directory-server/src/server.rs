use std::{
    fmt, io,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    path::Path,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::net::{TcpListener, TcpStream};
use user_directory_fake::{AliasAttribute, CreateUserPoolRequest, Fake, FakeClient, Secret};
use user_directory_wire::{AccessKey, Wire};

use crate::{
    Args,
    banner::Banner,
    control,
    gate::Gate,
    ready_file::Ready,
    service::Service,
    shared::Shared,
    snapshot_file::{self, SnapshotFile},
};

/// How long open requests may take once the server is to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(30);

/// The least token: 128 bits as base64.
const LEAST_TOKEN: usize = 22;

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
    file: Option<Arc<SnapshotFile>>,
    every: Duration,
    /// Unless it is from a file.
    token: Option<Secret>,
    access_key: AccessKey,
}

/// Why the server does not start, or has stopped: one sentence that says what is wrong and how to fix it.
#[derive(Debug)]
pub struct StartError(String);

impl StartError {
    /// A reason.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

impl Server {
    /// Reads what the flags name, and listens.
    ///
    /// # Errors
    ///
    /// A flag, file or port that cannot be used.
    pub async fn bind(args: &Args) -> Result<Self, StartError> {
        check_remote(args)?;
        let gate = Gate::new(&args.allow_host, &args.allow_origin).map_err(StartError)?;
        let file = args.snapshot.clone().map(|path| Arc::new(SnapshotFile::new(path)));
        let fake = match &file {
            Some(file) => file.read().map_err(StartError)?,
            None => None,
        };
        let fake = match (fake, &args.fixture) {
            (Some(fake), _) => fake,
            (None, Some(path)) => from_fixture(path, args.rng_seed)?,
            (None, None) => demo(args)?,
        };
        let mut wire = Wire::new(fake);
        let access_key = new_access_key();
        if args.require_signature {
            wire = wire.requiring_signatures(access_key.clone());
        }
        if args.store_unhonoured {
            wire = wire.storing_unhonoured();
        }
        let shared = Arc::new(Shared::new(wire, args.rng_seed));
        let (token, made) = match &args.control_token_file {
            Some(path) => (token_of(path)?, None),
            None => {
                let token = new_token();
                (token.clone(), Some(token))
            }
        };
        if let Some(file) = &file {
            // Now, so that a place that cannot be written to is no surprise at the end.
            let (file, shared) = (file.clone(), shared.clone());
            file.write(&shared).map_err(StartError)?;
        }
        let wanted = SocketAddr::new(args.listen, args.port);
        let listener = TcpListener::bind(wanted).await.map_err(|error| {
            StartError(format!("cannot listen on {wanted}: {error}; --port 0 takes a free port"))
        })?;
        let address = listener.local_addr().map_err(|error| {
            StartError(format!("the system does not say which port it is: {error}"))
        })?;
        let control = control::router(shared.clone(), token.clone(), file.clone());
        let service = Service { gate, shared, control, max_body: args.max_body };
        let server = Self {
            listener,
            address,
            service: Arc::new(service),
            file,
            every: args.snapshot_every,
            token: made,
            access_key,
        };
        if let Some(path) = &args.ready_file {
            server.write_ready(path, &token).map_err(StartError)?;
        }
        Ok(server)
    }

    fn write_ready(&self, path: &Path, token: &Secret) -> Result<(), String> {
        let fake = self.service.shared.fake();
        let client = fake.first_client();
        Ready {
            endpoint: self.endpoint(),
            region: fake.region(),
            user_pool_id: &client.pool_id,
            client_id: &client.client_id,
            client_secret: client.client_secret.as_ref().map(|secret| secret.expose()),
            access_key_id: self.access_key.id(),
            secret_access_key: self.access_key.secret().expose(),
            control: self.control(),
            control_token: token.expose(),
        }
        .write(path)
    }

    /// Where the control plane is.
    fn control(&self) -> String {
        format!("{}{}", self.endpoint(), control::PREFIX)
    }

    /// Where an SDK on this machine finds it.
    pub fn endpoint(&self) -> String {
        let ip = match self.address.ip() {
            IpAddr::V6(ip) if ip != Ipv6Addr::UNSPECIFIED => format!("[{ip}]"),
            ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
            ip => ip.to_string(),
        };
        format!("http://{ip}:{}", self.address.port())
    }

    /// The client that it starts with.
    pub fn first_client(&self) -> FakeClient {
        self.service.shared.fake().first_client().clone()
    }

    /// What is printed at the start. The client's secret is only for people: `terminal` says
    /// whether one reads it.
    pub fn banner(&self, args: &Args, terminal: bool) -> impl fmt::Display + use<> {
        let fake = self.service.shared.fake();
        Banner {
            endpoint: self.endpoint(),
            region: fake.region().to_owned(),
            client: fake.first_client().clone(),
            control: self.control(),
            token: self.token.clone(),
            access_key: args.require_signature.then(|| self.access_key.clone()),
            quiet: args.quiet,
            terminal,
        }
    }

    /// Answers until the process is told to stop by SIGINT or SIGTERM, or Ctrl-C.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub async fn run_until_stopped(self) -> Result<(), StartError> {
        self.run(stop_signal()).await
    }

    /// Answers until `stop` is ready; then lets open requests end for some seconds, and writes the
    /// snapshot.
    ///
    /// # Errors
    ///
    /// The last snapshot cannot be written.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), StartError> {
        let Self { listener, service, file, every, .. } = self;
        let keeper = file.as_ref().map(|file| {
            tokio::spawn(snapshot_file::keep(file.clone(), service.shared.clone(), every))
        });
        tracing::info!(endpoint = %self.address, "listening");
        let connections = GracefulShutdown::new();
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => serve(stream, service.clone(), &connections),
                    // The client is gone again, or there are no file descriptors: others go on.
                    Err(error) => {
                        tracing::warn!("a connection cannot be accepted: {error}");
                        tokio::time::sleep(Duration::from_millis(10)).await;
                    }
                },
                () = &mut stop => break,
            }
        }
        drop(listener);
        tracing::info!("stopping");
        if tokio::time::timeout(FAREWELL, connections.shutdown()).await.is_err() {
            tracing::warn!("requests were still open after {} s", FAREWELL.as_secs());
        }
        if let Some(keeper) = keeper {
            keeper.abort();
        }
        match file {
            Some(file) => {
                snapshot_file::save(&file, &service.shared).await.map_err(StartError).map(drop)
            }
            None => Ok(()),
        }
    }
}

fn serve(stream: TcpStream, service: Arc<Service>, connections: &GracefulShutdown) {
    // Answers are small and whole: nothing is won by waiting for more.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(move |request| {
        let service = service.clone();
        async move { service.answer(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), answer);
    // What ends a connection is the client's doing, or a fault's.
    let connection = connections.watch(connection);
    tokio::spawn(async move { drop(connection.await) });
}

/// Only whoever gave a token of their own may open the server to other machines.
fn check_remote(args: &Args) -> Result<(), StartError> {
    if args.listen.is_loopback() {
        return Ok(());
    }
    let listen = args.listen;
    if !args.allow_remote {
        return Err(StartError(format!(
            "--listen {listen} opens a test double with public keys to other machines: add \
             --allow-remote if you want that"
        )));
    }
    if args.control_token_file.is_none() {
        return Err(StartError(
            "--allow-remote needs --control-token-file: a printed token ends up in logs".to_owned(),
        ));
    }
    Ok(())
}

/// The pool that people try things with: addresses are verified by a code.
fn demo(args: &Args) -> Result<Fake, StartError> {
    let mut pool = CreateUserPoolRequest::new("demo");
    pool.auto_verified_attributes = vec![AliasAttribute::Email];
    let builder = Fake::builder().pool(pool).region(&args.region);
    let builder = match args.rng_seed {
        Some(seed) => builder.rng_seed(seed),
        None => builder,
    };
    builder.build().map_err(|error| {
        StartError(format!("--region {}: the pool is refused: {error}", args.region))
    })
}

fn from_fixture(path: &Path, rng_seed: Option<u64>) -> Result<Fake, StartError> {
    let fake = Fake::from_fixture_file(path).map_err(|error| StartError(error.to_string()))?;
    match rng_seed {
        None => Ok(fake),
        seed => fake
            .snapshot()
            .with_rng_seed(seed)
            .restore()
            .map_err(|error| StartError(format!("the fixture cannot be used: {error}"))),
    }
}

fn token_of(path: &Path) -> Result<Secret, StartError> {
    let name = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| StartError(format!("--control-token-file {name}: {error}")))?;
    let token = text.trim();
    let is_token = token.len() >= LEAST_TOKEN && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_token {
        return Err(StartError(format!(
            "--control-token-file {name} must hold one word of at least {LEAST_TOKEN} visible ASCII \
             characters: make it with `openssl rand -hex 16`"
        )));
    }
    Ok(Secret::new(token))
}

fn new_token() -> Secret {
    Secret::new(random_text::<24>())
}

/// As long as AWS's, and with an id that nobody takes for one of them.
fn new_access_key() -> AccessKey {
    let id = random_text::<9>().replace(['-', '_'], "0").to_uppercase();
    AccessKey::new(format!("TESTONLY{id}"), random_text::<30>())
}

fn random_text<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(unix)]
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let listen = |kind| -> io::Result<_> { signal(kind) };
    match (listen(SignalKind::interrupt()), listen(SignalKind::terminate())) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        _ => {
            tracing::warn!(
                "signals cannot be received: the snapshot is written only every --snapshot-every"
            );
            std::future::pending().await
        }
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        tracing::warn!(
            "Ctrl-C cannot be received: the snapshot is written only every --snapshot-every"
        );
        std::future::pending::<()>().await;
    }
}
