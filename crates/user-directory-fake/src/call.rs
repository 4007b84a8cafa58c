//! How every call goes through the fake, of a trait's method or over a wire: span, faults,
//! quotas, pool, inbox, log.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde::{Serialize, de::DeserializeOwned};
use tracing::{Instrument as _, Span, field::Empty};
use user_directory::{Error, ErrorKind, Operation, Result, Tokens};
use user_directory_pool::{AuthenticationResult, PresentedToken, Target, model::Outliers};

use crate::{
    Administer, Call, Fake, FakeClient, FakeRequest, FaultKind,
    account::{Performed, PoolCell, service_error},
    keys::SigningKeys,
};

/// The text of CodeDeliveryFailureException; reported.
const DELIVERY_FAILURE: &str = "Unable to deliver code to user";

/// A span for each operation: the name of a span is part of its call site.
fn span(operation: Operation) -> Span {
    macro_rules! spans {
        ($($name:ident)*) => {
            match operation {
                $(Operation::$name => tracing::info_span!(
                    target: "user_directory_fake",
                    stringify!($name),
                    pool = Empty,
                    client = Empty,
                    outcome = Empty,
                    code = Empty,
                    request_id = Empty,
                    latency_ms = Empty,
                ),)*
                _ => Span::none(),
            }
        };
    }
    user_directory::each_operation!(spans)
}

/// How a request was answered.
#[derive(Debug)]
#[non_exhaustive]
pub struct Called<T> {
    /// As [`Fake::next_request_id`] counts them. Also in the error.
    pub request_id: String,
    /// What `finish` made of the response, or what went wrong. A lost answer is an error of kind
    /// [`NoAnswer`](ErrorKind::NoAnswer), which only a fault causes.
    pub outcome: Result<T>,
}

/// Signs the tokens of the pool that answered.
#[derive(Debug)]
pub struct TokenSigner(Option<Arc<PoolCell>>);

impl TokenSigner {
    /// The access and ID token of an issue.
    ///
    /// # Panics
    ///
    /// If the issue is of another call, which no pool has answered.
    pub fn sign(&self, result: &AuthenticationResult) -> Tokens {
        let cell = self.0.as_ref().expect("a pool has issued what is to be signed");
        let keys = &cell.keys;
        let access_token = keys.sign_access(&json(&result.access_token));
        let id_token = keys.sign_id(&json(&result.id_token));
        let expires_in = Duration::from_secs(result.expires_in);
        Tokens::new(access_token.into(), id_token.into(), expires_in)
    }
}

fn json(claims: &impl Serialize) -> String {
    serde_json::to_string(claims).expect("claims are plain data with text keys")
}

impl Fake {
    /// The next request id: counted, in the shape of AWS's, so that a run can be repeated.
    pub fn next_request_id(&self) -> String {
        let mut id = *b"00000000-0000-4000-8000-000000000000";
        let mut number = self.0.next_request();
        // Twice as fast as `format!`, and every answer has one.
        for digit in id.iter_mut().rev().take(12) {
            *digit = b"0123456789abcdef"[(number & 0xf) as usize];
            number >>= 4;
        }
        String::from_utf8_lossy(&id).into_owned()
    }

    /// Answers one request of an AWS operation, with all that a call through the traits has: span,
    /// faults, quotas, inbox, call log.
    ///
    /// For servers that speak a protocol; an application's tests use the traits. `outliers` are what
    /// a decoder noted; there are none in a request that was made in Rust. `finish` runs outside the
    /// pool's lock.
    pub async fn call<R: FakeRequest, T>(
        &self,
        request: R,
        outliers: Outliers,
        finish: impl FnOnce(&TokenSigner, R::Response) -> Result<T>,
    ) -> Called<T> {
        let span = span(R::ROW);
        match request.target() {
            Target::Pool(id) => span.record("pool", id),
            Target::Client(id) => span.record("client", id),
            Target::AccessToken(issuer) => {
                span.record("pool", issuer.and_then(|issuer| issuer.rsplit('/').next()))
            }
            _ => &span,
        };
        self.run(span, request, outliers, finish).await
    }

    /// Answers a request about pools and app clients, with all that a call through the traits has.
    ///
    /// # Errors
    ///
    /// What Cognito would answer, and what faults and quotas do to any call.
    pub async fn administer<R: Administer>(&self, request: R) -> Result<R::Response> {
        self.call(request, Outliers::default(), |_, response| Ok(response)).await.outcome
    }

