use std::collections::BTreeMap;

use crate::{
    Call, Pool, PoolRequest, Request, Secret, ServiceError, Target, UserStatus,
    codes::{Hourly, Purpose},
    model::{
        Members,
        shapes::{
            CLIENT_ID_TYPE, CONFIRMATION_CODE_TYPE, PASSWORD_TYPE, SECRET_HASH_TYPE, USERNAME_TYPE,
        },
    },
    request::sealed::Sealed,
    user::Account,
};

/// [ConfirmForgotPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html)
///
/// Sign-ins stay alive (reported). Assumed: the order of the checks (user, status, limit, code,
/// password), that a refused password leaves the code good, and what a disabled user gets where
/// existence errors are shown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConfirmForgotPasswordRequest {
    /// The client's id.
    pub client_id: String,
    /// Base64(HMAC-SHA256(secret, user name + client id)), for a client with a secret.
    pub secret_hash: Option<Secret>,
    /// Real name, alias or `sub`.
    pub username: String,
    /// The code that was sent.
    pub confirmation_code: Secret,
    /// The new password.
    pub password: Secret,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl ConfirmForgotPasswordRequest {
    /// Sets this password with this code.
    pub fn new(
        client_id: impl Into<String>,
        username: impl Into<String>,
        confirmation_code: impl Into<Secret>,
        password: impl Into<Secret>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            secret_hash: None,
            username: username.into(),
            confirmation_code: confirmation_code.into(),
            password: password.into(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for ConfirmForgotPasswordRequest {}

impl Request for ConfirmForgotPasswordRequest {
    type Response = ();

    const OPERATION: &'static str = "ConfirmForgotPassword";

    fn members(&self, members: &mut Members) {
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        let hash = self.secret_hash.as_ref().map(Secret::expose);
        members.optional_text("SecretHash", hash, &SECRET_HASH_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.text("ConfirmationCode", self.confirmation_code.expose(), &CONFIRMATION_CODE_TYPE);
        members.text("Password", self.password.expose(), &PASSWORD_TYPE);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Client(&self.client_id)
    }
}

impl PoolRequest for ConfirmForgotPasswordRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let client = pool.client(&self.client_id)?;
        client.check_secret_hash(self.secret_hash.as_ref(), &self.username)?;
        let user = pool
            .users
            .find(&pool.settings, &self.username)
            .ok_or_else(|| client.account_not_found(ServiceError::CodeMismatch))?;
        if !user.enabled {
            let hidden = client.hides_existence();
            return Err(if hidden {
                ServiceError::CodeMismatch
            } else {
                ServiceError::UserDisabled
            });
        }
        if user.account.status() == UserStatus::Unconfirmed {
            return Err(ServiceError::UserNotConfirmed);
        }
        pool.spent.tries.count(user.id, Hourly::ConfirmForgotPassword, call.now)?;
        let code = &self.confirmation_code;
        pool.codes.check(user.id, Purpose::PasswordReset, code, call.now)?;
        pool.check_new_password(user, &self.password)?;

        let id = user.id;
        pool.codes.spend(id, Purpose::PasswordReset);
        pool.spent.lockout.reset(id);
        pool.set_account(id, Account::Confirmed { password: self.password }, call.now);
        Ok(())
    }
}
