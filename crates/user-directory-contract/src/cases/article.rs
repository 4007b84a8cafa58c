//! The story of a server-side application with a confidential client, from end to end.

use user_directory::{ErrorKind, Refresh, UserStatus};

use crate::{Case, Evidence, case, check};

pub(crate) fn cases() -> Vec<Case> {
    vec![case!(
        "article/whole-story",
        "A user is registered, signs in, refreshes, is signed out, looked up and deleted.",
        evidence = Evidence::Documented {
            url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html"
        },
        async |t| {
            let directory = t.directory();
            let user = t.register("kiriukun").await?;
            check::equal("the status", user.status, UserStatus::Confirmed)?;

            let set = t.sign_in("kiriukun").await?;
            check::equal("the type", &*set.tokens.token_type, "Bearer")?;
            check::equal("expires_in", set.expires_in().as_secs(), 3600)?;

            let tokens = check::kept(directory.refresh(Refresh::from(&set.grant)).await?)?;
            check::different("access tokens", &tokens.access_token, set.access_token())?;

            directory.global_sign_out("kiriukun").await?;
            t.eventually(async || {
                let refreshed = directory.refresh(Refresh::from(&set.grant)).await;
                check::refused(refreshed, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            })
            .await?;

            let found = directory.user("kiriukun").await?;
            check::equal("the sub", found.sub(), user.sub())?;
            check::that(found.sub().is_some(), "a user has a sub")?;

            directory.delete_user("kiriukun").await?;
            t.eventually(async || {
                check::refused(directory.user("kiriukun").await, ErrorKind::UserNotFound, &[])
            })
            .await?;
            let again = directory.delete_user("kiriukun").await;
            check::refused(again, ErrorKind::UserNotFound, &[])?;
            Ok(())
        }
    )]
}
