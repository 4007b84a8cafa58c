//! What the fake costs: a sign-in beside its two signatures, calls on a pool of a million users
//! beside one of a thousand, memory for each user, and threads.
//!
//! ```text
//! cargo bench -p user-directory-fake --bench directory
//! cargo bench -p user-directory-fake --bench directory -- --quick
//! ```
//!
//! Nothing fails by time: a figure over its limit is marked `over`.
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

mod harness;

use std::{env, thread, time::Duration};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use futures_util::FutureExt as _;
use user_directory::{
    AccessToken, Attributes, Authentication as _, CreateGroup, CreateUser, FactorSetting, Filter,
    FilterAttribute, ListGroupsForUser, ListUsers, ListUsersInGroup, MessageAction, MfaPreference,
    MfaType, OwnFactors as _, SetMfaPreference, SignIn, TokenSet, UserDirectory as _, UserStatus,
    VerifyOwnSoftwareToken,
};
use user_directory_fake::{
    AliasAttribute, Calls, CreateUserPoolRequest, Fake, FakeDirectory, FixtureUser,
    MfaConfiguration,
};

use harness::{Comparison, Random, compare, count, mix, rate, resident, seconds, time, verdict};

const PASSWORD: &str = "Correct-horse-9";
const PAGE: u32 = 60;

/// How much to do.
struct Sizes {
    few: usize,
    many: usize,
    rounds: usize,
    /// How many calls a round has.
    calls: usize,
    window: Duration,
}

impl Sizes {
    const FULL: Self = Self {
        few: 1_000,
        many: 1_000_000,
        rounds: 31,
        calls: 200,
        window: Duration::from_millis(250),
    };
    const QUICK: Self =
        Self { many: 100_000, rounds: 15, window: Duration::from_millis(100), ..Self::FULL };
    /// Only shows that the benchmark runs.
    const TEST: Self =
        Self { few: 200, many: 2_000, rounds: 1, calls: 10, window: Duration::from_millis(1) };

    fn of_arguments() -> Self {
        let given = |name| env::args().any(|argument| argument == name);
        // `cargo bench` gives `--bench`; `cargo test --benches` does not.
        match () {
            () if given("--test") || !given("--bench") => Self::TEST,
            () if given("--quick") => Self::QUICK,
            () => Self::FULL,
        }
    }
}

fn main() {
    if env::args().any(|argument| argument == "--list") {
        return;
    }
    let sizes = Sizes::of_arguments();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    println!("user-directory-fake, measured on {cores} cores of");
    println!("{}", harness::cpu());
    println!();
    println!(
        "Ratios: two measures in turn (A, B, A, B, ...), at least {} times each;",
        sizes.rounds.min(15)
    );
    println!("the median of B / A and its quartiles. Noise: A / A of the round before.");
    if sizes.rounds == 1 {
        println!("This is a trial run: its figures mean nothing.");
    }

    let (mut few, _) = filled(sizes.few);
    let (mut many, memory) = filled(sizes.many);

    head("sign-in", "2 x RSA", "fake");
    sign_in(&few, &sizes);
    head("users", &count(sizes.few as f64), &count(sizes.many as f64));
    let (few_tokens, many_tokens) = (few.page_tokens(), many.page_tokens());
    get(&few, &many, &sizes);
    create(&mut few, &mut many, &sizes);
    list((&few, &few_tokens), (&many, &many_tokens), &sizes);
    search(&few, &many, &sizes);
    groups(&few, &many, &sizes);
    head("calls/s", "1 thread", "8 threads");
    threads(&few, &sizes);
    drop(many);
    head("aliases", &count(sizes.few as f64), &count(sizes.many as f64));
    aliases(&sizes);
    memory.print();
    factors(&few);
}

/// A fake with users that have a name, a `sub` and an e-mail address.
struct Filled {
    fake: Fake,
    directory: FakeDirectory,
    users: usize,
    /// The number of the next name that is free.
    free: u64,
}

struct Memory {
    users: usize,
    fill: f64,
    live: f64,
    resident: Option<f64>,
}

/// The name of a user: 16 characters, in no order.
fn name(number: u64) -> String {
    format!("{:016x}", mix(number))
}

fn email(name: &str) -> String {
    format!("{name}@example.com")
}

