//! Random sequences: mostly useful calls, sometimes hostile ones, so that deep states are reached.

use proptest::prelude::*;
use user_directory::{Filter, FilterAttribute};
use user_directory_fake::FaultKind;

use crate::{
    factors,
    steps::{
        App, CreateOptions, Earlier, GroupCall, GroupSettings, Naming, OwnCall, Profile,
        PublicCall, Recovery, Sequence, Step, Via,
    },
    stories::{opening, story},
    table::of_the_traits,
};

/// The most steps of a sequence.
const MOST: usize = 60;

const NAMES: [&str; 7] =
    ["alice", "Alice", "bob", "c@example.com", "d@example.com", "+15555550100", "ünïcode"];
const GROUPS: [&str; 3] = ["staff", "admins", "größte"];
/// Where mail may go to.
pub(crate) const EMAIL: &str = "success@simulator.amazonses.com";
pub(crate) const PASSWORDS: [&str; 3] = ["Correct-horse-9", "Another-staple-7", "Pass word-äöü-1"];
const LONG: &str = concat!(
    "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "1234567890123456789012345678901234567890123456789012345678901234567890",
);

pub(crate) fn sequences() -> impl Strategy<Value = Sequence> {
    profile().prop_flat_map(|profile| {
        let naming = profile.naming;
        // Somebody and something to talk about first.
        let first = (opening(naming), prop::collection::vec(register(), 1..3));
        let rest = prop_oneof![
            8 => step().prop_map(|step| vec![step]),
            1 => faulty(),
            1 => story(naming),
        ];
        let rest = prop::collection::vec(rest, 10..MOST - 10);
        (any::<u64>(), first, rest).prop_map(move |(entropy, (mut steps, others), rest)| {
            steps.extend(others);
            steps.extend(rest.into_iter().flatten());
            steps.truncate(MOST);
            Sequence { profile, entropy, steps }
        })
    })
}

fn profile() -> impl Strategy<Value = Profile> {
    use Naming::{Aliases, CaseInsensitive, Email, EmailOrPhone, Plain};
    use Recovery::{AdminOnly, AsCreated, EmailFirst};
    let naming = prop::sample::select(vec![
        Plain,
        Plain,
        CaseInsensitive,
        Aliases,
        Aliases,
        Aliases,
        Email,
        EmailOrPhone,
    ]);
    let recovery = prop::sample::select(vec![
        AsCreated, AsCreated, AsCreated, EmailFirst, EmailFirst, AdminOnly,
    ]);
    let often = prop::bool::weighted(0.5);
    let seldom = prop::bool::weighted(0.1);
    let settings = (often, often, often, often, often, seldom, often, often, seldom);
    (naming, recovery, settings).prop_map(|(naming, recovery, settings)| Profile {
        naming,
        recovery,
        auto_verified: settings.0,
        verified_before_update: settings.1,
        history: settings.2,
        custom_attributes: settings.3,
        templates: settings.4,
        only_administrators_create: settings.5,
        hidden_existence: settings.6,
        restricted: settings.7,
        quotas: settings.8,
    })
}

