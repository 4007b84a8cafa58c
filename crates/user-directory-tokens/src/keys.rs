//! The keys of one user pool: fetched when needed, kept, and fetched again.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    DecodingKey,
    jwk::{AlgorithmParameters, Jwk, KeyAlgorithm, PublicKeyUse},
};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::{
    FetchError, JwksFetcher, TokenError, TokenErrorKind, public_test_keys::is_public_test_key,
};

/// After how long a key set is fetched again, while its keys stay in use.
pub const KEY_LIFE: Duration = Duration::from_secs(60 * 60);

/// How long keys stay in use when they cannot be fetched again: 24 hours from the last fetch.
pub const STALE_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// How soon after a fetch an unknown key id causes another one, at the earliest. Tokens with
/// made-up key ids so cause at most one fetch in 10 seconds for each pool; a key that Cognito has
/// just introduced is refused for as long.
pub const PAUSE: Duration = Duration::from_secs(10);

/// How soon a fetch that failed is tried again, at the earliest.
pub const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The most bytes that a key set has. Cognito's have about a thousand.
pub const LARGEST_KEY_SET: usize = 64 * 1024;

/// 2048 bits, in bytes: what Cognito's keys have.
const SMALLEST_MODULUS: usize = 256;

pub(crate) struct Keys {
    url: String,
    fetcher: Arc<dyn JwksFetcher>,
    trust_public_test_keys: bool,
    state: RwLock<State>,
    /// Held while a fetch is under way, so that there is one at a time.
    fetching: Mutex<()>,
}

#[derive(Default)]
struct State {
    keys: HashMap<String, Key>,
    /// When the keys were fetched.
    fetched: Option<SystemTime>,
    /// When a fetch began last.
    tried: Option<SystemTime>,
    /// Whether that one failed, or has not ended: its caller may be gone.
    failed: bool,
}

#[derive(Clone)]
enum Key {
    Good(Arc<DecodingKey>),
    PublicTest,
}

/// What is known of a key id without a fetch.
enum Known {
    Fresh(Key),
    /// In use still, but due to be fetched again.
    Due(Key),
    No,
}

impl Keys {
    pub(crate) fn new(
        url: String,
        fetcher: Arc<dyn JwksFetcher>,
        trust_public_test_keys: bool,
    ) -> Self {
        let (state, fetching) = (RwLock::default(), Mutex::new(()));
        Self { url, fetcher, trust_public_test_keys, state, fetching }
    }

    /// The key of an id.
    pub(crate) async fn find(
        &self,
        key_id: &str,
        now: SystemTime,
    ) -> Result<Arc<DecodingKey>, TokenError> {
        let key = match self.known(key_id, now) {
            Known::Fresh(key) => key,
            Known::Due(key) => {
                // Whoever comes while somebody fetches takes the key as it is.
                if let Ok(_one_at_a_time) = self.fetching.try_lock()
                    && self.may_fetch(now)
                    && let Err(error) = self.fetch(now).await
                {
                    self.warn(&error);
                }
                match self.known(key_id, now) {
                    Known::Fresh(key) | Known::Due(key) => key,
                    // The key was taken out of the set just now.
                    Known::No => {
                        drop(key);
                        return Err(TokenErrorKind::UnknownKeyId.into());
                    }
                }
            }
            Known::No => self.find_by_fetching(key_id, now).await?,
        };
        match key {
            Key::Good(key) => Ok(key),
            Key::PublicTest => Err(TokenErrorKind::PublicTestKey.into()),
        }
    }

    async fn find_by_fetching(&self, key_id: &str, now: SystemTime) -> Result<Key, TokenError> {
        let _one_at_a_time = self.fetching.lock().await;
        // Others may have fetched it meanwhile.
        if let Known::Fresh(key) | Known::Due(key) = self.known(key_id, now) {
            return Ok(key);
        }
        if self.may_fetch(now)
            && let Err(error) = self.fetch(now).await
        {
            self.warn(&error);
            return Err(TokenError::new(TokenErrorKind::KeysUnavailable).with_source(error));
        }
        match self.known(key_id, now) {
            Known::Fresh(key) | Known::Due(key) => Ok(key),
            // Without an answer the key may be a new one, and the token good.
            Known::No if self.has_failed() => Err(TokenErrorKind::KeysUnavailable.into()),
            Known::No => Err(TokenErrorKind::UnknownKeyId.into()),
        }
    }

