use aws_lc_rs::digest;
use rand_chacha::{
    ChaCha12Rng,
    rand_core::{Rng as _, SeedableRng as _},
};
use serde::{Deserialize, Serialize};
use user_directory_pool::Entropy;

/// Where a pool's randomness comes from: each accepted call draws from its own stream, so that a
/// refused call does not shift what the next one gets.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Seed([u8; 32]);

impl Seed {
    /// The same in every run.
    pub(crate) fn fixed(seed: u64) -> Self {
        let digest = digest::digest(&digest::SHA256, &seed.to_be_bytes());
        Self(digest.as_ref().try_into().expect("a SHA-256 digest has 32 bytes"))
    }

    /// Another one in every run.
    pub(crate) fn random() -> Self {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).expect("the system has randomness");
        Self(seed)
    }

    /// The seed of one pool.
    pub(crate) fn of(&self, pool_id: &str) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&self.0);
        context.update(pool_id.as_bytes());
        Self(context.finish().as_ref().try_into().expect("a SHA-256 digest has 32 bytes"))
    }

    /// The stream of one call.
    pub(crate) fn stream(&self, number: u64) -> Stream {
        let mut stream = ChaCha12Rng::from_seed(self.0);
        stream.set_stream(number);
        Stream(stream)
    }
}

pub(crate) struct Stream(ChaCha12Rng);

impl Entropy for Stream {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}
