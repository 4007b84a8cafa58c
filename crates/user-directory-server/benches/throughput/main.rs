//! How many calls a second the server answers, beside a bare handler of the same HTTP stack and, if
//! they run, beside emulators.
//!
//! ```text
//! cargo bench -p user-directory-server
//! cargo bench -p user-directory-server -- ListUsers
//! ```
//!
//! A word after `--` keeps the operations whose name has it.
//!
//! `USER_DIRECTORY_MOTO`, `USER_DIRECTORY_MINISTACK`, `USER_DIRECTORY_COGNITO_LOCAL` and
//! `USER_DIRECTORY_COGNITOX` name emulators by their URL. Each server is a process of its own, and
//! one thread loads it; moto ends each connection after an answer, which its figures pay for.
//! Nothing fails by time: a figure under its limit is marked `under`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

mod bare;
#[path = "../../../user-directory-fake/benches/harness/mod.rs"]
#[expect(dead_code, reason = "the other benchmarks use the rest")]
mod harness;
mod load;

use std::{
    collections::BTreeMap,
    env, fs,
    io::{self, BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use bare::Canned;
use harness::{Quartiles, compare, count};
use load::Target;
use serde_json::{Value, json};

/// As the server has it, so that the floor is no lower for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PASSWORD: &str = "Correct-horse-9";
const USERS: usize = 10_000;
/// With so many users the memory of one is measured.
const MANY: usize = 100_000;
const BARE: &str = "USER_DIRECTORY_BENCH_BARE";

fn main() {
    if let Ok(file) = env::var(BARE) {
        return bare::serve(&file);
    }
    let given = |name| env::args().any(|argument| argument == name);
    if given("--list") {
        return;
    }
    // `cargo bench` gives `--bench`; `cargo test --benches` does not.
    let is_trial = !given("--bench") || given("--test");
    let (rounds, window, users, many) = if is_trial {
        (1, Duration::from_millis(20), 100, 200)
    } else {
        (9, Duration::from_millis(700), USERS, MANY)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("user-directory-server, measured on {cores} cores of");
    println!("{}", harness::cpu());
    println!();
    println!(
        "Calls a second over kept connections, from one thread. The floor is a bare handler of"
    );
    println!("the same HTTP stack that answers the same bytes after as many bare signatures.");
    println!(
        "Ratios: in turn, {rounds} times each; median and quartiles. Noise: the floor by itself."
    );
    if is_trial {
        println!("This is a trial run: its figures mean nothing.");
    }

    let server = Server::start_own();
    let mut own = Stand::build(server.target.clone(), users).expect("the server answers");
    let floor = Server::start_bare(&own);
    if let Some(word) = env::args().skip(1).find(|argument| !argument.starts_with("--")) {
        own.operations.retain(|operation| operation.name.contains(&word));
    }

    println!();
    println!(
        "{:<15} {:>2}  {:>8} {:>8}  ratio              noise              limit",
        "", "", "floor", "server"
    );
    for operation in &own.operations {
        for connections in [1, 8] {
            let rate = |target: &Target| {
                let requests = operation.requests(target);
                target.rate(connections, window, requests).expect("answers")
            };
            let measured = compare(rounds, || rate(&floor.target), || rate(&server.target));
            let limit = operation.limit;
            let verdict = if measured.ratio.median < limit { "under" } else { "ok" };
            println!(
                "{:<15} {connections:>2}  {:>8} {:>8} {} {} {limit} {verdict}",
                operation.name,
                count(measured.base),
                count(measured.other),
                measured.ratio,
                measured.noise
            );
        }
    }
    println!();
    let up = Quartiles::of((0..rounds).map(|_| time_to_first_answer()).collect());
    println!("from the start to the first answer, ms: {up}; limit 5");
    match bytes_per_user(many) {
        Some((empty, each)) => println!(
            "memory: {} bytes empty, {} for each of {} users",
            count(empty),
            count(each),
            count(many as f64)
        ),
        None => println!("memory: not known, for want of a /proc"),
    }

    for (name, variable) in [
        ("moto", "USER_DIRECTORY_MOTO"),
        ("MiniStack", "USER_DIRECTORY_MINISTACK"),
        ("cognito-local", "USER_DIRECTORY_COGNITO_LOCAL"),
        ("cognitox", "USER_DIRECTORY_COGNITOX"),
    ] {
        match env::var(variable) {
            Err(_) => println!("\n{name}: not run; {variable} is not set"),
            Ok(url) => beside(name, &url, &own, window, if is_trial { 1 } else { 3 }),
        }
    }
}

fn time_to_first_answer() -> f64 {
    let started = Instant::now();
    let server = Server::start_own();
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    drop(server);
    milliseconds
}

/// What a server holds before there are users, and then for each of them.
fn bytes_per_user(users: usize) -> Option<(f64, f64)> {
    let server = Server::start_own();
    let empty = server.memory()?;
    Stand::build(server.target.clone(), users).expect("the server answers");
    Some((empty, (server.memory()? - empty) / users as f64))
}

/// The server's rate by an emulator's, for each operation.
fn beside(name: &str, url: &str, own: &Stand, window: Duration, rounds: usize) {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let target = address.parse().map(|address| Target { address, region: "us-east-1".to_owned() });
    let other = match target {
        // With fewer users: some keep all in one file, which they write at each call.
        Ok(target) => Stand::build(target, 200),
        Err(error) => Err(io::Error::other(error)),
    };
    let other = match other {
        Ok(other) => other,
        Err(error) => return println!("\n{name}: not measured: {error}"),
    };
    println!("\n{name} (with 200 users, this server with {})", count(own.users as f64));
    for operation in &own.operations {
        for connections in [1, 8] {
            let Some(theirs) = other.operations.iter().find(|one| one.name == operation.name)
            else {
                println!("{:<15} not answered", operation.name);
                continue;
            };
            let rate = |stand: &Stand, operation: &Operation| {
                let requests = operation.requests(&stand.target);
                stand.target.rate(connections, window, requests)
            };
            // An emulator may end a connection, or refuse.
            if let Err(error) = rate(&other, theirs) {
                let why: String = error.to_string().chars().take(90).collect();
                println!("{:<15} {connections:>2}  refused: {why}", operation.name);
                continue;
            }
            let measured = compare(
                rounds,
                || rate(&other, theirs).unwrap_or(f64::NAN),
                || rate(own, operation).expect("answers"),
            );
            println!(
                "{:<15} {connections:>2}  {:>8} {:>8} {}",
                operation.name,
                count(measured.base),
                count(measured.other),
                measured.ratio
            );
        }
    }
}

/// An endpoint with a pool, a client and users, and what is asked of it.
struct Stand {
    target: Target,
    users: usize,
    operations: Vec<Operation>,
}

struct Operation {
    name: &'static str,
    body: Body,
    /// Signatures that an answer needs.
    signatures: usize,
    /// The least ratio to the floor.
    limit: f64,
}

#[derive(Clone)]
enum Body {
    Same(String),
    /// A new user at each call.
    NewUser {
        pool_id: String,
    },
}

impl Operation {
    /// The API's name.
    fn api(&self) -> &'static str {
        match self.name {
            "sign-in" | "refresh" => "AdminInitiateAuth",
            name => name,
        }
    }

    /// The key of the floor's answer.
    fn requests(&self, target: &Target) -> impl Fn(u64) -> Vec<u8> + Clone + 'static {
        let same = match &self.body {
            Body::Same(body) => target.request(self.api(), body),
            Body::NewUser { .. } => Vec::new(),
        };
        let (target, body, api) = (target.clone(), self.body.clone(), self.api());
        // Names that no window has had.
        let run = Instant::now().elapsed().as_nanos() as u64 ^ random();
        move |turn| match &body {
            Body::Same(_) => same.clone(),
            Body::NewUser { pool_id } => {
                let name = format!("new-{run}-{turn}");
                let body = json!({
                    "UserPoolId": pool_id,
                    "Username": name,
                    "MessageAction": "SUPPRESS",
                });
                target.request(api, &body.to_string())
            }
        }
    }
}

fn random() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(0)
}

