//! Registration in one call: AdminCreateUser, then AdminSetUserPassword.

use user_directory::{
    DeliveryMedium, ErrorKind, Operation, Register, SignIn, UserDirectoryExt as _, UserStatus,
};

use crate::{Case, Evidence, case, check, mailbox, trial::OTHER_PASSWORD, trial::PASSWORD};

const SUPPRESS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "register/confirmed-at-once",
            "A registered user is CONFIRMED and signs in with the chosen password.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html",
            },
            async |t| {
                let user = t.register("alice").await?;
                check::equal("the status in the answer", user.status, UserStatus::Confirmed)?;
                let user = t.directory().user("alice").await?;
                check::equal("the status", user.status, UserStatus::Confirmed)?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "register/weak-password-leaves-nothing",
            "A password that the policy refuses creates no user, and there is none to delete.",
            needs = [CallLog],
            evidence = SUPPRESS,
            async |t| {
                let request = Register::new("alice", "mypassword");
                let refused = t.directory().register(request).await;
                let error = check::refused(refused, ErrorKind::InvalidPassword, &[])?;
                check::equal("the operation", error.operation(), Some(Operation::AdminCreateUser))?;
                let absent = t.directory().user("alice").await;
                check::refused(absent, ErrorKind::UserNotFound, &[])?;
                check::equal("deletions", t.count_calls(Operation::AdminDeleteUser).await, 0)
            }
        ),
        case!(
            "register/sends-nothing",
            "A user with an e-mail address is registered without a message.",
            needs = [Inbox],
            evidence = SUPPRESS,
            async |t| {
                let request = Register::new("alice", PASSWORD).with_attributes([
                    ("email", mailbox("alice")),
                    ("email_verified", "true".into()),
                ]);
                t.register_with(request).await?;
                check::equal("messages", t.messages().await.len(), 0)
            }
        ),
        case!(
            "register/invites-when-asked",
            "An invitation is sent where the registration asks for one.",
            needs = [Inbox],
            evidence = SUPPRESS,
            async |t| {
                let request = Register::new("alice", PASSWORD)
                    .with_attributes([("email", mailbox("alice"))])
                    .with_invitation([DeliveryMedium::Email]);
                t.register_with(request).await?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("alice"))
            }
        ),
        case!(
            "register/never-touches-another",
            "Registering a name that is taken leaves its owner's password and attributes alone.",
            needs = [CallLog],
            evidence = Evidence::Own { promise: "an existing user is never adopted" },
            async |t| {
                let before = t.register("alice").await?;
                let request =
                    Register::new("alice", OTHER_PASSWORD).with_attributes([("name", "Mallory")]);
                let refused = t.directory().register(request).await;
                check::refused(
                    refused,
                    ErrorKind::UsernameExists,
                    &["User account already exists"],
                )?;
                t.sign_in("alice").await?;
                let other = t.directory().sign_in(SignIn::new("alice", OTHER_PASSWORD)).await;
                check::refused(other, ErrorKind::NotAuthorized, &[])?;
                let after = t.directory().user("alice").await?;
                check::equal("the attributes", after.attributes, before.attributes)?;
                check::equal("deletions", t.count_calls(Operation::AdminDeleteUser).await, 0)
            }
        ),
        case!(
            "register/attributes-arrive",
            "Attributes given at registration are there afterwards.",
            evidence = SUPPRESS,
            async |t| {
                let request = Register::new("alice", PASSWORD)
                    .with_attributes([("name", "Alice"), ("locale", "en-GB")]);
                t.register_with(request).await?;
                let user = t.directory().user("alice").await?;
                check::equal("the name", user.attributes.get("name"), Some("Alice"))?;
                check::equal("the locale", user.attributes.get("locale"), Some("en-GB"))
            }
        ),
        case!(
            "register/two-calls",
            "A registration is AdminCreateUser and AdminSetUserPassword, and nothing else.",
            needs = [CallLog],
            evidence = Evidence::Own { promise: "registration is the article's two calls" },
            async |t| {
                t.register("alice").await?;
                let calls = t.calls().await;
                let operations: Vec<_> = calls.iter().map(|call| call.operation).collect();
                let expected = vec![Operation::AdminCreateUser, Operation::AdminSetUserPassword];
                check::equal("the calls", operations, expected)
            }
        ),
    ]
}
