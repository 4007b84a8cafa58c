use std::collections::BTreeMap;

use crate::{
    Call, DeliveryMedium, MfaType, Pool, PoolRequest, RecoveryOption, Request, ServiceError,
    Target, UserStatus,
    codes::Purpose,
    model::{
        Members,
        shapes::{USER_POOL_ID_TYPE, USERNAME_TYPE},
    },
    request::sealed::Sealed,
    user::{Account, User},
};

/// [AdminResetUserPassword](https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html)
///
/// The password stops working at once, and a code is sent. Existing sign-ins stay known, but bring
/// no tokens while the user is in RESET_REQUIRED (assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AdminResetUserPasswordRequest {
    /// The pool's id.
    pub user_pool_id: String,
    /// Real name, alias or `sub`.
    pub username: String,
    /// For the pool's triggers.
    pub client_metadata: BTreeMap<String, String>,
}

impl AdminResetUserPasswordRequest {
    /// Resets this user's password.
    pub fn new(user_pool_id: impl Into<String>, username: impl Into<String>) -> Self {
        Self {
            user_pool_id: user_pool_id.into(),
            username: username.into(),
            client_metadata: BTreeMap::new(),
        }
    }
}

impl Sealed for AdminResetUserPasswordRequest {}

impl Request for AdminResetUserPasswordRequest {
    type Response = ();

    const OPERATION: &'static str = "AdminResetUserPassword";

    fn members(&self, members: &mut Members) {
        members.text("UserPoolId", &self.user_pool_id, &USER_POOL_ID_TYPE);
        members.text("Username", &self.username, &USERNAME_TYPE);
        members.present("ClientMetadata", !self.client_metadata.is_empty());
    }

    fn target(&self) -> Target<'_> {
        Target::Pool(&self.user_pool_id)
    }
}

impl PoolRequest for AdminResetUserPasswordRequest {
    fn handle(self, pool: &mut Pool, call: &mut Call<'_>) -> Result<(), ServiceError> {
        pool.require_id(&self.user_pool_id)?;
        let user = pool.user(&self.username)?;
        // The order of these checks is assumed.
        if !user.enabled {
            return Err(ServiceError::UserDisabled);
        }
        match user.account.status() {
            UserStatus::Confirmed | UserStatus::ResetRequired => {}
            // For UNCONFIRMED and EXTERNAL_PROVIDER this is assumed. An unconfirmed user usually
            // has no verified contact and gets that error.
            UserStatus::Unconfirmed => {
                contact(pool, user)?;
                return Err(ServiceError::PasswordCannotBeReset);
            }
            UserStatus::ForceChangePassword | UserStatus::ExternalProvider => {
                return Err(ServiceError::PasswordCannotBeReset);
            }
        }
        let (medium, destination) = contact(pool, user)?;
        let user = user.clone();
        pool.codes.send(call, &user, Purpose::PasswordReset, medium, &destination);
        pool.set_account(user.id, Account::ResetRequired, call.now);
        Ok(())
    }
}

/// Where a code reaches the user: by the pool's recovery options in their order, and without any a
/// verified phone number before a verified e-mail address; never where the codes of a second factor go.
/// Source:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html>
pub(super) fn contact(pool: &Pool, user: &User) -> Result<(DeliveryMedium, String), ServiceError> {
    const DEFAULT: &[RecoveryOption] =
        &[RecoveryOption::VerifiedPhoneNumber, RecoveryOption::VerifiedEmail];
    let mut mechanisms = pool.settings.recovery.clone();
    mechanisms.sort_by_key(|mechanism| mechanism.priority);
    let own: Vec<_> = mechanisms.iter().map(|mechanism| mechanism.name).collect();
    let options = if own.is_empty() { DEFAULT } else { &own };
    if options == [RecoveryOption::AdminOnly] {
        return Err(ServiceError::ContactAdministrator);
    }
    let verified = |contact: &str, verified: &str| {
        user.attributes.get(contact).filter(|_| user.attributes.is_true(verified))
    };
    options
        .iter()
        .find_map(|option| {
            let (medium, destination) = match option {
                RecoveryOption::VerifiedEmail => {
                    (DeliveryMedium::Email, verified("email", "email_verified"))
                }
                RecoveryOption::VerifiedPhoneNumber => {
                    (DeliveryMedium::Sms, verified("phone_number", "phone_number_verified"))
                }
                RecoveryOption::AdminOnly => return None,
            };
            let is_second_factor = pool.uses_factor(user, MfaType::of_medium(medium));
            destination.filter(|_| !is_second_factor).map(|to| (medium, to.to_owned()))
        })
        .ok_or(ServiceError::NoVerifiedContact)
}
