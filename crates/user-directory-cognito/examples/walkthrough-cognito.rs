//! The story of a server-side application and its users, through the AWS SDK: by default over the
//! in-process wire, with `--endpoint URL` against anything that speaks Cognito's protocol.
//!
//! ```text
//! cargo run -p user-directory-cognito --example walkthrough-cognito
//! cargo run -p user-directory-cognito --example walkthrough-cognito -- --endpoint http://localhost:5000
//! ```
//!
//! It makes a pool of its own and deletes it at the end. Credentials and region come from
//! AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION; without them it takes
//! made-up ones, with which emulators are content.

// A story is told on the terminal.
#![allow(clippy::print_stdout)]

use std::{env, error::Error as StdError, process::ExitCode};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_types::sdk_config::Builder;
use user_directory::{
    AuthOutcome, Authentication as _, AuthenticationExt as _, CreateUser, Error, MessageAction,
    Operation, Refresh, Refreshed, Register, Registration, Result, SelfService as _,
    SetUserPassword, SignIn, TokenSet, UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_cognito::{
    AppClient, CognitoDirectory, CognitoSelfService, SdkConfig,
    sdk::{
        Client,
        config::{BehaviorVersion, Region},
        error::ProvideErrorMetadata,
        types::ExplicitAuthFlowsType,
    },
};
use user_directory_fake::{Fake, Fault};
use user_directory_wire::WireHttpClient;

const NAME: &str = "kiriukun";
const TEMPORARY: &str = "Temporary-mare-3";
const PASSWORD: &str = "Correct-horse-9";
/// Who is registered in one call.
const OTHER: &str = "hanako";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nThe story ends early: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn StdError>> {
    let endpoint = endpoint_argument()?;
    let fake = Fake::new();
    let config = match &endpoint {
        Some(url) => config(&variable("AWS_REGION", "us-east-1")).endpoint_url(url).build(),
        None => config(fake.region()).http_client(WireHttpClient::new(fake.clone())).build(),
    };
    println!("A user directory on Amazon Cognito, through the AWS SDK");
    let pool = OwnPool::create(&config).await?;
    let story = tell(&config, &pool, endpoint.is_none().then_some(&fake)).await;
    // However the story ended.
    pool.delete().await?;
    story
}

async fn tell(
    config: &SdkConfig,
    pool: &OwnPool,
    fake: Option<&Fake>,
) -> Result<(), Box<dyn StdError>> {
    let directory = CognitoDirectory::new(config, pool.app_client.clone())?;
    let own = CognitoSelfService::new(config, pool.app_client.clone())?;
    println!("pool {} at {}", pool.app_client.pool_id, directory.endpoint());

    create(&directory).await?;
    register(&directory).await?;
    let mut set = sign_in(&directory).await?;
    refresh(&directory, &mut set).await?;
    sign_out(&directory, &own, &set).await?;
    delete(&directory).await?;
    if let Some(fake) = fake {
        retries(&directory, fake).await?;
    }
    Ok(())
}

/// An administrator creates a user in two calls, and the status says what is still missing.
async fn create(directory: &CognitoDirectory) -> Result<()> {
    chapter("Create a user: AdminCreateUser");
    let request = CreateUser::new(NAME)
        .with_temporary_password(TEMPORARY)
        .with_message_action(MessageAction::Suppress);
    directory.create_user(request).await?;
    say("a temporary password", "ok, and no invitation is sent");
    status(directory, NAME).await?;

    chapter("Sign in with the temporary password: AdminInitiateAuth");
    match directory.sign_in(SignIn::new(NAME, TEMPORARY)).await {
        Ok(AuthOutcome::Challenge(challenge)) => {
            say("instead of tokens", &format!("the challenge {}", challenge.name()));
        }
        Ok(_) => say("tokens", "which Cognito would not give"),
        // Some emulators leave the challenge's parameters out.
        Err(error) => say("instead of tokens", &shown(&error)),
    }
    status(directory, NAME).await?;

    chapter("Give the user a permanent password: AdminSetUserPassword");
    let short = SetUserPassword::permanent(NAME, "short");
    refused("too short a password", directory.set_user_password(short).await);
    status(directory, NAME).await?;
    directory.set_user_password(SetUserPassword::permanent(NAME, PASSWORD)).await?;
    say("a good password", "ok");
    status(directory, NAME).await?;
    Ok(())
}

async fn register(directory: &CognitoDirectory) -> Result<()> {
    chapter("Register: both calls in one, and no user is left half made");
    let weak = directory.register(Register::new(OTHER, "short")).await;
    refused("too short a password", weak);
    refused("and left no user", directory.user(OTHER).await);
    match directory.register(Register::new(OTHER, PASSWORD)).await? {
        Registration::Complete(user) => say("a good password", &format!("ok, {}", user.status)),
        Registration::Unfinished(unfinished) => {
            say("a good password", &format!("unfinished: {}", shown(unfinished.cause())));
            unfinished.finish(directory, PASSWORD).await?;
        }
    }
    status(directory, OTHER).await?;
    let again = directory.register(Register::new(OTHER, "Another-staple-7")).await;
    refused("the same name again", again);
    Ok(())
}

async fn sign_in(directory: &CognitoDirectory) -> Result<TokenSet> {
    chapter("Sign in: AdminInitiateAuth with a secret hash");
    refused("a wrong password", directory.sign_in(SignIn::new(NAME, "Wrong-horse-9")).await);
    refused("an unknown user", directory.sign_in(SignIn::new("nobody", PASSWORD)).await);
    let outcome = directory.sign_in(SignIn::new(NAME, PASSWORD)).await?;
    let set = outcome.tokens().expect("a confirmed user gets tokens");
    say("the right password", &format!("tokens for {} s", set.expires_in().as_secs()));
    say("  real user name", set.grant.username());
    say("  printed with {:?}", &format!("{:?}", set.access_token()));
    Ok(set)
}

async fn refresh(directory: &CognitoDirectory, set: &mut TokenSet) -> Result<()> {
    chapter("Refresh: the grant carries the real user name for the secret hash");
    match directory.refresh(Refresh::from(&set.grant)).await? {
        Refreshed::Kept(_) => say("refresh", "new access and ID token, no refresh token"),
        Refreshed::Rotated(_) => say("refresh", "a new refresh token as well"),
    }
    directory.refresh_in_place(set).await?;
    say("refresh_in_place", "the set has new tokens and its old grant");
    Ok(())
}

async fn sign_out(
    directory: &CognitoDirectory,
    own: &CognitoSelfService,
    set: &TokenSet,
) -> Result<()> {
    chapter("Sign out: AdminUserGlobalSignOut");
    let before = own.user(set.access_token()).await?;
    say("GetUser before", &format!("ok, {}", before.username));
    directory.global_sign_out(NAME).await?;
    say("sign-out", "ok");
    status(directory, NAME).await?;
    refused("GetUser after", own.user(set.access_token()).await);
    refused("refresh after", directory.refresh(Refresh::from(&set.grant)).await);
    Ok(())
}

async fn delete(directory: &CognitoDirectory) -> Result<()> {
    chapter("Delete: AdminDeleteUser");
    directory.delete_user(NAME).await?;
    say("the first time", "ok");
    refused("the second time", directory.delete_user(NAME).await);
    Ok(())
}

/// What is sent again, and what is not: the faults are the fake's, so only in process.
async fn retries(directory: &CognitoDirectory, fake: &Fake) -> Result<()> {
    chapter("What is sent again, and what is not");
    let _ = directory.register(Register::new(NAME, PASSWORD)).await?;
    fake.calls().clear();

    fake.faults().inject(Fault::throttling(Operation::AdminSetUserPassword).times(1));
    let request = SetUserPassword::permanent(NAME, PASSWORD);
    directory.set_user_password(request).await?;
    let count = |operation| fake.calls().count(operation).to_string();
    say("a change, throttled once", "ok");
    say("  requests", &count(Operation::AdminSetUserPassword));

    fake.faults().inject(Fault::answer_lost(Operation::AdminGetUser).times(1));
    directory.user(NAME).await?;
    say("a read, answer lost", "ok");
    say("  requests", &count(Operation::AdminGetUser));

    fake.faults().inject(Fault::answer_lost(Operation::AdminInitiateAuth).times(1));
    let lost = directory.sign_in(SignIn::new(NAME, PASSWORD)).await;
    refused("a sign-in, answer lost", lost);
    say("  requests", &count(Operation::AdminInitiateAuth));
    Ok(())
}

/// A pool with a client that this run has created, and deletes.
struct OwnPool {
    client: Client,
    app_client: AppClient,
}

impl OwnPool {
    async fn create(config: &SdkConfig) -> Result<Self, Box<dyn StdError>> {
        let client = Client::new(config);
        let name = "user-directory-walkthrough";
        let pool = client.create_user_pool().pool_name(name).send().await.map_err(sdk_error)?;
        let pool = pool.user_pool.and_then(|pool| pool.id).ok_or("the new pool has no id")?;
        let mut own = Self { client, app_client: AppClient::new(pool, "") };
        if let Err(error) = own.create_client(name).await {
            own.delete().await?;
            return Err(error);
        }
        Ok(own)
    }

    async fn create_client(&mut self, name: &str) -> Result<(), Box<dyn StdError>> {
        let created = self
            .client
            .create_user_pool_client()
            .user_pool_id(&self.app_client.pool_id)
            .client_name(name)
            .generate_secret(true)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowAdminUserPasswordAuth)
            .explicit_auth_flows(ExplicitAuthFlowsType::AllowRefreshTokenAuth)
            .send()
            .await
            .map_err(sdk_error)?;
        let created = created.user_pool_client.ok_or("the new client is not described")?;
        self.app_client.client_id = created.client_id.ok_or("the new client has no id")?;
        self.app_client.client_secret = created.client_secret.map(Into::into);
        Ok(())
    }

    async fn delete(&self) -> Result<(), Box<dyn StdError>> {
        let pool_id = &self.app_client.pool_id;
        self.client.delete_user_pool().user_pool_id(pool_id).send().await.map_err(sdk_error)?;
        println!("\nThe pool {pool_id} is deleted.");
        Ok(())
    }
}

