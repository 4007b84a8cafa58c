//! Two instances of the service that share a sign-out ledger in Redis, and what happens to them
//! when Redis goes away, or comes back empty.
//!
//! ```text
//! eval "$(scripts/start-redis)"; cargo test -p example-service --test redis; scripts/stop-redis
//! ```
//!
//! Without Redis nothing is run, which is said and is no failure unless
//! `USER_DIRECTORY_REQUIRE_REDIS` is set.

// clippy knows the functions with #[test] as tests, and not what a harness of one's own runs.
#![allow(clippy::unwrap_used)]

mod common;
mod races;
mod servers;

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::http::StatusCode;
use common::{Browser, NAME, PASSWORD, instance, verifier};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::json;
use servers::{Proxy, Servers};
use user_directory::{Authentication as _, Register, SignIn, TokenSet, UserDirectoryExt as _};
use user_directory_fake::FakeDirectory;
use user_directory_tokens::{
    Ended, Ending, RedisLedger, RedisLedgerBuilder, SignInRef, SignOutLedger as _, TokenErrorKind,
};

const HOW: &str = "to run it: eval \"$(scripts/start-redis)\"; \
                   cargo test -p example-service --test redis; scripts/stop-redis";
const POOL: &str = "eu-west-1_Example01";
pub(crate) const SECOND: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let urls = variable("USER_DIRECTORY_REDIS").zip(variable("USER_DIRECTORY_SECOND_REDIS"));
    let Some((first, second)) = urls else {
        if variable("USER_DIRECTORY_REQUIRE_REDIS").is_some_and(|value| value != "0") {
            let _ = writeln!(io::stderr(), "redis: USER_DIRECTORY_REDIS is not set; {HOW}");
            return ExitCode::FAILURE;
        }
        let _ = writeln!(io::stdout(), "redis: not run; {HOW}");
        return ExitCode::SUCCESS;
    };
    let servers = Arc::new(Servers::new(first, second));
    let mut trials = Vec::new();
    macro_rules! trials {
        ($($trial:ident)*) => {
            $({
                let servers = servers.clone();
                let trial = move || run(&servers, $trial(&servers));
                trials.push(Trial::test(stringify!($trial), trial));
            })*
        };
    }
    trials.extend(races::trials(&servers));
    trials! {
        what_a_ledger_keeps
        what_was_before_the_first_use_is_refused
        records_expire
        eviction_is_refused
        an_address_that_cannot_be
        a_redis_that_hangs
        a_record_without_a_replica
        a_sign_out_on_one_instance_is_one_on_the_other
        a_redis_that_is_killed
        a_redis_that_is_flushed
        a_redis_that_fails_over_to_an_empty_one
        failing_open_by_name
    }
    let mut arguments = Arguments::from_args();
    // They take servers away from each other.
    arguments.test_threads = Some(1);
    libtest_mimic::run(&arguments, trials).exit_code()
}

pub(crate) fn run(servers: &Servers, trial: impl Future<Output = ()>) -> Result<(), Failed> {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build()?.block_on(async {
        servers.restore().await;
        trial.await;
    });
    Ok(())
}

/// A ledger on the first server that has an epoch long ago, as if it had been in use since.
pub(crate) async fn used(servers: &Servers, builder: RedisLedgerBuilder) -> RedisLedger {
    let ledger = builder.connect().await.unwrap();
    let epoch = format!("{}:epoch", ledger.prefix());
    let mut connection = servers.connection().await;
    redis::cmd("SET").arg(epoch).arg(0).query_async::<()>(&mut connection).await.unwrap();
    ledger
}

async fn has_ended(ledger: &RedisLedger, sub: &str, auth_time: SystemTime, jti: &str) -> bool {
    ledger.has_ended(&SignInRef::new(POOL, sub, auth_time, jti)).await.unwrap()
}

fn ending(ended: Ended, at: SystemTime) -> Ending {
    Ending::new(POOL, ended, at, at + 3600 * SECOND)
}

