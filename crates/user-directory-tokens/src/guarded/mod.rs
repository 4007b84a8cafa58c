//! Directories that write the sign-out ledger.

mod authentication;
mod directory;
mod hold;
mod self_service;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use user_directory::{
    Attributes, Authentication, Error, ErrorKind, Operation, Result, SelfService, User,
    UserDirectory,
};

use crate::{
    BackendError, Ended, Ending, LONGEST_LEEWAY, SettingsError, SignOutLedger,
    user_pool::check_pool_id,
};

/// The note of an error after which the ledger has sign-ins as ended although Cognito's call
/// failed: their tokens are refused, and Cognito may go on refreshing them, in vain.
pub const SIGN_INS_ENDED: &str = "the sign-ins were ended in the ledger before";

/// The most that Cognito lets an access or ID token live, and the default here.
/// Source: <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
const LONGEST_TOKEN_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// The most that it lets a refresh token live. Same source.
const LONGEST_REFRESH_TOKEN_LIFE: Duration = Duration::from_secs(315_360_000);

/// Cognito does not refuse a refresh at once after a sign-out: tokens may still be made for a while.
const PROPAGATION: Duration = Duration::from_secs(5 * 60);

/// A [`UserDirectory`] or a [`SelfService`] that writes a [`SignOutLedger`] whenever it ends
/// sign-ins, so that tokens which are verified offline are refused at once.
///
/// Global sign-out, disabling and deleting a user, and revoking a grant write the ledger before the
/// call, so that no token passes while it is under way, and again after it, so that sign-ins that
/// slipped in between are ended, too. Passwords by [choice](Self::end_on_password_change).
///
/// # Signing in again at once
///
/// A ledger refuses sign-ins of the ended second and of the clock skew after it, new ones among them.
/// So a sign-in, or an answer to a challenge, of a user whose sign-ins were just ended is held back
/// before it is sent, **for 3 seconds at most**, until its tokens will pass. It does not matter by
/// which name the user signs in (user name, `sub`, email, phone number, preferred user name), nor on
/// which of the instances that share the ledger. Nothing is exempted, and sign-ins from before stay
/// refused. [`refuse_early_sign_ins`](Self::refuse_early_sign_ins) is the other choice.
///
/// Three sign-ins can still be sent too early, and are refused then: the next one after a revocation
/// at a client without token revocation, where only the `sub` is known; one on a machine whose clock
/// differs from Cognito's; and one that a ledger with a longer skew refuses.
///
/// The wait needs tokio's timer. It also tells whoever tries the name that somebody was signed out
/// under it a moment ago.
///
/// # What it costs
///
/// A ledger goes by pool and `sub`. A user name, an alias or an e-mail address is looked up first:
/// **one more call** to AdminGetUser, and to GetUser for a user's own access token. The call is then
/// made by the real user name. Revoking looks nothing up. The ledger is written twice, once more for
/// each of the user's names; a sign-in asks it once.
///
/// # Errors
///
/// Beside those of the directory, it fails closed:
///
/// - [`NotSent`](user_directory::ErrorKind::NotSent) if the ledger cannot be written: nothing was
///   called.
/// - Cognito's own error with the note [`SIGN_INS_ENDED`] if the call fails after the first write.
/// - [`NoAnswer`](user_directory::ErrorKind::NoAnswer) if only the second write fails: Cognito has
///   done it, and sign-ins of these very moments may pass until they expire. Do it again.
/// - [`InvalidParameter`](user_directory::ErrorKind::InvalidParameter) for a
///   [`Revoke`](user_directory::Revoke) that was made from a bare refresh token: it does not say
///   which sign-in to end.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use std::sync::Arc;
/// use user_directory::{Register, UserDirectory as _, UserDirectoryExt as _};
/// use user_directory_fake::FakeDirectory;
/// use user_directory_tokens::{Guarded, InMemoryLedger};
///
/// let directory = FakeDirectory::new();
/// let pool_id = directory.client().pool_id.clone();
/// let ledger = InMemoryLedger::new();
/// let directory = Guarded::new(directory, Arc::new(ledger.clone()), pool_id).expect("its own pool");
///
/// let _ = directory.register(Register::new("alice", "Correct-horse-9")).await?;
/// directory.global_sign_out("alice").await?;
/// assert!(!ledger.is_empty());
/// # Ok::<(), user_directory::Error>(()) }).unwrap();
/// ```
#[derive(Clone)]
pub struct Guarded<D> {
    inner: D,
    ledger: Arc<dyn SignOutLedger>,
    pool_id: String,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    longest_token_life: Duration,
    /// How long sign-ins can be refreshed, where a new password ends them.
    on_password_change: Option<Duration>,
    /// Finds the `sub` of those who have no access token.
    on_recovery: Option<(Arc<dyn UserDirectory>, Duration)>,
    holds_back: bool,
}

