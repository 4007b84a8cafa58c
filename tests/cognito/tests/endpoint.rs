//! The contract on the endpoint that the environment names: an emulator by its URL, or AWS by the
//! account that may be used.

use std::process::ExitCode;

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_types::SdkConfig;
use cognito::{
    deviations,
    endpoint::{
        AwsAccount, EndpointHarness, OPT_IN_VARIABLE,
        target::{self, ENDPOINT_VARIABLE, LEDGER_VARIABLE, REGION_VARIABLE},
    },
};

const HOW: &str = "USER_DIRECTORY_ENDPOINT=http://127.0.0.1:4566 cargo test -p cognito --test \
                   endpoint runs it on an emulator, USER_DIRECTORY_AWS_ACCOUNT=<12 digits> on AWS";

fn main() -> ExitCode {
    let (url, account) = (target::variable(ENDPOINT_VARIABLE), target::variable(OPT_IN_VARIABLE));
    let outcome = match (url, account) {
        (None, None) => return target::not_run("endpoint", HOW),
        (Some(_), Some(_)) => {
            Err(format!("{ENDPOINT_VARIABLE} and {OPT_IN_VARIABLE} exclude each other"))
        }
        (Some(url), None) => emulator(&url),
        (None, Some(account)) => aws(&account),
    };
    outcome.unwrap_or_else(|why| target::refused("endpoint", &why))
}

fn emulator(url: &str) -> Result<ExitCode, String> {
    target::refuse_aws(url)?;
    target::answers(url)?;
    let ledger = target::ledger()?;
    let region = target::variable(REGION_VARIABLE);
    let region = region.as_deref().unwrap_or(target::DEFAULT_REGION);
    Ok(target::run(EndpointHarness::emulator("endpoint", url, region), ledger))
}

fn aws(named: &str) -> Result<ExitCode, String> {
    AwsAccount::named(Some(named)).map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("no async runtime: {error}"))?;
    let (config, account) = runtime.block_on(async {
        let config = loaded().await?;
        let account = AwsAccount::verified(Some(named), &config).await;
        Ok::<_, String>((config, account.map_err(|error| error.to_string())?))
    })?;
    let ledger = match target::variable(LEDGER_VARIABLE) {
        Some(_) => target::ledger()?,
        None => deviations::aws(),
    };
    Ok(target::run(EndpointHarness::aws(&account, &config), ledger))
}

/// The configuration of the environment, with credentials that are there already: what fetches them
/// belongs to this async runtime, and each case has its own.
async fn loaded() -> Result<SdkConfig, String> {
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(region) = target::variable(REGION_VARIABLE) {
        loader = loader.region(Region::new(region));
    }
    let config = loader.load().await;
    if config.region().is_none() {
        return Err(format!("there is no region: set {REGION_VARIABLE}"));
    }
    let mut builder = config.to_builder();
    let provider = config.credentials_provider();
    let provider = provider.ok_or("there are no AWS credentials in the environment")?;
    let credentials = provider.provide_credentials().await;
    let credentials =
        credentials.map_err(|_| "the AWS credentials of the environment cannot be had")?;
    builder.set_credentials_provider(Some(SharedCredentialsProvider::new(credentials)));
    Ok(builder.build())
}
