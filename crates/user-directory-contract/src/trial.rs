use std::{fmt, sync::Arc, time::Duration};

use serde_json::Value;
use user_directory::{
    AuthOutcome, Code, Operation, OwnFactors, Register, SecretCode, SelfService, SignIn,
    SignInFlow, TokenSet, User, UserDirectory, UserDirectoryExt as _, testing::software_token_code,
};

use crate::{
    Ability, Call, Case, ClientChoice, Delivered, Environment, Failure, Fault, FixtureUser,
    PoolProfile, WireAnswer, check,
};

/// A password that every profile accepts; what [`Trial::register`] gives.
pub const PASSWORD: &str = "Correct-horse-9-battery";

/// Another one.
pub const OTHER_PASSWORD: &str = "Another-staple-7-lorry";

/// An address at the SES mailbox simulator, which swallows mail. A different label is a different
/// address.
///
/// ```
/// use user_directory_contract::mailbox;
///
/// assert_eq!(mailbox("alice"), "success+alice@simulator.amazonses.com");
/// ```
pub fn mailbox(label: &str) -> String {
    format!("success+{label}@simulator.amazonses.com")
}

/// What the body of a case works with: an environment of its profile, and shortcuts.
///
/// A shortcut for an [`Ability`] panics if the case does not declare the need.
#[derive(Clone)]
pub struct Trial {
    environment: Arc<dyn Environment>,
    profile: PoolProfile,
    needs: &'static [Ability],
    patience: Duration,
}

impl Trial {
    pub(crate) fn new(
        case: &Case,
        profile: PoolProfile,
        environment: Arc<dyn Environment>,
        patience: Duration,
    ) -> Self {
        Self { environment, profile, needs: case.needs(), patience }
    }

    /// The profile of the case.
    pub fn profile(&self) -> &PoolProfile {
        &self.profile
    }

    /// The pool's id.
    pub fn pool_id(&self) -> String {
        self.environment.pool_id()
    }

    /// The first client's id.
    pub fn client_id(&self) -> String {
        self.environment.client_id()
    }

    /// The first client with the right secret, refreshing as the profile asks for: what to change
    /// for [`directory_with`](Self::directory_with).
    pub fn choice(&self) -> ClientChoice {
        ClientChoice::new().with_refresh_flow(self.profile.refresh_flow())
    }

    /// An administrator's handle for the first client.
    pub fn directory(&self) -> Arc<dyn UserDirectory> {
        self.directory_with(&self.choice())
    }

    /// An administrator's handle.
    pub fn directory_with(&self, choice: &ClientChoice) -> Arc<dyn UserDirectory> {
        self.able(choice).directory(choice)
    }

    /// The users' own handle for the first client.
    pub fn self_service(&self) -> Arc<dyn SelfService> {
        self.self_service_with(&self.choice())
    }

    /// The users' own handle.
    pub fn self_service_with(&self, choice: &ClientChoice) -> Arc<dyn SelfService> {
        self.demand(Ability::SelfService);
        self.able(choice).self_service(choice)
    }

    /// The users' own handle on their second factors, for the first client.
    pub fn own_factors(&self) -> Arc<dyn OwnFactors> {
        self.demand(Ability::OwnFactors).own_factors(&self.choice())
    }

    /// What the authenticator app of a user shows now.
    ///
    /// # Errors
    ///
    /// The secret is none that an app could use.
    pub fn software_token_code(&self, secret_code: &SecretCode) -> Result<Code, Failure> {
        self.software_token_code_in(secret_code, 0)
    }

    /// What it shows in a time step other than the one that the clock is in: -1 is the one before. A
    /// service takes those of one step on either side.
    ///
    /// # Errors
    ///
    /// As [`software_token_code`](Self::software_token_code).
    pub fn software_token_code_in(
        &self,
        secret_code: &SecretCode,
        steps: i64,
    ) -> Result<Code, Failure> {
        const STEP: Duration = Duration::from_secs(30);
        let distance = STEP * u32::try_from(steps.unsigned_abs()).unwrap_or(u32::MAX);
        let now = self.environment.now();
        let at = if steps < 0 { now - distance } else { now + distance };
        let none = || Failure::other("the secret of the app is not base32 of at least 16 bytes");
        software_token_code(secret_code, at).ok_or_else(none)
    }

    /// The environment, if the case has said that it needs such handles.
    fn able(&self, choice: &ClientChoice) -> &dyn Environment {
        match choice.sign_in_flow {
            SignInFlow::Password => &*self.environment,
            _ => self.demand(Ability::Srp),
        }
    }

    /// Creates a user with [`PASSWORD`], permanently.
    ///
    /// # Errors
    ///
    /// As [`register_with`](Self::register_with).
    pub async fn register(&self, username: &str) -> Result<User, Failure> {
        self.register_with(Register::new(username, PASSWORD)).await
    }

