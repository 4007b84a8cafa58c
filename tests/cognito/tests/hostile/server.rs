//! A server that misbehaves below HTTP, where no HTTP server would.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Behaviour {
    /// Answers, and keeps the connection.
    Answer(u16, &'static str, String),
    /// Answers that nothing was wrong, and closes without having said so.
    AnswerAndClose,
    /// Answers with `Content-Length` above what it sends, and closes.
    CutShort(u16, String),
    /// Answers a body that never ends, one byte after the other.
    Trickle(String),
    /// Never answers, and keeps the connection.
    Silence,
    /// Resets the connection when the request arrives, without reading it.
    ResetUnread,
    /// Resets the connection after it has read the whole request.
    ResetRead,
    /// Closes the connection in good order after it has read the whole request.
    Close,
    /// Reads what comes, which is no HTTP, and answers what is no TLS.
    NoTls,
    /// Reads what comes and never answers.
    SilentTls,
}

impl Behaviour {
    /// An answer as Cognito gives it.
    pub(crate) fn json(status: u16, body: impl Into<String>) -> Self {
        Self::Answer(status, "application/x-amz-json-1.1", body.into())
    }

    /// An answer as a proxy gives it.
    pub(crate) fn html(status: u16, body: impl Into<String>) -> Self {
        Self::Answer(status, "text/html", body.into())
    }
}

/// A server on this machine. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Does the same with every request.
    pub(crate) async fn always(behaviour: Behaviour) -> Self {
        Self::by(move |_| behaviour.clone()).await
    }

    /// Does by the place of a request among all requests, from 0.
    pub(crate) async fn by(script: impl Fn(usize) -> Behaviour + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let [requests, connections] = [0, 0].map(|none| Arc::new(AtomicUsize::new(none)));
        let (count, accepted) = (requests.clone(), connections.clone());
        let script = Arc::new(script);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::SeqCst);
                let (count, script) = (count.clone(), script.clone());
                // An error here is the client's going away, as it may.
                tokio::spawn(async move { serve(stream, &count, &*script).await });
            }
        });
        Self { address, requests, connections, task }
    }

    /// How many requests have reached the server.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// How many connections they came on.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(
    mut stream: TcpStream,
    count: &AtomicUsize,
    script: &(dyn Fn(usize) -> Behaviour + Send + Sync),
) -> io::Result<()> {
    loop {
        // A request counts when its first byte arrives, whether or not it is read.
        if stream.peek(&mut [0]).await? == 0 {
            return Ok(());
        }
        let behaviour = script(count.fetch_add(1, Ordering::SeqCst));
        match behaviour {
            Behaviour::ResetUnread => return stream.set_zero_linger(),
            Behaviour::NoTls => {
                let _ = stream.read(&mut [0; 4096]).await?;
                return stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            }
            Behaviour::SilentTls => forever().await,
            _ => {}
        }
        read_request(&mut stream).await?;
        match behaviour {
            Behaviour::Answer(status, content_type, body) => {
                let head = head(status, content_type, body.len());
                stream.write_all(format!("{head}{body}").as_bytes()).await?;
            }
            Behaviour::AnswerAndClose => {
                let head = head(200, "application/x-amz-json-1.1", 2);
                return stream.write_all(format!("{head}{{}}").as_bytes()).await;
            }
            Behaviour::CutShort(status, body) => {
                let head = head(status, "application/x-amz-json-1.1", body.len() + 100);
                return stream.write_all(format!("{head}{body}").as_bytes()).await;
            }
            Behaviour::Trickle(body) => {
                let head = head(200, "application/x-amz-json-1.1", 1_000_000);
                stream.write_all(format!("{head}{body}").as_bytes()).await?;
                loop {
                    stream.write_all(b" ").await?;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            Behaviour::ResetRead => return stream.set_zero_linger(),
            Behaviour::Close => return Ok(()),
            _ => forever().await,
        }
    }
}

/// Keeps the connection until the server is dropped, or the process ends.
async fn forever() {
    std::future::pending().await
}

fn head(status: u16, content_type: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status} Status\r\nContent-Type: {content_type}\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

/// Reads a request to its last byte.
async fn read_request(stream: &mut TcpStream) -> io::Result<()> {
    let mut request = Vec::new();
    loop {
        if stream.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        if body.len() >= length.map_or(0, |length| length.trim().parse().expect("a number")) {
            return Ok(());
        }
    }
}

/// An address that nobody listens on, and nobody else can while the socket lives.
pub(crate) fn nobody() -> (SocketAddr, impl Send + Sync) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    (socket.local_addr().expect("it is bound"), socket)
}

/// A listener whose queue is full, so that connections to it are never made: Linux drops what does
/// not fit. It stays so while the parts live.
#[cfg(target_os = "linux")]
pub(crate) async fn full() -> (SocketAddr, impl Send + Sync) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let listener = socket.listen(1).expect("it is bound");
    let address = listener.local_addr().expect("it is bound");
    let mut queued = Vec::new();
    loop {
        let connecting = TcpStream::connect(address);
        match tokio::time::timeout(Duration::from_millis(100), connecting).await {
            Ok(stream) => queued.push(stream.expect("it fits")),
            Err(_) => return (address, (listener, queued)),
        }
    }
}
