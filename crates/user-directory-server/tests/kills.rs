//! Kills at random moments under load: the snapshot is whole each time, and lacks nothing that was
//! answered earlier than its interval before the kill.
//!
//! `USER_DIRECTORY_KILLS` sets how many (8 by default), `USER_DIRECTORY_SEED` with which seed.

mod common;

use std::{
    collections::BTreeSet,
    env, fs,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use common::Process;
use serde_json::json;
use tempfile::tempdir;
use user_directory_fake::FakeSnapshot;

/// The interval, as the flag has it.
const INTERVAL: Duration = Duration::from_secs(1);

/// Connections that create users without a pause.
const CLIENTS: usize = 2;

/// After so many kills the state starts anew, so that its size stays that of a test.
const LIVES: usize = 5;

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

/// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>).
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

#[test]
fn no_kill_damages_the_file_or_loses_more_than_the_interval() {
    let kills = number("USER_DIRECTORY_KILLS", 8);
    let seed = number("USER_DIRECTORY_SEED", 20_261_123);
    let mut state = seed;
    let directory = tempdir().expect("a directory");
    let file = directory.path().join("state.json");
    let every = format!("{}ms", INTERVAL.as_millis());
    // Names that were answered, with the moment; earlier lives are long ago.
    let answered = Arc::new(Mutex::new(Vec::<(String, Instant)>::new()));
    let (mut total, mut lost) = (0, 0);
    for kill in 0..kills {
        if kill % LIVES as u64 == 0 {
            let _ = fs::remove_file(&file);
            answered.lock().expect("no test panicked").clear();
        }
        let flags = ["--snapshot", "state.json", "--snapshot-every", &every];
        let server = Process::start(directory.path(), &flags);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let post = server.caller();
                let answered = answered.clone();
                let pool_id = server.pool_id.clone();
                thread::spawn(move || {
                    for number in 0.. {
                        let name = format!("user-{kill}-{client}-{number}");
                        let body = json!({ "UserPoolId": pool_id, "Username": name });
                        if !post("AdminCreateUser", &body) {
                            return;
                        }
                        let moment = (name, Instant::now());
                        answered.lock().expect("no test panicked").push(moment);
                    }
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(random(&mut state) % 2000));
        let killed = Instant::now();
        server.kill();
        for client in clients {
            client.join().expect("the client ends with its connection");
        }

        let text = fs::read_to_string(&file).expect("the first snapshot is written at the start");
        let fake = FakeSnapshot::from_json(&text).and_then(FakeSnapshot::restore);
        fake.unwrap_or_else(|why| panic!("USER_DIRECTORY_SEED={seed}, kill {kill}: {why}"));
        let kept: BTreeSet<_> = text.split('"').filter(|part| part.starts_with("user-")).collect();
        let mut answered = answered.lock().expect("no test panicked");
        for (name, at) in answered.iter().filter(|(name, _)| !kept.contains(&**name)) {
            let age = killed.saturating_duration_since(*at);
            assert!(
                age <= INTERVAL,
                "USER_DIRECTORY_SEED={seed}, kill {kill}: {name} is lost, which was answered {age:?} \
                 before"
            );
            lost += 1;
        }
        total +=
            answered.iter().filter(|(name, _)| name.starts_with(&format!("user-{kill}-"))).count();
        answered.retain(|(name, _)| kept.contains(&**name));
    }
    println!("{kills} kills: {total} users answered, {lost} lost within the interval");
    assert!(total > 0);
}
