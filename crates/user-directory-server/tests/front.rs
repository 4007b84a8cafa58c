//! What any client sees: addresses, hosts, origins, limits, documents, the protocol's own refusals.

mod common;

use common::{Process, answer};
use serde_json::json;
use tempfile::tempdir;

#[test]
fn the_banner_has_what_a_client_needs_and_no_secret_off_a_terminal() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let first = server.banner.lines().next().expect("a line");
    assert!(first.contains("test double") && first.contains("never production"), "{first}");
    let body = json!({ "UserPoolId": server.pool_id, "ClientId": server.client_id });
    let client = server.ok("DescribeUserPoolClient", &body);
    let secret = client["UserPoolClient"]["ClientSecret"].as_str().expect("it is confidential");
    assert!(!server.banner.contains(secret), "{}", server.banner);
    assert!(!server.banner.contains(common::TOKEN), "{}", server.banner);
}

#[test]
fn only_hosts_of_this_machine_and_allowed_ones_are_served() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &["--allow-host", "cognito"]);
    let status =
        |host: &str| server.get("/").header("host", host).send().expect("an answer").status();
    assert_eq!(status("localhost"), 404);
    assert_eq!(status("cognito:9229"), 404);
    assert_eq!(status("evil.example.com"), 421);
    // The control plane and the API are behind the same gate.
    let body = json!({ "UserPoolId": server.pool_id });
    let request = server.post("ListUsers", &body).header("host", "evil.example.com");
    let (status, refusal) = answer(request.send().expect("an answer"));
    assert_eq!(status, 421);
    assert!(refusal["message"].as_str().expect("a text").contains("--allow-host"), "{refusal}");
    let request = server.control("GET", "health").header("host", "evil.example.com");
    assert_eq!(request.send().expect("an answer").status(), 421);
}

#[test]
fn pages_of_allowed_origins_may_call_and_no_others() {
    const PAGE: &str = "http://localhost:5173";
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &["--allow-origin", PAGE]);
    let body = json!({ "UserPoolId": server.pool_id, "Username": "alice" });
    let create = |origin: &str| {
        let request = server.post("AdminCreateUser", &body).header("origin", origin);
        request.send().expect("an answer")
    };
    let refused = create("https://evil.example.com");
    assert_eq!(refused.status(), 403);
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
    assert!(server.usernames().is_empty(), "a refused page created a user");
    let let_in = create(PAGE);
    assert_eq!(let_in.status(), 200);
    assert_eq!(let_in.headers()["access-control-allow-origin"], PAGE);
    let exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
    assert_eq!(let_in.headers()["access-control-expose-headers"], exposed);
    let error = create(PAGE);
    assert_eq!(error.headers()["x-amzn-errortype"], "UsernameExistsException:");
    assert_eq!(error.headers()["access-control-allow-origin"], PAGE);
    assert_eq!(error.headers()["access-control-expose-headers"], exposed);

    let preflight = |origin: &str| {
        let url = format!("{}/", server.endpoint);
        reqwest::blocking::Client::new()
            .request(reqwest::Method::OPTIONS, url)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,x-amz-target")
            .send()
            .expect("an answer")
    };
    let asked = preflight(PAGE);
    assert_eq!(asked.status(), 204);
    assert_eq!(asked.headers()["access-control-allow-headers"], "content-type,x-amz-target");
    let refused = preflight("null");
    assert_eq!(refused.status(), 403);
    assert!(!refused.headers().contains_key("access-control-allow-origin"));
    // Not even an allowed page may reach the control plane.
    let control = server.control("GET", "health").header("origin", PAGE).send().expect("an answer");
    assert_eq!(control.status(), 403);
    assert!(!control.headers().contains_key("access-control-allow-origin"));
}

#[test]
fn keys_and_configuration_are_at_cognitos_paths() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let path = format!("/{}/.well-known/", server.pool_id);
    let (status, configuration) =
        answer(server.get(&format!("{path}openid-configuration")).send().expect("an answer"));
    assert_eq!(status, 200);
    let issuer = format!("https://cognito-idp.local-fake-1.amazonaws.com/{}", server.pool_id);
    assert_eq!(configuration["issuer"], issuer);
    let keys = configuration["jwks_uri"].as_str().expect("a text");
    let keys = keys.strip_prefix(&server.endpoint).expect("they are here");
    let (status, keys) = answer(server.get(keys).send().expect("an answer"));
    assert_eq!((status, keys["keys"].as_array().map(Vec::len)), (200, Some(2)));
    for other in ["/no_pool/.well-known/jwks.json", &format!("{path}other"), "/favicon.ico"] {
        assert_eq!(server.get(other).send().expect("an answer").status(), 404, "{other}");
    }
}

#[test]
fn bodies_are_limited() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &["--max-body", "1000"]);
    let body = json!({ "UserPoolId": server.pool_id, "Username": "x".repeat(1000) });
    let (status, refusal) = server.call("AdminGetUser", &body);
    assert_eq!((status, &refusal["__type"]), (413, &json!("RequestEntityTooLargeException")));
    let (status, _) = server.call("ListUsers", &json!({ "UserPoolId": server.pool_id }));
    assert_eq!(status, 200);
}

#[test]
fn what_nobody_knows_and_what_is_not_here_differ() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let (status, answer) = server.call("NoSuchOperation", &json!({}));
    assert_eq!((status, &answer["__type"]), (400, &json!("UnknownOperationException")));
    let (status, answer) = server.call("CreateIdentityProvider", &json!({}));
    assert_eq!((status, &answer["__type"]), (501, &json!("NotImplementedException")));
    assert!(answer["message"].as_str().expect("a text").contains("CreateIdentityProvider"));
}

#[test]
fn a_lost_answer_ends_the_connection() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &[]);
    let fault = json!({ "operation": "AdminCreateUser", "kind": "answer_lost", "times": 1 });
    let injected = server.control("POST", "faults").json(&fault).send().expect("an answer");
    assert_eq!(injected.status(), 200);
    let body = json!({ "UserPoolId": server.pool_id, "Username": "alice" });
    assert!(server.post("AdminCreateUser", &body).send().is_err());
    assert_eq!(server.usernames(), ["alice"]);
}

#[test]
fn signatures_and_unhonoured_settings_are_as_the_flags_have_it() {
    let directory = tempdir().expect("a directory");
    let server = Process::start(directory.path(), &["--require-signature", "--store-unhonoured"]);
    let (status, answer) = server.call("ListUsers", &json!({ "UserPoolId": server.pool_id }));
    assert_eq!((status, &answer["__type"]), (400, &json!("IncompleteSignatureException")));
    drop(server);
    let server = Process::start(directory.path(), &["--store-unhonoured"]);
    let body = json!({
        "PoolName": "second",
        "DeletionProtection": "ACTIVE",
    });
    for _ in 0..2 {
        let pool = server.ok("CreateUserPool", &body);
        assert_eq!(pool["UserPool"]["DeletionProtection"], "ACTIVE");
    }
    let (_, log) = server.stop();
    assert_eq!(log.matches("DeletionProtection").count(), 1, "{log}");
}
