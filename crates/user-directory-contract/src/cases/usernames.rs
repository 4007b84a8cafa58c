//! Pools whose user names are not plain names.

use user_directory::{
    CreateUser, ErrorKind, MessageAction, Refresh, RefreshGrant, Register, UpdateUserAttributes,
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
            evidence = Evidence::Reported {
                note: "seen in public code, no address: five clients, for SignUp"
            },
            async |t| {
                t.register(&mailbox("alice")).await?;
                let request =
                    CreateUser::new(mailbox("alice")).with_message_action(MessageAction::Suppress);
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
            evidence = Evidence::Reported {
                note: "seen in public code, no address: integration tests of a live pool"
            },
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
            evidence = Evidence::Reported {
                note: "seen in public code, no address: ten clients and traces"
            },
            async |t| {
                let request =
                    CreateUser::new(mailbox("alice")).with_message_action(MessageAction::Suppress);
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
            evidence = Evidence::Documented {
                url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py"
            },
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
            evidence = Evidence::Assumed {
                why: "output is flattened to lower case, and the hash follows it"
            },
            async |t| {
                t.register("Alice").await?;
                let set = t.sign_in("ALICE").await?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                let typed =
                    RefreshGrant::new(set.grant.refresh_token().clone(), "Alice", set.grant.sub());
                let refused = t.directory().refresh(Refresh::new(typed)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "usernames/email-pool-other-address",
            "Where e-mail addresses are user names, a new user's attributes have no other address.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Assumed {
                why: "one of the two would be lost otherwise; class and text are not known"
            },
            async |t| {
                let create = CreateUser::new(mailbox("alice"))
                    .with_attributes([("email", mailbox("bob"))])
                    .with_message_action(MessageAction::Suppress);
                let refused = t.directory().create_user(create).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "usernames/case-insensitive-addresses-come-back-in-lower-case",
            "In a case-insensitive pool an address that is an alias comes back in lower case.",
            profile = || PoolProfile::case_insensitive()
                .map_pool(|pool| pool.with_alias_attributes(["email"])),
            evidence = CASE,
            async |t| {
                let create = CreateUser::new("alice")
                    .with_attributes([("email", mailbox("ALICE"))])
                    .with_message_action(MessageAction::Suppress);
                let user = t.directory().create_user(create).await?;
                let expected = mailbox("ALICE").to_lowercase();
                check::equal("the address", user.attributes.get("email"), Some(&*expected))?;
                let user = t.directory().user("alice").await?;
                check::equal("the address", user.attributes.get("email"), Some(&*expected))
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
        case!(
            "usernames/either-kind",
            "Where e-mail addresses and phone numbers are user names, both kinds fill their attribute and sign in.",
            profile = either_kind,
            evidence = ATTRIBUTES,
            async |t| {
                for (name, attribute) in
                    [(mailbox("alice"), "email"), (PHONE.into(), "phone_number")]
                {
                    let user = t.register(&name).await?;
                    check::equal("the name", Some(user.username.as_str()), user.sub())?;
                    let filled = user.attributes.get(attribute);
                    check::equal(attribute, filled, Some(name.as_str()))?;
                    let set = t.sign_in(&name).await?;
                    check::equal("in the grant", set.grant.username(), user.username.as_str())?;
                }
                Ok(())
            }
        ),
        case!(
            "usernames/either-kind-needs-one",
            "Where e-mail addresses and phone numbers are user names, a plain name is neither.",
            profile = either_kind,
            evidence =
                Evidence::Reported { note: "seen in public code, no address: eight clients" },
            async |t| {
                let refused = t.directory().create_user(CreateUser::new("alice")).await;
                let text = "Username should be either an email or a phone number.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "usernames/phone-pool-needs-a-number",
            "Where phone numbers are user names, names and e-mail addresses are refused.",
            profile = phone_numbers,
            evidence = Evidence::Reported {
                note: "one emulator, in the form that is known for e-mail addresses"
            },
            async |t| {
                for name in ["alice", &mailbox("alice")] {
                    let refused = t.directory().create_user(CreateUser::new(name)).await;
                    let text = "Username should be a phone number.";
                    check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                }
                Ok(())
            }
        ),
        case!(
            "usernames/phone-pool-number-taken",
            "Where phone numbers are user names, a taken one is refused.",
            profile = phone_numbers,
            evidence = Evidence::Assumed {
                why: "by analogy with e-mail addresses; the text may be that of a taken name"
            },
            async |t| {
                t.register(PHONE).await?;
                let request = CreateUser::new(PHONE).with_message_action(MessageAction::Suppress);
                let refused = t.directory().create_user(request).await;
                let texts = [
                    "An account with the given phone_number already exists.",
                    "User account already exists",
                ];
                check::refused(refused, ErrorKind::UsernameExists, &texts)?;
                Ok(())
            }
        ),
        case!(
            "usernames/email-pool-new-address-signs-in",
            "Where e-mail addresses are user names, a new one signs in unverified, and the old one no longer does.",
            profile = PoolProfile::email_usernames,
            needs = [Inbox],
            evidence = ATTRIBUTES,
            async |t| {
                let user = t.register(&mailbox("old")).await?;
                let attributes = [("email", mailbox("new"))];
                let request = UpdateUserAttributes::new(mailbox("old"), attributes);
                t.directory().update_user_attributes(request).await?;
                t.eventually(async || {
                    let set = t.sign_in(&mailbox("new")).await?;
                    check::equal("in the grant", set.grant.username(), user.username.as_str())?;
                    let gone = t.try_sign_in(&mailbox("old"), PASSWORD).await;
                    check::refused(gone, ErrorKind::UserNotFound, &[])
                })
                .await?;
                Ok(())
            }
        ),
        case!(
            "usernames/email-pool-deleted-address-is-free",
            "Where e-mail addresses are user names, that of a deleted user can be used again, by another sub.",
            profile = PoolProfile::email_usernames,
            evidence = ATTRIBUTES,
            async |t| {
                let first = t.register(&mailbox("alice")).await?;
                t.directory().delete_user(&mailbox("alice")).await?;
                let second = t.register(&mailbox("alice")).await?;
                check::different("the subs", first.sub(), second.sub())
            }
        ),
        case!(
            "usernames/case-insensitive-addresses-are-one",
            "In a case-insensitive pool an e-mail address in another case is the same user name.",
            profile =
                || PoolProfile::email_usernames().map_pool(|pool| pool.with_case_sensitive(false)),
            evidence = CASE,
            async |t| {
                let user = t.register(&mailbox("alice")).await?;
                let shouted = mailbox("ALICE");
                let set = t.sign_in(&shouted).await?;
                check::equal("in the grant", set.grant.username(), user.username.as_str())?;
                let request = CreateUser::new(shouted).with_message_action(MessageAction::Suppress);
                let refused = t.directory().create_user(request).await;
                check::refused(refused, ErrorKind::UsernameExists, &[])?;
                Ok(())
            }
        ),
        case!(
            "usernames/case-insensitive-aliases",
            "In a case-insensitive pool e-mail addresses and preferred user names are aliases in any case.",
            profile = || PoolProfile::case_insensitive().map_pool(|pool| {
                pool.with_alias_attributes(["email", "preferred_username"])
                    .with_auto_verified_attributes(["email"])
            }),
            evidence = CASE,
            async |t| {
                let request = Register::new("alice", PASSWORD).with_attributes([
                    ("email", mailbox("alice")),
                    ("email_verified", "true".to_owned()),
                    ("preferred_username", "Allie".to_owned()),
                ]);
                t.register_with(request).await?;
                for name in [mailbox("ALICE"), "aLLIE".to_owned()] {
                    let set = t.sign_in(&name).await?;
                    check::equal("in the grant", set.grant.username(), "alice")?;
                }
                Ok(())
            }
        ),
        case!(
            "usernames/case-sensitive-addresses",
            "In a case-sensitive pool e-mail addresses that differ by case are two users.",
            profile =
                || PoolProfile::email_usernames().map_pool(|pool| pool.with_case_sensitive(true)),
            evidence = CASE,
            async |t| {
                let lower = t.register(&mailbox("alice")).await?;
                let refused = t.try_sign_in(&mailbox("ALICE"), PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &[])?;
                let upper = t.register(&mailbox("ALICE")).await?;
                check::different("the subs", lower.sub(), upper.sub())
            }
        ),
    ]
}

const PHONE: &str = "+15555550100";

fn either_kind() -> PoolProfile {
    PoolProfile::article()
        .with_name("email-and-phone-usernames")
        .map_pool(|pool| pool.with_username_attributes(["email", "phone_number"]))
}

fn phone_numbers() -> PoolProfile {
    PoolProfile::article()
        .with_name("phone-usernames")
        .map_pool(|pool| pool.with_username_attributes(["phone_number"]))
}
