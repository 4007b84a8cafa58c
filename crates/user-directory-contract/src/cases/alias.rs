//! What stands for a user name.

use user_directory::{
    CreateUser, DeleteUserAttributes, ErrorKind, MessageAction, Register, SetUserPassword,
    UpdateUserAttributes, User,
};

use crate::{
    Case, Evidence, Failure, OTHER_PASSWORD, PoolProfile, Trial, case, check, mailbox,
    trial::PASSWORD,
};

const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html",
};
const CREATE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html",
};
const PHONE: &str = "+15555550100";

fn all_aliases() -> PoolProfile {
    PoolProfile::article().with_name("all-aliases").map_pool(|pool| {
        pool.with_alias_attributes(["email", "phone_number", "preferred_username"])
            .with_auto_verified_attributes(["email"])
    })
}

pub(crate) fn cases() -> Vec<Case> {
    [sign_in(), owners(), moves()].concat()
}

fn sign_in() -> Vec<Case> {
    vec![
        case!(
            "alias/every-one-signs-in",
            "Verified e-mail address and phone number and the preferred user name sign in, as does the name.",
            profile = all_aliases,
            evidence = GUIDE,
            async |t| {
                let attributes = [
                    ("email", mailbox("alice")),
                    ("email_verified", "true".to_owned()),
                    ("phone_number", PHONE.to_owned()),
                    ("phone_number_verified", "true".to_owned()),
                    ("preferred_username", "al".to_owned()),
                ];
                let request = Register::new("alice", PASSWORD).with_attributes(attributes);
                t.register_with(request).await?;
                for name in ["alice", &mailbox("alice"), PHONE, "al"] {
                    t.eventually(async || {
                        let set = t.sign_in(name).await?;
                        check::equal("the name in the grant", set.grant.username(), "alice")
                    })
                    .await?;
                }
                Ok(())
            }
        ),
        case!(
            "alias/unverified-phone-number",
            "A phone number is no alias before it is verified.",
            profile = all_aliases,
            evidence = GUIDE,
            async |t| {
                let request =
                    Register::new("alice", PASSWORD).with_attributes([("phone_number", PHONE)]);
                t.register_with(request).await?;
                unknown(&t, PHONE).await?;
                update(&t, "alice", [("phone_number_verified", "true")]).await?;
                t.eventually(async || t.sign_in(PHONE).await).await?;
                Ok(())
            }
        ),
        case!(
            "alias/new-preferred-user-name",
            "A new preferred user name signs in at once, and the old one no longer does.",
            profile = all_aliases,
            evidence = GUIDE,
            async |t| {
                let request = Register::new("alice", PASSWORD)
                    .with_attributes([("preferred_username", "al")]);
                t.register_with(request).await?;
                update(&t, "alice", [("preferred_username", "allie")]).await?;
                t.eventually(async || t.sign_in("allie").await).await?;
                unknown(&t, "al").await
            }
        ),
        case!(
            "alias/administrators-use-it",
            "Administrators' operations take an alias for the user name.",
            profile = PoolProfile::email_alias,
            evidence = GUIDE,
            async |t| {
                create(&t, "alice", "a", true).await?;
                let address = mailbox("a");
                let directory = t.directory();
                update(&t, &address, [("name", "Alice"), ("locale", "en")]).await?;
                let request = DeleteUserAttributes::new(&address, ["locale"]);
                directory.delete_user_attributes(request).await?;
                let request = SetUserPassword::permanent(&address, OTHER_PASSWORD);
                directory.set_user_password(request).await?;
                directory.disable_user(&address).await?;
                t.eventually(async || {
                    let alice = t.directory().user("alice").await?;
                    check::equal("the name", alice.attributes.get("name"), Some("Alice"))?;
                    check::equal("the locale", alice.attributes.get("locale"), None)?;
                    check::that(!alice.enabled, "she is disabled")
                })
                .await?;
                directory.enable_user(&address).await?;
                t.sign_in_with("alice", OTHER_PASSWORD).await?;
                directory.delete_user(&address).await?;
                t.eventually(async || {
                    let absent = t.directory().user("alice").await;
                    check::refused(absent, ErrorKind::UserNotFound, &[])
                })
                .await?;
                Ok(())
            }
        ),
        case!(
            "alias/phone-number-as-a-name",
            "Where phone numbers are an alias, one is no user name.",
            profile = all_aliases,
            evidence = Evidence::Assumed { why: "by analogy with e-mail addresses" },
            async |t| {
                let request = CreateUser::new(PHONE).with_message_action(MessageAction::Suppress);
                let refused = t.directory().create_user(request).await;
                let text = "Username cannot be of phone number format, since user pool is \
                            configured for phone number alias.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
    ]
}

fn owners() -> Vec<Case> {
    vec![
        case!(
            "alias/shared-while-unverified",
            "Two users may have one unverified e-mail address, which signs neither in.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html"
            },
            async |t| {
                for name in ["alice", "bob"] {
                    create(&t, name, "shared", false).await?;
                    t.sign_in(name).await?;
                }
                unknown(&t, &mailbox("shared")).await
            }
        ),
        case!(
            "alias/second-verified",
            "Of two users with one address the second cannot be given it as verified.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Reported {
                note: "seen in public code, no address: integration tests of a live pool, for updates of the address"
            },
            async |t| {
                for name in ["alice", "bob"] {
                    create(&t, name, "shared", false).await?;
                }
                let verified = [("email_verified", "true")];
                update(&t, "alice", verified).await?;
                let refused = update(&t, "bob", verified).await;
                let text = "An account with the given email already exists.";
                check::refused(refused, ErrorKind::AliasExists, &[text])?;
                t.eventually(async || owns(&t, &mailbox("shared"), "alice").await).await?;
                let bob = t.directory().user("bob").await?;
                let verified = bob.attributes.get("email_verified");
                check::that(verified != Some("true"), "the second is unverified")
            }
        ),
        case!(
            "alias/own-again",
            "Writing one's own alias again takes it from nobody, and is no error.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Assumed { why: "nothing changes" },
            async |t| {
                create(&t, "alice", "a", true).await?;
                let attributes = [("email", mailbox("a")), ("email_verified", "true".to_owned())];
                update(&t, "alice", attributes).await?;
                owns(&t, &mailbox("a"), "alice").await
            }
        ),
        case!(
            "alias/preferred-user-name-taken",
            "A preferred user name that somebody else has is refused.",
            profile = all_aliases,
            evidence = Evidence::Assumed {
                why: "an alias leads to one user; the class is that of other aliases"
            },
            async |t| {
                for name in ["alice", "bob"] {
                    t.register(name).await?;
                }
                update(&t, "alice", [("preferred_username", "al")]).await?;
                let refused = update(&t, "bob", [("preferred_username", "al")]).await;
                check::refused(refused, ErrorKind::AliasExists, &[])?;
                owns(&t, "al", "alice").await
            }
        ),
        case!(
            "alias/phone-number-taken",
            "A verified phone number that is somebody's alias is refused.",
            profile = all_aliases,
            evidence = CREATE,
            async |t| {
                let create = |name: &str| {
                    CreateUser::new(name)
                        .with_attributes([
                            ("phone_number", PHONE),
                            ("phone_number_verified", "true"),
                        ])
                        .with_message_action(MessageAction::Suppress)
                };
                t.directory().create_user(create("alice")).await?;
                let refused = t.directory().create_user(create("bob")).await;
                check::refused(refused, ErrorKind::AliasExists, &[])?;
                owns(&t, PHONE, "alice").await
            }
        ),
    ]
}

