//! Random sequences of calls on one pool, with a small independent model beside it.
//!
//! `USER_DIRECTORY_SEQUENCES` sets how many (200 by default), `USER_DIRECTORY_SEED` with which seed.
//! The seed is fixed by default, so that the same sequences run each time.
#![allow(clippy::print_stdout, reason = "the table of what was reached is the test's output")]

mod attributes;
mod calls;
mod clients;
mod codes;
mod groups;
mod listing;
mod model;
mod own_account;
mod public;
mod sign_ins;
mod stories;
mod strategies;
mod table;
mod users;
mod world;

use std::cell::RefCell;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use user_directory_pool::PoolSnapshot;

use crate::{
    calls::{Call, Case},
    table::Table,
    world::{Checked, World},
};

const DEFAULT_SEQUENCES: u32 = 200;
const DEFAULT_SEED: u64 = 20_191_023;

#[test]
fn sequences() {
    let seed = number("USER_DIRECTORY_SEED", DEFAULT_SEED);
    let cases = number("USER_DIRECTORY_SEQUENCES", DEFAULT_SEQUENCES);
    let mut config = Config::with_cases(cases);
    config.failure_persistence = None;
    config.max_shrink_iters = 20_000;
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config, rng);

    let table = RefCell::new(Table::default());
    let outcome = runner.run(&strategies::cases(), |case| {
        run(&case, &mut table.borrow_mut()).map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, case)) => {
            let (case, why) = without_needless_calls(case, why.to_string());
            let calls: Vec<_> = case.steps.iter().map(|step| format!("{step:?}")).collect();
            let calls = calls.join("\n");
            panic!("with USER_DIRECTORY_SEED={seed}: {why}\n{:?}\n{calls}", case.profile)
        }
        Err(TestError::Abort(why)) => panic!("with USER_DIRECTORY_SEED={seed}: {why}"),
    }
    let table = table.into_inner();
    println!("{cases} sequences with USER_DIRECTORY_SEED={seed}\n\n{table}");
    let gaps = table.gaps();
    assert!(gaps.is_empty(), "with USER_DIRECTORY_SEED={seed}:\n{}", gaps.join("\n"));
}

/// A number from the environment.
fn number<T: std::str::FromStr>(variable: &str, default: T) -> T {
    match std::env::var(variable) {
        Err(_) => default,
        Ok(text) => text.parse().ok().unwrap_or_else(|| panic!("{variable} is not a number")),
    }
}

/// Takes out, one by one, the calls that a failure does not need; the runner keeps a least number.
fn without_needless_calls(mut case: Case, mut why: String) -> (Case, String) {
    let mut position = 0;
    while position < case.steps.len() {
        let mut shorter = case.clone();
        // The time that passes is kept.
        let removed = shorter.steps.remove(position);
        if let Some(next) = shorter.steps.get_mut(position) {
            next.wait_millis += removed.wait_millis;
        }
        match run(&shorter, &mut Table::default()) {
            Err(still) => (case, why) = (shorter, still),
            Ok(()) => position += 1,
        }
    }
    (case, why)
}

fn run(case: &Case, table: &mut Table) -> Checked {
    let mut world = World::new(case, table)?;
    for (position, step) in case.steps.iter().enumerate() {
        if position == case.steps.len() / 2 {
            world.restore()?;
        }
        world.now = world.now + std::time::Duration::from_millis(step.wait_millis);
        world.pool_id = step.pool;
        for _ in 0..step.times {
            let made = world.make(&step.call);
            made.map_err(|why| format!("call {position}, {:?}: {why}", step.call))?;
        }
    }
    world.restore()
}

