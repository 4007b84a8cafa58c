//! The story of a server-side application and its users, on the fake, step by step: each call, the
//! status after it, and what a server sees. Then what the clock and the faults can do.
//!
//! `cargo run --example walkthrough`

// A story is told on the terminal.
#![allow(clippy::print_stdout)]

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use user_directory::{
    Authentication as _, AuthenticationExt as _, CreateUser, Error, MessageAction, Operation,
    Refresh, Refreshed, Register, Registration, Result, SelfService as _, SetUserPassword, SignIn,
    TokenSet, UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_fake::{Fake, FakeDirectory, FakeSelfService, Fault};

const NAME: &str = "kiriukun";
const TEMPORARY: &str = "Temporary-mare-3";
const PASSWORD: &str = "Correct-horse-9";
/// Who is registered in one call.
const OTHER: &str = "hanako";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let fake = Fake::new();
    let directory = fake.directory();
    let own = fake.self_service();
    println!("A user directory, offline");
    println!("pool {}, client with a secret, existence errors hidden", directory.client().pool_id);

    create(&directory).await?;
    register(&directory).await?;
    let mut set = sign_in(&directory).await?;
    refresh(&directory, &mut set).await?;
    sign_out(&directory, &own, &set).await?;
    delete(&directory).await?;
    clock(&directory).await?;
    faults(&directory).await?;

    chapter("Every call, as the fake has logged it");
    for operation in Operation::ALL {
        let count = fake.calls().count(*operation);
        if count > 0 {
            say(operation.name(), &format!("{count:>3}"));
        }
    }
    Ok(())
}

