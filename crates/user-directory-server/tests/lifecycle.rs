//! From the start to the end: flags, files, signals, logs.

mod common;

use std::{fs, path::Path, process::Command};

use common::{Process, refusal};
use serde_json::{Value, json};
use tempfile::tempdir;

#[test]
fn bad_flags_and_files_are_one_sentence_and_status_2() {
    let directory = tempdir().expect("a directory");
    let here = directory.path();
    fs::write(here.join("fixture.json"), "{ \"usres\": [] }").expect("written");
    fs::write(here.join("short"), "short").expect("written");
    fs::write(here.join("no.snapshot"), "{ \"users\": [] }").expect("written");
    for (flags, names) in [
        (&["--listen", "0.0.0.0"][..], "--allow-remote"),
        (&["--allow-host", "a:80"], "--allow-host"),
        (&["--allow-origin", "*"], "--allow-origin"),
        (&["--fixture", "none.json"], "none.json"),
        (&["--fixture", "fixture.json"], "fixture.json, line 1, column 9: "),
        (&["--snapshot", "no.snapshot"], "no.snapshot"),
        (&["--snapshot", "none/state.json"], "none/state.json"),
        (&["--ready-file", "none/ready.json"], "none/ready.json"),
        (&["--snapshot-every", "5"], "--snapshot-every"),
        (&["--snapshot-every", "1ms"], "100ms"),
        (&["--port", "70000"], "--port"),
        (&["--region", "no region"], "--region no region"),
        (&["--no-such-flag"], "--no-such-flag"),
    ] {
        let (status, text) = refusal(here, flags);
        assert_eq!(status, Some(2), "{flags:?}: {text}");
        assert!(text.contains(names), "{flags:?}: {text}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_user-directory-server"));
    command.current_dir(here).args(["--port", "0", "--control-token-file", "short"]);
    let output = command.output().expect("it starts");
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.contains("short") && text.contains("22"), "{text}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_user-directory-server"));
    command.args(["--port", "0", "--listen", "0.0.0.0", "--allow-remote"]);
    let output = command.output().expect("it starts");
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.contains("--control-token-file"), "{text}");
}

/// A script waits for the file, and needs nothing else.
#[test]
fn the_ready_file_says_how_to_call_it() {
    let directory = tempdir().expect("a directory");
    let path = directory.path().join("ready.json");
    fs::write(&path, "from before").expect("written");
    let server = Process::start(directory.path(), &["--ready-file", "ready.json", "--quiet"]);
    let ready: Value =
        serde_json::from_str(&fs::read_to_string(&path).expect("it is there")).expect("it is JSON");
    assert_eq!(ready["endpoint"], server.endpoint);
    assert_eq!(ready["user_pool_id"], server.pool_id);
    assert_eq!(ready["client_id"], server.client_id);
    assert_eq!(ready["region"], "local-fake-1");
    assert_eq!(ready["control"], format!("{}/_user-directory", server.endpoint));
    assert_eq!(ready["control_token"], common::TOKEN);
    for (member, length) in [("access_key_id", 20), ("secret_access_key", 40)] {
        assert_eq!(ready[member].as_str().map(str::len), Some(length), "{member}");
    }
    let described = server.ok(
        "DescribeUserPoolClient",
        &json!({ "UserPoolId": server.pool_id, "ClientId": server.client_id }),
    );
    let secret = &described["UserPoolClient"]["ClientSecret"];
    assert_eq!(&ready["client_secret"], secret);
    assert!(!server.banner.contains(secret.as_str().expect("a confidential client")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_port_in_use_is_named() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let port = server.endpoint.rsplit(':').next().expect("a port").to_owned();
    let mut command = Command::new(env!("CARGO_BIN_EXE_user-directory-server"));
    let output = command.args(["--port", &port]).output().expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).expect("text");
    assert!(text.contains(&port) && text.contains("--port 0"), "{text}");
}

#[test]
fn a_fixture_makes_pool_client_and_users() {
    let directory = tempdir().expect("a directory");
    let fixture = r#"{
        "pool": { "id": "local-fake-1_Fixture01" },
        "client": { "id": "1exampleclient" },
        "users": [{ "username": "alice", "password": "Correct-horse-9" }]
    }"#;
    fs::write(directory.path().join("fixture.json"), fixture).expect("written");
    let server =
        Process::start(directory.path(), &["--fixture", "fixture.json", "--rng-seed", "7"]);
    assert_eq!(server.pool_id, "local-fake-1_Fixture01");
    assert_eq!(server.client_id, "1exampleclient");
    assert_eq!(server.usernames(), ["alice"]);
}

