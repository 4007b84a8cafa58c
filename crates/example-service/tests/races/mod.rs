//! Sign-outs that race with refreshes on two instances whose clocks differ, while Redis is killed,
//! flushed, and fails over.
//!
//! `USER_DIRECTORY_RACES` sets how many rounds, 150 by default.

use std::{
    env,
    io::{self, Write as _},
    slice,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::SystemTime,
};

use libtest_mimic::Trial;
use user_directory::{
    Authentication as _, ErrorKind, Refresh, RefreshGrant, Register, SignIn, Tokens,
    UserDirectory as _, UserDirectoryExt as _,
};
use user_directory_fake::FakeDirectory;
use user_directory_tokens::{
    DEFAULT_SKEW, Guarded, RedisLedger, RedisLedgerBuilder, SIGN_INS_ENDED, SignOutLedger,
    TokenVerifier,
};

use crate::{
    SECOND,
    common::{PASSWORD, verifier},
    run,
    servers::{Proxy, Servers},
    used,
};

pub(crate) fn trials(servers: &Arc<Servers>) -> Vec<Trial> {
    let [one, two, three] = [(); 3].map(|()| servers.clone());
    vec![
        Trial::test("sign_outs_that_race_refreshes", move || {
            run(&one, sign_outs_race_refreshes(&one))
        }),
        Trial::test("a_replica_that_lags", move || run(&two, a_replica_that_lags(&two))),
        Trial::test("waiting_for_replicas", move || run(&three, waiting_for_replicas(&three))),
    ]
}

/// One of the service's instances, whose clock is as wrong as the skew allows.
struct Instance {
    directory: Guarded<FakeDirectory>,
    verifier: TokenVerifier,
}

impl Instance {
    fn new(directory: &FakeDirectory, ledger: RedisLedger, clock: fn() -> SystemTime) -> Self {
        let ledger: Arc<dyn SignOutLedger> = Arc::new(ledger);
        let pool_id = &directory.client().pool_id;
        let guarded = Guarded::new(directory.clone(), ledger.clone(), pool_id).unwrap();
        let verifier = verifier(directory.fake()).ledger(ledger).build().unwrap();
        Self { directory: guarded.with_clock(clock), verifier }
    }

    /// How many of these tokens it accepts.
    async fn accepts(&self, tokens: &[Tokens]) -> usize {
        let mut accepted = 0;
        for tokens in tokens {
            let access = self.verifier.access_token(tokens.access_token.expose()).await;
            let id = self.verifier.id_token(tokens.id_token.expose()).await;
            accepted += usize::from(access.is_ok()) + usize::from(id.is_ok());
        }
        accepted
    }
}

fn ahead() -> SystemTime {
    SystemTime::now() + DEFAULT_SKEW
}

fn behind() -> SystemTime {
    SystemTime::now() - DEFAULT_SKEW
}

struct World {
    fake: FakeDirectory,
    instances: [Instance; 2],
}

impl World {
    async fn new(servers: &Servers, builder: RedisLedgerBuilder) -> Self {
        Self::of(FakeDirectory::new(), servers, builder).await
    }

    async fn of(fake: FakeDirectory, servers: &Servers, builder: RedisLedgerBuilder) -> Self {
        let one = used(servers, builder.clone().clock(ahead)).await;
        let other = builder.clock(behind).connect().await.unwrap();
        let instances = [Instance::new(&fake, one, ahead), Instance::new(&fake, other, behind)];
        Self { fake, instances }
    }

    async fn sign_in(&self, name: &str) -> (RefreshGrant, Tokens) {
        let _ = self.fake.register(Register::new(name, PASSWORD)).await.unwrap();
        let outcome = self.fake.sign_in(SignIn::new(name, PASSWORD)).await.unwrap();
        let set = outcome.tokens().unwrap();
        (set.grant, set.tokens)
    }

