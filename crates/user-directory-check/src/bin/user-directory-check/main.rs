//! The contract of `user-directory` as a command, for emulators of Amazon Cognito and for AWS.

mod checked;
mod explain;
mod flags;
mod json;
mod junit;
mod markdown;
mod progress;
mod record;
mod recorded;
mod run;
mod stoppable;
mod table;
mod text;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

/// Nothing unexpected was found.
const AS_EXPECTED: u8 = 0;
/// A case failed, or a recorded deviation passes.
const UNEXPECTED: u8 = 1;
/// Nothing could be run. clap ends with it, too.
const NOT_RUN: u8 = 2;
/// Ctrl-C: 128 and the number of the signal, as shells have it.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    match run::run(&flags::Flags::parse()) {
        Ok(status) => ExitCode::from(status),
        Err(why) => {
            let _ = writeln!(io::stderr(), "{}: {why}", checked::TOOL);
            ExitCode::from(NOT_RUN)
        }
    }
}
