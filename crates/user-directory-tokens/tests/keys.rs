//! When keys are fetched, and how long they are kept.

mod common;

use std::time::Duration;

use common::{KEY, KeySet, STRANGERS_KEY, TestClock, TestKey, access_claims, pool, refusal, with};
use serde_json::json;
use user_directory_tokens::{
    KEY_LIFE, LARGEST_KEY_SET, PAUSE, PAUSE_AFTER_FAILURE, STALE_LIFE, TokenErrorKind,
    TokenVerifier,
};

const SECOND: Duration = Duration::from_secs(1);

struct World {
    set: KeySet,
    clock: TestClock,
    verifier: TokenVerifier,
}

fn world() -> World {
    let (set, clock) = (KeySet::new(&[&KEY]), TestClock::new());
    let time = clock.clone();
    let verifier = TokenVerifier::builder(pool())
        .fetcher(set.clone())
        .clock(move || time.now())
        .build()
        .expect("the settings are valid");
    World { set, clock, verifier }
}

/// A token that outlives the test.
fn token(key: &TestKey) -> String {
    key.token(&with(access_claims(), "exp", json!(9_999_999_999_u64)))
}

impl World {
    async fn refusal(&self, key: &TestKey) -> Option<TokenErrorKind> {
        refusal(&self.verifier, &token(key)).await
    }
}

/// As their docs have them.
#[test]
fn lives_and_pauses() {
    assert_eq!(KEY_LIFE, 3600 * SECOND);
    assert_eq!(STALE_LIFE, 24 * 3600 * SECOND);
    assert_eq!((PAUSE, PAUSE_AFTER_FAILURE), (10 * SECOND, SECOND));
    assert_eq!(LARGEST_KEY_SET, 65_536);
}

#[tokio::test]
async fn one_fetch_for_many_tokens() {
    let world = world();
    for _ in 0..3 {
        assert_eq!(world.refusal(&KEY).await, None);
    }
    assert_eq!(world.set.fetches(), 1);
}

#[tokio::test]
async fn keys_can_be_loaded_beforehand() {
    let world = world();
    world.verifier.load_keys().await.expect("the key set is there");
    assert_eq!(world.refusal(&KEY).await, None);
    assert_eq!(world.set.fetches(), 1);
    world.set.take_away();
    let error = world.verifier.load_keys().await.expect_err("the network is down");
    assert_eq!(error.kind(), TokenErrorKind::KeysUnavailable);
    assert!(error.is_unavailable());
    // What was there stays.
    assert_eq!(world.refusal(&KEY).await, None);
}

/// On several threads, so that they do run at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_tasks_with_one_unknown_key_cause_one_fetch() {
    for warm in [true, false] {
        let world = world();
        if warm {
            world.verifier.load_keys().await.expect("the key set is there");
            world.clock.advance(PAUSE);
        }
        let before = world.set.fetches();
        let unknown = token(&TestKey::new("unknown"));
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let (verifier, unknown) = (world.verifier.clone(), unknown.clone());
                tokio::spawn(async move { refusal(&verifier, &unknown).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await.expect("no panic"), Some(TokenErrorKind::UnknownKeyId));
        }
        assert_eq!(world.set.fetches() - before, 1, "warm: {warm}");
    }
}

#[tokio::test]
async fn made_up_key_ids_cause_one_fetch_in_a_while() {
    let world = world();
    assert_eq!(world.refusal(&KEY).await, None);
    let step = SECOND / 2;
    let hundred_seconds = 200;
    let unknown = TestKey::new("x");
    let header = |number| json!({ "kid": format!("made-up-{number}"), "alg": "RS256" });
    for number in 0..hundred_seconds {
        world.clock.advance(step);
        let token = unknown.sign(&header(number), &access_claims().to_string());
        let refused = refusal(&world.verifier, &token).await;
        assert_eq!(refused, Some(TokenErrorKind::UnknownKeyId));
    }
    assert_eq!(world.set.fetches(), 1 + 10, "every 10 seconds, in 100");
    // Good tokens are not held up by it.
    assert_eq!(world.refusal(&KEY).await, None);
}

