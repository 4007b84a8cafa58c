//! What a server starts with, as its flags have it.

use user_directory_fake::{AliasAttribute, CreateUserPoolRequest, Fake, FakeBuilder};

use crate::{Args, StartError};

/// The pools of the fixtures, or one to try things with.
pub(crate) fn fake(args: &Args) -> Result<Fake, StartError> {
    let mut builder = Fake::builder().region(&args.region);
    if let Some(seed) = args.rng_seed {
        builder = builder.rng_seed(seed);
    }
    if let Some(time) = args.clock {
        builder = builder.frozen_at(time);
    }
    let Some((first, further)) = args.fixture.split_first() else {
        return demo(builder, args);
    };
    let refused = |error| StartError::new(format!("--fixture {error}"));
    let fake = builder.build_from_fixture_file(first).map_err(refused)?;
    for path in further {
        fake.add_fixture_file(path).map_err(refused)?;
    }
    Ok(fake)
}

/// Addresses are verified by a code.
fn demo(builder: FakeBuilder, args: &Args) -> Result<Fake, StartError> {
    let mut pool = CreateUserPoolRequest::new("demo");
    pool.auto_verified_attributes = vec![AliasAttribute::Email];
    builder.pool(pool).build().map_err(|error| {
        StartError::new(format!("--region {} or --clock: it is refused: {error}", args.region))
    })
}
