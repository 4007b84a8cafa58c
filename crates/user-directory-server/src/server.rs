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
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use user_directory_fake::{FakeClient, Secret};
use user_directory_wire::{AccessKey, Wire};

use crate::{
    Args,
    args::Issuer,
    banner::Banner,
    control,
    gate::Gate,
    ready_file::Ready,
    service::Service,
    setup,
    shared::Shared,
    snapshot_file::{self, SnapshotFile},
    tls::Tls,
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
    token: Secret,
    access_key: AccessKey,
    tls: Option<Tls>,
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
        let fake = match fake {
            Some(fake) => fake,
            None => setup::fake(args)?,
        };
        let mut wire = Wire::new(fake);
        let access_key = new_access_key();
        if args.require_signature {
            wire = wire.requiring_signatures(access_key.clone());
        }
        if args.store_unhonoured {
            wire = wire.storing_unhonoured();
        }
        let tls = args.tls.then(|| Tls::new(names(args))).transpose().map_err(StartError)?;
        let wanted = SocketAddr::new(args.listen, args.port);
        let listener = listen(wanted).map_err(|error| {
            StartError(format!("cannot listen on {wanted}: {error}; --port 0 takes a free port"))
        })?;
        let address = listener.local_addr().map_err(|error| {
            StartError(format!("the system does not say which port it is: {error}"))
        })?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let issuer = match &args.issuer {
            Issuer::Cognito => None,
            Issuer::Local => Some(endpoint(scheme, address)),
            Issuer::At(url) => Some(url.clone()),
        };
        let shared = Arc::new(Shared::new(wire, args.rng_seed, issuer));
        let token = match &args.control_token_file {
            Some(path) => token_of(path)?,
            None => Secret::new(random_text::<24>()),
        };
        if let Some(file) = &file {
            // Now, so that a place that cannot be written to is no surprise at the end.
            let (file, shared) = (file.clone(), shared.clone());
            file.write(&shared).map_err(StartError)?;
        }
        let control = control::router(shared.clone(), token.clone(), file.clone());
        let service = Service { gate, shared, control, scheme, max_body: args.max_body };
        let server = Self {
            listener,
            address,
            service: Arc::new(service),
            file,
            every: args.snapshot_every,
            token,
            access_key,
            tls,
        };
        if let Some(path) = &args.ready_file {
            server.write_ready(path).map_err(StartError)?;
        }
        Ok(server)
    }

    fn write_ready(&self, path: &Path) -> Result<(), String> {
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
            control_token: self.token.expose(),
            certificate_authority: self.certificate_authority(),
        }
        .write(path)
    }

    /// Where the control plane is.
    fn control(&self) -> String {
        format!("{}{}", self.endpoint(), control::PREFIX)
    }

    /// Where an SDK on this machine finds it.
    pub fn endpoint(&self) -> String {
        endpoint(self.service.scheme, self.address)
    }

    /// The file of the certificate authority, if it answers HTTPS: gone with the server.
    pub fn certificate_authority(&self) -> Option<&Path> {
        self.tls.as_ref().map(Tls::authority)
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        self.service.shared.clone()
    }

    pub(crate) fn access_key(&self) -> &AccessKey {
        &self.access_key
    }

    pub(crate) fn control_token(&self) -> &Secret {
        &self.token
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
            token: args.control_token_file.is_none().then(|| self.token.clone()),
            certificate_authority: self.certificate_authority().map(Path::to_owned),
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
        let Self { listener, service, file, every, tls, .. } = self;
        let keeper = file.as_ref().map(|file| {
            tokio::spawn(snapshot_file::keep(file.clone(), service.shared.clone(), every))
        });
        tracing::info!(endpoint = %self.address, "listening");
        let connections = GracefulShutdown::new();
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let tls = tls.as_ref().map(|tls| tls.acceptor.clone());
                        tokio::spawn(serve(stream, tls, service.clone(), connections.watcher()));
                    }
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

/// How many clients may wait to be let in. Beyond that a client tries again after a second; tokio's own
/// number is so small that a thousand clients at once take eight seconds.
const WAITING: u32 = 4096;

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // As tokio's own listener has it: a server that was stopped leaves its port at once.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

async fn serve(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    service: Arc<Service>,
    connections: Watcher,
) {
    // Answers are small and whole: nothing is won by waiting for more.
    let _ = stream.set_nodelay(true);
    match tls {
        None => answer(stream, service, connections).await,
        Some(tls) => {
            // Whoever speaks no TLS is told so by what ends the connection.
            if let Ok(Ok(stream)) = tokio::time::timeout(HEAD, tls.accept(stream)).await {
                answer(stream, service, connections).await;
            }
        }
    }
}

/// Answers the requests of a connection.
async fn answer<S>(stream: S, service: Arc<Service>, connections: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = service_fn(move |request| {
        let service = service.clone();
        async move { service.answer(request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Whoever sends no more may still read.
        .half_close(true)
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), answer);
    // What ends a connection is the client's doing, or a fault's.
    let _ = connections.watch(connection).await;
}

/// Where a client on this machine finds it.
fn endpoint(scheme: &str, address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V6(ip) if ip != Ipv6Addr::UNSPECIFIED => format!("[{ip}]"),
        ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
        ip => ip.to_string(),
    };
    format!("{scheme}://{ip}:{}", address.port())
}

/// What a certificate must hold for.
fn names(args: &Args) -> Vec<String> {
    let mut names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
    if !args.listen.is_unspecified() && !args.listen.is_loopback() {
        names.push(args.listen.to_string());
    }
    names.extend(args.allow_host.iter().cloned());
    names
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
