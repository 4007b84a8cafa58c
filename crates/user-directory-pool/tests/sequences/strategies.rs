//! Random sequences: mostly useful calls, sometimes hostile ones, so that deep states are reached.

use proptest::prelude::*;

use crate::{
    calls::*,
    stories::{account_call, group_call, story},
};

pub(crate) const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

/// The most calls of a sequence.
const MOST: usize = 80;

pub(crate) fn cases() -> impl Strategy<Value = Case> {
    // Somebody to talk about first, so that the rest does not speak of nobody.
    let first = (prop::collection::vec(newcomer(), 1..=4), prop::collection::vec(sign_in(), 1..=4));
    let rest = prop::collection::vec(steps(), 10..=50);
    (profile(), any::<u64>(), first, rest).prop_map(|(profile, entropy, first, rest)| {
        let first = first.0.into_iter().chain(first.1);
        let first = first.map(|call| Step { wait_millis: 0, times: 1, pool: PoolId::Ours, call });
        Case {
            profile,
            entropy,
            steps: first.chain(rest.into_iter().flatten()).take(MOST).collect(),
        }
    })
}

fn profile() -> BoxedStrategy<Profile> {
    use Naming::{AllAliases, EitherIsTheName, EmailAlias, EmailIsTheName, PhoneIsTheName, Plain};
    let naming = prop_oneof![
        4 => Just(Plain),
        2 => Just(EmailIsTheName),
        1 => Just(PhoneIsTheName),
        1 => Just(EitherIsTheName),
        2 => Just(EmailAlias),
        4 => Just(AllAliases),
    ];
    let recovery = prop_oneof![
        4 => Just(Recovery::Default),
        1 => Just(Recovery::AdminOnly),
        1 => Just(Recovery::VerifiedEmail),
    ];
    let flags = (any::<bool>(), prop::bool::weighted(0.3), any::<bool>(), any::<bool>());
    let contacts = || {
        prop_oneof![
            2 => Just(Contacts::Neither),
            2 => Just(Contacts::Email),
            3 => Just(Contacts::Both),
        ]
    };
    let waiting = prop_oneof![
        3 => Just(Contacts::Neither),
        1 => Just(Contacts::Email),
        2 => Just(Contacts::Both),
    ];
    let more = (
        contacts(),
        waiting,
        prop::bool::weighted(0.05),
        prop::sample::select(&[0, 0, 1, 3][..]),
        prop::bool::weighted(0.8),
    );
    (naming, recovery, flags, prop::sample::select(&[0, 10, 10, 60][..]), more)
        .prop_map(|(naming, recovery, flags, grace_seconds, more)| Profile {
            naming,
            case_sensitive: flags.0,
            required: flags.1,
            whole_second_sign_out: flags.2,
            recovery,
            grace_seconds,
            two_secrets: flags.3,
            auto_verified: more.0,
            // Cognito takes no others.
            verified_before_update: more.1.and(more.0),
            no_sign_up: more.2,
            history: more.3,
            lockout: more.4,
        })
        .boxed()
}

/// A call, or a few that lead somewhere.
fn steps() -> BoxedStrategy<Vec<Step>> {
    let wait_millis = || {
        prop_oneof![
            24 => Just(0_u64),
            6 => prop::sample::select(&[1, 400, SECOND, 7 * SECOND, 7 * SECOND][..]),
            4 => prop::sample::select(&[10 * SECOND, MINUTE, 3 * MINUTE - 1, 3 * MINUTE][..]),
            2 => prop::sample::select(&[5 * MINUTE, HOUR][..]),
            1 => prop::sample::select(&[DAY, 7 * DAY][..]),
        ]
    };
    let pool = || {
        prop_oneof![
            100 => Just(PoolId::Ours),
            1 => Just(PoolId::Other),
            1 => Just(PoolId::Malformed),
        ]
    };
    let when = (pool(), prop::array::uniform4(wait_millis()));
    let steps = (when, calls()).prop_map(|((pool, waits), calls)| {
        let steps = calls.into_iter().zip(waits);
        steps.map(|(call, wait_millis)| Step { wait_millis, times: 1, pool, call }).collect()
    });
    prop_oneof![3 => steps, 1 => story()].boxed()
}