async fn what_a_ledger_keeps(servers: &Servers) {
    let ledger = used(servers, servers.first()).await;
    let now = UNIX_EPOCH + 1_700_000_000 * SECOND;
    assert!(!has_ended(&ledger, "a", now, "one").await);
    ledger.record(&ending(Ended::User("a".into()), now)).await.unwrap();
    assert!(has_ended(&ledger, "a", now - 1000 * SECOND, "one").await);
    assert!(has_ended(&ledger, "a", now + 2 * SECOND, "one").await);
    assert!(!has_ended(&ledger, "a", now + 3 * SECOND, "one").await);
    assert!(!has_ended(&ledger, "b", now, "one").await);
    let elsewhere = SignInRef::new("eu-west-1_Other", "a", now, "one");
    assert!(!ledger.has_ended(&elsewhere).await.unwrap());
    // An earlier one takes nothing back, whichever instance writes it.
    ledger.record(&ending(Ended::User("a".into()), now - 100 * SECOND)).await.unwrap();
    assert!(has_ended(&ledger, "a", now, "one").await);

    ledger.record(&ending(Ended::SignIn("one".into()), now)).await.unwrap();
    assert!(has_ended(&ledger, "b", now + 1000 * SECOND, "one").await);
    assert!(!has_ended(&ledger, "b", now, "other").await);
    let shown = format!("{ledger:?} {:?}", servers.first());
    assert!(!shown.contains("127.0.0.1"), "{shown}");
}

/// By Redis's own time: the clock of whichever instance comes first may be wrong.
async fn what_was_before_the_first_use_is_refused(servers: &Servers) {
    let mut connection = servers.connection().await;
    let mut time = async || -> SystemTime {
        let (second, _): (u64, u64) =
            redis::cmd("TIME").query_async(&mut connection).await.unwrap();
        UNIX_EPOCH + Duration::from_secs(second)
    };
    let clocks: [fn() -> SystemTime; 3] = [
        SystemTime::now,
        || SystemTime::now() + 3600 * SECOND,
        || SystemTime::now() - 3600 * SECOND,
    ];
    for clock in clocks {
        let before = time().await;
        let ledger = servers.first().clock(clock).connect().await.unwrap();
        let after = time().await;
        assert!(has_ended(&ledger, "a", before - 1000 * SECOND, "one").await);
        assert!(has_ended(&ledger, "a", before + 2 * SECOND, "one").await);
        assert!(!has_ended(&ledger, "a", after + 3 * SECOND, "one").await);
        // The next instance finds the epoch there.
        let later = servers.first().prefix(ledger.prefix()).clock(clock);
        tokio::time::sleep(SECOND).await;
        let later = later.connect().await.unwrap();
        assert!(!has_ended(&later, "a", after + 3 * SECOND, "one").await);
    }
}

async fn records_expire(servers: &Servers) {
    let now = UNIX_EPOCH + 1_700_000_000 * SECOND;
    let ledger = used(servers, servers.first().clock(move || now)).await;
    let key = format!("{}:{POOL}:user:a", ledger.prefix());
    let mut connection = servers.connection().await;
    let mut ttl =
        async || -> i64 { redis::cmd("TTL").arg(&key).query_async(&mut connection).await.unwrap() };
    ledger.record(&ending(Ended::User("a".into()), now)).await.unwrap();
    assert!((3595..=3600).contains(&ttl().await));
    // A shorter one does not shorten it.
    let short = Ending::new(POOL, Ended::User("a".into()), now, now + 10 * SECOND);
    ledger.record(&short).await.unwrap();
    assert!((3590..=3600).contains(&ttl().await));
}

async fn eviction_is_refused(servers: &Servers) {
    let mut connection = servers.connection().await;
    let mut set = async |policy: &str| {
        let mut command = redis::cmd("CONFIG");
        let command = command.arg("SET").arg("maxmemory-policy").arg(policy);
        command.query_async::<()>(&mut connection).await.unwrap();
    };
    for policy in ["allkeys-lru", "volatile-ttl", "volatile-lru"] {
        set(policy).await;
        let refused = servers.first().connect().await;
        set("noeviction").await;
        assert_eq!(
            refused.unwrap_err().to_string(),
            format!(
                "Redis has the maxmemory-policy {policy} and would drop records of sign-outs: \
                 set it to noeviction"
            )
        );
    }
    servers.first().connect().await.unwrap();
}

async fn an_address_that_cannot_be(_: &Servers) {
    let malformed = RedisLedger::builder("http://:pa55word@127.0.0.1").connect().await.unwrap_err();
    let text = "the address of Redis is malformed: write redis://<host>:<port>";
    assert_eq!(malformed.to_string(), text);
    let nobody = RedisLedger::builder("redis://:pa55word@127.0.0.1:1").connect().await.unwrap_err();
    assert!(nobody.to_string().starts_with("Redis cannot be asked: "), "{nobody}");
    assert!(!format!("{malformed:?} {nobody:?}").contains("pa55word"));
}

