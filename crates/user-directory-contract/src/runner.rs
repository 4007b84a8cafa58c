use std::{any::Any, num::NonZero, panic::AssertUnwindSafe, time::Instant};

use futures_util::{FutureExt as _, StreamExt as _, stream};

use crate::{
    Ability, Case, CaseReport, Failure, Harness, HarnessError, Ledger, LedgerError, Outcome,
    Report, Support, Trial, cases,
};

/// The cases, ready to be run.
///
/// [`mimic::main`](crate::mimic::main) makes a test target of them; this runs them from any other
/// program.
#[derive(Clone, Debug)]
pub struct Contract {
    cases: Vec<Case>,
    filters: Vec<String>,
    jobs: NonZero<usize>,
}

impl Contract {
    /// All cases of this crate.
    pub fn new() -> Self {
        Self::of(cases::all())
    }

    /// These cases, such as your own.
    pub fn of(cases: impl IntoIterator<Item = Case>) -> Self {
        Self {
            cases: cases.into_iter().collect(),
            filters: Vec::new(),
            jobs: NonZero::<usize>::MIN,
        }
    }

    /// Only cases whose id contains this text, or one that was given before.
    #[must_use]
    pub fn with_filter(mut self, filter: impl Into<String>) -> Self {
        self.filters.push(filter.into());
        self
    }

    /// Sets how many cases run side by side, one unless this says otherwise. Each has a pool of its own,
    /// but not every system under test bears it.
    #[must_use]
    pub fn with_jobs(mut self, jobs: NonZero<usize>) -> Self {
        self.jobs = jobs;
        self
    }

    /// The cases that the filters let through.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        let lets_through = |case: &&Case| {
            self.filters.is_empty() || self.filters.iter().any(|filter| case.id().contains(filter))
        };
        self.cases.iter().filter(lets_through)
    }

    /// Reads a ledger for these cases, filtered out or not.
    ///
    /// # Errors
    ///
    /// As [`Ledger::from_json`].
    pub fn ledger(&self, text: &str) -> Result<Ledger, LedgerError> {
        Ledger::parse(text, |id| self.cases.iter().any(|case| case.id() == id))
    }

    /// Runs the cases. A panic in a case is caught and is its failure. The report has them in the order of
    /// [`cases`](Self::cases), however many run side by side.
    pub async fn run(&self, harness: &dyn Harness, ledger: &Ledger) -> Report {
        self.run_with(harness, ledger, |_| {}).await
    }

    /// As [`run`](Self::run), and shows each result as soon as it is there: for progress.
    pub async fn run_with(
        &self,
        harness: &dyn Harness,
        ledger: &Ledger,
        mut each: impl FnMut(&CaseReport),
    ) -> Report {
        let running = self
            .cases()
            .enumerate()
            .map(async |(place, case)| (place, run_case(case, harness, ledger).await));
        let mut running = stream::iter(running).buffer_unordered(self.jobs.get());
        let mut results = Vec::new();
        while let Some((place, result)) = running.next().await {
            each(&result);
            results.push((place, result));
        }
        results.sort_by_key(|(place, _)| *place);
        Report::new(harness.name(), results.into_iter().map(|(_, result)| result).collect())
    }
}

impl Default for Contract {
    fn default() -> Self {
        Self::new()
    }
}

pub(crate) async fn run_case(case: &Case, harness: &dyn Harness, ledger: &Ledger) -> CaseReport {
    let started = Instant::now();
    let mut found = None;
    let outcome = match caught(run(case, harness)).await {
        Ok(Ended::Unsupported(reason)) => Outcome::Unsupported { reason },
        Ok(Ended::Broken(failure)) => Outcome::Failed(failure),
        Ok(Ended::Judged(result)) => {
            found = result.as_ref().err().cloned();
            judge(result, case, ledger)
        }
        Err(panic) => Outcome::Failed(Failure::other(format!("the harness panicked: {panic}"))),
    };
    CaseReport::new(case, outcome, found, started.elapsed())
}

/// How a run ended, before the ledger is asked. It excuses what a case found, not what is broken.
enum Ended {
    Unsupported(String),
    Broken(Failure),
    Judged(Result<(), Failure>),
}

