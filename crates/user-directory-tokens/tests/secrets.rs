//! No token, address or password reaches Debug, an error or a trace.

mod common;

use std::{error::Error, sync::Arc};

use common::{
    KEY, KeySet, Log, STRANGERS_KEY, access_claims, builder, id_claims, pool, verifier, with,
};
use serde_json::json;
use user_directory::mock::MockAuthentication;
use user_directory_tokens::{
    BackendError, Guarded, InMemoryLedger, TokenError, TokenErrorKind, TokenVerifier, fetch_with,
};

/// Personal data of the ID token, and what only the token itself has.
const PERSONAL: [&str; 2] = ["alice@example.com", "alice"];

fn assert_without(shown: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!shown.contains(secret), "something shows a secret");
    }
}

fn whole(error: &TokenError) -> String {
    let mut shown = format!("{error:?} {error}");
    let mut source = error.source();
    while let Some(error) = source {
        shown += &format!(" {error:?} {error}");
        source = error.source();
    }
    shown
}

#[tokio::test]
async fn claims() {
    let id = verifier().id_token(&KEY.token(&id_claims())).await.expect("the token is good");
    assert_without(&format!("{id:?}"), &PERSONAL);
    let either = verifier().either_token(&KEY.token(&id_claims())).await.expect("it is good");
    assert_without(&format!("{either:?}"), &PERSONAL);
    let access = verifier().access_token(&KEY.token(&access_claims())).await.expect("it is good");
    assert_without(&format!("{access:?}"), &PERSONAL);
}

#[tokio::test]
async fn errors_hold_nothing_of_the_token() {
    let good = KEY.token(&access_claims());
    let tokens = [
        good.replace('.', "!"),
        format!("{good}x"),
        STRANGERS_KEY.token(&access_claims()),
        KEY.token(&with(access_claims(), "exp", json!("alice@example.com"))),
        KEY.token(&with(access_claims(), "iss", json!("alice@example.com"))),
        KEY.token(&with(access_claims(), "client_id", json!("alice@example.com"))),
        KEY.sign(&json!({ "alg": "RS256", "kid": "alice@example.com" }), "{}"),
        KEY.token(&id_claims()),
    ];
    for token in tokens {
        let error = verifier().access_token(&token).await.expect_err("it is refused");
        let parts: Vec<_> = token.split(['.', '!']).filter(|part| part.len() > 3).collect();
        assert_without(&whole(&error), &parts);
        assert_without(&whole(&error), &PERSONAL);
    }
    for kind in TokenErrorKind::ALL {
        let text = TokenError::new(*kind).to_string();
        // It stands in a header, between quotation marks (RFC 6750, section 3).
        assert!(text.is_ascii() && !text.contains(['"', '\\', '\n']), "{text}");
    }
}

#[tokio::test]
async fn traces() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    let _while_it_lives = tracing::subscriber::set_default(subscriber.finish());
    let set = KeySet::new(&[&KEY]);
    set.take_away();
    let token = KEY.token(&access_claims());
    let down = TokenVerifier::builder(pool()).fetcher(set).build().expect("valid settings");
    down.access_token(&token).await.expect_err("the network is down");

    #[derive(Debug)]
    struct Away;

    #[async_trait::async_trait]
    impl user_directory_tokens::SignOutLedger for Away {
        async fn record(&self, _: &user_directory_tokens::Ending) -> Result<(), BackendError> {
            Err(BackendError::new("it is away"))
        }

        async fn has_ended(
            &self,
            _: &user_directory_tokens::SignInRef<'_>,
        ) -> Result<bool, BackendError> {
            Err(BackendError::new("it is away"))
        }
    }

    let open = builder().ledger(Arc::new(Away)).fail_open_without_ledger();
    open.build().expect("valid settings").access_token(&token).await.expect("it fails open");
    let log = log.text();
    assert!(log.contains("cannot be fetched") && log.contains("it is away"), "{log}");
    let parts: Vec<_> = token.split('.').collect();
    assert_without(&log, &parts);
    assert_without(&log, &PERSONAL);
}

#[test]
fn handles() {
    let fetcher = fetch_with(|_| Ok(b"a key set".to_vec()));
    let builder = TokenVerifier::builder(pool()).fetcher(fetcher);
    let verifier = common::verifier();
    let ledger = Arc::new(InMemoryLedger::new());
    let guarded = Guarded::new(MockAuthentication::new(), ledger, "eu-west-1_A");
    let guarded = guarded.expect("a mock does not say which pool it serves");
    let shown = format!("{builder:?} {verifier:?} {guarded:?}");
    assert!(shown.contains("InMemoryLedger { records: 0"), "{shown}");
}
