//! No interleaving of sign-in, refresh, sign-out, revocation and clock lets a token of a session
//! that was ended pass afterwards; and where sign-ins are held back, each new one lasts.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use async_trait::async_trait;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use user_directory::{
    AuthOutcome, Authentication as _, Refresh, RefreshGrant, Register, Result, Revoke,
    SelfService as _, SignIn, TokenSet, Tokens, UserDirectory as _, UserDirectoryExt as _, forward,
};
use user_directory_fake::{Fake, FakeDirectory};
use user_directory_tokens::{
    Guarded, InMemoryLedger, TokenErrorKind, TokenVerifier, UserPool, fetch_with,
};

const PASSWORD: &str = "Correct-horse-9";
const NAMES: [&str; 2] = ["alice", "bob"];

/// What a scenario does, one after the other.
#[derive(Clone, Debug)]
enum Step {
    SignIn(usize),
    /// The n-th session, whoever's.
    Refresh(usize),
    SignOut(usize),
    /// By the user, with the access token of the n-th session.
    SignOutOneself(usize),
    Revoke(usize),
    Disable(usize),
    /// A sign-out during which others work: after the ledger was written first, time passes, these
    /// sessions are refreshed and the user signs in; after Cognito's call and before the second
    /// write, those are refreshed.
    SignOutDuring {
        user: usize,
        pause: u64,
        before: Vec<usize>,
        after: Vec<usize>,
    },
    Advance(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let user = 0..NAMES.len();
    let session = 0..8_usize;
    let few = || vec(0..8_usize, 0..3);
    prop_oneof![
        4 => user.clone().prop_map(Step::SignIn),
        4 => session.clone().prop_map(Step::Refresh),
        1 => user.clone().prop_map(Step::SignOut),
        1 => session.clone().prop_map(Step::SignOutOneself),
        1 => session.prop_map(Step::Revoke),
        1 => user.clone().prop_map(Step::Disable),
        1 => (user, 0..8_000_u64, few(), few()).prop_map(|(user, pause, before, after)| {
            Step::SignOutDuring { user, pause, before, after }
        }),
        4 => prop_oneof![Just(0), Just(300), 0..5_000_u64, 0..4_000_000_u64]
            .prop_map(Step::Advance),
    ]
}

/// A sign-in, and all tokens that came of it.
struct Session {
    user: usize,
    grant: RefreshGrant,
    tokens: Vec<Tokens>,
    ended: bool,
    passed_before_its_end: BTreeSet<usize>,
}

impl Session {
    fn new(user: usize, set: TokenSet) -> Self {
        let (grant, tokens) = (set.grant, vec![set.tokens]);
        Self { user, grant, tokens, ended: false, passed_before_its_end: BTreeSet::new() }
    }
}

/// Runs work of others between the call to Cognito and the writes of the ledger.
#[derive(Debug)]
struct Racing {
    directory: FakeDirectory,
    race: Mutex<Option<Race>>,
    refreshed: Mutex<Vec<(RefreshGrant, Tokens)>>,
    signed_in: Mutex<Option<TokenSet>>,
}

#[derive(Debug)]
struct Race {
    pause: Duration,
    before: Vec<RefreshGrant>,
    after: Vec<RefreshGrant>,
}

impl Racing {
    async fn refresh_all(&self, grants: Vec<RefreshGrant>) {
        for grant in grants {
            if let Ok(refreshed) = self.directory.refresh(Refresh::from(&grant)).await {
                let tokens = refreshed.tokens().clone();
                self.refreshed.lock().expect("nobody panics with the lock").push((grant, tokens));
            }
        }
    }
}

impl forward::Authentication for Racing {
    type Inner = FakeDirectory;

