//! The control plane: each route, and who may use it.

mod common;

use common::{Process, answer};
use serde_json::{Value, json};
use tempfile::tempdir;

fn send(request: reqwest::blocking::RequestBuilder) -> (u16, Value) {
    answer(request.send().expect("an answer"))
}

const EMAIL: &str = "success@simulator.amazonses.com";

/// AdminCreateUser for alice, by mail.
fn invitation(server: &Process) -> Value {
    json!({
        "UserPoolId": server.pool_id,
        "Username": "alice",
        "UserAttributes": [{ "Name": "email", "Value": EMAIL }],
        "DesiredDeliveryMediums": ["EMAIL"],
    })
}

#[test]
fn it_needs_its_token() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    for path in ["health", "inbox", "calls", "clock", "snapshot", "nothing"] {
        for token in ["", "wrong", "a-token-that-the-tests-chos", "a-token-that-the-tests-chosee"] {
            let url = format!("/_user-directory/{path}");
            let (status, refusal) = send(server.get(&url).bearer_auth(token));
            assert_eq!(status, 401, "{path} {token}");
            assert!(!refusal.to_string().contains(common::TOKEN));
        }
        assert_eq!(send(server.get(&format!("/_user-directory/{path}"))).0, 401);
    }
    let (status, health) = send(server.control("GET", "health"));
    assert_eq!((status, &health["status"]), (200, &json!("ok")));
    assert_eq!(health["user_pool_id"], server.pool_id);
    let (status, refusal) = send(server.control("GET", "nothing"));
    assert_eq!(status, 404);
    assert!(refusal["error"].as_str().expect("a text").contains("health, clock"), "{refusal}");
}

#[test]
fn the_clock_moves_forward_only() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let now = |answer: (u16, Value)| answer.1["now"].as_f64().expect("a number");
    let before = now(send(server.control("GET", "clock")));
    let move_by =
        |by: Value| send(server.control("POST", "clock").json(&json!({ "advance_seconds": by })));
    let after = now(move_by(json!(3600)));
    assert!((3600.0..3660.0).contains(&(after - before)), "{before} {after}");
    for bad in [json!(-1), json!(1e300), json!("1"), json!(null)] {
        let (status, refusal) = move_by(bad.clone());
        assert!((400..=422).contains(&status), "{bad}: {status}");
        assert!(refusal["error"].is_string(), "{refusal}");
    }
}

#[test]
fn the_inbox_has_the_codes() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let body = invitation(&server);
    server.ok("AdminCreateUser", &body);
    let (_, inbox) = send(server.control("GET", "inbox?username=alice"));
    assert_eq!(inbox[0]["destination"], EMAIL);
    assert_eq!(inbox[0]["medium"], "EMAIL");
    let password = inbox[0]["temporary_password"].as_str().expect("an invitation");
    assert!(inbox[0]["text"].as_str().expect("a text").contains(password));
    assert_eq!(send(server.control("GET", "inbox?username=bob")), (200, json!([])));
    let (_, to) = send(server.control("GET", &format!("inbox?destination={EMAIL}")));
    assert_eq!(to, inbox);
    assert_eq!(send(server.control("GET", "inbox?user=bob")).0 / 100, 4);
    assert_eq!(send(server.control("DELETE", "inbox")).0, 204);
    assert_eq!(send(server.control("GET", "inbox")), (200, json!([])));
}

#[test]
fn the_inbox_is_waited_for() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let body = invitation(&server);
    let path = format!("inbox?destination={EMAIL}&wait_seconds=30");
    let waiting = server.control("GET", &path);
    let waiting = std::thread::spawn(move || send(waiting));
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(!waiting.is_finished());
    server.ok("AdminCreateUser", &body);
    let (status, inbox) = waiting.join().expect("it does not panic");
    assert_eq!((status, &inbox[0]["destination"]), (200, &json!(EMAIL)));
    let nobodys = server.control("GET", "inbox?username=bob&wait_seconds=0.1");
    assert_eq!(send(nobodys), (200, json!([])));
    for bad in ["-1", "61", "long", "NaN"] {
        let (status, refusal) = send(server.control("GET", &format!("inbox?wait_seconds={bad}")));
        assert_eq!(status, 400, "{bad}: {refusal}");
    }
}

