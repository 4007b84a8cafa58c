//! What a handle does with a client secret that changes, by a scripted service and a scripted source.
#![cfg(feature = "tokio")]

use std::{
    collections::VecDeque,
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use user_directory::{
    ClientSecret, ClientSecretSource, ClientSecrets, Error, ErrorKind, Operation, Reason, Result,
};

/// What a source answers, one after the other, and the last for ever.
#[derive(Clone)]
enum Answer {
    Secret(&'static str),
    Failure,
    Panic,
    Nothing,
    Late(&'static str, Duration),
}

struct Source {
    answers: Mutex<VecDeque<Answer>>,
    asked: AtomicU32,
}

impl Source {
    fn new(answers: &[Answer]) -> Arc<Self> {
        let answers = Mutex::new(answers.iter().cloned().collect());
        Arc::new(Self { answers, asked: AtomicU32::new(0) })
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait::async_trait]
impl ClientSecretSource for Source {
    async fn client_secret(&self) -> Result<ClientSecret> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = {
            let mut answers = self.answers.lock().expect("no test panics with it");
            match answers.len() {
                1 => answers[0].clone(),
                _ => answers.pop_front().expect("an answer"),
            }
        };
        match answer {
            Answer::Secret(secret) => Ok(secret.into()),
            Answer::Failure => Err(Error::new(ErrorKind::NoAnswer, "the vault is closed")),
            Answer::Panic => panic!("the vault is on fire"),
            Answer::Nothing => pending().await,
            Answer::Late(secret, after) => {
                tokio::time::sleep(after).await;
                Ok(secret.into())
            }
        }
    }
}

/// A service that takes some secrets and notes what it was sent.
struct Service {
    taken: Mutex<Vec<&'static str>>,
    sent: Mutex<Vec<Option<String>>>,
}

impl Service {
    fn taking(secrets: &[&'static str]) -> Self {
        Self { taken: Mutex::new(secrets.to_vec()), sent: Mutex::default() }
    }

    fn take(&self, secrets: &[&'static str]) {
        *self.taken.lock().expect("unpoisoned") = secrets.to_vec();
    }

    fn judge(&self, secret: Option<ClientSecret>, refusal: Error) -> Result<()> {
        let secret = secret.map(|secret| secret.expose().to_owned());
        let taken = self.taken.lock().expect("unpoisoned");
        let is_taken = secret.as_deref().is_some_and(|secret| taken.contains(&secret));
        self.sent.lock().expect("unpoisoned").push(secret);
        if is_taken { Ok(()) } else { Err(refusal) }
    }

    /// What was sent since the last time.
    fn sent(&self) -> Vec<Option<String>> {
        std::mem::take(&mut *self.sent.lock().expect("unpoisoned"))
    }

    async fn sign_in(&self, secrets: &ClientSecrets) -> Result<()> {
        secrets.call(async |secret| self.judge(secret, secret_hash())).await
    }
}

fn secret_hash() -> Error {
    let text = "Unable to verify secret hash for client 1example";
    Error::service(Operation::AdminInitiateAuth, "NotAuthorizedException", text)
}

/// A refusal that does not tell whether it is for the secret.
fn untold() -> Error {
    let operation = Operation::GetTokensFromRefreshToken;
    Error::service(operation, "NotAuthorizedException", "Not authorized")
}

fn some(secrets: &[&str]) -> Vec<Option<String>> {
    secrets.iter().map(|secret| Some((*secret).to_owned())).collect()
}

async fn later() {
    tokio::time::advance(ClientSecrets::PAUSE).await;
}

#[tokio::test(start_paused = true)]
async fn a_source_is_asked_before_the_first_call_and_after_a_refusal() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Secret("two")]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&["one"]);
    assert_eq!(source.asked(), 0);
    for _ in 0..3 {
        service.sign_in(&secrets).await.expect("one is good");
    }
    assert_eq!((source.asked(), service.sent()), (1, some(&["one", "one", "one"])));

    service.take(&["two"]);
    later().await;
    service.sign_in(&secrets).await.expect("two is fetched");
    service.sign_in(&secrets).await.expect("two is kept");
    assert_eq!((source.asked(), service.sent()), (2, some(&["one", "two", "two"])));
}

#[tokio::test(start_paused = true)]
async fn the_same_secret_is_not_sent_again() {
    let source = Source::new(&[Answer::Secret("one")]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&[]);
    let error = service.sign_in(&secrets).await.expect_err("nothing is taken");
    assert_eq!((error.reason(), error.note()), (Reason::SecretHash, None));
    assert_eq!(service.sent(), some(&["one"]));
    // The first fetch is too recent for another one.
    assert_eq!(source.asked(), 1);
    later().await;
    service.sign_in(&secrets).await.expect_err("nothing is taken");
    assert_eq!((source.asked(), service.sent()), (2, some(&["one"])));
}

#[tokio::test(start_paused = true)]
async fn wrong_names_ask_a_source_once_a_second() {
    let source = Source::new(&[Answer::Secret("one")]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&["one"]);
    service.sign_in(&secrets).await.expect("good");
    // 1,000 refusals in 10 seconds.
    for _ in 0..1_000 {
        tokio::time::advance(Duration::from_millis(10)).await;
        let refused = secrets.call(async |_| Err::<(), _>(secret_hash())).await;
        assert_eq!(refused.expect_err("refused").reason(), Reason::SecretHash);
    }
    assert_eq!(source.asked(), 11, "the first, and one a second");
    service.sign_in(&secrets).await.expect("good");
}

#[tokio::test(start_paused = true)]
async fn the_accepted_secret_stays_until_another_is_accepted() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Secret("another client's")]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&["one"]);
    service.sign_in(&secrets).await.expect("good");
    later().await;
    // A refresh for a wrong name, refused with either secret.
    let error = secrets.call(async |_| Err::<(), _>(secret_hash())).await;
    assert_eq!(error.expect_err("refused").reason(), Reason::SecretHash);
    service.sent();
    service.sign_in(&secrets).await.expect("one is good still");
    assert_eq!(service.sent(), some(&["one"]));
}

