//! What the environment asks for, and how a test target answers.

use std::{
    env, fs,
    io::{self, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    process::ExitCode,
    time::Duration,
};

use http::Uri;
use user_directory_contract::{Ledger, mimic};

use super::{EndpointHarness, OPT_IN_VARIABLE, account::is_aws_host};

/// The environment variable that holds the URL of moto's server.
pub const MOTO_VARIABLE: &str = "USER_DIRECTORY_MOTO";
/// The environment variable that makes moto's absence a failure.
pub const REQUIRE_MOTO_VARIABLE: &str = "USER_DIRECTORY_REQUIRE_MOTO";
/// The environment variable that holds the URL of any endpoint that is not AWS's.
pub const ENDPOINT_VARIABLE: &str = "USER_DIRECTORY_ENDPOINT";
/// The environment variable that holds the region.
pub const REGION_VARIABLE: &str = "USER_DIRECTORY_REGION";
/// The environment variable that holds the path of a ledger.
pub const LEDGER_VARIABLE: &str = "USER_DIRECTORY_LEDGER";

/// The region where none is named: what emulators know for sure.
pub const DEFAULT_REGION: &str = "us-east-1";

/// Runs the cases that the command line asks for, and cleans up.
pub fn run(harness: EndpointHarness, ledger: Ledger) -> ExitCode {
    let cleanup = harness.cleanup();
    // For those who stop a run halfway, which nothing can clean up after.
    eprintln!("the names of this run's pools begin {}", harness.rules().pools().prefix());
    let code = mimic::main(harness, ledger);
    drop(cleanup);
    code
}

/// An environment variable that is there and not empty.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// The ledger that the environment names; none without one.
///
/// # Errors
///
/// The file cannot be read, or is no ledger.
pub fn ledger() -> Result<Ledger, String> {
    let Some(path) = variable(LEDGER_VARIABLE) else { return Ok(Ledger::empty()) };
    let text = fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    Ledger::from_json(&text).map_err(|error| format!("{path}: {error}"))
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

/// Whether something listens at a URL.
///
/// # Errors
///
/// A sentence: it is no URL, or nothing listens.
pub fn answers(url: &str) -> Result<(), String> {
    let uri: Uri = url.parse().map_err(|_| format!("{url:?} is no URL"))?;
    let host = uri.host().ok_or_else(|| format!("{url:?} has no host"))?;
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let addresses = (host, port).to_socket_addrs().map_err(|error| format!("{url}: {error}"))?;
    for address in addresses {
        if TcpStream::connect_timeout(&address, Duration::from_secs(5)).is_ok() {
            return Ok(());
        }
    }
    Err(format!("nothing listens at {url}"))
}

/// Refuses AWS by its address: only the opt-in leads there, with its promises.
///
/// # Errors
///
/// A sentence.
pub fn refuse_aws(url: &str) -> Result<(), String> {
    let uri: Uri = url.parse().map_err(|_| format!("{url:?} is no URL"))?;
    let host = uri.host().unwrap_or_default();
    if is_aws_host(host) {
        return Err(format!("{host} is AWS: use {OPT_IN_VARIABLE} in place of the URL"));
    }
    Ok(())
}
