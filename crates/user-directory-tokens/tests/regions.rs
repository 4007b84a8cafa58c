//! Pools with an updated issuer, and pools with replicas in other Regions.

mod common;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{CLIENT, ISSUER, KEY, POOL, TestClock, TestKey, access_claims, refusal, with};
use serde_json::{Value, json};
use user_directory::{Authentication as _, Register, SignIn, UserDirectoryExt as _};
use user_directory_fake::Fake;
use user_directory_tokens::{BackendError, TokenErrorKind, TokenVerifier, UserPool, fetch_with};

const UPDATED: &str = "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01";
const REPLICA: &str = "https://cognito-idp.eu-central-1.amazonaws.com/eu-west-1_Example01";
const OTHER: &str = "https://cognito-idp.us-east-1.amazonaws.com/eu-west-1_Example01";

/// Key sets by address, and which were asked for. The others answer 403.
#[derive(Clone, Default)]
struct Addresses {
    sets: Arc<Mutex<BTreeMap<String, Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Addresses {
    fn serve(&self, url: &str, key: &TestKey) {
        let set = json!({ "keys": [key.jwk()] });
        self.sets.lock().expect("unpoisoned").insert(url.to_owned(), set);
    }

    fn verifier(&self, pool: UserPool, clock: &TestClock) -> TokenVerifier {
        let (own, clock) = (self.clone(), clock.clone());
        TokenVerifier::builder(pool)
            .fetcher(fetch_with(move |url| {
                own.asked.lock().expect("unpoisoned").push(url.to_owned());
                let sets = own.sets.lock().expect("unpoisoned");
                let set = sets.get(url).map(|set| set.to_string().into_bytes());
                set.ok_or_else(|| BackendError::new("403"))
            }))
            .clock(move || clock.now())
            .build()
            .expect("the settings are valid")
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("unpoisoned"))
    }
}

fn pool() -> UserPool {
    UserPool::new(POOL, [CLIENT])
}

fn jwks_of(issuer: &str) -> String {
    format!("{issuer}/.well-known/jwks.json")
}

/// A token of an issuer, which outlives the test.
fn token(key: &TestKey, issuer: &str) -> String {
    let claims = with(access_claims(), "exp", json!(9_999_999_999_u64));
    key.token(&with(claims, "iss", json!(issuer)))
}

#[tokio::test]
async fn keys_of_the_updated_issuer_are_fetched_when_its_token_comes() {
    let (addresses, clock) = (Addresses::default(), TestClock::new());
    let updated_key = TestKey::new("an-updated-key");
    addresses.serve(&jwks_of(ISSUER), &KEY);
    addresses.serve(&jwks_of(UPDATED), &updated_key);
    let verifier = addresses.verifier(pool(), &clock);
    verifier.load_keys().await.expect("the original issuer's are there");
    assert_eq!(refusal(&verifier, &token(&KEY, ISSUER)).await, None);
    assert_eq!(addresses.asked(), [jwks_of(ISSUER)]);
    assert_eq!(refusal(&verifier, &token(&updated_key, UPDATED)).await, None);
    assert_eq!(addresses.asked(), [jwks_of(UPDATED)]);
    // Neither issuer's keys are good for the other.
    let foreign = Some(TokenErrorKind::UnknownKeyId);
    assert_eq!(refusal(&verifier, &token(&KEY, UPDATED)).await, foreign);
    assert_eq!(refusal(&verifier, &token(&updated_key, ISSUER)).await, foreign);
}

#[tokio::test]
async fn a_pool_that_has_not_opted_in_is_verified_all_the_same() {
    let (addresses, clock) = (Addresses::default(), TestClock::new());
    addresses.serve(&jwks_of(ISSUER), &KEY);
    let verifier = addresses.verifier(pool(), &clock);
    verifier.load_keys().await.expect("403 at the other address is not asked for");
    // Made-up tokens cause one fetch a second there, and none here.
    addresses.asked();
    for _ in 0..100 {
        let made_up = refusal(&verifier, &token(&KEY, UPDATED)).await;
        assert_eq!(made_up, Some(TokenErrorKind::KeysUnavailable));
    }
    assert_eq!(addresses.asked(), [jwks_of(UPDATED)]);
    assert_eq!(refusal(&verifier, &token(&KEY, ISSUER)).await, None);
    clock.advance(Duration::from_secs(1));
    refusal(&verifier, &token(&KEY, UPDATED)).await;
    assert_eq!(addresses.asked(), [jwks_of(UPDATED)]);
}

