//! The contract on moto: what it does otherwise than Cognito stands in `moto.json`, case by case,
//! and nothing else deviates.

use std::process::ExitCode;

use cognito_tests::target::{self, MOTO_VARIABLE, REQUIRE_MOTO_VARIABLE};
use user_directory_check::{DEFAULT_REGION, Deviations, EndpointHarness, answers, refuse_aws};

const HOW: &str = "eval \"$(scripts/start-moto)\" starts it, then the same command again";

fn main() -> ExitCode {
    let required = target::variable(REQUIRE_MOTO_VARIABLE).is_some_and(|value| value != "0");
    let Some(url) = target::variable(MOTO_VARIABLE) else {
        return match required {
            true => target::refused("moto", &format!("{MOTO_VARIABLE} is not set; {HOW}")),
            false => target::not_run("moto", HOW),
        };
    };
    if let Err(why) = refuse_aws(&url).and_then(|()| answers(&url)) {
        return target::refused("moto", &why.to_string());
    }
    let moto = Deviations::named("moto").expect("it is built in");
    let harness = EndpointHarness::emulator("moto", &url, DEFAULT_REGION).without_all(&moto);
    target::run(harness, moto.ledger().clone())
}
