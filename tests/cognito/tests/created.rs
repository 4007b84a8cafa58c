//! The contract on pools of the fake that were created over the wire, as those of emulators and of
//! AWS are: nothing fails, and only what no API offers is unsupported.

use std::process::ExitCode;

use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use cognito_tests::target;
use user_directory_check::EndpointHarness;
use user_directory_contract::Ledger;
use user_directory_fake::Fake;
use user_directory_wire::WireHttpClient;

fn main() -> ExitCode {
    // One fake for all pools, as one endpoint has them.
    let fake = Fake::new();
    let config = cognito_tests::sdk_config().retry_config(RetryConfig::disabled()).build();
    let http_client = move || WireHttpClient::new(fake.clone());
    let harness = EndpointHarness::over("pools created over the wire", config, http_client);
    target::run(harness, Ledger::empty())
}