    fn inner(&self) -> &FakeDirectory {
        &self.directory
    }
}

#[async_trait]
impl forward::UserDirectory for Racing {
    async fn global_sign_out(&self, username: &str) -> Result<()> {
        let race = self.race.lock().expect("nobody panics with the lock").take();
        let Some(Race { pause, before, after }) = race else {
            return self.directory.global_sign_out(username).await;
        };
        self.directory.fake().clock().advance(pause);
        self.refresh_all(before).await;
        let outcome = self.directory.sign_in(SignIn::new(username, PASSWORD)).await?;
        *self.signed_in.lock().expect("nobody panics with the lock") = outcome.tokens();
        let result = self.directory.global_sign_out(username).await;
        self.refresh_all(after).await;
        result
    }
}

struct World {
    fake: Fake,
    directory: Guarded<Arc<Racing>>,
    racing: Arc<Racing>,
    own: Guarded<user_directory_fake::FakeSelfService>,
    verifier: TokenVerifier,
    sessions: Vec<Session>,
    /// How many tokens passed before their session was ended, and were refused after.
    witnesses: u64,
    /// Whether sign-ins are held back, so that each lasts.
    holds_back: bool,
    /// How many sign-ins were held back.
    held: u64,
}

impl World {
    /// In tokio's time, which is paused.
    async fn new(holds_back: bool) -> Self {
        let start = UNIX_EPOCH + Duration::from_millis(1_700_000_000_300);
        let builder = Fake::builder().rng_seed(1).frozen_at(start).tokio_clock();
        let fake = builder.build().expect("valid settings");
        let client = fake.first_client().clone();
        let clock = {
            let fake = fake.clone();
            move || fake.clock().now()
        };
        let ledger = Arc::new(InMemoryLedger::new().with_clock(clock.clone()));
        let racing = Arc::new(Racing {
            directory: fake.directory(),
            race: Mutex::default(),
            refreshed: Mutex::default(),
            signed_in: Mutex::default(),
        });
        let mut directory = Guarded::new(racing.clone(), ledger.clone(), &client.pool_id)
            .expect("its own pool")
            .with_clock(clock.clone());
        if !holds_back {
            directory = directory.refuse_early_sign_ins();
        }
        let own = directory.self_service(|racing| racing.directory.self_service());
        let own = own.expect("the same pool");
        let keys = fake.jwks(&client.pool_id).expect("the pool is there");
        let verifier = TokenVerifier::builder(UserPool::new(&client.pool_id, [&client.client_id]))
            .fetcher(fetch_with(move |_| Ok(keys.clone().into_bytes())))
            .clock(clock)
            .ledger(ledger)
            .trust_public_test_keys()
            .build()
            .expect("valid settings");
        for name in NAMES {
            let _ = directory.register(Register::new(name, PASSWORD)).await.expect("it is free");
        }
        let sessions = Vec::new();
        let (witnesses, held) = (0, 0);
        Self { fake, directory, racing, own, verifier, sessions, witnesses, holds_back, held }
    }

    fn session(&self, number: usize) -> Option<usize> {
        (!self.sessions.is_empty()).then(|| number % self.sessions.len())
    }

    fn grants(&self, numbers: &[usize]) -> Vec<RefreshGrant> {
        let numbers = numbers.iter().filter_map(|number| self.session(*number));
        numbers.map(|number| self.sessions[number].grant.clone()).collect()
    }

    async fn run(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::SignIn(user) => {
                let began = self.fake.clock().now();
                let request = SignIn::new(NAMES[*user], PASSWORD);
                if let Ok(AuthOutcome::Tokens(set)) = self.directory.sign_in(request).await {
                    let waited = self.fake.clock().now().duration_since(began);
                    self.check_hold(&set, waited.expect("time goes on")).await?;
                    self.sessions.push(Session::new(*user, set));
                }
            }
            Step::Refresh(number) => {
                let Some(number) = self.session(*number) else { return Ok(()) };
                let grant = &self.sessions[number].grant;
                if let Ok(refreshed) = self.directory.refresh(Refresh::from(grant)).await {
                    self.sessions[number].tokens.push(refreshed.tokens().clone());
                }
            }
            Step::SignOut(user) => {
                self.directory.global_sign_out(NAMES[*user]).await.expect("the user is there");
                self.end_all(*user);
            }
            Step::SignOutOneself(number) => {
                let Some(number) = self.session(*number) else { return Ok(()) };
                let session = &self.sessions[number];
                let token = session.tokens.last().expect("a session has tokens").clone();
                let user = session.user;
                if self.own.global_sign_out(&token.access_token).await.is_ok() {
                    self.end_all(user);
                }
            }
            Step::Revoke(number) => {
                let Some(number) = self.session(*number) else { return Ok(()) };
                let revoke = Revoke::from(&self.sessions[number].grant);
                self.directory.revoke(revoke).await.expect("it is a refresh token");
                self.sessions[number].ended = true;
            }
            Step::Disable(user) => {
                self.directory.disable_user(NAMES[*user]).await.expect("the user is there");
                self.end_all(*user);
                self.directory.enable_user(NAMES[*user]).await.expect("the user is there");
            }
            Step::SignOutDuring { user, pause, before, after } => {
                let pause = Duration::from_millis(*pause);
                let race = Race { pause, before: self.grants(before), after: self.grants(after) };
                *self.racing.race.lock().expect("nobody panics with the lock") = Some(race);
                self.directory.global_sign_out(NAMES[*user]).await.expect("the user is there");
                let refreshed = std::mem::take(
                    &mut *self.racing.refreshed.lock().expect("nobody panics with the lock"),
                );
                for (grant, tokens) in refreshed {
                    let mut sessions = self.sessions.iter_mut();
                    let session = sessions.find(|session| session.grant == grant);
                    session.expect("it is one of them").tokens.push(tokens);
                }
                let set = self.racing.signed_in.lock().expect("nobody panics with the lock").take();
                self.sessions.push(Session::new(*user, set.expect("the user signed in")));
                self.end_all(*user);
            }
            Step::Advance(milliseconds) => {
                self.fake.clock().advance(Duration::from_millis(*milliseconds));
            }
        }
        Ok(())
    }

