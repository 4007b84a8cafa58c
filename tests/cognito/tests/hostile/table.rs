//! The table: each behaviour of the other end, with a read, a change and a sign-in.

use std::time::{Duration, Instant};

use cognito_tests::calls::{Call, Handle, Handles};
use user_directory::{ErrorKind, Operation};

use crate::{
    Attempts, Fate, MARKER, assert_silent, configuration, handles, patient,
    server::{Behaviour, Server, nobody},
};

/// A time-out that is meant to pass.
const SHORT: Duration = Duration::from_millis(300);

/// What a call comes to. Changes and sign-ins come to the same.
struct Row {
    name: &'static str,
    behaviour: Behaviour,
    timeouts: Timeouts,
    kind: ErrorKind,
    code: Option<&'static str>,
    fate: Fate,
    /// Attempts at a read and at any other call.
    attempts: [usize; 2],
    /// Whether attempts reach the server as requests.
    reaches: bool,
}

/// The one time-out that is short, and passes once for each attempt or once for all.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Timeouts {
    Patient,
    Connect,
    Read,
    Attempt,
    Total,
}

impl Timeouts {
    fn config(self) -> aws_sdk_cognitoidentityprovider::config::timeout::TimeoutConfig {
        let patient = patient();
        match self {
            Self::Patient => patient,
            Self::Connect => patient.connect_timeout(SHORT),
            Self::Read => patient.read_timeout(SHORT),
            Self::Attempt => patient.operation_attempt_timeout(SHORT),
            Self::Total => patient.operation_timeout(SHORT),
        }
        .build()
    }

    /// How long a call of so many attempts takes at least. At most it takes a few seconds more,
    /// which is less than any time-out that is not meant to pass.
    fn lower_bound(self, attempts: usize) -> Duration {
        match self {
            Self::Patient => Duration::ZERO,
            Self::Total => SHORT,
            _ => SHORT * u32::try_from(attempts).expect("few"),
        }
    }
}

const SLACK: Duration = Duration::from_secs(10);

fn row(
    name: &'static str,
    behaviour: Behaviour,
    (kind, fate): (ErrorKind, Fate),
    attempts: [usize; 2],
) -> Row {
    let timeouts = Timeouts::Patient;
    Row { name, behaviour, timeouts, kind, code: kind.code(), fate, attempts, reaches: true }
}

impl Row {
    fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    fn with_code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }
}

