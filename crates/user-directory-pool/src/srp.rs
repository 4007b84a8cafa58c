//! USER_SRP_AUTH: a sign-in that proves the password without sending it.
//!
//! The verifier is not kept. It is computed for each exchange, of the password or of what stands for
//! one: the steps are the same for a name that somebody has and for one that nobody has, so neither
//! the answer's time nor the salt tells which it is. What is costly happens when the answer is written,
//! outside of the lock that a pool is behind.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use user_directory_srp::{Claim, PasswordDigest, PublicKey, Salt, SrpServer};

use crate::{
    AuthResponse, ChallengeParameters, IssuedChallenge, Pool, Secret, ServiceError, Timestamp,
    authentication::{given, required, usable_password, welcome},
    client::Client,
    entropy,
    request::Call,
    sessions,
    sign_ins::{Digest, digest},
    user::UserId,
};

/// The exchanges that were begun and not finished, by the digest of their secret block.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Exchanges(BTreeMap<Digest, Exchange>);

impl std::fmt::Debug for Exchanges {
    /// Without the digests of their blocks.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.values()).finish()
    }
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Exchange {
    /// Whose failures are counted: a user's, or a stranger's.
    user: UserId,
    /// `USER_ID_FOR_SRP`
    name: Box<str>,
    client_id: Arc<str>,
    expires: Timestamp,
    password_version: u64,
    server: Arc<SrpServer>,
}

/// From how many exchanges on those are forgotten that have expired.
const MANY: usize = 1024;

impl Exchanges {
    fn insert(&mut self, block: Digest, exchange: Exchange, now: Timestamp) {
        // Anybody can begin one. The expired go whenever there are twice as many as before.
        let count = self.0.len();
        if count >= MANY && count.is_power_of_two() {
            self.0.retain(|_, exchange| now < exchange.expires);
        }
        self.0.insert(block, exchange);
    }

    /// An exchange that this client may finish now.
    fn open(&self, block: &Digest, client: &Client, now: Timestamp) -> Option<&Exchange> {
        let exchange = self.0.get(block)?;
        (exchange.client_id == client.id && now < exchange.expires).then_some(exchange)
    }

    /// The clients that exchanges name.
    pub(crate) fn client_ids_mut(&mut self) -> impl Iterator<Item = &mut Arc<str>> {
        self.0.values_mut().map(|exchange| &mut exchange.client_id)
    }

    /// Forgets the exchanges of a client that is deleted.
    pub(crate) fn remove(&mut self, client_id: &str) {
        self.0.retain(|_, exchange| *exchange.client_id != *client_id);
    }
}

/// InitiateAuth: the first step.
///
/// That a `sub` is no name here, where it is not the real name, was measured on AWS:
/// <https://github.com/ministackorg/ministack/issues/1758>.
pub(crate) fn initiate(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    parameters: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    let client = pool.client(client_id)?;
    let username = required(parameters, "USERNAME")?.expose();
    let srp_a = required(parameters, "SRP_A")?.expose();
    client.check_secret_hash(given(parameters, "SECRET_HASH"), username)?;
    let named = pool.users.named(&pool.settings, username);
    let password = usable_password(client, named)?;
    // An unknown user shows before a number that is none: recorded on AWS.
    let srp_a = PublicKey::from_hex(srp_a).map_err(|_| ServiceError::SrpAInvalid)?;

    let stranger = pool.users.stranger(&pool.settings, username);
    let id = named.map_or(stranger, |user| user.id);
    let password_version = named.map_or(0, |user| user.password_version);
    let name = match named.filter(|_| password.is_some()) {
        Some(user) => user.username.to_string(),
        // Stable for the name, as the salt is. In a pool where the real names are no UUIDs it tells
        // that nobody has the name: documented,
        // <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html>.
        None => stranger.sub.to_string(),
    };
    let stand_in = STANDARD.encode(pool.users.derive("password", id, 0));
    let password = password.map_or(stand_in.as_str(), Secret::expose);
    let digest_of_password = PasswordDigest::new(&pool.id, &name, password);
    let mut salt = [0; 16];
    salt.copy_from_slice(&pool.users.derive("salt", id, password_version)[..16]);
    let salt = Salt::new(salt);

    let random = entropy::bytes(call.entropy);
    let server = Arc::new(SrpServer::new(srp_a, &digest_of_password, salt, random));
    let secret_block = entropy::secret_block(call.entropy);
    let exchange = Exchange {
        user: id,
        name: name.as_str().into(),
        client_id: client.id.clone(),
        expires: call.now + client.settings.auth_session_validity,
        password_version,
        server: server.clone(),
    };
    let block = digest(&secret_block);
    pool.exchanges.insert(block, exchange, call.now);
    let parameters = ChallengeParameters::PasswordVerifier {
        username: name,
        salt: salt.to_hex(),
        secret_block,
        server,
    };
    Ok(AuthResponse::Challenge(IssuedChallenge { session: None, parameters }))
}

