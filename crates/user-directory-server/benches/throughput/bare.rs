//! The floor: the HTTP stack of the server, with an answer that is there already, and bare RSA
//! signatures where the real answer needs them.

use std::{collections::BTreeMap, convert::Infallible, io::Write as _, sync::Arc};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::{Deserialize, Serialize};

/// What is answered to an operation.
#[derive(Deserialize, Serialize)]
pub(crate) struct Canned {
    pub(crate) body: String,
    pub(crate) signatures: usize,
}

const KEY: &[u8] = include_bytes!("../../../user-directory-fake/keys/insecure-access.pk8");

struct Bare {
    answers: BTreeMap<String, (Bytes, usize)>,
    key: RsaKeyPair,
    random: SystemRandom,
}

/// Serves the answers of a file, and prints the address.
pub(crate) fn serve(file: &str) {
    let text = std::fs::read_to_string(file).expect("the file is there");
    let answers: BTreeMap<String, Canned> = serde_json::from_str(&text).expect("it is JSON");
    let bare = Arc::new(Bare {
        answers: answers
            .into_iter()
            .map(|(operation, canned)| (operation, (canned.body.into(), canned.signatures)))
            .collect(),
        key: RsaKeyPair::from_pkcs8(KEY).expect("a key"),
        random: SystemRandom::new(),
    });
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        writeln!(std::io::stdout(), "{address}").expect("somebody reads it");
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            stream.set_nodelay(true).expect("a socket");
            let bare = bare.clone();
            let service = service_fn(move |request| answer(bare.clone(), request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move { drop(connection.await) });
        }
    });
}

async fn answer(
    bare: Arc<Bare>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next()).unwrap_or_default();
    let (canned, signatures) = &bare.answers[operation];
    for _ in 0..*signatures {
        let mut signature = [0; 256];
        bare.key.sign(&RSA_PKCS1_SHA256, &bare.random, &body, &mut signature).expect("a signature");
        std::hint::black_box(&signature);
    }
    let mut response = Response::new(Full::new(canned.clone()));
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("application/x-amz-json-1.1"));
    let request_id = HeaderValue::from_static("00000000-0000-4000-8000-000000000000");
    headers.insert("x-amzn-requestid", request_id);
    Ok(response)
}
