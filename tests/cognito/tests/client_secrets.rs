//! Client secrets that change while an application runs: on the fake, through the AWS SDK in process,
//! and with AWS Secrets Manager played by wiremock.
#![allow(clippy::print_stdout, reason = "the counts are the test's output")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use cognito_tests::{sdk_config, wire_config};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use user_directory::{
    AuthOutcome, Challenge, ClientSecretSource, ClientSecrets, ErrorKind, Reason, Refresh,
    RefreshGrant, Refreshed, Register, Result, SetUserPassword, SignIn, UserDirectory,
    UserDirectoryExt as _,
};
use user_directory_cognito::{AppClient, CognitoDirectory, ConfigError, SecretsManagerSource};
use user_directory_fake::{Fake, FakeClient};
use wiremock::{Mock, MockServer, ResponseTemplate, matchers};

const TASKS: usize = 64;
const ROTATIONS: usize = 10;
const PASSWORD: &str = "Correct-horse-9";
const NEXT_PASSWORD: &str = "Battery-staple-9";

/// A handle of either implementation.
type Handle = Arc<dyn UserDirectory>;

fn app_client(client: &FakeClient) -> AppClient {
    AppClient::new(&client.pool_id, &client.client_id)
}

fn through_the_sdk(fake: &Fake, source: Arc<dyn ClientSecretSource>) -> Handle {
    let app_client = app_client(fake.first_client()).with_client_secret_source(source);
    Arc::new(CognitoDirectory::new(&wire_config(fake), app_client).expect("good settings"))
}

fn on_the_fake(fake: &Fake, source: Arc<dyn ClientSecretSource>) -> Handle {
    Arc::new(fake.directory().with_client_secret_source(source))
}

type Build = fn(&Fake, Arc<dyn ClientSecretSource>) -> Handle;

const BUILDS: [(&str, Build); 2] = [("fake", on_the_fake), ("SDK in process", through_the_sdk)];

/// What one task does in each round: three calls that carry the secret.
async fn day(directory: &Handle, fake: &Fake, user: &str) -> Result<()> {
    let request = SetUserPassword::temporary(user, PASSWORD);
    fake.directory().set_user_password(request).await.expect("no secret is needed");
    let outcome = directory.sign_in(SignIn::new(user, PASSWORD)).await?;
    let AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge)) = outcome else {
        panic!("the password is temporary")
    };
    let outcome = directory.respond_to_challenge(challenge.answer(NEXT_PASSWORD)).await?;
    let set = outcome.tokens().expect("the challenge was the only one");
    match directory.refresh(Refresh::from(&set.grant)).await? {
        Refreshed::Kept(_) => Ok(()),
        Refreshed::Rotated(_) => panic!("refresh tokens do not rotate here"),
    }
}

