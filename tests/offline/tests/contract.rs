//! The contract on the fake: every case passes, none is unsupported, nothing deviates. Each case is
//! a test of its own, on the fake itself and behind the pointers in which applications hold it.

use std::{
    io::{self, Write as _},
    process::ExitCode,
    sync::Arc,
};

use user_directory::{OwnFactors, SelfService, UserDirectory};
use user_directory_contract::{
    Ledger,
    mimic::{
        self,
        libtest_mimic::{self, Arguments},
    },
};
use user_directory_harness::FakeHarness;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let harnesses = [FakeHarness::new(), in_an_arc(), in_a_box()];
    let tests = harnesses.map(|harness| mimic::tests(Arc::new(harness), Ledger::empty()));
    let conclusion = libtest_mimic::run(&arguments, tests.into_iter().flatten().collect());
    // The fake supports whatever a case can ask for.
    if !arguments.list && conclusion.num_ignored > 0 {
        let _ = writeln!(io::stderr(), "{} cases were not run", conclusion.num_ignored);
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

fn in_an_arc() -> FakeHarness {
    FakeHarness::wrapping(|directory| Arc::new(directory) as Arc<dyn UserDirectory>)
        .with_name("fake-in-an-arc")
        .wrapping_self_service(|own| Arc::new(own) as Arc<dyn SelfService>)
        .wrapping_own_factors(|own| Arc::new(own) as Arc<dyn OwnFactors>)
}

fn in_a_box() -> FakeHarness {
    FakeHarness::wrapping(|directory| Box::new(directory) as Box<dyn UserDirectory>)
        .with_name("fake-in-a-box")
        .wrapping_self_service(|own| Box::new(own) as Box<dyn SelfService>)
        .wrapping_own_factors(|own| Box::new(own) as Box<dyn OwnFactors>)
}
