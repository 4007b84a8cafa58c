//! Requests over kept connections, from one thread: the same for everything that is measured.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// An endpoint to load.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) region: String,
}

impl Target {
    /// A call as it goes over the socket, signed in shape: emulators read the region from that.
    pub(crate) fn request(&self, operation: &str, body: &str) -> Vec<u8> {
        let (address, region) = (self.address, &self.region);
        let signature = "0f".repeat(32);
        format!(
            "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-amz-json-1.1\r\n\
             x-amz-target: AWSCognitoIdentityProviderService.{operation}\r\n\
             x-amz-date: 20261123T000000Z\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/{region}/cognito-idp/\
             aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }

    /// One call: status and body.
    pub(crate) fn call(&self, operation: &str, body: &str) -> io::Result<(u16, String)> {
        let request = self.request(operation, body);
        block_on(async {
            let mut connection = Connection::open(self.address).await?;
            connection.send(&request).await?;
            let body = String::from_utf8_lossy(connection.body()).into_owned();
            Ok((connection.status, body))
        })
    }

    /// Calls per second over a number of connections, each with its turn of the requests.
    ///
    /// # Errors
    ///
    /// A connection ends, or an answer is no success.
    pub(crate) fn rate(
        &self,
        connections: usize,
        window: Duration,
        requests: impl Fn(u64) -> Vec<u8> + Clone + 'static,
    ) -> io::Result<f64> {
        let address = self.address;
        block_on(async move {
            let mut open = Vec::new();
            for _ in 0..connections {
                open.push(Connection::open(address).await?);
            }
            let local = tokio::task::LocalSet::new();
            let started = Instant::now();
            let deadline = started + window;
            let workers: Vec<_> = open
                .into_iter()
                .enumerate()
                .map(|(number, mut connection)| {
                    let requests = requests.clone();
                    local.spawn_local(async move {
                        let mut calls = 0;
                        while Instant::now() < deadline {
                            let turn = calls * connections as u64 + number as u64;
                            connection.send(&requests(turn)).await?;
                            if connection.status != 200 {
                                let body = String::from_utf8_lossy(connection.body()).into_owned();
                                return Err(io::Error::other(body));
                            }
                            calls += 1;
                        }
                        Ok(calls)
                    })
                })
                .collect();
            local.await;
            let mut calls = 0;
            for worker in workers {
                calls += worker.await??;
            }
            Ok(calls as f64 / started.elapsed().as_secs_f64())
        })
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}

/// A kept connection and its last answer.
struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    /// Whether the last answer said that it is the last on this connection.
    closes: bool,
    buffer: Vec<u8>,
    head: usize,
    status: u16,
}

impl Connection {
    async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let buffer = Vec::with_capacity(64 * 1024);
        Ok(Self { address, stream, closes: false, buffer, head: 0, status: 0 })
    }

    fn body(&self) -> &[u8] {
        &self.buffer[self.head..]
    }

    /// Sends a request and reads its answer to the end.
    async fn send(&mut self, request: &[u8]) -> io::Result<()> {
        if self.closes {
            *self = Self::open(self.address).await?;
        }
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let mut whole = None;
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if whole.is_none() {
                whole = self.read_head()?;
            }
            if whole.is_some_and(|whole| self.buffer.len() >= whole) {
                return Ok(());
            }
        }
    }

    /// The length of the whole answer, once its head is there.
    fn read_head(&mut self) -> io::Result<Option<usize>> {
        let Some(end) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            return Ok(None);
        };
        self.head = end + 4;
        let head = std::str::from_utf8(&self.buffer[..end]).map_err(io::Error::other)?;
        let status = head.get(9..12).and_then(|status| status.parse().ok());
        self.status = status.ok_or_else(|| io::Error::other("no status"))?;
        let header = |wanted: &str| {
            head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case(wanted).then(|| value.trim())
            })
        };
        self.closes = header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let length = header("content-length").and_then(|length| length.parse::<usize>().ok());
        let length = length.ok_or_else(|| io::Error::other("no content-length"))?;
        Ok(Some(self.head + length))
    }
}
