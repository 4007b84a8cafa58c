//! What the flags for time, files, addresses and certificates do.

mod common;

use std::{fs, io::Read as _, net::TcpStream, time::Duration};

use common::{Process, answer, refusal};
use serde_json::{Value, json};
use tempfile::tempdir;
use user_directory_server::{Args, Server};

#[test]
fn bad_flags_are_one_sentence_and_status_2() {
    let directory = tempdir().expect("a directory");
    for (flags, says) in [
        (&["--clock", "2026-01-31T12:00:00Z"][..], "frozen:2026-01-31T12:00:00Z"),
        (&["--clock", "frozen:today"], "frozen:2026-01-31T12:00:00Z"),
        (&["--clock", "frozen:2999-01-31T12:00:00Z"], "choose a moment before 2969"),
        (&["--clock", "frozen:2026-01-31T12:00:00Z", "--snapshot", "s.json"], "--snapshot"),
        (&["--issuer", "aws"], "write cognito, local, or a URL"),
        (&["--issuer", "http://localhost:1/"], "without a slash at its end"),
        (&["--log", "none/log.json"], "--log none/log.json: "),
        (&["--tls", "--allow-host", "é"], "--allow-host"),
    ] {
        let (status, text) = refusal(directory.path(), flags);
        assert_eq!(status, Some(2), "{flags:?}: {text}");
        assert!(text.contains(says), "{flags:?}: {text}");
    }
}

#[test]
fn a_frozen_clock_stands_until_it_is_moved() {
    let directory = tempdir().expect("a directory");
    let flags = ["--clock", "frozen:2026-01-31T12:00:00Z"];
    let server = Process::start(directory.path(), &flags);
    let clock = || answer(server.control("GET", "clock").send().expect("an answer")).1;
    assert_eq!(clock(), json!({ "now": 1_769_860_800.0, "frozen": true }));
    server.create_user("alice");
    let body = json!({ "UserPoolId": server.pool_id, "Username": "alice" });
    assert_eq!(server.ok("AdminGetUser", &body)["UserCreateDate"], 1_769_860_800.0);
    let moved = json!({ "advance_seconds": 1.5 });
    server.control("POST", "clock").json(&moved).send().expect("an answer");
    assert_eq!(clock(), json!({ "now": 1_769_860_801.5, "frozen": true }));
    drop(server);
    // One that goes can be stopped.
    let server = Process::start(directory.path(), &[]);
    let freeze = json!({ "freeze": true });
    let frozen = answer(server.control("POST", "clock").json(&freeze).send().expect("an answer")).1;
    assert_eq!(frozen["frozen"], true);
    std::thread::sleep(Duration::from_millis(5));
    assert_eq!(answer(server.control("GET", "clock").send().expect("an answer")).1, frozen);
    server.control("POST", "reset").send().expect("an answer");
    let clock = answer(server.control("GET", "clock").send().expect("an answer")).1;
    assert_eq!(clock["frozen"], false, "a reset brings back what the server started with");
}

fn fixture(pool: &str, client: &str) -> String {
    json!({
        "pool": { "id": pool },
        "client": { "id": client, "has_secret": false },
        "further_clients": [{ "id": format!("2{client}"), "name": "second" }],
        "groups": [{ "name": "admins" }],
        "users": [{ "username": "alice", "password": "Correct-horse-9", "groups": ["admins"] }],
    })
    .to_string()
}

