//! Calls about groups, codes and one's own account, and stories of them that lead somewhere.

use proptest::prelude::*;

use crate::{calls::*, strategies::*};

/// A group, mostly one of a few.
fn group() -> BoxedStrategy<usize> {
    prop_oneof![20 => 0..3_usize, 1 => 3..GROUPS.len()].boxed()
}

fn group_settings() -> BoxedStrategy<GroupSettings> {
    let precedence = prop_oneof![
        2 => Just(None),
        6 => (0..3_u32).prop_map(Some),
        1 => Just(Some(i32::MAX as u32)),
        1 => Just(Some(1 << 31)),
    ];
    let role = prop_oneof![2 => Just(None), 8 => (0..2_usize).prop_map(Some), 1 => Just(Some(2))];
    (prop::option::of(0..DESCRIPTIONS.len()), role, precedence)
        .prop_map(|(description, role, precedence)| GroupSettings { description, role, precedence })
        .boxed()
}

fn create_group() -> BoxedStrategy<Call> {
    (group(), group_settings())
        .prop_map(|(group, settings)| Call::CreateGroup { group, settings })
        .boxed()
}

fn add_to_group() -> BoxedStrategy<Call> {
    (user(), group()).prop_map(|(name, group)| Call::AddToGroup { name, group }).boxed()
}

pub(crate) fn group_call() -> BoxedStrategy<Call> {
    prop_oneof![
        4 => create_group(),
        2 => (group(), group_settings())
            .prop_map(|(group, settings)| Call::UpdateGroup { group, settings }),
        2 => group().prop_map(Call::GetGroup),
        2 => group().prop_map(Call::DeleteGroup),
        2 => (limit(), page()).prop_map(|(limit, page)| Call::ListGroups { limit, page }),
        8 => add_to_group(),
        2 => (user(), group()).prop_map(|(name, group)| Call::RemoveFromGroup { name, group }),
        2 => (user(), limit(), page())
            .prop_map(|(name, limit, page)| Call::ListGroupsOf { name, limit, page }),
        3 => (group(), limit(), page())
            .prop_map(|(group, limit, page)| Call::ListUsersIn { group, limit, page }),
    ]
    .boxed()
}

fn caller(name: BoxedStrategy<Name>) -> BoxedStrategy<Caller> {
    (client(), name, proof())
        .prop_map(|(client, name, proof)| Caller { client, name, proof })
        .boxed()
}

fn code() -> BoxedStrategy<Code> {
    prop_oneof![
        10 => Just(Code::Newest),
        3 => (0..2_usize).prop_map(Code::Older),
        2 => Just(Code::OfAnother),
        3 => Just(Code::Wrong),
        1 => Just(Code::Malformed),
    ]
    .boxed()
}

fn to_verify() -> BoxedStrategy<usize> {
    prop_oneof![8 => Just(0_usize), 5 => Just(1_usize), 2 => 2..TO_VERIFY.len()].boxed()
}

/// Attributes that may be there at a sign-up, mostly.
fn sign_up_attributes() -> BoxedStrategy<Attributes> {
    let good = vec![
        vec![0],
        vec![0, 4],
        vec![2],
        vec![0, 2, 4],
        vec![6, 4],
        vec![8],
        vec![15],
        vec![0, 9],
    ];
    prop_oneof![
        6 => prop::sample::select(good).prop_map(Attributes),
        1 => Just(Attributes(vec![0, 4, 9])),
        1 => attributes(),
    ]
    .boxed()
}

/// Attributes that users may change themselves, mostly.
fn own_attributes() -> BoxedStrategy<Attributes> {
    let good = [
        &[0_usize][..],
        &[5],
        &[6],
        &[2],
        &[8],
        &[4],
        &[9],
        &[15],
        &[16],
        &[6, 8],
        &[24],
        &[13],
        &[12],
    ];
    prop_oneof![
        8 => prop::sample::select(good.to_vec()).prop_map(|good| Attributes(good.to_vec())),
        1 => attributes(),
    ]
    .boxed()
}

fn sign_up() -> BoxedStrategy<Call> {
    (caller(name()), new_password(), sign_up_attributes())
        .prop_map(|(caller, password, attributes)| Call::SignUp { caller, password, attributes })
        .boxed()
}

