use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use tokio::runtime::{Builder, Runtime};
use user_directory_check::{DEFAULT_REGION, EndpointHarness, Refusal, answers, aws, refuse_aws};
use user_directory_contract::{CaseReport, Contract, Harness as _, Outcome};

use crate::{
    AS_EXPECTED, INTERRUPTED, UNEXPECTED,
    checked::Checked,
    explain::explain,
    flags::{Flags, Format},
    json::json,
    junit::junit,
    markdown::markdown,
    record::Recording,
    recorded::Recorded,
    stoppable::{run_stoppably, say},
    table::{last, table},
};

/// Does what the command line asks for. Brings the exit status, or a sentence that says why nothing
/// could be run.
pub(crate) fn run(flags: &Flags) -> Result<u8, String> {
    let contract = contract(&flags.cases)?;
    if flags.list {
        print(&list(&contract))?;
        return Ok(AS_EXPECTED);
    }
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the async runtime cannot start: {error}"))?;
    if let Some(id) = &flags.explain {
        print(&explain(id, &runtime)?)?;
        return Ok(AS_EXPECTED);
    }
    let recorded = Recorded::read(flags)?;
    let harness = recorded.applied_to(harness(flags, &runtime)?);
    let without = flags.without.iter().cloned();
    let harness = without.fold(harness, |harness, (ability, why)| harness.without(ability, why));
    // Before the cases: what they found would be lost.
    for path in [&flags.output, &flags.write_ledger].into_iter().flatten() {
        let writable = OpenOptions::new().append(true).create(true).open(path);
        writable.map_err(|error| cannot_write(path, &error))?;
    }
    runtime.block_on(harness.probe()).map_err(|refusal| refusal.for_flags())?;
    match runtime.block_on(harness.delete_left_over()) {
        0 => {}
        1 => say("deleted a pool that an earlier run left"),
        deleted => say(&format!("deleted {deleted} pools that earlier runs left")),
    }
    let (harness, mut recording) = match &flags.record {
        None => (harness, None),
        Some(directory) => {
            let (harness, recording) = Recording::of(harness, directory)?;
            (harness, Some(recording))
        }
    };
    let keep = |result: &CaseReport| {
        if let Some(recording) = &mut recording {
            recording.keep(result);
        }
    };
    let contract = contract.with_jobs(flags.jobs);
    let report = runtime.block_on(run_stoppably(&contract, &harness, &recorded.ledger, keep));
    // A second Ctrl-C leaves a clean-up behind that nothing should wait for.
    runtime.shutdown_background();
    let Some(report) = report else { return Ok(INTERRUPTED) };
    let target = harness.name().to_owned();
    let checked = Checked { target, ledger: recorded.name, report };
    publish(flags, &checked)?;
    recording.map_or(Ok(()), Recording::end)?;
    let counts = checked.report.counts();
    match (counts.run(), counts.failed) {
        (0, _) => Err(nothing_run(&checked)),
        (_, 0) => Ok(AS_EXPECTED),
        _ => Ok(UNEXPECTED),
    }
}

/// The cases that are asked for. A text that none has is a mistake, also beside others.
fn contract(texts: &[String]) -> Result<Contract, String> {
    let mut contract = Contract::new();
    for text in texts {
        if Contract::new().with_filter(text).cases().next().is_none() {
            return Err(format!("no case has {text:?} in its id: --list shows all ids"));
        }
        contract = contract.with_filter(text);
    }
    Ok(contract)
}

fn list(contract: &Contract) -> String {
    contract.cases().map(|case| format!("{}  {}\n", case.id(), case.about())).collect()
}

fn harness(flags: &Flags, runtime: &Runtime) -> Result<EndpointHarness, String> {
    let said = |refusal: Refusal| refusal.for_flags();
    let Some(url) = &flags.endpoint else {
        let on_aws = aws(flags.account.as_deref(), flags.region.clone());
        let harness = runtime.block_on(on_aws).map_err(said)?;
        // For a run that something ends which cannot be caught.
        let prefix = harness.rules().pools().prefix();
        say(&format!("the names of this run's pools begin with {prefix}"));
        return Ok(harness);
    };
    refuse_aws(url).and_then(|()| answers(url)).map_err(said)?;
    let region = flags.region.as_deref().unwrap_or(DEFAULT_REGION);
    Ok(EndpointHarness::emulator(url, url, region))
}

fn publish(flags: &Flags, checked: &Checked) -> Result<(), String> {
    if let Some(path) = &flags.write_ledger {
        fs::write(path, checked.to_ledger()).map_err(|error| cannot_write(path, &error))?;
    }
    let report = match flags.format {
        Format::Table => table(checked),
        Format::Json => json(checked),
        Format::Junit => junit(checked)?,
        Format::Markdown => markdown(checked),
    };
    match &flags.output {
        None => print(&report),
        Some(path) => {
            fs::write(path, report).map_err(|error| cannot_write(path, &error))?;
            print(&last(checked))
        }
    }
}

/// Whoever closes the pipe has read enough.
fn print(text: &str) -> Result<(), String> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("stdout cannot be written to: {error}"))
        }
        _ => Ok(()),
    }
}

pub(crate) fn cannot_write(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be written: {error}; name another file", path.display())
}

fn nothing_run(checked: &Checked) -> String {
    let first = checked.report.results().iter().find_map(|result| match result.outcome() {
        Outcome::Unsupported { reason } => Some(reason.as_str()),
        _ => None,
    });
    let first = first.unwrap_or_default();
    format!(
        "no case could be run: choose other cases or another endpoint; the first case says: {first}"
    )
}
