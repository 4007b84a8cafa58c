//! ConfirmForgotPassword.

use user_directory::{
    Code, ConfirmForgotPassword, ErrorKind, Refresh, ResetUserPassword,
    UserAttributeVerificationCode, UserStatus,
};

use super::{
    confirm_sign_up::{EXPIRED, MISMATCH, NO_COMBINATION},
    forgot_password::{forgot, verified},
    refresh::{MINUTE, refused_as_one_of},
    sign_up::{NEVER_SENT, another, code, has_status, hash_texts, signed_up},
};
use crate::{
    Case, Evidence, Failure, OTHER_PASSWORD, PASSWORD, PoolProfile, Trial, case, check, mailbox,
};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html",
};
const QUOTAS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html",
};
const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const CLIENTS: Evidence =
    Evidence::Reported { note: "seen in public code, no address: clients that handle the text" };

pub(super) async fn confirm(
    t: &Trial,
    username: &str,
    code: impl Into<Code>,
    password: &str,
) -> user_directory::Result<()> {
    let request = ConfirmForgotPassword::new(username, code, password);
    t.self_service().confirm_forgot_password(request).await
}

/// Alice has a verified e-mail address and has asked for a code. Brings it.
pub(super) async fn forgotten(t: &Trial) -> Result<Code, Failure> {
    verified(t, "alice").await?;
    forgot(t, "alice").await?;
    code(t, "alice", 0).await
}

/// Alice's password is still the first.
async fn unchanged(t: &Trial) -> Result<(), Failure> {
    t.sign_in("alice").await?;
    let refused = t.try_sign_in("alice", OTHER_PASSWORD).await;
    check::refused(refused, ErrorKind::NotAuthorized, &[])?;
    Ok(())
}

/// Alice's password is the other one.
async fn changed(t: &Trial) -> Result<(), Failure> {
    let refused = t.try_sign_in("alice", PASSWORD).await;
    check::refused(refused, ErrorKind::NotAuthorized, &["Incorrect username or password."])?;
    t.sign_in_with("alice", OTHER_PASSWORD).await?;
    Ok(())
}

pub(crate) fn cases() -> Vec<Case> {
    [right_code(), other_codes(), users()].concat()
}

