//! The description of the control plane, against what it does.

mod common;

use common::{Process, TOKEN};
use serde_json::{Value, json};
use tempfile::tempdir;

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "PATCH"];

/// A body that is taken, where one is needed.
fn body_of(path: &str, method: &str, snapshot: &str) -> Option<String> {
    match (path, method) {
        ("/clock", "POST") => Some(r#"{ "advance_seconds": 1, "freeze": true }"#.to_owned()),
        ("/faults", "POST") => {
            Some(r#"{ "operation": "GetUser", "kind": "throttling" }"#.to_owned())
        }
        ("/snapshot", "PUT") => Some(snapshot.to_owned()),
        _ => None,
    }
}

/// What is wrong with a value, by as much of JSON Schema as the description uses. A keyword that is not
/// here is an error, so that none is overlooked; a library would bring 30 more crates.
fn judge(description: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let wrong = |keyword: &str| Err(format!("{keyword} of {schema}"));
    for (keyword, rule) in schema.as_object().expect("a schema is an object") {
        let number = value.as_f64();
        let holds = match keyword.as_str() {
            "$ref" => {
                let path = rule.as_str().expect("a reference")[1..].to_owned();
                judge(description, description.pointer(&path).expect("it is there"), value)?;
                true
            }
            "type" => {
                let is = |name: &Value| match name.as_str() {
                    Some("integer") => value.is_i64() || value.is_u64(),
                    Some("number") => value.is_number(),
                    Some("string") => value.is_string(),
                    Some("boolean") => value.is_boolean(),
                    Some("array") => value.is_array(),
                    Some("object") => value.is_object(),
                    Some("null") => value.is_null(),
                    _ => false,
                };
                rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is))
            }
            "enum" => rule.as_array().expect("a list").contains(value),
            "const" => rule == value,
            "minimum" => number.is_none_or(|number| Some(number) >= rule.as_f64()),
            "maximum" => number.is_none_or(|number| Some(number) <= rule.as_f64()),
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    judge(description, rule, item)?;
                }
                true
            }
            "properties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    match rule.get(name) {
                        Some(schema) => judge(description, schema, member)?,
                        None if schema["additionalProperties"] == false => return wrong(name),
                        None => {}
                    }
                }
                true
            }
            "required" => {
                let mut names = rule.as_array().expect("a list").iter();
                names.all(|name| value.get(name.as_str().expect("a name")).is_some())
            }
            "additionalProperties" => rule == false && schema.get("properties").is_some(),
            "description" | "default" => true,
            unknown => panic!("{unknown} is not judged"),
        };
        if !holds {
            return wrong(keyword);
        }
    }
    Ok(())
}

#[test]
fn the_judge_sees_what_is_wrong() {
    let schema = json!({
        "type": "object",
        "properties": { "n": { "type": ["integer", "null"], "minimum": 0 }, "k": { "enum": ["a"] } },
        "required": ["k"],
        "additionalProperties": false,
    });
    let is_good = |value: Value| judge(&Value::Null, &schema, &value).is_ok();
    assert!(is_good(json!({ "k": "a" })) && is_good(json!({ "k": "a", "n": null })));
    for bad in [json!([]), json!({}), json!({ "k": "b" }), json!({ "k": "a", "n": -1 })] {
        assert!(!is_good(bad));
    }
    assert!(!is_good(json!({ "k": "a", "n": "1" })) && !is_good(json!({ "k": "a", "x": 1 })));
}

fn json_schema<'a>(description: &'a Value, mut described: &'a Value) -> Option<&'a Value> {
    if let Some(reference) = described["$ref"].as_str() {
        described = description.pointer(&reference[1..]).expect("it refers to something");
    }
    described.pointer("/content/application~1json/schema")
}