/// A pool as most applications have it.
fn filled(users: usize) -> (Filled, Memory) {
    filled_with(users, CreateUserPoolRequest::new("pool"), &[])
}

fn filled_with(
    users: usize,
    pool: CreateUserPoolRequest,
    attributes: &[(&str, &str)],
) -> (Filled, Memory) {
    let fake = Fake::builder().rng_seed(1).pool(pool).build().expect("the settings are valid");
    let directory = fake.directory();
    let pool_id = directory.client().pool_id.clone();
    let before = resident("self");
    let mut fill = 0.0;
    let live = allocation_counter::measure(|| {
        let mut number = 0;
        fill = seconds(1, || {
            for _ in 0..users {
                let name = name(number);
                let mut user = FixtureUser::new(&name, UserStatus::Confirmed);
                user.password = Some(PASSWORD.into());
                user.attributes.push("email", email(&name));
                for (name, value) in attributes {
                    user.attributes.push(*name, *value);
                }
                fake.put_user(&pool_id, user).expect("the name is free");
                number += 1;
            }
        });
    });
    let memory = Memory {
        users,
        fill,
        live: live.bytes_current as f64,
        resident: before.and_then(|before| Some(resident("self")? - before)),
    };
    let filled = Filled { fake, directory, users, free: users as u64 };
    // A full log of calls drops one for each that it takes: the state that a long run is in.
    let mut random = Random::new(0);
    for _ in 0..Calls::CAPACITY {
        filled.get(&mut random);
    }
    assert_eq!(filled.fake.calls().all().len(), Calls::CAPACITY);
    (filled, memory)
}

/// The answer of a future of the fake, which never waits unless it is told to be slow.
fn now<T>(future: impl Future<Output = user_directory::Result<T>>) -> T {
    future.now_or_never().expect("the fake does not wait").expect("the call is valid")
}

impl Filled {
    fn random_name(&self, random: &mut Random) -> String {
        name(random.below(self.users) as u64)
    }

    fn sign_in(&self, random: &mut Random) -> TokenSet {
        let request = SignIn::new(self.random_name(random), PASSWORD);
        now(self.directory.sign_in(request)).tokens().expect("the user is confirmed")
    }

    fn get(&self, random: &mut Random) {
        now(self.directory.user(&self.random_name(random)));
    }

    /// Seconds for each creation of new users, who are deleted again outside the measure.
    fn create(&mut self, calls: usize) -> f64 {
        let first = self.free;
        let seconds = seconds(calls, || {
            let name = name(self.free);
            self.free += 1;
            let attributes = Attributes::from([("email", email(&name))]);
            let request = CreateUser::new(name)
                .with_temporary_password(PASSWORD)
                .with_attributes(attributes)
                .with_message_action(MessageAction::Suppress);
            now(self.directory.create_user(request));
        });
        for number in first..self.free {
            now(self.directory.delete_user(&name(number)));
        }
        seconds
    }

    /// Where each full page but the first starts.
    fn page_tokens(&self) -> Vec<String> {
        let mut tokens = Vec::new();
        let mut request = ListUsers::new().with_limit(PAGE);
        let mut users = 0;
        loop {
            let page = now(self.directory.list_users(request));
            users += page.users.len();
            let Some(token) = page.pagination_token else { break };
            if self.users - users >= PAGE as usize {
                tokens.push(token.clone());
            }
            request = ListUsers::new().with_limit(PAGE).with_pagination_token(token);
        }
        assert_eq!(users, self.users, "the pages have all users");
        tokens
    }

    fn list(&self, tokens: &[String], random: &mut Random) {
        let token = tokens[random.below(tokens.len())].as_str();
        let request = ListUsers::new().with_limit(PAGE).with_pagination_token(token);
        let page = now(self.directory.list_users(request));
        assert_eq!(page.users.len(), PAGE as usize);
    }
}