impl<D: Authentication> Guarded<D> {
    /// Guards a directory of this pool.
    ///
    /// # Errors
    ///
    /// The text has not the form of a pool id, or the directory [says](Authentication::pool_id) that
    /// it serves another pool: the ledger would have records that no verifier looks for.
    pub fn new(
        inner: D,
        ledger: Arc<dyn SignOutLedger>,
        pool_id: impl Into<String>,
    ) -> Result<Self, SettingsError> {
        let pool_id = pool_id.into();
        check_pool_id(&pool_id)?;
        check_pool(&inner, &pool_id)?;
        Ok(Self {
            inner,
            ledger,
            pool_id,
            clock: Arc::new(SystemTime::now),
            longest_token_life: LONGEST_TOKEN_LIFE,
            on_password_change: None,
            on_recovery: None,
            holds_back: true,
        })
    }

    /// How long access and ID tokens of the pool's clients live at most: 24 hours unless set, which
    /// is Cognito's own limit. Records are kept for as long.
    #[must_use]
    pub fn with_longest_token_life(mut self, life: Duration) -> Self {
        self.longest_token_life = life;
        self
    }

    /// Sets the clock: a test's.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Ends a user's sign-ins when the password is set, changed or reset, the one that changed it
    /// included.
    ///
    /// Cognito lets them live and be refreshed. So the record must last as long as refresh tokens
    /// of the pool do: 30 days unless the clients say otherwise.
    ///
    /// Registering sets a password, too: a first sign-in right after it [is held
    /// back](Self#signing-in-again-at-once).
    #[must_use]
    pub fn end_on_password_change(mut self, refresh_token_life: Duration) -> Self {
        self.on_password_change = Some(refresh_token_life);
        self
    }

    /// Ends a user's sign-ins when the user has chosen a new password with a code
    /// (ConfirmForgotPassword), for which there is no access token: the user is looked up in this
    /// directory.
    ///
    /// # Errors
    ///
    /// The directory says that it serves another pool.
    pub fn end_on_password_recovery(
        mut self,
        directory: Arc<dyn UserDirectory>,
        refresh_token_life: Duration,
    ) -> Result<Self, SettingsError> {
        check_pool(&directory, &self.pool_id)?;
        self.on_recovery = Some((directory, refresh_token_life));
        Ok(self)
    }

    /// Sends every sign-in at once, also one that is too early after an ending: Cognito answers it
    /// with tokens, the ledger refuses them, and the user signs in once more. For who must not let a
    /// delay tell that somebody was signed out.
    #[must_use]
    pub fn refuse_early_sign_ins(mut self) -> Self {
        self.holds_back = false;
        self
    }

    /// Guards the users' own handle that goes with the directory, with the same ledger, clock and choices.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use std::sync::Arc;
    /// use user_directory_fake::FakeDirectory;
    /// use user_directory_tokens::{Guarded, InMemoryLedger};
    ///
    /// let directory = FakeDirectory::new();
    /// let (pool_id, ledger) = (directory.client().pool_id.clone(), Arc::new(InMemoryLedger::new()));
    /// let directory = Guarded::new(directory, ledger, pool_id).expect("its own pool");
    /// // On Amazon Cognito: `directory.self_service(CognitoDirectory::self_service)`.
    /// let own = directory.self_service(FakeDirectory::self_service).expect("the same pool");
    /// assert_eq!(own.inner().client(), directory.inner().client());
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The handle says that it serves another pool.
    pub fn self_service<S: SelfService>(
        &self,
        of: impl FnOnce(&D) -> S,
    ) -> Result<Guarded<S>, SettingsError> {
        let inner = of(&self.inner);
        check_pool(&inner, &self.pool_id)?;
        Ok(Guarded {
            inner,
            ledger: self.ledger.clone(),
            pool_id: self.pool_id.clone(),
            clock: self.clock.clone(),
            longest_token_life: self.longest_token_life,
            on_password_change: self.on_password_change,
            on_recovery: self.on_recovery.clone(),
            holds_back: self.holds_back,
        })
    }

