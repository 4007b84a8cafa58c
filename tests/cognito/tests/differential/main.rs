//! Two routes, one answer: random sequences of calls through trait → fake → pool and through
//! trait → cognito → SDK → wire → pool agree step by step, in outcome, error, text and effect.
//!
//! `USER_DIRECTORY_SEQUENCES` sets how many (256 by default), `USER_DIRECTORY_SEED` with which seed.
//! The seed is fixed by default, so that the same sequences run each time.
#![allow(clippy::print_stdout, reason = "the table of what was reached is the test's output")]

mod answers;
mod calls;
mod factors;
mod kept;
mod route;
mod settings;
mod steps;
mod stories;
mod strategies;
mod table;
mod world;

use std::cell::RefCell;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::{steps::Sequence, strategies::sequences, table::Table, world::World};

const DEFAULT_SEQUENCES: u32 = 256;
const DEFAULT_SEED: u64 = 20_191_023;

#[test]
fn both_routes_agree() {
    let seed = number("USER_DIRECTORY_SEED", DEFAULT_SEED);
    let cases = number("USER_DIRECTORY_SEQUENCES", DEFAULT_SEQUENCES);
    let mut config = Config::with_cases(cases);
    config.failure_persistence = None;
    config.max_shrink_iters = 500;
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O starts");
    let table = RefCell::new(Table::default());
    let run = |sequence: &Sequence, table: &mut Table| {
        runtime.block_on(async {
            let mut world = World::new(sequence);
            for (position, step) in sequence.steps.iter().enumerate() {
                let outcome = world.step(step, table).await;
                outcome.map_err(|why| format!("step {position}, {step:?}: {why}"))?;
            }
            Ok::<(), String>(())
        })
    };
    let outcome = runner.run(&sequences(), |sequence| {
        run(&sequence, &mut table.borrow_mut()).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, sequence)) => {
            let (sequence, why) = without_needless_steps(sequence, why.to_string(), |s| {
                run(s, &mut Table::default())
            });
            let steps: Vec<_> = sequence.steps.iter().map(|step| format!("{step:?}")).collect();
            let steps = steps.join("\n");
            panic!(
                "with USER_DIRECTORY_SEED={seed}: {why}\n{:?}, entropy {}\n{steps}",
                sequence.profile, sequence.entropy
            )
        }
        Err(TestError::Abort(why)) => panic!("with USER_DIRECTORY_SEED={seed}: {why}"),
    }
    let table = table.into_inner();
    println!("{cases} sequences with USER_DIRECTORY_SEED={seed}\n\n{table}");
    let gaps = table.gaps();
    assert!(gaps.is_empty(), "with USER_DIRECTORY_SEED={seed}:\n{}", gaps.join("\n"));
}

/// A number from the environment.
fn number<T: std::str::FromStr>(variable: &str, default: T) -> T {
    match std::env::var(variable) {
        Err(_) => default,
        Ok(text) => text.parse().ok().unwrap_or_else(|| panic!("{variable} is not a number")),
    }
}

/// Takes out, one by one, the steps that a failure does not need.
fn without_needless_steps(
    mut sequence: Sequence,
    mut why: String,
    run: impl Fn(&Sequence) -> Result<(), String>,
) -> (Sequence, String) {
    let mut position = 0;
    while position < sequence.steps.len() {
        let mut shorter = sequence.clone();
        shorter.steps.remove(position);
        match run(&shorter) {
            Err(still) => (sequence, why) = (shorter, still),
            Ok(()) => position += 1,
        }
    }
    (sequence, why)
}