fn step() -> BoxedStrategy<Step> {
    let named = |make: fn(App, &'static str) -> Step| {
        (app(), name()).prop_map(move |(app, name)| make(app, name)).boxed()
    };
    prop_oneof![
        6 => create(),
        6 => register(),
        4 => named(|app, name| Step::User { app, name }),
        4 => (app(), name(), attributes())
            .prop_map(|(app, name, attributes)| Step::Update { app, name, attributes }),
        2 => (app(), name(), prop::collection::vec(attribute_name(), 0..3))
            .prop_map(|(app, name, names)| Step::DeleteAttributes { app, name, names }),
        4 => (app(), name(), password(), any::<bool>()).prop_map(|(app, name, password, permanent)| {
            Step::SetPassword { app, name, password, permanent }
        }),
        2 => named(|app, name| Step::Reset { app, name }),
        2 => named(|app, name| Step::ConfirmSignUp { app, name }),
        2 => named(|app, name| Step::Enable { app, name }),
        2 => named(|app, name| Step::Disable { app, name }),
        1 => named(|app, name| Step::Delete { app, name }),
        1 => named(|app, name| Step::AdminSignOut { app, name }),
        4 => list(),
        16 => (app(), group_call()).prop_map(|(app, call)| Step::Groups { app, call }),
        16 => (app(), public_call()).prop_map(|(app, call)| Step::Public { app, call }),
        20 => (app(), earlier("eyJhbGciOiJub25lIn0.e30."), own_call())
            .prop_map(|(app, token, call)| Step::Own { app, token, call }),
        16 => (app(), via(), name(), password())
            .prop_map(|(app, via, name, password)| Step::SignIn { app, via, name, password }),
        8 => (app(), via(), 0..3_usize, password(), prop::option::weighted(0.2, Just("e@example.com")))
            .prop_map(|(app, via, challenge, password, email)| {
                Step::Respond { app, via, challenge, password, email }
            }),
        10 => (app(), via(), earlier("garbage"))
            .prop_map(|(app, via, grant)| Step::Refresh { app, via, grant }),
        3 => (app(), via(), earlier("not a token"))
            .prop_map(|(app, via, token)| Step::Revoke { app, via, token }),
        1 => name().prop_map(|name| Step::PutUnconfirmed { name }),
        1 => prop::sample::select(vec!["x", "tier", "", "a-name-of-more-than-twenty-characters"])
            .prop_map(|name| Step::AddCustomAttribute { name }),
        3 => prop::sample::select(vec![1, 11, 200, 3_601, 86_400, 8 * 86_400, 31 * 86_400])
            .prop_map(|seconds| Step::Advance { seconds }),
        2 => any::<bool>().prop_map(|overlap| Step::Rotate { overlap }),
        3 => fault(),
        4 => (app(), name().prop_flat_map(factors::call))
            .prop_map(|(app, call)| Step::Factor { app, call }),
    ]
    .boxed()
}

fn create() -> BoxedStrategy<Step> {
    let options = (
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.5),
        prop::bool::weighted(0.4),
        any::<bool>(),
        any::<bool>(),
    );
    let options = options.prop_map(|(resend, suppress, by_email, force_alias, metadata)| {
        CreateOptions { resend, suppress, by_email, force_alias, metadata }
    });
    (app(), name(), prop::option::weighted(0.8, password()), attributes(), options)
        .prop_map(|(app, name, password, attributes, options)| Step::Create {
            app,
            name,
            password,
            attributes,
            options,
        })
        .boxed()
}

fn register() -> BoxedStrategy<Step> {
    let email = prop::option::weighted(0.6, prop::sample::select(vec!["c@example.com", EMAIL]));
    (app(), name(), password(), email)
        .prop_map(|(app, name, password, email)| Step::Register { app, name, password, email })
        .boxed()
}

fn list() -> BoxedStrategy<Step> {
    let attributes = prop_oneof![
        2 => Just(Vec::new()),
        1 => prop::collection::vec(attribute_name(), 1..3),
    ];
    (app(), filter(), attributes, limit(), page())
        .prop_map(|(app, filter, attributes, limit, page)| Step::List {
            app,
            filter,
            attributes,
            limit,
            page,
        })
        .boxed()
}

fn group_call() -> BoxedStrategy<GroupCall> {
    prop_oneof![
        5 => (group(), group_settings())
            .prop_map(|(group, settings)| GroupCall::Create { group, settings }),
        1 => group().prop_map(|group| GroupCall::Group { group }),
        2 => (group(), group_settings())
            .prop_map(|(group, settings)| GroupCall::Update { group, settings }),
        1 => group().prop_map(|group| GroupCall::Delete { group }),
        2 => (limit(), page()).prop_map(|(limit, page)| GroupCall::List { limit, page }),
        6 => (name(), group()).prop_map(|(name, group)| GroupCall::Add { name, group }),
        2 => (name(), group()).prop_map(|(name, group)| GroupCall::Remove { name, group }),
        3 => (name(), limit(), page())
            .prop_map(|(name, limit, page)| GroupCall::OfUser { name, limit, page }),
        3 => (group(), limit(), page())
            .prop_map(|(group, limit, page)| GroupCall::Members { group, limit, page }),
        1 => (name(), limit(), page())
            .prop_map(|(name, limit, page)| GroupCall::Events { name, limit, page }),
    ]
    .boxed()
}

