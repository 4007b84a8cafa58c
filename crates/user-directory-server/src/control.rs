//! The control plane: what a test in another language does to the fake, as one in Rust does by its
//! methods.

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, Path, Query, Request, State,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, post},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use tokio::time::Instant;
use user_directory::{DeliveryMedium, Operation, Quotas};
use user_directory_fake::{Call, Fault, FaultId, FaultKind, Message, Secret};

use crate::{
    shared::Shared,
    snapshot_file::{self, SnapshotFile},
};

/// Where it is: no path of AWS's begins so.
pub(crate) const PREFIX: &str = "/_user-directory";

/// The largest snapshot that is read: some hundred thousand users.
const LARGEST_SNAPSHOT: usize = 512 * 1024 * 1024;

/// The furthest that the clock is moved at once: a hundred years.
const FURTHEST_SECONDS: u64 = 100 * 365 * 24 * 60 * 60;

#[derive(Clone)]
struct Control {
    shared: Arc<Shared>,
    token: Arc<Secret>,
    file: Option<Arc<SnapshotFile>>,
}

/// What is wrong with a request: one sentence.
struct Refused(StatusCode, String);

impl Refused {
    fn bad(why: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, why.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

/// The routes, each for whoever knows the token.
pub(crate) fn router(
    shared: Arc<Shared>,
    token: Secret,
    file: Option<Arc<SnapshotFile>>,
) -> Router {
    let control = Control { shared, token: Arc::new(token), file };
    let routes = routes()
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| router.route(path, methods));
    let routes = routes.layer(DefaultBodyLimit::max(LARGEST_SNAPSHOT));
    Router::new()
        .nest(PREFIX, routes)
        .fallback(no_route)
        .layer(middleware::from_fn_with_state(control.clone(), require_token))
        .with_state(control)
}

/// Each has its entry in `openapi.json`.
fn routes() -> [(&'static str, MethodRouter<Control>); 11] {
    [
        ("/openapi.json", get(openapi)),
        ("/health", get(health)),
        ("/clock", get(clock).post(move_clock)),
        ("/inbox", get(inbox).delete(clear_inbox)),
        ("/faults", post(inject_fault).delete(clear_faults)),
        ("/faults/{id}", delete(remove_fault)),
        ("/calls", get(calls).delete(clear_calls)),
        ("/quotas", post(enforce_quotas).delete(lift_quotas)),
        ("/reset", post(reset)),
        ("/fixture", get(export_fixture)),
        ("/snapshot", get(export).put(import).post(write_file)),
    ]
}

async fn require_token(State(control): State<Control>, request: Request, next: Next) -> Response {
    let header = request.headers().get(header::AUTHORIZATION);
    let presented = header.and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "));
    let token = control.token.expose().as_bytes();
    if presented.is_some_and(|presented| presented.as_bytes().ct_eq(token).into()) {
        return next.run(request).await;
    }
    let why = "the control plane needs `authorization: Bearer <token>` with the token that the \
               server printed at its start, or that of --control-token-file";
    let mut response = Refused(StatusCode::UNAUTHORIZED, why.to_owned()).into_response();
    let scheme = http::HeaderValue::from_static("Bearer");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    response
}

async fn no_route() -> Refused {
    let why = format!(
        "the control plane has {PREFIX}/ health, clock, inbox, faults, calls, quotas, reset, \
         fixture, snapshot and openapi.json, which describes them"
    );
    Refused(StatusCode::NOT_FOUND, why)
}

async fn health(State(control): State<Control>) -> Json<Value> {
    let client = control.shared.fake().first_client().clone();
    Json(json!({
        "status": "ok",
        "test_double": true,
        "version": env!("CARGO_PKG_VERSION"),
        "region": control.shared.fake().region(),
        "user_pool_id": client.pool_id,
        "client_id": client.client_id,
    }))
}

#[derive(Serialize)]
struct Time {
    /// Seconds since 1970, to the millisecond.
    now: f64,
    frozen: bool,
}

async fn clock(State(control): State<Control>) -> Json<Time> {
    let fake = control.shared.fake();
    Json(Time { now: seconds(fake.clock().now()), frozen: fake.clock().is_frozen() })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    #[serde(default)]
    advance_seconds: f64,
    #[serde(default)]
    freeze: bool,
}

async fn move_clock(
    State(control): State<Control>,
    body: Result<Json<Move>, JsonRejection>,
) -> Result<Json<Time>, Refused> {
    let Move { advance_seconds, freeze } = read(body)?;
    let by = Duration::try_from_secs_f64(advance_seconds)
        .ok()
        .filter(|by| *by <= Duration::from_secs(FURTHEST_SECONDS))
        .ok_or_else(|| {
            let why = "advance_seconds must be from 0 to 3153600000 (100 years): time does not go \
                       back; POST reset puts the clock back";
            Refused::bad(why)
        })?;
    let fake = control.shared.fake();
    if freeze {
        fake.clock().freeze();
    }
    fake.clock().advance(by);
    control.shared.changed();
    Ok(clock(State(control)).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipient {
    username: Option<String>,
    destination: Option<String>,
    /// How long to wait for the first message; not at all if absent.
    wait_seconds: Option<f64>,
}

/// The longest wait for a message.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How often a wait looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[derive(Serialize)]
struct Delivered {
    user_pool_id: String,
    username: String,
    medium: &'static str,
    destination: String,
    subject: Option<String>,
    text: String,
    code: Option<String>,
    temporary_password: Option<String>,
}

impl From<Message> for Delivered {
    fn from(message: Message) -> Self {
        Self {
            user_pool_id: message.pool_id,
            username: message.username,
            medium: match message.medium {
                DeliveryMedium::Sms => "SMS",
                _ => "EMAIL",
            },
            destination: message.destination,
            subject: message.subject,
            text: message.text.expose().to_owned(),
            code: message.code.map(|code| code.expose().to_owned()),
            temporary_password: message.temporary_password.map(|text| text.expose().to_owned()),
        }
    }
}

/// The oldest message first. A wait ends with the first message, or with an empty list.
async fn inbox(
    State(control): State<Control>,
    to: Result<Query<Recipient>, QueryRejection>,
) -> Result<Json<Vec<Delivered>>, Refused> {
    let Query(to) = to.map_err(|error| Refused(error.status(), error.body_text()))?;
    let is_to = |message: &Message| {
        to.username.as_ref().is_none_or(|name| *name == message.username)
            && to.destination.as_ref().is_none_or(|address| *address == message.destination)
    };
    let wait = match to.wait_seconds {
        None => Duration::ZERO,
        Some(seconds) => Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|wait| *wait <= LONGEST_WAIT)
            .ok_or_else(|| Refused::bad("wait_seconds must be from 0 to 60"))?,
    };
    let until = Instant::now() + wait;
    loop {
        let messages = control.shared.fake().inbox().messages();
        let messages: Vec<_> = messages.into_iter().filter(is_to).map(Into::into).collect();
        if !messages.is_empty() || Instant::now() >= until {
            return Ok(Json(messages));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

async fn clear_inbox(State(control): State<Control>) -> StatusCode {
    control.shared.fake().inbox().clear();
    control.shared.changed();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inject {
    operation: String,
    kind: Kind,
    /// For `latency`.
    milliseconds: Option<u64>,
    /// Until it is removed, if absent.
    times: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Throttling,
    InternalError,
    Latency,
    AnswerLost,
    DeliveryFailure,
}

async fn inject_fault(
    State(control): State<Control>,
    body: Result<Json<Inject>, JsonRejection>,
) -> Result<Json<Value>, Refused> {
    let Inject { operation: name, kind, milliseconds, times } = read(body)?;
    let operation = Operation::from_name(&name).ok_or_else(|| {
        Refused::bad(format!(
            "{name:?} is not an operation with faults: write its name as AWS \
                              does"
        ))
    })?;
    let kind = match (kind, milliseconds) {
        (Kind::Latency, Some(milliseconds)) => {
            FaultKind::Latency(Duration::from_millis(milliseconds))
        }
        (Kind::Latency, None) => return Err(Refused::bad("latency needs milliseconds")),
        (_, Some(_)) => return Err(Refused::bad("milliseconds are only for the kind latency")),
        (Kind::Throttling, None) => FaultKind::Throttling,
        (Kind::InternalError, None) => FaultKind::InternalError,
        (Kind::AnswerLost, None) => FaultKind::AnswerLost,
        (Kind::DeliveryFailure, None) => FaultKind::DeliveryFailure,
    };
    let fault = Fault::new(operation, kind);
    let fault = match times {
        Some(times) => fault.times(times),
        None => fault,
    };
    let id = u64::from(control.shared.fake().faults().inject(fault));
    Ok(Json(json!({ "id": id })))
}

async fn remove_fault(
    State(control): State<Control>,
    id: Result<Path<u64>, PathRejection>,
) -> Result<StatusCode, Refused> {
    let Path(id) = id.map_err(|error| Refused(error.status(), error.body_text()))?;
    control.shared.fake().faults().remove(FaultId::from(id));
    Ok(StatusCode::NO_CONTENT)
}

async fn clear_faults(State(control): State<Control>) -> StatusCode {
    control.shared.fake().faults().clear();
    StatusCode::NO_CONTENT
}

#[derive(Serialize)]
struct Logged {
    at: f64,
    operation: String,
    /// Names, no values.
    parameters: Vec<Cow<'static, str>>,
    /// `None`: it succeeded.
    error: Option<String>,
}

impl From<Call> for Logged {
    fn from(call: Call) -> Self {
        Self {
            at: seconds(call.at),
            operation: call.operation.to_string(),
            parameters: call.parameters,
            error: call.outcome.err().map(|kind| format!("{kind:?}")),
        }
    }
}

/// The oldest first.
async fn calls(State(control): State<Control>) -> Json<Vec<Logged>> {
    Json(control.shared.fake().calls().all().into_iter().map(Into::into).collect())
}

/// What AWS documents for an account that has not asked for more.
async fn enforce_quotas(State(control): State<Control>) -> StatusCode {
    control.shared.fake().quotas().enforce(Quotas::new());
    StatusCode::NO_CONTENT
}

async fn lift_quotas(State(control): State<Control>) -> StatusCode {
    control.shared.fake().quotas().off();
    StatusCode::NO_CONTENT
}

async fn clear_calls(State(control): State<Control>) -> StatusCode {
    control.shared.fake().calls().clear();
    StatusCode::NO_CONTENT
}

async fn reset(State(control): State<Control>) -> Result<StatusCode, Refused> {
    control.shared.reset().map_err(|error| Refused::bad(error.to_string()))?;
    tracing::info!("reset");
    Ok(StatusCode::NO_CONTENT)
}

async fn export(State(control): State<Control>) -> Response {
    let text = control.shared.fake().snapshot().to_json();
    ([(header::CONTENT_TYPE, "application/json")], text.expose().to_owned()).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exported {
    /// The first pool if absent.
    user_pool_id: Option<String>,
    #[serde(default)]
    secrets: bool,
}

/// A pool as a fixture.
async fn export_fixture(
    State(control): State<Control>,
    of: Result<Query<Exported>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(of) = of.map_err(|error| Refused(error.status(), error.body_text()))?;
    let fake = control.shared.fake();
    let pool_id = of.user_pool_id.as_ref().unwrap_or(&fake.first_client().pool_id);
    let text = if of.secrets {
        fake.export_fixture_with_secrets(pool_id).map(|text| text.expose().to_owned())
    } else {
        fake.export_fixture(pool_id)
    };
    let text = text.ok_or_else(|| {
        Refused(StatusCode::NOT_FOUND, "there is no pool with this user_pool_id".to_owned())
    })?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// What this control plane is, in a form that tools read.
const OPENAPI: &str = include_str!("../openapi.json");

async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

async fn import(State(control): State<Control>, body: Bytes) -> Result<StatusCode, Refused> {
    let text = std::str::from_utf8(&body).map_err(|_| {
        Refused::bad(
            "the snapshot is not UTF-8 \
                                                                    text",
        )
    })?;
    user_directory_fake::FakeSnapshot::from_json(text)
        .and_then(|snapshot| control.shared.replace(snapshot))
        .map_err(|error| Refused::bad(format!("the snapshot is refused: {error}")))?;
    tracing::info!("snapshot imported");
    Ok(StatusCode::NO_CONTENT)
}

async fn write_file(State(control): State<Control>) -> Result<StatusCode, Refused> {
    let Some(file) = &control.file else {
        return Err(Refused::bad("there is no file to write: start the server with --snapshot"));
    };
    let written = snapshot_file::save(file, &control.shared).await;
    written.map_err(|why| Refused(StatusCode::INTERNAL_SERVER_ERROR, why))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The body, or one sentence on what is wrong with it.
fn read<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Refused> {
    body.map(|Json(body)| body).map_err(|error| Refused(error.status(), error.body_text()))
}

fn seconds(time: SystemTime) -> f64 {
    let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    // Exact: there are fewer than 2^53 of them until the year 285,000.
    millis as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// That each does what the description says is for the tests of the whole server.
    #[test]
    fn every_route_is_described() {
        let description: Value = serde_json::from_str(OPENAPI).expect("it is JSON");
        let described = description["paths"].as_object().expect("paths");
        let mut described: Vec<_> = described.keys().map(String::as_str).collect();
        let mut routed = routes().map(|(path, _)| path);
        described.sort_unstable();
        routed.sort_unstable();
        assert_eq!(described, routed);
        assert_eq!(description["info"]["version"], env!("CARGO_PKG_VERSION"));
    }
}