/// Lets 64 tasks work through ten rotations, each while calls are under way. Prints and brings how
/// many of their days failed.
async fn across_rotations(
    name: &str,
    fake: &Fake,
    directory: Handle,
    rotate: impl Fn(),
    asked: impl Fn() -> u64,
) -> u64 {
    for task in 0..TASKS {
        let register = Register::new(format!("user{task}"), PASSWORD);
        let registered = fake.directory().register(register).await.expect("good");
        registered.complete().expect("both calls succeeded");
    }
    fake.calls().clear();
    let failures = Arc::new(AtomicU64::new(0));
    for _ in 0..ROTATIONS {
        let done = Arc::new(AtomicU32::new(0));
        let mut tasks = JoinSet::new();
        for task in 0..TASKS {
            let (directory, fake) = (directory.clone(), fake.clone());
            let (failures, done) = (failures.clone(), done.clone());
            tasks.spawn(async move {
                if let Err(error) = day(&directory, &fake, &format!("user{task}")).await {
                    assert_eq!(error.reason(), Reason::SecretHash, "{error}");
                    failures.fetch_add(1, Ordering::Relaxed);
                }
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
        while done.load(Ordering::Relaxed) < 8 {
            tokio::task::yield_now().await;
        }
        rotate();
        while let Some(ended) = tasks.join_next().await {
            ended.expect("no task panicked");
        }
    }
    let calls = fake.calls().all();
    let with_secret = calls.iter().filter(|call| call.parameters.iter().any(is_proof));
    let refused = with_secret.clone().filter(|call| call.outcome.is_err()).count();
    let failures = failures.load(Ordering::Relaxed);
    println!(
        "{name}: {} calls with a secret, {} fetches, {} repeats, {failures} failures",
        with_secret.count(),
        asked(),
        refused as u64 - failures,
    );
    // Never more than one for each secret, the first included.
    assert!(asked() <= 1 + ROTATIONS as u64, "{name}: {} fetches", asked());
    assert!(refused > 0, "{name}: no secret was refused, so nothing was shown");
    failures
}

/// The call log has the names of parameters.
fn is_proof(parameter: impl AsRef<str>) -> bool {
    ["AuthParameters", "ChallengeResponses"].contains(&parameter.as_ref())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_overlap_no_call_fails() {
    for (name, build) in BUILDS {
        let fake = Fake::new();
        let client = fake.first_client();
        let source = fake.client_secret_source(client);
        let directory = build(&fake, Arc::new(source.clone()));
        let rotate = || drop(fake.rotate_client_secret(client).expect("good"));
        let failures = across_rotations(name, &fake, directory, rotate, || source.asked()).await;
        assert_eq!(failures, 0, "{name}");
    }
}

/// Here a call can meet two rotations, one before its repeat, and fails then. The next goes well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_overlap_calls_go_on() {
    for (name, build) in BUILDS {
        let fake = Fake::new();
        let client = fake.first_client();
        let source = fake.client_secret_source(client);
        let directory = build(&fake, Arc::new(source.clone()));
        let rotate = || drop(fake.rotate_client_secret_without_overlap(client).expect("good"));
        let name = format!("{name} without overlap");
        across_rotations(&name, &fake, directory.clone(), rotate, || source.asked()).await;
        // The last fetch may have been in vain: it can have come between two rotations.
        tokio::time::sleep(ClientSecrets::PAUSE).await;
        day(&directory, &fake, "user0").await.expect("the source has the last secret");
    }
}

/// What `PublishSecretsInAWSSecretsManager` is documented to put there.
fn secret_string(client: &FakeClient, secret: &str) -> Value {
    json!({
        "userPoolId": client.pool_id,
        "userPoolClientId": client.client_id,
        "clientSecretValue": secret,
    })
}

/// A Secrets Manager that has the newest secret of the first client under `AWSCURRENT`.
async fn secrets_manager(fake: &Fake) -> MockServer {
    let server = MockServer::start().await;
    let fake = fake.clone();
    let answer = move |_: &wiremock::Request| {
        let client = fake.first_client();
        let secrets = fake.user_pool_client_secrets(client).expect("the client is there");
        let (id, newest) = secrets.last().expect("it has a secret");
        ResponseTemplate::new(200).set_body_json(json!({
            "ARN": ARN,
            "Name": "client",
            "VersionId": id,
            "VersionStages": ["AWSCURRENT"],
            "SecretString": secret_string(client, newest.expose()).to_string(),
        }))
    };
    let request = json!({ "SecretId": ARN, "VersionStage": "AWSCURRENT" });
    Mock::given(matchers::header("x-amz-target", "secretsmanager.GetSecretValue"))
        .and(matchers::body_json(request))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

const ARN: &str = "arn:aws:secretsmanager:local-fake-1:123456789012:secret:client-AbCdEf";

fn source_at(uri: &str, fake: &Fake) -> SecretsManagerSource {
    let config = sdk_config().endpoint_url(uri).build();
    SecretsManagerSource::new(&config, ARN, &app_client(fake.first_client()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_secrets_manager_no_call_fails() {
    let fake = Fake::new();
    let client = fake.first_client();
    let server = secrets_manager(&fake).await;
    let asked = Arc::new(AtomicU64::new(0));
    let source = Arc::new(source_at(&server.uri(), &fake));
    let counted = {
        let asked = asked.clone();
        move || {
            asked.fetch_add(1, Ordering::Relaxed);
            let source = source.clone();
            async move { source.client_secret().await }
        }
    };
    let directory = through_the_sdk(&fake, Arc::new(counted));
    let rotate = || drop(fake.rotate_client_secret(client).expect("good"));
    let asked = || asked.load(Ordering::Relaxed);
    let name = "SDK and Secrets Manager";
    assert_eq!(across_rotations(name, &fake, directory, rotate, asked).await, 0);
    let received = server.received_requests().await.expect("they are recorded");
    assert_eq!(received.len() as u64, asked());
}

/// What stands in Secrets Manager, and what the first call of a handle makes of it.
#[tokio::test]
async fn secrets_that_are_not_this_clients_are_refused() {
    const SECRET: &str = "9never0printed8never7printed";
    let fake = Fake::new();
    let client = fake.first_client();
    let mut foreign = client.clone();
    foreign.client_id = "1another2client3another4cl".to_owned();
    let secret = |value: Value| json!({ "ARN": ARN, "Name": "n", "SecretString": value });
    let refusal = |code: &str| json!({ "__type": code, "message": "about the secret" });
    let of_another = format!("belongs to another app client than {} of the pool", client.client_id);
    let not_json = "is not JSON with userPoolId, userPoolClientId and clientSecretValue";
    for (status, body, expected) in [
        (200, secret(secret_string(&foreign, SECRET).to_string().into()), of_another.as_str()),
        (200, secret(SECRET.into()), not_json),
        (200, secret(json!({ "clientSecretValue": SECRET }).to_string().into()), not_json),
        (200, json!({ "ARN": ARN, "Name": "n", "SecretBinary": "AAAA" }), "has no text"),
        (
            400,
            refusal("ResourceNotFoundException"),
            "AWS Secrets Manager answered ResourceNotFoundException: about the secret",
        ),
        (
            400,
            refusal("AccessDeniedException"),
            "AWS Secrets Manager answered AccessDeniedException: about the secret",
        ),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).set_body_json(&body);
        Mock::given(matchers::method("POST")).respond_with(answer).mount(&server).await;
        let source = source_at(&server.uri(), &fake);
        let shown = format!("{source:?}");
        let directory = through_the_sdk(&fake, Arc::new(source));
        let error = directory.sign_in(SignIn::new("alice", PASSWORD)).await.expect_err(expected);
        assert_eq!(error.kind(), ErrorKind::NotSent);
        assert!(error.message().contains(expected), "{error}");
        let text = format!("{error} {error:?} {shown}");
        assert!(!text.contains("9never"), "{text}");
    }
    assert!(fake.calls().all().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn no_secret_crosses_the_network_without_tls() {
    let fake = Fake::new();
    let error = source_at("http://secrets.example:80", &fake).client_secret().await;
    let error = error.expect_err("no TLS");
    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.message().contains("http://secrets.example:80"), "{error}");
    assert!(error.message().ends_with("or call allow_insecure_endpoint of the app client"));
}

#[tokio::test]
async fn a_source_beside_a_fixed_secret_is_a_configuration_error() {
    let fake = Fake::new();
    let client = fake.first_client();
    let source: Arc<dyn ClientSecretSource> = Arc::new(fake.client_secret_source(client));
    let with_source = app_client(client).with_client_secret_source(source);
    for both in [
        with_source.clone().with_client_secret("first"),
        with_source.clone().with_second_client_secret("second"),
    ] {
        let error = CognitoDirectory::new(&wire_config(&fake), both).expect_err("one is enough");
        assert_eq!(error, ConfigError::SecretBesideSource);
        assert!(error.to_string().ends_with("leave one of them out"), "{error}");
    }
    assert!(CognitoDirectory::new(&wire_config(&fake), with_source).is_ok());
}

async fn alice(fake: &Fake) -> Fake {
    let registered = fake.directory().register(Register::new("alice", PASSWORD)).await;
    registered.expect("good").complete().expect("both calls succeeded");
    fake.clone()
}

fn sign_in() -> SignIn {
    SignIn::new("alice", PASSWORD)
}

async fn signs_in(handle: &Handle, why: &str) {
    let outcome = handle.sign_in(sign_in()).await.expect(why);
    assert!(outcome.tokens().is_some(), "{why}");
}

/// One started before a rotation and one after it: both secrets are good until the next.
#[tokio::test]
async fn two_handles_that_are_one_rotation_apart() {
    for (name, build) in BUILDS {
        let fake = alice(&Fake::new()).await;
        let client = fake.first_client();
        let [one, two] = [(); 2].map(|()| fake.client_secret_source(client));
        let older = build(&fake, Arc::new(one.clone()));
        signs_in(&older, "good").await;
        fake.rotate_client_secret(client).expect("good");
        let newer = build(&fake, Arc::new(two.clone()));
        for handle in [&older, &newer, &older, &newer] {
            signs_in(handle, "both secrets are good").await;
        }
        assert_eq!((one.asked(), two.asked()), (1, 1), "{name}");
        fake.rotate_client_secret(client).expect("good");
        for handle in [&older, &newer] {
            signs_in(handle, "one fetches, one need not").await;
        }
        assert_eq!((one.asked(), two.asked()), (2, 1), "{name}");
    }
}

/// By tokio's time, which stands still but for the wait.
#[tokio::test(start_paused = true)]
async fn a_source_that_hangs() {
    for (name, build) in BUILDS {
        let fake = alice(&Fake::new()).await;
        let client = fake.first_client();
        let source = fake.client_secret_source(client);
        let directory = build(&fake, Arc::new(source.clone()));
        signs_in(&directory, "good").await;
        source.hang();
        signs_in(&directory, "nobody asks the source").await;
        fake.rotate_client_secret_without_overlap(client).expect("good");
        let begun = tokio::time::Instant::now();
        let error = directory.sign_in(sign_in()).await.expect_err("the secret is gone");
        let waited = begun.elapsed();
        assert!((5..6).contains(&waited.as_secs()), "{name}: {waited:?}");
        assert_eq!(error.reason(), Reason::SecretHash, "{name}");
        assert!(error.to_string().ends_with("was asked for a newer one and failed)"), "{error}");
        let begun = tokio::time::Instant::now();
        directory.sign_in(sign_in()).await.expect_err("it was asked a moment ago");
        assert!(begun.elapsed() < Duration::from_secs(1), "{name}");
        assert_eq!(source.asked(), 2, "{name}");
        source.answer_newest();
        tokio::time::advance(ClientSecrets::PAUSE).await;
        signs_in(&directory, "the source is back").await;
        assert_eq!(source.asked(), 3, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_answers_another_clients_secret() {
    for (name, build) in BUILDS {
        let fake = alice(&Fake::new()).await;
        let client = fake.first_client();
        let source = fake.client_secret_source(client);
        source.answer("0another1clients2secret3value");
        let directory = build(&fake, Arc::new(source.clone()));
        for _ in 0..10 {
            let error = directory.sign_in(sign_in()).await.expect_err("it is not this client's");
            assert_eq!((error.reason(), error.note()), (Reason::SecretHash, None), "{name}");
        }
        assert_eq!(source.asked(), 1, "{name}: a second has not passed");
        source.answer_newest();
        tokio::time::advance(ClientSecrets::PAUSE).await;
        signs_in(&directory, "the source is right now").await;
        // With a good secret in use, a wrong answer does no harm.
        source.answer("0another1clients2secret3value");
        let grant = RefreshGrant::new("none".into(), "nobody", "none");
        directory.refresh(Refresh::from(grant)).await.expect_err("nobody is not there");
        signs_in(&directory, "the accepted secret is kept").await;
    }
}

/// A refresh for a wrong name is refused in the words of a wrong secret.
#[tokio::test]
async fn a_thousand_wrong_names() {
    for (name, build) in BUILDS {
        let fake = alice(&Fake::new()).await;
        let client = fake.first_client();
        let source = fake.client_secret_source(client);
        let directory = build(&fake, Arc::new(source.clone()));
        let outcome = directory.sign_in(sign_in()).await.expect("good");
        let grant = outcome.tokens().expect("no challenge").grant;
        let token = grant.refresh_token();
        fake.calls().clear();
        let begun = std::time::Instant::now();
        for number in 0..1_000 {
            let wrong = RefreshGrant::new(token.clone(), format!("nobody{number}"), grant.sub());
            let error = directory.refresh(Refresh::from(wrong)).await.expect_err("a wrong name");
            assert_eq!((error.reason(), error.note()), (Reason::SecretHash, None), "{name}");
        }
        let seconds = begun.elapsed().as_secs();
        println!("{name}: 1000 wrong names in {seconds} s, {} fetches", source.asked() - 1);
        assert!(source.asked() <= 3 + seconds, "{name}: {}", source.asked());
        assert_eq!(fake.calls().all().len(), 1_000, "{name}: nothing was repeated");
        let refreshed = directory.refresh(Refresh::from(&grant)).await.expect("the right name");
        assert!(matches!(refreshed, Refreshed::Kept(_)), "{name}");
    }
}