fn table() -> Vec<Row> {
    let lost = (ErrorKind::NoAnswer, Fate::Unknown);
    let internal = (ErrorKind::Internal, Fate::Unknown);
    let unreadable = (ErrorKind::UnexpectedResponse, Fate::Unknown);
    let page = format!("<html><body>Bearer {MARKER}\n</body></html>");
    let error = |code: &str| {
        // Only code and message of a well-formed error go on.
        Behaviour::json(
            400,
            format!(r#"{{"__type":"{code}","message":"A text.","Token":"{MARKER}"}}"#),
        )
    };
    let mistyped = format!(
        r#"{{"Username":{{"a":"{MARKER}"}},"User":"{MARKER}","AuthenticationResult":{{
        "AccessToken":"{MARKER}","RefreshToken":"{MARKER}","ExpiresIn":"3600"}}}}"#
    );
    let mut garbage = "A".repeat(10_000);
    garbage.push_str(MARKER);
    vec![
        row(
            "an internal error",
            Behaviour::json(
                500,
                format!(r#"{{"__type":"InternalErrorException","Token":"{MARKER}"}}"#),
            ),
            internal,
            [3, 1],
        ),
        row(
            "throttling for ever",
            error("TooManyRequestsException"),
            (ErrorKind::TooManyRequests, Fate::Harmless),
            [3, 3],
        ),
        row(
            "an hourly limit",
            error("LimitExceededException"),
            (ErrorKind::LimitExceeded, Fate::Refused),
            [1, 1],
        ),
        row(
            "a refusal",
            error("NotAuthorizedException"),
            (ErrorKind::NotAuthorized, Fate::Refused),
            [1, 1],
        ),
        row(
            "a new code",
            error("BrandNewException"),
            (ErrorKind::from_code("BrandNewException"), Fate::Unnamed),
            [1, 1],
        )
        .with_code("BrandNewException"),
        row("a reset before the request was read", Behaviour::ResetUnread, lost, [3, 1]),
        row("a reset after the request was read", Behaviour::ResetRead, lost, [3, 1]),
        row("an end after the request was read", Behaviour::Close, lost, [3, 1]),
        row("silence until the read time-out", Behaviour::Silence, lost, [3, 1])
            .with_timeouts(Timeouts::Read),
        row("silence until the attempt's time-out", Behaviour::Silence, lost, [3, 1])
            .with_timeouts(Timeouts::Attempt),
        row("silence until the total time-out", Behaviour::Silence, lost, [1, 1])
            .with_timeouts(Timeouts::Total),
        row("a trickle", Behaviour::Trickle(format!(r#"{{"A":"{MARKER}""#)), lost, [1, 1])
            .with_timeouts(Timeouts::Total),
        row("a trickle per attempt", Behaviour::Trickle(MARKER.to_owned()), lost, [3, 1])
            .with_timeouts(Timeouts::Attempt),
        row(
            "a body cut short",
            Behaviour::CutShort(200, format!(r#"{{"A":"{MARKER}"#)),
            lost,
            [3, 1],
        ),
        // JSON that ends by accident where it could end.
        row(
            "a body cut short after its JSON",
            Behaviour::CutShort(200, format!(r#"{{"A":"{MARKER}"}}"#)),
            lost,
            [3, 1],
        ),
        row(
            "a refusal cut short",
            Behaviour::CutShort(
                400,
                format!(r#"{{"__type":"NotAuthorizedException","m":"{MARKER}"#),
            ),
            lost,
            [3, 1],
        ),
        row("a failure cut short", Behaviour::CutShort(502, page.clone()), internal, [3, 1]),
        row("a page with 200", Behaviour::html(200, &page), unreadable, [1, 1]),
        row("a page with 307", Behaviour::html(307, &page), unreadable, [1, 1]),
        row("a page with 403", Behaviour::html(403, &page), unreadable, [1, 1]),
        row("a page with 500", Behaviour::html(500, &page), internal, [3, 1]),
        row("a page with 502", Behaviour::html(502, &page), internal, [3, 1]),
        row("a page with 503", Behaviour::html(503, &page), internal, [3, 1]),
        row("a page with 504", Behaviour::html(504, &page), internal, [3, 1]),
        row("an empty 200", Behaviour::json(200, ""), unreadable, [1, 1]),
        row("an empty object", Behaviour::json(200, "{}"), unreadable, [1, 1]),
        row(
            "another object",
            Behaviour::json(200, format!(r#"{{"a":"{MARKER}"}}"#)),
            unreadable,
            [1, 1],
        ),
        row("an empty 400", Behaviour::json(400, ""), unreadable, [1, 1]),
        row("an empty 503", Behaviour::json(503, ""), internal, [3, 1]),
        row("mistyped members", Behaviour::json(200, mistyped), unreadable, [1, 1]),
        row("a code of 10 kB", error(&garbage), unreadable, [1, 1]),
        row("markup for a code", error(&format!("<html>{MARKER}")), unreadable, [1, 1]),
        row("sentences for a code", error(&format!("{MARKER} failed\\nagain")), unreadable, [1, 1]),
        row("a token for a code", error("a.b.c#eyJhbGciOiJSUzI1NiJ9.e30.AAAA"), unreadable, [1, 1]),
        row(
            "a mistyped code",
            Behaviour::json(400, format!(r#"{{"__type":["{MARKER}"],"message":"{MARKER}"}}"#)),
            unreadable,
            [1, 1],
        ),
        row(
            "a message without a code",
            Behaviour::json(400, format!(r#"{{"message":"{MARKER}"}}"#)),
            unreadable,
            [1, 1],
        ),
        // The body is a known code's, and not what the model says about it.
        row(
            "a mistyped message",
            Behaviour::json(
                400,
                format!(r#"{{"__type":"NotAuthorizedException","message":{{"a":"{MARKER}"}}}}"#),
            ),
            unreadable,
            [1, 1],
        ),
    ]
}

/// A read, a change and a sign-in.
fn calls() -> [Call; 3] {
    [Operation::AdminGetUser, Operation::AdminCreateUser, Operation::AdminInitiateAuth]
        .map(|operation| Call::of(Handle::Directory, operation))
}

/// A row with everything that it needs, made before anything is timed: the SDK's HTTP client takes
/// long to make, because it loads the machine's certificates.
struct Ready {
    row: Row,
    handles: Handles,
    attempts: Attempts,
    requests: Box<dyn Fn() -> usize + Send + Sync>,
}

impl Ready {
    fn new(
        row: Row,
        endpoint: String,
        requests: impl Fn() -> usize + Send + Sync + 'static,
    ) -> Self {
        let attempts = Attempts::default();
        let config = configuration(endpoint, row.timeouts.config());
        let handles = handles(config.interceptor(attempts.clone()));
        Self { row, handles, attempts, requests: Box::new(requests) }
    }

    /// A row on a server of its own.
    async fn with_server(row: Row, scheme: &str) -> Self {
        let server = Server::always(row.behaviour.clone()).await;
        let endpoint = format!("{scheme}://{}", server.address);
        let reaches = row.reaches;
        Self::new(row, endpoint, move || if reaches { server.requests() } else { 0 })
    }

    /// Makes the three calls and compares each with the row.
    async fn check(self) {
        for call in calls() {
            // A short time-out may pass on a busy machine before the request has left. Then what
            // was to be tried did not take place.
            let mut tries = if self.row.timeouts == Timeouts::Patient { 1 } else { 5 };
            while !self.check_call(call, tries == 1).await {
                tries -= 1;
            }
        }
    }

    /// False if some attempt did not reach the server, unless this is the last try.
    async fn check_call(&self, call: Call, last: bool) -> bool {
        let row = &self.row;
        let context = format!("{}: {call:?}", row.name);
        let before = (self.requests)();
        let started = Instant::now();
        let error = call.run(&self.handles).await.expect_err(&context);
        let took = started.elapsed();
        let (attempts, reached) = (self.attempts.take(), (self.requests)() - before);
        if row.reaches && reached < attempts && !last {
            return false;
        }
        let expected = row.attempts[usize::from(!call.operation.is_read())];
        assert_eq!(error.kind(), row.kind, "{context}: {error:?}");
        assert_eq!(error.code(), row.code, "{context}: {error:?}");
        assert_eq!(error.operation(), Some(call.operation), "{context}");
        assert_eq!(Fate::of(&error), Some(row.fate), "{context}: {error:?}");
        assert_eq!(attempts, expected, "{context}: attempts");
        assert_eq!(reached, if row.reaches { expected } else { 0 }, "{context}: requests");
        let lower = row.timeouts.lower_bound(expected);
        assert!(took >= lower, "{context}: {took:?} is too early");
        assert!(took < lower + SLACK, "{context}: {took:?} is too late");
        assert_silent(&context, &error);
        true
    }
}

/// First the rows that no time-out ends, then the others: most of their time goes by in waiting.
async fn check_all(rows: Vec<Ready>) {
    let (patient, timed): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|ready| ready.row.timeouts == Timeouts::Patient);
    for rows in [patient, timed] {
        let mut running = tokio::task::JoinSet::new();
        for ready in rows {
            running.spawn(ready.check());
        }
        running.join_all().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_hostile_answer_is_told_as_what_it_is() {
    let mut rows = Vec::new();
    for row in table() {
        rows.push(Ready::with_server(row, "http").await);
    }
    check_all(rows).await;
}

/// Where no connection is made nothing was sent, so a change is tried again as a read is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_connection_everything_is_tried_again() {
    let row = |name, behaviour, timeouts| {
        let unconnected = (ErrorKind::ConnectionFailed, Fate::Harmless);
        let row = row(name, behaviour, unconnected, [3, 3]).with_timeouts(timeouts);
        Row { reaches: false, ..row }
    };
    let mut rows = Vec::new();
    let (address, socket) = nobody();
    let refused = row("a refused connection", Behaviour::Close, Timeouts::Patient);
    rows.push(Ready::new(refused, format!("http://{address}"), move || {
        let _ = &socket;
        0
    }));
    // A label of a name has 63 characters at most, so that no name server is asked for this one.
    let unknown = row("an unknown host", Behaviour::Close, Timeouts::Patient);
    let host = "a".repeat(64);
    rows.push(Ready::new(unknown, format!("https://{host}.invalid"), || 0));
    #[cfg(target_os = "linux")]
    {
        let (address, full) = crate::server::full().await;
        let full_up = row("a full queue", Behaviour::Close, Timeouts::Connect);
        rows.push(Ready::new(full_up, format!("http://{address}"), move || {
            let _ = &full;
            0
        }));
    }
    for handshake in [
        row("a failed handshake", Behaviour::NoTls, Timeouts::Patient),
        row("a reset handshake", Behaviour::ResetUnread, Timeouts::Patient),
        row("no handshake in time", Behaviour::SilentTls, Timeouts::Connect),
        // The read time-out of the SDK's HTTP client covers connecting, too.
        row("no handshake in the time to read", Behaviour::SilentTls, Timeouts::Read),
        row("no handshake in the attempt's time", Behaviour::SilentTls, Timeouts::Attempt),
        // It ends the call at once.
        Row {
            attempts: [1, 1],
            ..row("no handshake in the total time", Behaviour::SilentTls, Timeouts::Total)
        },
    ] {
        rows.push(Ready::with_server(handshake, "https").await);
    }
    check_all(rows).await;
}

/// An answer without content is what Cognito gives where there is nothing to say.
#[tokio::test]
async fn an_operation_without_output_takes_an_empty_answer() {
    for body in ["", "{}", r#"{"a":"b"}"#] {
        let server = Server::always(Behaviour::json(200, body)).await;
        let config = configuration(format!("http://{}", server.address), patient().build());
        let handles = handles(config);
        for operation in [
            Operation::AdminSetUserPassword,
            Operation::AdminUpdateUserAttributes,
            Operation::AdminDeleteUser,
            Operation::AdminUserGlobalSignOut,
            Operation::RevokeToken,
        ] {
            let outcome = Call::of(Handle::Directory, operation).run(&handles).await;
            outcome.unwrap_or_else(|error| panic!("{operation} with {body:?}: {error}"));
        }
        assert_eq!(server.requests(), 5);
    }
}

/// And what is not an answer of Cognito's is no success, although there is nothing to read in it.
#[tokio::test]
async fn an_operation_without_output_takes_no_page() {
    let call = Call::of(Handle::Directory, Operation::AdminSetUserPassword);
    for (behaviour, kind) in [
        (Behaviour::html(200, format!("<html>{MARKER}")), ErrorKind::UnexpectedResponse),
        (Behaviour::CutShort(200, "{}".to_owned()), ErrorKind::NoAnswer),
    ] {
        let context = format!("{behaviour:?}");
        let server = Server::always(behaviour).await;
        let config = configuration(format!("http://{}", server.address), patient().build());
        let error = call.run(&handles(config)).await.expect_err(&context);
        assert_eq!(error.kind(), kind, "{context}: {error}");
        assert_eq!(Fate::of(&error), Some(Fate::Unknown), "{context}");
        assert_eq!(server.requests(), 1, "{context}");
        assert_silent(&context, &error);
    }
}

#[tokio::test]
async fn throttling_that_ends_is_not_seen() {
    for call in calls() {
        let server = Server::by(move |place| match place {
            0 => Behaviour::json(400, r#"{"__type":"TooManyRequestsException"}"#),
            _ => Behaviour::json(200, cognito_tests::calls::good_body(call.operation.name(), "")),
        })
        .await;
        let config = configuration(format!("http://{}", server.address), patient().build());
        call.run(&handles(config)).await.unwrap_or_else(|error| panic!("{call:?}: {error}"));
        assert_eq!(server.requests(), 2, "{call:?}");
    }
}
