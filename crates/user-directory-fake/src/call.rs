//! How every call of a trait's method goes through the fake: span, faults, pool, inbox, log.

use std::time::{Duration, Instant};

use tracing::{Instrument as _, Span, field::Empty};
use user_directory::{Error, ErrorKind, Operation, Result};
use user_directory_pool::{AccessTokenClaims, PresentedToken, Request};

use crate::{
    Call, Fake, FakeClient, FaultKind,
    fake::{PoolCell, service_error},
};

/// The text of CodeDeliveryFailureException; reported.
const DELIVERY_FAILURE: &str = "Unable to deliver code to user";

/// A span for each operation: the name of a span is part of its call site.
macro_rules! span {
    ($operation:expr, $client:expr; $($name:ident)*) => {
        match $operation {
            $(Operation::$name => tracing::info_span!(
                target: "user_directory_fake",
                stringify!($name),
                pool = %$client.pool_id,
                client = %$client.client_id,
                outcome = Empty,
                code = Empty,
                request_id = Empty,
                latency_ms = Empty,
            ),)*
            _ => Span::none(),
        }
    };
}

fn span(operation: Operation, client: &FakeClient) -> Span {
    span!(operation, client;
        AdminConfirmSignUp AdminCreateUser AdminDeleteUser AdminDeleteUserAttributes
        AdminDisableUser AdminEnableUser AdminGetUser AdminInitiateAuth AdminResetUserPassword
        AdminRespondToAuthChallenge AdminSetUserPassword AdminUpdateUserAttributes
        AdminUserGlobalSignOut GetTokensFromRefreshToken GetUser GlobalSignOut InitiateAuth
        ListUsers RespondToAuthChallenge RevokeToken)
}

impl Fake {
    /// Answers a call; `finish` turns the pool's response into the trait's, outside the lock.
    pub(crate) async fn call<R: Request, T>(
        &self,
        client: &FakeClient,
        request: R,
        finish: impl FnOnce(&PoolCell, R::Response) -> Result<T>,
    ) -> Result<T> {
        let operation = Operation::from_name(R::OPERATION).expect("every operation has a name");
        let span = span(operation, client);
        let started = Instant::now();
        let number = self.0.next_request();

        let faults = self.faults().of_call(operation);
        if let Some(latency) = latency(&faults) {
            tokio::time::sleep(latency).instrument(span.clone()).await;
        }
        let (parameters, outcome) =
            span.in_scope(|| self.answer(operation, request, &faults, finish));
        let outcome = outcome.map_err(|error| {
            // The shape of AWS's request ids, counted so that a run can be repeated.
            error.with_request_id(format!("00000000-0000-4000-8000-{number:012x}"))
        });

        span.record("latency_ms", started.elapsed().as_secs_f64() * 1000.0);
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
        self.calls().push(Call {
            at: self.clock().now(),
            operation,
            parameters,
            outcome: outcome.as_ref().map(|_| ()).map_err(Error::kind),
        });
        outcome
    }

    fn answer<R: Request, T>(
        &self,
        operation: Operation,
        request: R,
        faults: &[FaultKind],
        finish: impl FnOnce(&PoolCell, R::Response) -> Result<T>,
    ) -> (Vec<&'static str>, Result<T>) {
        let (parameters, checked) = user_directory_pool::check(request);
        let outcome = move || {
            if faults.contains(&FaultKind::Throttling) {
                let code = "TooManyRequestsException";
                return Err(Error::service(operation, code, "Rate exceeded"));
            }
            if faults.contains(&FaultKind::InternalError) {
                let code = "InternalErrorException";
                return Err(Error::service(operation, code, "Internal server error"));
            }
            let (cell, answer) = checked
                .and_then(|checked| self.0.perform(checked))
                .map_err(|error| service_error(Some(operation), &error))?;
            if faults.contains(&FaultKind::DeliveryFailure) && !answer.messages.is_empty() {
                let code = "CodeDeliveryFailureException";
                return Err(Error::service(operation, code, DELIVERY_FAILURE));
            }
            for message in answer.messages {
                self.inbox().deliver(cell.id(), message);
            }
            if faults.contains(&FaultKind::AnswerLost) {
                let text = "the answer was lost, as an injected fault asks";
                return Err(Error::new(ErrorKind::NoAnswer, text).with_operation(operation));
            }
            finish(&cell, answer.response)
        };
        (parameters, outcome())
    }

    /// Verifies an access token's signature, with the keys of the pool that it names.
    pub(crate) fn present(&self, token: &str) -> PresentedToken {
        let verified = || {
            let issuer = unverified_issuer(token)?;
            let cell = self.0.pool(issuer.rsplit('/').next()?)?;
            let payload = cell.keys.verify_access(token)?;
            serde_json::from_slice::<AccessTokenClaims>(&payload).ok()
        };
        PresentedToken::new(token, verified())
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