async fn run(case: &Case, harness: &dyn Harness) -> Ended {
    for ability in case.needs() {
        if let Support::No { reason } = harness.support(*ability) {
            return unsupported(*ability, &reason);
        }
    }
    let profile = case.profile();
    let environment = match harness.open(&profile).await {
        Ok(environment) => environment,
        Err(HarnessError::Unsupported(reason)) => return Ended::Unsupported(reason),
        Err(HarnessError::Failed(reason)) => {
            let message = format!("the pool `{}` could not be opened: {reason}", profile.name);
            return Ended::Broken(Failure::other(message));
        }
    };
    let trial = Trial::new(case, profile, environment.clone(), harness.patience());
    let result = match caught(async { case.run(trial).await }).await {
        Ok(result) => result,
        Err(panic) => Err(Failure::other(format!("panicked: {panic}"))),
    };
    environment.close().await;
    Ended::Judged(result)
}

fn unsupported(ability: Ability, reason: &str) -> Ended {
    if reason.trim().is_empty() {
        let message = format!("the harness says that it has no {ability}, and gives no reason");
        return Ended::Broken(Failure::other(message));
    }
    Ended::Unsupported(format!("{ability}: {reason}"))
}

fn judge(result: Result<(), Failure>, case: &Case, ledger: &Ledger) -> Outcome {
    let Some(recorded) = ledger.get(case.id()) else {
        return match result {
            Ok(()) => Outcome::Passed,
            Err(failure) => Outcome::Failed(failure),
        };
    };
    let (aspect, reason) = (recorded.aspect(), recorded.reason().to_owned());
    match result {
        Ok(()) => Outcome::Failed(Failure::other(format!(
            "the case passes, but the ledger records a deviation in {aspect}: remove the row"
        ))),
        Err(failure) if failure.aspect() == aspect => Outcome::Deviates { aspect, reason },
        Err(failure) => {
            let message = format!(
                "the ledger records a deviation in {aspect}, and this one is in {}: {failure}",
                failure.aspect()
            );
            Outcome::Failed(Failure::new(failure.aspect(), message))
        }
    }
}