fn group() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        12 => prop::sample::select(GROUPS.to_vec()),
        1 => prop::sample::select(vec!["", "with space", LONG]),
    ]
}

/// Greater precedences than an `i32` holds are refused before they are sent: only one log has them.
pub(crate) fn group_settings() -> impl Strategy<Value = GroupSettings> {
    let description = prop::sample::select(vec!["", "Ünïcode \"quoted\" \\ / \n end", LONG]);
    let role_arn = prop_oneof![
        6 => prop::sample::select(vec![
            "arn:aws:iam::123456789012:role/first",
            "arn:aws:iam::123456789012:role/second",
        ]),
        1 => prop::sample::select(vec!["", "short", "no role, but of some length"]),
    ];
    let precedence = prop::sample::select(vec![0, 1, 1, 7, i32::MAX.unsigned_abs()]);
    (prop::option::of(description), prop::option::of(role_arn), prop::option::of(precedence))
        .prop_map(|(description, role_arn, precedence)| GroupSettings {
            description,
            role_arn,
            precedence,
        })
}

fn public_call() -> BoxedStrategy<PublicCall> {
    prop_oneof![
        5 => (name(), password(), attributes(), any::<bool>())
            .prop_map(|(name, password, attributes, metadata)| {
                PublicCall::SignUp { name, password, attributes, metadata }
            }),
        3 => (name(), code(), any::<bool>())
            .prop_map(|(name, code, force_alias)| PublicCall::Confirm { name, code, force_alias }),
        2 => name().prop_map(|name| PublicCall::Resend { name }),
        3 => name().prop_map(|name| PublicCall::Forgot { name }),
        3 => (name(), code(), password())
            .prop_map(|(name, code, password)| PublicCall::ConfirmForgot { name, code, password }),
    ]
    .boxed()
}

fn own_call() -> BoxedStrategy<OwnCall> {
    let contact = || {
        prop_oneof![
            6 => prop::sample::select(vec!["email", "email", "phone_number"]),
            1 => attribute_name(),
        ]
    };
    prop_oneof![
        6 => Just(OwnCall::User),
        1 => Just(OwnCall::SignOut),
        3 => (password(), password())
            .prop_map(|(previous, proposed)| OwnCall::ChangePassword { previous, proposed }),
        4 => attributes().prop_map(|attributes| OwnCall::Update { attributes }),
        2 => prop::collection::vec(attribute_name(), 0..3)
            .prop_map(|names| OwnCall::DeleteAttributes { names }),
        3 => contact().prop_map(|attribute| OwnCall::SendCode { attribute }),
        3 => (contact(), code())
            .prop_map(|(attribute, code)| OwnCall::Verify { attribute, code }),
        1 => Just(OwnCall::Delete),
    ]
    .boxed()
}

/// The newest code of the inbox, an older one, one that nobody was sent, or none at all.
fn code() -> impl Strategy<Value = Earlier> {
    prop_oneof![
        8 => Just(Earlier::Newest(0)),
        3 => (1..4_usize).prop_map(Earlier::Newest),
        2 => Just(Earlier::Garbage("000000")),
        1 => prop::sample::select(vec!["", "with space", LONG]).prop_map(Earlier::Garbage),
    ]
}

fn page() -> impl Strategy<Value = Option<Earlier>> {
    prop::option::weighted(0.4, earlier("garbage"))
}

fn app() -> impl Strategy<Value = App> {
    prop_oneof![
        24 => Just(App::Right),
        4 => Just(App::GetTokens),
        4 => Just(App::Srp),
        6 => Just(App::WithoutSecret),
        6 => Just(App::Rotating),
        4 => prop::sample::select(App::ALL.to_vec()),
    ]
}

pub(crate) fn via() -> impl Strategy<Value = Via> {
    prop_oneof![Just(Via::Admin), Just(Via::SelfService)]
}

fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        12 => prop::sample::select(vec!["alice", "bob", "c@example.com"]),
        2 => prop::sample::select(NAMES.to_vec()),
        1 => prop::sample::select(vec!["", "with space", LONG, "nobody"]),
    ]
}

