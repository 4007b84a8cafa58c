use std::{
    fmt,
    future::Future,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use tokio::time::{Instant, timeout};

use crate::{
    ClientSecret, ClientSecretSource, Error, ErrorKind, Operation, Reason, Result,
    shared_fetch::{SharedFetch, Unended, Wish},
};

/// Longer than a fetch, so it ends by itself only if nobody runs the runtime of the fetch.
const LONGEST_WAIT: Duration = Duration::from_secs(6);

const SOURCE_FAILED: &str = "the source of client secrets was asked for a newer one and failed";
const SESSION_ENDED: &str = "the client's secret was refused before, which may have ended the session of this challenge: sign \
     in again";

/// The secret of an app client as a handle keeps it, and what to do when Cognito refuses it: for
/// implementations of the traits.
///
/// # What is kept
///
/// The secret that was accepted last, and the newest one: the other of [two fixed
/// ones](Self::fixed), or the last that a [source](Self::from_source) brought. Calls go out with the
/// accepted one. A source is asked before the first call, not sooner.
///
/// # When a secret is refused
///
/// A call that is refused for its secret ([`Reason::SecretHash`], or
/// [`Unauthorized`](ErrorKind::Unauthorized) by RevokeToken) has changed nothing. The source is asked
/// for a newer secret, and only if that is another than the one sent, the call is made once more with
/// it. Nothing else is ever sent twice. In particular GetTokensFromRefreshToken, whose refusal does not
/// tell why, is not: after it the source is asked, and the next call goes out with the newest secret.
///
/// * One fetch at a time is under way, and all who need it share its outcome. It is a task of tokio's,
///   so it goes on if its caller goes away.
/// * It may take [5 seconds](Self::LONGEST_FETCH). After one that brought nothing of use, the next
///   begins [a second](Self::PAUSE) later at the earliest; in between, the secret that is known as the
///   newest serves.
/// * If the source fails, the refusal is the answer, with a [note](Error::note), and the old secret
///   stays in use. If there is no secret yet, the error is [`NotSent`](ErrorKind::NotSent).
/// * If a repeated answer to a challenge is refused as not authorized, a note says that the first
///   refusal may have ended its session.
///
/// A clone shares everything.
#[derive(Clone)]
pub struct ClientSecrets(Arc<Inner>);

struct Inner {
    source: Option<Arc<dyn ClientSecretSource>>,
    fetch: SharedFetch<Fetched>,
    /// Shared with the task of a fetch, which must not keep the rest alive.
    state: Arc<Mutex<State>>,
}

type Fetched = Result<ClientSecret, Arc<Error>>;

#[derive(Default)]
struct State {
    accepted: Option<ClientSecret>,
    newest: Option<ClientSecret>,
    /// Whether a refusal that does not tell why may have been about the accepted secret.
    is_doubted: bool,
    /// When the last fetch ended, and how. None after one that was worth its while.
    ended: Option<(Instant, Fetched)>,
    /// How often another secret was accepted.
    changes: u64,
}

/// A secret to send.
struct Chosen {
    secret: Option<ClientSecret>,
    /// How often another one had been accepted before.
    changes: u64,
}

/// Why the source is to be asked.
#[derive(Clone, Copy)]
enum Cause<'a> {
    NoneKnown,
    /// This was refused for its secret.
    Refused(&'a Chosen),
    /// A refusal did not tell whether it was for the secret.
    Doubt,
}

impl State {
    fn choose(&self, secret: Option<ClientSecret>) -> Chosen {
        Chosen { secret, changes: self.changes }
    }
}

impl ClientSecrets {
    /// How soon after the end of a fetch that brought no secret which was then accepted another one
    /// begins, at the earliest. A refresh for a wrong user name is refused in the words of a wrong
    /// secret, so anybody can cause fetches.
    pub const PAUSE: Duration = Duration::from_secs(1);

    /// How long a source may take. After that it has failed, which all learn who wait for it.
    pub const LONGEST_FETCH: Duration = Duration::from_secs(5);

    /// The secret of a client that has one and keeps it; `None` for a client without.
    /// `second` is its other secret while secrets are being changed.
    pub fn fixed(first: Option<ClientSecret>, second: Option<ClientSecret>) -> Self {
        Self::new(None, State { accepted: first, newest: second, ..State::default() })
    }

    /// A secret that changes.
    pub fn from_source(source: Arc<dyn ClientSecretSource>) -> Self {
        Self::new(Some(source), State::default())
    }

    fn new(source: Option<Arc<dyn ClientSecretSource>>, state: State) -> Self {
        let state = Arc::new(Mutex::new(state));
        Self(Arc::new(Inner { source, fetch: SharedFetch::new(), state }))
    }

    /// Makes a call that carries the client's secret, or a hash of it, as the type's description says:
    /// once, or once more if that is refused for its secret and there is another.
    ///
    /// # Errors
    ///
    /// What `call` answers; [`NotSent`](ErrorKind::NotSent) if there is no secret.
    pub async fn call<T, F>(&self, call: impl Fn(Option<ClientSecret>) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let sent = self.secret().await?;
        let refusal = match call(sent.secret.clone()).await {
            Err(error) if is_refused(&error) => error,
            outcome => {
                self.learn(&outcome, sent);
                return outcome;
            }
        };
        let other = match self.other_than(&sent).await {
            Ok(Some(other)) => other,
            Ok(None) => return Err(refusal),
            Err(Failed) => return Err(refusal.with_note(SOURCE_FAILED)),
        };
        let outcome = call(other.secret.clone()).await;
        self.learn(&outcome, other);
        outcome.map_err(|error| match is_session_refused(&error) {
            true => error.with_note(SESSION_ENDED),
            false => error,
        })
    }

    /// What to send.
    async fn secret(&self) -> Result<Chosen> {
        {
            let state = self.state();
            let doubted = state.newest.as_ref().filter(|_| state.is_doubted);
            let known = doubted.or(state.accepted.as_ref()).or(state.newest.as_ref());
            if known.is_some() || self.0.source.is_none() {
                return Ok(state.choose(known.cloned()));
            }
        }
        match self.fetch(Cause::NoneKnown).await {
            Ok(secret) => Ok(self.state().choose(Some(secret))),
            Err(error) => {
                let text = format!(
                    "there is no client secret yet, so the call was not sent: {}",
                    error.message()
                );
                Err(Error::new(ErrorKind::NotSent, text).with_source(error))
            }
        }
    }

    /// What to send instead of what was refused, if there is anything else.
    async fn other_than(&self, sent: &Chosen) -> Result<Option<Chosen>, Failed> {
        let is_other = |secret: &Option<ClientSecret>| secret.is_some() && *secret != sent.secret;
        {
            let mut state = self.state();
            // Whatever was in doubt, its newest secret was no better.
            state.is_doubted = false;
            // Somebody else has found a good one since.
            if state.changes != sent.changes && is_other(&state.accepted) {
                return Ok(Some(state.choose(state.accepted.clone())));
            }
            if self.0.source.is_none() {
                let both = [state.newest.clone(), state.accepted.clone()];
                return Ok(both.into_iter().find(is_other).map(|other| state.choose(other)));
            }
        }
        let fetched = self.fetch(Cause::Refused(sent)).await;
        let state = self.state();
        match (is_other(&state.newest), fetched) {
            (true, _) => Ok(Some(state.choose(state.newest.clone()))),
            (false, Ok(_)) => Ok(None),
            (false, Err(_)) => Err(Failed),
        }
    }

    /// What an outcome that is no refusal of the secret says about it.
    fn learn<T>(&self, outcome: &Result<T>, sent: Chosen) {
        match outcome {
            Ok(_) => self.accept(sent),
            Err(error) if proves_secret(error) => self.accept(sent),
            Err(error) if is_untold(error) => self.doubt(),
            Err(_) => {}
        }
    }

    fn accept(&self, sent: Chosen) {
        let mut state = self.state();
        // A slow answer says nothing about a secret that has been replaced since.
        if state.changes != sent.changes {
            return;
        }
        state.is_doubted = false;
        if state.accepted == sent.secret {
            return;
        }
        let before = std::mem::replace(&mut state.accepted, sent.secret);
        state.changes += 1;
        // A fetch that was worth its while; those that are not are what the pause is for.
        state.ended = None;
        if self.0.source.is_none() {
            // Two fixed secrets have changed places.
            state.newest = before;
        }
    }

    /// Asks the source without waiting for it, and uses the newest secret from now on.
    fn doubt(&self) {
        self.state().is_doubted = true;
        if self.0.source.is_some() {
            // Without a runtime there is nothing newer than what is known.
            let _ = self.wish(Cause::Doubt);
        }
    }

    /// Begins a fetch, or joins one, unless its cause is gone: somebody else may have found a secret
    /// since the caller has looked. A fetch would bring it again, and make the next one wait.
    fn wish(&self, cause: Cause<'_>) -> Result<Wish<Fetched>, Unended> {
        let source = self.0.source.clone().expect("only a source is asked");
        self.0.fetch.wish(|| {
            {
                let state = self.state();
                let found = match cause {
                    Cause::NoneKnown => state.accepted.as_ref().or(state.newest.as_ref()),
                    Cause::Refused(sent) if state.changes == sent.changes => None,
                    Cause::Refused(sent) => {
                        state.accepted.as_ref().filter(|found| sent.secret.as_ref() != Some(*found))
                    }
                    Cause::Doubt => None,
                };
                if let Some(found) = found {
                    return Err(Ok(found.clone()));
                }
                if let Some((ended, outcome)) = &state.ended
                    && ended.elapsed() < Self::PAUSE
                {
                    return Err(outcome.clone());
                }
            }
            let state = self.0.state.clone();
            Ok(async move {
                let asked = AssertUnwindSafe(async { source.client_secret().await });
                let fetched = match timeout(Self::LONGEST_FETCH, asked.catch_unwind()).await {
                    Ok(Ok(answered)) => answered.map_err(Arc::new),
                    Ok(Err(_)) => Err(failure("the source of client secrets panicked")),
                    Err(_) => Err(late()),
                };
                end(&state, fetched.clone());
                fetched
            })
        })
    }

    async fn fetch(&self, cause: Cause<'_>) -> Fetched {
        let wish = self.wish(cause);
        let ended = match wish {
            Ok(Wish::Begun(pending) | Wish::Joined(pending)) => {
                self.0.fetch.wait(pending, LONGEST_WAIT).await
            }
            Ok(Wish::Refused(outcome)) => return outcome,
            Err(unended) => Err(unended),
        };
        ended.unwrap_or_else(|unended| {
            let outcome = Err(match unended {
                Unended::Late(_) => late(),
                Unended::Gone => failure("the runtime of the source ended before it answered"),
                Unended::NoRuntime => {
                    failure("there is no tokio runtime to ask the source of client secrets on")
                }
            });
            if matches!(unended, Unended::Late(true)) {
                end(&self.0.state, outcome.clone());
            }
            outcome
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

/// The source failed, and nothing newer is known.
struct Failed;

/// Notes the end of a fetch.
fn end(state: &Mutex<State>, fetched: Fetched) {
    let mut state = lock(state);
    if let Ok(secret) = &fetched {
        state.newest = Some(secret.clone());
    }
    state.ended = Some((Instant::now(), fetched));
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failure(text: &'static str) -> Arc<Error> {
    Arc::new(Error::new(ErrorKind::NotSent, text))
}

fn late() -> Arc<Error> {
    failure("the source of client secrets did not answer within 5 seconds")
}

fn is_refused(error: &Error) -> bool {
    // RevokeToken has a code of its own for it.
    error.reason() == Reason::SecretHash || error.kind() == ErrorKind::Unauthorized
}

/// Whether the secret was looked at and found good. Other errors may come before that.
fn proves_secret(error: &Error) -> bool {
    error.reason() == Reason::WrongCredentials
}

/// Whether the refusal does not tell if it is for the secret.
fn is_untold(error: &Error) -> bool {
    error.operation() == Some(Operation::GetTokensFromRefreshToken)
        && error.kind() == ErrorKind::NotAuthorized
        && error.reason() == Reason::Unknown
}

fn is_session_refused(error: &Error) -> bool {
    let answers = [Operation::AdminRespondToAuthChallenge, Operation::RespondToAuthChallenge];
    error.operation().is_some_and(|operation| answers.contains(&operation))
        && error.kind() == ErrorKind::NotAuthorized
        && !is_refused(error)
}

impl fmt::Debug for ClientSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSecrets")
            .field("from_source", &self.0.source.is_some())
            .finish_non_exhaustive()
    }
}
