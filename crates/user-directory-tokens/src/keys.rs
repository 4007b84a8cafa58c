//! The keys of one user pool: fetched when needed, kept, and fetched again.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    thread,
    time::{Duration, SystemTime},
};

use jsonwebtoken::DecodingKey;
use tokio::{runtime::Handle, sync::watch, task::AbortHandle, time::timeout};

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
    /// The fetch that was begun last.
    fetch: Mutex<Option<Fetch>>,
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

/// `None` until the fetch has ended. Closed without an outcome if the runtime ended before.
type Pending = watch::Receiver<Option<Outcome>>;

struct Fetch {
    pending: Pending,
    task: AbortHandle,
}

/// What is known of a key id without a fetch.
enum Known {
    Fresh(Key),
    /// In use still, but due to be fetched again.
    Due(Key),
    No,
}

/// What becomes of the wish for a fetch.
enum Wish {
    Begun(Pending),
    /// Somebody else's is under way.
    Joined(Pending),
    /// The last one is too recent: this is its outcome.
    TooSoon(Outcome),
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
        Self { shared, fetch: Mutex::default() }
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
                Ok(Wish::TooSoon(outcome)) => outcome,
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
            Ok(Wish::TooSoon(outcome)) => outcome,
            Err(error) => Err(error),
        };
        outcome.map_err(unavailable)
    }

    /// Begins a fetch, unless one is under way or, without haste, the last one is too recent.
    fn wish(&self, in_haste: bool) -> Result<Wish, BackendError> {
        let mut fetch = self.lock();
        if let Some(Fetch { pending, .. }) = &*fetch
            && pending.borrow().is_none()
            // Otherwise its runtime has ended, and nobody will answer.
            && pending.has_changed().is_ok()
        {
            return Ok(Wish::Joined(pending.clone()));
        }
        if !in_haste && let Some(outcome) = self.shared.too_soon() {
            return Ok(Wish::TooSoon(outcome));
        }
        let runtime = Handle::try_current().map_err(|_| {
            BackendError::new("keys are fetched on a tokio runtime, and there is none")
        })?;
        let (sender, pending) = watch::channel(None);
        let shared = self.shared.clone();
        let task = runtime.spawn(async move {
            sender.send_replace(Some(shared.fetch().await));
        });
        *fetch = Some(Fetch { pending: pending.clone(), task: task.abort_handle() });
        Ok(Wish::Begun(pending))
    }

    async fn wait(&self, mut pending: Pending) -> Outcome {
        let ended = timeout(LONGEST_WAIT, pending.wait_for(Option::is_some)).await;
        if let Ok(Ok(outcome)) = ended {
            return outcome.clone().expect("it was waited for");
        }
        let is_late = ended.is_err();
        drop(ended);
        // Nobody runs its runtime, or that has ended: the next caller must not wait for it.
        let mut fetch = self.lock();
        if let Some(Fetch { task, .. }) =
            fetch.take_if(|fetch| fetch.pending.same_channel(&pending))
        {
            task.abort();
            if is_late {
                self.shared.end(Err(late()));
            }
        }
        drop(fetch);
        Err(match is_late {
            true => late(),
            false => BackendError::new("the runtime of the fetch ended before it"),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Option<Fetch>> {
        self.fetch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(Fetch { task, .. }) = &*self.lock() {
            task.abort();
        }
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
        "the key set was not there within {} seconds",
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
