//! Pools whose user names are not plain names.

use user_directory::{
    CreateUser, ErrorKind, MessageAction, Refresh, RefreshGrant, Register,
    UpdateUserAttributes
};

use crate::{Case, Evidence, PoolProfile, case, check, mailbox, trial::PASSWORD};

const ATTRIBUTES: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html",
};
const CASE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-case-sensitivity.html",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "usernames/email-pool-real-name-is-the-sub",
            "Where e-mail addresses are user names, the real name is the sub and the address fills its attribute.",
            profile = PoolProfile::email_usernames,
            evidence = ATTRIBUTES,
            async |t| {
                let user = t.register(&mailbox("alice")).await?;
                check::equal("the name", Some(user.username.as_str()), user.sub())?;
                let email = user.attributes.get("email");
                check::equal("the address", email, Some(mailbox("alice").as_str()))?;
                let found = t.directory().user(&mailbox("alice")).await?;
                check::equal("the name found", found.username, user.username)
            }
        ),
        case!(
            "usernames/email-pool-signs-in-unverified",
            "Where e-mail addresses are user names, an address signs in without being verified.",
            profile = PoolProfile::email_usernames,
            evidence = ATTRIBUTES,
            async |t| {
                let user = t.register(&mailbox("alice")).await?;
                let set = t.sign_in(&mailbox("alice")).await?;
                check::equal("the name in the grant", set.grant.username(), user.username.as_str())
            }
        ),
        case!(
            "usernames/email-pool-needs-an-address",
            "Where e-mail addresses are user names, a plain name is refused.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Reported { note: "seen in public code, no address: two clients" },
            async |t| {
                let refused = t.directory().create_user(CreateUser::new("alice")).await;
                let text = "Username should be an email.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "usernames/email-pool-address-taken",
            "Where e-mail addresses are user names, a taken one is refused with its own text.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Reported { note: "seen in public code, no address: five clients, for SignUp" },
            async |t| {
                t.register(&mailbox("alice")).await?;
                let request = CreateUser::new(mailbox("alice"))
                    .with_message_action(MessageAction::Suppress);
                let refused = t.directory().create_user(request).await;
                let texts = [
                    "An account with the given email already exists.",
                    "User account already exists",
                ];
                check::refused(refused, ErrorKind::UsernameExists, &texts)?;
                Ok(())
            }
        ),
        case!(
            "usernames/email-pool-update-to-taken",
            "Where e-mail addresses are user names, no update takes somebody else's.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Reported { note: "seen in public code, no address: integration tests of a live pool" },
            async |t| {
                t.register(&mailbox("alice")).await?;
                t.register(&mailbox("bob")).await?;
                let attributes = [("email", mailbox("alice")), ("email_verified", "true".into())];
                let request = UpdateUserAttributes::new(mailbox("bob"), attributes);
                let refused = t.directory().update_user_attributes(request).await;
                let text = "An account with the given email already exists.";
                check::refused(refused, ErrorKind::AliasExists, &[text])?;
                t.sign_in(&mailbox("bob")).await?;
                Ok(())
            }
        ),
        case!(
            "usernames/alias-pool-refuses-addresses-as-names",
            "Where e-mail is an alias, an address is no user name.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Reported { note: "seen in public code, no address: ten clients and traces" },
            async |t| {
                let request = CreateUser::new(mailbox("alice"))
                    .with_message_action(MessageAction::Suppress);
                let refused = t.directory().create_user(request).await;
                let text = "Username cannot be of email format, since user pool is configured for \
                            email alias.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "usernames/alias-answers-with-the-real-name",
            "An administrator's call by alias answers with the real name.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Reported { note: "the API: USER_ID_FOR_SRP is the real name" },
            async |t| {
                let request = Register::new("alice", PASSWORD).with_attributes([
                    ("email", mailbox("alice")),
                    ("email_verified", "true".into()),
                ]);
                t.register_with(request).await?;
                let user = t.directory().user(&mailbox("alice")).await?;
                check::equal("the name", user.username.as_str(), "alice")
            }
        ),
        case!(
            "usernames/address-as-a-plain-name",
            "Without an e-mail alias an address may be a literal user name.",
            evidence = Evidence::Documented { url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py" },
            async |t| {
                let user = t.register(&mailbox("alice")).await?;
                check::equal("the name", user.username, mailbox("alice"))?;
                check::equal("the attributes", user.attributes.len(), 1)
            }
        ),
        case!(
            "usernames/case-sensitive-by-default",
            "Names that differ by case are two users, unless the pool says otherwise.",
            evidence = CASE,
            async |t| {
                let lower = t.register("alice").await?;
                let upper = t.register("Alice").await?;
                check::different("the subs", lower.sub(), upper.sub())?;
                let absent = t.directory().user("ALICE").await;
                check::refused(absent, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "usernames/case-insensitive-names-are-one",
            "In a case-insensitive pool a name in another case is taken, and comes back in lower case.",
            profile = PoolProfile::case_insensitive,
            evidence = CASE,
            async |t| {
                let user = t.register("Alice").await?;
                check::equal("the name", user.username.as_str(), "alice")?;
                let refused = t.directory().create_user(CreateUser::new("ALICE")).await;
                check::refused(refused, ErrorKind::UsernameExists, &[])?;
                let found = t.directory().user("aLICE").await?;
                check::equal("the name found", found.username.as_str(), "alice")
            }
        ),
        case!(
            "usernames/case-insensitive-refresh-hash",
            "In a case-insensitive pool a refresh is hashed with the name in lower case.",
            profile = PoolProfile::case_insensitive,
            evidence = Evidence::Assumed { why: "output is flattened to lower case, and the hash follows it" },
            async |t| {
                t.register("Alice").await?;
                let set = t.sign_in("ALICE").await?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                let typed = RefreshGrant::new(set.grant.refresh_token().clone(), "Alice", set.grant.sub());
                let refused = t.directory().refresh(Refresh::new(typed)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "usernames/email-pool-verified-at-creation",
            "Where e-mail addresses are user names, email_verified can be given without the address again.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Assumed { why: "the address is filled in from the user name" },
            async |t| {
                let create = CreateUser::new(mailbox("alice"))
                    .with_attributes([("email_verified", "true")])
                    .with_message_action(user_directory::MessageAction::Suppress);
                let user = t.directory().create_user(create).await?;
                check::equal("verified", user.attributes.get("email_verified"), Some("true"))
            }
        ),
    ]
}
