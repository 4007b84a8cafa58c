use std::{
    fmt,
    sync::{Arc, Mutex},
};

use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;

/// An HTTP client in memory, as an application may write one: it records every request, and has its
/// answers in memory too.
#[derive(Clone)]
pub struct Canned(Arc<Inner>);

type Answering = dyn Fn(usize, &Sent) -> Canister + Send + Sync;

struct Inner {
    answer: Box<Answering>,
    sent: Mutex<Vec<Sent>>,
}

/// A request that was sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Sent {
    /// Scheme, host, port and path.
    pub uri: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// What was sent.
    pub body: String,
}

impl Sent {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The operation's name, from `X-Amz-Target`.
    pub fn operation(&self) -> &str {
        let target = self.header("x-amz-target").unwrap_or_default();
        target.strip_prefix("AWSCognitoIdentityProviderService.").unwrap_or(target)
    }
}

/// What a [`Canned`] answers with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Canister {
    /// An answer.
    #[non_exhaustive]
    Answer {
        /// The status.
        status: u16,
        /// The request id, if any.
        request_id: Option<String>,
        /// The body.
        body: String,
    },
    /// No answer: the connection breaks after the request was sent.
    Lost,
    /// No answer, as the HTTP client says itself.
    Failed(fn() -> ConnectorError),
}

impl Canister {
    /// An answer without a request id.
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self::Answer { status, request_id: None, body: body.into() }
    }

    /// Cognito's error answer of that code.
    pub fn error(code: &str) -> Self {
        let status = if code == "InternalErrorException" { 500 } else { 400 };
        Self::new(status, format!(r#"{{"__type":"{code}","message":"{ERROR_TEXT}"}}"#))
    }

    /// Adds a request id to an answer.
    #[must_use]
    pub fn with_request_id(self, id: &str) -> Self {
        match self {
            Self::Answer { status, body, .. } => {
                Self::Answer { status, request_id: Some(id.to_owned()), body }
            }
            other => other,
        }
    }
}

/// The text of every error answer of [`Canister::error`].
pub const ERROR_TEXT: &str = "a text of Cognito";

impl Canned {
    /// Answers by a function of the request and its place among all requests, from 0.
    pub fn new(answer: impl Fn(usize, &Sent) -> Canister + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { answer: Box::new(answer), sent: Mutex::default() }))
    }

    /// Answers every request the same.
    pub fn always(answer: Canister) -> Self {
        Self::new(move |_, _| answer.clone())
    }

    /// Every request so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.0.sent.lock().expect("unpoisoned").clone()
    }

    /// Every request since the last call of this.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.0.sent.lock().expect("unpoisoned"))
    }
}

impl fmt::Debug for Canned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Canned").finish_non_exhaustive()
    }
}

impl HttpClient for Canned {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // Bodies are hidden from logs, not from HTTP clients.
        let body = request.body().bytes().expect("a request of Cognito is in memory");
        let sent = Sent {
            uri: request.uri().to_owned(),
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: String::from_utf8(body.to_vec()).expect("JSON is text"),
        };
        let place = {
            let mut all = self.0.sent.lock().expect("unpoisoned");
            all.push(sent.clone());
            all.len() - 1
        };
        HttpConnectorFuture::ready(match (self.0.answer)(place, &sent) {
            Canister::Answer { status, request_id, body } => {
                let status = StatusCode::try_from(status).expect("a status");
                let mut response = HttpResponse::new(status, SdkBody::from(body));
                let headers = response.headers_mut();
                headers.insert("content-type", "application/x-amz-json-1.1");
                if let Some(id) = request_id {
                    headers.insert("x-amzn-requestid", id);
                }
                Ok(response)
            }
            Canister::Lost => Err(ConnectorError::io("the connection was reset".into())),
            Canister::Failed(error) => Err(error()),
        })
    }
}
