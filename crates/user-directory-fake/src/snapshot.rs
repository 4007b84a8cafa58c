use std::{
    fmt,
    sync::{
        Arc, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use user_directory::{ClientSecret, Code, DeliveryMedium, Password};
use user_directory_pool::{self as pool, Pool, PoolSnapshot, Secret};

use crate::{
    Clock, Fake, FakeClient, Inbox, Message,
    account::{Account, PoolCell, Registry},
    entropy::Seed,
    self_service,
};

/// The first field of the form, so that nobody who opens it overlooks that.
const WARNING: &str = "Test data only. Passwords, codes and client secrets stand here in clear: \
                       never put real ones into a test double.";

/// What the form is called, with a number that grows when it changes.
const FORM: &str = "user-directory snapshot 1";

/// Everything that a [`Fake`] holds at one moment: pools, clients, users, sign-ins, codes, messages,
/// how far the clock was moved, and what its randomness goes on with.
///
/// Not in it are faults, quotas and the call log, which belong to a test and not to the directory.
///
/// As text it **holds passwords, codes and client secrets in clear**, which its first field says.
/// Nothing else shows them.
///
/// ```
/// # use user_directory::{Authentication as _, Register, SignIn, UserDirectoryExt as _};
/// # use user_directory_fake::{Fake, FakeSnapshot};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let fake = Fake::new();
/// fake.directory().register(Register::new("alice", "Correct-horse-9")).await.unwrap();
/// let text = fake.snapshot().to_json();
///
/// let again = FakeSnapshot::from_json(text.expose())?.restore()?;
/// assert_eq!(again.first_client(), fake.first_client());
/// again.directory().sign_in(SignIn::new("alice", "Correct-horse-9")).await.unwrap();
/// # Ok::<_, user_directory_fake::SnapshotError>(()) }).unwrap();
/// ```
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FakeSnapshot {
    region: String,
    seed: Seed,
    requests: u64,
    last_number: u64,
    /// By the time since 1970.
    frozen_at: Option<Duration>,
    clock_offset: Duration,
    first_client: ClientState,
    pools: Vec<PoolState>,
    inbox: Vec<MessageState>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ClientState {
    pool_id: String,
    client_id: String,
    client_secret: Option<String>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoolState {
    pub(crate) accepted: u64,
    pub(crate) pool: PoolSnapshot,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct MessageState {
    pool_id: String,
    username: String,
    medium: pool::DeliveryMedium,
    destination: String,
    subject: Option<String>,
    text: String,
    temporary_password: Option<String>,
    code: Option<String>,
}

/// The form around the state. The state is text inside, so that its digest is that of its bytes.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    #[serde(rename = "WARNING")]
    warning: String,
    form: String,
    version: String,
    /// In hexadecimal digits.
    sha256: String,
    #[serde(borrow)]
    state: &'a RawValue,
}

impl FakeSnapshot {
    /// The text: one JSON object, whose first field warns of what is in it.
    pub fn to_json(&self) -> Secret {
        let state = serde_json::to_string(self).expect("the state is plain data with text keys");
        let state = RawValue::from_string(state).expect("it is JSON");
        let file = File {
            warning: WARNING.to_owned(),
            form: FORM.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sha256: sha256(state.get()),
            state: &state,
        };
        Secret::new(serde_json::to_string(&file).expect("texts are JSON"))
    }

    /// Reads the text.
    ///
    /// # Errors
    ///
    /// One sentence: it is no snapshot, or not of this version, or was cut or changed since it was
    /// written. No value of it is repeated.
    pub fn from_json(text: &str) -> Result<Self, SnapshotError> {
        let file: File<'_> = serde_json::from_str(text).map_err(|error| {
            SnapshotError(format!(
                "it is not a complete snapshot: line {}, column {} cannot be read",
                error.line(),
                error.column()
            ))
        })?;
        let version = env!("CARGO_PKG_VERSION");
        if file.form != FORM || file.version != version {
            return Err(SnapshotError(format!(
                "it was written by another version of user-directory than {version}: make a new one"
            )));
        }
        if file.sha256 != sha256(file.state.get()) {
            return Err(SnapshotError(
                "it was changed after it was written, as its SHA-256 digest says: use a fixture \
                 for what you edit by hand"
                    .to_owned(),
            ));
        }
        serde_json::from_str(file.state.get())
            .map_err(|_| SnapshotError("its state is not of the form of a snapshot".to_owned()))
    }

    /// With other randomness from here on: of a seed, or new at random.
    ///
    /// Two fakes from one snapshot give the same ids, codes and tokens to the same calls; what one
    /// has given out would then be good at the other.
    #[must_use]
    pub fn with_rng_seed(mut self, seed: Option<u64>) -> Self {
        self.seed = seed.map_or_else(Seed::random, Seed::fixed);
        self
    }

    /// A fake in this state.
    ///
    /// # Errors
    ///
    /// One sentence: parts do not fit together.
    pub fn restore(self) -> Result<Fake, SnapshotError> {
        // Counters far from their end: each is raised by one for a call.
        const LARGEST: u64 = u64::MAX >> 1;
        let counters = [self.requests, self.last_number];
        let accepted = self.pools.iter().map(|pool| pool.accepted);
        if counters.into_iter().chain(accepted).any(|counter| counter > LARGEST) {
            return Err(SnapshotError("a counter in it is too large".to_owned()));
        }
        if self.frozen_at.is_some_and(|since| since > Clock::FARTHEST) {
            return Err(SnapshotError("its clock is at a time that is too late".to_owned()));
        }
        let frozen_at = self.frozen_at.map(|since| UNIX_EPOCH + since);
        let clock = Clock::restored(frozen_at, self.clock_offset);
        let mut registry = Registry { last_number: self.last_number, ..Registry::default() };
        for PoolState { accepted, pool } in self.pools {
            let pool = pool.restore().map_err(|error| SnapshotError(error.to_string()))?;
            let seed = self.seed.of(pool.id());
            let cell = Arc::new(PoolCell::new(pool, accepted, seed));
            for client_id in cell.read(Pool::client_ids) {
                if registry.clients.insert(client_id, cell.clone()).is_some() {
                    return Err(SnapshotError(
                        "two pools have clients with the same id".to_owned(),
                    ));
                }
            }
            if registry.pools.insert(cell.id().to_owned(), cell).is_some() {
                return Err(SnapshotError("two pools have the same id".to_owned()));
            }
        }
        let ClientState { pool_id, client_id, client_secret } = self.first_client;
        let first_client =
            FakeClient::new(pool_id, client_id, client_secret.map(ClientSecret::new));
        let mut inner = Account::new(clock.into(), self.seed, self.region, first_client);
        inner.requests = AtomicU64::new(self.requests);
        inner.registry = RwLock::new(registry);
        inner.inbox = Inbox::of(self.inbox.into_iter().map(Into::into).collect());
        Ok(Fake::of(inner))
    }
}

impl Fake {
    /// Everything that the fake holds now.
    ///
    /// Calls go on meanwhile: each pool is copied at one moment, under its own lock.
    pub fn snapshot(&self) -> FakeSnapshot {
        let Account { clock, seed, region, requests, first_client, inbox, .. } = &*self.0;
        let (frozen_at, clock_offset) = clock.state();
        // As long as no pool or client comes or goes.
        let registry = self.0.registry();
        FakeSnapshot {
            region: region.clone(),
            seed: seed.clone(),
            requests: requests.load(Ordering::Relaxed),
            last_number: registry.last_number,
            frozen_at: frozen_at.map(since_1970),
            clock_offset,
            first_client: ClientState {
                pool_id: first_client.pool_id.clone(),
                client_id: first_client.client_id.clone(),
                client_secret: first_client
                    .client_secret
                    .as_ref()
                    .map(|secret| secret.expose().to_owned()),
            },
            pools: registry.pools.values().map(|cell| cell.state()).collect(),
            inbox: inbox.messages().into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Message> for MessageState {
    fn from(message: Message) -> Self {
        Self {
            pool_id: message.pool_id,
            username: message.username,
            medium: match message.medium {
                DeliveryMedium::Sms => pool::DeliveryMedium::Sms,
                _ => pool::DeliveryMedium::Email,
            },
            destination: message.destination,
            subject: message.subject,
            text: message.text.expose().to_owned(),
            temporary_password: message.temporary_password.map(|text| text.expose().to_owned()),
            code: message.code.map(|code| code.expose().to_owned()),
        }
    }
}

impl From<MessageState> for Message {
    fn from(message: MessageState) -> Self {
        Self {
            pool_id: message.pool_id,
            username: message.username,
            medium: self_service::medium(message.medium),
            destination: message.destination,
            subject: message.subject,
            text: Secret::new(message.text),
            temporary_password: message.temporary_password.map(Password::new),
            code: message.code.map(Code::new),
        }
    }
}

impl fmt::Debug for FakeSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pools: Vec<_> = self.pools.iter().map(|state| &state.pool).collect();
        f.debug_struct("FakeSnapshot").field("pools", &pools).finish_non_exhaustive()
    }
}

/// Why a snapshot was refused: one sentence without any value of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SnapshotError(String);

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SnapshotError {}

fn since_1970(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn sha256(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use user_directory::{UserStatus, testing::FixtureUser};
    use user_directory_pool::CreateUserPoolRequest;

    use super::*;

    const PASSWORD: &str = "Correct-horse-9";

    fn fake() -> Fake {
        let fake =
            Fake::builder().rng_seed(7).frozen_at(UNIX_EPOCH).build().expect("good settings");
        fake.create_user_pool(CreateUserPoolRequest::new("second")).expect("good settings");
        let mut user = FixtureUser::new("alice", UserStatus::Confirmed);
        user.password = Some(PASSWORD.into());
        user.attributes = [("email", "success@simulator.amazonses.com")].into();
        fake.put_user(&fake.first_client().pool_id, user).expect("a good user");
        fake.clock().advance(Duration::from_secs(60));
        fake
    }

    fn refusal(text: &str) -> String {
        match FakeSnapshot::from_json(text) {
            Err(error) => error.to_string(),
            Ok(snapshot) => snapshot.restore().expect_err("it is damaged").to_string(),
        }
    }

    /// The text with another state, and the digest of that.
    fn changed(text: &str, change: impl FnOnce(&mut Value)) -> String {
        let mut file: Value = serde_json::from_str(text).expect("it is JSON");
        change(&mut file["state"]);
        let state = file["state"].to_string();
        file["sha256"] = sha256(&state).into();
        file.to_string()
    }

    #[test]
    fn the_first_field_warns() {
        let text = fake().snapshot().to_json();
        assert!(text.expose().starts_with(r#"{"WARNING":"Test data only."#));
    }

    /// The same calls have the same answers, ids and randomness included.
    #[test]
    fn a_restored_fake_goes_on_as_the_old_one() {
        let old = fake();
        let text = old.snapshot().to_json();
        let new = FakeSnapshot::from_json(text.expose()).expect("whole").restore().expect("fits");
        assert_eq!(new.clock().now(), old.clock().now());
        let go_on = |fake: &Fake| {
            let id = fake.create_user_pool(CreateUserPoolRequest::new("third")).expect("good");
            fake.put_user(&id, FixtureUser::new("bob", UserStatus::Confirmed)).expect("good");
            fake.snapshot().to_json()
        };
        assert!(go_on(&new) == go_on(&old));
        let other = old.snapshot().with_rng_seed(Some(8)).restore().expect("fits");
        assert!(go_on(&other) != go_on(&new));
    }

    #[test]
    fn what_was_cut_or_changed_is_refused() {
        let text = fake().snapshot().to_json();
        let text = text.expose();
        for end in 0..text.len() {
            assert!(FakeSnapshot::from_json(&text[..end]).is_err(), "cut at {end}");
        }
        let other = text.replace("alice", "alicf");
        assert!(refusal(&other).starts_with("it was changed after it was written"));
        let other = text.replace(env!("CARGO_PKG_VERSION"), "0.0.1");
        assert!(refusal(&other).starts_with("it was written by another version"));
        let error = refusal("{\n \"WARNING\": 7");
        assert!(error.contains("line 2, column"), "{error}");
    }

    #[test]
    fn parts_that_do_not_fit_together_are_refused() {
        let text = fake().snapshot().to_json();
        let text = text.expose();
        let pool = |state: &mut Value, index: usize| state["pools"][index]["pool"].take();
        for (expected, bad) in [
            ("not of the form", changed(text, |state| state["pools"] = 7.into())),
            ("not of the form", changed(text, |state| state["more"] = 7.into())),
            ("a counter", changed(text, |state| state["requests"] = u64::MAX.into())),
            ("a counter", changed(text, |state| state["pools"][0]["accepted"] = u64::MAX.into())),
            ("its clock", changed(text, |state| state["frozen_at"]["secs"] = u64::MAX.into())),
            (
                "two pools have",
                changed(text, |state| {
                    let copy = state["pools"][0].clone();
                    state["pools"][1] = copy;
                }),
            ),
            (
                "the settings of the pool",
                changed(text, |state| {
                    state["pools"][0]["pool"]["settings"]["schema"] = Value::Array(Vec::new());
                }),
            ),
            (
                "the settings of the pool",
                changed(text, |state| {
                    state["pools"][0]["pool"]["settings"]["password_policy"]["minimum_length"] =
                        u32::MAX.into();
                }),
            ),
            (
                "the users of the pool",
                changed(text, |state| {
                    state["pools"][0]["pool"]["users"]["key"][0] = 0.into();
                    state["pools"][0]["pool"]["users"]["key"][1] = 0.into();
                }),
            ),
            (
                "the users of the pool",
                changed(text, |state| {
                    state["pools"][0]["pool"]["users"]["inserted"] = u64::MAX.into();
                }),
            ),
            ("not of the form", changed(text, |state| drop(pool(state, 1)))),
        ] {
            let error = refusal(&bad);
            assert!(error.contains(expected), "{expected}: {error}");
            assert!(!error.contains(PASSWORD), "{error}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let snapshot = fake().snapshot();
        let debug = format!("{snapshot:?} {:?}", snapshot.to_json());
        assert!(debug.contains("local-fake-1_Fake00001"), "{debug}");
        for secret in [PASSWORD, "alice", "simulator"] {
            assert!(!debug.contains(secret), "{debug}");
        }
    }
}