    /// How many of these tokens both instances accept, together.
    async fn accept(&self, tokens: &[Tokens]) -> usize {
        let [one, other] = &self.instances;
        one.accepts(tokens).await + other.accepts(tokens).await
    }

    async fn accept_again(&self, tokens: &Tokens) {
        for _ in 0..200 {
            if self.accept(slice::from_ref(tokens)).await == 4 {
                return;
            }
            tokio::time::sleep(SECOND / 20).await;
        }
        panic!("the instances have not found Redis again in ten seconds");
    }

    /// Signs a user out on one of the instances while refreshes go on. Answers every token that
    /// there was, and whether the sign-in has ended.
    async fn race(&self, round: usize, grant: RefreshGrant, first: Tokens) -> (Vec<Tokens>, bool) {
        let name = grant.username().to_owned();
        let signs_out = async {
            // At another moment of the refreshes each time.
            for _ in 0..round % 4 {
                tokio::task::yield_now().await;
            }
            self.instances[round % 2].directory.global_sign_out(&name).await
        };
        let refreshes = async {
            let mut all = vec![first];
            for _ in 0..4 {
                let Ok(refreshed) = self.fake.refresh(Refresh::from(&grant)).await else { break };
                all.push(refreshed.tokens().clone());
                tokio::task::yield_now().await;
            }
            all
        };
        let (signed_out, tokens) = tokio::join!(signs_out, refreshes);
        let has_ended = match signed_out {
            Ok(()) => true,
            // Nothing was called: the sign-in goes on.
            Err(error) if error.kind() == ErrorKind::NotSent => false,
            Err(error) => {
                error.kind() == ErrorKind::NoAnswer || error.note() == Some(SIGN_INS_ENDED)
            }
        };
        (tokens, has_ended)
    }
}

/// What happens to Redis.
#[derive(Clone, Copy, Debug)]
enum Event {
    Killed,
    Flushed,
    FailedOver,
}

impl Event {
    async fn happen(self, servers: &Servers, proxy: &Proxy, is_on_first: &mut bool) {
        match self {
            Self::Killed => {
                servers.kill_first().await;
                servers.start_first().await;
            }
            Self::Flushed if *is_on_first => servers.flush_first().await,
            Self::Flushed => servers.flush_second().await,
            Self::FailedOver => {
                *is_on_first = !*is_on_first;
                if *is_on_first {
                    servers.flush_first().await;
                    proxy.fail_over_to(servers.first_address());
                } else {
                    servers.flush_second().await;
                    proxy.fail_over_to(servers.second_address());
                }
            }
        }
    }
}

fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

#[derive(Default)]
struct Tally {
    rounds: usize,
    ended: usize,
    /// Of those that have ended.
    passed_before: usize,
    during_events: usize,
}

impl Tally {
    /// One race, of a user of its own.
    async fn race(&mut self, world: &World, is_during_event: bool) {
        let round = self.rounds;
        self.rounds += 1;
        let (grant, first) = world.sign_in(&format!("user{round}")).await;
        let before = world.accept(slice::from_ref(&first)).await;
        let (tokens, has_ended) = world.race(round, grant, first).await;
        if has_ended {
            self.ended += 1;
            self.passed_before += usize::from(before == 4);
            self.during_events += usize::from(is_during_event);
            assert_eq!(world.accept(&tokens).await, 0, "in round {round}");
        }
    }
}

