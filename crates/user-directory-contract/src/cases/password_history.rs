//! Passwords that were used before.

use user_directory::{CreateUser, ErrorKind, MessageAction, SetUserPassword};

use super::{
    change_password::change,
    confirm_forgot_password::{confirm, forgotten},
};
use crate::{
    Case, Evidence, Failure, OTHER_PASSWORD, PASSWORD, PasswordPolicy, PoolProfile, Trial, case,
    check,
};

const POLICY: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html",
};

const USED: ErrorKind = ErrorKind::PasswordHistoryPolicyViolation;

const THIRD_PASSWORD: &str = "Third-paperclip-5-stapler";

fn history<const SIZE: u32>() -> PoolProfile {
    PoolProfile::article().map_pool(|pool| {
        let policy = PasswordPolicy::cognito_default().with_password_history_size(SIZE);
        pool.with_password_policy(policy)
    })
}

async fn set(t: &Trial, password: &str) -> user_directory::Result<()> {
    let request = SetUserPassword::permanent("alice", password);
    t.directory().set_user_password(request).await
}

/// Alice is created and chooses a password at the challenge.
async fn answered(t: &Trial, temporary: &str, chosen: &str) -> Result<(), Failure> {
    let request = CreateUser::new("alice")
        .with_temporary_password(temporary)
        .with_message_action(MessageAction::Suppress);
    t.directory().create_user(request).await?;
    let challenge = check::new_password_required(t.try_sign_in("alice", temporary).await?)?;
    let answer = challenge.answer(chosen);
    check::tokens(t.directory().respond_to_challenge(answer).await?)?;
    Ok(())
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "password-history/current",
            "The current password counts: with a history of one it cannot be chosen again, but the \
             one before can.",
            profile = history::<1>,
            needs = [SelfService],
            evidence = POLICY,
            async |t| {
                let signed_in = t.registered_and_signed_in("alice").await?;
                let token = signed_in.access_token();
                let refused = change(&t, token, PASSWORD, PASSWORD).await;
                check::refused(refused, USED, &[])?;
                change(&t, token, PASSWORD, OTHER_PASSWORD).await?;
                change(&t, token, OTHER_PASSWORD, PASSWORD).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "password-history/size",
            "As many passwords as the policy says are refused, the current one included, and older \
             ones are not.",
            profile = history::<2>,
            needs = [SelfService],
            evidence = POLICY,
            async |t| {
                let signed_in = t.registered_and_signed_in("alice").await?;
                let token = signed_in.access_token();
                change(&t, token, PASSWORD, OTHER_PASSWORD).await?;
                let refused = change(&t, token, OTHER_PASSWORD, PASSWORD).await;
                check::refused(refused, USED, &[])?;
                t.sign_in_with("alice", OTHER_PASSWORD).await?;
                change(&t, token, OTHER_PASSWORD, THIRD_PASSWORD).await?;
                change(&t, token, THIRD_PASSWORD, PASSWORD).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "password-history/by-an-administrator",
            "An administrator cannot set a password that was used before.",
            profile = history::<2>,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html"
            },
            async |t| {
                t.register("alice").await?;
                set(&t, OTHER_PASSWORD).await?;
                check::refused(set(&t, PASSWORD).await, USED, &[])?;
                t.sign_in_with("alice", OTHER_PASSWORD).await?;
                Ok(())
            }
        ),
        case!(
            "password-history/by-code",
            "A code cannot set a password that was used before.",
            profile = history::<2>,
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html"
            },
            async |t| {
                let code = forgotten(&t).await?;
                set(&t, OTHER_PASSWORD).await?;
                for used in [PASSWORD, OTHER_PASSWORD] {
                    let refused = confirm(&t, "alice", code.clone(), used).await;
                    check::refused(refused, USED, &[])?;
                }
                t.sign_in_with("alice", OTHER_PASSWORD).await?;
                Ok(())
            }
        ),
        case!(
            "password-history/text",
            "The refusal says that the password was used.",
            profile = history::<1>,
            evidence = Evidence::Assumed {
                why: "the class is documented; what is public of the text is another product's"
            },
            async |t| {
                t.register("alice").await?;
                let refused = set(&t, PASSWORD).await;
                check::refused(refused, USED, &["Password has previously been used"])?;
                Ok(())
            }
        ),
        case!(
            "password-history/policy-first",
            "A used password that breaks the policy by now is refused for the policy.",
            profile = || PoolProfile::article().map_pool(|pool| pool.with_password_policy(
                PasswordPolicy::length_only(8).with_password_history_size(1)
            )),
            evidence = Evidence::Assumed {
                why: "the history is documented and the policy is; their order is not, and the \
                      policy needs no look at the user"
            },
            async |t| {
                t.register("alice").await?;
                let refused = set(&t, "short").await;
                check::refused(refused, ErrorKind::InvalidPassword, &[])?;
                check::refused(set(&t, PASSWORD).await, USED, &[])?;
                Ok(())
            }
        ),
        case!(
            "password-history/temporary",
            "A temporary password is not the user's and counts as no used one.",
            profile = history::<2>,
            evidence = Evidence::Assumed {
                why: "documented is the number and that the current password counts; whether a \
                      temporary one was used is not"
            },
            async |t| {
                answered(&t, PASSWORD, OTHER_PASSWORD).await?;
                set(&t, PASSWORD).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "password-history/none",
            "Without a history the first password may be the temporary one.",
            evidence = Evidence::Documented {
                url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py"
            },
            async |t| {
                answered(&t, PASSWORD, PASSWORD).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "password-history/none-same-again",
            "Without a history the current password may be chosen again.",
            needs = [SelfService],
            evidence = Evidence::Assumed {
                why: "documented is that the first password may be the temporary one; of later \
                      changes nothing is known"
            },
            async |t| {
                let signed_in = t.registered_and_signed_in("alice").await?;
                change(&t, signed_in.access_token(), PASSWORD, PASSWORD).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
    ]
}