fn calls() -> BoxedStrategy<Vec<Call>> {
    let new_password = (user(), 0..PASSWORDS.len(), sign_in(), respond()).prop_map(
        |(name, password, mut sign_in, respond)| {
            if let Call::SignIn { name: signs_in, .. } = &mut sign_in {
                *signs_in = name;
            }
            let password = Password::Good(password);
            let temporary = Call::SetPassword { name, password, permanent: false };
            vec![temporary, sign_in, Call::Respond(respond)]
        },
    );
    // The newcomer is the last one, unless the name was taken.
    let unconfirmed =
        (name(), 0..PASSWORDS.len(), sign_in()).prop_map(|(name, password, sign_in)| {
            let status = Status::Unconfirmed;
            let attributes = Attributes::default();
            let put = Call::PutUser { name, status, password, attributes, enabled: true };
            vec![put, sign_in, Call::ConfirmSignUp(Name::Seen(0))]
        });
    let rotate = || {
        (ago(), proof()).prop_map(|(ago, proof)| Call::Refresh {
            via: RefreshVia::GetTokensFromRefreshToken,
            client: Client::Own,
            token: Token::Seen(ago),
            proof,
        })
    };
    let end = prop_oneof![
        2 => revoke(),
        1 => access().prop_map(Call::SignOut),
        1 => user().prop_map(Call::AdminSignOut),
        1 => user().prop_map(Call::Disable),
        1 => user().prop_map(Call::Delete),
        1 => access().prop_map(Call::DeleteOwnUser),
        1 => user().prop_map(Call::ResetPassword),
    ];
    prop_oneof![
        14 => call().prop_map(|call| vec![call]),
        7 => account_call().prop_map(|call| vec![call]),
        4 => group_call().prop_map(|call| vec![call]),
        2 => (newcomer(), sign_in(), call()).prop_map(|(a, b, c)| vec![a, b, c]),
        2 => new_password,
        1 => unconfirmed,
        1 => (sign_in_by(Via::Public, 2), rotate(), rotate()).prop_map(|(a, b, c)| vec![a, b, c]),
        // The same token three times: each time, another one comes after it.
        1 => (sign_in_by(Via::Public, 2), proof()).prop_map(|(sign_in, proof)| {
            let again = (0..3).map(|ago| Call::Refresh {
                via: RefreshVia::GetTokensFromRefreshToken,
                client: Client::Own,
                token: Token::Seen(ago),
                proof,
            });
            std::iter::once(sign_in).chain(again).collect()
        }),
        1 => (sign_in(), user(), refresh_or_get_user()).prop_map(|(sign_in, name, afterwards)| {
            vec![sign_in, Call::Disable(name), Call::Enable(name), afterwards]
        }),
        2 => (sign_in(), end, refresh_or_get_user()).prop_map(|(a, b, c)| vec![a, b, c]),
    ]
    .boxed()
}

fn refresh_or_get_user() -> BoxedStrategy<Call> {
    prop_oneof![refresh(), access().prop_map(Call::GetUser)].boxed()
}

fn refresh() -> BoxedStrategy<Call> {
    // A wrong hash shows only with a token that lives.
    let proof = prop_oneof![5 => proof(), 1 => Just(Proof::Wrong)];
    (refresh_via(), token_client(), token(), proof)
        .prop_map(|(via, client, token, proof)| Call::Refresh { via, client, token, proof })
        .boxed()
}

fn revoke() -> BoxedStrategy<Call> {
    (token_client(), token(), proof())
        .prop_map(|(client, token, proof)| Call::Revoke { client, token, proof })
        .boxed()
}

fn call() -> BoxedStrategy<Call> {
    prop_oneof![
        10 => newcomer(),
        1 => user().prop_map(Call::AdminGetUser),
        16 => sign_in(),
        12 => refresh(),
        10 => respond().prop_map(Call::Respond),
        6 => (user(), attributes()).prop_map(|(name, attributes)| Call::Update { name, attributes }),
        3 => (user(), attributes())
            .prop_map(|(name, attributes)| Call::DeleteAttributes { name, attributes }),
        4 => (user(), new_password(), prop::bool::weighted(0.7)).prop_map(
            |(name, password, permanent)| Call::SetPassword { name, password, permanent }
        ),
        3 => user().prop_map(Call::ResetPassword),
        4 => user().prop_map(Call::ConfirmSignUp),
        3 => user().prop_map(Call::Enable),
        2 => user().prop_map(Call::Disable),
        1 => user().prop_map(Call::Delete),
        2 => user().prop_map(Call::AdminSignOut),
        3 => access().prop_map(Call::SignOut),
        6 => access().prop_map(Call::GetUser),
        7 => (prop::option::of(0..FILTERS.len()), limit(), page(), shown())
            .prop_map(|(filter, limit, page, shown)| Call::List { filter, limit, page, shown }),
        4 => revoke(),
        3 => (client(), new_secret()).prop_map(|(client, value)| Call::AddSecret { client, value }),
        4 => (client(), prop_oneof![2 => Just(0_usize), 1 => 1..3_usize])
            .prop_map(|(client, which)| Call::DeleteSecret { client, which }),
    ]
    .boxed()
}