/// A sign-in beside the two signatures that it cannot do without.
fn sign_in(on: &Filled, sizes: &Sizes) {
    let key =
        |pkcs8: &[u8]| RsaKeyPair::from_pkcs8(pkcs8).expect("the keys of the crate are valid");
    let keys = [
        key(include_bytes!("../keys/insecure-access.pk8")),
        key(include_bytes!("../keys/insecure-id.pk8")),
    ];
    let mut random = Random::new(1);
    let tokens = on.sign_in(&mut random).tokens;
    // What was signed: the token up to its last dot.
    let messages = [tokens.access_token.expose(), tokens.id_token.expose()]
        .map(|token| token.rsplit_once('.').expect("a JWT has dots").0);
    let system = SystemRandom::new();
    let mut signature = vec![0; keys[0].public_modulus_len()];
    // Short rounds and more of them: what else the machine does hits few of them.
    let calls = 4;
    let compared = compare(
        sizes.rounds * 4,
        || {
            seconds(calls, || {
                for (key, message) in keys.iter().zip(messages) {
                    key.sign(&RSA_PKCS1_SHA256, &system, message.as_bytes(), &mut signature)
                        .expect("an RSA key of 2048 bits signs a SHA-256 digest");
                }
            })
        },
        || seconds(calls, || drop(on.sign_in(&mut random))),
    );
    row("sign-in", &compared, time, Some(1.15));
}

fn get(few: &Filled, many: &Filled, sizes: &Sizes) {
    let (mut one, mut other) = (Random::new(2), Random::new(2));
    let compared = compare(
        sizes.rounds,
        || seconds(sizes.calls, || few.get(&mut one)),
        || seconds(sizes.calls, || many.get(&mut other)),
    );
    row("get user", &compared, time, Some(15.0));
}

fn create(few: &mut Filled, many: &mut Filled, sizes: &Sizes) {
    let compared = compare(sizes.rounds, || few.create(sizes.calls), || many.create(sizes.calls));
    row("create user", &compared, time, Some(15.0));
}

fn list(few: (&Filled, &[String]), many: (&Filled, &[String]), sizes: &Sizes) {
    let (mut one, mut other) = (Random::new(3), Random::new(3));
    let compared = compare(
        sizes.rounds,
        || seconds(sizes.calls, || few.0.list(few.1, &mut one)),
        || seconds(sizes.calls, || many.0.list(many.1, &mut other)),
    );
    row("list page 60", &compared, time, Some(15.0));
}

/// A search by the whole e-mail address, which finds one user.
fn search(few: &Filled, many: &Filled, sizes: &Sizes) {
    let search = |on: &Filled, random: &mut Random| {
        let filter = Filter::equal(FilterAttribute::Email, email(&on.random_name(random)));
        let page = now(on.directory.list_users(ListUsers::new().with_filter(filter)));
        assert_eq!(page.users.len(), 1);
    };
    let (mut one, mut other) = (Random::new(4), Random::new(4));
    let compared = compare(
        sizes.rounds,
        || seconds(sizes.calls, || search(few, &mut one)),
        || seconds(sizes.calls, || search(many, &mut other)),
    );
    row("search email", &compared, time, Some(15.0));
}

/// Membership of a group that has every user.
fn groups(few: &Filled, many: &Filled, sizes: &Sizes) {
    const EVERYONE: &str = "everyone";
    for on in [few, many] {
        now(on.directory.create_group(CreateGroup::new(EVERYONE)));
        for number in 0..on.users {
            now(on.directory.add_user_to_group(&name(number as u64), EVERYONE));
        }
    }
    let member = |on: &Filled, random: &mut Random| {
        let name = on.random_name(random);
        now(on.directory.remove_user_from_group(&name, EVERYONE));
        now(on.directory.add_user_to_group(&name, EVERYONE));
        let request = ListGroupsForUser::new(name);
        assert_eq!(now(on.directory.list_groups_for_user(request)).groups.len(), 1);
    };
    let (mut one, mut other) = (Random::new(5), Random::new(5));
    let compared = compare(
        sizes.rounds,
        || seconds(sizes.calls, || member(few, &mut one)),
        || seconds(sizes.calls, || member(many, &mut other)),
    );
    row("3 x member", &compared, time, Some(15.0));
    let page = |on: &Filled| {
        let request = ListUsersInGroup::new(EVERYONE).with_limit(PAGE);
        assert_eq!(now(on.directory.list_users_in_group(request)).users.len(), PAGE as usize);
    };
    let compared = compare(
        sizes.rounds,
        || seconds(sizes.calls, || page(few)),
        || seconds(sizes.calls, || page(many)),
    );
    row("group page", &compared, time, Some(15.0));
}

