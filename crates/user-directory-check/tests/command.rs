//! The command itself, against servers on this machine.

#[path = "command/calls.rs"]
mod calls;
#[path = "command/refusals.rs"]
mod refusals;
#[path = "command/reports.rs"]
mod reports;
#[path = "command/server.rs"]
mod server;
#[cfg(unix)]
#[path = "command/stops.rs"]
mod stops;

use std::process::{Command, Output};

/// The command, without what the environment of these tests could add.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_user-directory-check"));
    command.args(arguments);
    for variable in
        ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_PROFILE"]
    {
        command.env_remove(variable);
    }
    command
}

fn output(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the command starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("it is text")
}

/// What it prints to stdout, once it has ended with this status.
fn printed(status: i32, arguments: &[&str]) -> String {
    let output = output(arguments);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {output:?}");
    // A terminal would get a bar; this is none.
    if status < 2 {
        assert_eq!(text(&output.stderr), "");
    }
    text(&output.stdout)
}
