use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use http::Uri;
use serde_json::Value;

use crate::{Exchanges, OwnPools, Pace, Quiet, call::Call, url::is_aws_host};

/// What each request of a run must keep to.
#[derive(Clone, Debug)]
pub struct Rules {
    pools: OwnPools,
    quiet: Option<Quiet>,
    pace: Option<Pace>,
    only_aws: bool,
    stopped: Arc<AtomicBool>,
    exchanges: Option<Exchanges>,
    refusals: Arc<Mutex<Vec<String>>>,
}

impl Rules {
    /// Only the run's own pools are touched.
    pub fn new(pools: OwnPools) -> Self {
        Self {
            pools,
            quiet: None,
            pace: None,
            only_aws: false,
            stopped: Arc::default(),
            exchanges: None,
            refusals: Arc::default(),
        }
    }

    /// Nothing is sent to anybody.
    #[must_use]
    pub fn with_quiet(mut self, quiet: Quiet) -> Self {
        self.quiet = Some(quiet);
        self
    }

    /// Requests go one after the other.
    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Requests go to AWS and nowhere else, whatever endpoint the environment names.
    #[must_use]
    pub fn with_only_aws(mut self) -> Self {
        self.only_aws = true;
        self
    }

    /// Calls and answers are recorded.
    #[must_use]
    pub fn with_exchanges(mut self, exchanges: Exchanges) -> Self {
        self.exchanges = Some(exchanges);
        self
    }

    /// The run's own pools.
    pub fn pools(&self) -> &OwnPools {
        &self.pools
    }

    /// Why requests were refused so far.
    pub fn refusals(&self) -> Vec<String> {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on lets only through what cleans up. What is under way is still answered, so a pool
    /// that is just being created becomes known and is deleted.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
    }

    fn check(&self, request: &HttpRequest) -> Result<Call, String> {
        let call = Call::read(request).ok_or("the request is no call of Amazon Cognito")?;
        let cleans_up = ["DeleteUserPool", "ListUserPools"].contains(&&*call.operation);
        if self.stopped.load(Ordering::SeqCst) && !cleans_up {
            return Err("the run was stopped".into());
        }
        if self.only_aws {
            let uri: Uri = request.uri().parse().map_err(|_| "the request has no URI")?;
            let host = uri.host().unwrap_or_default();
            if !is_aws_host(host) {
                return Err(format!("{host} is not AWS"));
            }
        }
        self.pools.check(&call)?;
        if let Some(quiet) = &self.quiet {
            quiet.check(&call, &self.pools.pool_of(&call).unwrap_or_default())?;
        }
        Ok(call)
    }

    fn refuse(&self, reason: String) -> ConnectorError {
        let reason = format!("refused before the network: {reason}");
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner).push(reason.clone());
        ConnectorError::user(reason.into())
    }

    /// Notes what an answer tells, and takes out of a refusal the secrets that it repeats: some
    /// emulators' texts are just the token, and texts stand in reports and ledgers.
    async fn learn(
        &self,
        call: &Call,
        mut response: HttpResponse,
    ) -> Result<HttpResponse, ConnectorError> {
        let succeeded = response.status().is_success();
        if succeeded && !OwnPools::learns_from(call) && self.exchanges.is_none() {
            return Ok(response);
        }
        let body = ByteStream::new(response.take_body()).collect().await;
        let mut body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
        if succeeded {
            let answer = serde_json::from_slice(&body).unwrap_or(Value::Null);
            self.pools.learn(call, &answer);
            if let (Some(quiet), Some(id)) = (&self.quiet, answer["UserPool"]["Id"].as_str()) {
                quiet.created(call, id);
            }
        } else if let Ok(text) = str::from_utf8(&body) {
            let hidden = |text: String, secret| text.replace(secret, "[redacted]");
            body = call.secrets().fold(text.to_owned(), hidden).into();
        }
        if let Some(exchanges) = &self.exchanges {
            let answer = serde_json::from_slice(&body).unwrap_or(Value::Null);
            exchanges.record(call, response.status().as_u16(), &answer, self.pools.prefix());
        }
        *response.body_mut() = SdkBody::from(body);
        Ok(response)
    }
}

/// An HTTP client that asks the rules before each request. The last thing before the network, it
/// covers all SDK clients that are built with it.
#[derive(Clone, Debug)]
pub struct Guarded {
    inner: SharedHttpClient,
    rules: Rules,
}

impl Guarded {
    /// Puts rules before a client.
    pub fn new(inner: SharedHttpClient, rules: Rules) -> Self {
        Self { inner, rules }
    }
}

impl HttpClient for Guarded {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, rules: self.rules.clone() })
    }
}

#[derive(Clone, Debug)]
struct Connector {
    inner: SharedHttpConnector,
    rules: Rules,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { inner, rules } = self.clone();
        HttpConnectorFuture::new(async move {
            let call = rules.check(&request).map_err(|reason| rules.refuse(reason))?;
            if let Some(pace) = &rules.pace {
                pace.turn().await;
            }
            let response = inner.call(request).await?;
            rules.learn(&call, response).await
        })
    }
}
