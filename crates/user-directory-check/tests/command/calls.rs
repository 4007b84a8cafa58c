//! What a case asks: explained, and recorded.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    output, printed,
    server::{Mistake, Server},
    text,
};

#[test]
fn a_case_is_explained_call_by_call() {
    let explained = printed(0, &["--explain", "attributes/bad-email"]);
    let begin = "attributes/bad-email\n\nclaim     An e-mail address without its form is refused.\n\
                 evidence  reported: ";
    assert!(explained.starts_with(begin), "{explained}");
    let calls = "\n5. AdminUpdateUserAttributes\n";
    assert!(explained.contains(calls), "{explained}");
    assert!(explained.contains("\"message\": \"Invalid email address format.\""), "{explained}");
    assert!(explained.contains("{\"PoolName\":\"<run>-article\"}"), "{explained}");
    assert!(explained.lines().all(|line| line.chars().count() <= 80), "{explained}");
}

#[test]
fn what_no_endpoint_is_asked_is_explained_too() {
    let explained = printed(0, &["--explain", "sign-in/expired-temporary"]);
    let end = "\nNo endpoint is asked it: it needs clock, and the API cannot move the time. It\nruns \
               on this project's fake, in process.\n";
    assert!(explained.ends_with(end), "{explained}");
    let output = output(&["--explain", "sign-in/"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "user-directory-check: no case has the id \"sign-in/\": --list shows all ids\n"
    );
}

/// The members that are secrets, of the whole API.
const SECRETS: [&str; 14] = [
    "AccessToken",
    "ClientSecret",
    "ClientSecretValue",
    "IdToken",
    "PASSWORD_CLAIM_SECRET_BLOCK",
    "PASSWORD_CLAIM_SIGNATURE",
    "REFRESH_TOKEN",
    "RefreshToken",
    "SECRET_BLOCK",
    "SECRET_HASH",
    "SecretCode",
    "SecretHash",
    "Session",
    "Token",
];

/// All cases, so that all members that the contract knows are seen.
#[test]
fn a_record_has_everything_but_secrets() {
    let server = Server::start(Mistake::None);
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("recorded");
    let name = path.to_str().expect("it is text");
    let url = server.url();
    let report = printed(0, &["--endpoint", &url, "--record", name, "--format", "json"]);
    let report: Value = serde_json::from_str(&report).expect("it is JSON");
    let mut seen = Vec::new();
    for case in report["cases"].as_array().expect("a list") {
        let file = path.join(format!("{}.json", case["id"].as_str().expect("a text")));
        assert_eq!(file.exists(), case["outcome"] == "passed", "{case}");
        if file.exists() {
            check(&file, case, &mut seen);
        }
    }
    for secret in SECRETS {
        assert!(seen.contains(&secret.to_owned()), "{secret} is in no case");
    }
}

fn check(file: &Path, case: &Value, seen: &mut Vec<String>) {
    let text = fs::read_to_string(file).expect("it can be read");
    assert!(!text.contains("eyJ"), "{}", file.display());
    let recorded: Value = serde_json::from_str(&text).expect("it is JSON");
    for member in ["id", "outcome"] {
        let recorded = &recorded[if member == "id" { "case" } else { member }];
        assert_eq!(*recorded, case[member]);
    }
    assert_eq!(recorded["region"], "us-east-1");
    assert!(recorded["date"].as_str().is_some_and(|date| date.starts_with("20")), "{recorded}");
    let exchanges = recorded["exchanges"].as_array().expect("a list");
    assert_eq!(exchanges[0]["operation"], "CreateUserPool");
    exchanges.iter().for_each(|exchange| secrets(exchange, seen));
}

/// Checks that no secret has a value, and notes which there are.
fn secrets(value: &Value, seen: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if SECRETS.contains(&name.as_str()) && value.is_string() {
                    assert_eq!(*value, format!("<{name}>"));
                    seen.push(name.clone());
                }
                secrets(value, seen);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| secrets(value, seen)),
        _ => {}
    }
}