    /// Where sign-ins are held back, each lasts, after three seconds at most; elsewhere, none waits.
    async fn check_hold(&mut self, set: &TokenSet, waited: Duration) -> Result<(), TestCaseError> {
        if !self.holds_back {
            prop_assert_eq!(waited, Duration::ZERO);
            return Ok(());
        }
        self.held += u64::from(waited > Duration::ZERO);
        prop_assert!(waited <= Duration::from_secs(3), "held back for {:?}", waited);
        let verified = self.verifier.access_token(set.tokens.access_token.expose()).await;
        prop_assert!(verified.is_ok(), "a sign-in that was held back for {:?} is refused", waited);
        Ok(())
    }

    fn end_all(&mut self, user: usize) {
        for session in self.sessions.iter_mut().filter(|session| session.user == user) {
            session.ended = true;
        }
    }

    /// No token of a session that was ended passes; says which of the others do.
    async fn check(&mut self) -> Result<(), TestCaseError> {
        for (number, session) in self.sessions.iter_mut().enumerate() {
            for (position, tokens) in session.tokens.iter().enumerate() {
                let access = self.verifier.access_token(tokens.access_token.expose()).await;
                let id = self.verifier.id_token(tokens.id_token.expose()).await;
                let kinds =
                    [access.err().map(|error| error.kind()), id.err().map(|error| error.kind())];
                if session.ended {
                    for kind in kinds {
                        prop_assert!(kind.is_some(), "a token of session {} passes", number);
                    }
                    let by_the_ledger = kinds.contains(&Some(TokenErrorKind::SignedOut));
                    if by_the_ledger && session.passed_before_its_end.remove(&position) {
                        self.witnesses += 1;
                    }
                } else if kinds == [None, None] {
                    session.passed_before_its_end.insert(position);
                }
            }
        }
        Ok(())
    }
}

fn number(variable: &str, default: u64) -> u64 {
    let value = std::env::var(variable).ok();
    value.and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// `USER_DIRECTORY_INTERLEAVINGS` sets how many, `USER_DIRECTORY_SEED` with which seed. The seed is
/// fixed by default, so that the same ones run each time; a failure names it, with the steps.
#[test]
fn no_interleaving_lets_a_token_of_an_ended_session_pass() {
    for holds_back in [true, false] {
        println!("{}", interleavings(holds_back));
    }
}

/// What it has shown.
fn interleavings(holds_back: bool) -> String {
    let seed = number("USER_DIRECTORY_SEED", 20_191_023);
    let cases = number("USER_DIRECTORY_INTERLEAVINGS", 100);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut config = Config::with_cases(u32::try_from(cases).expect("not as many"));
    config.failure_persistence = None;
    let (witnesses, held) = (AtomicU64::new(0), AtomicU64::new(0));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("it starts");
    let result = TestRunner::new_with_rng(config, rng).run(&vec(step(), 1..20), |steps| {
        runtime.block_on(async {
            let mut world = World::new(holds_back).await;
            for step in &steps {
                world.run(step).await?;
                world.check().await?;
            }
            witnesses.fetch_add(world.witnesses, Ordering::Relaxed);
            held.fetch_add(world.held, Ordering::Relaxed);
            Ok(())
        })
    });
    if let Err(error) = result {
        panic!("with USER_DIRECTORY_SEED={seed}: {error}");
    }
    let (witnesses, held) = (witnesses.into_inner(), held.into_inner());
    assert!(witnesses >= cases, "{witnesses} of {cases} interleavings show nothing");
    assert_eq!(held > 0, holds_back, "{held} were held back");
    format!(
        "{cases} interleavings with USER_DIRECTORY_SEED={seed}: {witnesses} tokens passed before \
         their session was ended, and none after; {held} sign-ins were held back and lasted"
    )
}
