//! Looking up, confirming, enabling, disabling and deleting.

use std::time::Duration;

use user_directory::{
    ConfirmSignUp, CreateUser, ErrorKind, ResetUserPassword, SetUserPassword, SignIn,
    UpdateUserAttributes, UserStatus,
};

use crate::{Case, Evidence, FixtureUser, case, check, mailbox, trial::PASSWORD};

const MANAGE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "account/confirm-unconfirmed",
            "AdminConfirmSignUp confirms a user who signed up, who then signs in.",
            needs = [Fixtures],
            evidence = Evidence::Documented {
                url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py"
            },
            async |t| {
                let user =
                    FixtureUser::new("alice", UserStatus::Unconfirmed).with_password(PASSWORD);
                t.put_user(user).await;
                t.directory().confirm_sign_up(ConfirmSignUp::new("alice")).await?;
                let user = t.directory().user("alice").await?;
                check::equal("the status", user.status, UserStatus::Confirmed)?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "account/confirm-confirmed",
            "AdminConfirmSignUp refuses a confirmed user.",
            evidence = Evidence::Reported {
                note: "seen in public code, no address: ten clients handle the text"
            },
            async |t| {
                t.register("alice").await?;
                let refused = t.directory().confirm_sign_up(ConfirmSignUp::new("alice")).await;
                let text = "User cannot be confirmed. Current status is CONFIRMED";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                Ok(())
            }
        ),
        case!(
            "account/confirm-force-change-password",
            "AdminConfirmSignUp refuses a user whom an administrator created.",
            evidence = Evidence::Reported {
                note: "by analogy with CONFIRMED; the guide says that only sign-ups can be confirmed"
            },
            async |t| {
                t.directory().create_user(CreateUser::new("alice")).await?;
                let refused = t.directory().confirm_sign_up(ConfirmSignUp::new("alice")).await;
                let text = "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                Ok(())
            }
        ),
        case!(
            "account/confirm-reset-required",
            "AdminConfirmSignUp refuses a user who must reset the password.",
            needs = [Fixtures],
            evidence = Evidence::Assumed { why: "by analogy with CONFIRMED" },
            async |t| {
                t.put_user(FixtureUser::new("alice", UserStatus::ResetRequired)).await;
                let refused = t.directory().confirm_sign_up(ConfirmSignUp::new("alice")).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "account/disabled-keeps-its-status",
            "Disabling leaves status and attributes alone, and so does enabling.",
            evidence = MANAGE,
            async |t| {
                let before = t.register("alice").await?;
                t.directory().disable_user("alice").await?;
                let disabled = t.directory().user("alice").await?;
                check::that(!disabled.enabled, "the user is disabled")?;
                check::equal("the status", disabled.status, UserStatus::Confirmed)?;
                check::equal("the attributes", disabled.attributes, before.attributes)?;
                t.directory().enable_user("alice").await?;
                let enabled = t.directory().user("alice").await?;
                check::that(enabled.enabled, "the user is enabled")?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "account/disable-twice",
            "Disabling a disabled user and enabling an enabled one succeed.",
            evidence = Evidence::Reported { note: "both operations only set a flag" },
            async |t| {
                t.register("alice").await?;
                t.directory().enable_user("alice").await?;
                t.directory().disable_user("alice").await?;
                t.directory().disable_user("alice").await?;
                check::that(!t.directory().user("alice").await?.enabled, "the user is disabled")
            }
        ),
        case!(
            "account/delete-enabled-user",
            "AdminDeleteUser deletes an enabled user, once.",
            evidence = MANAGE,
            async |t| {
                t.register("alice").await?;
                t.directory().delete_user("alice").await?;
                let again = t.directory().delete_user("alice").await;
                check::refused(again, ErrorKind::UserNotFound, &["User does not exist."])?;
                let absent = t.directory().user("alice").await;
                check::refused(absent, ErrorKind::UserNotFound, &["User does not exist."])?;
                Ok(())
            }
        ),
        case!(
            "account/dates-move-with-changes",
            "Changes of attributes, password and status move the last date, a sign-in does not.",
            needs = [Clock, Inbox],
            evidence = Evidence::Reported { note: "observed by clients; no statement" },
            async |t| {
                let created = t.register("alice").await?.create_date;
                let mut last = t.directory().user("alice").await?.last_modified_date;
                t.advance(Duration::from_secs(10)).await;
                t.sign_in("alice").await?;
                let user = t.directory().user("alice").await?;
                check::equal("the date after a sign-in", user.last_modified_date, last)?;
                for change in 0..3 {
                    t.advance(Duration::from_secs(10)).await;
                    match change {
                        0 => {
                            let attributes =
                                [("email", mailbox("a")), ("email_verified", "true".into())];
                            let request = UpdateUserAttributes::new("alice", attributes);
                            t.directory().update_user_attributes(request).await?;
                        }
                        1 => {
                            let request = SetUserPassword::permanent("alice", PASSWORD);
                            t.directory().set_user_password(request).await?;
                        }
                        _ => {
                            let request = ResetUserPassword::new("alice");
                            t.directory().reset_user_password(request).await?;
                        }
                    }
                    let user = t.directory().user("alice").await?;
                    check::that(user.last_modified_date > last, "the date moves with a change")?;
                    check::equal("the date of creation", user.create_date, created)?;
                    last = user.last_modified_date;
                }
                Ok(())
            }
        ),
        case!(
            "account/malformed-name",
            "A name over 128 characters is refused before anything else, and not repeated.",
            evidence = Evidence::Documented { url: "https://github.com/Liftric/cognito-idp" },
            async |t| {
                let refused = t.directory().user(&"x".repeat(129)).await;
                let text = "1 validation error detected: Value at 'username' failed to satisfy \
                            constraint: Member must have length less than or equal to 128";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "account/empty-name",
            "An empty name breaks two constraints, which one text names.",
            evidence = Evidence::Reported {
                note: "seen in public code, no address: traces of 2017 and integration tests"
            },
            async |t| {
                let refused = t.directory().user("").await;
                let text = "2 validation errors detected: Value at 'username' failed to satisfy \
                            constraint: Member must have length greater than or equal to 1; Value \
                            at 'username' failed to satisfy constraint: Member must satisfy \
                            regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "account/found-by-sub",
            "A sub is taken where a user name is, and the answer has the real name.",
            evidence = Evidence::Reported {
                note: "the API's text; not probed for pools with plain user names"
            },
            async |t| {
                let alice = t.register("alice").await?;
                let sub = check::some("the sub", alice.sub())?;
                let user = t.directory().user(sub).await?;
                check::equal("the name", user.username.as_str(), "alice")
            }
        ),
        case!(
            "account/names-of-any-script",
            "Letters, marks, symbols, numbers and punctuation of any script make a name.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html",
            },
            async |t| {
                for name in ["桐生くん", "o'neil-smith", "€uro+1", "Ärger"] {
                    t.register(name).await?;
                    let outcome = t.directory().sign_in(SignIn::new(name, PASSWORD)).await?;
                    let set = check::tokens(outcome)?;
                    check::equal("the name", set.grant.username(), name)?;
                }
                let spaced = t.directory().create_user(CreateUser::new("two words")).await;
                check::refused(spaced, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
    ]
}
