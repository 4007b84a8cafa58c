use std::collections::BTreeMap;

use super::admin_reset_user_password::contact;
use crate::{
    Call, CodeDeliveryDetailsType, DeliveryMedium, Pool, PoolRequest, Request, Secret,
    ServiceError, Target, UserStatus,
    codes::{Hourly, Purpose, simulated_details},
    model::{
        Members,
        shapes::{CLIENT_ID_TYPE, SECRET_HASH_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
    user::User,
};

/// [ForgotPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html)
///
/// The password stays as it is until ConfirmForgotPassword. Where existence errors are hidden, users
/// who do not exist, are disabled or have nothing verified get made-up delivery details; the guide
/// also speaks of refusals now and then, which a test could not rely on:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ForgotPasswordRequest {
    /// The client's id.
    pub client_id: String,
    /// Base64(HMAC-SHA256(secret, user name + client id)), for a client with a secret.
    pub secret_hash: Option<Secret>,
    /// Real name, alias or `sub`.
    pub username: String,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

/// What ForgotPassword answers.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ForgotPasswordResponse {
    /// Where the code was sent.
    pub code_delivery_details: CodeDeliveryDetailsType,
}

impl ForgotPasswordRequest {
    /// Sends this user a code.
    pub fn new(client_id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            secret_hash: None,
            username: username.into(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for ForgotPasswordRequest {}

impl Request for ForgotPasswordRequest {
    type Response = ForgotPasswordResponse;

    const OPERATION: &'static str = "ForgotPassword";

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

impl PoolRequest for ForgotPasswordRequest {
    fn handle(
        self,
        pool: &mut Pool,
        call: &mut Call<'_>,
    ) -> Result<ForgotPasswordResponse, ServiceError> {
        let client = pool.client(&self.client_id)?;
        client.check_secret_hash(self.secret_hash.as_ref(), &self.username)?;
        let (user, medium, destination) = match recipient(pool, &self.username) {
            Ok(recipient) => recipient,
            Err(
                ServiceError::UsernameClientIdCombinationNotFound
                | ServiceError::UserDisabled
                | ServiceError::NoVerifiedContact,
            ) if client.hides_existence() => {
                let code_delivery_details = simulated_details(pool.users.key(), &self.username);
                return Ok(ForgotPasswordResponse { code_delivery_details });
            }
            Err(refusal) => return Err(refusal),
        };
        let user = user.clone();
        pool.spent.tries.count(user.id, Hourly::ForgotPassword, call.now)?;
        let code_delivery_details =
            pool.codes.send(call, &user, Purpose::PasswordReset, medium, &destination);
        Ok(ForgotPasswordResponse { code_delivery_details })
    }
}

/// Who gets the code, and where.
fn recipient<'a>(
    pool: &'a Pool,
    username: &str,
) -> Result<(&'a User, DeliveryMedium, String), ServiceError> {
    let user = pool.users.find(&pool.settings, username);
    let user = user.ok_or(ServiceError::UsernameClientIdCombinationNotFound)?;
    if !user.enabled {
        return Err(ServiceError::UserDisabled);
    }
    match user.account.status() {
        UserStatus::Confirmed | UserStatus::ResetRequired => {
            let (medium, destination) = contact(pool, user)?;
            Ok((user, medium, destination))
        }
        // An unconfirmed user usually has nothing verified and gets that error (reported).
        UserStatus::Unconfirmed => {
            contact(pool, user)?;
            Err(ServiceError::PasswordCannotBeReset)
        }
        UserStatus::ForceChangePassword | UserStatus::ExternalProvider => {
            Err(ServiceError::PasswordCannotBeReset)
        }
    }
}
