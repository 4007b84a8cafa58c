//! What the environment asks for, and how a test target answers.

use std::{
    env, fs,
    io::{self, Write as _},
    process::ExitCode,
};

use user_directory_check::EndpointHarness;
use user_directory_contract::{Ledger, mimic};

/// The environment variable that holds the URL of moto's server.
pub const MOTO_VARIABLE: &str = "USER_DIRECTORY_MOTO";
/// The environment variable that makes moto's absence a failure.
pub const REQUIRE_MOTO_VARIABLE: &str = "USER_DIRECTORY_REQUIRE_MOTO";
/// The environment variable that holds the URL of any endpoint that is not AWS's.
pub const ENDPOINT_VARIABLE: &str = "USER_DIRECTORY_ENDPOINT";
/// The environment variable that holds the path of a ledger.
pub const LEDGER_VARIABLE: &str = "USER_DIRECTORY_LEDGER";

/// Runs the cases that the command line asks for, and cleans up.
pub fn run(harness: EndpointHarness, ledger: Ledger) -> ExitCode {
    let cleanup = harness.cleanup();
    // For those who stop a run halfway, which nothing can clean up after.
    eprintln!("the names of this run's pools begin with {}", harness.rules().pools().prefix());
    let code = mimic::main(harness, ledger);
    drop(cleanup);
    code
}

/// An environment variable that is there and not empty.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The ledger that the environment names, if it names one.
///
/// # Errors
///
/// The file cannot be read, or is no ledger.
pub fn ledger() -> Result<Option<Ledger>, String> {
    let Some(path) = variable(LEDGER_VARIABLE) else { return Ok(None) };
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    Ledger::from_json(&text).map(Some).map_err(|error| format!("{path}: {error}"))
}

/// Says in one line that nothing was run and what would run it. That is no failure.
pub fn not_run(target: &str, how: &str) -> ExitCode {
    let _ = writeln!(io::stdout(), "{target}: not run; {how}");
    ExitCode::SUCCESS
}

/// Says in one line why nothing can be run.
pub fn refused(target: &str, why: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{target}: {why}");
    ExitCode::FAILURE
}