#[test]
fn quotas_are_enforced_and_lifted() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let list = || server.call("ListUserPools", &json!({ "MaxResults": 1 })).0;
    let throttled = || (0..60).filter(|_| list() == 400).count();
    assert_eq!(throttled(), 0);
    assert_eq!(send(server.control("POST", "quotas")).0, 204);
    assert!(throttled() > 0);
    assert_eq!(send(server.control("DELETE", "quotas")).0, 204);
    assert_eq!(throttled(), 0);
}

#[test]
fn faults_come_and_go() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let list = || server.call("ListUsers", &json!({ "UserPoolId": server.pool_id })).0;
    let inject = |body: Value| send(server.control("POST", "faults").json(&body));
    let (status, fault) = inject(json!({ "operation": "ListUsers", "kind": "throttling" }));
    assert_eq!(status, 200);
    assert_eq!((list(), list()), (400, 400));
    assert_eq!(send(server.control("DELETE", &format!("faults/{}", fault["id"]))).0, 204);
    assert_eq!(list(), 200);
    inject(json!({ "operation": "ListUsers", "kind": "internal_error", "times": 1 }));
    assert_eq!((list(), list()), (500, 200));
    inject(json!({ "operation": "ListUsers", "kind": "latency", "milliseconds": 1 }));
    assert_eq!(send(server.control("DELETE", "faults")).0, 204);
    assert_eq!(send(server.control("DELETE", "faults/one")).0, 400);
    for (bad, names) in [
        (json!({ "operation": "CreateTerms", "kind": "throttling" }), "CreateTerms"),
        (json!({ "operation": "ListUsers", "kind": "rain" }), "kind"),
        (json!({ "operation": "ListUsers", "kind": "latency" }), "milliseconds"),
        (json!({ "operation": "ListUsers", "kind": "throttling", "milliseconds": 1 }), "latency"),
        (json!({ "operation": "ListUsers", "kind": "throttling", "time": 1 }), "time"),
    ] {
        let (status, refusal) = inject(bad);
        assert!((400..=422).contains(&status), "{refusal}");
        assert!(refusal["error"].as_str().expect("a text").contains(names), "{refusal}");
    }
}

#[test]
fn calls_are_listed_without_values() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    server.create_user("alice");
    server.call("AdminGetUser", &json!({ "UserPoolId": server.pool_id, "Username": "bob" }));
    let (_, calls) = send(server.control("GET", "calls"));
    assert_eq!(calls[0]["operation"], "AdminCreateUser");
    assert_eq!(calls[0]["parameters"], json!(["UserPoolId", "Username"]));
    assert_eq!(calls[0]["error"], json!(null));
    assert_eq!(calls[1]["error"], "UserNotFound");
    assert!(!calls.to_string().contains("alice"), "{calls}");
    assert_eq!(send(server.control("DELETE", "calls")).0, 204);
    assert_eq!(send(server.control("GET", "calls")), (200, json!([])));
}

#[test]
fn a_reset_goes_back_to_the_start() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    server.create_user("alice");
    let sub = |name: &str| {
        let body = json!({ "UserPoolId": server.pool_id, "Username": name });
        server.ok("AdminGetUser", &body)["UserAttributes"][0]["Value"].clone()
    };
    let before = sub("alice");
    send(server.control("POST", "clock").json(&json!({ "advance_seconds": 86_400 })));
    assert_eq!(send(server.control("POST", "reset")).0, 204);
    assert!(server.usernames().is_empty());
    assert_eq!(send(server.control("GET", "health")).1["client_id"], server.client_id);
    // Nothing that was given out before can be good again.
    server.create_user("alice");
    assert_ne!(sub("alice"), before);
}

#[test]
fn a_snapshot_goes_out_and_in() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    server.create_user("alice");
    let snapshot = server.control("GET", "snapshot").send().expect("an answer").text();
    let snapshot = snapshot.expect("a text");
    server.create_user("bob");
    let import = |text: String| send(server.control("PUT", "snapshot").body(text));
    assert_eq!(import(snapshot.clone()).0, 204);
    assert_eq!(server.usernames(), ["alice"]);
    let (status, refusal) = import(snapshot.replace("alice", "alicf"));
    assert_eq!(status, 400);
    assert!(refusal["error"].as_str().expect("a text").contains("was changed"), "{refusal}");
    assert_eq!(server.usernames(), ["alice"]);
    let (status, refusal) = send(server.control("POST", "snapshot"));
    assert_eq!(status, 400);
    assert!(refusal["error"].as_str().expect("a text").contains("--snapshot"), "{refusal}");
}