fn confirm_by_code() -> BoxedStrategy<Call> {
    (caller(user()), code(), any::<bool>())
        .prop_map(|(caller, code, force)| Call::ConfirmByCode { caller, code, force })
        .boxed()
}

fn forgot_password() -> BoxedStrategy<Call> {
    caller(user()).prop_map(Call::ForgotPassword).boxed()
}

fn confirm_forgot_password() -> BoxedStrategy<Call> {
    (caller(user()), code(), new_password())
        .prop_map(|(caller, code, password)| Call::ConfirmForgotPassword { caller, code, password })
        .boxed()
}

fn change_password() -> BoxedStrategy<Call> {
    let proposed = prop_oneof![4 => new_password(), 1 => Just(Password::Right)];
    let previous = prop_oneof![5 => sign_in_password(), 1 => Just(Password::Absent)];
    (access(), previous, proposed)
        .prop_map(|(access, previous, proposed)| Call::ChangePassword {
            access,
            previous,
            proposed,
        })
        .boxed()
}

fn update_own() -> BoxedStrategy<Call> {
    (access(), own_attributes())
        .prop_map(|(access, attributes)| Call::UpdateOwn { access, attributes })
        .boxed()
}

fn get_code() -> BoxedStrategy<Call> {
    (access(), to_verify())
        .prop_map(|(access, attribute)| Call::GetCode { access, attribute })
        .boxed()
}

fn verify() -> BoxedStrategy<Call> {
    (access(), to_verify(), code())
        .prop_map(|(access, attribute, code)| Call::Verify { access, attribute, code })
        .boxed()
}

/// Calls of users, signed in or not.
pub(crate) fn account_call() -> BoxedStrategy<Call> {
    prop_oneof![
        4 => sign_up(),
        3 => confirm_by_code(),
        2 => caller(user()).prop_map(Call::ResendCode),
        4 => forgot_password(),
        3 => confirm_forgot_password(),
        4 => change_password(),
        5 => update_own(),
        3 => (access(), own_attributes()).prop_map(|(access, attributes)| {
            Call::DeleteOwnAttributes { access, attributes }
        }),
        4 => get_code(),
        5 => verify(),
        1 => access().prop_map(Call::DeleteOwnUser),
        1 => (0..4_usize).prop_map(Call::AddCustomAttributes),
    ]
    .boxed()
}

/// One call after the other, each after a wait, some of them again and again.
fn tell(calls: Vec<(u64, u32, Call)>) -> Vec<Step> {
    let step = |(wait_millis, times, call)| Step { wait_millis, times, pool: PoolId::Ours, call };
    calls.into_iter().map(step).collect()
}

/// The client without a secret, or with the right one.
fn friend(name: Name) -> BoxedStrategy<Caller> {
    (0..3_usize)
        .prop_map(move |client| Caller {
            client: Client::Number(client),
            name,
            proof: Proof::Right { last: false },
        })
        .boxed()
}

/// How long one waits for a code to be tried, about its end.
fn while_for_a_code() -> BoxedStrategy<u64> {
    prop_oneof![
        6 => Just(0_u64),
        1 => prop::sample::select(&[HOUR - 1, HOUR, DAY - 1, DAY][..]),
    ]
    .boxed()
}

fn proof_of_refresh() -> BoxedStrategy<Proof> {
    prop_oneof![
        2 => Just(Proof::Right { last: false }),
        1 => Just(Proof::Wrong),
        1 => Just(Proof::Odd),
    ]
    .boxed()
}

