//! The contract on moto: what it does otherwise than Cognito stands in `moto.json`, case by case,
//! and nothing else deviates.

use std::process::ExitCode;

use cognito::{
    deviations,
    endpoint::{
        EndpointHarness,
        target::{self, MOTO_VARIABLE, REQUIRE_MOTO_VARIABLE},
    },
};
use user_directory_contract::Ability;

const HOW: &str = "eval \"$(scripts/start-moto)\" starts it, then the same command again";

fn main() -> ExitCode {
    let required = target::variable(REQUIRE_MOTO_VARIABLE).is_some_and(|value| value != "0");
    let Some(url) = target::variable(MOTO_VARIABLE) else {
        return match required {
            true => target::refused("moto", &format!("{MOTO_VARIABLE} is not set; {HOW}")),
            false => target::not_run("moto", HOW),
        };
    };
    if let Err(why) = target::refuse_aws(&url).and_then(|()| target::answers(&url)) {
        return target::refused("moto", &why);
    }
    let moto = deviations::moto();
    let harness = EndpointHarness::emulator("moto", &url, target::DEFAULT_REGION).without(
        Ability::ClientSecrets,
        format!("moto {} does not have the operations on client secrets", moto.version()),
    );
    target::run(harness, moto.ledger())
}