    /// Answers a call of a trait's method; `finish` turns the pool's response into the trait's.
    pub(crate) async fn call_on<R: FakeRequest, T>(
        &self,
        client: &FakeClient,
        request: R,
        finish: impl FnOnce(&TokenSigner, R::Response) -> Result<T>,
    ) -> Result<T> {
        let span = span(R::ROW);
        span.record("pool", &client.pool_id);
        span.record("client", &client.client_id);
        self.run(span, request, Outliers::default(), finish).await.outcome
    }

    async fn run<R: FakeRequest, T>(
        &self,
        span: Span,
        request: R,
        outliers: Outliers,
        finish: impl FnOnce(&TokenSigner, R::Response) -> Result<T>,
    ) -> Called<T> {
        // Two looks at the machine's clock take as long as finding a user.
        let started = (!span.is_disabled()).then(Instant::now);
        let request_id = self.next_request_id();

        let faults = self.faults().of_call(R::ROW);
        if let Some(latency) = latency(&faults) {
            tokio::time::sleep(latency).instrument(span.clone()).await;
        }
        let (parameters, outcome) =
            span.in_scope(|| self.answer(request, outliers, &faults, finish));
        let outcome = outcome.map_err(|error| error.with_request_id(&request_id));

        if let Some(started) = started {
            span.record("latency_ms", started.elapsed().as_secs_f64() * 1000.0);
        }
        match &outcome {
            Ok(_) => {
                span.record("outcome", "ok");
            }
            Err(error) => {
                span.record("outcome", tracing::field::debug(error.kind()));
                span.record("code", error.code());
                span.record("request_id", error.request_id());
            }
        }
        let call = Call::new(self.clock().now(), R::ROW)
            .with_parameters(parameters)
            .with_outcome(outcome.as_ref().map(|_| ()).map_err(Error::kind));
        self.calls().push(call);
        Called { request_id, outcome }
    }

    fn answer<R: FakeRequest, T>(
        &self,
        request: R,
        outliers: Outliers,
        faults: &[FaultKind],
        finish: impl FnOnce(&TokenSigner, R::Response) -> Result<T>,
    ) -> (Vec<&'static str>, Result<T>) {
        let operation = R::ROW;
        let (parameters, checked) = user_directory_pool::check_with(request, outliers);
        let outcome = move || {
            if faults.contains(&FaultKind::Throttling)
                || !self.quotas().admits(operation, || self.clock().now())
            {
                let code = "TooManyRequestsException";
                return Err(Error::service(operation, code, "Rate exceeded"));
            }
            if faults.contains(&FaultKind::InternalError) {
                let code = "InternalErrorException";
                return Err(Error::service(operation, code, "Internal server error"));
            }
            let Performed { cell, response, messages } = checked
                .and_then(|checked| R::perform(checked, self))
                .map_err(|error| service_error(Some(operation), &error))?;
            if faults.contains(&FaultKind::DeliveryFailure) && !messages.is_empty() {
                let code = "CodeDeliveryFailureException";
                return Err(Error::service(operation, code, DELIVERY_FAILURE));
            }
            for message in messages {
                self.inbox().deliver(cell.as_ref().map_or("", |cell| cell.id()), message);
            }
            if faults.contains(&FaultKind::AnswerLost) {
                let text = "an injected fault has lost the answer";
                return Err(Error::new(ErrorKind::NoAnswer, text).with_operation(operation));
            }
            finish(&TokenSigner(cell), response)
        };
        (parameters, outcome())
    }

    /// Verifies an access token's signature, with the keys of the pool that it names, for a request
    /// that carries one.
    pub fn present(&self, token: &str) -> PresentedToken {
        PresentedToken::new(token, self.verified(token, SigningKeys::verify_access))
    }

    /// The claims of a token that a pool of this fake has signed.
    pub(crate) fn verified<C: DeserializeOwned>(
        &self,
        token: &str,
        verify: impl FnOnce(&SigningKeys, &str) -> Option<Vec<u8>>,
    ) -> Option<C> {
        let issuer = unverified_issuer(token)?;
        let cell = self.0.pool(issuer.rsplit('/').next()?)?;
        serde_json::from_slice(&verify(&cell.keys, token)?).ok()
    }
}

fn latency(faults: &[FaultKind]) -> Option<Duration> {
    faults.iter().find_map(|fault| match fault {
        FaultKind::Latency(latency) => Some(*latency),
        _ => None,
    })
}

/// The `iss` of a token whose signature is still to be verified: it only picks the keys.
fn unverified_issuer(token: &str) -> Option<String> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    #[derive(serde::Deserialize)]
    struct Issuer {
        iss: String,
    }

    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice::<Issuer>(&payload).ok().map(|issuer| issuer.iss)
}
