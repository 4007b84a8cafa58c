//! The fake behind a socket.

use std::{
    error::Error,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, runtime::Builder};
use user_directory_fake::Fake;
use user_directory_wire::Wire;

/// What a server does otherwise than the fake.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mistake {
    None,
    /// AdminGetUser answers another `sub`.
    WrongSub,
    /// CreateUserPool answers this status and code.
    NoPools(u16, &'static str),
    /// Everything answers this status and a page, as a server of files does.
    Files(u16),
    /// Takes half a second for each user that is created.
    Slow,
}

/// What STS answers to GetCallerIdentity, which has no target.
const WHOSE_CREDENTIALS: &str = "\
    <GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::444455556666:user/ci</Arn>\
    <UserId>AIDAEXAMPLE</UserId><Account>444455556666</Account></GetCallerIdentityResult>\
    <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>";

/// A server that ends with the tests.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) fake: Fake,
    address: SocketAddr,
    mistake: Mistake,
    /// How many pools were created and not deleted.
    pools: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn start(mistake: Mistake) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("tokio wants that");
        let address = listener.local_addr().expect("it is bound");
        // The region that the command asks in unless told otherwise.
        let fake = Fake::builder().region("us-east-1").build().expect("valid settings");
        let server = Self { fake, address, mistake, pools: Arc::default() };
        let serving = server.clone();
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = TcpListener::from_std(listener).expect("it listens");
                while let Ok((stream, _)) = listener.accept().await {
                    let server = serving.clone();
                    let service = service_fn(move |request| server.clone().answer(request));
                    let connection = http1::Builder::new();
                    // An error here is the client's going away, as it may.
                    tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
                }
            });
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many pools were created and not deleted.
    pub(crate) fn pools(&self) -> usize {
        self.pools.load(Ordering::SeqCst)
    }

    async fn answer(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Box<dyn Error + Send + Sync>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let Some(target) = head.headers.get("x-amz-target") else {
            return Ok(Response::new(Full::from(WHOSE_CREDENTIALS)));
        };
        let target = target.to_str()?.to_owned();
        let operation = target.rsplit('.').next().unwrap_or_default();
        match self.mistake {
            Mistake::NoPools(status, code) if operation == "CreateUserPool" => {
                return Ok(error(status, code));
            }
            Mistake::Files(status) => {
                let page = Full::from("<!doctype html><title>Files</title>");
                return Ok(Response::builder().status(status).body(page)?);
            }
            _ => {}
        }
        if self.mistake == Mistake::Slow && operation == "AdminCreateUser" {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let answer = Wire::new(self.fake.clone()).handle(Request::from_parts(head, body)).await?;
        match operation {
            "CreateUserPool" if answer.status().is_success() => {
                self.pools.fetch_add(1, Ordering::SeqCst);
            }
            "DeleteUserPool" if answer.status().is_success() => {
                self.pools.fetch_sub(1, Ordering::SeqCst);
            }
            "AdminGetUser" if self.mistake == Mistake::WrongSub => {
                return Ok(answer.map(|body| {
                    let text = String::from_utf8(body.to_vec()).expect("it is JSON");
                    let (sub, wrong) = (r#""sub","Value":""#, r#""sub","Value":"not-"#);
                    Full::from(text.replace(sub, wrong))
                }));
            }
            _ => {}
        }
        Ok(answer.map(Full::new))
    }
}

fn error(status: u16, code: &str) -> Response<Full<Bytes>> {
    let body = format!(r#"{{"__type": "{code}", "message": "not here"}}"#);
    let response = Response::builder().status(status).header("x-amzn-errortype", code);
    response.body(Full::from(body)).expect("a good response")
}