impl World<'_> {
    /// Goes on with what a snapshot brings back.
    fn restore(&mut self) -> Checked {
        let text = serde_json::to_string(&PoolSnapshot::of(&self.pool));
        let text = text.map_err(|why| format!("no snapshot can be written: {why}"))?;
        let snapshot = serde_json::from_str::<PoolSnapshot>(&text);
        let snapshot = snapshot.map_err(|why| format!("a snapshot cannot be read: {why}"))?;
        let pool = snapshot.restore().map_err(|why| format!("a snapshot is refused: {why}"))?;
        if pool != self.pool {
            return Err("a snapshot brought back another pool".into());
        }
        self.pool = pool;
        Ok(())
    }

    fn make(&mut self, call: &Call) -> Checked {
        match call {
            Call::PutUser { name, status, password, attributes, enabled } => {
                self.put_user(*name, *status, *password, attributes, *enabled)
            }
            Call::Create(create) => self.create(create),
            Call::AdminGetUser(name) => self.admin_get_user(*name),
            Call::SignIn { via, client, flow, name, password, proof } => {
                self.sign_in(*via, *client, *flow, (*name, *password), *proof)
            }
            Call::Refresh { via, client, token, proof } => {
                self.refresh(*via, *client, *token, *proof)
            }
            Call::Respond(respond) => self.respond(respond),
            Call::Update { name, attributes } => self.update(*name, attributes),
            Call::DeleteAttributes { name, attributes } => {
                self.delete_attributes(*name, attributes)
            }
            Call::SetPassword { name, password, permanent } => {
                self.set_password(*name, *password, *permanent)
            }
            Call::ResetPassword(name) => self.reset_password(*name),
            Call::ConfirmSignUp(name) => self.confirm_sign_up(*name),
            Call::Enable(name) => self.enable(*name),
            Call::Disable(name) => self.disable(*name),
            Call::Delete(name) => self.delete(*name),
            Call::AdminSignOut(name) => self.admin_sign_out(*name),
            Call::SignOut(token) => self.sign_out(*token),
            Call::GetUser(token) => self.get_user(*token),
            Call::List { filter, limit, page, shown } => self.list(*filter, *limit, *page, *shown),
            Call::Revoke { client, token, proof } => self.revoke(*client, *token, *proof),
            Call::AddSecret { client, value } => self.add_secret(*client, *value),
            Call::DeleteSecret { client, which } => self.delete_secret(*client, *which),
            Call::CreateGroup { group, settings } => self.create_group(*group, *settings),
            Call::UpdateGroup { group, settings } => self.update_group(*group, *settings),
            Call::GetGroup(group) => self.get_group(*group),
            Call::DeleteGroup(group) => self.delete_group(*group),
            Call::ListGroups { limit, page } => self.list_groups(*limit, *page),
            Call::AddToGroup { name, group } => self.add_to_group(*name, *group),
            Call::RemoveFromGroup { name, group } => self.remove_from_group(*name, *group),
            Call::ListGroupsOf { name, limit, page } => self.list_groups_of(*name, *limit, *page),
            Call::ListUsersIn { group, limit, page } => self.list_users_in(*group, *limit, *page),
            Call::SignUp { caller, password, attributes } => {
                self.sign_up(*caller, *password, attributes)
            }
            Call::ConfirmByCode { caller, code, force } => {
                self.confirm_by_code(*caller, *code, *force)
            }
            Call::ResendCode(caller) => self.resend_code(*caller),
            Call::ForgotPassword(caller) => self.forgot_password(*caller),
            Call::ConfirmForgotPassword { caller, code, password } => {
                self.confirm_forgot_password(*caller, *code, *password)
            }
            Call::ChangePassword { access, previous, proposed } => {
                self.change_password(*access, *previous, *proposed)
            }
            Call::UpdateOwn { access, attributes } => self.update_own(*access, attributes),
            Call::DeleteOwnAttributes { access, attributes } => {
                self.delete_own_attributes(*access, attributes)
            }
            Call::GetCode { access, attribute } => self.get_code(*access, *attribute),
            Call::Verify { access, attribute, code } => self.verify(*access, *attribute, *code),
            Call::DeleteOwnUser(access) => self.delete_own_user(*access),
            Call::AddCustomAttributes(which) => self.add_custom_attributes(*which),
        }
    }
}
