//! Deliberately wrong directories: the contract catches each, by the cases that are about it and by
//! no unrelated one.

use std::sync::Arc;

use offline::{FakeHarness, wrong::*};
use user_directory_contract::{Contract, Ledger, Outcome};
use user_directory_fake::Fake;

/// Runs the contract on a wrong directory. Each case in `by` must fail, and nothing may fail whose
/// id does not begin with one of `related`.
fn caught(harness: FakeHarness, by: &[&str], related: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without I/O starts");
    let report = runtime.block_on(Contract::new().run(&harness, &Ledger::empty()));
    let failed: Vec<_> = report
        .results()
        .iter()
        .filter(|result| matches!(result.outcome(), Outcome::Failed(_)))
        .map(|result| result.id())
        .collect();
    for id in by {
        assert!(failed.contains(id), "{id} did not catch it; these did: {failed:#?}");
    }
    let unrelated: Vec<_> = failed
        .iter()
        .filter(|id| !by.contains(id) && !related.iter().any(|topic| id.starts_with(topic)))
        .collect();
    assert!(unrelated.is_empty(), "these failed for no good reason: {unrelated:#?}");
}

/// The same wrong, without state, around both handles.
fn both<W: Wrong>(wrong: W) -> FakeHarness {
    let own = wrong.clone();
    FakeHarness::new()
        .with_directory("wrong", move |directory| With(wrong.clone(), directory))
        .with_self_service(move |self_service| With(own.clone(), self_service))
}

/// A wrong with a state for each fake, around both handles.
fn with_state<W: Wrong + Default>() -> FakeHarness {
    let states = Arc::new(PerFake::<W>::default());
    let own = states.clone();
    FakeHarness::new()
        .with_directory("wrong", move |directory| With(states.of(directory.fake()), directory))
        .with_self_service(move |handle| With(own.of(handle.fake()), handle))
}

/// A wrong that looks into the fake behind the handle.
fn looking<W: Wrong>(make: fn(Fake) -> W) -> FakeHarness {
    FakeHarness::new()
        .with_directory("wrong", move |directory| With(make(directory.fake().clone()), directory))
        .with_self_service(move |handle| With(make(handle.fake().clone()), handle))
}

#[test]
fn rotates_always() {
    caught(
        both(RotatesAlways),
        &["refresh/no-refresh-token", "rotation/off", "article/whole-story"],
        &["refresh/", "secret-hash/", "flow/old-and-new", "self-service/sign-in-and-refresh"],
    );
}

#[test]
fn never_expires() {
    caught(with_state::<NeverExpires>(), &["refresh/not-extended", "refresh/lasts-30-days"], &[]);
}

#[test]
fn forgets_access_tokens_on_sign_out() {
    caught(
        both(ForgetsAccessTokens),
        &["sign-out/every-observer", "self-service/sign-out-every-observer"],
        &["sign-out/", "disable/", "revoke/", "rotation/revoke-newest", "self-service/sign-out-"],
    );
}

#[test]
fn forgets_refresh_tokens_on_sign_out() {
    caught(
        with_state::<ForgetsRefreshTokens>(),
        &["sign-out/every-observer", "article/whole-story"],
        &[
            "sign-out/",
            "disable/no-revival",
            "refresh/disabled-user",
            "revoke/",
            "rotation/sign-out",
            "self-service/sign-out-",
        ],
    );
}

#[test]
fn any_temporary_password_reaches_the_challenge() {
    caught(
        with_state::<AnyTemporaryPassword>(),
        &["sign-in/wrong-temporary-password"],
        &["register/finish-needs-the-password"],
    );
}

#[test]
fn hides_existence_whatever_the_client_says() {
    caught(
        both(HidesExistence),
        &["sign-in/unknown-user", "existence/shown-by-default"],
        &[
            "existence/",
            "alias/email-change",
            "sign-in/unverified-alias",
            "sign-in/email-without-alias",
            "register/finish-without-a-user",
        ],
    );
}

#[test]
fn shows_existence_whatever_the_client_says() {
    caught(
        looking(ShowsExistence),
        &["existence/unknown-user-looks-like-a-wrong-password"],
        &["existence/"],
    );
}

#[test]
fn swaps_access_and_id_token() {
    caught(
        both(SwapsTokens),
        &["tokens/access-claims", "tokens/id-claims"],
        // Whoever reads a claim of one or presents the other.
        &[
            "tokens/",
            "sign-in/case-insensitive",
            "sign-in/email-pool",
            "refresh/",
            "rotation/identity-kept",
            "sign-out/",
            "disable/revokes-access-tokens",
            "revoke/",
            "self-service/",
        ],
    );
}

#[test]
fn leaves_a_half_made_account() {
    caught(
        both(HalfMadeAccount),
        &["register/weak-password-leaves-nothing", "create/weak-temporary-password"],
        &[],
    );
}

#[test]
fn revives_by_enabling() {
    caught(with_state::<RevivesByEnabling>(), &["disable/no-revival"], &[]);
}

#[test]
fn takes_any_password() {
    caught(
        with_state::<AnyPassword>(),
        &["sign-in/wrong-password", "password/new-replaces-old"],
        &["sign-in/", "password/", "existence/", "register/never-touches-another"],
    );
}

#[test]
fn keeps_the_typed_name_in_the_grant() {
    caught(
        both(GrantWithTypedName),
        &["secret-hash/email-pool-refresh", "tokens/grant-names-the-user"],
        &["usernames/", "sign-in/case-insensitive", "sign-in/verified-alias", "secret-hash/"],
    );
}

#[test]
fn revokes_everything() {
    caught(looking(RevokesEverything), &["revoke/one-session"], &["revoke/"]);
}

#[test]
fn loses_the_pages() {
    caught(both(LosesThePages), &["list/pages", "list/stream"], &["list/"]);
}

#[test]
fn never_confirms() {
    caught(
        looking(NeverConfirms),
        &["challenge/answer-brings-tokens"],
        &["challenge/", "session/used", "sign-in/never-expires-after-the-first"],
    );
}