    /// Creates a user with a permanent password.
    ///
    /// # Errors
    ///
    /// The registration was refused or is unfinished.
    pub async fn register_with(&self, request: Register) -> Result<User, Failure> {
        check::registered(self.directory().register(request).await?)
    }

    /// Signs a user in with [`PASSWORD`].
    ///
    /// # Errors
    ///
    /// As [`sign_in_with`](Self::sign_in_with).
    pub async fn sign_in(&self, username: &str) -> Result<TokenSet, Failure> {
        self.sign_in_with(username, PASSWORD).await
    }

    /// Signs a user in.
    ///
    /// # Errors
    ///
    /// The sign-in was refused or brought a challenge.
    pub async fn sign_in_with(&self, username: &str, password: &str) -> Result<TokenSet, Failure> {
        check::tokens(self.try_sign_in(username, password).await?)
    }

    /// Signs a user in and brings whatever comes of it: for refusals and challenges.
    ///
    /// # Errors
    ///
    /// As the service answers.
    pub async fn try_sign_in(
        &self,
        username: &str,
        password: &str,
    ) -> user_directory::Result<AuthOutcome> {
        self.directory().sign_in(SignIn::new(username, password)).await
    }

    /// Creates a user with [`PASSWORD`] and signs the user in.
    ///
    /// # Errors
    ///
    /// Either was refused.
    pub async fn registered_and_signed_in(&self, username: &str) -> Result<TokenSet, Failure> {
        self.register(username).await?;
        self.sign_in(username).await
    }

    /// Moves the clock forward. [`Ability::Clock`].
    pub async fn advance(&self, by: Duration) {
        self.demand(Ability::Clock).advance(by).await;
    }

    /// The messages so far, the oldest first. [`Ability::Inbox`].
    pub async fn messages(&self) -> Vec<Delivered> {
        self.demand(Ability::Inbox).messages().await
    }

    /// The newest message to a user by real name, once it is there. [`Ability::Inbox`].
    ///
    /// # Errors
    ///
    /// None came.
    pub async fn last_message(&self, username: &str) -> Result<Delivered, Failure> {
        self.eventually(async || {
            let newest = self.messages().await.into_iter().rfind(|m| m.username == username);
            newest.ok_or_else(|| Failure::other(format!("no message reached {username}")))
        })
        .await
    }

    /// Puts a user into the pool. [`Ability::Fixtures`].
    pub async fn put_user(&self, user: FixtureUser) {
        self.demand(Ability::Fixtures).put_user(user).await;
    }

    /// Sends a call past the traits. [`Ability::Wire`].
    pub async fn send(&self, operation: &str, members: Value) -> WireAnswer {
        self.demand(Ability::Wire).send(operation, members).await
    }

    /// Makes calls go wrong. [`Ability::Faults`].
    pub async fn fault(&self, fault: Fault) {
        self.demand(Ability::Faults).fault(fault).await;
    }

    /// The calls so far, the oldest first. [`Ability::CallLog`].
    pub async fn calls(&self) -> Vec<Call> {
        self.demand(Ability::CallLog).calls().await
    }

    /// How often an operation was called, refused calls included. [`Ability::CallLog`].
    pub async fn count_calls(&self, operation: Operation) -> usize {
        self.calls().await.iter().filter(|call| call.operation == operation).count()
    }

    /// Adds a secret to the first client; brings its id. [`Ability::ClientSecrets`].
    ///
    /// # Errors
    ///
    /// As the service answers.
    pub async fn add_client_secret(&self) -> user_directory::Result<String> {
        self.demand(Ability::ClientSecrets).add_client_secret().await
    }

    /// Deletes a secret of the first client. [`Ability::ClientSecrets`].
    ///
    /// # Errors
    ///
    /// As the service answers.
    pub async fn delete_client_secret(&self, id: &str) -> user_directory::Result<()> {
        self.demand(Ability::ClientSecrets).delete_client_secret(id).await
    }

    /// The ids of the first client's secrets, the oldest first. [`Ability::ClientSecrets`].
    pub async fn client_secret_ids(&self) -> Vec<String> {
        self.demand(Ability::ClientSecrets).client_secret_ids().await
    }

    /// Tries again until it holds or the harness's patience ends. Without patience it tries once.
    ///
    /// For what must *become* true; the attempt must not change anything. Write it as
    /// `t.eventually(async || { …; Ok(()) }).await?`.
    ///
    /// # Errors
    ///
    /// That of the last attempt.
    pub async fn eventually<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let deadline = tokio::time::Instant::now() + self.patience;
        loop {
            let result = attempt().await;
            if result.is_ok() || tokio::time::Instant::now() >= deadline {
                return result;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    fn demand(&self, ability: Ability) -> &dyn Environment {
        assert!(self.needs.contains(&ability), "the case does not declare that it needs {ability}");
        &*self.environment
    }
}

impl fmt::Debug for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trial").field("profile", &self.profile.name).finish_non_exhaustive()
    }
}

const POLL_INTERVAL: Duration = Duration::from_millis(250);
