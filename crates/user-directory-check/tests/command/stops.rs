//! Runs that are stopped: by Ctrl-C, and by what cannot be caught.

use std::{
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use user_directory::Operation;
use user_directory_fake::{Call, CreateUserPoolRequest};

use crate::{
    command, output,
    server::{Mistake, Server},
    text,
};

/// A run whose first case has its pool.
fn begun(server: &Server) -> Child {
    let mut command = command(&["--endpoint", &server.url(), "refresh/", "sign-in/"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    let opened = |call: &Call| call.operation == Operation::CreateUserPoolClient;
    while !server.fake.calls().all().iter().any(opened) {
        assert!(begun.elapsed() < Duration::from_secs(60), "no pool was created");
        sleep(Duration::from_millis(5));
    }
    child
}

#[test]
fn the_pools_are_deleted_all_the_same() {
    let server = Server::start(Mistake::Slow);
    let child = begun(&server);
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signal.expect("there is a kill").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert_eq!(
        text(&output.stderr),
        "stopping, and deleting this run's pools; Ctrl-C again leaves them\n"
    );
    assert_eq!(text(&output.stdout), "", "a part is no report");
    assert_eq!(server.pools(), 0);
}

#[test]
fn a_later_run_deletes_what_a_killed_one_left() {
    let server = Server::start(Mistake::Slow);
    let mut child = begun(&server);
    child.kill().expect("it goes on");
    child.wait().expect("it has ended");
    assert_eq!(server.pools(), 1);
    let output = output(&["--endpoint", &server.url(), "create/sub-comes-first"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(text(&output.stderr), "deleted a pool that an earlier run left\n");
    assert_eq!(server.pools(), 0);
}

/// Nobody knows whether a run of another machine goes on, unless it began long ago.
#[test]
fn pools_of_others_stay() {
    let server = Server::start(Mistake::None);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later").as_micros();
    let hour = 60 * 60 * 1_000_000;
    let of_run = |began: u128| format!("user-directory-contract-{began:x}-1-article");
    let names = [
        ("user-directory-contract-mine".to_owned(), true),
        ("users".to_owned(), true),
        (of_run(now - hour), true),
        (of_run(now - 3 * hour), false),
        (of_run(now - 4 * hour), false),
    ];
    let create = |name: &str| server.fake.create_user_pool(CreateUserPoolRequest::new(name));
    let pools = names.map(|(name, stays)| (create(&name).expect("the name is fine"), name, stays));
    let output = output(&["--endpoint", &server.url(), "create/sub-comes-first"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(text(&output.stderr), "deleted 2 pools that earlier runs left\n");
    for (id, name, stays) in pools {
        assert_eq!(server.fake.describe_user_pool(&id).is_ok(), stays, "{name}");
    }
}
