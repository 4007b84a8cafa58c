//! A few steps that lead somewhere, which chance alone seldom does.

use proptest::prelude::*;
use user_directory::Operation;
use user_directory_fake::FaultKind;

use crate::{
    factors,
    steps::{
        App, CreateOptions, Earlier, GroupCall, GroupSettings, Naming, OwnCall, PublicCall, Step,
        Via,
    },
    strategies::{EMAIL, PASSWORDS, group_settings, via},
};

type Name = &'static str;
type Attributes = Vec<(&'static str, &'static str)>;

const PASSWORD: &str = PASSWORDS[0];
const OTHER_PASSWORD: &str = PASSWORDS[1];
const NEWEST: Earlier = Earlier::Newest(0);
const BEFORE: Earlier = Earlier::Newest(1);
const WRONG_CODE: Earlier = Earlier::Garbage("000000");
const BY_MAIL: CreateOptions = CreateOptions {
    resend: false,
    suppress: false,
    by_email: true,
    force_alias: false,
    metadata: false,
};

pub(crate) fn story(naming: Naming) -> impl Strategy<Value = Vec<Step>> {
    let name = || name(naming);
    let app =
        || prop::sample::select(vec![App::Right, App::Srp, App::WithoutSecret, App::Rotating]);
    prop_oneof![
        3 => (app(), via(), name()).prop_map(|(app, via, name)| invited(app, via, name)),
        2 => (via(), name()).prop_map(|(via, name)| rotated(via, name)),
        2 => (app(), via(), name()).prop_map(|(app, via, name)| reset(app, via, name)),
        1 => name().prop_map(undelivered),
        1 => name().prop_map(unconfirmed),
        3 => (app(), via(), name()).prop_map(|(app, via, name)| signed_up(app, via, name)),
        3 => (app(), name()).prop_map(|(app, name)| late(app, name)),
        2 => (app(), any::<bool>()).prop_map(|(app, force)| taken_over(app, force)),
        2 => (app(), via(), name()).prop_map(|(app, via, name)| too_late(app, via, name)),
        3 => (app(), via(), name()).prop_map(|(app, via, name)| forgotten(app, via, name)),
        2 => name().prop_map(too_often),
        3 => (app(), via(), name()).prop_map(|(app, via, name)| repeated(app, via, name)),
        3 => (app(), via(), name()).prop_map(|(app, via, name)| own_contact(app, via, name)),
        3 => (app(), via(), name(), group_settings(), group_settings())
            .prop_map(|(app, via, name, first, second)| grouped(app, via, name, first, second)),
        1 => (app(), via(), name()).prop_map(|(app, via, name)| locked_out(app, via, name)),
        1 => (app(), via(), name()).prop_map(|(app, via, name)| gone(app, via, name)),
        4 => (via(), name()).prop_map(|(via, name)| secret_replaced(via, name)),
        6 => name().prop_flat_map(factors::story),
    ]
}

/// Somebody in a group who is signed in.
pub(crate) fn opening(naming: Naming) -> impl Strategy<Value = Vec<Step>> {
    name(naming).prop_map(|name| {
        let settings = GroupSettings::default();
        let mut steps = registered(name);
        steps.extend([
            groups(GroupCall::Create { group: "staff", settings }),
            groups(GroupCall::Add { name, group: "staff" }),
            Step::SignIn { app: App::Right, via: Via::SelfService, name, password: PASSWORD },
        ]);
        steps
    })
}

/// One that the pool takes.
fn name(naming: Naming) -> impl Strategy<Value = Name> {
    prop::sample::select(match naming {
        Naming::Plain | Naming::CaseInsensitive => vec!["alice", "bob", "c@example.com"],
        Naming::Aliases => vec!["alice", "bob"],
        Naming::Email => vec!["c@example.com", "d@example.com"],
        Naming::EmailOrPhone => vec!["c@example.com", "+15555550100"],
    })
}

fn contacts() -> Attributes {
    vec![("email", EMAIL), ("phone_number", "+15555550100")]
}

fn public(app: App, call: PublicCall) -> Step {
    Step::Public { app, call }
}

fn own(app: App, call: OwnCall) -> Step {
    Step::Own { app, token: NEWEST, call }
}

fn groups(call: GroupCall) -> Step {
    Step::Groups { app: App::Right, call }
}

/// Somebody new under this name, with an address that counts as verified.
fn registered(name: Name) -> Vec<Step> {
    let app = App::Right;
    vec![
        Step::Delete { app, name },
        Step::Register { app, name, password: PASSWORD, email: Some("c@example.com") },
    ]
}

fn invited(app: App, via: Via, name: Name) -> Vec<Step> {
    let password = Some(PASSWORD);
    vec![
        Step::Delete { app: App::Right, name },
        Step::Create { app: App::Right, name, password, attributes: contacts(), options: BY_MAIL },
        Step::SignIn { app, via, name, password: PASSWORD },
        Step::Respond { app, via, challenge: 0, password: OTHER_PASSWORD, email: None },
    ]
}