async fn sign_outs_race_refreshes(servers: &Servers) {
    let rounds = env::var("USER_DIRECTORY_RACES").ok().and_then(|rounds| rounds.parse().ok());
    let rounds: usize = rounds.unwrap_or(150);
    let every = (rounds / 9).max(2);
    let proxy = Proxy::start(servers.first_address()).await;
    let world = World::new(servers, servers.at(proxy.url())).await;
    let mut events =
        [Event::Killed, Event::Flushed, Event::FailedOver, Event::Flushed].into_iter().cycle();
    let (mut tally, mut is_on_first) = (Tally::default(), true);
    for round in 0..rounds {
        if round % every != every / 2 {
            tally.race(&world, false).await;
            continue;
        }
        let event = events.next().expect("they cycle");
        let is_over = AtomicBool::new(false);
        let happens = async {
            // Once the races are under way.
            tokio::time::sleep(SECOND / 50).await;
            event.happen(servers, &proxy, &mut is_on_first).await;
            tokio::time::sleep(SECOND / 50).await;
            is_over.store(true, Ordering::Relaxed);
        };
        let races = async {
            while !is_over.load(Ordering::Relaxed) {
                tally.race(&world, true).await;
            }
        };
        tokio::join!(races, happens);
        // The ledger has lost its data, so it refuses all sign-ins for a while.
        tokio::time::sleep(DEFAULT_SKEW + SECOND).await;
        let (_, tokens) = world.sign_in(&format!("probe{round}")).await;
        world.accept_again(&tokens).await;
    }
    let Tally { rounds, ended, passed_before, during_events } = tally;
    say(&format!(
        "{rounds} rounds: {ended} sign-ins ended, {during_events} of them while Redis was killed, \
         flushed or failed over, {passed_before} with tokens that passed before; none passed after"
    ));
    assert!(passed_before > rounds / 2, "{passed_before} of {rounds} show anything");
    assert!(during_events > 0);
}

/// Sign-outs of which the replica gets the first half, and a fail-over to it: how many tokens there
/// were of sign-ins that have ended, and how many of them are accepted then.
async fn behind_its_primary(servers: &Servers, waits: bool) -> (usize, usize) {
    const USERS: usize = 20;
    let nowhere = "127.0.0.1:1".parse().unwrap();
    let link = Proxy::start(servers.first_address()).await;
    let front = Proxy::start(servers.first_address()).await;
    servers.replicate(&link).await;
    let builder = servers.at(front.url());
    let within = |limit| {
        let builder = builder.clone();
        if waits { builder.wait_for_replicas(1, limit) } else { builder }
    };
    // On a busy machine a replica may take its time.
    let mut world = World::new(servers, within(10 * SECOND)).await;
    let mut all = Vec::new();
    for number in 0..USERS {
        if number == USERS / 2 {
            // No record arrives from now on, so nothing is gained by waiting long.
            world = World::of(world.fake, servers, within(SECOND / 10)).await;
            link.fail_over_to(nowhere);
            // So that the connection is cut on both sides.
            tokio::time::sleep(SECOND / 5).await;
        }
        let (grant, first) = world.sign_in(&format!("user{number}")).await;
        assert_eq!(world.accept(slice::from_ref(&first)).await, 4);
        let (tokens, has_ended) = world.race(number, grant, first).await;
        assert_eq!(has_ended, !waits || number < USERS / 2, "{number}");
        if has_ended {
            assert_eq!(world.accept(&tokens).await, 0);
            all.extend(tokens);
        }
    }
    servers.kill_first().await;
    servers.promote_second().await;
    front.fail_over_to(servers.second_address());
    let (_, tokens) = world.sign_in("probe").await;
    world.accept_again(&tokens).await;
    let accepted = world.accept(&all).await;
    servers.start_first().await;
    servers.flush_second().await;
    (2 * all.len(), accepted)
}

async fn a_replica_that_lags(servers: &Servers) {
    let (tokens, accepted) = behind_its_primary(servers, false).await;
    say(&format!(
        "failed over to a replica that lags: of {tokens} tokens of ended sign-ins, each shown to \
         two instances, {accepted} were accepted"
    ));
    assert!(accepted > 0, "the docs of RedisLedger say that this happens");
}

async fn waiting_for_replicas(servers: &Servers) {
    let (tokens, accepted) = behind_its_primary(servers, true).await;
    say(&format!(
        "the same, and records wait for the replica: of {tokens} tokens, {accepted} were accepted"
    ));
    assert!(tokens > 0, "half of the sign-outs reach the replica");
    assert_eq!(accepted, 0);
}
