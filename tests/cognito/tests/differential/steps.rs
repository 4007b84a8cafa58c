//! Random sequences: mostly useful calls, sometimes hostile ones, so that deep states are reached.

use proptest::prelude::*;
use user_directory::Operation;
use user_directory_fake::FaultKind;

/// The most steps of a sequence.
const MOST: usize = 60;

#[derive(Clone, Debug)]
pub(crate) struct Sequence {
    pub(crate) naming: Naming,
    pub(crate) entropy: u64,
    pub(crate) steps: Vec<Step>,
}

/// What a user name is in the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Naming {
    Plain,
    CaseInsensitive,
    Aliases,
    Email,
}

/// Which configured handle makes a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum App {
    Right,
    /// The same client, refreshing by GetTokensFromRefreshToken.
    GetTokens,
    WithoutSecret,
    Rotating,
    WrongSecret,
    OmittedSecret,
    UnknownClient,
    UnknownPool,
    MalformedIds,
}

impl App {
    pub(crate) const ALL: [Self; 9] = [
        Self::Right,
        Self::GetTokens,
        Self::WithoutSecret,
        Self::Rotating,
        Self::WrongSecret,
        Self::OmittedSecret,
        Self::UnknownClient,
        Self::UnknownPool,
        Self::MalformedIds,
    ];
}

/// Who makes a call that both handles have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Via {
    Admin,
    SelfService,
}