#[test]
fn every_route_is_as_it_is_described() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &["--snapshot", "state.json"]);
    let get = |path: &str| server.control("GET", path).send().expect("an answer");
    let description: Value = get("openapi.json").json().expect("JSON");
    let snapshot = get("snapshot").text().expect("text");
    // For lists that have something in them.
    let invited = json!({
        "UserPoolId": server.pool_id,
        "Username": "alice",
        "UserAttributes": [{ "Name": "email", "Value": "alice@example.com" }],
        "DesiredDeliveryMediums": ["EMAIL"],
    });
    let paths = description["paths"].as_object().expect("paths");
    let (mut taken, mut refused) = (0, 0);
    for (path, operations) in paths {
        for method in METHODS {
            let called = format!("{method} {path}");
            server.control("POST", "reset").send().expect("an answer");
            server.ok("AdminCreateUser", &invited);
            server.call("AdminCreateUser", &invited);
            let mut request = server.control(method, &path[1..].replace("{id}", "1"));
            if let Some(body) = body_of(path, method, &snapshot) {
                request = request.header("content-type", "application/json").body(body);
            }
            let answer = request.send().expect("an answer");
            let status = answer.status().as_u16();
            let described = &operations[method.to_ascii_lowercase()];
            if described.is_null() {
                assert_eq!(status, 405, "{called} is not described");
                refused += 1;
                continue;
            }
            assert!(matches!(status, 200 | 204), "{called}: {status}");
            taken += 1;
            let answered = &described["responses"][status.to_string()];
            assert!(!answered.is_null(), "{called}: {status} is not described");
            let text = answer.text().expect("text");
            match json_schema(&description, answered) {
                None => assert_eq!(text, "", "{called}"),
                Some(schema) => {
                    let value: Value = serde_json::from_str(&text).expect("JSON");
                    assert!(value.as_array().is_none_or(|list| !list.is_empty()), "{called}");
                    let judged = judge(&description, schema, &value);
                    assert!(judged.is_ok(), "{called}: {judged:?}");
                }
            }
            // Whoever has no token learns nothing, and what has a body takes no other.
            let url = format!("/_user-directory{path}");
            let url = format!("{}{url}", server.endpoint);
            let http = reqwest::blocking::Client::new();
            let method = method.parse::<reqwest::Method>().expect("a method");
            let answer = http.request(method.clone(), &url).send().expect("an answer");
            assert_eq!(answer.status(), 401, "{called}");
            assert!(described["responses"].get("401").is_some(), "{called}");
            if described.get("requestBody").is_some() {
                let request =
                    http.request(method, &url).bearer_auth(TOKEN).json(&json!({ "no": 1 }));
                let answer = request.send().expect("an answer");
                let status = answer.status().as_u16().to_string();
                let answered = &described["responses"][&status];
                assert!(!answered.is_null(), "{called}: {status} is not described");
                let schema = json_schema(&description, answered).expect("it has a sentence");
                let value: Value = answer.json().expect("JSON");
                assert_eq!(judge(&description, schema, &value), Ok(()), "{called}");
            }
        }
    }
    assert!(taken >= 18 && refused > taken, "{taken} taken, {refused} refused");
}

#[test]
fn bodies_and_parameters_are_as_they_are_described() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let description: Value =
        serde_json::from_str(include_str!("../openapi.json")).expect("it is JSON");
    for (path, bodies) in [
        ("clock", vec![json!({}), json!({ "advance_seconds": -1 }), json!({ "freeze": 1 })]),
        (
            "faults",
            vec![
                json!({ "operation": "GetUser", "kind": "latency", "milliseconds": 5, "times": 2 }),
                json!({ "operation": "GetUser", "kind": "flood" }),
                json!({ "operation": "GetUser" }),
                json!({ "operation": "GetUser", "kind": "throttling", "times": -1 }),
            ],
        ),
    ] {
        let operation = &description["paths"][format!("/{path}")]["post"];
        let schema = json_schema(&description, &operation["requestBody"]).expect("a body");
        for body in bodies {
            let is_valid = judge(&description, schema, &body).is_ok();
            let answer = server.control("POST", path).json(&body).send().expect("an answer");
            assert_eq!(answer.status().is_success(), is_valid, "{path} {body}");
        }
    }
}
