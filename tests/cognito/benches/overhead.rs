//! What the Cognito implementation adds to a bare SDK call, and how fast the SDK is on the
//! in-process wire.
//!
//! ```text
//! cargo bench -p cognito-tests --bench overhead
//! ```
//!
//! Both sides get the same canned answer from memory, so the network's share is nil and the
//! overhead as large as it can be. Nothing fails by time: a figure over its limit is marked `over`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "../../../crates/user-directory-fake/benches/harness/mod.rs"]
#[expect(dead_code, reason = "the other benchmark uses the rest")]
mod harness;

use std::{env, thread};

use aws_sdk_cognitoidentityprovider::{
    Client,
    config::{HttpClient, RuntimeComponents, retry::RetryConfig},
    types::AuthFlowType,
};
use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use cognito_tests::{app_client, sdk_config, wire_config};
use harness::{Comparison, compare, count, seconds, time, verdict};
use tokio::runtime::Runtime;
use user_directory::{
    Authentication as _, CreateUser, MessageAction, Register, SecretHash, SignIn,
    UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_cognito::{AppClient, CognitoDirectory};
use user_directory_fake::Fake;

const POOL: &str = "local-fake-1_Example01";
const CLIENT: &str = "1example23456789";
const SECRET: &str = "9example87654321";
const NAME: &str = "kiriukun";
const PASSWORD: &str = "Correct-horse-9";
const LIMIT: f64 = 1.15;

const GET_USER: &str = r#"{"Username":"kiriukun","UserAttributes":[{"Name":"sub","Value":"0f3a1b8c-0000-4000-8000-000000000001"},{"Name":"email","Value":"kiriukun@example.com"}],"UserCreateDate":1571809201.58,"UserLastModifiedDate":1571809201.58,"Enabled":true,"UserStatus":"CONFIRMED"}"#;
const CREATE_USER: &str = r#"{"User":{"Username":"kiriukun","Attributes":[{"Name":"sub","Value":"0f3a1b8c-0000-4000-8000-000000000001"}],"UserCreateDate":1571809201.58,"UserLastModifiedDate":1571809201.58,"Enabled":true,"UserStatus":"FORCE_CHANGE_PASSWORD"}}"#;

fn main() {
    let given = |name| env::args().any(|argument| argument == name);
    if given("--list") {
        return;
    }
    // `cargo bench` gives `--bench`; `cargo test --benches` does not.
    let (rounds, calls) = if given("--bench") && !given("--test") { (31, 400) } else { (1, 3) };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("user-directory-cognito, measured on {cores} cores of");
    println!("{}", harness::cpu());
    println!();
    println!("Ratios: two measures in turn (A, B, A, B, ...), {rounds} times each; the median of");
    println!("B / A and its quartiles. Noise: A / A of the round before.");
    if rounds == 1 {
        println!("This is a trial run: its figures mean nothing.");
    }
    let bench = Bench { runtime: runtime(), rounds, calls };
    bench.overhead();
    bench.in_process();
}

struct Bench {
    runtime: Runtime,
    rounds: usize,
    calls: usize,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without I/O starts")
}

impl Bench {
    /// The implementation beside the SDK, on the same canned answer.
    fn overhead(&self) {
        head("overhead", "bare SDK", "directory");
        let sdk = |body: &str| Client::new(&canned(body));
        let directory = |body: &str| {
            let app_client = AppClient::new(POOL, CLIENT).with_client_secret(SECRET);
            CognitoDirectory::new(&canned(body), app_client).expect("the settings are valid")
        };

        let (client, ours) = (sdk(GET_USER), directory(GET_USER));
        let bare = || async {
            let call = client.admin_get_user().user_pool_id(POOL).username(NAME);
            call.send().await.expect("canned").username
        };
        self.row("get user", bare, || async { ours.user(NAME).await.expect("canned") }, true);

        let (client, ours) = (sdk(CREATE_USER), directory(CREATE_USER));
        let bare = || async {
            let call = client.admin_create_user().user_pool_id(POOL).username(NAME);
            call.temporary_password(PASSWORD).send().await.expect("canned").user
        };
        let create = || async {
            let request = CreateUser::new(NAME).with_temporary_password(PASSWORD);
            ours.create_user(request).await.expect("canned")
        };
        self.row("create user", bare, create, true);

        let tokens = self.tokens();
        let (client, ours) = (sdk(&tokens), directory(&tokens));
        let bare = || async {
            // What an application without the crate computes as well.
            let hash = SecretHash::new(&SECRET.into(), NAME, CLIENT);
            let call = client
                .admin_initiate_auth()
                .user_pool_id(POOL)
                .client_id(CLIENT)
                .auth_flow(AuthFlowType::AdminUserPasswordAuth)
                .auth_parameters("USERNAME", NAME)
                .auth_parameters("PASSWORD", PASSWORD)
                .auth_parameters("SECRET_HASH", hash.expose());
            call.send().await.expect("canned").authentication_result
        };
        let sign_in = || async { ours.sign_in(SignIn::new(NAME, PASSWORD)).await.expect("canned") };
        self.row("sign-in", bare, sign_in, true);
    }

    /// The implementation on the in-process wire, beside the SDK on a canned answer.
    fn in_process(&self) {
        head("in process", "canned", "wire");
        let fake = Fake::new();
        let app = app_client(fake.first_client().clone());
        let directory = CognitoDirectory::new(&wire_config(&fake), app).expect("valid");
        let register = directory.register(Register::new(NAME, PASSWORD));
        let _ = self.runtime.block_on(register).expect("new");

        let client = Client::new(&canned(GET_USER));
        let bare = || async {
            let call = client.admin_get_user().user_pool_id(POOL).username(NAME);
            call.send().await.expect("canned").username
        };
        let get = || async { directory.user(NAME).await.expect("there") };
        let get = self.row("get user", bare, get, false);

        let client = Client::new(&canned(CREATE_USER));
        let bare = || async {
            let call = client.admin_create_user().user_pool_id(POOL).username(NAME);
            call.temporary_password(PASSWORD).send().await.expect("canned").user
        };
        let number = std::cell::Cell::new(0);
        let create = || async {
            number.set(number.get() + 1);
            let request = CreateUser::new(format!("user{}", number.get()))
                .with_message_action(MessageAction::Suppress)
                .with_temporary_password(PASSWORD);
            directory.create_user(request).await.expect("new")
        };
        let create = self.row("create user", bare, create, false);

        let client = Client::new(&canned(&self.tokens()));
        let bare = || async {
            let call = client
                .admin_initiate_auth()
                .user_pool_id(POOL)
                .client_id(CLIENT)
                .auth_flow(AuthFlowType::AdminUserPasswordAuth)
                .auth_parameters("USERNAME", NAME)
                .auth_parameters("PASSWORD", PASSWORD);
            call.send().await.expect("canned").authentication_result
        };
        let sign_in =
            || async { directory.sign_in(SignIn::new(NAME, PASSWORD)).await.expect("registered") };
        let sign_in = self.row("sign-in", bare, sign_in, false);

        println!();
        println!("{:<14}{:>14}{:>14}", "calls/s", "canned", "wire");
        for (what, comparison) in [("get user", get), ("create user", create), ("sign-in", sign_in)]
        {
            let rate = |seconds: f64| count(1.0 / seconds);
            println!("{what:<14}{:>14}{:>14}", rate(comparison.base), rate(comparison.other));
        }
    }

    fn row<T, U, A: Future<Output = T>, B: Future<Output = U>>(
        &self,
        what: &str,
        base: impl Fn() -> A,
        other: impl Fn() -> B,
        limited: bool,
    ) -> Comparison {
        let comparison = compare(
            self.rounds,
            || seconds(self.calls, || drop(self.runtime.block_on(base()))),
            || seconds(self.calls, || drop(self.runtime.block_on(other()))),
        );
        let verdict = match limited {
            true => format!("{} {}", LIMIT, verdict(comparison.ratio.median, LIMIT)),
            false => String::new(),
        };
        println!(
            "{what:<14}{:>10}{:>10}  {}  {}  {verdict}",
            time(comparison.base),
            time(comparison.other),
            comparison.ratio,
            comparison.noise,
        );
        comparison
    }

    /// A sign-in's answer with real tokens.
    fn tokens(&self) -> String {
        let fake = Fake::new();
        let directory = fake.directory();
        let set = self.runtime.block_on(async {
            let _ = directory.register(Register::new(NAME, PASSWORD)).await.expect("new");
            directory.sign_in(SignIn::new(NAME, PASSWORD)).await.expect("registered").tokens()
        });
        let set = set.expect("no challenge");
        serde_json::json!({
            "ChallengeParameters": {},
            "AuthenticationResult": {
                "AccessToken": set.access_token().expose(),
                "IdToken": set.id_token().expose(),
                "RefreshToken": set.grant.refresh_token().expose(),
                "ExpiresIn": 3600,
                "TokenType": "Bearer",
            },
        })
        .to_string()
    }
}

fn head(what: &str, base: &str, other: &str) {
    println!();
    println!("{what:<14}{base:>10}{other:>10}   ratio quartiles    noise quartiles    limit");
}

fn canned(body: &str) -> aws_types::SdkConfig {
    sdk_config()
        .http_client(Canned { body: body.to_owned() })
        .retry_config(RetryConfig::disabled())
        .build()
}

/// Answers every request with one body from memory.
#[derive(Clone, Debug)]
struct Canned {
    body: String,
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
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let body = SdkBody::from(self.body.clone());
        let status = StatusCode::try_from(200).expect("a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, body)))
    }
}
