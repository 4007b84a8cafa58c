//! What a run prints and writes, and its status.

use std::fs;

use quick_junit::{Report, TestCaseStatus};
use serde_json::{Value, json};
use user_directory_check::Deviations;

use crate::{
    output, printed,
    server::{Mistake, Server},
    text,
};

/// One that looks at a `sub`, one that nothing over an API can ask, and one that passes.
const FEW: [&str; 3] = ["article/", "faults/throttled-change", "account/disable-twice"];

fn few<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    ["--endpoint", url].iter().chain(more).chain(&FEW).copied().collect()
}

#[test]
fn a_right_server_has_nothing_unexpected() {
    let server = Server::start(Mistake::None);
    let table = printed(0, &few(&server.url(), &[]));
    assert_eq!(
        table,
        format!(
            "The contract at {}

area                  passed   deviates   failed   unsupported
account                    1          -        -             -
article                    1          -        -             -
faults                     -          -        -             1
all                        2          -        -             1

nothing unexpected in 3 cases: 2 passed, 0 deviate, 0 failed, 1 unsupported.
Passed of those that were run, by evidence: documented 1 of 1, reported 1 of 1.
",
            server.url()
        )
    );
    assert_eq!(server.pools(), 0);
}

/// However many run side by side, the report is the same.
#[test]
fn side_by_side() {
    let server = Server::start(Mistake::WrongSub);
    let report = |jobs| {
        let url = server.url();
        let flags = ["--endpoint", &url, "--jobs", jobs, "--format", "json", "account/", "alias/"];
        let mut report: Value = serde_json::from_str(&printed(1, &flags)).expect("it is JSON");
        for case in report["cases"].as_array_mut().expect("a list") {
            case.as_object_mut().expect("an object").remove("duration_ms").expect("a time");
            // It has ids, which are random.
            case.as_object_mut().expect("an object").remove("reason");
        }
        report
    };
    assert_eq!(report("1"), report("8"));
    assert_eq!(server.pools(), 0);
}

#[test]
fn a_wrong_server_is_told_of() {
    let server = Server::start(Mistake::WrongSub);
    let table = printed(1, &few(&server.url(), &[]));
    assert!(table.contains("\nFAILED article/whole-story (documented, other)\n"), "{table}");
    assert!(table.contains("\n  claim     A user is registered, signs in, "), "{table}");
    assert!(table.contains("\n  found     "), "{table}");
    assert!(table.contains("\n  evidence  https://docs.aws.amazon.com/"), "{table}");
    assert!(
        table.contains("\n--explain article/whole-story shows what that case asks;"),
        "{table}"
    );
    let narrow = |line: &str| line.contains("://") || line.chars().count() <= 80;
    assert!(table.lines().all(narrow), "{table}");
    assert_eq!(server.pools(), 0);
}

#[test]
fn the_json_has_its_form() {
    let server = Server::start(Mistake::WrongSub);
    let json: Value = serde_json::from_str(&printed(1, &few(&server.url(), &["--format", "json"])))
        .expect("it is JSON");
    assert_eq!(json["tool"], "user-directory-check");
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(json["target"], server.url());
    let counts = json!({ "passed": 1, "deviates": 0, "failed": 1, "unsupported": 1 });
    assert_eq!(json["counts"], counts);
    let cases = json["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let members: Vec<_> = case.as_object().expect("an object").keys().cloned().collect();
        for member in ["id", "about", "grade", "evidence", "outcome", "duration_ms"] {
            assert!(members.contains(&member.to_owned()), "{member}: {members:?}");
        }
        let passed = case["outcome"] == "passed";
        assert_eq!(members.contains(&"reason".to_owned()), !passed);
    }
}

#[test]
fn the_junit_is_well_formed() {
    let server = Server::start(Mistake::WrongSub);
    let xml = printed(1, &few(&server.url(), &["--format", "junit"]));
    let report = Report::deserialize_from_str(&xml).expect("it is JUnit");
    assert_eq!(report.tests, 3);
    let cases = || report.test_suites.iter().flat_map(|suite| &suite.test_cases);
    let case = |id: &str| &cases().find(|case| case.name.as_str() == id).expect(id).status;
    assert!(matches!(case("article/whole-story"), TestCaseStatus::NonSuccess { .. }));
    let skipped = case("faults/throttled-change");
    let TestCaseStatus::Skipped { message: Some(message), .. } = skipped else {
        panic!("it was not run: {skipped:?}")
    };
    let reason = "unsupported: faults: the API cannot make calls fail";
    assert_eq!(message.as_str(), reason);
}

