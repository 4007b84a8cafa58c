use std::collections::BTreeMap;

use super::sign_up::verification_contact;
use crate::{
    Call, CodeDeliveryDetailsType, Pool, PoolRequest, Request, Secret, ServiceError, Target,
    UserStatus,
    codes::{Hourly, Purpose, simulated_details},
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, SECRET_HASH_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
};

/// [ResendConfirmationCode](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html)
///
/// The order of the checks is assumed, and so is that a user without anything to verify is refused
/// as if the pool verified nothing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ResendConfirmationCodeRequest {
    /// The client's id.
    pub client_id: String,
    /// Base64(HMAC-SHA256(secret, user name + client id)), for a client with a secret.
    pub secret_hash: Option<Secret>,
    /// Real name, alias or `sub`.
    pub username: String,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

/// What ResendConfirmationCode answers.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ResendConfirmationCodeResponse {
    /// Where the code was sent.
    pub code_delivery_details: CodeDeliveryDetailsType,
}

impl ResendConfirmationCodeRequest {
    /// Sends this user another code.
    pub fn new(client_id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            secret_hash: None,
            username: username.into(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for ResendConfirmationCodeRequest {}

impl Request for ResendConfirmationCodeRequest {
    type Response = ResendConfirmationCodeResponse;

    const OPERATION: &'static str = "ResendConfirmationCode";

    fn members(&self, members: &mut Members) {
        members.text("ClientId", &self.client_id, &CLIENT_ID_TYPE);
        let hash = self.secret_hash.as_ref().map(Secret::expose);
        members.optional_text("SecretHash", hash, &SECRET_HASH_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Client(&self.client_id)
    }
}

impl PoolRequest for ResendConfirmationCodeRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<ResendConfirmationCodeResponse, ServiceError> {
        let client = pool.client(&self.client_id)?;
        client.check_secret_hash(self.secret_hash.as_ref(), &self.username)?;
        let Some(user) = pool.users.find(&pool.settings, &self.username) else {
            if !client.hides_existence() {
                return Err(ServiceError::UsernameClientIdCombinationNotFound);
            }
            let code_delivery_details = simulated_details(pool.users.key(), &self.username);
            return Ok(ResendConfirmationCodeResponse { code_delivery_details });
        };
        if user.account.status() != UserStatus::Unconfirmed {
            return Err(ServiceError::UserAlreadyConfirmed);
        }
        let (medium, contact) =
            verification_contact(pool, user).ok_or(ServiceError::AutoVerificationNotOn)?;
        let user = user.clone();
        pool.spent.tries.count(user.id, Hourly::ResendConfirmationCode, call.now)?;
        let code_delivery_details = pool.codes.send(call, &user, Purpose::SignUp, medium, &contact);
        Ok(ResendConfirmationCodeResponse { code_delivery_details })
    }
}
