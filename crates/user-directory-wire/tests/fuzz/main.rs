//! Random inputs to the wire, to fixtures and to snapshots: no panic, no 500, and a refused request
//! leaves the pool as it was.
//!
//! `USER_DIRECTORY_FUZZ` sets how many inputs (6,000 by default), `USER_DIRECTORY_SEED` with which
//! seed. Most are mutations of well-formed requests in a pool with users, sign-ins and codes.
#![allow(clippy::print_stdout, reason = "the shares of the inputs are the test's output")]

mod files;
mod mutate;
mod templates;

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    task::{Context, Poll, Waker},
    thread,
};

use bytes::Bytes;
use http::{Request, Response};
use mutate::{Mutated, Random};
use templates::{POOL, Populated};
use user_directory_fake::FakeSnapshot;
use user_directory_wire::Wire;

const DEFAULT_INPUTS: u64 = 6_000;
const DEFAULT_SEED: u64 = 20_261_123;

/// Requests on one population, before it is made anew: successes change it.
const LIFE: u64 = 400;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

/// What became of the inputs.
#[derive(Default)]
struct Shares {
    requests: u64,
    mutated: u64,
    parsed: u64,
    accepted: u64,
    by_code: BTreeMap<String, u64>,
    fixtures: u64,
    fixtures_accepted: u64,
    snapshots: u64,
    snapshots_accepted: u64,
}

impl Shares {
    fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.mutated += other.mutated;
        self.parsed += other.parsed;
        self.accepted += other.accepted;
        self.fixtures += other.fixtures;
        self.fixtures_accepted += other.fixtures_accepted;
        self.snapshots += other.snapshots;
        self.snapshots_accepted += other.snapshots_accepted;
        for (code, count) in other.by_code {
            *self.by_code.entry(code).or_default() += count;
        }
    }
}

#[test]
fn no_input_panics_or_changes_what_it_is_refused() {
    let seed = number("USER_DIRECTORY_SEED", DEFAULT_SEED);
    let inputs = number("USER_DIRECTORY_FUZZ", DEFAULT_INPUTS);
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    let lives = inputs.div_ceil(LIFE);
    let workers: Vec<_> = (0..threads)
        .map(|worker| {
            thread::spawn(move || {
                let mut shares = Shares::default();
                // Each population has a seed of its own, so that a failure repeats alone.
                for life in (worker..lives).step_by(threads as usize) {
                    let what = format!("USER_DIRECTORY_SEED={seed}, population {life}");
                    play(seed.wrapping_add(life << 20), &what, &mut shares);
                }
                shares
            })
        })
        .collect();
    let mut shares = Shares::default();
    for worker in workers {
        shares.add(worker.join().unwrap_or_else(|why| std::panic::resume_unwind(why)));
    }
    let percent = |part: u64, of: u64| 100.0 * part as f64 / of.max(1) as f64;
    let Shares { requests, mutated, parsed, accepted, .. } = shares;
    let all = requests + shares.fixtures + shares.snapshots;
    println!("{all} inputs with USER_DIRECTORY_SEED={seed}");
    println!("{requests} requests, of which");
    println!("  {:.1} % well-formed ones with values changed", percent(mutated, requests));
    println!("  {:.1} % got past parsing, to the rules of the pool", percent(parsed, requests));
    println!("  {:.1} % were accepted", percent(accepted, requests));
    println!(
        "{} fixtures, {:.1} % accepted",
        shares.fixtures,
        percent(shares.fixtures_accepted, shares.fixtures)
    );
    let kept = percent(shares.snapshots_accepted, shares.snapshots);
    println!("{} snapshots, {kept:.1} % accepted", shares.snapshots);
    for (code, count) in &shares.by_code {
        println!("  {count:>9} {code}");
    }
    assert!(2 * mutated >= all, "half of all inputs are mutations of well-formed requests");
    assert!(2 * parsed >= requests, "half of the requests get past parsing");
}

/// One population, a number of requests to it, and some files.
fn play(seed: u64, what: &str, shares: &mut Shares) {
    let mut random = Random::new(seed);
    let populated = Populated::new(seed);
    let templates = populated.templates();
    let wire = populated.wire;
    let mut before = pool(&wire);
    for number in 0..LIFE {
        let input = mutate::request(&mut random, &templates);
        let told = || format!("{what}, input {number}: {input:?}");
        let caught = catch_unwind(AssertUnwindSafe(|| handle(&wire, input.request())));
        let response = caught.unwrap_or_else(|_| panic!("{}", told()));
        let status = response.status().as_u16();
        assert_ne!(status, 500, "{}: {:?}", told(), response.body());
        shares.requests += 1;
        shares.mutated += u64::from(matches!(input.kind, Mutated::WellFormed));
        if status == 200 {
            shares.accepted += 1;
            shares.parsed += 1;
            before = pool(&wire);
            continue;
        }
        let code = response.headers()["x-amzn-errortype"].to_str().expect("a text");
        let code = code.trim_end_matches(':').to_owned();
        let unparsed = [
            "SerializationException",
            "UnknownOperationException",
            "NotImplementedException",
            "MissingAuthenticationTokenException",
        ];
        shares.parsed += u64::from(!unparsed.contains(&&*code));
        *shares.by_code.entry(code).or_default() += 1;
        assert!(pool(&wire) == before, "{}: refused, and the pool is another", told());
    }
    for _ in 0..LIFE / 40 {
        shares.fixtures += 1;
        shares.fixtures_accepted += u64::from(files::fixture(&mut random, what));
    }
    let snapshot = wire.fake().snapshot().to_json();
    for _ in 0..LIFE / 40 {
        shares.snapshots += 1;
        let text = files::snapshot(&mut random, snapshot.expose());
        let read = || FakeSnapshot::from_json(&text).and_then(FakeSnapshot::restore).ok();
        let caught = catch_unwind(AssertUnwindSafe(read));
        let Some(fake) = caught.unwrap_or_else(|_| panic!("{what}, a snapshot: {text}")) else {
            continue;
        };
        shares.snapshots_accepted += 1;
        // What was let in must bear being used.
        let wire = wire.to(fake);
        for template in &templates {
            let answer = || handle(&wire, template.request());
            let caught = catch_unwind(AssertUnwindSafe(answer));
            let response = caught.unwrap_or_else(|_| panic!("{what}, after a snapshot: {text}"));
            assert_ne!(response.status(), 500, "{what}, after a snapshot: {text}");
        }
    }
}

/// The first pool without what refused calls may spend.
fn pool(wire: &Wire) -> Option<user_directory_pool::Pool> {
    let mut pool = wire.fake().copy_of_pool(POOL)?;
    pool.forget_spent();
    Some(pool)
}

/// Without a runtime: nothing waits where no fault asks for it.
fn handle(wire: &Wire, request: Request<Bytes>) -> Response<Bytes> {
    let mut future = Box::pin(wire.handle(request));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.expect("no fault loses the answer"),
        Poll::Pending => panic!("a call waits"),
    }
}
