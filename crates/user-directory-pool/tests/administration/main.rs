//! The operations on pools and app clients.

mod clients;
mod pools;

use std::time::Duration;

use user_directory_pool::{
    AuthResponse, CreateUserPoolClientRequest, CreateUserPoolRequest,
    DescribeUserPoolClientRequest, DescribeUserPoolRequest, Entropy, InitiateAuthRequest, Message,
    Pool, PoolRequest, PutUser, ServiceError, Timestamp, UserPoolClientType, UserPoolType,
    UserStatus, check_with,
    model::{Outliers, modelled_errors},
};

pub(crate) const POOL: &str = "local-fake-1_Admin0001";
const PASSWORD: &str = "Correct-horse-9";
pub(crate) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

/// SplitMix64: the same bytes in every run.
pub(crate) struct SplitMix(pub(crate) u64);

impl Entropy for SplitMix {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = mixed.to_be_bytes()[0];
        }
    }
}

pub(crate) struct World {
    pub(crate) pool: Pool,
    pub(crate) entropy: SplitMix,
    pub(crate) now: Timestamp,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(CreateUserPoolRequest::new("administration"))
    }

    pub(crate) fn with(request: CreateUserPoolRequest) -> Self {
        let mut entropy = SplitMix(1);
        let pool = Pool::create(POOL, request, START, &mut entropy).expect("valid settings");
        Self { pool, entropy, now: START }
    }

    /// Makes a call. A refusal leaves the pool as it was, with an error that the operation models.
    pub(crate) fn call_with<R: PoolRequest>(
        &mut self,
        request: R,
        outliers: Outliers,
    ) -> Result<R::Response, ServiceError> {
        let before = self.pool.clone();
        let checked = check_with(request, outliers).1;
        let answer =
            checked.and_then(|checked| self.pool.handle(self.now, &mut self.entropy, checked));
        if let Err(error) = &answer {
            assert_eq!(self.pool, before, "{} was refused, but changed the pool", R::OPERATION);
            let modelled = modelled_errors(R::OPERATION).expect("an operation");
            assert!(modelled.contains(&error.code().name()), "{} {error:?}", R::OPERATION);
        }
        answer.map(|answer| answer.response)
    }

    pub(crate) fn call<R: PoolRequest>(&mut self, request: R) -> Result<R::Response, ServiceError> {
        self.call_with(request, Outliers::default())
    }

    /// The one message that a good call brings.
    pub(crate) fn message<R: PoolRequest>(&mut self, request: R) -> Message {
        let checked = check_with(request, Outliers::default()).1.expect("valid");
        let answer = self.pool.handle(self.now, &mut self.entropy, checked).expect("allowed");
        let [message] = answer.messages.try_into().expect("one message");
        message
    }

    pub(crate) fn create_client(
        &mut self,
        settings: impl FnOnce(&mut CreateUserPoolClientRequest),
    ) -> UserPoolClientType {
        let mut request = CreateUserPoolClientRequest::new(POOL, "client");
        settings(&mut request);
        self.call(request).expect("valid settings")
    }

    pub(crate) fn describe(&mut self) -> UserPoolType {
        self.call(DescribeUserPoolRequest::new(POOL)).expect("it exists").user_pool
    }

    pub(crate) fn describe_client(&mut self, id: &str) -> Result<UserPoolClientType, ServiceError> {
        let request = DescribeUserPoolClientRequest::new(POOL, id);
        self.call(request).map(|answer| answer.user_pool_client)
    }

    /// Signs alice in, whom the first sign-in creates.
    pub(crate) fn sign_in(&mut self, client: &str) -> Result<AuthResponse, ServiceError> {
        let mut alice = PutUser::new("alice", UserStatus::Confirmed);
        alice.password = Some(PASSWORD.into());
        let put = self.pool.put_user(self.now, &mut self.entropy, alice);
        assert!(matches!(put, Ok(()) | Err(ServiceError::UserAccountExists)), "{put:?}");
        let mut request = InitiateAuthRequest::new(client, "USER_PASSWORD_AUTH");
        request.auth_parameters.insert("USERNAME".to_owned(), "alice".into());
        request.auth_parameters.insert("PASSWORD".to_owned(), PASSWORD.into());
        self.call(request)
    }
}

pub(crate) fn validation(violations: &[String]) -> ServiceError {
    let (count, errors) = match violations.len() {
        1 => (1, "error"),
        count => (count, "errors"),
    };
    let message = format!("{count} validation {errors} detected: {}", violations.join("; "));
    ServiceError::Validation { message }
}

pub(crate) fn no_client<T>(id: &str) -> Result<T, ServiceError> {
    Err(ServiceError::ClientNotFound { id: id.to_owned() })
}