#[test]
fn several_fixtures_are_several_pools_and_one_can_be_written() {
    let directory = tempdir().expect("a directory");
    let write = |name: &str, text: String| {
        fs::write(directory.path().join(name), text).expect("written");
    };
    let pools = ["local-fake-1_First0001", "local-fake-1_Second001"];
    write("first.json", fixture(pools[0], "1first"));
    write("second.json", fixture(pools[1], "1second"));
    let flags = ["--fixture", "first.json", "--fixture", "second.json"];
    let server = Process::start(directory.path(), &flags);
    assert_eq!(server.pool_id, pools[0]);
    for (pool, client) in [(pools[0], "1first"), (pools[1], "1second")] {
        let body = json!({ "UserPoolId": pool, "MaxResults": 10 });
        let clients = server.ok("ListUserPoolClients", &body);
        let ids = clients["UserPoolClients"].as_array().expect("a list");
        let mut ids: Vec<_> = ids.iter().map(|one| one["ClientId"].clone()).collect();
        ids.sort_by_key(ToString::to_string);
        assert_eq!(ids, [json!(client), json!(format!("2{client}"))]);
    }
    let export = |query: &str| {
        answer(server.control("GET", &format!("fixture{query}")).send().expect("an answer"))
    };
    let (status, written) = export(&format!("?user_pool_id={}", pools[1]));
    assert_eq!((status, &written["pool"]["id"]), (200, &json!(pools[1])));
    assert_eq!(written["users"][0]["username"], "alice");
    assert!(!written.to_string().contains("Correct-horse-9"));
    assert_eq!(export("?secrets=true").1["users"][0]["password"], "Correct-horse-9");
    assert_eq!(export("?user_pool_id=none").0, 404);
    assert_eq!(export("?pool=none").0, 400);
    // What was written can be read.
    write("first.json", export("?secrets=true").1.to_string());
    assert_eq!(Process::start(directory.path(), &flags).usernames(), ["alice"]);
    // And ids that are taken are said.
    let flags = ["--fixture", "first.json", "--fixture", "first.json"];
    let (status, text) = refusal(directory.path(), &flags);
    assert_eq!(status, Some(2));
    let says = "--fixture first.json, pool.id: there is a pool with this id already";
    assert!(text.contains(says), "{text}");
}

/// The claims of a token, unverified: other tests verify.
fn claims(token: &str) -> Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = token.split('.').nth(1).expect("a token has three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64")).expect("JSON")
}

#[test]
fn a_local_issuer_is_where_its_tokens_say() {
    let directory = tempdir().expect("a directory");
    fs::write(directory.path().join("one.json"), fixture("local-fake-1_First0001", "1first"))
        .expect("written");
    let sign_in = |server: &Process| {
        let password = json!({ "USERNAME": "alice", "PASSWORD": "Correct-horse-9" });
        let flow = "USER_PASSWORD_AUTH";
        let body = json!({ "ClientId": "1first", "AuthFlow": flow, "AuthParameters": password });
        let token = server.ok("InitiateAuth", &body)["AuthenticationResult"]["AccessToken"].clone();
        // The server takes its own.
        server.ok("GetUser", &json!({ "AccessToken": token }));
        claims(token.as_str().expect("a token"))["iss"].as_str().expect("an issuer").to_owned()
    };
    let flags = ["--fixture", "one.json", "--issuer"];
    let server = Process::start(directory.path(), &[&flags[..], &["local"]].concat());
    for _ in 0..2 {
        let issuer = sign_in(&server);
        assert_eq!(issuer, format!("{}/{}", server.endpoint, server.pool_id));
        let path = issuer.strip_prefix(&server.endpoint).expect("it is here");
        let found = server.get(&format!("{path}/.well-known/openid-configuration"));
        let (status, found) = answer(found.send().expect("an answer"));
        assert_eq!((status, &found["issuer"]), (200, &json!(issuer)));
        // Also after a reset.
        server.control("POST", "reset").send().expect("an answer");
    }
    let url = "http://cognito:9229";
    let server = Process::start(directory.path(), &[&flags[..], &[url]].concat());
    assert_eq!(sign_in(&server), format!("{url}/local-fake-1_First0001"));
}

