//! Global sign-out by an administrator, and how disabling and deleting end sign-ins.

use std::time::Duration;

use user_directory::{AccessToken, ErrorKind, Refresh, RefreshGrant, Register, UserStatus};

use super::refresh::refused_as_one_of;
use crate::{Case, Evidence, Failure, PASSWORD, PoolProfile, Trial, case, check, mailbox};

const GLOBAL_SIGN_OUT: &str = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html";
const ADMIN_SIGN_OUT: &str = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html";
const MANAGE_ACCOUNTS: &str =
    "https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html";

pub(super) const ACCESS_TOKEN_REVOKED: &[&str] = &["Access Token has been revoked"];
pub(super) const REFRESH_TOKEN_REVOKED: &[&str] = &["Refresh Token has been revoked"];

/// The access token becomes useless to the user.
pub(super) async fn access_token_dies(
    t: &Trial,
    token: &AccessToken,
    texts: &[&str],
) -> Result<(), Failure> {
    t.eventually(async || {
        let refused = t.self_service().user(token).await;
        check::refused(refused, ErrorKind::NotAuthorized, texts).map(drop)
    })
    .await
}

/// The refresh token becomes useless.
pub(super) async fn refresh_token_dies(
    t: &Trial,
    grant: &RefreshGrant,
    texts: &[&str],
) -> Result<(), Failure> {
    t.eventually(async || {
        let refused = t.directory().refresh(Refresh::from(grant)).await;
        check::refused(refused, ErrorKind::NotAuthorized, texts).map(drop)
    })
    .await
}

/// An administrator sees a user who may sign in.
pub(super) async fn untouched(t: &Trial, username: &str) -> Result<(), Failure> {
    let user = t.directory().user(username).await?;
    check::equal("the status", user.status, UserStatus::Confirmed)?;
    check::that(user.enabled, "the user is enabled")
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = sign_out();
    cases.extend(whose());
    cases.extend(disable_and_delete());
    cases
}

fn sign_out() -> Vec<Case> {
    vec![
        case!(
            "sign-out/every-observer",
            "After a global sign-out the user's access and refresh tokens are refused, and the \
             account is as it was.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: GLOBAL_SIGN_OUT },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().global_sign_out("alice").await?;
                access_token_dies(&t, set.access_token(), ACCESS_TOKEN_REVOKED).await?;
                refresh_token_dies(&t, &set.grant, &[]).await?;
                untouched(&t, "alice").await
            }
        ),
        case!(
            "sign-out/every-sign-in",
            "A global sign-out ends all of the user's sign-ins.",
            evidence = Evidence::Documented { url: ADMIN_SIGN_OUT },
            async |t| {
                let first = t.registered_and_signed_in("alice").await?;
                let second = t.sign_in("alice").await?;
                t.directory().global_sign_out("alice").await?;
                refresh_token_dies(&t, &first.grant, &[]).await?;
                refresh_token_dies(&t, &second.grant, &[]).await
            }
        ),
        case!(
            "sign-out/refreshed-tokens",
            "A global sign-out ends access tokens that came of a refresh as well.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: ADMIN_SIGN_OUT },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refreshed = t.directory().refresh(Refresh::from(&set.grant)).await?;
                t.directory().global_sign_out("alice").await?;
                access_token_dies(&t, &refreshed.tokens().access_token, &[]).await
            }
        ),
        case!(
            "sign-out/refresh-text",
            "A refresh after a global sign-out is told that the token was revoked.",
            evidence = Evidence::Reported {
                note: "floci-io/floci#1407; a raw answer seen in public code, no address"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().global_sign_out("alice").await?;
                refresh_token_dies(&t, &set.grant, REFRESH_TOKEN_REVOKED).await
            }
        ),
        case!(
            "sign-out/again",
            "Signing out a user who is signed out, or never was signed in, succeeds.",
            evidence = Evidence::Assumed { why: "the operation models no error for it" },
            async |t| {
                t.register("alice").await?;
                t.directory().global_sign_out("alice").await?;
                let set = t.sign_in("alice").await?;
                t.directory().global_sign_out("alice").await?;
                t.directory().global_sign_out("alice").await?;
                refresh_token_dies(&t, &set.grant, &[]).await
            }
        ),
        case!(
            "sign-out/new-sign-in",
            "A sign-in two seconds after a global sign-out works, and the old one stays dead.",
            needs = [Clock, SelfService],
            evidence = Evidence::Reported {
                note: "aws/aws-sdk-java#2449, where a sign-in in the same second was refused too"
            },
            async |t| {
                let old = t.registered_and_signed_in("alice").await?;
                t.directory().global_sign_out("alice").await?;
                // Cognito cuts off at whole seconds.
                t.advance(Duration::from_secs(2)).await;
                let new = t.sign_in("alice").await?;
                t.self_service().user(new.access_token()).await?;
                t.directory().refresh(Refresh::from(&new.grant)).await?;
                access_token_dies(&t, old.access_token(), &[]).await?;
                refresh_token_dies(&t, &old.grant, &[]).await
            }
        ),
    ]
}