#[tokio::test]
async fn a_new_key_is_found_and_an_old_one_forgotten() {
    let world = world();
    assert_eq!(world.refusal(&KEY).await, None);
    let new = TestKey::new("new");
    world.set.serve(&[&new]);
    assert_eq!(world.refusal(&new).await, Some(TokenErrorKind::UnknownKeyId), "too soon");
    world.clock.advance(PAUSE);
    assert_eq!(world.refusal(&new).await, None);
    assert_eq!(world.refusal(&KEY).await, Some(TokenErrorKind::UnknownKeyId));
    assert_eq!(world.set.fetches(), 2);
}

#[tokio::test]
async fn keys_are_fetched_again_after_an_hour() {
    let world = world();
    assert_eq!(world.refusal(&KEY).await, None);
    world.set.serve(&[&TestKey::new("new")]);
    world.clock.advance(KEY_LIFE - SECOND);
    assert_eq!(world.refusal(&KEY).await, None);
    assert_eq!(world.set.fetches(), 1);
    world.clock.advance(SECOND);
    assert_eq!(world.refusal(&KEY).await, Some(TokenErrorKind::UnknownKeyId));
    assert_eq!(world.set.fetches(), 2);
}

#[tokio::test]
async fn stale_keys_are_used_while_the_network_is_down() {
    let world = world();
    assert_eq!(world.refusal(&KEY).await, None);
    world.set.take_away();
    world.clock.advance(KEY_LIFE);
    for fetches in [2, 2, 3, 3] {
        assert_eq!(world.refusal(&KEY).await, None);
        assert_eq!(world.set.fetches(), fetches);
        world.clock.advance(PAUSE_AFTER_FAILURE / 2);
    }
    // Of a key that is not there nothing is known: it may be a new one.
    let unknown = world.refusal(&TestKey::new("unknown")).await;
    assert_eq!(unknown, Some(TokenErrorKind::KeysUnavailable));
    // Until 24 hours after the last fetch, of which more than one has gone by.
    world.clock.set(common::NOW + 24 * 3600 - 1);
    assert_eq!(world.refusal(&KEY).await, None);
    world.clock.set(common::NOW + 24 * 3600);
    assert_eq!(world.refusal(&KEY).await, Some(TokenErrorKind::KeysUnavailable));
    world.clock.advance(PAUSE_AFTER_FAILURE);
    world.set.serve(&[&KEY]);
    assert_eq!(world.refusal(&KEY).await, None);
}