impl Stand {
    fn build(target: Target, users: usize) -> io::Result<Self> {
        let call = |operation: &str, body: Value| -> io::Result<Value> {
            let (status, text) = target.call(operation, &body.to_string())?;
            let answer: Value = serde_json::from_str(&text).unwrap_or_default();
            match status {
                200 => Ok(answer),
                _ => Err(io::Error::other(format!("{operation}: {status} {text}"))),
            }
        };
        let pool = call("CreateUserPool", json!({ "PoolName": "bench" }))?;
        let pool_id = pool["UserPool"]["Id"].as_str().unwrap_or_default().to_owned();
        let client = call(
            "CreateUserPoolClient",
            json!({
                "UserPoolId": pool_id,
                "ClientName": "bench",
                "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            }),
        )?;
        let client_id = client["UserPoolClient"]["ClientId"].as_str().unwrap_or_default();
        for number in 0..users {
            let body = json!({
                "UserPoolId": pool_id,
                "Username": format!("user-{number}"),
                "TemporaryPassword": PASSWORD,
                "MessageAction": "SUPPRESS",
                "UserAttributes": [
                    { "Name": "email", "Value": format!("success+{number}@simulator.amazonses.com") },
                    { "Name": "email_verified", "Value": "true" },
                ],
            });
            call("AdminCreateUser", body)?;
        }
        let user = json!({ "UserPoolId": pool_id, "Username": "user-7" });
        let mut password = user.clone();
        password["Password"] = PASSWORD.into();
        password["Permanent"] = true.into();
        call("AdminSetUserPassword", password)?;
        let sign_in = json!({
            "UserPoolId": pool_id,
            "ClientId": client_id,
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": "user-7", "PASSWORD": PASSWORD },
        });
        let tokens = call("AdminInitiateAuth", sign_in.clone())?;
        let mut refresh = sign_in.clone();
        refresh["AuthFlow"] = "REFRESH_TOKEN_AUTH".into();
        refresh["AuthParameters"] =
            json!({ "REFRESH_TOKEN": tokens["AuthenticationResult"]["RefreshToken"] });
        let list = json!({ "UserPoolId": pool_id, "Limit": 60 });
        let operation = |name, body: Value, signatures, limit| Operation {
            name,
            body: Body::Same(body.to_string()),
            signatures,
            limit,
        };
        let operations = vec![
            operation("AdminGetUser", user, 0, 0.8),
            operation("ListUsers", list, 0, 0.2),
            operation("sign-in", sign_in, 2, 0.9),
            operation("refresh", refresh, 2, 0.9),
            Operation {
                name: "AdminCreateUser",
                body: Body::NewUser { pool_id },
                signatures: 0,
                limit: 0.5,
            },
        ];
        Ok(Self { target, users, operations })
    }
}

/// A server process, killed at the end.
struct Server {
    child: Child,
    target: Target,
}

impl Server {
    fn start_own() -> Self {
        let program = env!("CARGO_BIN_EXE_user-directory-server");
        let arguments = ["--port", "0", "--quiet", "--log-level", "warn"];
        Self::start(Command::new(program).args(arguments))
    }

    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        // The endpoint stands before the rest, which need not be read.
        let address = lines.map_while(Result::ok).find_map(|line| {
            line.rsplit([' ', '/']).next().and_then(|address| address.parse().ok())
        });
        let address = address.expect("it prints its address");
        let target = Target { address, region: "local-fake-1".to_owned() };
        while target.call("ListUserPools", "{}").is_err() {
            thread::sleep(Duration::from_micros(200));
        }
        Self { child, target }
    }

    /// A bare handler with the answers of a stand, one server for those that differ by signatures.
    fn start_bare(stand: &Stand) -> Self {
        let mut answers = BTreeMap::new();
        for operation in &stand.operations {
            let request = match &operation.body {
                Body::Same(body) => body.clone(),
                Body::NewUser { pool_id } => {
                    json!({ "UserPoolId": pool_id, "Username": "canned" }).to_string()
                }
            };
            let (status, body) = stand.target.call(operation.api(), &request).expect("an answer");
            assert_eq!(status, 200, "{body}");
            let canned = Canned { body, signatures: operation.signatures };
            // A sign-in and a refresh have one name, and the first is the longer answer.
            answers.entry(operation.api()).or_insert(canned);
        }
        answers.insert("ListUserPools", Canned { body: "{}".to_owned(), signatures: 0 });
        let file =
            env::temp_dir().join(format!("user-directory-bench-{}.json", std::process::id()));
        fs::write(&file, serde_json::to_string(&answers).expect("texts")).expect("a file");
        let program = env::current_exe().expect("this program");
        let server = Self::start(Command::new(program).env(BARE, &file));
        let _ = fs::remove_file(file);
        server
    }

    /// Resident bytes, where there is a `/proc`.
    fn memory(&self) -> Option<f64> {
        harness::resident(&self.child.id().to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
