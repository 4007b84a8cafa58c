//! Users who gave wrong passwords are locked out for a while.
//!
//! The developer guide has the rule; one live pool has been seen to let seven wrong passwords pass,
//! so a service that deviates here is not necessarily wrong.

use std::time::Duration;

use user_directory::{ErrorKind, SignIn};

use super::{
    confirm_forgot_password::{confirm, forgotten},
    refresh::MINUTE,
};
use crate::{Case, Evidence, Failure, OTHER_PASSWORD, PASSWORD, PoolProfile, Trial, case, check};

const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html",
};

const LOCKED: &str = "Password attempts exceeded";
const INCORRECT: &str = "Incorrect username or password.";
const WRONG: &str = "Wrong-horse-9-battery";

const SECOND: Duration = Duration::from_secs(1);
const MOMENT: Duration = Duration::from_millis(100);

/// Alice gives a wrong password, and is told so.
async fn fails(t: &Trial, times: u32) -> Result<(), Failure> {
    for _ in 0..times {
        let refused = t.try_sign_in("alice", WRONG).await;
        check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
    }
    Ok(())
}

/// Alice is locked out.
async fn is_locked(t: &Trial) -> Result<(), Failure> {
    let refused = t.try_sign_in("alice", PASSWORD).await;
    check::refused(refused, ErrorKind::NotAuthorized, &[LOCKED])?;
    Ok(())
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "lockout/after-five",
            "Four wrong passwords lock nobody out; after the fifth not even the right one signs in \
             for a second, and afterwards it does.",
            needs = [Clock],
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                fails(&t, 4).await?;
                t.sign_in("alice").await?;
                fails(&t, 5).await?;
                is_locked(&t).await?;
                t.advance(SECOND + MOMENT).await;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "lockout/uncounted",
            "What is tried during a lock does not make it longer.",
            needs = [Clock],
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                fails(&t, 5).await?;
                for _ in 0..5 {
                    is_locked(&t).await?;
                    let refused = t.try_sign_in("alice", WRONG).await;
                    check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                }
                t.advance(SECOND + MOMENT).await;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "lockout/doubles",
            "Each further wrong password locks for twice as long.",
            needs = [Clock],
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                fails(&t, 4).await?;
                for lock in [1, 2, 4, 8] {
                    fails(&t, 1).await?;
                    t.advance(lock * SECOND - MOMENT).await;
                    is_locked(&t).await?;
                    t.advance(2 * MOMENT).await;
                }
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "lockout/quarter-of-an-hour",
            "No lock is much longer than 15 minutes.",
            needs = [Clock],
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                fails(&t, 5).await?;
                for exponent in 0..10 {
                    t.advance(2_u32.pow(exponent) * SECOND + MOMENT).await;
                    fails(&t, 1).await?;
                }
                t.advance(10 * MINUTE).await;
                is_locked(&t).await?;
                t.advance(8 * MINUTE).await;
                fails(&t, 1).await?;
                t.advance(18 * MINUTE).await;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "lockout/reset-by-success",
            "A sign-in after a lock starts the count over.",
            needs = [Clock],
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                fails(&t, 5).await?;
                t.advance(SECOND + MOMENT).await;
                t.sign_in("alice").await?;
                fails(&t, 4).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "lockout/reset-by-silence",
            "Fifteen minutes of silence start the count over.",
            needs = [Clock],
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                fails(&t, 4).await?;
                t.advance(16 * MINUTE).await;
                fails(&t, 4).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "lockout/shared",
            "An administrator's calls and the users' own count together and are locked together.",
            needs = [Clock, SelfService],
            evidence = GUIDE,
            async |t| {
                t.register("alice").await?;
                fails(&t, 2).await?;
                for _ in 0..3 {
                    let refused = t.self_service().sign_in(SignIn::new("alice", WRONG)).await;
                    check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                }
                is_locked(&t).await?;
                let refused = t.self_service().sign_in(SignIn::new("alice", PASSWORD)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[LOCKED])?;
                t.advance(SECOND + MOMENT).await;
                let outcome = t.self_service().sign_in(SignIn::new("alice", PASSWORD)).await?;
                check::tokens(outcome)?;
                Ok(())
            }
        ),
        case!(
            "lockout/one-user",
            "Wrong passwords of one user lock no other out.",
            needs = [Clock],
            evidence = Evidence::Assumed {
                why: "the rule is documented, for a user; that others are free is its sense"
            },
            async |t| {
                t.register("alice").await?;
                t.register("bob").await?;
                fails(&t, 5).await?;
                is_locked(&t).await?;
                t.sign_in("bob").await?;
                Ok(())
            }
        ),
        case!(
            "lockout/wrong-password-alike",
            "During a lock a wrong password is answered as the right one is.",
            needs = [Clock],
            evidence = Evidence::Assumed {
                why: "the rule and the text are documented; that both passwords get it is not, but \
                      otherwise a lock would not stop guessing"
            },
            async |t| {
                t.register("alice").await?;
                fails(&t, 5).await?;
                let refused = t.try_sign_in("alice", WRONG).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[LOCKED])?;
                is_locked(&t).await
            }
        ),
        case!(
            "lockout/unknown-names-alike",
            "Where existence errors are prevented, a name that nobody has is locked as a user's is.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [Clock],
            evidence = Evidence::Assumed {
                why: "nothing public shows it, but otherwise five wrong passwords would tell who \
                      is there"
            },
            async |t| {
                t.register("alice").await?;
                for lock in [1, 2] {
                    for _ in 0..if lock == 1 { 5 } else { 1 } {
                        for name in ["alice", "nobody"] {
                            let refused = t.try_sign_in(name, WRONG).await;
                            check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                        }
                    }
                    for name in ["alice", "nobody"] {
                        let refused = t.try_sign_in(name, WRONG).await;
                        check::refused(refused, ErrorKind::NotAuthorized, &[LOCKED])?;
                    }
                    t.advance(lock * SECOND + MOMENT).await;
                }
                Ok(())
            }
        ),
        case!(
            "lockout/ended-by-a-new-password",
            "A new password by code ends the lock.",
            needs = [Clock, SelfService, Inbox],
            evidence = Evidence::Assumed {
                why: "documented is that a sign-in and silence end the count; a user who proved to \
                      have the code is likely to be let in"
            },
            async |t| {
                let code = forgotten(&t).await?;
                fails(&t, 5).await?;
                is_locked(&t).await?;
                confirm(&t, "alice", code, OTHER_PASSWORD).await?;
                t.sign_in_with("alice", OTHER_PASSWORD).await?;
                Ok(())
            }
        ),
    ]
}