#[tokio::test]
async fn without_any_key_nothing_is_known() {
    let world = world();
    world.set.take_away();
    for _ in 0..3 {
        assert_eq!(world.refusal(&KEY).await, Some(TokenErrorKind::KeysUnavailable));
    }
    assert_eq!(world.set.fetches(), 1);
    world.clock.advance(PAUSE_AFTER_FAILURE);
    world.set.serve(&[&KEY]);
    assert_eq!(world.refusal(&KEY).await, None);
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_no_harm() {
    let world = world();
    assert_eq!(world.refusal(&KEY).await, None);
    world.clock.set(common::NOW - 1_000_000);
    assert_eq!(world.refusal(&KEY).await, None);
    let new = TestKey::new("new");
    world.set.serve(&[&KEY, &new]);
    world.clock.advance(PAUSE);
    assert_eq!(world.refusal(&new).await, None);
}

#[tokio::test]
async fn a_set_is_read_key_by_key() {
    let small = json!({ "kid": "small", "kty": "RSA", "n": "AQAB", "e": "AQAB" });
    let curve = json!({ "kid": "curve", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" });
    let mut encrypts = STRANGERS_KEY.jwk();
    encrypts["kid"] = json!("encrypts");
    encrypts["use"] = json!("enc");
    let mut other = STRANGERS_KEY.jwk();
    other["kid"] = json!("other");
    other["alg"] = json!("RS512");
    let mut signs = STRANGERS_KEY.jwk();
    signs["kid"] = json!("signs");
    signs["key_ops"] = json!(["sign", "encrypt"]);
    let mut verifies = STRANGERS_KEY.jwk();
    verifies["kid"] = json!("verifies");
    verifies["key_ops"] = json!(["verify"]);
    let unknown = json!({ "kid": "unknown", "kty": "AKP", "pub": "AA" });
    let world = world();
    let set =
        json!({ "keys": [small, curve, encrypts, other, signs, verifies, unknown, 7, KEY.jwk()] });
    world.set.serve_text(&set.to_string());
    assert_eq!(world.refusal(&KEY).await, None);
    let signed_by = |id| {
        STRANGERS_KEY.sign(&json!({ "kid": id, "alg": "RS256" }), &access_claims().to_string())
    };
    for id in ["small", "curve", "encrypts", "other", "signs", "unknown"] {
        let refused = refusal(&world.verifier, &signed_by(id)).await;
        assert_eq!(refused, Some(TokenErrorKind::UnknownKeyId), "{id}");
    }
    assert_eq!(refusal(&world.verifier, &signed_by("verifies")).await, None);
}

#[tokio::test]
async fn a_bad_set_is_no_set() {
    let twice = json!({ "keys": [KEY.jwk(), STRANGERS_KEY.jwk()] }).to_string();
    let large = format!("{}{}", json!({ "keys": [KEY.jwk()] }), " ".repeat(LARGEST_KEY_SET));
    for text in ["", "[]", "{}", r#"{"keys":[]}"#, "<html>", &twice, &large] {
        let world = world();
        world.set.serve_text(text);
        assert_eq!(world.refusal(&KEY).await, Some(TokenErrorKind::KeysUnavailable));
    }
}

#[test]
fn settings_that_cannot_be() {
    use user_directory_tokens::UserPool;

    let fault = |pool| {
        let built = TokenVerifier::builder(pool).fetcher(KeySet::new(&[])).build();
        built.err().map(|error| error.to_string())
    };
    for id in ["", "eu-west-1", "_Example01", "eu-west-1_", "eu-west-1_a/b", "EU/x_a", "a.b_c"] {
        let fault = fault(UserPool::new(id, ["client"])).expect("the pool id is malformed");
        let form = "take it from the console, such as eu-west-1_Example01";
        assert_eq!(fault, format!("the pool id {id:?} is not <region>_<name>: {form}"));
    }
    assert_eq!(
        fault(UserPool::new("eu-west-1_A", [""; 0])).as_deref(),
        Some(
            "no app client of the pool eu-west-1_A is given: name those whose tokens are to be \
             accepted"
        )
    );
    for client in ["", " ", "1example 23456789", "1example23456789\n"] {
        let fault = fault(UserPool::new("eu-west-1_A", ["1example23456789", client]));
        let sentence = "an app client's id of the pool eu-west-1_A is empty or has a blank: take it \
                        from the console";
        assert_eq!(fault.as_deref(), Some(sentence), "{client:?}");
    }
    assert_eq!(
        fault(pool().with_audiences([""; 0])).as_deref(),
        Some(
            "no audience of the pool eu-west-1_Example01 is given: name the resource servers, or \
             leave with_audiences out"
        )
    );
    assert_eq!(
        fault(pool().with_audiences([" "])).as_deref(),
        Some(
            "an audience of the pool eu-west-1_Example01 is empty: take the resource server's \
             identifier"
        )
    );
    let leeway = |seconds| {
        let builder = TokenVerifier::builder(pool()).fetcher(KeySet::new(&[]));
        builder.leeway(seconds * SECOND).build().err().map(|error| error.to_string())
    };
    assert_eq!(leeway(300), None);
    assert_eq!(
        leeway(301).as_deref(),
        Some(
            "the leeway of 301s is more than 5 minutes: correct the clock of this machine instead"
        )
    );
    let twice = TokenVerifier::builder(pool()).pool(pool()).fetcher(KeySet::new(&[])).build();
    assert_eq!(
        twice.err().map(|error| error.to_string()).as_deref(),
        Some("the pool eu-west-1_Example01 is given twice: give it once, with all its clients")
    );
    let china = UserPool::new("cn-north-1_A", ["client"]);
    assert_eq!(
        china.jwks_url(),
        "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A/.well-known/jwks.json"
    );
}
