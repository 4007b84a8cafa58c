use std::{
    io::{self, Write as _},
    panic, pin,
    time::Duration,
};

use tokio::{select, signal::ctrl_c, task::spawn_blocking, time::timeout};
use user_directory_check::EndpointHarness;
use user_directory_contract::{CaseReport, Contract, Ledger, Report};

use crate::progress::Progress;

/// How long a case may take to see that the run was stopped. It waits for the answer that is under
/// way, and perhaps for its patience to end.
const GRACE: Duration = Duration::from_secs(15);

/// Runs the cases and cleans up; `None` after Ctrl-C. Then it cleans up as well, unless a second one
/// comes.
pub(crate) async fn run_stoppably(
    contract: &Contract,
    harness: &EndpointHarness,
    ledger: &Ledger,
    mut each: impl FnMut(&CaseReport),
) -> Option<Report> {
    let cleanup = harness.cleanup();
    // What a panic says may hold a secret, and the report has it without.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let progress = Progress::new(contract.cases().count());
    let shown = |result: &CaseReport| {
        progress.show(result);
        each(result);
    };
    let mut run = pin::pin!(contract.run_with(harness, ledger, shown));
    let report = select! {
        report = &mut run => Some(report),
        () = interrupted() => None,
    };
    progress.end();
    let is_stopped = report.is_none();
    if is_stopped {
        say("stopping, and deleting this run's pools; Ctrl-C again leaves them");
        harness.rules().stop();
    }
    let end = async {
        if is_stopped {
            let _ = timeout(GRACE, run).await;
        }
        spawn_blocking(|| drop(cleanup)).await
    };
    let report = select! {
        _ = end => report,
        () = interrupted() => {
            let prefix = harness.rules().pools().prefix();
            say(&format!("pools may be left over: delete those whose names begin with {prefix}"));
            None
        }
    };
    panic::set_hook(hook);
    report
}

/// Waits for Ctrl-C; for good, where the system does not tell of it.
async fn interrupted() {
    if ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// What is no part of the report.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