/// An administrator creates a user in two calls, and the status says what is still missing.
async fn create(directory: &FakeDirectory) -> Result<()> {
    chapter("Create a user: AdminCreateUser");
    let request = CreateUser::new(NAME)
        .with_temporary_password(TEMPORARY)
        .with_message_action(MessageAction::Suppress);
    directory.create_user(request).await?;
    say("a temporary password", "ok, and no invitation is sent");
    status(directory, NAME).await?;

    chapter("Sign in with the temporary password: AdminInitiateAuth");
    let outcome = directory.sign_in(SignIn::new(NAME, TEMPORARY)).await?;
    let challenge = outcome.challenge().expect("a temporary password gets a challenge");
    say("instead of tokens", &format!("the challenge {}", challenge.name()));
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

async fn register(directory: &FakeDirectory) -> Result<()> {
    chapter("Register: both calls in one, and no user is left half made");
    let weak = directory.register(Register::new(OTHER, "short")).await;
    refused("too short a password", weak);
    refused("and left no user", directory.user(OTHER).await);
    let _ = directory.register(Register::new(OTHER, PASSWORD)).await?;
    say("a good password", "ok");
    status(directory, OTHER).await?;
    let again = directory.register(Register::new(OTHER, "Another-staple-7")).await;
    refused("the same name again", again);
    Ok(())
}

async fn sign_in(directory: &FakeDirectory) -> Result<TokenSet> {
    chapter("Sign in: AdminInitiateAuth with a secret hash");
    refused("a wrong password", directory.sign_in(SignIn::new(NAME, "Wrong-horse-9")).await);
    refused("an unknown user", directory.sign_in(SignIn::new("nobody", PASSWORD)).await);
    let outcome = directory.sign_in(SignIn::new(NAME, PASSWORD)).await?;
    let set = outcome.tokens().expect("a confirmed user gets tokens");
    say("the right password", &format!("tokens for {} s", set.expires_in().as_secs()));
    say("  access token", &claims(set.access_token().expose()));
    say("  ID token", &claims(set.id_token().expose()));
    say("  printed with {:?}", &format!("{:?}", set.access_token()));
    Ok(set)
}

async fn refresh(directory: &FakeDirectory, set: &mut TokenSet) -> Result<()> {
    chapter("Refresh: the grant carries the real user name for the secret hash");
    directory.fake().clock().advance(Duration::from_secs(10 * 60));
    match directory.refresh(Refresh::from(&set.grant)).await? {
        Refreshed::Kept(tokens) => {
            say("ten minutes later", "new access and ID token, no refresh token");
            say("  access token", &claims(tokens.access_token.expose()));
        }
        Refreshed::Rotated(_) => say("ten minutes later", "a new refresh token as well"),
    }
    directory.refresh_in_place(set).await?;
    say("refresh_in_place", "the set has new tokens and its old grant");
    Ok(())
}

async fn sign_out(directory: &FakeDirectory, own: &FakeSelfService, set: &TokenSet) -> Result<()> {
    chapter("Sign out: AdminUserGlobalSignOut");
    let before = own.user(set.access_token()).await?;
    say("GetUser before", &format!("ok, {}", before.username));
    directory.global_sign_out(NAME).await?;
    say("sign-out", "ok");
    status(directory, NAME).await?;
    refused("GetUser after", own.user(set.access_token()).await);
    refused("refresh after", directory.refresh(Refresh::from(&set.grant)).await);
    let left = seconds_left(directory, set.id_token().expose());
    say("the ID token", &format!("still verifies offline for {left} s"));
    say("the access token", "too: an app that wants them dead keeps a record");
    Ok(())
}

async fn delete(directory: &FakeDirectory) -> Result<()> {
    chapter("Delete: AdminDeleteUser");
    directory.delete_user(NAME).await?;
    say("the first time", "ok");
    refused("the second time", directory.delete_user(NAME).await);
    Ok(())
}

async fn clock(directory: &FakeDirectory) -> Result<()> {
    chapter("What the clock can do");
    let _ = directory.register(Register::new(NAME, PASSWORD)).await?;
    let outcome = directory.sign_in(SignIn::new(NAME, PASSWORD)).await?;
    let set = outcome.tokens().expect("a confirmed user gets tokens");
    let day = Duration::from_secs(24 * 60 * 60);
    directory.fake().clock().advance(29 * day);
    let refreshed = directory.refresh(Refresh::from(&set.grant)).await.map(|_| "ok");
    say("refresh after 29 days", refreshed?);
    directory.fake().clock().advance(day);
    refused("refresh after 30 days", directory.refresh(Refresh::from(&set.grant)).await);
    Ok(())
}

async fn faults(directory: &FakeDirectory) -> Result<()> {
    chapter("What the faults can do");
    let faults = directory.fake().faults();
    faults.inject(Fault::throttling(Operation::AdminGetUser).times(1));
    let throttled = directory.user(NAME).await.expect_err("the fault throttles it");
    say("throttled", &shown(&throttled));
    say("  may be sent again", &throttled.is_retryable().to_string());

    faults.inject(Fault::answer_lost(Operation::AdminCreateUser).times(1));
    match directory.register(Register::new("alice", PASSWORD)).await? {
        Registration::Complete(_) => say("a lost answer", "complete"),
        Registration::Unfinished(unfinished) => {
            say("a lost answer", &shown(unfinished.cause()));
            say("  register answers", "unfinished: nobody knows, nothing is deleted");
            unfinished.finish(directory, PASSWORD).await?;
            let user = directory.user("alice").await?;
            say("  finish() answers", &format!("ok, alice is {}", user.status));
        }
    }
    Ok(())
}

async fn status(directory: &FakeDirectory, name: &str) -> Result<()> {
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

fn claims(token: &str) -> String {
    let claims = payload(token);
    let text = |name: &str| claims[name].as_str().unwrap_or("-").to_owned();
    let minutes = (claims["exp"].as_u64().unwrap_or(0) - claims["iat"].as_u64().unwrap_or(0)) / 60;
    format!("{} use, {} min, jti {}…", text("token_use"), minutes, &text("jti")[..8])
}

fn seconds_left(directory: &FakeDirectory, token: &str) -> u64 {
    let now = directory.fake().clock().now().duration_since(std::time::UNIX_EPOCH);
    payload(token)["exp"].as_u64().unwrap_or(0) - now.unwrap_or_default().as_secs()
}

/// The claims of a token, unverified.
fn payload(token: &str) -> serde_json::Value {
    let payload = token.split('.').nth(1).expect("a JWT has three parts");
    let payload = URL_SAFE_NO_PAD.decode(payload).expect("a JWT is base64url");
    serde_json::from_slice(&payload).expect("claims are JSON")
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