#[tokio::test(start_paused = true)]
async fn a_source_that_is_away_leaves_the_old_secret_in_use() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Failure]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&["one"]);
    service.sign_in(&secrets).await.expect("good");
    later().await;
    let error = secrets.call(async |_| Err::<(), _>(secret_hash())).await.expect_err("refused");
    assert_eq!(error.reason(), Reason::SecretHash);
    let note = "the source of client secrets was asked for a newer one and failed";
    assert_eq!(error.note(), Some(note));
    service.sign_in(&secrets).await.expect("good still");
}

#[tokio::test(start_paused = true)]
async fn without_a_secret_nothing_is_sent() {
    let answers = [Answer::Failure, Answer::Panic, Answer::Nothing, Answer::Secret("one")];
    let source = Source::new(&answers);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&["one"]);
    for why in [
        "the vault is closed",
        "the source of client secrets panicked",
        "the source of client secrets did not answer within 5 seconds",
    ] {
        for _ in 0..2 {
            let error = service.sign_in(&secrets).await.expect_err("there is no secret");
            assert_eq!(error.kind(), ErrorKind::NotSent);
            let text = format!("there is no client secret yet, so the call was not sent: {why}");
            assert_eq!(error.message(), text);
        }
        later().await;
    }
    assert_eq!((source.asked(), service.sent()), (3, vec![]));
    service.sign_in(&secrets).await.expect("the source is back");
}

#[test]
fn without_a_runtime_a_source_is_not_asked() {
    let secrets = ClientSecrets::from_source(Source::new(&[Answer::Secret("one")]));
    let service = Service::taking(&["one"]);
    let error = futures_util::FutureExt::now_or_never(service.sign_in(&secrets));
    let error = error.expect("nothing is waited for").expect_err("no runtime");
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.message().contains("no tokio runtime"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_hanging_source_keeps_nobody_longer_than_five_seconds() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Nothing]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Arc::new(Service::taking(&["one"]));
    service.sign_in(&secrets).await.expect("good");
    service.take(&[]);
    later().await;
    let begun = tokio::time::Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (secrets, service) = (secrets.clone(), service.clone());
        calls.spawn(async move { service.sign_in(&secrets).await });
    }
    while let Some(ended) = calls.join_next().await {
        let error = ended.expect("no panic").expect_err("refused");
        assert_eq!(error.reason(), Reason::SecretHash);
        assert!(error.note().is_some());
    }
    assert_eq!(begun.elapsed(), ClientSecrets::LONGEST_FETCH);
    assert_eq!(source.asked(), 2, "one for all");
}

#[tokio::test(start_paused = true)]
async fn a_fetch_survives_the_caller_that_went_away() {
    let late = Answer::Late("two", Duration::from_secs(3));
    let source = Source::new(&[Answer::Secret("one"), late]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&["one"]);
    service.sign_in(&secrets).await.expect("good");
    service.take(&["two"]);
    later().await;
    for _ in 0..10 {
        let call = tokio::time::timeout(Duration::from_millis(100), service.sign_in(&secrets));
        assert!(call.await.is_err(), "the caller goes away");
    }
    service.sign_in(&secrets).await.expect("two is there");
    assert_eq!(source.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_does_not_tell_is_not_repeated_and_asks_all_the_same() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Secret("two")]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&["one"]);
    let refresh = async || secrets.call(async |secret| service.judge(secret, untold())).await;
    refresh().await.expect("good");
    service.take(&["two"]);
    later().await;
    service.sent();
    refresh().await.expect_err("one is refused");
    assert_eq!(service.sent(), some(&["one"]), "once");
    tokio::task::yield_now().await;
    refresh().await.expect("two is the newest");
    assert_eq!((source.asked(), service.sent()), (2, some(&["two"])));
}

