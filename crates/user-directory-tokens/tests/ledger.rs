//! What every ledger keeps to, on the one in memory; and what a verifier makes of it.

mod common;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use common::{
    CLIENT, ISSUER, KEY, NOW, POOL, TestClock, access_claims, at, builder, id_claims, kind,
    refusal, with,
};
use serde_json::{Value, json};
use tokio::time::{Instant, advance};
use user_directory_tokens::{
    BackendError, Ended, Ending, InMemoryLedger, SignInRef, SignOutLedger, TokenErrorKind,
};

const HOUR: u64 = 3600;

fn user_ended(sub: &str, second: u64) -> Ending {
    Ending::new(POOL, Ended::User(sub.to_owned()), at(second), at(second + HOUR))
}

fn sign_in_ended(origin_jti: &str, second: u64) -> Ending {
    Ending::new(POOL, Ended::SignIn(origin_jti.to_owned()), at(second), at(second + HOUR))
}

/// A clock that goes on with tokio's time.
fn clock() -> impl Fn() -> SystemTime + Send + Sync + 'static {
    let start = Instant::now();
    move || at(NOW) + start.elapsed()
}

fn ledger() -> InMemoryLedger {
    InMemoryLedger::new().with_clock(|| at(NOW))
}

async fn has_ended(ledger: &InMemoryLedger, sub: &str, auth_time: u64, jti: &str) -> bool {
    let sign_in = SignInRef::new(POOL, sub, at(auth_time), jti);
    ledger.has_ended(&sign_in).await.expect("it is in memory")
}

async fn record(ledger: &InMemoryLedger, ending: &Ending) {
    ledger.record(ending).await.expect("it is in memory");
}

#[tokio::test]
async fn a_user_is_out_until_the_skew_is_over() {
    let ledger = ledger();
    assert!(!has_ended(&ledger, "a", NOW, "jti").await);
    record(&ledger, &user_ended("a", NOW)).await;
    for (auth_time, ended) in
        [(NOW - 999_999, true), (NOW, true), (NOW + 2, true), (NOW + 3, false)]
    {
        assert_eq!(has_ended(&ledger, "a", auth_time, "jti").await, ended, "{auth_time}");
    }
    assert!(!has_ended(&ledger, "b", NOW, "jti").await);
    let elsewhere = SignInRef::new("eu-west-1_Other", "a", at(NOW), "jti");
    assert!(!ledger.has_ended(&elsewhere).await.expect("it is in memory"));

    for (skew, last) in [(0, NOW), (500, NOW + 1), (60_000, NOW + 60)] {
        let ledger = self::ledger().with_skew(Duration::from_millis(skew));
        record(&ledger, &user_ended("a", NOW)).await;
        assert!(has_ended(&ledger, "a", last, "jti").await);
        assert!(!has_ended(&ledger, "a", last + 1, "jti").await);
    }
}

#[tokio::test]
async fn one_sign_in_is_out_alone() {
    let ledger = ledger();
    record(&ledger, &sign_in_ended("one", NOW)).await;
    assert!(has_ended(&ledger, "a", NOW - HOUR, "one").await);
    // All its tokens share it, whatever their times.
    assert!(has_ended(&ledger, "a", NOW + HOUR, "one").await);
    assert!(!has_ended(&ledger, "a", NOW - HOUR, "other").await);
    // A sub is no origin_jti.
    assert!(!has_ended(&ledger, "one", NOW - HOUR, "a").await);
}

