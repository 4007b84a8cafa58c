//! What all connections share: the fake in force, and what a reset brings back.

use std::sync::{
    RwLock,
    atomic::{AtomicU64, Ordering},
};

use user_directory_fake::{Fake, FakeSnapshot, SnapshotError};
use user_directory_wire::Wire;

#[derive(Debug)]
pub(crate) struct Shared {
    wire: RwLock<Wire>,
    /// What a reset goes back to.
    start: FakeSnapshot,
    rng_seed: Option<u64>,
    /// Where the issuer of tokens is, unless it is Cognito.
    issuer: Option<String>,
    /// Counts calls and changes through the control plane.
    changes: AtomicU64,
}

impl Shared {
    pub(crate) fn new(wire: Wire, rng_seed: Option<u64>, issuer: Option<String>) -> Self {
        let start = wire.fake().snapshot();
        let shared =
            Self { wire: RwLock::new(wire), start, rng_seed, issuer, changes: AtomicU64::new(0) };
        shared.set_issuer(&shared.fake());
        shared
    }

    fn set_issuer(&self, fake: &Fake) {
        if let Some(base) = &self.issuer {
            fake.issue_from(base);
        }
    }

    /// The wire in force.
    pub(crate) fn wire(&self) -> Wire {
        self.wire.read().expect("no code panics while it holds the wire").clone()
    }

    /// The fake in force.
    pub(crate) fn fake(&self) -> Fake {
        self.wire().fake().clone()
    }

    /// Goes back to the start, with other randomness unless that is fixed: a token from before must
    /// not be good again.
    pub(crate) fn reset(&self) -> Result<(), SnapshotError> {
        self.replace(self.start.clone().with_rng_seed(self.rng_seed))
    }

    /// Goes on with what a snapshot holds.
    pub(crate) fn replace(&self, snapshot: FakeSnapshot) -> Result<(), SnapshotError> {
        let fake = snapshot.restore()?;
        self.set_issuer(&fake);
        let mut wire = self.wire.write().expect("no code panics while it holds the wire");
        *wire = wire.to(fake);
        drop(wire);
        self.changed();
        Ok(())
    }

    /// Notes that something may have changed.
    pub(crate) fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// How often something may have changed.
    pub(crate) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }
}