#[test]
fn https_for_whoever_trusts_the_authority_of_the_run() {
    let directory = tempdir().expect("a directory");
    let flags = ["--tls", "--ready-file", "ready.json", "--allow-host", "cognito"];
    let server = Process::start(directory.path(), &flags);
    assert!(server.endpoint.starts_with("https://127.0.0.1:"), "{}", server.endpoint);
    let ready = fs::read_to_string(directory.path().join("ready.json")).expect("it is there");
    let ready: Value = serde_json::from_str(&ready).expect("JSON");
    let authority = ready["certificate_authority"].as_str().expect("a path").to_owned();
    assert!(server.banner.contains(&authority), "{}", server.banner);
    let pem = fs::read(&authority).expect("it is there");
    let authority_of = || reqwest::Certificate::from_pem(&pem).expect("a certificate");
    let keys = format!("/{}/.well-known/jwks.json", server.pool_id);
    let port: u16 = server.endpoint.rsplit(':').next().expect("a port").parse().expect("one");
    let address = ([127, 0, 0, 1], port).into();
    for host in ["127.0.0.1", "localhost", "cognito"] {
        let trusting = reqwest::blocking::Client::builder()
            .tls_certs_only([authority_of()])
            .resolve(host, address)
            .build()
            .expect("a client");
        let answer = trusting.get(format!("https://{host}:{port}{keys}")).send().expect(host);
        assert_eq!(answer.status(), 200);
    }
    let url = format!("{}{keys}", server.endpoint);
    assert!(reqwest::blocking::Client::new().get(&url).send().is_err(), "nobody trusts it");
    let plain = url.replace("https", "http");
    assert!(reqwest::blocking::Client::new().get(plain).send().is_err(), "it speaks TLS alone");
    // Whoever says nothing holds up nobody.
    let mut silent = TcpStream::connect(address).expect("it listens");
    let trusting =
        reqwest::blocking::Client::builder().tls_certs_only([authority_of()]).build().expect("one");
    assert_eq!(trusting.get(&url).send().expect("an answer").status(), 200);
    let (status, log) = server.stop();
    assert_eq!(status, Some(0), "{log}");
    assert!(!fs::exists(&authority).expect("its directory is there"), "the file outlives the run");
    let _ = silent.read(&mut [0]);
}

#[test]
fn a_log_can_be_a_file() {
    let directory = tempdir().expect("a directory");
    let flags = ["--log", "log.json", "--log-level", "debug"];
    for _ in 0..2 {
        let server = Process::start(directory.path(), &flags);
        server.create_user("alice-in-the-log");
        let (_, stderr) = server.stop();
        assert_eq!(stderr, "");
    }
    let log = fs::read_to_string(directory.path().join("log.json")).expect("it is there");
    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let calls = lines.iter().filter(|line| line["operation"] == "AdminCreateUser").count();
    assert_eq!(calls, 2, "the second run goes on at the end: {log}");
    assert!(!log.contains("alice-in-the-log"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_in_a_test_stops_when_it_is_dropped() {
    let server = Server::start().await.expect("a free port");
    let address = server.endpoint().strip_prefix("http://").expect("HTTP").to_owned();
    let connect = || TcpStream::connect(&address);
    assert!(connect().is_ok());
    server.fake().clock().freeze();
    assert!(server.fake().clock().is_frozen() && server.certificate_authority().is_none());
    drop(server);
    let stopped = async {
        while connect().is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), stopped).await.expect("it stops");

    let directory = tempdir().expect("a directory");
    let file = directory.path().join("state.json");
    let path = file.to_str().expect("text");
    let args = Args::from_flags(["--port", "0", "--tls", "--snapshot", path]).expect("good flags");
    let server = Server::start_with(&args).await.expect("a free port");
    let authority = server.certificate_authority().expect("HTTPS").to_owned();
    assert!(fs::exists(&authority).expect("its directory is there"));
    assert!(!format!("{server:?}").contains(server.control_token().expose()));
    assert!(!format!("{server:?}").contains(server.access_key().secret().expose()));
    server.stop().await.expect("the snapshot is written");
    assert!(fs::exists(file).expect("its directory is there"));
    assert!(!fs::exists(&authority).expect("its directory is there"));
}
