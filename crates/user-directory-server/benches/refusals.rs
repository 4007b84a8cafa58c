//! Whether the time of a refused sign-in tells who is there, where existence errors are hidden.
//!
//! ```text
//! cargo bench -p user-directory-server --bench refusals
//! ```
//!
//! A name that nobody has, a wrong password, and a disabled user: one try for each name, the three
//! in turn, over one connection to a server that is a process of its own, and on the pool alone. Over
//! the wire by SRP as well, call by call. Nothing fails by time: medians that differ by a tenth of the interquartile range are marked
//! `over`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "../../user-directory-fake/benches/harness/mod.rs"]
#[expect(dead_code, reason = "the other benchmarks use the rest")]
mod harness;

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Instant,
};

use serde_json::{Value, json};
use user_directory_pool::{
    CreateUserPoolClientRequest, CreateUserPoolRequest, Entropy, ExplicitAuthFlow,
    InitiateAuthRequest, Pool, PreventUserExistenceErrors, PutUser, ServiceError, Timestamp,
    UserStatus, check,
};

const POOL: &str = "local-fake-1_Refusals1";
const CLIENT: &str = "1exampleclient";
const PASSWORD: &str = "Correct-horse-9";
const WRONG: &str = "Another-horse-9";
const INCORRECT: &str = "Incorrect username or password.";

#[derive(Clone, Copy)]
enum Kind {
    Unknown,
    Wrong,
    Disabled,
}

const KINDS: [Kind; 3] = [Kind::Unknown, Kind::Wrong, Kind::Disabled];

impl Kind {
    fn label(self) -> &'static str {
        ["unknown user", "wrong password", "disabled user"][self as usize]
    }

    /// All names have the same length.
    fn username(self, number: usize) -> String {
        format!("{}{number:07}", ["u", "w", "d"][self as usize])
    }
}

fn main() {
    let given = |name| env::args().any(|argument| argument == name);
    if given("--list") {
        return;
    }
    // `cargo bench` gives `--bench`; `cargo test --benches` does not.
    let is_trial = !given("--bench") || given("--test");
    let tries = if is_trial { 20 } else { 20_000 };
    println!("Refused sign-ins, {tries} of each kind in turn, on");
    println!("{}", harness::cpu());
    if is_trial {
        println!("This is a trial run: its figures mean nothing.");
    }
    let mut wire = Wire::start(tries);
    report("by password", &wire.by_password(tries), Some(0.1));
    // Each takes milliseconds.
    let [first, second] = wire.by_srp(tries.div_ceil(10));
    report("SRP: the first call", &first, Some(0.1));
    report("SRP: the answer", &second, Some(0.1));
    report("the pool alone, by password", &in_the_pool(tries), None);
}

/// The order changes from round to round, so that none always follows the same other.
fn in_turn(tries: usize, mut seconds: impl FnMut(Kind, usize) -> f64) -> [Vec<f64>; 3] {
    let mut all: [Vec<f64>; 3] = Default::default();
    for number in 0..tries {
        for place in 0..3 {
            let kind = KINDS[if number % 2 == 0 { place } else { 2 - place }];
            let kind = KINDS[(kind as usize + number / 2) % 3];
            all[kind as usize].push(seconds(kind, number));
        }
    }
    // The first ones fill caches.
    all.map(|times| times[tries / 20..].to_vec())
}

fn report(place: &str, times: &[Vec<f64>; 3], limit: Option<f64>) {
    println!();
    println!("{place}");
    println!("{:<16} {:>11} {:>23}  to unknown", "", "median", "quartiles");
    let quantile = |times: &[f64], part: f64| {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        times[((times.len() - 1) as f64 * part) as usize] * 1e6
    };
    let base = quantile(&times[0], 0.5);
    for kind in KINDS {
        let times = &times[kind as usize];
        let [low, median, high] = [0.25, 0.5, 0.75].map(|part| quantile(times, part));
        let part = (median - base).abs() / (high - low);
        let verdict = match limit {
            Some(limit) if part < limit => format!(", {limit} ok"),
            Some(limit) => format!(", {limit} over"),
            None => String::new(),
        };
        println!(
            "{:<16} {median:>8.3} µs {low:>9.3} to {high:>8.3} µs  {:+.3} µs, {part:.3} of the range\
             {verdict}",
            kind.label(),
            median - base
        );
    }
}