/// One of what earlier steps brought, counted from the newest; or something made up.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Earlier {
    Newest(usize),
    Garbage(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Create {
        app: App,
        name: &'static str,
        password: Option<&'static str>,
        attributes: Vec<(&'static str, &'static str)>,
        options: CreateOptions,
    },
    Register {
        app: App,
        name: &'static str,
        password: &'static str,
        email: Option<&'static str>,
    },
    User {
        app: App,
        name: &'static str,
    },
    Update {
        app: App,
        name: &'static str,
        attributes: Vec<(&'static str, &'static str)>,
    },
    DeleteAttributes {
        app: App,
        name: &'static str,
        names: Vec<&'static str>,
    },
    SetPassword {
        app: App,
        name: &'static str,
        password: &'static str,
        permanent: bool,
    },
    Reset {
        app: App,
        name: &'static str,
    },
    ConfirmSignUp {
        app: App,
        name: &'static str,
    },
    Enable {
        app: App,
        name: &'static str,
    },
    Disable {
        app: App,
        name: &'static str,
    },
    Delete {
        app: App,
        name: &'static str,
    },
    AdminSignOut {
        app: App,
        name: &'static str,
    },
    List {
        app: App,
        filter: Option<&'static str>,
        limit: Option<u32>,
        page: Option<Earlier>,
    },
    SignIn {
        app: App,
        via: Via,
        name: &'static str,
        password: &'static str,
    },
    Respond {
        app: App,
        via: Via,
        challenge: usize,
        password: &'static str,
        email: Option<&'static str>,
    },
    Refresh {
        app: App,
        via: Via,
        grant: Earlier,
    },
    Revoke {
        app: App,
        via: Via,
        token: Earlier,
    },
    OwnUser {
        app: App,
        token: Earlier,
    },
    OwnSignOut {
        app: App,
        token: Earlier,
    },
    /// A user that no operation behind the traits can make yet.
    SeedUnconfirmed {
        name: &'static str,
    },
    Advance {
        seconds: u64,
    },
    Fault {
        operation: Operation,
        kind: FaultKind,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct CreateOptions {
    pub(crate) resend: bool,
    pub(crate) suppress: bool,
    pub(crate) by_email: bool,
    pub(crate) force_alias: bool,
    pub(crate) metadata: bool,
}

const NAMES: [&str; 7] =
    ["alice", "Alice", "bob", "c@example.com", "d@example.com", "+15555550100", "ünïcode"];
/// Where mail may go to.
const EMAIL: &str = "success@simulator.amazonses.com";
const PASSWORDS: [&str; 3] = ["Correct-horse-9", "Another-staple-7", "Pass word-äöü-1"];
const LONG: &str = concat!(
    "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "1234567890123456789012345678901234567890123456789012345678901234567890",
);

pub(crate) fn sequences() -> impl Strategy<Value = Sequence> {
    use Naming::{Aliases, CaseInsensitive, Email, Plain};
    let naming = prop::sample::select(vec![Plain, CaseInsensitive, Aliases, Aliases, Email]);
    // Somebody to talk about first.
    let first = prop::collection::vec(register(), 1..4);
    let rest = prop_oneof![12 => step().prop_map(|step| vec![step]), 1 => story()];
    let rest = prop::collection::vec(rest, 10..MOST - 3);
    (naming, any::<u64>(), first, rest).prop_map(|(naming, entropy, mut steps, rest)| {
        steps.extend(rest.into_iter().flatten());
        steps.truncate(MOST);
        Sequence { naming, entropy, steps }
    })
}

/// A few steps that lead somewhere, which chance alone seldom does.
fn story() -> impl Strategy<Value = Vec<Step>> {
    let password = PASSWORDS[0];
    let options = CreateOptions {
        resend: false,
        suppress: false,
        by_email: true,
        force_alias: false,
        metadata: false,
    };
    let invited = move |app: App, via: Via, name: &'static str| {
        let attributes = vec![("email", EMAIL), ("phone_number", "+15555550100")];
        let password = Some(password);
        vec![
            Step::Delete { app: App::Right, name },
            Step::Create { app: App::Right, name, password, attributes, options },
            Step::SignIn { app, via, name, password: PASSWORDS[0] },
            Step::Respond { app, via, challenge: 0, password: PASSWORDS[1], email: None },
        ]
    };
    let rotated = move |via: Via, name: &'static str| {
        let app = App::Rotating;
        vec![
            Step::SetPassword { app, name, password, permanent: true },
            Step::SignIn { app, via, name, password },
            Step::Refresh { app, via, grant: Earlier::Newest(0) },
            Step::Advance { seconds: 11 },
            Step::Refresh { app, via, grant: Earlier::Newest(1) },
        ]
    };
    let reset = move |app: App, via: Via, name: &'static str| {
        let email = Some("c@example.com");
        vec![
            Step::Delete { app: App::Right, name },
            Step::Register { app: App::Right, name, password, email },
            Step::Reset { app: App::Right, name },
            Step::SignIn { app, via, name, password },
        ]
    };
    let undelivered = move |name: &'static str| {
        let operation = Operation::AdminCreateUser;
        let attributes = vec![("email", EMAIL), ("phone_number", "+15555550100")];
        let password = Some(password);
        vec![
            Step::Delete { app: App::Right, name },
            Step::Fault { operation, kind: FaultKind::DeliveryFailure },
            Step::Create { app: App::Right, name, password, attributes, options },
            Step::User { app: App::Right, name },
        ]
    };
    let unconfirmed = move |name: &'static str| {
        vec![
            Step::Delete { app: App::Right, name },
            Step::SeedUnconfirmed { name },
            Step::SignIn { app: App::Right, via: Via::Admin, name, password },
            Step::ConfirmSignUp { app: App::Right, name },
        ]
    };
    let name = || prop::sample::select(vec!["alice", "bob", "c@example.com"]);
    let app = || prop::sample::select(vec![App::Right, App::WithoutSecret, App::Rotating]);
    prop_oneof![
        3 => (app(), via(), name()).prop_map(move |(app, via, name)| invited(app, via, name)),
        2 => (via(), name()).prop_map(move |(via, name)| rotated(via, name)),
        2 => (app(), via(), name()).prop_map(move |(app, via, name)| reset(app, via, name)),
        1 => name().prop_map(undelivered),
        1 => name().prop_map(unconfirmed),
    ]
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
        4 => (app(), filter(), limit(), prop::option::weighted(0.4, earlier("garbage")))
            .prop_map(|(app, filter, limit, page)| Step::List { app, filter, limit, page }),
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
        6 => (app(), earlier("eyJhbGciOiJub25lIn0.e30."))
            .prop_map(|(app, token)| Step::OwnUser { app, token }),
        2 => (app(), earlier("")).prop_map(|(app, token)| Step::OwnSignOut { app, token }),
        1 => name().prop_map(|name| Step::SeedUnconfirmed { name }),
        3 => prop::sample::select(vec![1, 11, 200, 3_601, 86_400, 8 * 86_400, 31 * 86_400])
            .prop_map(|seconds| Step::Advance { seconds }),
        3 => fault(),
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

fn app() -> impl Strategy<Value = App> {
    prop_oneof![
        24 => Just(App::Right),
        4 => Just(App::GetTokens),
        6 => Just(App::WithoutSecret),
        6 => Just(App::Rotating),
        4 => prop::sample::select(App::ALL.to_vec()),
    ]
}

fn via() -> impl Strategy<Value = Via> {
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

fn filter() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![
        None,
        None,
        Some("username ^= \"a\""),
        Some("email = \"c@example.com\""),
        Some("status = \"Enabled\""),
        Some("cognito:user_status = \"CONFIRMED\""),
        Some("name = \"x\""),
        Some("birthdate = \"1990-01-01\""),
        Some("username ="),
        Some(LONG),
    ])
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
    use FaultKind::{AnswerLost, DeliveryFailure, InternalError, Throttling};
    let kind = prop::sample::select(vec![Throttling, InternalError, AnswerLost, DeliveryFailure]);
    (prop::sample::select(Operation::ALL.to_vec()), kind)
        .prop_map(|(operation, kind)| Step::Fault { operation, kind })
}
