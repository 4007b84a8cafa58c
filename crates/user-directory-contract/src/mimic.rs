//! The contract as a test target with real names and filters, by [libtest-mimic](libtest_mimic).
//!
//! In `Cargo.toml`:
//!
//! ```toml
//! [[test]]
//! name = "contract"
//! harness = false
//! ```
//!
//! In `tests/contract.rs`, with a harness of yours:
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use user_directory_contract::{
//! #     Ability, Environment, Harness, HarnessError, Ledger, PoolProfile, Support,
//! # };
//! # struct Mine;
//! # #[async_trait::async_trait]
//! # impl Harness for Mine {
//! #     fn name(&self) -> &str { "mine" }
//! #     fn support(&self, _: Ability) -> Support { Support::Yes }
//! #     async fn open(&self, _: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
//! #         Err(HarnessError::Failed("not written yet".to_owned()))
//! #     }
//! # }
//! fn main() -> std::process::ExitCode {
//!     user_directory_contract::mimic::main(Mine, Ledger::empty())
//! }
//! ```
//!
//! `cargo test --test contract refresh/` then runs the cases about refreshing.

use std::{
    env, fs,
    io::{self, Write as _},
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

pub use libtest_mimic;
use libtest_mimic::{Arguments, Completion, Failed};

use crate::{Case, CaseReport, Contract, Harness, Ledger, Outcome, Report, runner::run_case};

/// The environment variable that names the file for the report as JSON.
pub const REPORT_VARIABLE: &str = "USER_DIRECTORY_REPORT";

/// Runs the cases that the command line asks for and prints the report.
///
/// If [`USER_DIRECTORY_REPORT`](REPORT_VARIABLE) names a file, the report is written there as JSON,
/// too. It fails if a case fails, if that file cannot be written, and if no case was run although
/// none was filtered out.
pub fn main(harness: impl Harness, ledger: Ledger) -> ExitCode {
    let arguments = Arguments::from_args();
    let harness: Arc<dyn Harness> = Arc::new(harness);
    let results = Results::default();
    let trials = trials(&Contract::new(), &harness, &Arc::new(ledger), &results);
    let conclusion = libtest_mimic::run(&arguments, trials);
    if arguments.list {
        return ExitCode::SUCCESS;
    }
    let report = results.into_report(&*harness);
    let published = publish(&report);
    if let Err(error) = &published {
        let _ = writeln!(io::stderr(), "the report could not be written: {error}");
    }
    let filtered = conclusion.num_filtered_out > 0;
    let success = report.is_success() || (filtered && report.counts().run() == 0);
    if success && published.is_ok() && !conclusion.has_failed() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(101)
    }
}

/// The cases as tests, `<harness>::<case id>`, for a test target that has others as well.
///
/// Each runs on a tokio runtime of its own, on the thread that calls it. A case that is not
/// supported is ignored, with its reason. Unlike [`main`], nobody notices if none is run.
pub fn tests(harness: Arc<dyn Harness>, ledger: Ledger) -> Vec<libtest_mimic::Trial> {
    trials(&Contract::new(), &harness, &Arc::new(ledger), &Results::default())
}

fn trials(
    contract: &Contract,
    harness: &Arc<dyn Harness>,
    ledger: &Arc<Ledger>,
    results: &Results,
) -> Vec<libtest_mimic::Trial> {
    let trial = |case: &Case| {
        let name = format!("{}::{}", harness.name(), case.id());
        let (case, harness) = (case.clone(), harness.clone());
        let (ledger, results) = (ledger.clone(), results.clone());
        libtest_mimic::Trial::ignorable_test(name, move || {
            let result = on_a_runtime(&case, &*harness, &ledger)?;
            let completion = completion(&result);
            results.push(result);
            completion
        })
    };
    contract.cases().map(trial).collect()
}

fn on_a_runtime(case: &Case, harness: &dyn Harness, ledger: &Ledger) -> Result<CaseReport, Failed> {
    // All that tokio was compiled with: a harness may need sockets, this crate does not.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(run_case(case, harness, ledger)))
}

fn completion(result: &CaseReport) -> Result<Completion, Failed> {
    match result.outcome() {
        Outcome::Passed | Outcome::Deviates { .. } => Ok(Completion::Completed),
        Outcome::Unsupported { reason } => Ok(Completion::ignored_with(reason)),
        Outcome::Failed(failure) => {
            let (about, evidence) = (result.about(), result.evidence());
            let (grade, source) = (evidence.grade(), evidence.source());
            Err(format!("{about}\n  {failure}\n  evidence: {grade}, {source}").into())
        }
    }
}

/// What the tests found, from all threads.
#[derive(Clone, Default)]
struct Results(Arc<Mutex<Vec<CaseReport>>>);

impl Results {
    fn push(&self, result: CaseReport) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(result);
    }

    fn into_report(self, harness: &dyn Harness) -> Report {
        let mut results = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        results.sort_by_key(CaseReport::id);
        Report::new(harness.name(), results)
    }
}

fn publish(report: &Report) -> io::Result<()> {
    io::stdout().write_all(report.to_text().as_bytes())?;
    match env::var_os(REPORT_VARIABLE) {
        Some(path) => fs::write(path, report.to_json()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stub::{Stub, cases};

    #[test]
    fn tests_have_real_names_and_results() {
        let results = Results::default();
        let contract = Contract::of(cases());
        let harness: Arc<dyn Harness> = Arc::new(Stub);
        let trials = trials(&contract, &harness, &Arc::new(Ledger::empty()), &results);
        assert_eq!(trials[0].name(), "stub::stub/passes");
        // Into a file, because its failures are no failures of this test.
        let file = format!("user-directory-contract-{}.log", std::process::id());
        let log = env::temp_dir().join(file);
        let logfile = Some(log.display().to_string());
        let conclusion = libtest_mimic::run(&Arguments { logfile, ..Arguments::default() }, trials);
        fs::remove_file(log).expect("libtest-mimic wrote it");
        let counts = results.into_report(&Stub).counts();
        assert_eq!(counts.total(), cases().len());
        assert_eq!(conclusion.num_passed, counts.passed as u64);
        assert_eq!(conclusion.num_failed, counts.failed as u64);
        assert_eq!(conclusion.num_ignored, counts.unsupported as u64);
    }
}
