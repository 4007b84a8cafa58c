//! The keys of one user pool: fetched when needed, kept, and fetched again.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    thread,
    time::{Duration, SystemTime},
};

use jsonwebtoken::DecodingKey;
use tokio::time::timeout;
use user_directory::shared_fetch::{Pending, SharedFetch, Unended, Wish};

use crate::{
    BackendError, JwksFetcher, TokenError, TokenErrorKind,
    key_set::{self, Key},
};

/// After how long a key set is fetched again, while its keys stay in use.
pub const KEY_LIFE: Duration = Duration::from_secs(60 * 60);

/// How long keys stay in use when they cannot be fetched again: 24 hours from the last fetch.
pub const STALE_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// How soon after a fetch an unknown key id causes another one, at the earliest. Tokens with
/// made-up key ids so cause at most one fetch in 10 seconds for each pool; a key that Cognito has
/// just introduced is refused for as long.
pub const PAUSE: Duration = Duration::from_secs(10);

/// How soon after the end of a fetch that failed another one begins, at the earliest.
pub const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How long a token waits for keys at the most, by tokio's time. A fetch that takes longer than 5
/// seconds has failed, which all learn who wait for it.
pub const LONGEST_WAIT: Duration = Duration::from_secs(6);

/// Shorter than the wait, which ends by itself only if nobody runs the runtime of the fetch.
const LONGEST_FETCH: Duration = Duration::from_secs(5);

pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

pub(crate) struct Keys {
    shared: Arc<Shared>,
    fetch: SharedFetch<Outcome>,
}

/// What the task of a fetch needs, which ends with [`Keys`] and must not keep them alive.
struct Shared {
    url: String,
    fetcher: Arc<dyn JwksFetcher>,
    clock: Clock,
    trust_public_test_keys: bool,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    keys: HashMap<String, Key>,
    /// When the fetch began that brought them.
    fetched: Option<SystemTime>,
    /// When the last fetch ended, and how.
    last: Option<(SystemTime, Outcome)>,
}

type Outcome = Result<(), BackendError>;

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
        clock: Clock,
        trust_public_test_keys: bool,
    ) -> Self {
        let state = RwLock::default();
        let shared = Arc::new(Shared { url, fetcher, clock, trust_public_test_keys, state });
        Self { shared, fetch: SharedFetch::new() }
    }

    /// The key of an id.
    pub(crate) async fn find(&self, key_id: &str) -> Result<Arc<DecodingKey>, TokenError> {
        let outcome = match self.shared.known(key_id) {
            Known::Fresh(key) => return key.good(),
            Known::Due(key) => match self.wish(false) {
                Ok(Wish::Begun(pending)) => self.wait(pending).await,
                // Whoever comes while somebody fetches takes the key as it is.
                _ => return key.good(),
            },
            Known::No => match self.wish(false) {
                Ok(Wish::Begun(pending) | Wish::Joined(pending)) => self.wait(pending).await,
                Ok(Wish::Refused(outcome)) => outcome,
                Err(error) => Err(error),
            },
        };
        match (self.shared.known(key_id), outcome) {
            (Known::Fresh(key) | Known::Due(key), _) => key.good(),
            (Known::No, Ok(())) => Err(TokenErrorKind::UnknownKeyId.into()),
            // Without an answer the key may be a new one, and the token good.
            (Known::No, Err(error)) => Err(unavailable(error)),
        }
    }

    /// Fetches the keys now, whatever is there.
    pub(crate) async fn load(&self) -> Result<(), TokenError> {
        let outcome = match self.wish(true) {
            Ok(Wish::Begun(pending) | Wish::Joined(pending)) => self.wait(pending).await,
            Ok(Wish::Refused(outcome)) => outcome,
            Err(error) => Err(error),
        };
        outcome.map_err(unavailable)
    }

    /// Begins a fetch, unless one is under way or, without haste, the last one is too recent.
    fn wish(&self, in_haste: bool) -> Result<Wish<Outcome>, BackendError> {
        let wish = self.fetch.wish(|| match self.shared.too_soon() {
            Some(outcome) if !in_haste => Err(outcome),
            _ => {
                let shared = self.shared.clone();
                Ok(async move { shared.fetch().await })
            }
        });
        wish.map_err(unended)
    }

    async fn wait(&self, pending: Pending<Outcome>) -> Outcome {
        let ended = self.fetch.wait(pending, LONGEST_WAIT).await;
        ended.unwrap_or_else(|why| {
            if matches!(why, Unended::Late(true)) {
                self.shared.end(Err(late()));
            }
            Err(unended(why))
        })
    }
}

fn unended(why: Unended) -> BackendError {
    match why {
        Unended::Late(_) => late(),
        Unended::Gone => BackendError::new("the tokio runtime ended before the keys were fetched"),
        Unended::NoRuntime => BackendError::new("there is no tokio runtime to fetch keys on"),
    }
}

impl Shared {
    fn known(&self, key_id: &str) -> Known {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let Some(key) = state.keys.get(key_id) else { return Known::No };
        match state.fetched.map(|fetched| since(fetched, (self.clock)())) {
            Some(age) if age < KEY_LIFE => Known::Fresh(key.clone()),
            Some(age) if age < STALE_LIFE => Known::Due(key.clone()),
            _ => Known::No,
        }
    }

    fn too_soon(&self) -> Option<Outcome> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let (ended, outcome) = state.last.as_ref()?;
        let pause = if outcome.is_err() { PAUSE_AFTER_FAILURE } else { PAUSE };
        (since(*ended, (self.clock)()) < pause).then(|| outcome.clone())
    }

    async fn fetch(&self) -> Outcome {
        /// A fetcher that panics has failed.
        struct Ending<'a>(&'a Shared);

        impl Drop for Ending<'_> {
            fn drop(&mut self) {
                if thread::panicking() {
                    self.0.end(Err(BackendError::new("the fetcher panicked")));
                }
            }
        }

        let _ending = Ending(self);
        let begun = (self.clock)();
        let body = timeout(LONGEST_FETCH, self.fetcher.fetch(&self.url)).await;
        let keys = body
            .unwrap_or_else(|_| Err(late()))
            .and_then(|body| key_set::read(&body, self.trust_public_test_keys));
        let outcome = keys.map(|keys| {
            let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
            (state.keys, state.fetched) = (keys, Some(begun));
        });
        self.end(outcome.clone());
        outcome
    }

    fn end(&self, outcome: Outcome) {
        if let Err(error) = &outcome {
            tracing::warn!(url = self.url, %error, "the keys of a user pool cannot be fetched");
        }
        let now = (self.clock)();
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.last = Some((now, outcome));
    }
}

impl Key {
    fn good(self) -> Result<Arc<DecodingKey>, TokenError> {
        match self {
            Self::Good(key) => Ok(key),
            Self::PublicTest => Err(TokenErrorKind::PublicTestKey.into()),
        }
    }
}

fn late() -> BackendError {
    BackendError::new(format!(
        "the key set did not arrive within {} seconds",
        LONGEST_FETCH.as_secs()
    ))
}

fn unavailable(error: BackendError) -> TokenError {
    TokenError::new(TokenErrorKind::KeysUnavailable).with_source(error)
}

/// A clock that was set back counts as one that went on for long: then a key set is fetched once
/// too often, and never once too seldom.
fn since(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or(KEY_LIFE)
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("url", &self.shared.url).finish_non_exhaustive()
    }
}
