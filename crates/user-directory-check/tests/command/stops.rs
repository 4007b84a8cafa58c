//! Ctrl-C.

use std::{
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    command,
    server::{Mistake, Server},
    text,
};

#[test]
fn the_pools_are_deleted_all_the_same() {
    let server = Server::start(Mistake::Slow);
    let mut command = command(&["--endpoint", &server.url(), "refresh/", "sign-in/"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    while server.pools() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "no pool was created");
        sleep(Duration::from_millis(5));
    }
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
