//! The accounts of an application: what it does with its users, over the traits alone.

mod audited;

use std::{sync::Arc, time::Duration};

use user_directory::{
    Authentication as _, ChangePassword, Error, ErrorKind, Refresh, RefreshGrant, Result,
    SelfService, SignIn, TokenSet, UserDirectory,
};
use user_directory_cognito::{AppClient, CognitoDirectory, SdkConfig};
use user_directory_tokens::{
    AccessClaims, Guarded, SettingsError, SignOutLedger, TokenVerifier, UserPool,
};

pub use audited::Audited;

/// How long the pool's refresh tokens live.
const REFRESH_TOKEN_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// An administrator's and the users' own handle, and what judges tokens.
pub struct Accounts {
    directory: Arc<dyn UserDirectory>,
    own: Arc<dyn SelfService>,
    verifier: TokenVerifier,
}

impl Accounts {
    /// On Amazon Cognito.
    ///
    /// # Errors
    ///
    /// One sentence that says what is wrong with the settings.
    pub fn on_cognito(
        config: &SdkConfig,
        app_client: AppClient,
        ledger: Arc<dyn SignOutLedger>,
    ) -> std::result::Result<Self, Box<dyn std::error::Error>> {
        let (pool_id, client_id) = (app_client.pool_id.clone(), app_client.client_id.clone());
        let directory = CognitoDirectory::new(config, app_client)?;
        let verifier = TokenVerifier::builder(UserPool::new(&pool_id, [client_id]));
        let verifier = verifier.ledger(ledger.clone()).build()?;
        let guarded = Guarded::new(directory, ledger, &pool_id)?;
        Ok(Self::guarded(guarded, CognitoDirectory::self_service, verifier)?)
    }

    /// On a guarded directory: Cognito's, or a fake's in a test.
    ///
    /// # Errors
    ///
    /// The users' handle is of another pool.
    pub fn guarded<D: UserDirectory, S: SelfService>(
        directory: Guarded<D>,
        self_service: impl FnOnce(&D) -> S,
        verifier: TokenVerifier,
    ) -> std::result::Result<Self, SettingsError> {
        let directory = directory.end_on_password_change(REFRESH_TOKEN_LIFE);
        let own = directory.self_service(self_service)?;
        Ok(Self { directory: Arc::new(directory), own: Arc::new(own), verifier })
    }

    /// Logs a user in.
    ///
    /// # Errors
    ///
    /// Cognito's, and `NotImplemented` for a challenge.
    pub async fn log_in(&self, username: &str, password: &str) -> Result<TokenSet> {
        let outcome = self.directory.sign_in(SignIn::new(username, password)).await?;
        outcome.tokens().ok_or_else(|| Error::new(ErrorKind::NotImplemented, "a challenge"))
    }

    /// Who a request is from, by its access token.
    pub async fn caller(&self, access_token: &str) -> Option<AccessClaims> {
        self.verifier.access_token(access_token).await.ok()
    }

    /// Changes a user's password: every session ends, this one too.
    ///
    /// # Errors
    ///
    /// Cognito's.
    pub async fn change_password(&self, set: &TokenSet, old: &str, new: &str) -> Result<()> {
        self.own.change_password(ChangePassword::new(set.access_token(), old, new)).await
    }

    /// Keeps a session fresh, every so often, until it cannot be refreshed any more. Answers how often
    /// it was.
    pub async fn keep_fresh(&self, grant: &RefreshGrant, every: Duration) -> u32 {
        let mut refreshes = 0;
        loop {
            tokio::time::sleep(every).await;
            match self.directory.refresh(Refresh::from(grant)).await {
                Ok(_) => refreshes += 1,
                Err(_) => return refreshes,
            }
        }
    }
}
