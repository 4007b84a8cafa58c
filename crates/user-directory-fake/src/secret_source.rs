use std::{
    fmt,
    future::pending,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use user_directory::{ClientSecret, ClientSecretSource, Error, ErrorKind, Result};

use crate::{Fake, FakeClient};

/// A source of client secrets for tests, of [`Fake::client_secret_source`]: the double of AWS Secrets
/// Manager. A clone is the same source.
///
/// ```
/// use std::sync::Arc;
/// use user_directory::{Authentication as _, Register, SignIn, UserDirectoryExt as _};
/// use user_directory_fake::Fake;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let fake = Fake::new();
/// let client = fake.first_client();
/// let source = fake.client_secret_source(client);
/// let directory = fake.directory().with_client_secret_source(Arc::new(source.clone()));
/// directory.register(Register::new("alice", "Correct-horse-9")).await.unwrap().complete().unwrap();
///
/// fake.rotate_client_secret(client).unwrap();
/// let sign_in = || directory.sign_in(SignIn::new("alice", "Correct-horse-9"));
/// assert!(sign_in().await.is_ok());
/// // The source is away, and the secret that the handle has is good still.
/// source.fail();
/// assert!(sign_in().await.is_ok());
/// assert_eq!(source.asked(), 1);
/// # });
/// ```
#[derive(Clone)]
pub struct FakeSecretSource(Arc<Inner>);

struct Inner {
    fake: Fake,
    client: FakeClient,
    asked: AtomicU64,
    answer: Mutex<Answer>,
}

#[derive(Clone)]
enum Answer {
    Newest,
    Given(ClientSecret),
    Failure,
    Nothing,
}

impl FakeSecretSource {
    pub(crate) fn new(fake: &Fake, client: &FakeClient) -> Self {
        Self(Arc::new(Inner {
            fake: fake.clone(),
            client: client.clone(),
            asked: AtomicU64::new(0),
            answer: Mutex::new(Answer::Newest),
        }))
    }

    /// How often it was asked.
    pub fn asked(&self) -> u64 {
        self.0.asked.load(Ordering::Relaxed)
    }

    /// Answers the client's newest secret from now on, as it does at first.
    pub fn answer_newest(&self) {
        self.set(Answer::Newest);
    }

    /// Answers this secret from now on: an old one, or another client's.
    pub fn answer(&self, secret: impl Into<ClientSecret>) {
        self.set(Answer::Given(secret.into()));
    }

    /// Fails from now on.
    pub fn fail(&self) {
        self.set(Answer::Failure);
    }

    /// Answers nothing from now on, and leaves whoever asks waiting.
    pub fn hang(&self) {
        self.set(Answer::Nothing);
    }

    fn set(&self, answer: Answer) {
        *self.0.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }
}

#[async_trait]
impl ClientSecretSource for FakeSecretSource {
    async fn client_secret(&self) -> Result<ClientSecret> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let answer = self.0.answer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match answer {
            Answer::Newest => {
                let newest = self.0.fake.user_pool_client_secrets(&self.0.client)?.pop();
                let text = "the client has no secret: create one with generate_secret";
                newest
                    .map(|(_, secret)| secret)
                    .ok_or_else(|| Error::new(ErrorKind::ResourceNotFound, text))
            }
            Answer::Given(secret) => Ok(secret),
            Answer::Failure => Err(Error::new(ErrorKind::NoAnswer, "the source was told to fail")),
            Answer::Nothing => pending().await,
        }
    }
}

impl fmt::Debug for FakeSecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FakeSecretSource")
            .field("client_id", &self.0.client.client_id)
            .field("asked", &self.asked())
            .finish_non_exhaustive()
    }
}