fn password() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        16 => Just(PASSWORDS[0]),
        4 => prop::sample::select(PASSWORDS.to_vec()),
        2 => prop::sample::select(vec!["", "short", "lowercase-only-1", LONG, " leading-Space-1"]),
    ]
}

fn attribute_name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "email",
        "email_verified",
        "phone_number",
        "name",
        "preferred_username",
        "birthdate",
        "sub",
        "custom:x",
        "custom:tier",
        "",
        "a-name-of-more-than-thirty-two-characters",
    ])
}

fn attributes() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let good = prop::sample::select(vec![
        ("email", EMAIL),
        ("email", "c@example.com"),
        ("email_verified", "True"),
        ("email_verified", "false"),
        ("phone_number", "+15555550100"),
        ("phone_number_verified", "true"),
        ("preferred_username", "bobby"),
        ("name", "Ünïcode \"quoted\" \\ / \n end"),
        ("name", ""),
        ("birthdate", "1990-01-01"),
        ("custom:x", "1"),
        ("custom:tier", "gold"),
    ]);
    let bad = prop::sample::select(vec![
        ("email", "nonsense"),
        ("phone_number", "5"),
        ("email_verified", "maybe"),
        ("birthdate", "1990"),
        ("sub", "mine"),
        ("custom:x", "1"),
        ("", "value"),
        ("unknown", LONG),
    ]);
    let one = prop_oneof![12 => good, 1 => bad];
    prop_oneof![
        1 => Just(vec![("email", "c@example.com"), ("email_verified", "true")]),
        3 => prop::collection::vec(one, 0..4),
    ]
}

fn filter() -> impl Strategy<Value = Option<String>> {
    let written = prop::sample::select(vec![
        "username ^= \"a\"",
        "birthdate = \"1990-01-01\"",
        "email=\"c@example.com\" ",
        "username =",
        LONG,
    ]);
    let typed = (
        prop::sample::select(FilterAttribute::ALL.to_vec()),
        prop::sample::select(vec![
            "a",
            "c@example.com",
            "CONFIRMED",
            "Enabled",
            "q\"uo\\te",
            "+1",
            "",
        ]),
        any::<bool>(),
    );
    let typed = typed.prop_map(|(attribute, value, is_prefix)| {
        match is_prefix {
            true => Filter::prefix(attribute, value),
            false => Filter::equal(attribute, value),
        }
        .to_string()
    });
    prop_oneof![
        1 => Just(None),
        1 => written.prop_map(|text| Some(text.to_owned())),
        2 => typed.prop_map(Some),
    ]
}

/// Greater numbers than an `i32` holds leave the SDK as its greatest one, so that their texts differ.
fn limit() -> impl Strategy<Value = Option<u32>> {
    prop::sample::select(vec![None, Some(1), Some(1), Some(2), Some(60), Some(0), Some(61)])
}

fn earlier(garbage: &'static str) -> impl Strategy<Value = Earlier> {
    prop_oneof![
        12 => (0..3_usize).prop_map(Earlier::Newest),
        1 => Just(Earlier::Garbage(garbage)),
    ]
}

fn fault() -> impl Strategy<Value = Step> {
    (prop::sample::select(Vec::from_iter(of_the_traits())), fault_kind())
        .prop_map(|(operation, kind)| Step::Fault { operation, kind })
}

/// A fault that surely meets its call.
fn faulty() -> impl Strategy<Value = Vec<Step>> {
    let app = App::Right;
    let call = prop_oneof![
        group_call().prop_map(move |call| (call.operation(), Step::Groups { app, call })),
        public_call().prop_map(move |call| (call.operation(), Step::Public { app, call })),
        own_call().prop_map(move |call| {
            (call.operation(), Step::Own { app, token: Earlier::Newest(0), call })
        }),
    ];
    (fault_kind(), call)
        .prop_map(|(kind, (operation, call))| vec![Step::Fault { operation, kind }, call])
}

fn fault_kind() -> impl Strategy<Value = FaultKind> {
    use FaultKind::{AnswerLost, DeliveryFailure, InternalError, Throttling};
    prop::sample::select(vec![Throttling, InternalError, AnswerLost, DeliveryFailure])
}