/// Calls that belong together.
pub(crate) fn story() -> BoxedStrategy<Vec<Step>> {
    let last = Name::Seen(0);
    let signed_in = || sign_in_by(Via::Public, 0);
    let late = while_for_a_code;

    let contacts = prop::sample::select(vec![
        vec![0, 4],
        vec![2, 0, 4],
        vec![6, 4],
        vec![8, 6, 4],
        vec![0],
        vec![0, 4, 9],
    ]);
    let sign_up = (friend(Name::Fitting(0)), 0..3_usize, contacts, 0..3_usize).prop_map(
        |(mut caller, name, attributes, password)| {
            caller.name = Name::Fitting(name);
            let password = Password::Good(password);
            Call::SignUp { caller, password, attributes: Attributes(attributes) }
        },
    );
    let confirmed = (sign_up.clone(), friend(last), late(), code(), any::<bool>(), signed_in())
        .prop_map(move |(sign_up, caller, wait, code, force, sign_in)| {
            let confirm = |code| Call::ConfirmByCode { caller, code, force };
            tell(vec![
                (0, 1, sign_up),
                (0, u32::from(force), Call::Update { name: last, attributes: Attributes(vec![5]) }),
                (wait, 1, confirm(code)),
                (0, 1, confirm(Code::Newest)),
                (0, 1, sign_in),
            ])
        });
    let resent = (sign_up.clone(), friend(last), late(), 1..7_u32, code(), 1..17_u32).prop_map(
        |(sign_up, caller, wait, again, code, tries)| {
            tell(vec![
                (0, 1, sign_up),
                (0, again, Call::ResendCode(caller)),
                (wait, tries, Call::ConfirmByCode { caller, code, force: false }),
                (0, 1, Call::ConfirmByCode { caller, code: Code::Newest, force: true }),
            ])
        },
    );
    let forgotten =
        (user(), friend(last), late(), 1..7_u32, (code(), 1..6_u32), 0..PASSWORDS.len()).prop_map(
            |(name, mut caller, wait, again, (code, tries), password)| {
                caller.name = name;
                let password = Password::Good(password);
                let confirm = |code| Call::ConfirmForgotPassword { caller, code, password };
                let attributes = Attributes(vec![0, 1, 4]);
                let sign_in = |password| Call::SignIn {
                    via: Via::Public,
                    client: Client::Number(0),
                    flow: Flow::Password,
                    name,
                    password,
                    proof: Proof::Right { last: false },
                };
                tell(vec![
                    (0, 1, Call::Update { name, attributes }),
                    (0, again, Call::ForgotPassword(caller)),
                    (0, 2 * again, sign_in(Password::Wrong)),
                    (wait, tries, confirm(code)),
                    (0, 1, confirm(Code::Newest)),
                    (0, 1, sign_in(Password::Right)),
                    (0, 1, confirm(Code::Newest)),
                ])
            },
        );
    // Meanwhile an administrator changes the user's address, or gives it to another one.
    let addresses = prop::sample::select(vec![vec![0], vec![6], vec![0, 1], vec![6, 1], vec![8]]);
    let updating = (signed_in(), user(), any::<bool>(), addresses).prop_map(
        |(sign_in, other, own, attributes)| {
            let name = match sign_in {
                Call::SignIn { name, .. } if own => name,
                _ => other,
            };
            (sign_in, Call::Update { name, attributes: Attributes(attributes) })
        },
    );
    let verified = (updating, own_attributes(), to_verify(), 1..7_u32, (late(), code(), 1..17_u32))
        .prop_map(|((sign_in, update), attributes, attribute, again, (wait, code, tries))| {
            let access = Access::Seen(0);
            let verify = |code| Call::Verify { access, attribute, code };
            tell(vec![
                (0, 1, sign_in.clone()),
                (0, 1, Call::UpdateOwn { access, attributes }),
                (0, again / 2, Call::GetCode { access, attribute }),
                // The access token does not live that long.
                (wait, u32::from(wait > 0), sign_in),
                (0, again % 2, update),
                (0, if again == 6 { tries } else { 1 }, verify(code)),
                (0, 1, verify(Code::Newest)),
                (0, again / 6, Call::GetCode { access, attribute }),
            ])
        });
    // The code is for an address that is another user's, or that the user has no more.
    let misdirected = (signed_in(), user(), prop::sample::select(vec![vec![6], vec![6, 1]]))
        .prop_flat_map(|(sign_in, other, changed)| {
            let own = match sign_in {
                Call::SignIn { name, .. } => name,
                _ => other,
            };
            let update = prop::sample::select(vec![
                Call::Update { name: own, attributes: Attributes(changed) },
                Call::Update { name: other, attributes: Attributes(vec![0, 1]) },
            ]);
            (Just(sign_in), update)
        })
        .prop_map(|(sign_in, update)| {
            let (access, attribute) = (Access::Seen(0), 0);
            let attributes = Attributes(vec![0]);
            let verify = Call::Verify { access, attribute, code: Code::Newest };
            tell(vec![
                (0, 1, sign_in),
                (0, 1, Call::UpdateOwn { access, attributes }),
                (0, 1, Call::GetCode { access, attribute }),
                (0, 1, update),
                (0, 2, verify),
            ])
        });
    let wrong = (sign_in_by(Via::Public, 0), 4..8_u32, prop::sample::select(&WAITS[..]), 0..2_u32)
        .prop_map(|(right, times, wait, more)| {
            let mut wrong = right.clone();
            if let Call::SignIn { password, .. } = &mut wrong {
                *password = Password::Wrong;
            }
            tell(vec![
                (0, times, wrong.clone()),
                (0, 1, right.clone()),
                (wait, more, wrong.clone()),
                (wait, 1, right.clone()),
                (0, 4, wrong.clone()),
                (0, 1, right),
                (0, 1, wrong),
            ])
        });
    let refresh = proof_of_refresh().prop_map(|proof| Call::Refresh {
        via: RefreshVia::InitiateAuth,
        client: Client::Own,
        token: Token::Seen(0),
        proof,
    });
    let hour = prop::sample::select(&[HOUR - 1, HOUR][..]);
    let changed = (signed_in(), 1..7_u32, hour, change_password(), refresh).prop_map(
        |(sign_in, times, wait, change, refresh)| {
            let access = Access::Seen(0);
            let (previous, proposed) = (Password::Wrong, Password::Good(0));
            let wrong = Call::ChangePassword { access, previous, proposed };
            let mut temporary = Vec::new();
            if let Call::SignIn { name, .. } = sign_in
                && times == 1
            {
                let password = Password::Good(1);
                temporary.push((0, 1, Call::SetPassword { name, password, permanent: false }));
                let previous = Password::Absent;
                temporary.push((0, 1, Call::ChangePassword { access, previous, proposed }));
            }
            let mut calls = vec![(0, 1, sign_in.clone())];
            calls.extend(temporary);
            calls.extend([(0, times, wrong), (wait, 1, sign_in), (0, 1, change), (0, 1, refresh)]);
            tell(calls)
        },
    );
    let end = prop_oneof![signed_in(), Just(Call::DeleteOwnUser(Access::Seen(0)))];
    let groups = (create_group(), create_group(), add_to_group(), add_to_group());
    let members =
        (groups, signed_in(), group_call(), end).prop_map(|(groups, mut one, call, other)| {
            let (first, second, third, fourth) = groups;
            if let (Call::AddToGroup { name: member, .. }, Call::SignIn { name, .. }) =
                (&fourth, &mut one)
            {
                *name = *member;
            }
            tell([first, second, third, fourth, one, call, other].map(|call| (0, 1, call)).to_vec())
        });
    // Somebody has verified the address that another one signs up with.
    let contested = (sign_up.clone(), friend(last), name(), any::<bool>(), signed_in()).prop_map(
        move |(mut sign_up, caller, name, force, sign_in)| {
            if let Call::SignUp { attributes, .. } = &mut sign_up {
                *attributes = Attributes(vec![0, 4]);
            }
            let (status, password) = (Status::Confirmed, 0);
            let attributes = Attributes(vec![0, 1, 4]);
            let put = Call::PutUser { name, status, password, attributes, enabled: true };
            let confirm = |force| Call::ConfirmByCode { caller, code: Code::Newest, force };
            tell(vec![
                (0, 1, put),
                (0, 1, sign_up),
                (0, 1, confirm(force)),
                (0, 1, confirm(true)),
                (0, 1, sign_in),
            ])
        },
    );
    prop_oneof![
        3 => confirmed.boxed(),
        2 => resent.boxed(),
        3 => forgotten.boxed(),
        4 => verified.boxed(),
        3 => wrong.boxed(),
        2 => changed.boxed(),
        2 => contested.boxed(),
        3 => misdirected.boxed(),
        3 => members.boxed(),
    ]
    .boxed()
}

/// About the ends of the first locks, and a quarter of an hour.
const WAITS: [u64; 8] = [
    SECOND - 1,
    SECOND,
    2 * SECOND - 1,
    2 * SECOND,
    4 * SECOND - 1,
    4 * SECOND,
    900_000 - 1,
    900_000,
];
