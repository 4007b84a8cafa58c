use std::collections::BTreeMap;

use crate::{
    Call, Pool, PoolRequest, Request, Secret, ServiceError, Target,
    attributes::{take_aliases, verified_attribute},
    codes::{Hourly, Purpose},
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, CONFIRMATION_CODE_TYPE, SECRET_HASH_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
    user::Account,
};

/// [ConfirmSignUp](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html)
///
/// The status is looked at before the code (reported). A refusal for an alias leaves the code good
/// (assumed), so that the call can be made again with `force_alias_creation`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ConfirmSignUpRequest {
    /// The client's id.
    pub client_id: String,
    /// Base64(HMAC-SHA256(secret, user name + client id)), for a client with a secret.
    pub secret_hash: Option<Secret>,
    /// Real name, alias or `sub`.
    pub username: String,
    /// The code that was sent.
    pub confirmation_code: Secret,
    /// Whether to take an alias away from the user who has it.
    pub force_alias_creation: bool,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl ConfirmSignUpRequest {
    /// Confirms this user with this code.
    pub fn new(
        client_id: impl Into<String>,
        username: impl Into<String>,
        confirmation_code: impl Into<Secret>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            secret_hash: None,
            username: username.into(),
            confirmation_code: confirmation_code.into(),
            force_alias_creation: false,
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for ConfirmSignUpRequest {}

impl Request for ConfirmSignUpRequest {
    type Response = ();

    const OPERATION: &'static str = "ConfirmSignUp";

    fn members(&self, members: &mut Members) {
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        let hash = self.secret_hash.as_ref().map(Secret::expose);
        members.optional_text("SecretHash", hash, &SECRET_HASH_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.text("ConfirmationCode", self.confirmation_code.expose(), &CONFIRMATION_CODE_TYPE);
        members.present("ForceAliasCreation", self.force_alias_creation);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Client(&self.client_id)
    }
}

impl PoolRequest for ConfirmSignUpRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        let client = pool.client(&self.client_id)?;
        client.check_secret_hash(self.secret_hash.as_ref(), &self.username)?;
        let user = pool
            .users
            .find(&pool.settings, &self.username)
            .ok_or_else(|| client.account_not_found(ServiceError::CodeExpired))?;
        let Account::Unconfirmed { password } = &user.account else {
            return Err(ServiceError::CannotBeConfirmed { status: user.account.status() });
        };
        pool.spent.tries.count(user.id, Hourly::ConfirmSignUp, call.now)?;
        let code = &self.confirmation_code;
        let sent = pool.codes.check(user.id, Purpose::SignUp, code, call.now)?;

        let mut user = user.clone();
        let is_still_there =
            user.attributes.get(sent.medium.attribute()) == Some(&*sent.destination);
        if is_still_there {
            user.attributes.set(verified_attribute(sent.medium).into(), "true");
        }
        user.set_account(
            Account::Confirmed { password: password.clone() },
            call.now,
            pool.history(),
        );
        if let Some((alias, _)) = pool.users.alias_owner(&pool.settings, &user) {
            if !self.force_alias_creation {
                let attribute = alias.name().to_owned();
                return Err(ServiceError::AliasExistsAtConfirmation { attribute });
            }
            take_aliases(pool, call, &user);
        }
        pool.codes.spend(user.id, Purpose::SignUp);
        pool.users.update(&pool.settings, user.id, |u| u.clone_from(&user));
        Ok(())
    }
}
