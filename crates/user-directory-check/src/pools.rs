use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{
    call::Call,
    runs::{Run, RunLock},
};

/// The pools that one run created, which are the only ones that it touches. It also deletes those of
/// runs that have ended, which their names tell.
///
/// It learns ids from the service's answers and refuses every request that names another pool or
/// app client, or presents a token of another pool. A clone shares the knowledge.
#[derive(Clone, Debug)]
pub struct OwnPools {
    prefix: String,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// Deleted pools stay: a call that comes late is no call to a stranger's pool.
    pools: BTreeSet<String>,
    alive: BTreeSet<String>,
    /// The pools of runs that have ended.
    left_over: BTreeSet<String>,
    /// For other runs to see that this one goes on.
    _lock: Option<RunLock>,
    /// The app clients, and the pools that they are of.
    clients: BTreeMap<String, String>,
    sessions: Sessions,
}

/// The sessions of challenges, and the pools that they are of.
#[derive(Default)]
struct Sessions(BTreeMap<String, String>);

impl fmt::Debug for Sessions {
    /// Without the sessions, which are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sessions", self.0.len())
    }
}

impl OwnPools {
    /// Knows no pool yet. The names of its pools begin `user-directory-contract-<run>-`, where the
    /// run is two numbers that no other run has.
    pub fn new() -> Self {
        let run = Run::new();
        let known = Known { _lock: RunLock::of(run), ..Known::default() };
        Self { prefix: run.prefix(), known: Arc::new(Mutex::new(known)) }
    }

    /// How the names of this run's pools begin.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The pools that were created and not deleted.
    pub fn alive(&self) -> Vec<String> {
        self.lock().alive.iter().cloned().collect()
    }

    /// The pools of runs that have ended, as far as a list of pools has told of them.
    pub(crate) fn left_over(&self) -> Vec<String> {
        self.lock().left_over.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says why a call may not be made.
    pub(crate) fn check(&self, call: &Call) -> Result<(), String> {
        let operation = &call.operation;
        match &**operation {
            "CreateUserPool" => {
                let name = call.text("PoolName").unwrap_or_default();
                if name.starts_with(&self.prefix) {
                    return Ok(());
                }
                return Err(format!("the pool {name:?} does not have this run's name"));
            }
            // It names no pool, and cleaning up needs it.
            "ListUserPools" => return Ok(()),
            _ => {}
        }
        let known = self.lock();
        let pool = call.text("UserPoolId");
        if operation == "DeleteUserPool" && pool.is_some_and(|id| known.left_over.contains(id)) {
            return Ok(());
        }
        if let Some(pool) = pool.filter(|pool| !known.pools.contains(*pool)) {
            return Err(format!(
                "{operation} names the pool {pool}, which this run did not create"
            ));
        }
        let client = call.text("ClientId");
        if let Some(client) = client.filter(|client| !known.clients.contains_key(*client)) {
            return Err(format!(
                "{operation} names the app client {client}, which this run did not create"
            ));
        }
        let token = call.text("AccessToken");
        if let Some(pool) = token.and_then(issuing_pool).filter(|pool| !known.pools.contains(pool))
        {
            return Err(format!(
                "{operation} presents a token of the pool {pool}, which this run did not create"
            ));
        }
        let session =
            call.text("Session").filter(|session| known.sessions.0.contains_key(*session));
        if pool.or(client).or(token).or(session).is_none() {
            return Err(format!("{operation} does not say which pool it is about"));
        }
        Ok(())
    }

    /// The pool that a call is about, as far as it says so.
    pub(crate) fn pool_of(&self, call: &Call) -> Option<String> {
        let named = call.text("UserPoolId").map(str::to_owned);
        let of_client = || self.lock().clients.get(call.text("ClientId")?).cloned();
        let of_session = || self.lock().sessions.0.get(call.text("Session")?).cloned();
        let of_token = || issuing_pool(call.text("AccessToken")?);
        named.or_else(of_client).or_else(of_token).or_else(of_session)
    }

    /// Whether the answer to a call tells something that must be known.
    pub(crate) fn learns_from(call: &Call) -> bool {
        matches!(
            &*call.operation,
            "CreateUserPool" | "CreateUserPoolClient" | "DeleteUserPool" | "ListUserPools"
        ) || GIVES_SESSIONS.contains(&&*call.operation)
    }

    /// Notes what the answer to a call tells.
    pub(crate) fn learn(&self, call: &Call, answer: &Value) {
        let pool = self.pool_of(call);
        let mut known = self.lock();
        if let (Some(session), Some(pool)) = (answer["Session"].as_str(), pool) {
            known.sessions.0.insert(session.to_owned(), pool);
        }
        let add = |known: &mut Known, pool: &Value| {
            if let Some(id) = pool["Id"].as_str() {
                known.pools.insert(id.to_owned());
                known.alive.insert(id.to_owned());
            }
        };
        match &*call.operation {
            "CreateUserPool" => add(&mut known, &answer["UserPool"]),
            "ListUserPools" => {
                let now = SystemTime::now();
                for pool in answer["UserPools"].as_array().into_iter().flatten() {
                    let name = pool["Name"].as_str().unwrap_or_default();
                    // A pool of this run whose creation was answered to nobody.
                    if name.starts_with(&self.prefix) {
                        add(&mut known, pool);
                    } else if Run::of_pool(name).is_some_and(|run| run.has_ended(now)) {
                        known.left_over.extend(pool["Id"].as_str().map(str::to_owned));
                    }
                }
            }
            "CreateUserPoolClient" => {
                let client = &answer["UserPoolClient"];
                if let (Some(id), Some(pool)) =
                    (client["ClientId"].as_str(), client["UserPoolId"].as_str())
                {
                    known.clients.insert(id.to_owned(), pool.to_owned());
                }
            }
            "DeleteUserPool" => {
                if let Some(id) = call.text("UserPoolId") {
                    known.alive.remove(id);
                    known.left_over.remove(id);
                }
            }
            _ => {}
        }
    }
}

/// Their answers may have a session, which is all that some later calls say of their pool.
const GIVES_SESSIONS: [&str; 6] = [
    "AdminInitiateAuth",
    "AdminRespondToAuthChallenge",
    "AssociateSoftwareToken",
    "InitiateAuth",
    "RespondToAuthChallenge",
    "VerifySoftwareToken",
];

impl Default for OwnPools {
    fn default() -> Self {
        Self::new()
    }
}

/// The pool that a token says it is of. What is no token is of no pool.
fn issuing_pool(token: &str) -> Option<String> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    Some(claims["iss"].as_str()?.rsplit('/').next()?.to_owned())
}
