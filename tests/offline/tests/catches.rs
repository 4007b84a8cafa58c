//! Deliberately wrong directories: the contract catches each, by the cases that are about it and by
//! no unrelated one.

use std::sync::Arc;

use offline_tests::wrong::*;
use user_directory_contract::{Contract, Ledger, Outcome};
use user_directory_fake::Fake;
use user_directory_harness::FakeHarness;

/// Runs the whole contract on a wrong directory. Each case in `by` must fail, and nothing may fail
/// whose id does not begin with one of `related`.
fn caught(harness: FakeHarness, by: &[&str], related: &[&str]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without I/O starts");
    let about = |id: &str| by.contains(&id) || related.iter().any(|topic| id.starts_with(topic));
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
    let unrelated: Vec<_> = failed.iter().filter(|id| !about(id)).collect();
    assert!(unrelated.is_empty(), "these failed for no good reason: {unrelated:#?}");
}

/// The same wrong, without state, around both handles.
fn both<W: Wrong>(wrong: W) -> FakeHarness {
    let own = wrong.clone();
    let factors = wrong.clone();
    FakeHarness::wrapping(move |directory| With(wrong.clone(), directory))
        .wrapping_self_service(move |self_service| With(own.clone(), self_service))
        .wrapping_own_factors(move |own_factors| With(factors.clone(), own_factors))
}

/// A wrong with a state for each fake, around both handles.
fn with_state<W: Wrong + Default>() -> FakeHarness {
    let states = Arc::new(PerFake::<W>::default());
    let (own, factors) = (states.clone(), states.clone());
    FakeHarness::wrapping(move |directory| With(states.of(directory.fake()), directory))
        .wrapping_self_service(move |handle| With(own.of(handle.fake()), handle))
        .wrapping_own_factors(move |handle| With(factors.of(handle.fake()), handle))
}

/// A wrong that looks into the fake behind the handle.
fn looking<W: Wrong>(make: fn(Fake) -> W) -> FakeHarness {
    FakeHarness::wrapping(move |directory| With(make(directory.fake().clone()), directory))
        .wrapping_self_service(move |handle| With(make(handle.fake().clone()), handle))
        .wrapping_own_factors(move |handle| With(make(handle.fake().clone()), handle))
}

#[test]
fn rotates_always() {
    caught(
        both(RotatesAlways),
        &["refresh/no-refresh-token", "rotation/off", "article/whole-story"],
        &[
            "refresh/",
            "secret-hash/",
            "client-secrets/source",
            "flow/old-and-new",
            "self-service/sign-in-and-refresh",
            "mfa/refresh-asks-nothing",
        ],
    );
}

#[test]
fn never_expires() {
    caught(
        with_state::<NeverExpires>(),
        &["refresh/not-extended", "refresh/lasts-30-days"],
        &["refresh/validity-of-zero"],
    );
}

#[test]
fn forgets_access_tokens_on_sign_out() {
    caught(
        both(ForgetsAccessTokens),
        &["sign-out/every-observer", "self-service/sign-out-every-observer"],
        &[
            "sign-out/",
            "disable/",
            "revoke/",
            "rotation/revoke-newest",
            "self-service/sign-out-",
            "self-service/revoked-everywhere",
        ],
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
        // It tries twice, which counts twice.
        &["register/finish-needs-the-password", "lockout/", "srp/lockout"],
    );
}

#[test]
fn hides_existence_whatever_the_client_says() {
    caught(
        both(HidesExistence),
        &["sign-in/unknown-user", "existence/shown-by-default"],
        &[
            "existence/",
            "alias/",
            "usernames/email-pool-new-address-signs-in",
            "usernames/case-sensitive-addresses",
            "sign-in/unverified-alias",
            "sign-in/email-without-alias",
            "register/finish-without-a-user",
            "own-attributes/verified-before-update",
            "verify/makes-an-alias",
            "delete-own/",
            "srp/sub-is-no-name",
            "srp/unknown-user",
        ],
    );
}

#[test]
fn shows_existence_whatever_the_client_says() {
    caught(
        looking(ShowsExistence),
        &["existence/unknown-user-looks-like-a-wrong-password", "lockout/unknown-names-alike"],
        &["existence/", "srp/unknown-user-prevented"],
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
            "forgot/",
            "change-password/",
            "password-history/",
            "own-attributes/",
            "verify/",
            "attributes/new-email-once-verified",
            "custom/",
            "password/keeps-access-tokens",
            "reset/keeps-access-tokens",
            "group-claims/",
            "delete-own/",
            "mfa/",
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
        &["sign-in/wrong-password", "password/new-replaces-old", "srp/wrong-password"],
        &[
            "sign-in/",
            "password/",
            "existence/",
            "register/never-touches-another",
            "forgot/",
            "change-password/",
            "lockout/",
            "srp/",
        ],
    );
}

