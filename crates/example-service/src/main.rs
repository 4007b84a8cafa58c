//! Runs the service on 127.0.0.1:3000, on the embedded fake or on Amazon Cognito.
//!
//! ```text
//! cargo run -p example-service
//! COGNITO_CLIENT_SECRET=… cargo run -p example-service -- --cognito <pool id> <client id> [administrator…]
//! ```
//!
//! `REDIS_URL=redis://…` keeps the sign-out ledger in Redis, for several instances.

// It tells on the terminal what to try.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{env, process::ExitCode, sync::Arc};

use aws_config::{BehaviorVersion, Region};
use example_service::{AppState, router};
use tokio::net::TcpListener;
use user_directory::{Register, UserDirectory, UserDirectoryExt as _};
use user_directory_cognito::{AppClient, CognitoDirectory};
use user_directory_fake::FakeDirectory;
use user_directory_tokens::{
    Guarded, InMemoryLedger, RedisLedger, SignOutLedger, TokenVerifier, TokenVerifierBuilder,
    UserPool, fetch_with,
};

/// Behind a proxy that adds TLS, or on this machine alone: the service itself speaks plain HTTP.
const ADDRESS: &str = "127.0.0.1:3000";

const NAME: &str = "alice";
const PASSWORD: &str = "Correct-horse-9";

/// What ends the program: an exit code and one sentence.
type Failure = (u8, String);

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, sentence)) => {
            eprintln!("example-service: {sentence}");
            ExitCode::from(code)
        }
    }
}

async fn run() -> Result<(), Failure> {
    let arguments: Vec<_> =
        env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let state = match arguments.as_slice() {
        [] => on_the_fake().await?,
        ["--cognito", pool_id, client_id, administrators @ ..] => {
            on_cognito(pool_id, client_id, administrators).await?
        }
        ["--cognito", ..] => {
            return Err((2, "--cognito needs a pool id and a client id after it".to_owned()));
        }
        [other, ..] => {
            return Err((
                2,
                format!(
                    "there is no argument {other:?}: give none, or --cognito <pool id> <client id>"
                ),
            ));
        }
    };
    let fails = |error: std::io::Error| (1, format!("cannot serve on {ADDRESS}: {error}"));
    let listener = TcpListener::bind(ADDRESS).await.map_err(fails)?;
    if arguments.is_empty() {
        tell_what_to_try();
    }
    println!("listening on http://{ADDRESS}, until Ctrl-C");
    let until_ctrl_c = async {
        // Without a handler for it, Ctrl-C would have to end the program at once.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, router(state)).with_graceful_shutdown(until_ctrl_c).await.map_err(fails)
}

/// A service on a fake with one user, who is an administrator.
async fn on_the_fake() -> Result<AppState, Failure> {
    let directory = FakeDirectory::new();
    let alice = Register::new(NAME, PASSWORD).with_attributes([("email", "alice@example.com")]);
    let failed = |error| (1, format!("cannot register {NAME}: {error}"));
    let _ = directory.register(alice).await.map_err(failed)?;

    let client = directory.client();
    let keys = directory.fake().jwks(&client.pool_id).unwrap_or_default();
    let verifier = TokenVerifier::builder(UserPool::new(&client.pool_id, [&client.client_id]))
        .fetcher(fetch_with(move |_| Ok(keys.clone().into_bytes())))
        .trust_public_test_keys();
    let pool_id = client.pool_id.clone();
    guarded(directory, &pool_id, verifier, &[NAME]).await
}

async fn on_cognito(
    pool_id: &str,
    client_id: &str,
    administrators: &[&str],
) -> Result<AppState, Failure> {
    let Some((region, _)) = pool_id.split_once('_') else {
        let mend = "take it from the console, such as eu-west-1_Example01";
        return Err((2, format!("the pool id {pool_id:?} is not <region>_<name>: {mend}")));
    };
    let secret = env::var("COGNITO_CLIENT_SECRET").map_err(|_| {
        let sentence = "COGNITO_CLIENT_SECRET is not set: set it to the secret of the app client";
        (2, sentence.to_owned())
    })?;
    let region = Region::new(region.to_owned());
    let config = aws_config::defaults(BehaviorVersion::latest()).region(region).load().await;
    let app_client = AppClient::new(pool_id, client_id).with_client_secret(secret);
    let directory = CognitoDirectory::new(&config, app_client)
        .map_err(|error| (2, format!("cannot use the user pool {pool_id}: {error}")))?;
    let verifier = TokenVerifier::builder(UserPool::new(pool_id, [client_id]));
    guarded(directory, pool_id, verifier, administrators).await
}

/// A service whose directory writes the ledger that its verifier asks.
async fn guarded(
    directory: impl UserDirectory,
    pool_id: &str,
    verifier: TokenVerifierBuilder,
    administrators: &[&str],
) -> Result<AppState, Failure> {
    let ledger = ledger().await?;
    let verifier = verifier.ledger(ledger.clone()).build();
    let verifier = verifier.map_err(|error| (1, format!("cannot verify tokens: {error}")))?;
    let load = verifier.load_keys().await;
    load.map_err(|error| (1, format!("cannot verify tokens of {pool_id}: {error}")))?;
    let directory = Guarded::new(directory, ledger, pool_id)
        .map_err(|error| (1, format!("cannot end sign-ins of {pool_id}: {error}")))?;
    Ok(AppState::new(Arc::new(directory), verifier, administrators.iter().copied()))
}

async fn ledger() -> Result<Arc<dyn SignOutLedger>, Failure> {
    let Ok(url) = env::var("REDIS_URL") else { return Ok(Arc::new(InMemoryLedger::new())) };
    match RedisLedger::builder(url).connect().await {
        Ok(ledger) => Ok(Arc::new(ledger)),
        Err(error) => Err((1, format!("cannot use the Redis of REDIS_URL: {error}"))),
    }
}

fn tell_what_to_try() {
    let json = "-H 'content-type: application/json'";
    let credentials = format!(r#"{{"username":"{NAME}","password":"{PASSWORD}"}}"#);
    println!(
        "On an in-memory fake of Cognito. The user {NAME} has the password {PASSWORD}. Try:\n"
    );
    println!("curl -c jar {json} -d '{credentials}' http://{ADDRESS}/login");
    println!("curl -b jar http://{ADDRESS}/me");
    println!("curl -b jar 'http://{ADDRESS}/admin/users?email=alice&limit=10'");
    println!("curl -b jar -c jar {json} -d '{{}}' http://{ADDRESS}/logout\n");
}
