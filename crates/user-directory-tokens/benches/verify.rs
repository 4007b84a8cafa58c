//! What a verification costs beside its bare signature check, and a look-up in the ledger beside
//! look-ups in a hash map.
//!
//! ```text
//! cargo bench -p user-directory-tokens --bench verify
//! ```
//!
//! Nothing fails by time: a figure over its limit is marked `over`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[path = "../../user-directory-fake/benches/harness/mod.rs"]
#[expect(dead_code, reason = "the other benchmarks use the rest")]
mod harness;

use std::{
    collections::HashMap,
    env,
    hint::black_box,
    sync::Arc,
    thread,
    time::{Duration, SystemTime},
};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::FutureExt as _;
use harness::{Comparison, Random, compare, count, seconds, time, verdict};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use user_directory::{Authentication as _, Register, SignIn, UserDirectoryExt as _};
use user_directory_fake::{FakeDirectory, public_test_moduli};
use user_directory_tokens::{
    Ended, Ending, InMemoryLedger, SignInRef, SignOutLedger as _, TokenVerifier, UserPool,
    fetch_with,
};

const PASSWORD: &str = "Correct-horse-9";
const HOUR: Duration = Duration::from_secs(3600);

fn main() {
    let given = |name| env::args().any(|argument| argument == name);
    if given("--list") {
        return;
    }
    // `cargo bench` gives `--bench`; `cargo test --benches` does not.
    let is_trial = !given("--bench") || given("--test");
    let (rounds, calls, records) = if is_trial { (1, 3, 1_000) } else { (31, 2_000, 100_000) };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("user-directory-tokens, measured on {cores} cores of");
    println!("{}", harness::cpu());
    println!();
    println!("Ratios: two measures in turn (A, B, A, B, ...), {rounds} times each; the median of");
    println!("B / A and its quartiles. Noise: A / A of the round before.");
    if is_trial {
        println!("This is a trial run: its figures mean nothing.");
    }
    verification(rounds, calls);
    ledger(rounds, calls * 10, records);
}

/// A signed-in user's access token, and the verifier of its pool.
struct World {
    token: String,
    directory: FakeDirectory,
}

impl World {
    fn new() -> Self {
        let directory = FakeDirectory::new();
        let token = async {
            let _ = directory.register(Register::new("alice", PASSWORD)).await?;
            directory.sign_in(SignIn::new("alice", PASSWORD)).await
        };
        let outcome = token.now_or_never().expect("the fake does not wait").expect("a good name");
        let tokens = outcome.tokens().expect("no challenge is due");
        Self { token: tokens.access_token().expose().to_owned(), directory }
    }

    /// With so many keys in its set, of which the token's is the last.
    fn verifier(&self, keys: usize, with_ledger: bool) -> TokenVerifier {
        let client = self.directory.client();
        let set = self.directory.fake().jwks(&client.pool_id).expect("the pool is there");
        let mut set: Value = serde_json::from_str(&set).expect("it is JSON");
        let list = set["keys"].as_array_mut().expect("a list of keys");
        for number in list.len()..keys {
            let mut key = list[0].clone();
            key["kid"] = json!(format!("another-{number}"));
            list.insert(0, key);
        }
        let set = set.to_string();
        let pool = UserPool::new(&client.pool_id, [&client.client_id]);
        let mut builder = TokenVerifier::builder(pool)
            .fetcher(fetch_with(move |_| Ok(set.clone().into_bytes())))
            .trust_public_test_keys();
        if with_ledger {
            builder = builder.ledger(Arc::new(InMemoryLedger::new()));
        }
        let verifier = builder.build().expect("the settings are valid");
        // Fetches the keys, which takes a runtime.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let verified = runtime.expect("it starts").block_on(verifier.access_token(&self.token));
        verified.expect("the token is good");
        verifier
    }
}

fn verify(verifier: &TokenVerifier, token: &str) {
    let verified = verifier.access_token(token).now_or_never().expect("the keys are there");
    black_box(verified.expect("the token is good"));
}

