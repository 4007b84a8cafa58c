//! The contract on the Cognito implementation, through the AWS SDK and the in-process wire: every
//! case passes, none is unsupported, nothing deviates.

use std::process::ExitCode;

use cognito_tests::WireHarness;
use user_directory_contract::{Ledger, mimic};

fn main() -> ExitCode {
    mimic::main(WireHarness::default(), Ledger::empty())
}