/// Each waits as long as it was told to.
async fn a_redis_that_hangs(servers: &Servers) {
    let patient = used(servers, servers.first()).await;
    let hasty = servers.first().prefix(patient.prefix()).response_timeout(SECOND);
    let hasty = hasty.connect().await.unwrap();
    let mut connection = servers.connection().await;
    let mut pause = redis::cmd("CLIENT");
    let pause = pause.arg("PAUSE").arg(5000).arg("ALL");
    pause.query_async::<()>(&mut connection).await.unwrap();
    let sign_in = SignInRef::new(POOL, "a", SystemTime::now(), "one");
    let error = hasty.has_ended(&sign_in).await.unwrap_err();
    assert!(error.to_string().starts_with("Redis cannot be asked: "), "{error}");
    assert!(!patient.has_ended(&sign_in).await.unwrap());
}

/// How long replicas may take comes on top of how long an answer may take.
async fn a_record_without_a_replica(servers: &Servers) {
    let builder = servers.first().response_timeout(SECOND).wait_for_replicas(1, 2 * SECOND);
    let ledger = used(servers, builder).await;
    let error = ledger.record(&ending(Ended::User("a".into()), SystemTime::now())).await;
    let text = "only 0 of 1 replicas had the record within 2s";
    assert_eq!(error.unwrap_err().to_string(), text);
}

/// Two instances over one fake, with ledgers of their own at one address.
struct Instances {
    directory: FakeDirectory,
    one: Browser,
    other: Browser,
}

impl Instances {
    async fn new(ledger: RedisLedgerBuilder) -> Self {
        let directory = FakeDirectory::new();
        let _ = directory.register(Register::new(NAME, PASSWORD)).await.unwrap();
        let fake = directory.fake().clone();
        let ledger = ledger.clock(move || fake.clock().now());
        // Redis's clock is the machine's, and so is the fake's.
        let ledger = ledger.skew(Duration::ZERO);
        let mut browsers = Vec::new();
        for _ in 0..2 {
            let ledger = ledger.clone().connect().await.unwrap();
            browsers.push(Browser::new(&instance(&directory, &[], Arc::new(ledger))));
        }
        let [one, other] = browsers.try_into().ok().unwrap();
        let new = Self { directory, one, other };
        new.next_second().await;
        new
    }

    /// Sign-ins of the second in which others were ended, or the ledger was made, are refused.
    async fn next_second(&self) {
        let now = self.directory.fake().clock().now().duration_since(UNIX_EPOCH).unwrap();
        let fraction = Duration::from_nanos(now.subsec_nanos().into());
        tokio::time::sleep(SECOND + SECOND / 100 - fraction).await;
    }

    async fn tokens(&self) -> TokenSet {
        let outcome = self.directory.sign_in(SignIn::new(NAME, PASSWORD)).await.unwrap();
        outcome.tokens().unwrap()
    }

    /// What both instances answer to access and ID token.
    async fn answers(&mut self, tokens: &TokenSet) -> Vec<(u16, String)> {
        let mut answers = Vec::new();
        for browser in [&mut self.one, &mut self.other] {
            answers.push(browser.bearer("/api/me", tokens.access_token().expose()).await);
            answers.push(browser.bearer("/api/profile", tokens.id_token().expose()).await);
        }
        answers
    }

    async fn expect(&mut self, tokens: &TokenSet, status: u16, reason: &str) {
        let answers = self.answers(tokens).await;
        assert_eq!(answers, vec![(status, reason.to_owned()); 4]);
    }

    /// Once Redis is back, connections are made again, which takes a moment.
    async fn reconnected(&mut self, tokens: &TokenSet) {
        for _ in 0..100 {
            if self.answers(tokens).await.iter().all(|(status, _)| *status != 503) {
                return;
            }
            tokio::time::sleep(SECOND / 20).await;
        }
        panic!("the instances have not found Redis again in five seconds");
    }
}

const ENDED: &str = "the sign-in of the token was ended";

