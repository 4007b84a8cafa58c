//! Accounts on the fake, in tokio's time, which is paused.

use std::{sync::Arc, time::Duration};

use first_week::{Accounts, Audited};
use user_directory::{Authentication as _, ErrorKind, Operation, SignIn, UserStatus};
use user_directory_fake::{Fake, FakeDirectory, Fault, FixtureUser};
use user_directory_tokens::{Guarded, InMemoryLedger, TokenVerifierBuilder};

const OLD: &str = "Correct-horse-9";
const NEW: &str = "Another-staple-7";
const HOUR: Duration = Duration::from_secs(60 * 60);

/// A fake with alice.
fn fake() -> Fake {
    let alice = FixtureUser::new("alice", UserStatus::Confirmed)
        .with_password(OLD)
        .with_attributes([("email", "alice@example.com"), ("email_verified", "true")]);
    Fake::builder().tokio_clock().user(alice).build().expect("the settings are good")
}

fn accounts(fake: &Fake) -> Accounts {
    let ledger = Arc::new(InMemoryLedger::new());
    let verifier = TokenVerifierBuilder::for_fake(fake).ledger(ledger.clone()).build();
    let verifier = verifier.expect("the settings are the fake's");
    let directory = Guarded::for_fake(fake, ledger);
    Accounts::guarded(directory, FakeDirectory::self_service, verifier).expect("one pool")
}

#[tokio::test(start_paused = true)]
async fn a_new_password_ends_every_session_and_the_next_log_in_lasts() {
    let fake = fake();
    let accounts = accounts(&fake);
    let stolen = accounts.log_in("alice", OLD).await.expect("it is right");
    let own = accounts.log_in("alice", OLD).await.expect("it is right");
    assert!(accounts.caller(stolen.access_token().expose()).await.is_some());

    accounts.change_password(&own, OLD, NEW).await.expect("both are good");
    // Held back until it lasts: three seconds at most, which a paused time skips.
    let began = fake.clock().now();
    let next = accounts.log_in("alice@example.com", NEW).await;
    assert_eq!(next.expect_err("no alias here").kind(), ErrorKind::NotAuthorized);
    let next = accounts.log_in("alice", NEW).await.expect("it is right");
    let waited = fake.clock().now().duration_since(began).expect("time goes on");
    assert!(waited <= Duration::from_secs(3), "{waited:?}");
    let caller = accounts.caller(next.access_token().expose()).await.expect("it lasts");
    assert_eq!(caller.username.as_deref(), Some("alice"));
    for ended in [&stolen, &own] {
        assert!(accounts.caller(ended.access_token().expose()).await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_in_the_tokens() {
    let fake = fake();
    let set = accounts(&fake).log_in("alice", OLD).await.expect("it is right");
    let access = fake.access_claims(set.access_token()).expect("it is the fake's own");
    assert_eq!(access.username, "alice");
    let id = fake.id_claims(set.id_token()).expect("it is the fake's own");
    let email = id.attributes.iter().find(|(name, _)| name == "email");
    assert_eq!(email.expect("clients may read it").1, "alice@example.com");
}

/// A month in no time.
#[tokio::test(start_paused = true)]
async fn a_session_is_kept_fresh_for_thirty_days() {
    let fake = fake();
    let accounts = accounts(&fake);
    let set = accounts.log_in("alice", OLD).await.expect("it is right");
    let day = 24 * HOUR;
    assert_eq!(accounts.keep_fresh(&set.grant, day).await, 29);
}

#[tokio::test(start_paused = true)]
async fn sign_ins_are_counted_also_those_that_fail() {
    let fake = fake();
    let audited = Audited::new(fake.directory());
    fake.faults().inject(Fault::throttling(Operation::AdminInitiateAuth).times(1));
    let error = audited.sign_in(SignIn::new("alice", OLD)).await.expect_err("it is injected");
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    let _ = audited.sign_in(SignIn::new("alice", OLD)).await.expect("it is right");
    assert_eq!(audited.sign_ins(), 2);
}
