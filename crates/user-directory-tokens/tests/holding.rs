//! A sign-in right after an ended one is held back until its tokens pass, or refused by choice.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, UNIX_EPOCH},
};

use async_trait::async_trait;
use tokio::time::Instant;
use user_directory::{
    AuthOutcome, Authentication, Challenge, ChangePassword, ConfirmForgotPassword, CreateUser,
    ForgotPassword, Operation, Register, ResetUserPassword, Revoke, SelfService as _,
    SetUserPassword, SignIn, TokenSet, UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_fake::{
    AliasAttribute, CreateUserPoolClientRequest, CreateUserPoolRequest, ExplicitAuthFlow, Fake,
    FakeDirectory, FakeSelfService, Fault,
};
use user_directory_tokens::{
    BackendError, Ending, Guarded, InMemoryLedger, SignInRef, SignOutLedger, TokenErrorKind,
    TokenVerifier, UserPool, fetch_with,
};

const PASSWORD: &str = "Correct-horse-9";
const OTHER_PASSWORD: &str = "Another-horse-9";
const EMAIL: &str = "success@simulator.amazonses.com";
const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

/// A ledger that can go away, and shows what it was told.
#[derive(Clone, Debug)]
struct Shaky {
    inner: InMemoryLedger,
    is_away: Arc<AtomicBool>,
    told: Arc<Mutex<Vec<Ending>>>,
}

#[async_trait]
impl SignOutLedger for Shaky {
    async fn record(&self, ending: &Ending) -> Result<(), BackendError> {
        self.told.lock().expect("nobody panics with the lock").push(ending.clone());
        self.inner.record(ending).await
    }

    async fn has_ended(&self, sign_in: &SignInRef<'_>) -> Result<bool, BackendError> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(BackendError::new("it is away"));
        }
        self.inner.has_ended(sign_in).await
    }
}

/// A service with alice, who has three names, in a time of tokio's that is 0.3 s into a second.
struct World {
    fake: Fake,
    ledger: Shaky,
    directory: Guarded<FakeDirectory>,
    own: Guarded<FakeSelfService>,
    /// Another instance, with the same ledger.
    elsewhere: Guarded<FakeDirectory>,
    verifier: TokenVerifier,
}

async fn world() -> World {
    world_with(|guarded| guarded).await
}

async fn world_with(choose: fn(Guarded<FakeDirectory>) -> Guarded<FakeDirectory>) -> World {
    let start = UNIX_EPOCH + Duration::from_millis(1_700_000_000_300);
    let mut pool = CreateUserPoolRequest::new("pool");
    pool.alias_attributes = vec![AliasAttribute::Email];
    pool.auto_verified_attributes = vec![AliasAttribute::Email];
    pool.case_sensitive = false;
    let mut client = CreateUserPoolClientRequest::new("", "client");
    client.explicit_auth_flows = vec![
        ExplicitAuthFlow::AllowAdminUserPasswordAuth,
        ExplicitAuthFlow::AllowUserPasswordAuth,
        ExplicitAuthFlow::AllowRefreshTokenAuth,
    ];
    let builder = Fake::builder().rng_seed(1).frozen_at(start).tokio_clock();
    let fake = builder.pool(pool).client(client).build().expect("valid settings");
    let client = fake.first_client().clone();
    let clock = {
        let fake = fake.clone();
        move || fake.clock().now()
    };
    let ledger = Shaky {
        inner: InMemoryLedger::new().with_clock(clock.clone()),
        is_away: Arc::default(),
        told: Arc::default(),
    };
    let guarded = || {
        let guarded = Guarded::new(fake.directory(), Arc::new(ledger.clone()), &client.pool_id);
        guarded.expect("its own pool").with_clock(clock.clone())
    };
    let directory = choose(guarded().end_on_password_change(MONTH));
    let own = directory.self_service(FakeDirectory::self_service).expect("the same pool");
    let own = own.end_on_password_recovery(Arc::new(fake.directory()), MONTH).expect("its pool");
    let keys = fake.jwks(&client.pool_id).expect("the pool is there");
    let verifier = TokenVerifier::builder(UserPool::new(&client.pool_id, [&client.client_id]))
        .fetcher(fetch_with(move |_| Ok(keys.clone().into_bytes())))
        .clock(clock.clone())
        .ledger(Arc::new(ledger.clone()))
        .trust_public_test_keys()
        .build()
        .expect("valid settings");
    let alice = Register::new("alice", PASSWORD)
        .with_attributes([("email", EMAIL), ("email_verified", "true")]);
    let _ = fake.directory().register(alice).await.expect("the name is free");
    let _ = fake.directory().register(Register::new("bob", PASSWORD)).await.expect("it is free");
    World { directory, own, elsewhere: guarded(), ledger, verifier, fake }
}

impl World {
    /// Signs in, and says how long it took.
    async fn sign_in(
        &self,
        by: &impl Authentication,
        name: &str,
        password: &str,
    ) -> (TokenSet, Duration) {
        let began = Instant::now();
        let outcome = by.sign_in(SignIn::new(name, password)).await.expect("it is right");
        (outcome.tokens().expect("no challenge"), began.elapsed())
    }