/// The newest secret was no better, so the accepted one is back.
#[tokio::test(start_paused = true)]
async fn a_doubt_ends_with_a_refusal_of_the_newest() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Secret("not yet good")]);
    let secrets = ClientSecrets::from_source(source.clone());
    let service = Service::taking(&["one"]);
    service.sign_in(&secrets).await.expect("good");
    later().await;
    let sent = AtomicU32::new(0);
    let refused = secrets.call(async |_| {
        sent.fetch_add(1, Ordering::SeqCst);
        Err::<(), _>(untold())
    });
    refused.await.expect_err("the user is gone");
    assert_eq!(sent.into_inner(), 1);
    tokio::task::yield_now().await;
    service.sent();
    service.sign_in(&secrets).await.expect_err("the newest is not good yet");
    service.sign_in(&secrets).await.expect("the accepted one is");
    assert_eq!(service.sent(), some(&["not yet good", "one"]));
}

#[tokio::test(start_paused = true)]
async fn nothing_else_is_sent_twice() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Secret("two")]);
    let secrets = ClientSecrets::from_source(source.clone());
    for (code, text) in [
        ("NotAuthorizedException", "Incorrect username or password."),
        ("NotAuthorizedException", "Invalid session for the user."),
        ("NotAuthorizedException", "Invalid Refresh Token"),
        ("UserNotFoundException", "User does not exist."),
        ("TooManyRequestsException", "Rate exceeded"),
        ("InternalErrorException", "Internal server error"),
        ("ResourceNotFoundException", "User pool client 1example does not exist."),
    ] {
        let sent = AtomicU32::new(0);
        let refused = secrets.call(async |_| {
            sent.fetch_add(1, Ordering::SeqCst);
            Err::<(), _>(Error::service(Operation::InitiateAuth, code, text))
        });
        refused.await.expect_err("refused");
        assert_eq!(sent.into_inner(), 1, "{code}: {text}");
        later().await;
    }
    assert_eq!(source.asked(), 1);
}

/// RevokeToken has a code of its own for a wrong secret.
#[tokio::test(start_paused = true)]
async fn a_revocation_is_repeated() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Secret("two")]);
    let secrets = ClientSecrets::from_source(source);
    let service = Service::taking(&["one"]);
    service.sign_in(&secrets).await.expect("good");
    service.take(&["two"]);
    later().await;
    let refusal = || Error::service(Operation::RevokeToken, "UnauthorizedException", "refused");
    secrets.call(async |secret| service.judge(secret, refusal())).await.expect("two is good");
}

#[tokio::test(start_paused = true)]
async fn a_repeated_answer_whose_session_has_ended_says_so() {
    let source = Source::new(&[Answer::Secret("one"), Answer::Secret("two")]);
    let secrets = ClientSecrets::from_source(source);
    Service::taking(&["one"]).sign_in(&secrets).await.expect("good");
    later().await;
    let answer = secrets.call(async |secret| {
        let text = match secret.as_ref().map(ClientSecret::expose) {
            Some("one") => "Unable to verify secret hash for client 1example",
            _ => "Invalid session for the user.",
        };
        let operation = Operation::RespondToAuthChallenge;
        Err::<(), _>(Error::service(operation, "NotAuthorizedException", text))
    });
    let error = answer.await.expect_err("the session is over");
    assert_eq!(error.message(), "Invalid session for the user.");
    assert!(error.note().is_some_and(|note| note.ends_with("sign in again")), "{error}");
}

/// Two fixed secrets: the one that was accepted goes first.
#[tokio::test]
async fn two_fixed_secrets_need_no_source() {
    let secrets = ClientSecrets::fixed(Some("one".into()), Some("two".into()));
    let service = Service::taking(&["two"]);
    service.sign_in(&secrets).await.expect("two is good");
    service.sign_in(&secrets).await.expect("two is good");
    assert_eq!(service.sent(), some(&["one", "two", "two"]));
    service.take(&["one"]);
    service.sign_in(&secrets).await.expect("one is good again");
    service.sign_in(&secrets).await.expect("one is good again");
    assert_eq!(service.sent(), some(&["two", "one", "one"]));
    let alone = ClientSecrets::fixed(Some("one".into()), None);
    service.take(&[]);
    service.sign_in(&alone).await.expect_err("refused");
    assert_eq!(service.sent(), some(&["one"]));
}

#[tokio::test]
async fn no_secret_shows() {
    const SECRET: &str = "9correct8horse7battery6staple";
    let fixed = ClientSecrets::fixed(Some(SECRET.into()), Some(SECRET.into()));
    let from_source = ClientSecrets::from_source(Source::new(&[Answer::Secret(SECRET)]));
    let error = Service::taking(&[]).sign_in(&from_source).await.expect_err("refused");
    for text in [
        format!("{fixed:?}"),
        format!("{fixed:#?}"),
        format!("{from_source:?}"),
        format!("{error} {error:?}"),
    ] {
        assert!(!text.contains("9correct"), "{text}");
    }
}