/// Code and text, or what kept the call from being answered: the SDK's own Debug is pages long.
fn sdk_error<E: ProvideErrorMetadata + StdError>(error: E) -> Box<dyn StdError> {
    if let (Some(code), Some(message)) = (error.code(), error.message()) {
        return format!("{code}: {message}").into();
    }
    let mut source: &dyn StdError = &error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    format!("{error}: {source}").into()
}

fn endpoint_argument() -> Result<Option<String>, Box<dyn StdError>> {
    let mut arguments = env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        (None, ..) => Ok(None),
        (Some("--endpoint"), Some(url), None) => Ok(Some(url)),
        (Some("--endpoint"), None, _) => Err("--endpoint needs a URL after it".into()),
        (Some(other), ..) => {
            Err(format!("there is no argument {other:?}: only --endpoint URL").into())
        }
    }
}

fn config(region: &str) -> Builder {
    let credentials = Credentials::new(
        variable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        variable("AWS_SECRET_ACCESS_KEY", "made-up"),
        env::var("AWS_SESSION_TOKEN").ok(),
        None,
        "walkthrough",
    );
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
}

fn variable(name: &str, otherwise: &str) -> String {
    env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}

async fn status(directory: &CognitoDirectory, name: &str) -> Result<()> {
    let user = directory.user(name).await?;
    say("  status", user.status.name());
    Ok(())
}

fn refused<T>(what: &str, result: Result<T>) {
    match result {
        Ok(_) => say(what, "ok, which it should not be"),
        Err(error) => say(what, &shown(&error)),
    }
}

fn shown(error: &Error) -> String {
    let code = error.code().map_or_else(|| format!("{:?}", error.kind()), str::to_owned);
    // The text gets its own line where both do not fit.
    if code.len() + error.message().len() + 2 > WIDTH - LEFT {
        let indent = LEFT.min(WIDTH.saturating_sub(error.message().len()));
        format!("{code}\n{:indent$}{}", "", error.message())
    } else {
        format!("{code}: {}", error.message())
    }
}

const WIDTH: usize = 80;
const LEFT: usize = 28;

fn chapter(title: &str) {
    println!("\n{title}");
    println!("{}", "-".repeat(title.chars().count()));
}

fn say(what: &str, outcome: &str) {
    let indented = format!("  {what}");
    println!("{indented:LEFT$}{outcome}");
}
