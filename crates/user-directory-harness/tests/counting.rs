//! The contract on a wrapper, as a user would run it.

use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use user_directory::{AuthOutcome, Authentication, Result, SignIn, UserDirectory, forward};
use user_directory_harness::{
    FakeHarness,
    contract::{Ledger, mimic},
};

/// Counts the sign-ins.
#[derive(Debug)]
struct Counting<D> {
    inner: D,
    sign_ins: AtomicU64,
}

#[async_trait]
impl<D: Authentication> forward::Authentication for Counting<D> {
    type Inner = D;

    fn inner(&self) -> &D {
        &self.inner
    }

    async fn sign_in(&self, request: SignIn) -> Result<AuthOutcome> {
        self.sign_ins.fetch_add(1, Ordering::Relaxed);
        self.inner.sign_in(request).await
    }
}

impl<D: UserDirectory> forward::UserDirectory for Counting<D> {}

fn main() -> ExitCode {
    let harness = FakeHarness::wrapping(|inner| Counting { inner, sign_ins: AtomicU64::new(0) });
    mimic::main(harness.with_name("counting"), Ledger::empty())
}