/// What a future brings, or the message of its panic.
async fn caught<T>(future: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(future).catch_unwind().await.map_err(|payload| panic_message(&*payload))
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "(no message)".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{Aspect, Evidence, case, stub::Stub};

    fn run(ledger: &str) -> Report {
        let contract = Contract::of(crate::stub::cases());
        let ledger = contract.ledger(ledger).expect("the ledger fits");
        block_on(contract.run(&Stub, &ledger))
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().build().expect("a runtime").block_on(future)
    }

    fn outcome<'r>(report: &'r Report, id: &str) -> &'r Outcome {
        let mut results = report.results().iter();
        results.find(|result| result.id() == id).expect("the case was run").outcome()
    }

    fn failure<'r>(report: &'r Report, id: &str) -> &'r Failure {
        match outcome(report, id) {
            Outcome::Failed(failure) => failure,
            other => panic!("{id}: {other:?}"),
        }
    }

    #[test]
    fn every_case_ends_as_it_should() {
        let report = run("{}");
        assert_eq!(outcome(&report, "stub/passes"), &Outcome::Passed);
        assert_eq!(failure(&report, "stub/wrong-code").aspect(), Aspect::Code);
        assert_eq!(failure(&report, "stub/wrong-text").aspect(), Aspect::Text);
        assert_eq!(failure(&report, "stub/panics").message(), "panicked: on purpose, [redacted]");
        assert_eq!(
            failure(&report, "stub/undeclared-need").message(),
            "panicked: the case does not declare that it needs clock"
        );
        assert_eq!(
            failure(&report, "stub/unimplemented").message(),
            "panicked: the harness says it supports `fixtures`, but its environment does not \
             implement it"
        );
        let reason = |reason: &str| Outcome::Unsupported { reason: reason.to_owned() };
        assert_eq!(outcome(&report, "stub/needs-inbox"), &reason("inbox: nobody reads mail here"));
        assert_eq!(outcome(&report, "stub/unsupported-pool"), &reason("no aliases"));
        assert_eq!(
            failure(&report, "stub/broken-pool").message(),
            "the pool `broken` could not be opened: out of pools"
        );
        assert_eq!(
            failure(&report, "stub/no-reason").message(),
            "the harness says that it has no faults, and gives no reason"
        );
        assert!(!report.is_success());
    }

    #[test]
    fn the_ledger_excuses_what_it_records_and_nothing_else() {
        let report = run(r#"{
            "stub/wrong-code": {"aspect": "text", "reason": "a"},
            "stub/wrong-text": {"aspect": "text", "reason": "b"},
            "stub/passes": {"aspect": "code", "reason": "c"},
            "stub/panics": {"aspect": "other", "reason": "d"},
            "stub/broken-pool": {"aspect": "other", "reason": "e"}
        }"#);
        assert_eq!(failure(&report, "stub/wrong-code").aspect(), Aspect::Code);
        let deviates = |aspect, reason: &str| Outcome::Deviates { aspect, reason: reason.into() };
        assert_eq!(outcome(&report, "stub/wrong-text"), &deviates(Aspect::Text, "b"));
        assert!(failure(&report, "stub/passes").message().starts_with("the case passes, but"));
        assert_eq!(outcome(&report, "stub/panics"), &deviates(Aspect::Other, "d"));
        assert!(failure(&report, "stub/broken-pool").message().contains("out of pools"));
        let found = |id: &str| {
            let result = report.results().iter().find(|result| result.id() == id);
            result.expect("the case was run").found().map(Failure::aspect)
        };
        assert_eq!(found("stub/wrong-code"), Some(Aspect::Code));
        assert_eq!(found("stub/wrong-text"), Some(Aspect::Text));
        assert_eq!(found("stub/passes"), None);
        assert_eq!(found("stub/broken-pool"), None);
    }

    #[test]
    fn each_result_is_shown_when_it_is_there() {
        let contract = Contract::of(crate::stub::cases());
        let contract = contract.with_filter("stub/passes").with_filter("wrong");
        let mut shown = Vec::new();
        let report =
            block_on(contract.run_with(&Stub, &Ledger::empty(), |result| shown.push(result.id())));
        assert_eq!(shown, ["stub/passes", "stub/wrong-code", "stub/wrong-text"]);
        assert_eq!(report.results().len(), shown.len());
    }

    #[test]
    fn side_by_side() {
        static BEGUN: AtomicU32 = AtomicU32::new(0);
        const OWN: Evidence = Evidence::Own { promise: "the runner" };
        // The first ends after the second, which begins while the first waits.
        let cases = [
            case!("stub/waits", "It passes.", evidence = OWN, async |_| {
                BEGUN.fetch_add(1, Ordering::Relaxed);
                for _ in 0..1000 {
                    if BEGUN.load(Ordering::Relaxed) == 2 {
                        return Ok(());
                    }
                    tokio::task::yield_now().await;
                }
                Err(Failure::other("nothing else has begun"))
            }),
            case!("stub/begins", "It passes.", evidence = OWN, async |_| {
                BEGUN.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }),
        ];
        let contract = Contract::of(cases);
        let run = |jobs| {
            BEGUN.store(0, Ordering::Relaxed);
            let contract = contract.clone().with_jobs(NonZero::new(jobs).expect("some"));
            let mut shown = Vec::new();
            let report =
                block_on(contract.run_with(&Stub, &Ledger::empty(), |r| shown.push(r.id())));
            assert_eq!(
                report.results().iter().map(CaseReport::id).collect::<Vec<_>>(),
                ["stub/waits", "stub/begins"]
            );
            (report.is_success(), shown)
        };
        assert_eq!(run(1), (false, vec!["stub/waits", "stub/begins"]));
        assert_eq!(run(2), (true, vec!["stub/begins", "stub/waits"]));
    }

    #[test]
    fn a_run_without_cases_is_no_success() {
        let contract = Contract::of(crate::stub::cases());
        let run =
            |filter| block_on(contract.clone().with_filter(filter).run(&Stub, &Ledger::empty()));
        assert!(run("stub/passes").is_success());
        assert!(!run("no-such-case").is_success());
        assert!(!run("stub/needs-inbox").is_success(), "unsupported is not run");
    }

    #[test]
    fn without_patience_a_case_tries_once() {
        let report = run("{}");
        assert_eq!(outcome(&report, "stub/tries-once"), &Outcome::Passed);
    }

    #[test]
    fn patience_tries_again_and_ends() {
        let [case, ..] = &crate::stub::cases()[..] else { panic!("there are cases") };
        let attempts = std::cell::Cell::new(0);
        let result: Result<(), _> = block_on(async {
            let environment = Stub.open(&case.profile()).await.expect("the stub opens");
            let patience = std::time::Duration::from_millis(1);
            let trial = Trial::new(case, case.profile(), environment, patience);
            let attempt = async || {
                attempts.set(attempts.get() + 1);
                Err(Failure::other("never"))
            };
            trial.eventually(attempt).await
        });
        assert_eq!(result, Err(Failure::other("never")));
        assert_eq!(attempts.get(), 2);
    }
}