    /// Fetches the keys now, whatever is there.
    pub(crate) async fn load(&self, now: SystemTime) -> Result<(), TokenError> {
        let _one_at_a_time = self.fetching.lock().await;
        let failed = |error| TokenError::new(TokenErrorKind::KeysUnavailable).with_source(error);
        self.fetch(now).await.map_err(failed)
    }

    fn known(&self, key_id: &str, now: SystemTime) -> Known {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match (state.keys.get(key_id), state.age(now)) {
            (Some(key), Some(age)) if age < KEY_LIFE => Known::Fresh(key.clone()),
            (Some(key), Some(age)) if age < STALE_LIFE => Known::Due(key.clone()),
            _ => Known::No,
        }
    }

    fn may_fetch(&self, now: SystemTime) -> bool {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let pause = if state.failed { PAUSE_AFTER_FAILURE } else { PAUSE };
        state.tried.is_none_or(|tried| since(tried, now) >= pause)
    }

    /// Whether the last fetch brought nothing.
    fn has_failed(&self) -> bool {
        self.state.read().unwrap_or_else(PoisonError::into_inner).failed
    }

    async fn fetch(&self, now: SystemTime) -> Result<(), FetchError> {
        {
            // Before the answer: a caller that goes away meanwhile must not make the next one free.
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            state.tried = Some(now);
            state.failed = true;
        }
        let body = self.fetcher.fetch(&self.url).await?;
        let keys = self.read(&body)?;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        *state = State { keys, fetched: Some(now), tried: Some(now), failed: false };
        Ok(())
    }

    fn read(&self, body: &[u8]) -> Result<HashMap<String, Key>, FetchError> {
        #[derive(Deserialize)]
        struct Set {
            /// Each on its own, so that a kind of key which is not known here spoils no other.
            keys: Vec<serde_json::Value>,
        }

        if body.len() > LARGEST_KEY_SET {
            return Err(FetchError::new("the key set is too large"));
        }
        let set: Set = serde_json::from_slice(body)
            .map_err(|error| FetchError::new("the key set is malformed").with_source(error))?;
        let mut keys = HashMap::new();
        for jwk in set.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok()) {
            let Some((key_id, key)) = self.usable(&jwk) else { continue };
            if keys.insert(key_id, key).is_some() {
                return Err(FetchError::new("the key set has a key id twice"));
            }
        }
        match keys.is_empty() {
            true => Err(FetchError::new("the key set has no RSA key of 2048 bits or more")),
            false => Ok(keys),
        }
    }

    /// A key for RS256 that has an id.
    fn usable(&self, jwk: &Jwk) -> Option<(String, Key)> {
        let key_id = jwk.common.key_id.clone()?;
        let for_signatures =
            matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
        let for_rs256 = matches!(jwk.common.key_algorithm, None | Some(KeyAlgorithm::RS256));
        let AlgorithmParameters::RSA(parameters) = &jwk.algorithm else { return None };
        if !for_signatures || !for_rs256 {
            return None;
        }
        let modulus = URL_SAFE_NO_PAD.decode(&parameters.n).ok()?;
        let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
        let modulus = &modulus[zeros..];
        if modulus.len() < SMALLEST_MODULUS {
            return None;
        }
        if is_public_test_key(modulus) && !self.trust_public_test_keys {
            return Some((key_id, Key::PublicTest));
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        Some((key_id, Key::Good(Arc::new(key))))
    }

    fn warn(&self, error: &FetchError) {
        tracing::warn!(url = self.url, %error, "the keys of a user pool cannot be fetched");
    }
}

impl State {
    fn age(&self, now: SystemTime) -> Option<Duration> {
        self.fetched.map(|fetched| since(fetched, now))
    }
}

/// A clock that was set back counts as one that went on for long: then a key set is fetched once
/// too often, and never once too seldom.
fn since(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or(KEY_LIFE)
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("url", &self.url).finish_non_exhaustive()
    }
}