fn verification(rounds: usize, calls: usize) {
    let world = World::new();
    let token = world.token.as_str();
    let (message, signature) = token.rsplit_once('.').expect("a token has parts");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("it is base64");
    let [modulus, _] = public_test_moduli();
    let prepared = prepared(&modulus);
    let bare = || {
        seconds(calls, || {
            prepared.verify_sig(message.as_bytes(), &signature).expect("the signature is good");
        })
    };
    let key = DecodingKey::from_rsa_raw_components(&modulus, &[1, 0, 1]);
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_aud = false;
    let library = || {
        seconds(calls, || {
            let verified = jsonwebtoken::decode::<Value>(token, &key, &validation);
            black_box(verified.expect("the token is good"));
        })
    };
    let [two, many, ledgered] =
        [(2, false), (64, false), (2, true)].map(|(keys, ledger)| world.verifier(keys, ledger));
    let ours = |verifier: &TokenVerifier| seconds(calls, || verify(verifier, token));

    head("verify", "bare RSA", "other");
    row("jsonwebtoken", &compare(rounds, bare, library), None);
    row("verifier", &compare(rounds, bare, || ours(&two)), Some(1.6));
    head("verify", "library", "verifier");
    row("verifier", &compare(rounds, library, || ours(&two)), None);
    head("verify", "2 keys", "64 keys");
    row("verifier", &compare(rounds, || ours(&two), || ours(&many)), None);
    head("verify", "without", "ledger");
    row("verifier", &compare(rounds, || ours(&two), || ours(&ledgered)), None);
}

/// The public key in DER (`RSAPublicKey` of RFC 8017), prepared once.
fn prepared(modulus: &[u8]) -> ParsedPublicKey {
    let sequence = [0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01, 0x00];
    let exponent = [0x02, 0x03, 0x01, 0x00, 0x01];
    let der = [&sequence[..], modulus, &exponent[..]].concat();
    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der).expect("a key of 2048 bits")
}

fn ledger(rounds: usize, calls: usize, records: usize) {
    let ids: Vec<_> = (0..records).map(id).collect();
    let now = SystemTime::now();
    let map_of =
        |ids: &[String]| -> HashMap<String, u64> { ids.iter().map(|id| (id.clone(), 7)).collect() };
    let (small_map, map) = (map_of(&ids[..records / 100]), map_of(&ids));
    let filled = |records: usize| {
        let ledger = InMemoryLedger::new();
        for id in &ids[..records] {
            let ending = Ending::new("eu-west-1_A", Ended::User(id.clone()), now, now + HOUR);
            ledger.record(&ending).now_or_never().expect("in memory").expect("in memory");
        }
        ledger
    };
    let (few, full) = (filled(records / 100), filled(records));
    // Whom to ask about is drawn before, so that it is no part of the time.
    let mut random = Random::new(1);
    let drawn: Vec<_> = (0..4096).map(|_| ids[random.below(ids.len())].as_str()).collect();
    let four = |map: &HashMap<String, u64>| {
        let mut drawn = drawn.iter().cycle();
        seconds(calls, || {
            for id in drawn.by_ref().take(4) {
                black_box(map.get(*id));
            }
        })
    };
    let look = |ledger: &InMemoryLedger| {
        let mut drawn = drawn.iter().cycle();
        let mut next = || *drawn.next().expect("it goes round and round");
        seconds(calls, || {
            let sign_in = SignInRef::new("eu-west-1_A", next(), now + HOUR, next());
            let asked = ledger.has_ended(&sign_in).now_or_never().expect("in memory");
            assert!(!asked.expect("in memory"));
        })
    };
    head("ledger", "4 look-ups", "ledger");
    row("has ended", &compare(rounds, || four(&map), || look(&full)), Some(1.0));
    head("records", &count(few.len() as f64), &count(full.len() as f64));
    row("has ended", &compare(rounds, || look(&few), || look(&full)), None);
    row("hash map", &compare(rounds, || four(&small_map), || four(&map)), None);
}

/// Of the form of a `sub`.
fn id(number: usize) -> String {
    let mixed = harness::mix(number as u64);
    format!("{:08x}-0000-4000-8000-{:012x}", mixed >> 32, mixed & 0xffff_ffff_ffff)
}

fn head(what: &str, base: &str, other: &str) {
    println!();
    println!("{what:<13}{base:>11}{other:>10}   ratio quartiles    noise quartiles    limit");
}

fn row(what: &str, compared: &Comparison, limit: Option<f64>) {
    let Comparison { base, other, ratio, noise } = compared;
    let limit =
        limit.map_or_else(String::new, |limit| format!("{limit} {}", verdict(ratio.median, limit)));
    let line =
        format!("{what:<13}{:>11}{:>10}  {ratio} {noise} {limit}", time(*base), time(*other));
    println!("{}", line.trim_end());
}