fn right_code() -> Vec<Case> {
    vec![
        case!(
            "forgot/confirm",
            "The code sets a new password, and the old one is refused from then on.",
            needs = [SelfService, Inbox],
            evidence = API,
            async |t| {
                let code = forgotten(&t).await?;
                confirm(&t, "alice", code, OTHER_PASSWORD).await?;
                has_status(&t, UserStatus::Confirmed).await?;
                changed(&t).await
            }
        ),
        case!(
            "forgot/confirm-by-alias",
            "A new password is chosen by the alias that asked for the code.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                verified(&t, "alice").await?;
                forgot(&t, &mailbox("alice")).await?;
                let code = code(&t, "alice", 0).await?;
                confirm(&t, &mailbox("alice"), code, OTHER_PASSWORD).await?;
                changed(&t).await
            }
        ),
        case!(
            "forgot/sign-ins-survive",
            "A new password by code ends no sign-in.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported { note: "aws-amplify/amplify-js#6559" },
            async |t| {
                let code = forgotten(&t).await?;
                let set = t.sign_in("alice").await?;
                confirm(&t, "alice", code, OTHER_PASSWORD).await?;
                t.self_service().user(set.access_token()).await?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "forgot/after-an-administrators-reset",
            "The code of an administrator's reset sets a new password and confirms the user.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html"
            },
            async |t| {
                verified(&t, "alice").await?;
                t.directory().reset_user_password(ResetUserPassword::new("alice")).await?;
                has_status(&t, UserStatus::ResetRequired).await?;
                let code = code(&t, "alice", 0).await?;
                confirm(&t, "alice", code, OTHER_PASSWORD).await?;
                has_status(&t, UserStatus::Confirmed).await?;
                changed(&t).await
            }
        ),
        case!(
            "forgot/asked-after-an-administrators-reset",
            "A user in RESET_REQUIRED may ask for another code, and confirms with it.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "the developer guide, on users whom an administrator reset, by its sense"
            },
            async |t| {
                verified(&t, "alice").await?;
                t.directory().reset_user_password(ResetUserPassword::new("alice")).await?;
                forgot(&t, "alice").await?;
                has_status(&t, UserStatus::ResetRequired).await?;
                confirm(&t, "alice", code(&t, "alice", 1).await?, OTHER_PASSWORD).await?;
                has_status(&t, UserStatus::Confirmed).await?;
                changed(&t).await
            }
        ),
        case!(
            "forgot/weak-password",
            "A password that the policy refuses leaves the old one.",
            needs = [SelfService, Inbox],
            evidence = API,
            async |t| {
                let code = forgotten(&t).await?;
                let refused = confirm(&t, "alice", code, "Short").await;
                check::refused(refused, ErrorKind::InvalidPassword, &[])?;
                unchanged(&t).await
            }
        ),
        case!(
            "forgot/weak-password-leaves-the-code",
            "After a password that the policy refuses the code is still good.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "a refused call changes nothing" },
            async |t| {
                let code = forgotten(&t).await?;
                let refused = confirm(&t, "alice", code.clone(), "Short").await;
                check::refused(refused, ErrorKind::InvalidPassword, &[])?;
                confirm(&t, "alice", code, OTHER_PASSWORD).await?;
                changed(&t).await
            }
        ),
        case!(
            "forgot/confirm-secret-hash",
            "Without the hash of the client's secret, or with a wrong one, a code is worth nothing.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: raw errors of live pools"
            },
            async |t| {
                let code = forgotten(&t).await?;
                for (secret, texts) in hash_texts(&t) {
                    let own = t.self_service_with(&t.choice().with_secret(secret));
                    let request = ConfirmForgotPassword::new("alice", code.clone(), OTHER_PASSWORD);
                    let refused = own.confirm_forgot_password(request).await;
                    let texts = texts.each_ref().map(String::as_str);
                    check::refused(refused, ErrorKind::NotAuthorized, &texts)?;
                }
                unchanged(&t).await
            }
        ),
    ]
}