fn moves() -> Vec<Case> {
    vec![
        case!(
            "alias/moved-signs-in-its-new-owner",
            "After ForceAliasCreation the alias signs in the new owner, with the new owner's password.",
            profile = PoolProfile::email_alias,
            evidence = CREATE,
            async |t| {
                create(&t, "alice", "shared", true).await?;
                t.directory().create_user(forced("bob", true)).await?;
                let request = SetUserPassword::permanent("bob", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                t.eventually(async || {
                    let set = t.sign_in_with(&mailbox("shared"), OTHER_PASSWORD).await?;
                    check::equal("the name in the grant", set.grant.username(), "bob")
                })
                .await?;
                let refused = t.try_sign_in(&mailbox("shared"), PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "alias/force-needs-verification",
            "ForceAliasCreation with an unverified address takes it from nobody.",
            profile = PoolProfile::email_alias,
            evidence = CREATE,
            async |t| {
                create(&t, "alice", "shared", true).await?;
                t.directory().create_user(forced("bob", false)).await?;
                owns(&t, &mailbox("shared"), "alice").await?;
                let alice = t.directory().user("alice").await?;
                let verified = alice.attributes.get("email_verified");
                check::equal("the owner's address", verified, Some("true"))
            }
        ),
        case!(
            "alias/freed-by-deletion",
            "The alias of a deleted user is free, in time.",
            profile = PoolProfile::email_alias,
            evidence =
                Evidence::Assumed { why: "it leads to nobody; traces show that it takes a while" },
            async |t| {
                create(&t, "alice", "a", true).await?;
                t.register("bob").await?;
                t.directory().delete_user("alice").await?;
                becomes_owner(&t, "bob", "a").await
            }
        ),
        case!(
            "alias/freed-by-a-change",
            "The alias that a user gave up is free, in time.",
            profile = PoolProfile::email_alias,
            needs = [Inbox],
            evidence = Evidence::Assumed { why: "it leads to nobody" },
            async |t| {
                create(&t, "alice", "a", true).await?;
                t.register("bob").await?;
                update(&t, "alice", [("email", mailbox("b"))]).await?;
                becomes_owner(&t, "bob", "a").await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
    ]
}

/// A user with a permanent password and an e-mail address.
async fn create(t: &Trial, name: &str, label: &str, is_verified: bool) -> Result<User, Failure> {
    let attributes = [("email", mailbox(label)), ("email_verified", is_verified.to_string())];
    t.register_with(Register::new(name, PASSWORD).with_attributes(attributes)).await
}

fn forced(name: &str, is_verified: bool) -> CreateUser {
    let attributes = [("email", mailbox("shared")), ("email_verified", is_verified.to_string())];
    CreateUser::new(name)
        .with_attributes(attributes)
        .with_message_action(MessageAction::Suppress)
        .with_force_alias_creation(true)
}

async fn update(
    t: &Trial,
    name: &str,
    attributes: impl Into<user_directory::Attributes>,
) -> user_directory::Result<()> {
    t.directory().update_user_attributes(UpdateUserAttributes::new(name, attributes)).await
}

async fn owns(t: &Trial, alias: &str, name: &str) -> Result<(), Failure> {
    let user = t.directory().user(alias).await?;
    check::equal("the owner of the alias", user.username.as_str(), name)
}

async fn unknown(t: &Trial, alias: &str) -> Result<(), Failure> {
    t.eventually(async || {
        let refused = t.try_sign_in(alias, PASSWORD).await;
        check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])
    })
    .await?;
    Ok(())
}

/// Gives a user an address as soon as it is free, and sees it sign in.
async fn becomes_owner(t: &Trial, name: &str, label: &str) -> Result<(), Failure> {
    t.eventually(async || {
        let attributes = [("email", mailbox(label)), ("email_verified", "true".to_owned())];
        update(t, name, attributes).await?;
        let set = t.sign_in(&mailbox(label)).await?;
        check::equal("the name in the grant", set.grant.username(), name)
    })
    .await
}