/// RespondToAuthChallenge: the second step. A block that is unknown, used, expired or another client's
/// is refused in the words of a wrong password: measured for an unknown one, assumed for the rest.
pub(crate) fn respond(
    pool: &mut Pool,
    call: &mut Call<'_>,
    client_id: &str,
    responses: &BTreeMap<String, Secret>,
) -> Result<AuthResponse, ServiceError> {
    let client = pool.client(client_id)?;
    let username = required(responses, "USERNAME")?.expose();
    client.check_secret_hash(given(responses, "SECRET_HASH"), username)?;
    let secret_block = required(responses, "PASSWORD_CLAIM_SECRET_BLOCK")?;
    let signature = required(responses, "PASSWORD_CLAIM_SIGNATURE")?.expose();
    let timestamp = required(responses, "TIMESTAMP")?.expose();
    let block = digest(secret_block);
    let is_spent = pool.spent.sessions.contains(&block);
    let exchange = pool.exchanges.open(&block, client, call.now).filter(|_| !is_spent).cloned();
    let exchange = exchange.ok_or(ServiceError::IncorrectUsernameOrPassword)?;

    let proved = prove(pool, call, &exchange, username, secret_block, timestamp, signature);
    let answered = proved.and_then(|()| welcome(pool, call, client_id, exchange.user));
    match &answered {
        Ok(_) => {
            pool.exchanges.0.remove(&block);
        }
        Err(refusal) if !sessions::outlives(refusal.code()) => {
            pool.spent.sessions.insert(block);
        }
        Err(_) => {}
    }
    answered
}

/// Judges a proof. It counts as a password does (assumed).
fn prove(
    pool: &mut Pool,
    call: &Call<'_>,
    exchange: &Exchange,
    username: &str,
    secret_block: &Secret,
    timestamp: &str,
    signature: &str,
) -> Result<(), ServiceError> {
    if pool.settings.fold(username) != *exchange.name {
        return Err(ServiceError::IncorrectUsernameOrPassword);
    }
    if pool.settings.lockout {
        pool.spent.lockout.check(exchange.user, call.now)?;
    }
    let is_right = exchange.server.accepts(&Claim {
        pool_id: &pool.id,
        user_id_for_srp: &exchange.name,
        secret_block: secret_block.expose(),
        timestamp,
        signature,
    });
    // A password that was set meanwhile ends the exchange, as it ends sessions (assumed).
    let user = pool.users.get(exchange.user);
    let is_current = user.is_some_and(|user| user.password_version == exchange.password_version);
    if is_right && is_current {
        return Ok(());
    }
    if pool.settings.lockout {
        pool.spent.lockout.fail(exchange.user, call.now);
    }
    Err(ServiceError::IncorrectUsernameOrPassword)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uuid::Uuid;

    #[test]
    fn exchanges_that_have_expired_are_forgotten() {
        let srp_a = PublicKey::from_hex("ab").expect("a number");
        let digest_of_password = PasswordDigest::new("local-fake-1_Example01", "alice", "hunter2");
        let server = SrpServer::new(srp_a, &digest_of_password, Salt::new([1; 16]), [2; 32]);
        let exchange = Exchange {
            user: UserId { rank: 0, sub: Uuid::NIL },
            name: "alice".into(),
            client_id: "client".into(),
            expires: Timestamp::from_millis(1000),
            password_version: 0,
            server: Arc::new(server),
        };
        let mut exchanges = Exchanges::default();
        let mut begin = |number: usize, millis: u64| {
            let block = digest(&Secret::new(number.to_string()));
            exchanges.insert(block, exchange.clone(), Timestamp::from_millis(millis));
            exchanges.0.len()
        };
        let counts: Vec<_> = (0..MANY).map(|number| begin(number, 999)).collect();
        assert_eq!(counts.last(), Some(&MANY), "none has expired");
        assert_eq!(begin(MANY, 999), MANY + 1);
        let later: Vec<_> = (MANY + 1..3 * MANY).map(|number| begin(number, 1000)).collect();
        assert_eq!(later[MANY - 2], 2 * MANY, "they go when there are twice as many");
        assert_eq!(later[MANY - 1], 1, "all of them had expired");
    }
}
