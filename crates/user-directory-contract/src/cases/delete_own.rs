//! DeleteUser.

use user_directory::{ErrorKind, Refresh, SignUp};

use super::{
    confirm_forgot_password::{confirm, forgotten},
    forgot_password::verified,
    refresh::refused_as_one_of,
};
use crate::{Case, Evidence, OTHER_PASSWORD, PASSWORD, PoolProfile, case, check, mailbox};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "delete-own/gone",
            "Users delete themselves, and nobody else.",
            needs = [SelfService],
            evidence = API,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.register("bob").await?;
                t.self_service().delete_user(set.access_token()).await?;
                t.eventually(async || {
                    let absent = t.directory().user("alice").await;
                    check::refused(absent, ErrorKind::UserNotFound, &[]).map(drop)
                })
                .await?;
                let refused = t.try_sign_in("alice", PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &[])?;
                t.sign_in("bob").await?;
                Ok(())
            }
        ),
        case!(
            "delete-own/access-tokens",
            "A deleted user's access tokens are refused, by a second deletion, too.",
            needs = [SelfService],
            evidence = Evidence::Assumed {
                why: "there is nobody left whom they could show; the class is not known"
            },
            async |t| {
                let here = t.registered_and_signed_in("alice").await?;
                let there = t.sign_in("alice").await?;
                t.self_service().delete_user(here.access_token()).await?;
                let kinds = [ErrorKind::UserNotFound, ErrorKind::NotAuthorized];
                for set in [&here, &there] {
                    t.eventually(async || {
                        refused_as_one_of(t.self_service().user(set.access_token()).await, &kinds)
                    })
                    .await?;
                    let again = t.self_service().delete_user(set.access_token()).await;
                    refused_as_one_of(again, &kinds)?;
                }
                Ok(())
            }
        ),
        case!(
            "delete-own/refresh-tokens",
            "A deleted user's refresh token is refused.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "aws-amplify/aws-sdk-android#366, on users whom an administrator deleted"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.self_service().delete_user(set.access_token()).await?;
                t.eventually(async || {
                    let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                    refused_as_one_of(refused, &[ErrorKind::UserNotFound, ErrorKind::NotAuthorized])
                })
                .await
            }
        ),
        case!(
            "delete-own/name-is-free",
            "The name can be signed up with again, by a user with another sub.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "the developer guide: a sub is never given to another user, unlike a name"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                t.self_service().delete_user(set.access_token()).await?;
                let request = SignUp::new("alice", OTHER_PASSWORD);
                let signed_up =
                    t.eventually(async || Ok(t.self_service().sign_up(request.clone()).await?));
                let sub = signed_up.await?.sub;
                check::different("the sub", sub.as_str(), set.grant.sub())
            }
        ),
        case!(
            "delete-own/alias-is-free",
            "The alias of a deleted user can be another's.",
            profile = PoolProfile::email_alias,
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: clients that wait before they use it again"
            },
            async |t| {
                verified(&t, "alice").await?;
                let set = t.sign_in(&mailbox("alice")).await?;
                t.self_service().delete_user(set.access_token()).await?;
                t.eventually(async || {
                    let refused = t.try_sign_in(&mailbox("alice"), PASSWORD).await;
                    check::refused(refused, ErrorKind::UserNotFound, &[]).map(drop)
                })
                .await?;
                verified(&t, "alice").await?;
                t.sign_in(&mailbox("alice")).await?;
                Ok(())
            }
        ),
        case!(
            "delete-own/codes-die",
            "A deleted user's code sets no password of a new user of the same name.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "a code is a user's and not a name's" },
            async |t| {
                let code = forgotten(&t).await?;
                let set = t.sign_in("alice").await?;
                t.self_service().delete_user(set.access_token()).await?;
                verified(&t, "alice").await?;
                let refused = confirm(&t, "alice", code, OTHER_PASSWORD).await;
                refused_as_one_of(refused, &[ErrorKind::ExpiredCode, ErrorKind::CodeMismatch])?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
    ]
}
