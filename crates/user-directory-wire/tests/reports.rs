//! Small cases from public reports, on the wire: `reports.json` has the calls, what each is answered,
//! where it was reported, and a grade. *Documented* texts are relayed by a tool that deploys to AWS,
//! their classes assumed.
//!
//! `${name}` is a value that an earlier step has saved, by a JSON pointer.

use std::{collections::BTreeMap, fmt::Write as _};

use bytes::Bytes;
use http::Request;
use serde::Deserialize;
use serde_json::{Map, Value};
use user_directory_fake::Fake;
use user_directory_wire::Wire;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    id: String,
    grade: String,
    sources: Vec<String>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    operation: String,
    body: Value,
    #[serde(default = "yes")]
    signed: bool,
    #[serde(default)]
    save: BTreeMap<String, String>,
    expect: Option<Expected>,
}

/// What is said of an answer.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expected {
    status: Option<u16>,
    r#type: Option<String>,
    message: Option<String>,
    message_contains: Option<String>,
    has: Map<String, Value>,
    lacks: Vec<String>,
    count: BTreeMap<String, usize>,
    attrs: Option<Attributes>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attributes {
    at: String,
    are: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

impl Expected {
    /// What an answer is otherwise than expected.
    fn differences(&self, status: u16, answer: &Value) -> String {
        let mut found = String::new();
        let mut unless = |holds: bool, what: String| {
            if !holds {
                writeln!(found, "    {what}").expect("a String");
            }
        };
        let text = |member: &str| answer[member].as_str().unwrap_or_default();
        let wanted = self.status.unwrap_or(if self.r#type.is_some() { 400 } else { 200 });
        unless(status == wanted, format!("the status is {status}: {answer}"));
        if let Some(class) = &self.r#type {
            unless(text("__type") == class, format!("the class is {}", text("__type")));
        }
        if let Some(message) = &self.message {
            unless(text("message") == message, format!("the text is {:?}", text("message")));
        }
        if let Some(part) = &self.message_contains {
            let has = text("message").contains(part.as_str());
            unless(has, format!("the text is {:?}", text("message")));
        }
        for (path, value) in &self.has {
            let found = answer.pointer(path);
            unless(found == Some(value), format!("{path} is {found:?} instead of {value}"));
        }
        for path in &self.lacks {
            unless(answer.pointer(path).is_none(), format!("{path} is there"));
        }
        for (path, count) in &self.count {
            let found = answer.pointer(path).and_then(Value::as_array).map_or(0, Vec::len);
            unless(found == *count, format!("{path} has {found} instead of {count}"));
        }
        if let Some(Attributes { at, are }) = &self.attrs {
            let list = answer.pointer(at).and_then(Value::as_array).into_iter().flatten();
            let list: BTreeMap<_, _> =
                list.map(|one| (one["Name"].as_str(), &one["Value"])).collect();
            for (name, value) in are {
                let found = list.get(&Some(name.as_str()));
                let is_there = found.is_some_and(|found| *found == value);
                unless(is_there, format!("{name} is {found:?} instead of {value}"));
            }
        }
        found
    }
}

fn post(wire: &Wire, step: &Step, body: String) -> (u16, Value) {
    let mut request = Request::post("/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{}", step.operation));
    if step.signed {
        request = request.header("authorization", "AWS4-HMAC-SHA256 made up");
    }
    let request = request.body(Bytes::from(body)).expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let response = runtime.block_on(wire.handle(request)).expect("an answer");
    let status = response.status().as_u16();
    (status, serde_json::from_slice(response.body()).expect("JSON"))
}

/// What goes otherwise than reported, the first step of it.
fn play(report: &Report) -> Option<String> {
    let fake = Fake::builder().rng_seed(7).region("us-east-1").build().expect("good settings");
    let wire = Wire::new(fake);
    let mut saved = BTreeMap::<String, String>::new();
    for (number, step) in (1..).zip(&report.steps) {
        let mut body = step.body.to_string();
        for (name, value) in &saved {
            body = body.replace(&format!("${{{name}}}"), value);
        }
        let (status, answer) = post(&wire, step, body);
        let differences =
            step.expect.as_ref().unwrap_or(&Expected::default()).differences(status, &answer);
        if !differences.is_empty() {
            let operation = &step.operation;
            return Some(format!("{}: step {number}, {operation}:\n{differences}", report.id));
        }
        for (name, path) in &step.save {
            // A refusal brings nothing to save.
            if let Some(value) = answer.pointer(path).and_then(Value::as_str) {
                saved.insert(name.clone(), value.to_owned());
            }
        }
    }
    None
}

#[test]
fn what_others_have_seen_is_answered_so() {
    let reports: Vec<Report> =
        serde_json::from_str(include_str!("reports.json")).expect("the file is as above");
    assert!(reports.is_sorted_by(|left, right| left.id < right.id), "sorted, each once");
    for report in &reports {
        assert!(["documented", "reported", "assumed"].contains(&&*report.grade), "{}", report.id);
        assert!(!report.sources.is_empty(), "{}", report.id);
    }
    let wrong: Vec<_> = reports.iter().filter_map(play).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), reports.len(), wrong.join("\n"));
}