#[tokio::test]
async fn a_replica_counts_if_its_region_is_named() {
    let (addresses, clock) = (Addresses::default(), TestClock::new());
    let replicas_key = TestKey::new("a-replicas-key");
    addresses.serve(&jwks_of(ISSUER), &KEY);
    addresses.serve(&jwks_of(REPLICA), &replicas_key);
    let unnamed = addresses.verifier(pool(), &clock);
    let refused = refusal(&unnamed, &token(&replicas_key, REPLICA)).await;
    assert_eq!(refused, Some(TokenErrorKind::Issuer));
    assert!(addresses.asked().is_empty(), "nobody fetches the keys of a stranger");

    let verifier = addresses.verifier(pool().with_region("eu-central-1"), &clock);
    verifier.load_keys().await.expect("both are there");
    let mut asked = addresses.asked();
    asked.sort();
    assert_eq!(asked, [jwks_of(REPLICA), jwks_of(ISSUER)]);
    assert_eq!(refusal(&verifier, &token(&KEY, ISSUER)).await, None);
    assert_eq!(refusal(&verifier, &token(&replicas_key, REPLICA)).await, None);
    // A Region's keys are good for its own tokens.
    for (key, issuer) in [(&*KEY, REPLICA), (&replicas_key, ISSUER)] {
        let foreign = refusal(&verifier, &token(key, issuer)).await;
        assert_eq!(foreign, Some(TokenErrorKind::UnknownKeyId), "{issuer}");
    }
    for issuer in [OTHER, &REPLICA.replacen("cognito-idp", "issuer-cognito-idp", 1)] {
        let other = refusal(&verifier, &token(&replicas_key, issuer)).await;
        assert_eq!(other, Some(TokenErrorKind::Issuer), "{issuer}");
    }
}

#[tokio::test]
async fn each_key_set_may_have_an_address_of_its_own() {
    let (addresses, clock) = (Addresses::default(), TestClock::new());
    let keys = ["a", "b", "c"].map(TestKey::new);
    let urls = ["http://localhost/a", "http://localhost/b", "http://localhost/c"];
    urls.iter().zip(&keys).for_each(|(url, key)| addresses.serve(url, key));
    let pool = pool()
        .with_jwks_url(urls[0])
        .with_updated_issuer_jwks_url(urls[1])
        .with_region_and_jwks_url("eu-central-1", urls[2]);
    let verifier = addresses.verifier(pool, &clock);
    for (key, issuer) in keys.iter().zip([ISSUER, UPDATED, REPLICA]) {
        assert_eq!(refusal(&verifier, &token(key, issuer)).await, None, "{issuer}");
    }
    assert_eq!(addresses.asked(), urls);
}

#[test]
fn regions_that_are_none_or_named_twice() {
    for (pool, expected) in [
        (
            pool().with_region("eu-west-1"),
            "the Region eu-west-1 of the pool eu-west-1_Example01 is given twice: name only those \
             of replicas, each once",
        ),
        (
            pool().with_region("eu-central-1").with_region("eu-central-1"),
            "the Region eu-central-1 of the pool eu-west-1_Example01 is given twice: name only \
             those of replicas, each once",
        ),
        (
            pool().with_region("Frankfurt"),
            "\"Frankfurt\", given for the pool eu-west-1_Example01, is not a Region: write its code, \
             such as eu-west-1",
        ),
        (
            pool().with_region(""),
            "\"\", given for the pool eu-west-1_Example01, is not a Region: write its code, such as \
             eu-west-1",
        ),
    ] {
        let fetcher = fetch_with(|_| Err(BackendError::new("nothing is fetched")));
        let error = TokenVerifier::builder(pool).fetcher(fetcher).build().expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
}

/// What a fake and its replica sign.
#[tokio::test]
async fn a_fake_with_a_replica() {
    let fake = Fake::new();
    let client = fake.first_client().clone();
    let replica = fake.create_user_pool_replica(&client.pool_id, "local-fake-2").expect("good");
    let registered = fake.directory().register(Register::new("alice", "Correct-horse-9")).await;
    registered.expect("good").complete().expect("both calls succeeded");
    let fakes = [fake.clone(), replica.clone()];
    let pool_id = client.pool_id.clone();
    let fetcher = fetch_with(move |url| {
        let of = |fake: &Fake| fake.issuer(&pool_id).is_some_and(|issuer| url.starts_with(&issuer));
        let keys = fakes.iter().find(|fake| of(fake)).and_then(|fake| fake.jwks(&pool_id));
        keys.map(String::into_bytes).ok_or(BackendError::new("403"))
    });
    let verifier = TokenVerifier::builder(
        UserPool::new(&client.pool_id, [&client.client_id]).with_region("local-fake-2"),
    )
    .fetcher(fetcher)
    .trust_public_test_keys()
    .build()
    .expect("the settings are valid");
    for fake in [&fake, &replica] {
        let outcome = fake.directory().sign_in(SignIn::new("alice", "Correct-horse-9")).await;
        let set = outcome.expect("good").tokens().expect("no challenge");
        let claims = verifier.access_token(set.access_token().expose()).await.expect("verified");
        assert_eq!(claims.username.as_deref(), Some("alice"));
    }
}