/// The client's secret changes between the calls of a sign-in.
fn secret_replaced(via: Via, name: Name) -> Vec<Step> {
    let app = App::Right;
    let change = Step::Rotate { overlap: false };
    let mut steps = invited(app, via, name);
    let answer = steps.pop().expect("the answer to the challenge");
    steps.extend([
        change.clone(),
        answer,
        change.clone(),
        Step::SignIn { app, via, name, password: OTHER_PASSWORD },
        change.clone(),
        Step::Refresh { app, via, grant: NEWEST },
        change.clone(),
        public(app, PublicCall::Forgot { name }),
        change,
        Step::Revoke { app, via, token: NEWEST },
    ]);
    steps
}

fn rotated(via: Via, name: Name) -> Vec<Step> {
    let (app, password) = (App::Rotating, PASSWORD);
    vec![
        Step::SetPassword { app, name, password, permanent: true },
        Step::SignIn { app, via, name, password },
        Step::Refresh { app, via, grant: NEWEST },
        Step::Advance { seconds: 11 },
        Step::Refresh { app, via, grant: BEFORE },
    ]
}

fn reset(app: App, via: Via, name: Name) -> Vec<Step> {
    let mut steps = registered(name);
    steps.extend([
        Step::Reset { app: App::Right, name },
        Step::SignIn { app, via, name, password: PASSWORD },
        public(app, PublicCall::ConfirmForgot { name, code: NEWEST, password: OTHER_PASSWORD }),
    ]);
    steps
}

fn undelivered(name: Name) -> Vec<Step> {
    let operation = Operation::AdminCreateUser;
    let password = Some(PASSWORD);
    vec![
        Step::Delete { app: App::Right, name },
        Step::Fault { operation, kind: FaultKind::DeliveryFailure },
        Step::Create { app: App::Right, name, password, attributes: contacts(), options: BY_MAIL },
        Step::User { app: App::Right, name },
    ]
}

fn unconfirmed(name: Name) -> Vec<Step> {
    vec![
        Step::Delete { app: App::Right, name },
        Step::PutUnconfirmed { name },
        Step::SignIn { app: App::Right, via: Via::Admin, name, password: PASSWORD },
        Step::ConfirmSignUp { app: App::Right, name },
    ]
}

fn sign_up(app: App, name: Name, attributes: Attributes) -> Vec<Step> {
    vec![
        Step::Delete { app: App::Right, name },
        public(app, PublicCall::SignUp { name, password: PASSWORD, attributes, metadata: false }),
    ]
}

fn confirm(app: App, name: Name, code: Earlier) -> Step {
    public(app, PublicCall::Confirm { name, code, force_alias: false })
}

/// With each code that can be given, the right one last.
fn signed_up(app: App, via: Via, name: Name) -> Vec<Step> {
    let mut steps = sign_up(app, name, vec![("email", EMAIL)]);
    steps.extend([
        Step::SignIn { app, via, name, password: PASSWORD },
        public(app, PublicCall::Resend { name }),
        confirm(app, name, WRONG_CODE),
        confirm(app, name, BEFORE),
        confirm(app, name, NEWEST),
        Step::SignIn { app, via, name, password: PASSWORD },
        own(app, OwnCall::User),
    ]);
    steps
}

/// The code is too old.
fn late(app: App, name: Name) -> Vec<Step> {
    let mut steps = sign_up(app, name, vec![("email", EMAIL)]);
    steps.extend([
        Step::Advance { seconds: 86_400 },
        confirm(app, name, NEWEST),
        public(app, PublicCall::Resend { name }),
        confirm(app, name, NEWEST),
    ]);
    steps
}

/// With a session, a temporary password and a refresh token that were good once.
fn too_late(app: App, via: Via, name: Name) -> Vec<Step> {
    let sign_in = |password: &'static str| Step::SignIn { app, via, name, password };
    let mut steps = invited(app, via, name);
    steps.extend([
        Step::Refresh { app, via, grant: NEWEST },
        Step::Advance { seconds: 31 * 86_400 },
        Step::Refresh { app, via, grant: NEWEST },
        Step::SetPassword { app: App::Right, name, password: PASSWORD, permanent: false },
        sign_in(PASSWORD),
        Step::Advance { seconds: 200 },
        Step::Respond { app, via, challenge: 0, password: OTHER_PASSWORD, email: None },
        Step::Advance { seconds: 8 * 86_400 },
        sign_in(PASSWORD),
    ]);
    steps
}

