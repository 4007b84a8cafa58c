use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{sync::oneshot, task::JoinHandle};
use user_directory_fake::{Fake, FakeClient, Secret};
use user_directory_wire::AccessKey;

use crate::{Args, Server, StartError, shared::Shared};

/// A server that answers on a port of its own until it is dropped.
///
/// For tests in Rust that want a socket, such as one of a program that is a process of its own.
///
/// ```
/// use user_directory_server::Server;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let server = Server::start().await?;
/// assert!(server.endpoint().starts_with("http://127.0.0.1:"));
/// // ... the program under test, with that endpoint ...
/// assert_eq!(server.fake().inbox().messages().len(), 0);
/// # Ok::<_, user_directory_server::StartError>(()) }).unwrap();
/// ```
#[derive(Debug)]
pub struct RunningServer {
    endpoint: String,
    shared: Arc<Shared>,
    access_key: AccessKey,
    control_token: Secret,
    certificate_authority: Option<PathBuf>,
    /// Dropped, it lets the server stop.
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), StartError>>,
}

impl Server {
    /// Starts a server with one pool and one client on a free port of this machine.
    ///
    /// # Errors
    ///
    /// The system has no port to give.
    pub async fn start() -> Result<RunningServer, StartError> {
        Self::start_with(&Args::from_flags(["--port", "0"])?).await
    }

    /// Starts a server as flags have it, which should have `--port 0`.
    ///
    /// # Errors
    ///
    /// As [`bind`](Self::bind).
    pub async fn start_with(args: &Args) -> Result<RunningServer, StartError> {
        let server = Self::bind(args).await?;
        let (stop, stopped) = oneshot::channel();
        Ok(RunningServer {
            endpoint: server.endpoint(),
            shared: server.shared(),
            access_key: server.access_key().clone(),
            control_token: server.control_token().clone(),
            certificate_authority: server.certificate_authority().map(Path::to_owned),
            stop,
            // Sent or dropped: either way it is to stop.
            task: tokio::spawn(server.run(async { drop(stopped.await) })),
        })
    }
}

impl RunningServer {
    /// Where an SDK on this machine finds it.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The fake that answers now: a reset by the control plane makes another one.
    pub fn fake(&self) -> Fake {
        self.shared.fake()
    }

    /// The client that it has started with.
    pub fn first_client(&self) -> FakeClient {
        self.fake().first_client().clone()
    }

    /// What requests are signed with, if it requires signatures.
    pub fn access_key(&self) -> &AccessKey {
        &self.access_key
    }

    /// What the control plane wants to see.
    pub fn control_token(&self) -> &Secret {
        &self.control_token
    }

    /// The file of the certificate authority, if it answers HTTPS.
    pub fn certificate_authority(&self) -> Option<&Path> {
        self.certificate_authority.as_deref()
    }

    /// Lets open requests end, writes the snapshot, and waits for both.
    ///
    /// # Errors
    ///
    /// As [`Server::run`].
    pub async fn stop(self) -> Result<(), StartError> {
        drop(self.stop);
        self.task
            .await
            .map_err(|error| StartError::new(format!("the server has ended: {error}")))?
    }
}
