//! No secret reaches Debug, an error, a panic, the call log or a trace: each type by a test.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing_subscriber::fmt::MakeWriter;
use user_directory::{
    AuthOutcome, Authentication as _, Challenge, ChallengeAnswer, ClientSecret, CreateUser,
    DeliveryMedium, Password, Refresh, Register, Registration, ResetUserPassword, Revoke,
    SelfService as _, SetUserPassword, SignIn, UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_fake::{Fake, FakeDirectory, Secret, SeedUser, UserStatus};
use user_directory_pool as pool;

const PASSWORD: &str = "Hunter2-never-printed";
const TEMPORARY: &str = "Temporary-3-never-printed";

/// What was shown, and what must not be in it.
#[derive(Default)]
struct Watch {
    shown: Vec<String>,
    secrets: Vec<String>,
}

impl Watch {
    fn show(&mut self, value: &impl std::fmt::Debug) {
        self.shown.push(format!("{value:?}"));
        self.shown.push(format!("{value:#?}"));
    }

    fn secret(&mut self, value: &str) {
        assert!(value.len() >= 6, "a short secret would be found by accident");
        self.secrets.push(value.to_owned());
    }

    fn check(&self) {
        assert!(!self.shown.is_empty() && !self.secrets.is_empty());
        for shown in &self.shown {
            for (place, secret) in self.secrets.iter().enumerate() {
                // The message names the place of the secret, not the secret.
                assert!(!shown.contains(secret.as_str()), "secret {place} is shown");
            }
        }
    }
}

/// A walk through everything that carries a secret, with Debug of each thing on the way.
async fn walk(fake: &Fake) -> Watch {
    let mut watch = Watch::default();
    let (directory, own) = (fake.directory(), fake.self_service());
    watch.secret(PASSWORD);
    watch.secret(TEMPORARY);
    let secret = fake.first_client().client_secret.clone().expect("it has one");
    watch.secret(secret.expose());
    watch.show(fake);
    watch.show(&directory);
    watch.show(&own);
    watch.show(fake.first_client());

    let register = Register::new("alice", PASSWORD)
        .with_attributes([("email", "alice@example.com"), ("email_verified", "true")]);
    watch.show(&register);
    watch.show(&directory.register(register).await);
    let sign_in = SignIn::new("alice", PASSWORD);
    watch.show(&sign_in);
    let outcome = directory.sign_in(sign_in).await.expect("alice may");
    watch.show(&outcome);
    let AuthOutcome::Tokens(set) = outcome else { panic!("alice is confirmed") };
    watch.secret(set.access_token().expose());
    watch.secret(set.id_token().expose());
    watch.secret(set.grant.refresh_token().expose());
    // The middle of a token, in case its start is cut off.
    watch.secret(&set.grant.refresh_token().expose()[80..120]);
    watch.show(&Refresh::from(&set.grant));
    watch.show(&Revoke::from(&set.grant));
    watch.show(&directory.refresh(Refresh::from(&set.grant)).await);
    watch.show(&own.user(set.access_token()).await);
    watch.show(&own.user(&"garbage".into()).await);

    let create = CreateUser::new("bob")
        .with_temporary_password(TEMPORARY)
        .with_attributes([("email", "bob@example.com")])
        .with_delivery_mediums([DeliveryMedium::Email]);
    watch.show(&create);
    watch.show(&directory.create_user(create).await);
    watch.show(&fake.inbox());
    let outcome = directory.sign_in(SignIn::new("bob", TEMPORARY)).await.expect("a challenge");
    watch.show(&outcome);
    let AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge)) = outcome else {
        panic!("bob has a temporary password")
    };
    watch.secret(challenge.session().expose());
    let answer: ChallengeAnswer = challenge.answer(PASSWORD);
    watch.show(&answer);
    watch.show(&directory.respond_to_challenge(answer.clone()).await);
    watch.show(&directory.respond_to_challenge(answer).await);

    let request = SetUserPassword::permanent("alice", PASSWORD);
    watch.show(&request);
    watch.show(&directory.set_user_password(request).await);
    watch.show(&directory.set_user_password(SetUserPassword::permanent("alice", "weak")).await);
    watch.show(&directory.set_user_password(SetUserPassword::permanent("x", PASSWORD)).await);
    watch.show(&directory.sign_in(SignIn::new("alice", TEMPORARY)).await);
    directory.reset_user_password(ResetUserPassword::new("alice")).await.expect("verified");
    let code = fake.inbox().last("alice").and_then(|message| message.code).expect("a code");
    watch.secret(code.expose());
    watch.show(&fake.inbox());
    watch.show(&directory.revoke(Revoke::from(&set.grant)).await);
    watch.show(fake.calls());
    watch.show(fake.faults());
    watch
}

