//! What cannot be run: status 2, and one sentence that says why and what to do.

use std::{fs, process::Output};

use crate::{
    command, output,
    server::{Mistake, Server},
    text,
};

/// The sentence on stderr, without the name of the command. Nothing is on stdout.
fn sentence(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(text(&output.stdout), "");
    let printed = text(&output.stderr);
    let printed = printed.strip_prefix("user-directory-check: ").expect("its name").trim_end();
    assert_eq!(printed.lines().count(), 1, "{printed}");
    printed.to_owned()
}

fn refused(arguments: &[&str]) -> String {
    sentence(&output(arguments))
}

/// A URL of this machine where nothing listens.
fn silent() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("it is bound"))
}

#[test]
fn nothing_listens() {
    let url = silent();
    assert_eq!(
        refused(&["--endpoint", &url]),
        format!("nothing listens at {url}: start the emulator, or correct --endpoint")
    );
}

#[test]
fn a_server_of_files() {
    for status in [200, 404, 501] {
        let server = Server::start(Mistake::Files(status));
        let url = server.url();
        assert_eq!(
            refused(&["--endpoint", &url]),
            format!(
                "{url} is no emulator of Amazon Cognito: it answers CreateUserPool with the status \
                 {status} and without an answer of Cognito; correct --endpoint"
            )
        );
    }
}

#[test]
fn https_where_there_is_none() {
    let url = Server::start(Mistake::None).url().replace("http:", "https:");
    let refusal = refused(&["--endpoint", &url]);
    let begin = format!("no request gets through to {url}: received corrupt message");
    assert!(refusal.starts_with(&begin), "{refusal}");
    assert!(refusal.ends_with("; check the port, http or https, and the certificate"), "{refusal}");
}

#[test]
fn credentials_that_are_refused() {
    let server = Server::start(Mistake::NoPools(403, "UnrecognizedClientException"));
    assert_eq!(
        refused(&["--endpoint", &server.url()]),
        "the credentials are refused with UnrecognizedClientException: use some that may create \
         and delete user pools and app clients"
    );
}

#[test]
fn no_room_for_pools() {
    let server = Server::start(Mistake::NoPools(400, "LimitExceededException"));
    let url = server.url();
    assert_eq!(
        refused(&["--endpoint", &url]),
        format!(
            "{url} creates no more user pools: delete some that you do not need, or have the quota \
             raised"
        )
    );
}

#[test]
fn aws_is_no_emulator() {
    assert_eq!(
        refused(&["--endpoint", "https://cognito-idp.eu-west-1.amazonaws.com"]),
        "cognito-idp.eu-west-1.amazonaws.com is AWS: use --aws --account <12 digits> instead of \
         --endpoint"
    );
}

#[test]
fn a_url_that_is_none() {
    assert_eq!(
        refused(&["--endpoint", "localhost:4566"]),
        "\"localhost:4566\" is not a URL: write --endpoint like http://127.0.0.1:4566"
    );
    let with_secret = refused(&["--endpoint", "http://me:hunter2@127.0.0.1"]);
    assert!(!with_secret.contains("hunter2"), "{with_secret}");
}

#[test]
fn no_such_case() {
    let url = silent();
    let sentence = "no case has \"refesh/\" in its id: --list shows all ids";
    assert_eq!(refused(&["--endpoint", &url, "refesh/"]), sentence);
    assert_eq!(refused(&["--endpoint", &url, "sign-in/", "refesh/"]), sentence);
}

#[test]
fn no_such_ledger() {
    let refusal = refused(&["--endpoint", &silent(), "--ledger", "nobodys"]);
    let begin = "the ledger \"nobodys\" is neither built in (aws, cognito-local, cognitox, \
                 ministack, moto) nor a file that can be read";
    assert!(refusal.starts_with(begin), "{refusal}");
}

#[test]
fn a_ledger_that_is_none() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("mine.json");
    let ledger = path.to_str().expect("it is text");
    for (text, why) in [
        ("no JSON", "the ledger cannot be read: "),
        (r#"{"a/b": {"aspect": "code", "reason": "x"}}"#, "ledger, case `a/b`: there is no such"),
        (r#"{"deviations": []}"#, "the file of deviations cannot be read: missing field `version`"),
    ] {
        fs::write(&path, text).expect("it can be written");
        let refusal = refused(&["--endpoint", &silent(), "--ledger", ledger]);
        assert!(refusal.starts_with(&format!("{ledger}: {why}")), "{refusal}");
    }
}

#[test]
fn a_file_that_cannot_be_written() {
    let server = Server::start(Mistake::None);
    let refusal =
        refused(&["--endpoint", &server.url(), "--output", "/nowhere/report", "article/"]);
    assert!(refusal.starts_with("/nowhere/report cannot be written: "));
    assert!(refusal.ends_with("; name another file"));
    assert!(server.fake.calls().all().is_empty(), "nothing was run");
}

#[test]
fn nothing_that_can_be_run() {
    let server = Server::start(Mistake::NoPools(501, "NotImplementedException"));
    let output = output(&["--endpoint", &server.url(), "article/"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(text(&output.stdout).contains("nothing was run of 1 case: "));
    assert_eq!(
        text(&output.stderr),
        "user-directory-check: no case could be run: choose other cases or another endpoint; the \
         first case says: CreateUserPool: NotImplementedException: not here\n"
    );
}

/// clap says these, in its own form.
#[test]
fn flags_that_do_not_fit() {
    let url = silent();
    for (arguments, culprit) in [
        (&[][..], "--endpoint <URL>"),
        (&["--account", "111122223333"], "--aws"),
        (&["--endpoint", &url, "--account", "111122223333"], "--account <ID>"),
        (&["--aws"], "--account <ID>"),
        (&["--aws", "--account", "1"], "--account must be the 12 digits of an account"),
        (&["--aws", "--account", "111122223333", "--endpoint", &url], "--endpoint <URL>"),
        (&["--endpoint", &url, "--without", "magic=no"], "there is no ability \"magic\""),
        (&["--endpoint", &url, "--without", "clock"], "write an ability, = and why"),
        (&["--endpoint", &url, "--without", "clock= "], "say after the = why clock is missing"),
        (&["--endpoint", &url, "--format", "yaml"], "table, json, junit, markdown"),
        (&["--endpoint", &url, "--ledgr", "moto"], "'--ledger'"),
    ] {
        let output = output(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let printed = text(&output.stderr);
        assert!(printed.contains(culprit), "{arguments:?}: {printed}");
    }
}

#[test]
fn credentials_of_another_account() {
    let sts = Server::start(Mistake::None);
    let mut command = command(&["--aws", "--account", "111122223333", "--region", "eu-west-1"]);
    command.env("AWS_ENDPOINT_URL_STS", sts.url());
    command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    command.env("AWS_SECRET_ACCESS_KEY", "secret-access-key-never-printed");
    assert_eq!(
        sentence(&command.output().expect("the command starts")),
        "the credentials belong to the account 444455556666, and --account allows only 111122223333"
    );
}
