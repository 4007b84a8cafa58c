//! A pool of one's own: keys, tokens of any shape, and a key set that counts who asks for it.

#![allow(dead_code, reason = "each test target has its own copy and its own needs")]

use std::{
    io,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;
use user_directory_tokens::{
    BackendError, JwksFetcher, TokenError, TokenErrorKind, TokenVerifier, TokenVerifierBuilder,
    UserPool,
};

pub(crate) const POOL: &str = "eu-west-1_Example01";
pub(crate) const CLIENT: &str = "1example23456789";
pub(crate) const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01";
pub(crate) const NOW: u64 = 1_700_000_000;

/// The pool's own key, and a stranger's. Made anew in every run: nothing depends on which they are.
pub(crate) static KEY: LazyLock<TestKey> = LazyLock::new(|| TestKey::new("a-key"));
pub(crate) static STRANGERS_KEY: LazyLock<TestKey> = LazyLock::new(|| TestKey::new("a-key"));

pub(crate) struct TestKey {
    pub(crate) id: String,
    pair: RsaKeyPair,
}

impl TestKey {
    pub(crate) fn new(id: &str) -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("the machine has randomness");
        Self { id: id.to_owned(), pair }
    }

    /// The public key in DER (`RSAPublicKey` of RFC 8017).
    pub(crate) fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    pub(crate) fn modulus(&self) -> &[u8] {
        // Nine bytes of sequence, integer and sign before it, five of the exponent after it.
        let der = self.public_der();
        &der[9..der.len() - 5]
    }

    pub(crate) fn jwk(&self) -> Value {
        let n = URL_SAFE_NO_PAD.encode(self.modulus());
        json!({ "kid": self.id, "alg": "RS256", "kty": "RSA", "e": "AQAB", "n": n, "use": "sig" })
    }

    pub(crate) fn sign(&self, header: &Value, payload: &str) -> String {
        let message = message(header, payload);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .expect("the key has 2048 bits");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A token as Cognito signs it.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.sign(&json!({ "kid": self.id, "alg": "RS256" }), &claims.to_string())
    }
}

pub(crate) fn message(header: &Value, payload: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload))
}

pub(crate) fn access_claims() -> Value {
    json!({
        "sub": "a-sub",
        "cognito:groups": ["administrators"],
        "iss": ISSUER,
        "client_id": CLIENT,
        "origin_jti": "an-origin-jti",
        "event_id": "an-event",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin reports/read",
        "auth_time": NOW,
        "exp": NOW + 3600,
        "iat": NOW,
        "jti": "a-jti",
        "username": "alice",
    })
}

pub(crate) fn id_claims() -> Value {
    json!({
        "sub": "a-sub",
        "iss": ISSUER,
        "cognito:username": "alice",
        "origin_jti": "an-origin-jti",
        "aud": CLIENT,
        "event_id": "an-event",
        "token_use": "id",
        "auth_time": NOW,
        "exp": NOW + 3600,
        "iat": NOW,
        "jti": "another-jti",
        "email": "alice@example.com",
        "email_verified": true,
        "custom:plan": "7",
    })
}

/// Claims with one of them set, or taken out by `null`.
pub(crate) fn with(mut claims: Value, name: &str, value: Value) -> Value {
    match value {
        Value::Null => claims.as_object_mut().expect("claims are an object").remove(name),
        value => {
            claims.as_object_mut().expect("claims are an object").insert(name.to_owned(), value)
        }
    };
    claims
}

pub(crate) fn at(second: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(second)
}

/// A clock that stands where it was put.
#[derive(Clone, Debug)]
pub(crate) struct TestClock(Arc<Mutex<SystemTime>>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(at(NOW))))
    }

    pub(crate) fn now(&self) -> SystemTime {
        *self.0.lock().expect("nobody panics with the lock")
    }

    pub(crate) fn set(&self, second: u64) {
        *self.0.lock().expect("nobody panics with the lock") = at(second);
    }

    pub(crate) fn advance(&self, by: Duration) {
        *self.0.lock().expect("nobody panics with the lock") += by;
    }
}

/// Serves a key set, which can be changed or taken away, and counts.
#[derive(Clone, Debug)]
pub(crate) struct KeySet {
    body: Arc<Mutex<Option<String>>>,
    fetches: Arc<AtomicUsize>,
}

impl KeySet {
    pub(crate) fn new(keys: &[&TestKey]) -> Self {
        let set = Self { body: Arc::default(), fetches: Arc::default() };
        set.serve(keys);
        set
    }

    pub(crate) fn serve(&self, keys: &[&TestKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
        self.serve_text(&json!({ "keys": keys }).to_string());
    }

    pub(crate) fn serve_text(&self, text: &str) {
        *self.body.lock().expect("nobody panics with the lock") = Some(text.to_owned());
    }

    pub(crate) fn take_away(&self) {
        *self.body.lock().expect("nobody panics with the lock") = None;
    }

    pub(crate) fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl JwksFetcher for KeySet {
    async fn fetch(&self, _: &str) -> Result<Vec<u8>, BackendError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        // As a network does: others get a turn meanwhile.
        tokio::task::yield_now().await;
        let body = self.body.lock().expect("nobody panics with the lock").clone();
        body.map(String::into_bytes).ok_or_else(|| BackendError::new("the network is down"))
    }
}

pub(crate) fn pool() -> UserPool {
    UserPool::new(POOL, [CLIENT])
}

pub(crate) fn builder() -> TokenVerifierBuilder {
    TokenVerifier::builder(pool()).fetcher(KeySet::new(&[&KEY])).clock(|| at(NOW))
}

pub(crate) fn verifier() -> TokenVerifier {
    builder().build().expect("the settings are valid")
}

pub(crate) fn kind<T>(result: Result<T, TokenError>) -> Option<TokenErrorKind> {
    result.err().map(|error| error.kind())
}

/// Why a verifier refuses an access token.
pub(crate) async fn refusal(verifier: &TokenVerifier, token: &str) -> Option<TokenErrorKind> {
    kind(verifier.access_token(token).await)
}

/// Collects what is traced.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics with the lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Log {
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().expect("nobody panics with the lock").clone();
        String::from_utf8(bytes).expect("a log is text")
    }
}
