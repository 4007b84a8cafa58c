//! One request: the gate, then the protocol, the documents of a pool or the control plane.

use std::{convert::Infallible, fmt, sync::Arc, time::Instant};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use http_body_util::{BodyExt as _, Either, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use serde_json::json;
use tower::ServiceExt as _;
use user_directory_wire::AnswerLost;

use crate::{
    control, discovery,
    gate::{self, Gate},
    shared::Shared,
};

/// An answer: whole for the protocol, a stream for the control plane.
pub(crate) type Answer = Response<Either<Full<Bytes>, Body>>;

/// What answers requests.
pub(crate) struct Service {
    pub(crate) gate: Gate,
    pub(crate) shared: Arc<Shared>,
    pub(crate) control: Router,
    /// `http` or `https`
    pub(crate) scheme: &'static str,
    pub(crate) max_body: usize,
}

/// Without its parts: they hold users and a token.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("gate", &self.gate).finish_non_exhaustive()
    }
}

impl Service {
    /// Answers a request.
    ///
    /// # Errors
    ///
    /// A fault asks that the answer be lost: the connection ends.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Result<Answer, AnswerLost> {
        let (head, body) = request.into_parts();
        if let Err((status, why)) = self.gate.check_host(&head.headers, &head.uri) {
            return Ok(refusal(status, &why));
        }
        if head.uri.path().starts_with(control::PREFIX) {
            return Ok(self.control(Request::from_parts(head, body)).await);
        }
        let origin = match self.gate.check_origin(&head.headers) {
            Ok(origin) => origin,
            Err((status, why)) => return Ok(refusal(status, &why)),
        };
        let mut answer = if gate::is_preflight(&head.method, &head.headers) && origin.is_some() {
            let mut answer = whole(Response::new(Bytes::new()));
            *answer.status_mut() = StatusCode::NO_CONTENT;
            gate::allow_preflight(answer.headers_mut(), &head.headers);
            answer
        } else if head.method == Method::POST && head.uri.path() == "/" {
            self.call(head, body).await?
        } else {
            self.document(&head)
        };
        if let Some(origin) = origin {
            gate::allow(answer.headers_mut(), origin);
        }
        Ok(answer)
    }

    /// A call of the protocol.
    async fn call(&self, head: Parts, body: Incoming) -> Result<Answer, AnswerLost> {
        let body = match Limited::new(body, self.max_body).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                let why =
                    format!("a body may have at most {} bytes: see --max-body", self.max_body);
                return Ok(refusal(StatusCode::PAYLOAD_TOO_LARGE, &why));
            }
            Err(_) => {
                return Ok(refusal(StatusCode::BAD_REQUEST, "the body did not arrive completely"));
            }
        };
        let logged = tracing::enabled!(tracing::Level::DEBUG)
            .then(|| Some((head.headers.get("x-amz-target")?.clone(), Instant::now())))
            .flatten();
        let answer = self.shared.wire().handle(Request::from_parts(head, body)).await;
        self.shared.changed();
        if let Some((target, started)) = logged {
            log_call(&target, answer.as_ref(), started);
        }
        answer.map(whole)
    }

    /// A document of a pool.
    fn document(&self, head: &Parts) -> Answer {
        let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let document = (head.method == Method::GET)
            .then(|| {
                let base = format!("{}://{}", self.scheme, host.unwrap_or("localhost"));
                discovery::answer(&self.shared.fake(), head.uri.path(), &base)
            })
            .flatten();
        match document {
            Some(document) => whole(document),
            None => refusal(
                StatusCode::NOT_FOUND,
                "this is a test double of Amazon Cognito: its API takes POST /, and a pool's \
                 documents are at /<pool id>/.well-known/jwks.json and openid-configuration",
            ),
        }
    }

    /// The control plane, which no page may reach.
    async fn control(&self, request: Request<Incoming>) -> Answer {
        if request.headers().contains_key(header::ORIGIN) {
            return refusal(StatusCode::FORBIDDEN, "web pages may not call the control plane");
        }
        let answer = self.control.clone().oneshot(request).await;
        let answer = answer.unwrap_or_else(|never: Infallible| match never {});
        answer.map(Either::Right)
    }
}

/// A line for a call: names and numbers, no user and no secret.
fn log_call(target: &HeaderValue, answer: Result<&Response<Bytes>, &AnswerLost>, started: Instant) {
    let target = target.to_str().unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default();
    let known = user_directory_wire::is_operation(operation);
    let header = |name| {
        answer.ok().and_then(|answer| answer.headers().get(name)?.to_str().ok()).unwrap_or_default()
    };
    tracing::debug!(
        operation = if known { operation } else { "unknown" },
        status = answer.map_or(0, |answer| answer.status().as_u16()),
        code = header("x-amzn-errortype").trim_end_matches(':'),
        request_id = header("x-amzn-requestid"),
        microseconds = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "call"
    );
}

fn whole(answer: Response<Bytes>) -> Answer {
    answer.map(|body| Either::Left(Full::new(body)))
}

/// A refusal of this server's own, in the form of an AWS error so that SDKs show its text.
fn refusal(status: StatusCode, why: &str) -> Answer {
    let code = match status {
        StatusCode::NOT_FOUND => "UnknownOperationException",
        StatusCode::PAYLOAD_TOO_LARGE => "RequestEntityTooLargeException",
        StatusCode::BAD_REQUEST => "SerializationException",
        _ => "AccessDeniedException",
    };
    let body = json!({ "__type": code, "message": why }).to_string();
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = status;
    let json = HeaderValue::from_static("application/x-amz-json-1.1");
    answer.headers_mut().insert(header::CONTENT_TYPE, json);
    whole(answer)
}