    /// The directory itself.
    pub fn inner(&self) -> &D {
        &self.inner
    }

    /// Writes the ledger, makes the call, and writes the ledger again.
    async fn ending<F>(
        &self,
        operation: Operation,
        ended: Endings,
        life: Duration,
        call: F,
    ) -> Result<()>
    where
        F: Future<Output = Result<()>> + Send,
    {
        self.record(&ended, life).await.map_err(|error| {
            let text = "the sign-out ledger cannot be written, so nothing was called";
            Error::new(ErrorKind::NotSent, text).with_operation(operation).with_source(error)
        })?;
        call.await.map_err(|error| error.with_note(SIGN_INS_ENDED))?;
        self.record(&ended, life).await.map_err(|error| {
            let text = "Cognito has done it, but the sign-out ledger could not be written again";
            Error::new(ErrorKind::NoAnswer, text).with_operation(operation).with_source(error)
        })
    }

    async fn record(&self, ended: &Endings, life: Duration) -> Result<(), BackendError> {
        let now = (self.clock)();
        let until = now + life.min(LONGEST_REFRESH_TOKEN_LIFE) + PROPAGATION + LONGEST_LEEWAY;
        if self.holds_back {
            for name in &ended.names {
                let ended = Ended::User(name.clone());
                let ending = Ending::new(&self.pool_id, ended, now, now + hold::NAMES_LAST);
                self.ledger.record(&ending).await?;
            }
        }
        self.ledger.record(&Ending::new(&self.pool_id, ended.ended.clone(), now, until)).await
    }
}

/// What a call ends.
struct Endings {
    ended: Ended,
    /// What the user can sign in again by, as the ledger has it.
    names: Vec<String>,
}

impl Endings {
    /// All of a user's sign-ins.
    fn of_user(asked: &str, username: &str, sub: &str, attributes: &Attributes) -> Self {
        let names = hold::names(asked, username, sub, attributes);
        Self { ended: Ended::User(sub.to_owned()), names }
    }

    /// After which nobody signs in again, or under names that nobody here knows.
    fn without_names(ended: Ended) -> Self {
        Self { ended, names: Vec::new() }
    }
}

/// Whether a directory serves a pool, as far as it says so.
fn check_pool(directory: &impl Authentication, pool_id: &str) -> Result<(), SettingsError> {
    match directory.pool_id() {
        Some(own) if own != pool_id => Err(SettingsError::new(format!(
            "the directory serves the pool {own}, not {pool_id}: guard it with its own pool id"
        ))),
        _ => Ok(()),
    }
}

/// The `sub` of a user who was looked up. Every user of Cognito has one.
fn sub_of(sub: Option<&str>, operation: Operation) -> Result<String> {
    sub.map(str::to_owned).ok_or_else(|| {
        let text = "the user has no sub, so no sign-in can be ended";
        Error::new(ErrorKind::UnexpectedResponse, text).with_operation(operation)
    })
}

/// Real name of a user, by any name, and what ends all sign-ins.
async fn resolve(
    directory: &(impl UserDirectory + ?Sized),
    username: &str,
) -> Result<(String, Endings)> {
    let user: User = directory.user(username).await?;
    let sub = sub_of(user.sub(), Operation::AdminGetUser)?;
    let ended = Endings::of_user(username, &user.username, &sub, &user.attributes);
    Ok((user.username, ended))
}

impl<D: fmt::Debug> fmt::Debug for Guarded<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded")
            .field("inner", &self.inner)
            .field("ledger", &self.ledger)
            .field("pool_id", &self.pool_id)
            .finish_non_exhaustive()
    }
}
