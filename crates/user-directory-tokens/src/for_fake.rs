//! What an application's tests need to run on a fake, wired.

use std::sync::Arc;

use user_directory_fake::{Fake, FakeDirectory};

use crate::{
    BackendError, Guarded, SignOutLedger, TokenVerifier, TokenVerifierBuilder, UserPool, fetch_with,
};

impl TokenVerifier {
    /// Verifies what a fake's first pool signs, with the fake's keys and by its clock: for tests, and
    /// behind the feature `fake`. To set more, such as a ledger, begin with
    /// [`TokenVerifierBuilder::for_fake`].
    ///
    /// It takes the tokens of all app clients that the pool has now.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use user_directory::{Authentication as _, Register, SignIn, UserDirectoryExt as _};
    /// use user_directory_fake::Fake;
    /// use user_directory_tokens::{TokenErrorKind, TokenVerifier};
    ///
    /// let fake = Fake::new();
    /// let verifier = TokenVerifier::for_fake(&fake);
    /// let directory = fake.directory();
    /// directory.register(Register::new("alice", "Correct-horse-9")).await?.complete().expect("new");
    /// let outcome = directory.sign_in(SignIn::new("alice", "Correct-horse-9")).await?;
    /// let set = outcome.tokens().expect("no challenge");
    ///
    /// let claims = verifier.access_token(set.access_token().expose()).await.unwrap();
    /// assert_eq!(claims.username.as_deref(), Some("alice"));
    /// fake.clock().advance(Duration::from_secs(3600));
    /// let error = verifier.access_token(set.access_token().expose()).await.unwrap_err();
    /// assert_eq!(error.kind(), TokenErrorKind::Expired);
    /// # Ok::<(), user_directory::Error>(()) }).unwrap();
    /// ```
    pub fn for_fake(fake: &Fake) -> Self {
        TokenVerifierBuilder::for_fake(fake).build().expect("the settings are the fake's own")
    }
}

impl TokenVerifierBuilder {
    /// The settings of [`TokenVerifier::for_fake`].
    #[must_use]
    pub fn for_fake(fake: &Fake) -> Self {
        let pool_id = fake.first_client().pool_id.clone();
        let clients = fake.copy_of_pool(&pool_id).map(|pool| pool.client_ids());
        let clients = clients.unwrap_or_else(|| vec![fake.first_client().client_id.clone()]);
        let (keys, clock) = (fake.clone(), fake.clone());
        let pool = UserPool::new(&pool_id, clients);
        TokenVerifier::builder(pool)
            .fetcher(fetch_with(move |_| {
                let keys = keys.jwks(&pool_id).map(String::into_bytes);
                keys.ok_or(BackendError::new("the fake's pool was deleted"))
            }))
            .clock(move || clock.clock().now())
            .trust_public_test_keys()
    }
}

impl Guarded<FakeDirectory> {
    /// Guards a fake's directory by the fake's clock: for tests, and behind the feature `fake`. Its
    /// [`self_service`](Self::self_service) guards the users' own handle.
    ///
    /// A sign-in that is [held back](Guarded#signing-in-again-at-once) waits in tokio's time. In a
    /// paused test of a fake with [`tokio_clock`](user_directory_fake::FakeBuilder::tokio_clock), that
    /// takes no time.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// use std::{sync::Arc, time::Duration};
    /// use user_directory::{
    ///     Authentication as _, Register, SignIn, UserDirectory as _, UserDirectoryExt as _,
    /// };
    /// use user_directory_fake::Fake;
    /// use user_directory_tokens::{Guarded, InMemoryLedger, TokenErrorKind, TokenVerifierBuilder};
    ///
    /// let fake = Fake::new();
    /// let ledger = Arc::new(InMemoryLedger::new());
    /// let directory = Guarded::for_fake(&fake, ledger.clone());
    /// let verifier = TokenVerifierBuilder::for_fake(&fake).ledger(ledger).build().expect("valid");
    /// directory.register(Register::new("alice", "Correct-horse-9")).await?.complete().expect("new");
    /// let outcome = directory.sign_in(SignIn::new("alice", "Correct-horse-9")).await?;
    /// let set = outcome.tokens().expect("no challenge");
    /// assert!(verifier.access_token(set.access_token().expose()).await.is_ok());
    ///
    /// directory.global_sign_out("alice").await?;
    /// let error = verifier.access_token(set.access_token().expose()).await.unwrap_err();
    /// assert_eq!(error.kind(), TokenErrorKind::SignedOut);
    /// # Ok::<(), user_directory::Error>(()) }).unwrap();
    /// ```
    pub fn for_fake(fake: &Fake, ledger: Arc<dyn SignOutLedger>) -> Self {
        let clock = fake.clone();
        Self::new(fake.directory(), ledger, &fake.first_client().pool_id)
            .expect("the pool is the directory's own")
            .with_clock(move || clock.clock().now())
    }
}