#[test]
fn keeps_the_typed_name_in_the_grant() {
    caught(
        both(GrantWithTypedName),
        &["secret-hash/email-pool-refresh", "tokens/grant-names-the-user"],
        &[
            "usernames/",
            "sign-in/case-insensitive",
            "sign-in/verified-alias",
            "secret-hash/",
            "alias/",
            "verify/taken-alias",
            "attributes/old-email-until-verified",
            "srp/alias",
            "srp/email-pool",
        ],
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
        &[
            "challenge/",
            "session/used",
            "sign-in/never-expires-after-the-first",
            "password-history/",
            "srp/temporary-password",
            "mfa/after-new-password",
        ],
    );
}

#[test]
fn codes_never_expire() {
    caught(both(CodesNeverExpire), &["confirm/code-lasts-a-day", "confirm/expired-text"], &[]);
}

#[test]
fn older_codes_work() {
    caught(both(OlderCodesWork), &["forgot/older-code"], &[]);
}

#[test]
fn a_new_password_by_code_signs_out() {
    caught(both(NewPasswordSignsOut), &["forgot/sign-ins-survive"], &["reset/keeps-access-tokens"]);
}

#[test]
fn a_forgotten_password_stops_working() {
    caught(
        with_state::<ForgotPasswordResets>(),
        &["forgot/old-password-keeps-working"],
        // Whoever signs in between the code and the new password.
        &["forgot/", "lockout/ended-by-a-new-password", "password-history/by-code", "delete-own/"],
    );
}

#[test]
fn shows_existence_to_who_forgot_the_password() {
    caught(
        both(ForgotPasswordShowsExistence),
        &["forgot/unknown-user-where-prevented"],
        &["forgot/unknown-user-always-alike"],
    );
}

#[test]
fn a_changed_password_signs_out() {
    caught(
        both(ChangeSignsOut),
        &["change-password/keeps-sessions"],
        // Whoever changes the password twice with one token.
        &["password-history/current", "password-history/size"],
    );
}

#[test]
fn a_new_email_stays_verified() {
    caught(
        both(NewEmailStaysVerified),
        &["own-attributes/new-email", "own-attributes/new-email-without-verification"],
        &[
            "own-attributes/empty-deletes-every-kind",
            "verify/code-of-an-update",
            "verify/other-address-by-now",
            "verify/code-lasts-a-day",
        ],
    );
}

#[test]
fn a_lock_counts_what_is_tried_during_it() {
    let locks = Arc::new(PerFake::<Arc<_>>::default());
    let own = locks.clone();
    let harness = FakeHarness::wrapping(move |directory| {
        let fake = directory.fake().clone();
        With(LockCountsTries(fake.clone(), locks.of(&fake)), directory)
    })
    .wrapping_self_service(move |handle| {
        let fake = handle.fake().clone();
        With(LockCountsTries(fake.clone(), own.of(&fake)), handle)
    });
    caught(harness, &["lockout/uncounted"], &["lockout/", "srp/lockout"]);
}

#[test]
fn leaves_a_half_made_sign_up() {
    caught(both(HalfMadeSignUp), &["sign-up/weak-password-creates-nothing"], &[]);
}

#[test]
fn the_last_takes_the_alias() {
    caught(both(LastTakesTheAlias), &["alias/second-confirms"], &["alias/refusal-keeps-the-code"]);
}

#[test]
fn skips_second_factors() {
    caught(
        looking(SkipsFactors),
        &["mfa/on-one-contact", "mfa/on-phone", "mfa/preferred", "mfa/on-disabled"],
        &["mfa/"],
    );
}

#[test]
fn takes_used_codes() {
    caught(
        with_state::<TakesUsedCodes>(),
        &["mfa/code-used-once", "mfa/code-of-a-sign-in-used-once"],
        &[],
    );
}

#[test]
fn takes_another_sessions_codes() {
    caught(looking(TakesAnothersCodes), &["mfa/another-sessions-code"], &[]);
}

#[test]
fn mistakes_one_challenge_for_another() {
    caught(both(MistakesChallenges), &["mfa/on-phone", "mfa/preferred"], &["mfa/"]);
}

#[test]
fn hides_factors() {
    caught(both(HidesFactors), &["mfa/preference-shown-to-the-user"], &[]);
}
