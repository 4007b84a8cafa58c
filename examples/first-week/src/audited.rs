use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use user_directory::{AuthOutcome, Authentication, Result, SignIn, UserDirectory, forward};

/// A directory that counts how many sign-ins were tried.
pub struct Audited<D> {
    inner: D,
    sign_ins: AtomicU64,
}

impl<D> Audited<D> {
    /// Nothing was tried yet.
    pub fn new(inner: D) -> Self {
        Self { inner, sign_ins: AtomicU64::new(0) }
    }

    /// How many were tried.
    pub fn sign_ins(&self) -> u64 {
        self.sign_ins.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl<D: Authentication> forward::Authentication for Audited<D> {
    type Inner = D;

    fn inner(&self) -> &D {
        &self.inner
    }

    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        self.sign_ins.fetch_add(1, Ordering::Relaxed);
        self.inner.sign_in(request).await
    }
}

impl<D: UserDirectory> forward::UserDirectory for Audited<D> {}

impl<D: fmt::Debug> fmt::Debug for Audited<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audited").field("inner", &self.inner).finish_non_exhaustive()
    }
}
