//! AdminListUserAuthEvents, in pools that keep no events.

use user_directory::{ErrorKind, ListUserAuthEvents};

use crate::{Case, Evidence, case, check};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListUserAuthEvents.html",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "auth-events/not-kept",
            "A pool without threat protection refuses to list what a user did.",
            evidence = API,
            async |t| {
                t.register("alice").await?;
                let request = ListUserAuthEvents::new("alice");
                let listed = t.directory().list_user_auth_events(request).await;
                check::refused(listed, ErrorKind::UserPoolAddOnNotEnabled, &[])?;
                Ok(())
            }
        ),
        case!("auth-events/limit", "A page has at most 60 events.", evidence = API, async |t| {
            t.register("alice").await?;
            let request = ListUserAuthEvents::new("alice").with_limit(61);
            let listed = t.directory().list_user_auth_events(request).await;
            check::refused(listed, ErrorKind::InvalidParameter, &[])?;
            Ok(())
        }),
    ]
}