/// A server, and the connection to it.
struct Wire {
    server: Child,
    requests: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Wire {
    fn start(tries: usize) -> Self {
        let users: Vec<_> = (0..tries)
            .flat_map(|number| {
                [Kind::Wrong, Kind::Disabled].map(|kind| {
                    json!({
                        "username": kind.username(number), "password": PASSWORD,
                        "enabled": matches!(kind, Kind::Wrong),
                    })
                })
            })
            .collect();
        let fixture = json!({
            "pool": { "id": POOL },
            "client": {
                "id": CLIENT, "has_secret": false,
                "explicit_auth_flows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"],
                "prevent_user_existence_errors": "ENABLED",
            },
            "users": users,
        });
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("fixture.json");
        fs::write(&file, fixture.to_string()).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_user-directory-server"));
        command.args(["--port", "0", "--quiet", "--log-level", "warn", "--fixture"]).arg(&file);
        let mut server = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let lines = BufReader::new(server.stdout.take().expect("it is piped")).lines();
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("http://")?.1.trim().to_owned()))
            .expect("it prints its endpoint");
        let requests = TcpStream::connect(address).expect("it listens");
        requests.set_nodelay(true).expect("it is TCP");
        let answers = BufReader::new(requests.try_clone().expect("a second handle"));
        Self { server, requests, answers }
    }

    /// Seconds until the whole answer is there, and the answer.
    fn call(&mut self, operation: &str, body: &Value) -> (f64, Value) {
        let body = body.to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-amz-json-1.1\r\n\
             x-amz-target: AWSCognitoIdentityProviderService.{operation}\r\ncontent-length: {}\r\n\r\n\
             {body}",
            body.len()
        );
        let started = Instant::now();
        self.requests.write_all(request.as_bytes()).expect("the server reads");
        let mut length = 0;
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            self.answers.read_line(&mut line).expect("the server answers");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut answer = vec![0; length];
        self.answers.read_exact(&mut answer).expect("a whole answer");
        let seconds = started.elapsed().as_secs_f64();
        (seconds, serde_json::from_slice(&answer).expect("JSON"))
    }

    fn by_password(&mut self, tries: usize) -> [Vec<f64>; 3] {
        in_turn(tries, |kind, number| {
            let body = json!({
                "ClientId": CLIENT, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": kind.username(number), "PASSWORD": WRONG },
            });
            let (seconds, answer) = self.call("InitiateAuth", &body);
            assert_eq!(answer["message"], INCORRECT);
            seconds
        })
    }

    /// The two calls, each by itself.
    fn by_srp(&mut self, tries: usize) -> [[Vec<f64>; 3]; 2] {
        let mut second: [Vec<f64>; 3] = Default::default();
        let first = in_turn(tries, |kind, number| {
            let body = json!({
                "ClientId": CLIENT, "AuthFlow": "USER_SRP_AUTH",
                "AuthParameters": { "USERNAME": kind.username(number), "SRP_A": "a".repeat(768) },
            });
            let (seconds, answer) = self.call("InitiateAuth", &body);
            let challenge = &answer["ChallengeParameters"];
            let body = json!({
                "ClientId": CLIENT, "ChallengeName": "PASSWORD_VERIFIER",
                "ChallengeResponses": {
                    "USERNAME": challenge["USER_ID_FOR_SRP"],
                    "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
                    "PASSWORD_CLAIM_SIGNATURE": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                    "TIMESTAMP": "Tue Sep 5 09:04:03 UTC 2023",
                },
            });
            let (answered, answer) = self.call("RespondToAuthChallenge", &body);
            assert_eq!(answer["message"], INCORRECT);
            if number >= tries / 20 {
                second[kind as usize].push(answered);
            }
            seconds
        });
        [first, second]
    }
}

/// Counts: enough for a pool whose randomness does not matter.
struct Counter(u64);

impl Entropy for Counter {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

fn in_the_pool(tries: usize) -> [Vec<f64>; 3] {
    let (now, mut entropy) = (Timestamp::from_millis(1_700_000_000_000), Counter(1));
    let mut request = CreateUserPoolRequest::new("refusals");
    request.lockout = false;
    let mut pool = Pool::create(POOL, request, now, &mut entropy).expect("valid settings");
    let mut client = CreateUserPoolClientRequest::new(POOL, "client");
    client.client_id = Some(CLIENT.to_owned());
    client.explicit_auth_flows = vec![ExplicitAuthFlow::AllowUserPasswordAuth];
    client.prevent_user_existence_errors = Some(PreventUserExistenceErrors::Enabled);
    let client = check(client).1.expect("well-formed");
    pool.handle(now, &mut entropy, client).expect("valid settings");
    for number in 0..tries {
        for kind in [Kind::Wrong, Kind::Disabled] {
            let mut user = PutUser::new(kind.username(number), UserStatus::Confirmed);
            user.password = Some(PASSWORD.into());
            user.enabled = matches!(kind, Kind::Wrong);
            pool.put_user(now, &mut entropy, user).expect("the name is free");
        }
    }
    in_turn(tries, |kind, number| {
        let mut request = InitiateAuthRequest::new(CLIENT, "USER_PASSWORD_AUTH");
        request.auth_parameters.insert("USERNAME".to_owned(), kind.username(number).into());
        request.auth_parameters.insert("PASSWORD".to_owned(), WRONG.into());
        let request = check(request).1.expect("well-formed");
        let started = Instant::now();
        let answer = pool.handle(now, &mut entropy, request);
        let seconds = started.elapsed().as_secs_f64();
        assert_eq!(answer.err(), Some(ServiceError::IncorrectUsernameOrPassword));
        seconds
    })
}