async fn a_sign_out_on_one_instance_is_one_on_the_other(servers: &Servers) {
    let mut instances = Instances::new(servers.first()).await;
    let tokens = instances.tokens().await;
    instances.expect(&tokens, 200, "").await;
    assert_eq!(instances.one.login(NAME, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(instances.other.login(NAME, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(instances.other.me().await.0, 200);

    let answer = instances.one.post("/logout-everywhere", json!({})).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    instances.expect(&tokens, 401, ENDED).await;
    assert_eq!(instances.other.me().await, (401, "no_session".to_owned()));

    // In the same second a new sign-in cannot be told from an old one, so it waits for the next.
    assert_eq!(instances.other.login(NAME, PASSWORD).await.status, StatusCode::OK);
    assert_eq!(instances.other.me().await.0, 200);
    let new = instances.tokens().await;
    instances.expect(&new, 200, "").await;
    instances.expect(&tokens, 401, ENDED).await;

    // A log out ends one session, on both.
    let answer = instances.other.post("/logout", json!({})).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    instances.expect(&new, 200, "").await;
}

async fn a_redis_that_is_killed(servers: &Servers) {
    let mut instances = Instances::new(servers.first()).await;
    let tokens = instances.tokens().await;
    instances.expect(&tokens, 200, "").await;
    assert_eq!(instances.one.login(NAME, PASSWORD).await.status, StatusCode::OK);

    servers.kill_first().await;
    instances.expect(&tokens, 503, "").await;
    assert_eq!(instances.one.me().await, (503, "unavailable".to_owned()));
    // Without a record there is no sign-out.
    let answer = instances.one.post("/logout-everywhere", json!({})).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);

    servers.start_first().await;
    instances.reconnected(&tokens).await;
    // It came back empty. Nobody knows who was signed out, so everybody is.
    instances.expect(&tokens, 401, ENDED).await;
    assert_eq!(instances.one.me().await, (401, "no_session".to_owned()));
    instances.next_second().await;
    let new = instances.tokens().await;
    instances.expect(&new, 200, "").await;
    instances.expect(&tokens, 401, ENDED).await;
}

async fn a_redis_that_is_flushed(servers: &Servers) {
    let mut instances = Instances::new(servers.first()).await;
    let tokens = instances.tokens().await;
    instances.one.login(NAME, PASSWORD).await;
    let signed_out = instances.one.post("/logout-everywhere", json!({})).await;
    assert_eq!(signed_out.status, StatusCode::NO_CONTENT);
    instances.next_second().await;
    let innocent = instances.tokens().await;
    instances.expect(&innocent, 200, "").await;

    servers.flush_first().await;
    // The one who was signed out stays so. The other signs in again.
    instances.expect(&tokens, 401, ENDED).await;
    instances.expect(&innocent, 401, ENDED).await;
    instances.next_second().await;
    let new = instances.tokens().await;
    instances.expect(&new, 200, "").await;
}

async fn a_redis_that_fails_over_to_an_empty_one(servers: &Servers) {
    let proxy = Proxy::start(servers.first_address()).await;
    let mut instances = Instances::new(servers.at(proxy.url())).await;
    let tokens = instances.tokens().await;
    instances.one.login(NAME, PASSWORD).await;
    let signed_out = instances.one.post("/logout-everywhere", json!({})).await;
    assert_eq!(signed_out.status, StatusCode::NO_CONTENT);
    instances.expect(&tokens, 401, ENDED).await;
    instances.next_second().await;
    let innocent = instances.tokens().await;
    instances.expect(&innocent, 200, "").await;

    proxy.fail_over_to(servers.second_address());
    instances.reconnected(&tokens).await;
    instances.expect(&tokens, 401, ENDED).await;
    instances.expect(&innocent, 401, ENDED).await;
    instances.next_second().await;
    let new = instances.tokens().await;
    instances.expect(&new, 200, "").await;
}

async fn failing_open_by_name(servers: &Servers) {
    let directory = FakeDirectory::new();
    let _ = directory.register(Register::new(NAME, PASSWORD)).await.unwrap();
    let outcome = directory.sign_in(SignIn::new(NAME, PASSWORD)).await.unwrap();
    let tokens = outcome.tokens().unwrap();
    let ledger = Arc::new(used(servers, servers.first()).await);
    let closed = verifier(directory.fake()).ledger(ledger.clone()).build().unwrap();
    let open = verifier(directory.fake()).ledger(ledger).fail_open_without_ledger();
    let open = open.build().unwrap();
    servers.kill_first().await;
    let token = tokens.access_token().expose();
    let error = closed.access_token(token).await.unwrap_err();
    assert_eq!(error.kind(), TokenErrorKind::LedgerUnavailable);
    open.access_token(token).await.unwrap();
    servers.start_first().await;
}