/// Somebody signs up with another's address.
fn taken_over(app: App, force_alias: bool) -> Vec<Step> {
    let mut steps = registered("alice");
    steps.extend(sign_up(app, "bob", vec![("email", "c@example.com")]));
    steps.extend([
        confirm(app, "bob", NEWEST),
        public(app, PublicCall::Confirm { name: "bob", code: NEWEST, force_alias }),
        Step::SignIn { app, via: Via::SelfService, name: "c@example.com", password: PASSWORD },
        own(app, OwnCall::User),
    ]);
    steps
}

fn forgotten(app: App, via: Via, name: Name) -> Vec<Step> {
    let renew = |code: Earlier, password: &'static str| {
        public(app, PublicCall::ConfirmForgot { name, code, password })
    };
    let mut steps = registered(name);
    steps.extend([
        public(app, PublicCall::Forgot { name }),
        public(app, PublicCall::Forgot { name }),
        renew(WRONG_CODE, OTHER_PASSWORD),
        renew(BEFORE, OTHER_PASSWORD),
        renew(NEWEST, "short"),
        renew(NEWEST, OTHER_PASSWORD),
        Step::SignIn { app, via, name, password: OTHER_PASSWORD },
    ]);
    steps
}

fn too_often(name: Name) -> Vec<Step> {
    let mut steps = registered(name);
    steps.extend((0..6).map(|_| public(App::Right, PublicCall::Forgot { name })));
    steps
}

/// Passwords that were used before.
fn repeated(app: App, via: Via, name: Name) -> Vec<Step> {
    let change = |previous: &'static str, proposed: &'static str| {
        own(app, OwnCall::ChangePassword { previous, proposed })
    };
    let mut steps = registered(name);
    steps.extend([
        Step::SignIn { app, via, name, password: PASSWORD },
        change(PASSWORD, OTHER_PASSWORD),
        change(OTHER_PASSWORD, PASSWORD),
        change(OTHER_PASSWORD, OTHER_PASSWORD),
        Step::SetPassword { app, name, password: PASSWORD, permanent: true },
    ]);
    steps
}

fn own_contact(app: App, via: Via, name: Name) -> Vec<Step> {
    let both = vec![("email", "e@example.com"), ("phone_number", "+15555550101")];
    let verify = |code: Earlier| own(app, OwnCall::Verify { attribute: "email", code });
    let mut steps = registered(name);
    steps.extend([
        Step::SignIn { app, via, name, password: PASSWORD },
        own(app, OwnCall::Update { attributes: vec![("email", EMAIL)] }),
        own(app, OwnCall::SendCode { attribute: "email" }),
        verify(WRONG_CODE),
        verify(BEFORE),
        verify(NEWEST),
        own(app, OwnCall::User),
        own(app, OwnCall::Update { attributes: both }),
        own(app, OwnCall::DeleteAttributes { names: vec!["email"] }),
    ]);
    steps
}

/// In two groups, seen whole, page by page and in the tokens.
fn grouped(
    app: App,
    via: Via,
    name: Name,
    first: GroupSettings,
    second: GroupSettings,
) -> Vec<Step> {
    let (limit, page) = (Some(1), Some(NEWEST));
    let mut steps = registered(name);
    steps.extend([
        groups(GroupCall::Create { group: "staff", settings: first }),
        groups(GroupCall::Create { group: "admins", settings: second }),
        groups(GroupCall::Add { name, group: "staff" }),
        groups(GroupCall::Add { name, group: "admins" }),
        Step::SignIn { app, via, name, password: PASSWORD },
        groups(GroupCall::List { limit, page: None }),
        groups(GroupCall::List { limit, page }),
        groups(GroupCall::OfUser { name, limit: None, page: None }),
        groups(GroupCall::OfUser { name, limit, page: None }),
        groups(GroupCall::OfUser { name, limit, page }),
        groups(GroupCall::Members { group: "staff", limit: None, page: None }),
        groups(GroupCall::Members { group: "staff", limit, page: None }),
        groups(GroupCall::Members { group: "staff", limit, page }),
        groups(GroupCall::Remove { name, group: "staff" }),
        Step::Refresh { app, via, grant: NEWEST },
    ]);
    steps
}

fn locked_out(app: App, via: Via, name: Name) -> Vec<Step> {
    let mut steps = registered(name);
    steps.extend((0..6).map(|_| Step::SignIn { app, via, name, password: OTHER_PASSWORD }));
    steps.extend([
        Step::SignIn { app, via, name, password: PASSWORD },
        Step::Advance { seconds: 3_601 },
        Step::SignIn { app, via, name, password: PASSWORD },
    ]);
    steps
}

/// Their own account, and the token outlives it.
fn gone(app: App, via: Via, name: Name) -> Vec<Step> {
    let mut steps = registered(name);
    steps.extend([
        Step::SignIn { app, via, name, password: PASSWORD },
        own(app, OwnCall::Delete),
        own(app, OwnCall::User),
        Step::User { app: App::Right, name },
    ]);
    steps
}
