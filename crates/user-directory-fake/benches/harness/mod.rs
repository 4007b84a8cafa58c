//! Ratios measured in turn, their spread, and how they are printed.

use std::{
    fmt, fs,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

/// A small generator (SplitMix64), the same in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// A permutation of the numbers, without an order that can be seen.
pub(crate) fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Seconds for each of a number of calls.
pub(crate) fn seconds(calls: usize, mut call: impl FnMut()) -> f64 {
    let started = Instant::now();
    for _ in 0..calls {
        call();
    }
    started.elapsed().as_secs_f64() / calls as f64
}

/// Calls per second of a number of threads together.
pub(crate) fn rate(threads: usize, window: Duration, call: impl Fn(&mut Random) + Sync) -> f64 {
    let ready = Barrier::new(threads + 1);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|number| {
                let (ready, call) = (&ready, &call);
                scope.spawn(move || {
                    let mut random = Random::new(number as u64);
                    ready.wait();
                    let deadline = Instant::now() + window;
                    let mut calls = 0_u64;
                    while Instant::now() < deadline {
                        call(&mut random);
                        calls += 1;
                    }
                    calls
                })
            })
            .collect();
        ready.wait();
        let started = Instant::now();
        let calls: u64 =
            workers.into_iter().map(|worker| worker.join().expect("no call panics")).sum();
        calls as f64 / started.elapsed().as_secs_f64()
    })
}

/// The quartiles of a number of values.
#[derive(Clone, Copy)]
pub(crate) struct Quartiles {
    low: f64,
    pub(crate) median: f64,
    high: f64,
}

impl Quartiles {
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |quarter: usize| values[(values.len() - 1) * quarter / 4];
        Self { low: at(1), median: at(2), high: at(3) }
    }
}

impl fmt::Display for Quartiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spread = format!("{:.2}-{:.2}", self.low, self.high);
        write!(f, "{:>6.2} {spread:<11}", self.median)
    }
}

/// Two measures taken in turn.
pub(crate) struct Comparison {
    pub(crate) base: f64,
    pub(crate) other: f64,
    /// The other by the base, in each round.
    pub(crate) ratio: Quartiles,
    /// The base by the base of the round before: what a ratio is when nothing differs.
    pub(crate) noise: Quartiles,
}

/// Takes two measures in turn: base, other, base, other, …
pub(crate) fn compare(
    rounds: usize,
    mut base: impl FnMut() -> f64,
    mut other: impl FnMut() -> f64,
) -> Comparison {
    // Not counted: caches and branch predictors.
    base();
    other();
    let mut bases = vec![base()];
    let mut others = Vec::new();
    for _ in 0..rounds {
        others.push(other());
        bases.push(base());
    }
    Comparison {
        ratio: Quartiles::of(others.iter().zip(&bases).map(|(other, base)| other / base).collect()),
        noise: Quartiles::of(bases.windows(2).map(|pair| pair[1] / pair[0]).collect()),
        base: Quartiles::of(bases).median,
        other: Quartiles::of(others).median,
    }
}

/// What a limit says about a value.
pub(crate) fn verdict(value: f64, limit: f64) -> &'static str {
    if value > limit { "over" } else { "ok" }
}

/// A duration with three digits or more.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.0} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.2} us", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

/// A whole number with commas.
pub(crate) fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Memory of a process that is in RAM, in bytes; nothing where there is no `/proc`. `self` is this one.
pub(crate) fn resident(process: &str) -> Option<f64> {
    let kilobytes = value_of(&format!("/proc/{process}/status"), "VmRSS")?;
    let kilobytes: f64 = kilobytes.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024.0)
}

/// The model of the CPU, as Linux names it.
pub(crate) fn cpu() -> String {
    value_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "of unknown model".to_owned())
}

/// The first value of a name in a file of lines `name: value`.
fn value_of(file: &str, name: &str) -> Option<String> {
    fs::read_to_string(file).ok()?.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}
