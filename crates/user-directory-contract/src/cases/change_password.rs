//! ChangePassword.

use user_directory::{AccessToken, ChangePassword, ErrorKind, Refresh};

use super::refresh::MINUTE;
use crate::{Case, Evidence, Failure, OTHER_PASSWORD, PASSWORD, Trial, case, check};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html",
};
const LIFTRIC: Evidence = Evidence::Documented {
    url: "https://github.com/Liftric/cognito-idp/blob/HEAD/src/commonTest/kotlin/com/liftric/cognito/idp/IdentityProviderClientTests.kt",
};
const QUOTAS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html",
};

const INCORRECT: &str = "Incorrect username or password.";

/// Changes the password of a token's user.
pub(super) async fn change(
    t: &Trial,
    token: &AccessToken,
    old: &str,
    new: &str,
) -> user_directory::Result<()> {
    t.self_service().change_password(ChangePassword::new(token, old, new)).await
}

/// Alice signs in with this password and not with that.
async fn password_is(t: &Trial, right: &str, wrong: &str) -> Result<(), Failure> {
    let refused = t.try_sign_in("alice", wrong).await;
    check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
    t.sign_in_with("alice", right).await?;
    Ok(())
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "change-password/replaces",
            "The new password works at once, and the old one is refused.",
            needs = [SelfService],
            evidence = API,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                change(&t, set.access_token(), PASSWORD, OTHER_PASSWORD).await?;
                password_is(&t, OTHER_PASSWORD, PASSWORD).await
            }
        ),
        case!(
            "change-password/keeps-sessions",
            "A change of the password ends no sign-in: neither the one that it was made with nor \
             another.",
            needs = [SelfService],
            evidence = LIFTRIC,
            async |t| {
                let here = t.registered_and_signed_in("alice").await?;
                let there = t.sign_in("alice").await?;
                change(&t, here.access_token(), PASSWORD, OTHER_PASSWORD).await?;
                for set in [&here, &there] {
                    t.self_service().user(set.access_token()).await?;
                    t.directory().refresh(Refresh::from(&set.grant)).await?;
                }
                change(&t, here.access_token(), OTHER_PASSWORD, PASSWORD).await?;
                Ok(())
            }
        ),
        case!(
            "change-password/wrong-old-password",
            "A wrong old password is refused as at a sign-in, and changes nothing.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: the raw error of a live pool"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let token = set.access_token();
                let refused = change(&t, token, "Wrong-horse-9-battery", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                password_is(&t, PASSWORD, OTHER_PASSWORD).await
            }
        ),
        case!(
            "change-password/policy",
            "A password that the policy refuses leaves the old one.",
            needs = [SelfService],
            evidence = API,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refused = change(&t, set.access_token(), PASSWORD, "Short").await;
                check::refused(refused, ErrorKind::InvalidPassword, &[])?;
                password_is(&t, PASSWORD, "Short").await
            }
        ),
        case!(
            "change-password/too-long",
            "A password over 256 characters breaks a constraint, and is not repeated.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "by analogy with SignUp, where integration tests of a live pool show it"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let long = "Aa1!".repeat(65);
                let refused = change(&t, set.access_token(), PASSWORD, &long).await;
                let text = "1 validation error detected: Value at 'proposedPassword' failed to \
                            satisfy constraint: Member must have length less than or equal to 256";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "change-password/old-too-long",
            "An old password over 256 characters breaks a constraint, and is not repeated.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "by analogy with SignUp, where integration tests of a live pool show it"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let long = "Aa1!".repeat(65);
                let refused = change(&t, set.access_token(), &long, OTHER_PASSWORD).await;
                let text = "1 validation error detected: Value at 'previousPassword' failed to \
                            satisfy constraint: Member must have length less than or equal to 256";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "change-password/of-a-reset-user",
            "After an administrator's reset the old password is no way to a new one.",
            needs = [SelfService, Inbox],
            evidence = API,
            async |t| {
                super::forgot_password::verified(&t, "alice").await?;
                let set = t.sign_in("alice").await?;
                let request = user_directory::ResetUserPassword::new("alice");
                t.directory().reset_user_password(request).await?;
                let refused = change(&t, set.access_token(), PASSWORD, OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::PasswordResetRequired, &[])?;
                Ok(())
            }
        ),
        case!(
            "change-password/tries-an-hour",
            "A user may try 5 times an hour.",
            needs = [SelfService, Clock],
            evidence = QUOTAS,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let other = t.registered_and_signed_in("bob").await?;
                let wrong = "Wrong-horse-9-battery";
                for _ in 0..5 {
                    let refused = change(&t, set.access_token(), wrong, OTHER_PASSWORD).await;
                    check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                }
                let refused = change(&t, set.access_token(), wrong, OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::LimitExceeded, &[])?;
                change(&t, other.access_token(), PASSWORD, OTHER_PASSWORD).await?;
                t.advance(61 * MINUTE).await;
                let set = t.sign_in("alice").await?;
                change(&t, set.access_token(), PASSWORD, OTHER_PASSWORD).await?;
                password_is(&t, OTHER_PASSWORD, PASSWORD).await
            }
        ),
    ]
}
