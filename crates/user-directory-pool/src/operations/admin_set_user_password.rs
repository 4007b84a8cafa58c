use crate::{
    Call, Pool, PoolRequest, Request, Secret, ServiceError, Target,
    model::{
        Members,
        shapes::{PASSWORD_TYPE, USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
    user::Account,
};

/// [AdminSetUserPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html)
///
/// Existing sign-ins stay alive (assumed: they do over ChangePassword).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminSetUserPasswordRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// Real name, alias or `sub`.
    pub username: String,
    /// The new password.
    pub password: Secret,
    /// Whether it is permanent: CONFIRMED; otherwise FORCE_CHANGE_PASSWORD.
    pub permanent: bool,
}

impl AdminSetUserPasswordRequest {
    /// Sets this user's password.
    pub fn new(
        user_pool_id: impl Into<String>,
        username: impl Into<String>,
        password: impl Into<Secret>,
        permanent: bool,
    ) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            username: username.into(),
            password: password.into(),
            permanent,
        }
    }
}

impl Sealed for AdminSetUserPasswordRequest {}

impl Request for AdminSetUserPasswordRequest {
    type Response = ();

    const OPERATION: &'static str = "AdminSetUserPassword";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.text("Password", self.password.expose(), &PASSWORD_TYPE);
        members.present("Permanent", self.permanent);
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminSetUserPasswordRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let user = pool.user(&self.username)?;
        let id = user.id;
        pool.check_new_password(user, &self.password)?;
        let account = if self.permanent {
            Account::Confirmed { password: self.password }
        } else {
            pool.temporary(self.password, call.now)
        };
        pool.set_account(id, account, call.now);
        Ok(())
    }
}