fn whose() -> Vec<Case> {
    vec![
        case!(
            "sign-out/other-user",
            "A global sign-out leaves other users' sign-ins alone.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: ADMIN_SIGN_OUT },
            async |t| {
                let alice = t.registered_and_signed_in("alice").await?;
                let bob = t.registered_and_signed_in("bob").await?;
                t.directory().global_sign_out("alice").await?;
                access_token_dies(&t, alice.access_token(), &[]).await?;
                let user = t.self_service().user(bob.access_token()).await?;
                check::equal("the user name", user.username.as_str(), "bob")?;
                t.directory().refresh(Refresh::from(&bob.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "sign-out/by-alias",
            "A user is signed out globally by an alias.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Documented { url: ADMIN_SIGN_OUT },
            async |t| {
                let email = mailbox("sign-out-by-alias");
                let attributes = [("email", email.as_str()), ("email_verified", "true")];
                let request = Register::new("alice", PASSWORD).with_attributes(attributes);
                t.register_with(request).await?;
                let set = t.sign_in("alice").await?;
                t.directory().global_sign_out(&email).await?;
                refresh_token_dies(&t, &set.grant, &[]).await
            }
        ),
        case!(
            "sign-out/by-email-user-name",
            "Where e-mail addresses are the user names, a user is signed out globally by address.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Documented { url: ADMIN_SIGN_OUT },
            async |t| {
                let email = mailbox("sign-out-by-address");
                let set = t.registered_and_signed_in(&email).await?;
                t.directory().global_sign_out(&email).await?;
                refresh_token_dies(&t, &set.grant, &[]).await
            }
        ),
        case!(
            "sign-out/unknown-user",
            "Signing out a user who does not exist is refused.",
            evidence = Evidence::Reported {
                note: "the operation's list of errors; the text is that of other operations"
            },
            async |t| {
                let refused = t.directory().global_sign_out("nobody").await;
                check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])?;
                Ok(())
            }
        ),
    ]
}

fn disable_and_delete() -> Vec<Case> {
    vec![
        case!(
            "disable/revokes-access-tokens",
            "A disabled user's access tokens are refused.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: MANAGE_ACCOUNTS },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.self_service().user(set.access_token()).await?;
                t.directory().disable_user("alice").await?;
                access_token_dies(&t, set.access_token(), &[]).await
            }
        ),
        case!(
            "disable/no-revival",
            "Enabling a user again revives no token; the user signs in anew with the same \
             password.",
            needs = [SelfService],
            evidence = Evidence::Documented { url: MANAGE_ACCOUNTS },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().disable_user("alice").await?;
                // What is refused only while the user is disabled would prove nothing.
                access_token_dies(&t, set.access_token(), &[]).await?;
                refresh_token_dies(&t, &set.grant, &[]).await?;
                t.directory().enable_user("alice").await?;
                t.eventually(async || t.sign_in("alice").await).await?;
                let refused = t.self_service().user(set.access_token()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "sign-out/deleted-user",
            "A deleted user's access token is refused.",
            needs = [SelfService],
            evidence = Evidence::Assumed {
                why: "GetUser models UserNotFound and NotAuthorized, and either would be a refusal"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().delete_user("alice").await?;
                t.eventually(async || {
                    refused_as_one_of(
                        t.self_service().user(set.access_token()).await,
                        &[ErrorKind::UserNotFound, ErrorKind::NotAuthorized],
                    )
                })
                .await
            }
        ),
        case!(
            "sign-out/deleted-name-used-again",
            "A new user of the same name does not bring a deleted user's access token back.",
            needs = [SelfService],
            evidence = Evidence::Assumed { why: "an access token is a sub's and not a name's" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.directory().delete_user("alice").await?;
                t.register("alice").await?;
                t.eventually(async || {
                    refused_as_one_of(
                        t.self_service().user(set.access_token()).await,
                        &[ErrorKind::UserNotFound, ErrorKind::NotAuthorized],
                    )
                })
                .await
            }
        ),
    ]
}