#[tokio::test]
async fn a_later_record_takes_nothing_back() {
    let ledger = ledger();
    record(&ledger, &user_ended("a", NOW)).await;
    record(&ledger, &user_ended("a", NOW - 100)).await;
    assert!(has_ended(&ledger, "a", NOW, "jti").await);
    assert_eq!(ledger.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn records_last_as_long_as_tokens() {
    let ledger = InMemoryLedger::new().with_clock(clock());
    record(&ledger, &user_ended("a", NOW)).await;
    record(&ledger, &sign_in_ended("one", NOW)).await;
    let mut long = user_ended("b", NOW);
    long.tokens_until = at(NOW + 2 * HOUR);
    record(&ledger, &user_ended("b", NOW)).await;
    record(&ledger, &long).await;
    assert_eq!(ledger.len(), 3);

    advance(Duration::from_secs(HOUR)).await;
    record(&ledger, &user_ended("c", NOW + HOUR)).await;
    assert_eq!(ledger.len(), 4, "the last second is a token's still");
    advance(Duration::from_secs(1)).await;
    record(&ledger, &user_ended("d", NOW + HOUR)).await;
    assert_eq!(ledger.len(), 3, "b, c and d");
    assert!(has_ended(&ledger, "b", NOW, "jti").await);
    assert!(!has_ended(&ledger, "a", NOW, "jti").await);
    advance(Duration::from_secs(8 * HOUR)).await;
    record(&ledger, &user_ended("e", NOW + 9 * HOUR)).await;
    assert_eq!(ledger.len(), 1);
}

#[tokio::test]
async fn a_clock_that_jumps_and_comes_back_makes_nothing_forgotten() {
    let clock = TestClock::new();
    let time = clock.clone();
    let ledger = InMemoryLedger::new().with_clock(move || time.now());
    record(&ledger, &user_ended("a", NOW)).await;
    let tomorrow = NOW + 24 * HOUR;
    clock.set(tomorrow);
    record(&ledger, &user_ended("b", tomorrow)).await;
    clock.set(NOW + 1);
    assert!(has_ended(&ledger, "a", NOW, "jti").await);
}

#[tokio::test]
async fn a_verifier_refuses_what_has_ended() {
    let ledger = ledger();
    let verifier = builder().ledger(Arc::new(ledger.clone())).build().expect("valid settings");
    let (access, id) = (KEY.token(&access_claims()), KEY.token(&id_claims()));
    assert_eq!(refusal(&verifier, &access).await, None);
    assert_eq!(kind(verifier.id_token(&id).await), None);
    record(&ledger, &sign_in_ended("an-origin-jti", NOW)).await;
    assert_eq!(refusal(&verifier, &access).await, Some(TokenErrorKind::SignedOut));
    assert_eq!(kind(verifier.id_token(&id).await), Some(TokenErrorKind::SignedOut));
    let other = KEY.token(&with(access_claims(), "origin_jti", json!("other")));
    assert_eq!(refusal(&verifier, &other).await, None);
    record(&ledger, &user_ended("a-sub", NOW)).await;
    assert_eq!(refusal(&verifier, &other).await, Some(TokenErrorKind::SignedOut));
    let other = with(access_claims(), "origin_jti", json!("other"));
    let later = KEY.token(&with(other, "auth_time", json!(NOW + 3)));
    assert_eq!(refusal(&verifier, &later).await, None);
}

/// A user's token without what a ledger goes by cannot be ended, so it is refused.
#[tokio::test]
async fn tokens_without_the_claims_of_the_ledger() {
    let ledger = Arc::new(ledger());
    let verifier = builder().ledger(ledger).build().expect("valid settings");
    for name in ["auth_time", "origin_jti"] {
        let access = KEY.token(&with(access_claims(), name, Value::Null));
        assert_eq!(refusal(&verifier, &access).await, Some(TokenErrorKind::NotLedgered));
        let id = KEY.token(&with(id_claims(), name, Value::Null));
        assert_eq!(kind(verifier.id_token(&id).await), Some(TokenErrorKind::NotLedgered));
        // Without a ledger they are as good as any.
        assert_eq!(refusal(&common::verifier(), &access).await, None);
    }
}

/// A token that says too little about who it belongs to cannot be ended. Only an app client's own
/// token has no user.
#[tokio::test]
async fn tokens_without_a_user() {
    let verifier = builder().ledger(Arc::new(Away)).build().expect("valid settings");
    let machine = json!({
        "sub": CLIENT, "token_use": "access", "scope": "reports/read", "iss": ISSUER,
        "exp": NOW + 3600, "iat": NOW, "jti": "a-jti", "client_id": CLIENT,
    });
    assert_eq!(refusal(&verifier, &KEY.token(&machine)).await, None);
    let acting = with(machine.clone(), "act", json!({ "sub": "a-sub" }));
    let of_a_user = with(machine.clone(), "sub", json!("a-sub"));
    let without_name = with(access_claims(), "username", Value::Null);
    let as_client = with(without_name.clone(), "sub", json!(CLIENT));
    let acting_for_a_user = with(without_name.clone(), "act", json!({ "sub": CLIENT }));
    for claims in [acting, of_a_user, without_name, acting_for_a_user] {
        let refused = refusal(&verifier, &KEY.token(&claims)).await;
        assert_eq!(refused, Some(TokenErrorKind::NotLedgered), "{claims}");
        // Without a ledger they are as good as any.
        assert_eq!(refusal(&common::verifier(), &KEY.token(&claims)).await, None);
    }
    // Whatever else it has.
    assert_eq!(refusal(&verifier, &KEY.token(&as_client)).await, None);
}

#[derive(Debug)]
struct Away;

#[async_trait]
impl SignOutLedger for Away {
    async fn record(&self, _: &Ending) -> Result<(), BackendError> {
        Err(BackendError::new("it is away"))
    }

    async fn has_ended(&self, _: &SignInRef<'_>) -> Result<bool, BackendError> {
        Err(BackendError::new("it is away"))
    }
}

#[tokio::test]
async fn without_its_ledger_a_verifier_fails_closed_unless_told() {
    let (access, id) = (KEY.token(&access_claims()), KEY.token(&id_claims()));
    let closed = builder().ledger(Arc::new(Away)).build().expect("valid settings");
    let error = closed.access_token(&access).await.expect_err("nothing is known");
    assert_eq!(error.kind(), TokenErrorKind::LedgerUnavailable);
    assert!(error.is_unavailable());
    assert_eq!(kind(closed.id_token(&id).await), Some(TokenErrorKind::LedgerUnavailable));
    // A client's own token is not looked up.
    let machine = json!({
        "sub": CLIENT, "token_use": "access", "scope": "reports/read", "iss": ISSUER,
        "exp": NOW + 3600, "iat": NOW, "jti": "a-jti", "client_id": CLIENT,
    });
    assert_eq!(refusal(&closed, &KEY.token(&machine)).await, None);

    let open = builder().ledger(Arc::new(Away)).fail_open_without_ledger();
    let open = open.build().expect("valid settings");
    assert_eq!(refusal(&open, &access).await, None);
    // What the token itself lacks is no matter of the ledger being there.
    let bare = KEY.token(&with(access_claims(), "origin_jti", Value::Null));
    assert_eq!(refusal(&open, &bare).await, Some(TokenErrorKind::NotLedgered));
}
