use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use user_directory::Operation;

use crate::call::Call;

/// Refuses every call that could make the service send mail or messages.
///
/// A message needs somebody with an address. So in a pool where no user ever got one, everything is
/// harmless; in all others nothing goes that invites, resets a password, or verifies an address.
#[derive(Clone, Debug, Default)]
pub struct Quiet {
    pools: Arc<Mutex<Pools>>,
}

#[derive(Debug, Default)]
struct Pools {
    with_addresses: BTreeSet<String>,
    /// Where a sign-in may send a code, to users who have an address.
    with_factors: BTreeSet<String>,
    /// What a pool verifies on its own.
    verifies: BTreeMap<String, BTreeSet<String>>,
}

impl Pools {
    /// Notes that a user of a pool has an address, unless a sign-in could then send a code there.
    fn add_address(&mut self, pool: &str) -> Result<(), String> {
        if self.with_factors.contains(pool) {
            return Err("an address could get a code at a sign-in".into());
        }
        self.with_addresses.insert(pool.to_owned());
        Ok(())
    }
}

/// The second factors that are messages.
const MESSAGE_FACTORS: [&str; 2] = ["EmailMfaConfiguration", "SmsMfaConfiguration"];

/// The attributes that a message can go to.
const ADDRESSES: [&str; 2] = ["email", "phone_number"];

impl Quiet {
    /// Knows no address yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says why a call may not be made. What may be is remembered.
    pub(crate) fn check(&self, call: &Call, pool: &str) -> Result<(), String> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let operation = &call.operation;
        match &**operation {
            "AdminCreateUser" => {
                if names_an_address(call) {
                    pools.add_address(pool)?;
                }
                let suppressed = call.text("MessageAction") == Some("SUPPRESS");
                if !suppressed && pools.with_addresses.contains(pool) {
                    return Err("AdminCreateUser without SUPPRESS could send an invitation".into());
                }
            }
            "SignUp" if names_an_address(call) => {
                return Err("SignUp with an address could send a code".into());
            }
            "AdminUpdateUserAttributes"
            | "UpdateUserAttributes"
            | "AdminRespondToAuthChallenge"
            | "RespondToAuthChallenge" => {
                let verifies = pools.verifies.get(pool).cloned().unwrap_or_default();
                for address in written_addresses(call) {
                    let verified = format!("{address}_verified");
                    let as_said = call.attributes().any(|(name, value)| {
                        name == verified && value.eq_ignore_ascii_case("true")
                    });
                    if verifies.contains(address) && !as_said {
                        return Err(format!("a new {address} could be sent a code"));
                    }
                    pools.add_address(pool)?;
                }
            }
            "SetUserPoolMfaConfig" if MESSAGE_FACTORS.iter().any(|factor| call.has(factor)) => {
                if pools.with_addresses.contains(pool) {
                    return Err("SetUserPoolMfaConfig could have sign-ins send codes".into());
                }
                pools.with_factors.insert(pool.to_owned());
            }
            "SetUserPoolMfaConfig" => {}
            _ if SENDS_CODES.contains(&&**operation) => {
                let possible = pools.with_addresses.contains(pool);
                return if possible {
                    Err(format!("{operation} could send a code"))
                } else {
                    Ok(())
                };
            }
            _ if !is_read(operation) && !SENDS_NOTHING.contains(&&**operation) => {
                return Err(format!("{operation} is not known to send nothing"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes what a new pool verifies on its own.
    pub(crate) fn created(&self, call: &Call, pool_id: &str) {
        let verifies = call.texts("AutoVerifiedAttributes").map(str::to_owned).collect();
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        pools.verifies.insert(pool_id.to_owned(), verifies);
    }
}

/// Whether the call is about a new user with an address, as the name or beside it.
fn names_an_address(call: &Call) -> bool {
    let username = call.text("Username").unwrap_or_default();
    username.contains('@') || username.starts_with('+') || written_addresses(call).next().is_some()
}

fn written_addresses(call: &Call) -> impl Iterator<Item = &str> {
    call.attributes()
        .filter(|(name, value)| ADDRESSES.contains(name) && !value.is_empty())
        .map(|(name, _)| name)
}

/// The operations that send a code to a user who has an address.
const SENDS_CODES: &[&str] = &[
    "AdminResetUserPassword",
    "ForgotPassword",
    "GetUserAttributeVerificationCode",
    "ResendConfirmationCode",
];

/// What changes nothing sends nothing.
fn is_read(operation: &str) -> bool {
    Operation::from_name(operation).is_some_and(Operation::is_read)
}

/// The operations that change something and send nothing, in pools without triggers, and without
/// factors that are messages or addresses that those could go to. All others are judged above, or refused.
const SENDS_NOTHING: &[&str] = &[
    "AddUserPoolClientSecret",
    "AdminAddUserToGroup",
    "AdminConfirmSignUp",
    "AdminDeleteSoftwareToken",
    "AdminDeleteUser",
    "AdminDeleteUserAttributes",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminInitiateAuth",
    "AdminRemoveUserFromGroup",
    "AdminSetUserMFAPreference",
    "AdminSetUserPassword",
    "AdminUserGlobalSignOut",
    "AssociateSoftwareToken",
    "ChangePassword",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "CreateGroup",
    "CreateUserPool",
    "CreateUserPoolClient",
    "DeleteGroup",
    "DeleteUser",
    "DeleteUserAttributes",
    "DeleteUserPool",
    "DeleteUserPoolClientSecret",
    "GetTokensFromRefreshToken",
    "GlobalSignOut",
    "InitiateAuth",
    "RevokeToken",
    "SetUserMFAPreference",
    // Without an address.
    "SignUp",
    "UpdateGroup",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
];
