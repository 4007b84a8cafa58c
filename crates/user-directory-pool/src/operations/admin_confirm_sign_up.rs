use std::collections::BTreeMap;

use crate::{
    Call, Pool, PoolRequest, Request, ServiceError, Target,
    codes::Purpose,
    model::{
        Members,
        shapes::{USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
    user::Account,
};

/// [AdminConfirmSignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html)
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminConfirmSignUpRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// Real name, alias or `sub`.
    pub username: String,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl AdminConfirmSignUpRequest {
    /// Confirms this user.
    pub fn new(user_pool_id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            username: username.into(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for AdminConfirmSignUpRequest {}

impl Request for AdminConfirmSignUpRequest {
    type Response = ();

    const OPERATION: &'static str = "AdminConfirmSignUp";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminConfirmSignUpRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let user = pool.user(&self.username)?;
        let Account::Unconfirmed { password } = &user.account else {
            return Err(ServiceError::CannotBeConfirmed { status: user.account.status() });
        };
        let account = Account::Confirmed { password: password.clone() };
        let id = user.id;
        pool.codes.spend(id, Purpose::SignUp);
        pool.set_account(id, account, call.now);
        Ok(())
    }
}
