use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use super::call::Call;

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
    /// What a pool verifies on its own.
    verifies: BTreeMap<String, BTreeSet<String>>,
}

/// The attributes that a message can go to.
const ADDRESSES: [&str; 2] = ["email", "phone_number"];

impl Quiet {
    /// Knows no address yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says why a call may not be made. What may be is remembered.
    pub(crate) fn check(&self, call: &Call) -> Result<(), String> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        let operation = &call.operation;
        let pool = call.text("UserPoolId").unwrap_or_default();
        match &**operation {
            "AdminCreateUser" => {
                let username = call.text("Username").unwrap_or_default();
                let address = username.contains('@')
                    || username.starts_with('+')
                    || written_addresses(call).next().is_some();
                if address {
                    pools.with_addresses.insert(pool.to_owned());
                }
                let suppressed = call.text("MessageAction") == Some("SUPPRESS");
                if !suppressed && pools.with_addresses.contains(pool) {
                    return Err("AdminCreateUser without SUPPRESS could send an invitation".into());
                }
            }
            "AdminUpdateUserAttributes" => {
                let verifies = pools.verifies.get(pool).cloned().unwrap_or_default();
                for address in written_addresses(call) {
                    let verified = format!("{address}_verified");
                    let as_said = call.attributes().any(|(name, value)| {
                        name == verified && value.eq_ignore_ascii_case("true")
                    });
                    if verifies.contains(address) && !as_said {
                        return Err(format!("an update of {address} could send a code"));
                    }
                    pools.with_addresses.insert(pool.to_owned());
                }
            }
            "AdminResetUserPassword" if pools.with_addresses.contains(pool) => {
                return Err("AdminResetUserPassword could send a code".into());
            }
            _ if !SENDS_NOTHING.contains(&&**operation) => {
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

fn written_addresses(call: &Call) -> impl Iterator<Item = &str> {
    call.attributes()
        .filter(|(name, value)| ADDRESSES.contains(name) && !value.is_empty())
        .map(|(name, _)| name)
}

/// The operations that send nothing, in pools without multi-factor authentication and triggers, or
/// that are judged above. All others are refused: SignUp, ForgotPassword and their neighbours.
const SENDS_NOTHING: &[&str] = &[
    "AddUserPoolClientSecret",
    "AdminConfirmSignUp",
    "AdminDeleteUser",
    "AdminDeleteUserAttributes",
    "AdminDisableUser",
    "AdminEnableUser",
    "AdminGetUser",
    "AdminInitiateAuth",
    "AdminResetUserPassword",
    "AdminRespondToAuthChallenge",
    "AdminSetUserPassword",
    "AdminUserGlobalSignOut",
    "CreateUserPool",
    "CreateUserPoolClient",
    "DeleteUserPool",
    "DeleteUserPoolClientSecret",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GlobalSignOut",
    "InitiateAuth",
    "ListUserPoolClientSecrets",
    "ListUserPools",
    "ListUsers",
    "RespondToAuthChallenge",
    "RevokeToken",
];