pub(crate) fn sign_in() -> BoxedStrategy<Call> {
    // What the clients may do, mostly.
    let (admin, public) = (Via::Admin, Via::Public);
    let allowed = [(admin, 0), (public, 0), (admin, 1), (public, 1), (public, 2), (admin, 3)];
    let by = prop_oneof![
        10 => prop::sample::select(allowed.to_vec())
            .prop_map(|(via, client)| (via, Client::Number(client))),
        1 => (via(), client()),
    ];
    (by, flow(), user(), sign_in_password(), proof())
        .prop_map(|((via, client), flow, name, password, proof)| Call::SignIn {
            via,
            client,
            flow,
            name,
            password,
            proof,
        })
        .boxed()
}

pub(crate) fn sign_in_by(via: Via, client: usize) -> BoxedStrategy<Call> {
    (user(), proof())
        .prop_map(move |(name, proof)| Call::SignIn {
            via,
            client: Client::Number(client),
            flow: Flow::Password,
            name,
            password: Password::Right,
            proof,
        })
        .boxed()
}

fn newcomer() -> BoxedStrategy<Call> {
    let put = (name(), status(), 0..3_usize, attributes(), prop::bool::weighted(0.95));
    prop_oneof![
        1 => put.prop_map(|(name, status, password, attributes, enabled)| {
            Call::PutUser { name, status, password, attributes, enabled }
        }),
        1 => create().prop_map(Call::Create),
    ]
    .boxed()
}

/// How long ago: mostly the last.
pub(crate) fn ago() -> BoxedStrategy<usize> {
    prop_oneof![4 => Just(0_usize), 3 => 1..4_usize, 1 => 4..16_usize].boxed()
}

/// A name to create somebody under.
pub(crate) fn name() -> BoxedStrategy<Name> {
    prop_oneof![
        30 => (0..3_usize).prop_map(Name::Fitting),
        5 => (0..7_usize).prop_map(Name::Fixed),
        2 => Just(Name::Fixed(2)),
        1 => (8..NAMES.len()).prop_map(Name::Fixed),
        2 => ago().prop_map(Name::Seen),
        4 => ago().prop_map(Name::Gone),
        1 => ago().prop_map(Name::Sub),
    ]
    .boxed()
}

/// A name of somebody who is there, mostly.
pub(crate) fn user() -> BoxedStrategy<Name> {
    prop_oneof![
        48 => ago().prop_map(Name::Seen),
        3 => ago().prop_map(Name::Gone),
        4 => ago().prop_map(Name::Sub),
        4 => (0..8_usize).prop_map(Name::Fixed),
        1 => (8..NAMES.len()).prop_map(Name::Fixed),
    ]
    .boxed()
}

fn status() -> BoxedStrategy<Status> {
    prop_oneof![
        6 => Just(Status::Confirmed),
        2 => Just(Status::Unconfirmed),
        4 => Just(Status::ForceChangePassword),
        1 => Just(Status::ResetRequired),
        1 => Just(Status::ExternalProvider),
    ]
    .boxed()
}

fn create() -> BoxedStrategy<Create> {
    let action = prop_oneof![
        4 => Just(Action::Invite),
        2 => Just(Action::Resend),
        2 => Just(Action::Suppress),
    ];
    let medium = || prop::bool::weighted(0.2);
    let texts = (name(), attributes(), prop::option::weighted(0.8, new_password()));
    (texts, prop::bool::weighted(0.3), action, medium(), medium())
        .prop_map(|((name, attributes, password), force, action, email, sms)| Create {
            name,
            attributes,
            password,
            force,
            action,
            email,
            sms,
        })
        .boxed()
}

fn respond() -> BoxedStrategy<Respond> {
    let challenge = prop_oneof![
        20 => Just(Challenge::NewPassword),
        1 => Just(Challenge::Other),
        1 => Just(Challenge::Malformed),
    ];
    let session = prop_oneof![
        20 => ago().prop_map(Session::Seen),
        1 => Just(Session::Unknown),
        1 => Just(Session::Short),
        1 => Just(Session::Absent),
    ];
    let name = prop_oneof![6 => Just(None), 1 => user().prop_map(Some)];
    let attributes = prop_oneof![3 => Just(Attributes::default()), 2 => attributes()];
    let who = (via(), challenge, token_client(), session);
    (who, name, new_password(), attributes, proof())
        .prop_map(|((via, challenge, client, session), name, password, attributes, proof)| {
            Respond { via, challenge, client, session, name, password, attributes, proof }
        })
        .boxed()
}

fn via() -> BoxedStrategy<Via> {
    prop_oneof![Just(Via::Admin), Just(Via::Public)].boxed()
}

