//! Runs the service on the embedded fake or on Amazon Cognito, as its [`Settings`] say.
//!
//! ```text
//! cargo run -p example-service
//! cargo run -p example-service -- crates/example-service/cognito.toml
//! ```

// It tells on the terminal what to try.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::{env, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use aws_config::{BehaviorVersion, Region};
use example_service::{AppState, CognitoSettings, SecretFrom, Settings, router};
use tokio::net::TcpListener;
use user_directory::{OwnFactors, Register, SelfService, UserDirectory, UserDirectoryExt as _};
use user_directory_cognito::{AppClient, CognitoDirectory, SecretsManagerSource};
use user_directory_fake::{Fake, FakeDirectory};
use user_directory_tokens::{
    Guarded, InMemoryLedger, RedisLedger, SignOutLedger, TokenVerifier, TokenVerifierBuilder,
    UserPool, fetch_with,
};

const NAME: &str = "alice";
const PASSWORD: &str = "Correct-horse-9";

/// How long sign-ins can be refreshed, unless the app client says otherwise: what a new password
/// ends must stay ended for as long.
const REFRESH_TOKEN_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

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
    let mut arguments = env::args_os().skip(1);
    let file = arguments.next().map(PathBuf::from);
    if arguments.next().is_some() {
        return Err((2, "there is one argument at most: a configuration file".to_owned()));
    }
    // Variables that are not text are no settings of ours.
    let environment = env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let settings = Settings::read(file.as_deref(), environment);
    let settings = settings.map_err(|error| (2, error.to_string()))?;
    let state = match &settings.cognito {
        Some(cognito) => on_cognito(cognito, &settings).await?,
        None => on_the_fake(&settings).await?,
    };
    let address = settings.listen;
    let fails = |error: std::io::Error| (1, format!("cannot serve on {address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(fails)?;
    let address = listener.local_addr().map_err(fails)?;
    if settings.cognito.is_none() {
        tell_what_to_try(&address.to_string());
    }
    println!("listening on http://{address}; stop with Ctrl-C");
    let until_ctrl_c = async {
        // Without a handler for it, Ctrl-C would have to end the program at once.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    axum::serve(listener, router(state)).with_graceful_shutdown(until_ctrl_c).await.map_err(fails)
}

/// A service on a fake with one user, who is an administrator.
async fn on_the_fake(settings: &Settings) -> Result<AppState, Failure> {
    let directory = FakeDirectory::new();
    let alice = Register::new(NAME, PASSWORD).with_verified_email("alice@example.com");
    let failed = |error| (1, format!("cannot register {NAME}: {error}"));
    let _ = directory.register(alice).await.map_err(failed)?;
    tokio::spawn(print_messages(directory.fake().clone()));

    let client = directory.client().clone();
    let keys = directory.fake().jwks(&client.pool_id).unwrap_or_default();
    let verifier = TokenVerifier::builder(UserPool::new(&client.pool_id, [&client.client_id]))
        .fetcher(fetch_with(move |_| Ok(keys.clone().into_bytes())))
        .trust_public_test_keys();
    let mut settings = settings.clone();
    settings.administrators.push(NAME.to_owned());
    guarded(directory, FakeDirectory::self_service, &client.pool_id, verifier, &settings).await
}

/// What Cognito would send: codes, for forgotten passwords.
async fn print_messages(fake: Fake) {
    let mut printed = fake.inbox().messages().len();
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let messages = fake.inbox().messages();
        for message in &messages[printed.min(messages.len())..] {
            println!("to {}: {}", message.destination, message.text.expose());
        }
        printed = messages.len();
    }
}

async fn on_cognito(cognito: &CognitoSettings, settings: &Settings) -> Result<AppState, Failure> {
    let CognitoSettings { user_pool_id, client_id, secret, .. } = cognito;
    let Some((region, _)) = user_pool_id.split_once('_') else {
        let form = "take it from the console, such as eu-west-1_Example01";
        return Err((2, format!("the pool id {user_pool_id:?} is not <region>_<name>: {form}")));
    };
    let region = Region::new(region.to_owned());
    let config = aws_config::defaults(BehaviorVersion::latest()).region(region).load().await;
    let app_client = AppClient::new(user_pool_id, client_id);
    let app_client = match secret {
        SecretFrom::SecretsManager(id) => {
            let source = SecretsManagerSource::new(&config, id, &app_client);
            app_client.with_client_secret_source(Arc::new(source))
        }
        SecretFrom::Here(secret) => app_client.with_client_secret(secret),
        _ => {
            return Err((2, "this service does not know this source of client secrets".to_owned()));
        }
    };
    let directory = CognitoDirectory::new(&config, app_client)
        .map_err(|error| (2, format!("cannot use the user pool {user_pool_id}: {error}")))?;
    let verifier = TokenVerifier::builder(UserPool::new(user_pool_id, [client_id]));
    guarded(directory, CognitoDirectory::self_service, user_pool_id, verifier, settings).await
}

/// A service whose handles write the ledger that its verifier asks.
async fn guarded<D: UserDirectory + Clone, S: OwnFactors + SelfService>(
    directory: D,
    self_service: fn(&D) -> S,
    pool_id: &str,
    verifier: TokenVerifierBuilder,
    settings: &Settings,
) -> Result<AppState, Failure> {
    let ledger = ledger(settings).await?;
    let verifier = verifier.ledger(ledger.clone()).build();
    let verifier = verifier.map_err(|error| (1, format!("cannot verify tokens: {error}")))?;
    let load = verifier.load_keys().await;
    load.map_err(|error| (1, format!("cannot verify tokens of {pool_id}: {error}")))?;
    let guard = || {
        let users: Arc<dyn UserDirectory> = Arc::new(directory.clone());
        let directory = Guarded::new(directory.clone(), ledger, pool_id)?;
        let own = directory.self_service(self_service)?;
        let own = own.end_on_password_recovery(users, REFRESH_TOKEN_LIFE)?;
        Ok((directory, own))
    };
    let (directory, own) = guard().map_err(|error: user_directory_tokens::SettingsError| {
        (1, format!("cannot end sign-ins of {pool_id}: {error}"))
    })?;
    let administrators = settings.administrators.iter().map(String::as_str);
    Ok(AppState::new(Arc::new(directory), Arc::new(own), verifier, administrators))
}

async fn ledger(settings: &Settings) -> Result<Arc<dyn SignOutLedger>, Failure> {
    let Some(url) = &settings.redis_url else { return Ok(Arc::new(InMemoryLedger::new())) };
    match RedisLedger::builder(url).connect().await {
        Ok(ledger) => Ok(Arc::new(ledger)),
        Err(error) => Err((1, format!("cannot use the Redis of redis_url: {error}"))),
    }
}

fn tell_what_to_try(address: &str) {
    let json = "-H 'content-type: application/json'";
    let credentials = format!(r#"{{"username":"{NAME}","password":"{PASSWORD}"}}"#);
    println!(
        "On an in-memory fake of Cognito. The user {NAME} has the password {PASSWORD}. Try:\n"
    );
    println!("curl -c jar {json} -d '{credentials}' http://{address}/login");
    println!("curl -b jar http://{address}/me");
    println!("curl -b jar 'http://{address}/admin/users?email=alice&limit=10'");
    println!("curl -b jar -c jar {json} -d '{{}}' http://{address}/logout");
    let forgetful = format!(r#"{{"username":"{NAME}"}}"#);
    println!("curl {json} -d '{forgetful}' http://{address}/forgot-password");
    let reset = format!(r#"{{"username":"{NAME}","code":"…","new_password":"Another-staple-7"}}"#);
    println!(
        "curl {json} -d '{reset}' http://{address}/reset-password   # with the code from below\n"
    );
}
