//! Every case of the contract, on the wrapper.

use std::process::ExitCode;

use first_week::Audited;
use user_directory_harness::{
    FakeHarness,
    contract::{Ledger, mimic},
};

fn main() -> ExitCode {
    mimic::main(FakeHarness::wrapping(Audited::new).with_name("audited"), Ledger::empty())
}