#[test]
fn a_snapshot_outlives_the_process() {
    let directory = tempdir().expect("a directory");
    let file = directory.path().join("state.json");
    let flags = ["--snapshot", "state.json", "--snapshot-every", "1h"];
    let server = Process::start(directory.path(), &flags);
    assert_private(&file);
    let client_id = server.client_id.clone();
    server.create_user("alice");
    // On demand.
    let written = server.control("POST", "snapshot").send().expect("an answer");
    assert_eq!(written.status(), 204);
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.starts_with(r#"{"WARNING":"Test data only."#) && text.contains("alice"));
    server.create_user("bob");
    // And at the end.
    let (status, log) = server.stop();
    assert_eq!(status, Some(0), "{log}");
    assert_private(&file);

    let server = Process::start(directory.path(), &flags);
    assert_eq!(server.client_id, client_id);
    let mut names = server.usernames();
    names.sort();
    assert_eq!(names, ["alice", "bob"]);
    assert!(!directory.path().join("state.json.new").exists());
}

fn assert_private(file: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_damaged_snapshot_is_refused_and_left_as_it_is() {
    let directory = tempdir().expect("a directory");
    let file = directory.path().join("state.json");
    let flags = ["--snapshot", "state.json"];
    Process::start(directory.path(), &flags).stop();
    let whole = fs::read_to_string(&file).expect("a file");
    let half = whole[..whole.len() / 2].to_owned();
    for damaged in [half, whole.replace("demo", "dem0"), String::new()] {
        fs::write(&file, &damaged).expect("written");
        let (status, text) = refusal(directory.path(), &flags);
        assert_eq!(status, Some(2));
        assert!(text.contains("state.json is refused"), "{text}");
        assert_eq!(fs::read_to_string(&file).expect("a file"), damaged);
    }
}

#[test]
fn the_log_names_calls_and_no_secrets() {
    let directory = tempdir().expect("a directory");
    let flags = ["--log", "json", "--log-level", "debug", "--snapshot", "state.json"];
    let server = Process::start(directory.path(), &flags);
    let password = "Correct-horse-9-battery";
    let email = "success+secret@simulator.amazonses.com";
    let body = json!({
        "UserPoolId": server.pool_id,
        "Username": "alice-in-the-log",
        "TemporaryPassword": password,
        "UserAttributes": [{ "Name": "email", "Value": email }],
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    server.ok("AdminCreateUser", &body);
    let (_, refused) = server.call("AdminCreateUser", &body);
    assert_eq!(refused["__type"], "UsernameExistsException");
    server.call("Operation-of-alice-in-the-log", &json!({}));
    let inbox = server.control("GET", "inbox").send().expect("an answer").text().expect("text");
    let (_, log) = server.stop();
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    let calls: Vec<_> = lines.iter().filter(|line| line["message"] == "call").collect();
    assert_eq!(calls.len(), 3, "{log}");
    assert_eq!(calls[0]["operation"], "AdminCreateUser");
    assert_eq!(calls[0]["status"], 200);
    assert_eq!(calls[1]["code"], "UsernameExistsException");
    assert_eq!(calls[2]["operation"], "unknown");
    for secret in [password, "alice-in-the-log", email, common::TOKEN] {
        assert!(!log.contains(secret), "{log}");
    }
    assert!(inbox.contains(password));
}