#[tokio::test]
async fn debug_of_everything_on_the_way() {
    walk(&Fake::new()).await.check();
}

#[tokio::test]
async fn errors_and_their_display() {
    let directory = FakeDirectory::new();
    let mut watch = Watch::default();
    watch.secret(PASSWORD);
    let _ = directory.register(Register::new("alice", PASSWORD)).await.expect("alice is new");
    let long = format!("{PASSWORD}{}", "x".repeat(300));
    for error in [
        directory.sign_in(SignIn::new(PASSWORD, PASSWORD)).await.expect_err("unknown"),
        directory.user(&PASSWORD.repeat(10)).await.expect_err("too long a name"),
        directory
            .set_user_password(SetUserPassword::permanent("alice", &*long))
            .await
            .expect_err("too long a password"),
        directory
            .register(Register::new("alice", PASSWORD))
            .await
            .map(Registration::complete)
            .expect_err("taken"),
    ] {
        watch.shown.push(error.to_string());
        watch.show(&error);
    }
    watch.check();
}

#[test]
fn requests_of_the_pool() {
    let mut watch = Watch::default();
    watch.secret(PASSWORD);
    let secret = || Secret::new(PASSWORD);
    let mut sign_in = pool::AdminInitiateAuthRequest::new("p_1", "c", "ADMIN_USER_PASSWORD_AUTH");
    sign_in.auth_parameters.insert("PASSWORD".to_owned(), secret());
    watch.show(&sign_in);
    let mut answer = pool::RespondToAuthChallengeRequest::new("c", "NEW_PASSWORD_REQUIRED");
    answer.session = Some(secret());
    answer.challenge_responses.insert("NEW_PASSWORD".to_owned(), secret());
    watch.show(&answer);
    let mut create = pool::AdminCreateUserRequest::new("p_1", "alice");
    create.temporary_password = Some(secret());
    watch.show(&create);
    watch.show(&pool::AdminSetUserPasswordRequest::new("p_1", "alice", secret(), true));
    watch.show(&pool::RevokeTokenRequest::new("c", secret()));
    watch.show(&pool::GetTokensFromRefreshTokenRequest::new("c", secret()));
    watch.show(&pool::GetUserRequest::new(pool::PresentedToken::new(secret(), None)));
    let mut client = pool::CreateUserPoolClientRequest::new("p_1", "c");
    client.client_secret = Some(secret());
    watch.show(&client);
    let mut seed = SeedUser::new("alice", UserStatus::Confirmed);
    seed.password = Some(secret());
    watch.show(&seed);
    watch.show(&Fake::builder().user(seed));
    watch.check();
}

/// A failed assertion in a user's test prints both sides.
#[test]
fn assertions_and_panics() {
    let mut watch = Watch::default();
    watch.secret(PASSWORD);
    watch.secret(TEMPORARY);
    let panics: [fn(); 3] = [
        || assert_eq!(SignIn::new("a", PASSWORD), SignIn::new("a", TEMPORARY)),
        || assert_eq!(Password::new(PASSWORD), Password::new(TEMPORARY)),
        || {
            let secret = ClientSecret::new(PASSWORD);
            panic!("an application that panics with {secret:?}");
        },
    ];
    for panic in panics {
        let payload = std::panic::catch_unwind(panic).expect_err("it panics");
        watch.shown.push(payload.downcast_ref::<String>().expect("a message").clone());
    }
    watch.check();
}

/// The whole walk under a subscriber that takes every level of every target.
#[test]
fn traces() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let mut watch = tracing::subscriber::with_default(subscriber, || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async { walk(&Fake::new()).await })
    });
    let text = String::from_utf8(log.0.lock().expect("unpoisoned").clone()).expect("text");
    for expected in
        ["AdminCreateUser", "AdminInitiateAuth", "outcome=", "latency_ms=", "in-memory fake"]
    {
        assert!(text.contains(expected), "the log has {expected}");
    }
    // Names and texts of errors stay out too.
    for personal in ["alice", "Incorrect username"] {
        assert!(!text.contains(personal), "the log has {personal}");
    }
    watch.shown = vec![text];
    watch.check();
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