fn other_codes() -> Vec<Case> {
    vec![
        case!(
            "forgot/wrong-code",
            "A wrong code, number or not, changes nothing, and the right one still works.",
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                let code = forgotten(&t).await?;
                for wrong in [another(&code), NEVER_SENT.into()] {
                    let refused = confirm(&t, "alice", wrong, OTHER_PASSWORD).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[MISMATCH])?;
                }
                unchanged(&t).await?;
                confirm(&t, "alice", code, OTHER_PASSWORD).await?;
                changed(&t).await
            }
        ),
        case!(
            "forgot/code-lasts-an-hour",
            "A code, an administrator's too, is good for an hour.",
            needs = [SelfService, Inbox, Clock],
            evidence = QUOTAS,
            async |t| {
                let late = forgotten(&t).await?;
                for name in ["bob", "carol"] {
                    verified(&t, name).await?;
                    t.directory().reset_user_password(ResetUserPassword::new(name)).await?;
                }
                t.advance(59 * MINUTE).await;
                confirm(&t, "bob", code(&t, "bob", 0).await?, OTHER_PASSWORD).await?;
                t.advance(2 * MINUTE).await;
                let refused = confirm(&t, "alice", late, OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::ExpiredCode, &[])?;
                let late = code(&t, "carol", 0).await?;
                let refused = confirm(&t, "carol", late, OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::ExpiredCode, &[])?;
                unchanged(&t).await
            }
        ),
        case!(
            "forgot/never-asked",
            "Whoever asked for no code has none that works.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [SelfService],
            evidence = ERRORS,
            async |t| {
                verified(&t, "alice").await?;
                let refused = confirm(&t, "alice", "123456", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::ExpiredCode, &[])?;
                unchanged(&t).await
            }
        ),
        case!(
            "forgot/used-code",
            "A code works once.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed {
                why: "a code that was used is worth what one is that was never sent"
            },
            async |t| {
                let code = forgotten(&t).await?;
                confirm(&t, "alice", code.clone(), OTHER_PASSWORD).await?;
                let again = confirm(&t, "alice", code, PASSWORD).await;
                check::refused(again, ErrorKind::ExpiredCode, &[EXPIRED])?;
                changed(&t).await
            }
        ),
        case!(
            "forgot/older-code",
            "An older code stops working, as if it had expired, and the newer one works.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "clients that handle the text say so of codes that were replaced"
            },
            async |t| {
                let older = forgotten(&t).await?;
                forgot(&t, "alice").await?;
                let newer = code(&t, "alice", 1).await?;
                // One time in a million both are the same.
                if older != newer {
                    let refused = confirm(&t, "alice", older, OTHER_PASSWORD).await;
                    check::refused(refused, ErrorKind::ExpiredCode, &[])?;
                }
                unchanged(&t).await?;
                confirm(&t, "alice", newer, OTHER_PASSWORD).await?;
                changed(&t).await
            }
        ),
        case!(
            "forgot/code-of-another-purpose",
            "A code that verifies an address sets no password.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "codes are sent for one purpose" },
            async |t| {
                verified(&t, "alice").await?;
                let set = t.sign_in("alice").await?;
                let request = UserAttributeVerificationCode::new(set.access_token(), "email");
                t.self_service().user_attribute_verification_code(request).await?;
                let code = code(&t, "alice", 0).await?;
                let refused = confirm(&t, "alice", code, OTHER_PASSWORD).await;
                refused_as_one_of(refused, &[ErrorKind::ExpiredCode, ErrorKind::CodeMismatch])?;
                unchanged(&t).await
            }
        ),
        case!(
            "forgot/tries-an-hour",
            "A user may try at least 5 codes an hour, and at most 20.",
            needs = [SelfService, Inbox],
            evidence = QUOTAS,
            async |t| {
                let code = forgotten(&t).await?;
                let wrong = another(&code);
                for _ in 0..5 {
                    let refused = confirm(&t, "alice", wrong.clone(), OTHER_PASSWORD).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                }
                let kinds = [ErrorKind::CodeMismatch, ErrorKind::LimitExceeded];
                for _ in 5..20 {
                    let refused = confirm(&t, "alice", wrong.clone(), OTHER_PASSWORD).await;
                    refused_as_one_of(refused, &kinds)?;
                }
                let refused = confirm(&t, "alice", wrong, OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::LimitExceeded, &[])?;
                unchanged(&t).await
            }
        ),
    ]
}

fn users() -> Vec<Case> {
    vec![
        case!(
            "forgot/confirm-unknown-user",
            "Where existence errors are shown, an unknown user's code gets UserNotFound.",
            needs = [SelfService],
            evidence = ERRORS,
            async |t| {
                let refused = confirm(&t, "nobody", "123456", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "forgot/confirm-unknown-user-text",
            "Where existence errors are shown, the text names the user name and the client.",
            needs = [SelfService],
            evidence = CLIENTS,
            async |t| {
                let refused = confirm(&t, "nobody", "123456", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &[NO_COMBINATION])?;
                Ok(())
            }
        ),
        case!(
            "forgot/confirm-where-prevented",
            "Where existence errors are prevented, every code of an unknown or disabled user is \
             wrong.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [SelfService, Inbox],
            evidence = ERRORS,
            async |t| {
                let refused = confirm(&t, "nobody", "123456", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                let code = forgotten(&t).await?;
                t.directory().disable_user("alice").await?;
                let refused = confirm(&t, "alice", code, OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                t.directory().enable_user("alice").await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "forgot/confirm-unconfirmed",
            "An unconfirmed user chooses no new password.",
            needs = [SelfService],
            evidence = API,
            async |t| {
                signed_up(&t).await?;
                let refused = confirm(&t, "alice", "123456", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotConfirmed, &[])?;
                has_status(&t, UserStatus::Unconfirmed).await
            }
        ),
    ]
}
