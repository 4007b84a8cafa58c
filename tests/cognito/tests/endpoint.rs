//! The contract on the endpoint that the environment names: an emulator by its URL, or AWS by the
//! account that may be used. The command `user-directory-check` does the same by flags.

use std::process::ExitCode;

use cognito_tests::target::{self, ENDPOINT_VARIABLE};
use user_directory_check::{
    AwsAccount, DEFAULT_REGION, Deviations, EndpointHarness, OPT_IN_VARIABLE, REGION_VARIABLE,
    Refusal, answers, aws, refuse_aws,
};

const HOW: &str = "USER_DIRECTORY_ENDPOINT=http://127.0.0.1:4566 cargo test -p cognito-tests --test \
                   endpoint runs it on an emulator, USER_DIRECTORY_AWS_ACCOUNT=<12 digits> on AWS";

fn main() -> ExitCode {
    let (url, account) = (target::variable(ENDPOINT_VARIABLE), target::variable(OPT_IN_VARIABLE));
    let outcome = match (url, account) {
        (None, None) => return target::not_run("endpoint", HOW),
        (Some(_), Some(_)) => {
            Err(format!("{ENDPOINT_VARIABLE} and {OPT_IN_VARIABLE} exclude each other"))
        }
        (Some(url), None) => on_an_emulator(&url),
        (None, Some(account)) => on_aws(&account),
    };
    outcome.unwrap_or_else(|why| target::refused("endpoint", &why))
}

fn on_an_emulator(url: &str) -> Result<ExitCode, String> {
    refuse_aws(url).and_then(|()| answers(url)).map_err(said)?;
    let ledger = target::ledger()?.unwrap_or_default();
    let region = target::variable(REGION_VARIABLE);
    let region = region.as_deref().unwrap_or(DEFAULT_REGION);
    Ok(target::run(EndpointHarness::emulator("endpoint", url, region), ledger))
}

fn on_aws(named: &str) -> Result<ExitCode, String> {
    AwsAccount::named(Some(named)).map_err(said)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the async runtime cannot start: {error}"))?;
    let region = target::variable(REGION_VARIABLE);
    let harness = runtime.block_on(aws(Some(named), region)).map_err(said)?;
    let known = Deviations::named("aws").expect("it is built in");
    let ledger = target::ledger()?.unwrap_or_else(|| known.ledger().clone());
    Ok(target::run(harness, ledger))
}

fn said(refusal: Refusal) -> String {
    refusal.to_string()
}