/// Users who are found by a verified e-mail address.
fn aliases(sizes: &Sizes) {
    let filled = |users| {
        let mut pool = CreateUserPoolRequest::new("aliases");
        pool.alias_attributes = vec![AliasAttribute::Email];
        filled_with(users, pool, &[("email_verified", "true")]).0
    };
    let (few, many) = (filled(sizes.few), filled(sizes.many));
    let get = |on: &Filled, random: &mut Random| {
        now(on.directory.user(&email(&on.random_name(random))));
    };
    let (mut one, mut other) = (Random::new(6), Random::new(6));
    let compared = compare(
        sizes.rounds,
        || seconds(sizes.calls, || get(&few, &mut one)),
        || seconds(sizes.calls, || get(&many, &mut other)),
    );
    row("get by email", &compared, time, Some(15.0));
}

/// Calls of eight threads beside those of one.
fn threads(on: &Filled, sizes: &Sizes) {
    let sign_in = |random: &mut Random| drop(on.sign_in(random));
    let get = |random: &mut Random| on.get(random);
    // Fewer rounds, since a window is much longer than the other measures.
    let rounds = sizes.rounds.min(15);
    let compared =
        compare(rounds, || rate(1, sizes.window, sign_in), || rate(8, sizes.window, sign_in));
    row("sign-in", &compared, count, None);
    let compared = compare(rounds, || rate(1, sizes.window, get), || rate(8, sizes.window, get));
    row("get user", &compared, count, None);
}

/// Memory for an authenticator app that is set up and preferred. The sign-ins that it takes come
/// before the measure, since each leaves a session.
fn factors(on: &Filled) {
    let pool_id = &on.directory.client().pool_id;
    let factors = [MfaType::SoftwareTokenMfa];
    on.fake.set_mfa(pool_id, MfaConfiguration::Optional, factors).expect("the pool is there");
    let own = on.fake.self_service();
    let tokens = (0..on.users as u64).map(|number| {
        let outcome = now(own.sign_in(SignIn::new(name(number), PASSWORD)));
        outcome.tokens().expect("there is no factor yet").tokens.access_token
    });
    let tokens: Vec<_> = tokens.collect();
    let set_up = |token: &AccessToken| {
        let secret_code = now(own.associate_own_software_token(token));
        let code = on.fake.software_token_code(&secret_code);
        now(own.verify_own_software_token(VerifyOwnSoftwareToken::new(token.clone(), code)));
        let app = MfaPreference::new().with(MfaType::SoftwareTokenMfa, FactorSetting::Preferred);
        now(own.set_mfa_preference(SetMfaPreference::new(token.clone(), app)));
    };
    // The log of calls is full, and takes as many calls as it drops: here, of the same size.
    for _ in 0..Calls::CAPACITY.div_ceil(3) {
        set_up(&tokens[0]);
    }
    let live = allocation_counter::measure(|| tokens[1..].iter().for_each(set_up));
    let live = live.bytes_current as f64 / (tokens.len() - 1) as f64;
    println!();
    println!("memory for each of {} authenticator apps", count((tokens.len() - 1) as f64));
    println!("live bytes   {:>9}", count(live));
}

fn head(what: &str, base: &str, other: &str) {
    println!();
    println!(
        "{what:<12} {base:>9} {other:>9}  {:<18} {:<18} {:<7}",
        " ratio quartiles", " noise quartiles", "at most"
    );
}

fn row(what: &str, compared: &Comparison, show: fn(f64) -> String, limit: Option<f64>) {
    let Comparison { base, other, ratio, noise } = compared;
    let limit = limit
        .map_or_else(String::new, |limit| format!("{limit:>5} {}", verdict(ratio.median, limit)));
    let (base, other) = (show(*base), show(*other));
    let line = format!("{what:<12} {base:>9} {other:>9}  {ratio} {noise} {limit}");
    println!("{}", line.trim_end());
}

impl Memory {
    fn print(&self) {
        let Self { users, fill, live, resident } = self;
        let each = |bytes: f64| bytes / *users as f64;
        let (limit, live) = (1800.0, each(*live));
        println!();
        println!("memory for each of {} users", count(*users as f64));
        let limit_text = format!("at most {}: {}", count(limit), verdict(live, limit));
        println!("live bytes   {:>9}  {limit_text}", count(live));
        if let Some(resident) = resident {
            println!("resident     {:>9}", count(each(*resident)));
        }
        println!("time to fill {:>9}  {} in all", time(each(*fill)), time(*fill));
    }
}