    async fn passes(&self, set: &TokenSet) -> bool {
        match self.verifier.access_token(set.tokens.access_token.expose()).await {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.kind(), TokenErrorKind::SignedOut);
                false
            }
        }
    }

    /// Right after an ending: a sign-in is held back for this long and lasts, and none before it
    /// does.
    async fn holds(&self, before: &TokenSet, password: &str) {
        let (set, took) = self.sign_in(&self.directory, "alice", password).await;
        assert_eq!(took, HELD);
        assert!(self.passes(&set).await);
        assert!(!self.passes(before).await);
    }
}

/// From 0.3 s into a second to the end of the second but one after it.
const HELD: Duration = Duration::from_millis(2_700);

#[tokio::test(start_paused = true)]
async fn under_each_of_the_users_names_and_on_every_instance() {
    let sub = world().await.directory.user("alice").await.expect("she is there");
    let sub = sub.sub().expect("every user has one").to_owned();
    // Who ends a sign-in by one name can sign in again by another.
    for ended in ["alice", EMAIL, sub.as_str()] {
        for again in ["alice", "ALICE", EMAIL, "Success@Simulator.amazonses.com", sub.as_str()] {
            let world = world().await;
            let (before, took) = world.sign_in(&world.directory, "alice", PASSWORD).await;
            assert_eq!(took, Duration::ZERO);
            world.directory.global_sign_out(ended).await.expect("she is there");
            let (set, took) = world.sign_in(&world.elsewhere, again, PASSWORD).await;
            assert_eq!(took, HELD, "{ended}, then {again}");
            assert!(world.passes(&set).await, "{ended}, then {again}");
            assert!(!world.passes(&before).await);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_whatever_ends_sign_ins() {
    let world = world().await;
    let (first, _) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    world.own.global_sign_out(&first.tokens.access_token).await.expect("it is hers");
    world.holds(&first, PASSWORD).await;

    let pause = Duration::from_millis(3_300);
    tokio::time::sleep(pause).await;
    let (second, _) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    let change = ChangePassword::new(second.tokens.access_token.expose(), PASSWORD, OTHER_PASSWORD);
    world.own.change_password(change).await.expect("both are right");
    world.holds(&second, OTHER_PASSWORD).await;

    tokio::time::sleep(pause).await;
    let (third, _) = world.sign_in(&world.directory, "alice", OTHER_PASSWORD).await;
    let set = SetUserPassword::permanent("alice", PASSWORD);
    world.directory.set_user_password(set).await.expect("she is there");
    world.holds(&third, PASSWORD).await;

    tokio::time::sleep(pause).await;
    let (fourth, _) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    world.directory.disable_user("alice").await.expect("she is there");
    world.directory.enable_user("alice").await.expect("she is there");
    world.holds(&fourth, PASSWORD).await;

    tokio::time::sleep(pause).await;
    let (fifth, _) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    world.own.forgot_password(ForgotPassword::new("alice")).await.expect("she has an address");
    let messages = world.fake.inbox().messages();
    let code = messages.last().and_then(|message| message.code.clone()).expect("it has a code");
    let confirm = ConfirmForgotPassword::new(EMAIL, code.expose(), OTHER_PASSWORD);
    world.own.confirm_forgot_password(confirm).await.expect("the code is right");
    world.holds(&fifth, OTHER_PASSWORD).await;
}

/// An administrator sets a temporary password: the sign-in and the answer are too early, too.
#[tokio::test(start_paused = true)]
async fn an_answer_to_a_challenge() {
    let world = world().await;
    let outcome = {
        let carol = CreateUser::new("carol").with_temporary_password(PASSWORD);
        world.directory.create_user(carol).await.expect("the name is free");
        world.directory.sign_in(SignIn::new("carol", PASSWORD)).await.expect("it is right")
    };
    let AuthOutcome::Challenge(Challenge::NewPasswordRequired(challenge)) = outcome else {
        panic!("a challenge")
    };
    world.directory.global_sign_out("carol").await.expect("she is there");
    let began = Instant::now();
    let answer = challenge.answer(OTHER_PASSWORD);
    let outcome = world.directory.respond_to_challenge(answer).await.expect("it is good");
    assert_eq!(began.elapsed(), HELD);
    assert!(world.passes(&outcome.tokens().expect("no other challenge")).await);
}

#[tokio::test(start_paused = true)]
async fn nobody_else_and_nothing_else_waits() {
    let world = world().await;
    let (before, _) = world.sign_in(&world.directory, "bob", PASSWORD).await;
    world.directory.global_sign_out("alice").await.expect("she is there");
    let (set, took) = world.sign_in(&world.directory, "bob", PASSWORD).await;
    assert_eq!(took, Duration::ZERO);
    assert!(world.passes(&set).await && world.passes(&before).await);
    // One sign-in of bob's: the others, and new ones, go on.
    world.directory.revoke(Revoke::from(&before.grant)).await.expect("it is his");
    let (set, took) = world.sign_in(&world.directory, "bob", PASSWORD).await;
    assert_eq!(took, Duration::ZERO);
    assert!(world.passes(&set).await && !world.passes(&before).await);
    // Whoever has the name of a deleted user is another one.
    world.directory.delete_user("bob").await.expect("he is there");
    let _ = world.fake.directory().register(Register::new("bob", PASSWORD)).await.expect("free");
    let (set, took) = world.sign_in(&world.directory, "bob", PASSWORD).await;
    assert_eq!(took, Duration::ZERO);
    assert!(world.passes(&set).await);
}

#[tokio::test(start_paused = true)]
async fn three_seconds_at_most() {
    let world = world().await;
    // At the very beginning of a second, the wait is the longest.
    tokio::time::sleep(Duration::from_millis(700)).await;
    world.directory.global_sign_out("alice").await.expect("she is there");
    let (set, took) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    assert_eq!(took, Duration::from_secs(3));
    assert!(world.passes(&set).await);
    // A ledger whose skew is longer refuses; the sign-in is sent all the same.
    let ledger = InMemoryLedger::new().with_skew(Duration::from_secs(60));
    let pool_id = world.fake.first_client().pool_id.clone();
    let fake = world.fake.clone();
    let guarded = Guarded::new(world.fake.directory(), Arc::new(ledger), pool_id)
        .expect("its own pool")
        .with_clock(move || fake.clock().now());
    guarded.global_sign_out("alice").await.expect("she is there");
    let (_, took) = world.sign_in(&guarded, "alice", PASSWORD).await;
    assert_eq!(took, Duration::from_secs(3));
}

/// The sign-in is not sent while it waits, so nothing is counted and nothing is spent.
#[tokio::test(start_paused = true)]
async fn it_waits_before_it_is_sent() {
    let world = world().await;
    world.directory.global_sign_out("alice").await.expect("she is there");
    world.fake.calls().clear();
    let directory = world.directory.clone();
    let waiting =
        tokio::spawn(
            async move { directory.sign_in(SignIn::new("alice", PASSWORD)).await.map(|_| ()) },
        );
    tokio::time::sleep(HELD - Duration::from_millis(1)).await;
    assert_eq!(world.fake.calls().all(), []);
    waiting.await.expect("it ends").expect("the password is right");
    assert_eq!(world.fake.calls().operations(), [Operation::AdminInitiateAuth]);
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_cannot_be_asked_holds_nobody_back() {
    let world = world().await;
    world.directory.global_sign_out("alice").await.expect("she is there");
    world.ledger.is_away.store(true, Ordering::Relaxed);
    let (_, took) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    assert_eq!(took, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn refused_by_choice() {
    let world = world_with(Guarded::refuse_early_sign_ins).await;
    world.directory.global_sign_out("alice").await.expect("she is there");
    assert_eq!(world.ledger.inner.len(), 1, "no names");
    for by in [&world.directory, &world.elsewhere] {
        let (set, took) = world.sign_in(by, "alice", PASSWORD).await;
        assert_eq!(took, Duration::ZERO);
        assert!(!world.passes(&set).await);
    }
    let (set, took) = world.sign_in(&world.own, "alice", PASSWORD).await;
    assert_eq!(took, Duration::ZERO);
    assert!(!world.passes(&set).await);
    // Also where the names are there, because another instance has chosen otherwise.
    world.elsewhere.global_sign_out("alice").await.expect("she is there");
    let (_, took) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    assert_eq!(took, Duration::ZERO);
    let (_, took) = world.sign_in(&world.own, "alice", PASSWORD).await;
    assert_eq!(took, Duration::ZERO, "the users' own handle has the same choice");
    let (_, took) = world.sign_in(&world.elsewhere, "alice", PASSWORD).await;
    assert_eq!(took, HELD);
    tokio::time::sleep(HELD).await;
    let (set, _) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    assert!(world.passes(&set).await);
}

/// What a call that fails after the first write has ended is ended, and held back, too.
#[tokio::test(start_paused = true)]
async fn after_a_call_that_failed() {
    let world = world().await;
    let (before, _) = world.sign_in(&world.directory, "alice", PASSWORD).await;
    let fault = Fault::internal_error(Operation::AdminUserGlobalSignOut).times(1);
    world.fake.faults().inject(fault);
    world.directory.global_sign_out("alice").await.expect_err("it is injected");
    world.holds(&before, PASSWORD).await;
}

/// Names are personal, and a ledger is often shared.
#[tokio::test(start_paused = true)]
async fn no_name_reaches_the_ledger() {
    let world = world().await;
    let reset = ResetUserPassword::new("alice");
    world.directory.reset_user_password(reset).await.expect("she is there");
    let text = {
        let told = world.ledger.told.lock().expect("nobody panics with the lock");
        assert_eq!(told.len(), 8, "alice, her sub's digest, her address and the sub, twice");
        format!("{told:?}")
    };
    for name in ["alice", EMAIL] {
        assert!(!text.contains(name));
    }
}
