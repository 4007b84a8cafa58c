//! The fake's tokens, checked with a JWT library that is not ours, and the promise that nobody can
//! take them for Cognito's.

use std::{
    collections::HashSet,
    time::{Duration, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header, errors::ErrorKind, jwk::JwkSet,
};
use serde_json::Value;
use user_directory::{Authentication as _, Register, SignIn, TokenSet, UserDirectoryExt as _};
use user_directory_fake::{Fake, FakeDirectory};

const PASSWORD: &str = "Correct-horse-9";

async fn signed_in(directory: &FakeDirectory) -> TokenSet {
    let request = Register::new("alice", PASSWORD)
        .with_attributes([("email", "alice@example.com"), ("email_verified", "true")]);
    let registration = directory.register(request).await.expect("alice is new");
    assert!(registration.complete().is_some());
    let outcome = directory.sign_in(SignIn::new("alice", PASSWORD)).await.expect("alice may");
    outcome.tokens().expect("alice is confirmed")
}

/// Verifies a token as an API does: key by `kid` from the JWKS, RS256, issuer, expiry.
fn verify(
    fake: &Fake,
    pool_id: &str,
    token: &str,
    audience: Option<&str>,
) -> jsonwebtoken::errors::Result<Value> {
    let jwks: JwkSet =
        serde_json::from_str(&fake.jwks(pool_id).expect("the pool exists")).expect("a JWKS");
    let kid = decode_header(token)?.kid.expect("a key id");
    let jwk = jwks.find(&kid).ok_or(ErrorKind::InvalidSignature)?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[fake.issuer(pool_id).expect("the pool exists")]);
    validation.leeway = 0;
    match audience {
        Some(audience) => validation.set_audience(&[audience]),
        // Cognito's access tokens have none.
        None => validation.validate_aud = false,
    }
    Ok(decode::<Value>(token, &DecodingKey::from_jwk(jwk)?, &validation)?.claims)
}

#[tokio::test]
async fn both_tokens_verify() {
    let directory = FakeDirectory::new();
    let set = signed_in(&directory).await;
    let (fake, client) = (directory.fake(), directory.client());

    let access = verify(fake, &client.pool_id, set.access_token().expose(), None);
    let access = access.expect("the access token verifies");
    assert_eq!(access["token_use"], "access");
    assert_eq!(access["client_id"], client.client_id.as_str());
    assert_eq!(access["username"], "alice");
    assert_eq!(access["sub"], set.grant.sub());
    assert!(access.get("aud").is_none() && access.get("email").is_none());

    let id = verify(fake, &client.pool_id, set.id_token().expose(), Some(&client.client_id));
    let id = id.expect("the ID token verifies");
    assert_eq!(id["token_use"], "id");
    assert_eq!(id["cognito:username"], "alice");
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["origin_jti"], access["origin_jti"]);
    assert_ne!(id["jti"], access["jti"]);
}

#[tokio::test]
async fn a_tampered_token_does_not() {
    let directory = FakeDirectory::new();
    let set = signed_in(&directory).await;
    let (fake, pool_id) = (directory.fake(), &directory.client().pool_id);
    let token = set.access_token().expose();
    let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
    let flipped = if parts[1].ends_with('A') { 'B' } else { 'A' };
    parts[1].pop();
    parts[1].push(flipped);
    assert!(verify(fake, pool_id, &parts.join("."), None).is_err());
}

/// After a sign-out the tokens still verify offline: what Cognito's own documentation warns of.
#[tokio::test]
async fn both_tokens_outlive_the_sign_out_and_not_their_expiry() {
    let now = std::time::SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    let fresh = FakeDirectory::new();
    let set = signed_in(&fresh).await;
    user_directory::UserDirectory::global_sign_out(&fresh, "alice").await.expect("alice exists");
    let pool_id = &fresh.client().pool_id;
    assert!(verify(fresh.fake(), pool_id, set.access_token().expose(), None).is_ok());
    let audience = Some(fresh.client().client_id.as_str());
    assert!(verify(fresh.fake(), pool_id, set.id_token().expose(), audience).is_ok());

    let old = Fake::builder().frozen_at(now).build().expect("valid settings").directory();
    let set = signed_in(&old).await;
    let error = verify(old.fake(), &old.client().pool_id, set.access_token().expose(), None)
        .expect_err("the token has expired");
    assert!(matches!(error.kind(), ErrorKind::ExpiredSignature), "{error}");
}

#[tokio::test]
async fn a_token_of_another_pool_has_an_unknown_key() {
    let directory = FakeDirectory::new();
    let set = signed_in(&directory).await;
    let fake = directory.fake();
    let other = fake
        .create_user_pool(user_directory_fake::CreateUserPoolRequest::new("other"))
        .expect("valid settings");
    assert!(verify(fake, &other, set.access_token().expose(), None).is_err());
}

/// Key ids name themselves, the region is none of AWS's, and the two keys are one public pair for
/// all pools, so that a verifier can refuse them.
#[tokio::test]
async fn the_fake_cannot_pass_for_the_real_thing() {
    let fake = Fake::new();
    let pool_id = &fake.first_client().pool_id;
    assert!(pool_id.starts_with("local-fake-1_"));
    let jwks: Value = serde_json::from_str(&fake.jwks(pool_id).expect("it exists")).expect("JSON");
    let keys = jwks["keys"].as_array().expect("a list");
    assert_eq!(keys.len(), 2);
    let moduli = user_directory_fake::public_test_moduli();
    let mut seen = HashSet::new();
    for key in keys {
        let kid = STANDARD.decode(key["kid"].as_str().expect("text")).expect("base64");
        assert_eq!(kid.len(), 32);
        assert!(kid.starts_with(b"INSECURE user-directory"));
        assert!(seen.insert(kid), "the two key ids differ");
        let n = base64::engine::general_purpose::URL_SAFE_NO_PAD
            .decode(key["n"].as_str().expect("text"))
            .expect("base64url");
        assert!(moduli.contains(&n));
    }
}

/// The same seed and clock give the same tokens, byte by byte; another seed gives others.
#[tokio::test]
async fn a_seed_and_a_frozen_clock_repeat_a_run() {
    async fn run(seed: u64) -> [String; 4] {
        let time = UNIX_EPOCH + Duration::from_secs(1_571_809_201);
        let fake = Fake::builder().rng_seed(seed).frozen_at(time).build().expect("valid settings");
        let directory = fake.directory();
        let set = signed_in(&directory).await;
        [
            set.access_token().expose().to_owned(),
            set.id_token().expose().to_owned(),
            set.grant.refresh_token().expose().to_owned(),
            directory.client().client_id.clone(),
        ]
    }
    // Not assert_eq: it would print tokens.
    assert!(run(1).await == run(1).await, "the same seed gives the same run");
    assert!(run(1).await != run(2).await, "another seed gives another run");
}

/// A refused call does not shift what the next one draws.
#[tokio::test]
async fn a_refused_call_draws_nothing() {
    async fn sub(refusals: usize) -> String {
        let time = UNIX_EPOCH + Duration::from_secs(1_571_809_201);
        let fake = Fake::builder().rng_seed(7).frozen_at(time).build().expect("valid settings");
        let directory = fake.directory();
        for _ in 0..refusals {
            assert!(directory.register(Register::new("alice", "weak")).await.is_err());
        }
        signed_in(&directory).await.grant.sub().to_owned()
    }
    assert_eq!(sub(0).await, sub(5).await);
}