/// Its schema allows on the root element fewer attributes than others write.
#[test]
fn jenkins_takes_the_junit() {
    const ALLOWED: [&str; 6] = ["disabled", "errors", "failures", "name", "tests", "time"];
    let server = Server::start(Mistake::None);
    let xml = printed(0, &few(&server.url(), &["--format", "junit"]));
    let root =
        xml.split_once("<testsuites ").expect("there is a root").1.split_once('>').unwrap().0;
    let (_, counts) = root.rsplit_once("\" tests=").expect("the name comes first");
    let attributes = format!("tests={counts}");
    let names = attributes.split(' ').map(|attribute| attribute.split('=').next().unwrap());
    let others: Vec<_> = names.filter(|name| !ALLOWED.contains(name)).collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(xml.contains("<testsuite name=\"faults\" tests=\"1\" skipped=\"1\""), "{xml}");
}

#[test]
fn the_markdown_is_a_table() {
    let server = Server::start(Mistake::WrongSub);
    let markdown = printed(1, &few(&server.url(), &["--format", "markdown"]));
    assert!(markdown.starts_with("### user-directory-check "), "{markdown}");
    assert!(markdown.contains("\n| area | passed | deviates | failed | unsupported |\n| --- |"));
    assert!(markdown.contains("\n| faults | 0 | 0 | 0 | 1 |\n"), "{markdown}");
    assert!(markdown.contains("\n| `article/whole-story` (documented, other) | A user is "));
}

#[test]
fn what_was_observed_can_be_expected() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("mine.json");
    let ledger = path.to_str().expect("it is text");
    let wrong = Server::start(Mistake::WrongSub);
    printed(1, &few(&wrong.url(), &["--write-ledger", ledger]));
    let rows: Value =
        serde_json::from_slice(&fs::read(&path).expect("it was written")).expect("it is JSON");
    assert_eq!(rows["article/whole-story"]["aspect"], "other");
    assert!(!rows["article/whole-story"]["reason"].as_str().expect("a text").is_empty());

    let table = printed(0, &few(&wrong.url(), &["--ledger", ledger]));
    assert!(table.starts_with(&format!("The contract at {}, with the ledger", wrong.url())));
    assert!(table.contains("\narticle                    -          1        -             -\n"));

    // A deviation that is recorded and gone is unexpected, too.
    let right = Server::start(Mistake::None);
    let again = ["--ledger", ledger, "--write-ledger", ledger];
    let table = printed(1, &few(&right.url(), &again));
    assert!(table.contains("the case passes, but the ledger"), "{table}");
    assert_eq!(fs::read_to_string(&path).expect("it was written"), "{}\n");
}

#[test]
fn a_reason_that_is_recorded_is_kept() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("mine.json");
    let ledger = path.to_str().expect("it is text");
    let row = json!({ "aspect": "other", "reason": "names are wrong, issue 12" });
    let file = json!({
        "version": "1",
        "without": { "self-service": "there is none" },
        "deviations": [{
            "area": "names", "here": "wrong", "cognito": "right",
            "cases": { "article/whole-story": row },
        }],
    });
    fs::write(&path, file.to_string()).expect("it can be written");
    let server = Server::start(Mistake::WrongSub);
    let url = server.url();
    let arguments = ["--endpoint", &url, "--ledger", ledger, "--write-ledger", ledger, "article/"];
    printed(0, &arguments);
    let rows: Value =
        serde_json::from_slice(&fs::read(&path).expect("it was written")).expect("it is JSON");
    assert_eq!(rows, json!({ "article/whole-story": row }));
}

#[test]
fn abilities_can_be_taken_away() {
    let server = Server::start(Mistake::None);
    let without = "client-secrets=not there yet";
    let url = server.url();
    let arguments = ["--endpoint", &url, "--without", without, "client-secrets/last", "article/"];
    let json = printed(0, &[&arguments[..], &["--format", "json"]].concat());
    assert!(json.contains("\"reason\": \"client-secrets: not there yet\""), "{json}");
}

#[test]
fn a_report_goes_to_a_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("report.json");
    let server = Server::start(Mistake::None);
    let file = path.to_str().expect("it is text");
    let last = printed(0, &few(&server.url(), &["--format", "json", "--output", file]));
    assert!(last.starts_with("nothing unexpected in 3 cases: "), "{last}");
    let report = fs::read_to_string(&path).expect("it was written");
    assert!(serde_json::from_str::<Value>(&report).is_ok(), "{report}");
}

#[test]
fn cases_are_listed_without_an_endpoint() {
    let list = printed(0, &["--list", "article/", "refresh/"]);
    let article = "article/whole-story  A user is registered, signs in, refreshes, is signed out, ";
    assert!(list.starts_with(article), "{list}");
    assert!(list.lines().all(|line| line.contains("article/") || line.contains("refresh/")));
}

#[test]
fn help_names_the_ledgers() {
    let output = output(&["--help"]);
    let help = text(&output.stdout);
    assert!(help.lines().all(|line| line.len() <= 80), "{help}");
    for name in Deviations::names() {
        assert!(help.contains(name), "{name}");
    }
}