fn refresh_via() -> BoxedStrategy<RefreshVia> {
    use RefreshVia::{AdminInitiateAuth, GetTokensFromRefreshToken, InitiateAuth};
    prop_oneof![
        1 => Just(AdminInitiateAuth),
        1 => Just(InitiateAuth),
        2 => Just(GetTokensFromRefreshToken),
    ]
    .boxed()
}

fn flow() -> BoxedStrategy<Flow> {
    prop_oneof![
        30 => Just(Flow::Password),
        1 => Just(Flow::OldAdminName),
        1 => Just(Flow::OfTheOtherCall),
        8 => Just(Flow::Srp),
        1 => Just(Flow::SrpOfZero),
        1 => Just(Flow::Custom),
        1 => Just(Flow::Choice),
        1 => Just(Flow::Malformed),
    ]
    .boxed()
}

pub(crate) fn client() -> BoxedStrategy<Client> {
    prop_oneof![
        40 => (0..4_usize).prop_map(Client::Number),
        1 => Just(Client::Unknown),
        1 => Just(Client::Malformed),
    ]
    .boxed()
}

fn token_client() -> BoxedStrategy<Client> {
    prop_oneof![6 => Just(Client::Own), 1 => client()].boxed()
}

pub(crate) fn proof() -> BoxedStrategy<Proof> {
    prop_oneof![
        18 => any::<bool>().prop_map(|last| Proof::Right { last }),
        1 => Just(Proof::Wrong),
        1 => Just(Proof::Absent),
        1 => Just(Proof::Deleted),
        1 => Just(Proof::Odd),
    ]
    .boxed()
}

fn token() -> BoxedStrategy<Token> {
    prop_oneof![
        20 => ago().prop_map(Token::Seen),
        1 => Just(Token::Unknown),
        1 => Just(Token::ThreeParts),
        1 => Just(Token::Malformed),
        1 => Just(Token::Absent),
    ]
    .boxed()
}

pub(crate) fn access() -> BoxedStrategy<Access> {
    prop_oneof![
        24 => ago().prop_map(Access::Seen),
        1 => Just(Access::Unverified),
        1 => ago().prop_map(Access::OfAnotherIssuer),
        1 => ago().prop_map(Access::AnIdToken),
        1 => ago().prop_map(Access::WithoutScope),
        1 => Just(Access::Malformed),
    ]
    .boxed()
}

pub(crate) fn limit() -> BoxedStrategy<Option<u32>> {
    prop_oneof![
        4 => Just(Some(1)),
        2 => Just(None),
        2 => Just(Some(2)),
        1 => Just(Some(0)),
        1 => Just(Some(61)),
    ]
    .boxed()
}

pub(crate) fn page() -> BoxedStrategy<Page> {
    prop_oneof![
        8 => Just(Page::First),
        2 => ago().prop_map(Page::Seen),
        2 => ago().prop_map(Page::OfTheList),
        1 => Just(Page::Unknown),
    ]
    .boxed()
}

fn shown() -> BoxedStrategy<usize> {
    prop_oneof![3 => Just(0_usize), 1 => 1..SHOWN.len()].boxed()
}

fn new_secret() -> BoxedStrategy<NewSecret> {
    prop_oneof![
        4 => Just(NewSecret::Random),
        2 => Just(NewSecret::Given),
        1 => Just(NewSecret::Short),
    ]
    .boxed()
}

pub(crate) fn sign_in_password() -> BoxedStrategy<Password> {
    prop_oneof![
        20 => Just(Password::Right),
        4 => (0..PASSWORDS.len()).prop_map(Password::Good),
        1 => Just(Password::Absent),
    ]
    .boxed()
}

pub(crate) fn new_password() -> BoxedStrategy<Password> {
    prop_oneof![
        20 => (0..PASSWORDS.len()).prop_map(Password::Good),
        3 => (0..WEAK_PASSWORDS.len()).prop_map(Password::Weak),
        1 => Just(Password::Long),
        2 => Just(Password::Absent),
    ]
    .boxed()
}

pub(crate) fn attributes() -> BoxedStrategy<Attributes> {
    let good = || 0..FIRST_BAD_ATTRIBUTE;
    prop_oneof![
        6 => Just(vec![]),
        // A verified contact.
        6 => prop::sample::select(vec![vec![0, 1], vec![2, 3], vec![0, 1, 4], vec![6, 1]]),
        2 => prop::sample::select(vec![vec![0], vec![4], vec![9], vec![10], vec![0, 4]]),
        3 => prop::collection::vec(good(), 1..4),
        1 => Just(vec![1]),
        4 => (prop::collection::vec(good(), 0..2), FIRST_BAD_ATTRIBUTE..ATTRIBUTES.len())
            .prop_map(|(mut good, bad)| { good.push(bad); good }),
    ]
    .prop_map(Attributes)
    .boxed()
}
