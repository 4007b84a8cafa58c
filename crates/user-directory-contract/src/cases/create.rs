//! AdminCreateUser.

use std::time::Duration;

use user_directory::{CreateUser, DeliveryMedium, ErrorKind, MessageAction, SignIn, UserStatus};

use crate::{
    Case, Evidence, FixtureUser, PoolProfile, case, check, mailbox,
    trial::{OTHER_PASSWORD, PASSWORD},
};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "create/starts-in-force-change-password",
            "A created user is enabled, in FORCE_CHANGE_PASSWORD, with two equal dates.",
            evidence = API,
            async |t| {
                let request = CreateUser::new("alice").with_temporary_password(PASSWORD);
                let user = t.directory().create_user(request).await?;
                check::equal("the name", user.username.as_str(), "alice")?;
                check::equal("the status", user.status, UserStatus::ForceChangePassword)?;
                check::that(user.enabled, "a new user is enabled")?;
                check::equal("the dates", user.create_date, user.last_modified_date)?;
                check::equal("the user afterwards", t.directory().user("alice").await?, user)
            }
        ),
        case!(
            "create/sub-comes-first",
            "The first attribute is the sub.",
            evidence = API,
            async |t| {
                let request = CreateUser::new("alice")
                    .with_attributes([("zoneinfo", "UTC"), ("address", "a"), ("name", "Alice")])
                    .with_message_action(MessageAction::Suppress);
                let user = t.directory().create_user(request).await?;
                check::equal("how many", user.attributes.len(), 4)?;
                let first = user.attributes.iter().next().map(|(name, _)| name.to_owned());
                check::equal("the first", first.as_deref(), Some("sub"))
            }
        ),
        case!(
            "create/no-medium-no-contact",
            "Without a medium, an e-mail address or a phone number a user is created all the same.",
            needs = [Inbox],
            evidence =
                Evidence::Reported { note: "a published sample of 2019 for Node.js calls it so" },
            async |t| {
                t.directory().create_user(CreateUser::new("alice")).await?;
                check::equal("messages", t.messages().await.len(), 0)
            }
        ),
        case!(
            "create/generates-a-password",
            "Without a temporary password one is made up, sent, and leads to the challenge.",
            needs = [Inbox],
            evidence = API,
            async |t| {
                let request = CreateUser::new("alice")
                    .with_attributes([("email", mailbox("alice"))])
                    .with_delivery_mediums([DeliveryMedium::Email]);
                t.directory().create_user(request).await?;
                let message = t.last_message("alice").await?;
                check::equal("the medium", message.medium, DeliveryMedium::Email)?;
                let password = check::some("the password in it", message.temporary_password)?;
                let outcome = t.directory().sign_in(SignIn::new("alice", password)).await?;
                check::new_password_required(outcome)?;
                Ok(())
            }
        ),
        case!(
            "create/text-message-by-default",
            "Where no medium is named, the invitation is a text message.",
            needs = [Inbox],
            evidence = API,
            async |t| {
                let attributes =
                    [("email", mailbox("alice")), ("phone_number", "+15555550100".to_owned())];
                let request = CreateUser::new("alice").with_attributes(attributes);
                t.directory().create_user(request).await?;
                let message = t.last_message("alice").await?;
                check::equal("the medium", message.medium, DeliveryMedium::Sms)?;
                check::equal("messages", t.messages().await.len(), 1)
            }
        ),
        case!(
            "create/suppress-sends-nothing",
            "SUPPRESS sends no invitation and changes nothing else.",
            needs = [Inbox],
            evidence = API,
            async |t| {
                let request = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_attributes([("email", mailbox("alice"))])
                    .with_delivery_mediums([DeliveryMedium::Email])
                    .with_message_action(MessageAction::Suppress);
                let user = t.directory().create_user(request).await?;
                check::equal("messages", t.messages().await.len(), 0)?;
                check::equal("the status", user.status, UserStatus::ForceChangePassword)
            }
        ),
        case!(
            "create/medium-needs-its-contact",
            "A medium that is asked for needs the attribute that it sends to.",
            evidence = Evidence::Assumed {
                why: "the rule is in the API's text, class and text of the refusal are not"
            },
            async |t| {
                let request =
                    CreateUser::new("alice").with_delivery_mediums([DeliveryMedium::Email]);
                let refused = t.directory().create_user(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                let absent = t.directory().user("alice").await;
                check::refused(absent, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "create/name-taken",
            "A taken name is refused with the text of AdminCreateUser.",
            evidence = Evidence::Documented {
                url: "https://github.com/localstack/localstack/issues/4465"
            },
            async |t| {
                t.register("alice").await?;
                let request = CreateUser::new("alice").with_temporary_password(OTHER_PASSWORD);
                let refused = t.directory().create_user(request).await;
                check::refused(
                    refused,
                    ErrorKind::UsernameExists,
                    &["User account already exists"],
                )?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "create/weak-temporary-password",
            "The policy holds for a temporary password, and a refused one creates nothing.",
            evidence = API,
            async |t| {
                let request = CreateUser::new("alice").with_temporary_password("short");
                let refused = t.directory().create_user(request).await;
                check::refused(refused, ErrorKind::InvalidPassword, &[])?;
                let absent = t.directory().user("alice").await;
                check::refused(absent, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "create/temporary-password-too-long",
            "A temporary password over 256 characters breaks a constraint, and is not repeated.",
            evidence = Evidence::Reported {
                note: "by analogy with SignUp, where integration tests of a live pool show it"
            },
            async |t| {
                let request = CreateUser::new("alice").with_temporary_password("Aa1!".repeat(65));
                let refused = t.directory().create_user(request).await;
                let text = "1 validation error detected: Value at 'temporaryPassword' failed to \
                            satisfy constraint: Member must have length less than or equal to 256";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "create/sub-is-not-for-callers",
            "A sub among the attributes is refused.",
            evidence = Evidence::Reported {
                note: "seen in public code, no address: integration tests of a live pool"
            },
            async |t| {
                let request = CreateUser::new("alice").with_attributes([("sub", "1")]);
                let refused = t.directory().create_user(request).await;
                let text = "Cannot modify the non-mutable attribute sub";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "create/unknown-attribute",
            "An attribute that the schema does not have is refused.",
            evidence =
                Evidence::Reported { note: "seen in public code, no address: several traces" },
            async |t| {
                let request = CreateUser::new("alice").with_attributes([("custom:role", "x")]);
                let refused = t.directory().create_user(request).await;
                let text = "Attributes did not conform to the schema: Type for attribute \
                            {custom:role} could not be determined";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "create/email-verified-as-said",
            "email_verified is honoured, and comes back as text.",
            evidence = Evidence::Documented {
                url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py"
            },
            async |t| {
                let user = t.directory().create_user(with_email("alice", "alice")).await?;
                check::equal("verified", user.attributes.get("email_verified"), Some("true"))
            }
        ),
        case!(
            "create/email-verified-in-either-spelling",
            "An email_verified of True comes back as true.",
            evidence = Evidence::Assumed {
                why: "AWS takes it as verified, as a test of moto against AWS shows; what it answers is not shown"
            },
            async |t| {
                let request = CreateUser::new("alice")
                    .with_attributes([
                        ("email", mailbox("alice")),
                        ("email_verified", "True".into()),
                    ])
                    .with_message_action(MessageAction::Suppress);
                let user = t.directory().create_user(request).await?;
                check::equal("verified", user.attributes.get("email_verified"), Some("true"))
            }
        ),
        case!(
            "create/verified-needs-a-value",
            "email_verified without an e-mail address is refused.",
            evidence = Evidence::Assumed {
                why: "the rule is in the API's text, the text of the refusal is not"
            },
            async |t| {
                let request =
                    CreateUser::new("alice").with_attributes([("email_verified", "true")]);
                let refused = t.directory().create_user(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "create/resend-restarts",
            "RESEND brings a new temporary password, and a new period for it.",
            needs = [Inbox, Clock],
            evidence = API,
            async |t| {
                let create = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_attributes([("email", mailbox("alice"))])
                    .with_delivery_mediums([DeliveryMedium::Email]);
                t.directory().create_user(create).await?;
                t.advance(Duration::from_secs(6 * 24 * 60 * 60)).await;
                let resend = CreateUser::new("alice")
                    .with_message_action(MessageAction::Resend)
                    .with_delivery_mediums([DeliveryMedium::Email]);
                t.directory().create_user(resend).await?;
                check::equal("messages", t.messages().await.len(), 2)?;
                t.advance(Duration::from_secs(6 * 24 * 60 * 60)).await;
                let password = t.last_message("alice").await?.temporary_password;
                let password = check::some("the password in it", password)?;
                let outcome = t.directory().sign_in(SignIn::new("alice", password)).await?;
                check::new_password_required(outcome)?;
                let old = t.directory().sign_in(SignIn::new("alice", PASSWORD)).await;
                check::refused(old, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "create/resend-needs-force-change-password",
            "RESEND to a confirmed user is refused.",
            evidence = Evidence::Reported {
                note: "the class is in the API's list, the text in two emulators"
            },
            async |t| {
                t.register("alice").await?;
                let resend = CreateUser::new("alice").with_message_action(MessageAction::Resend);
                let refused = t.directory().create_user(resend).await;
                let text = "Resend not possible. alice status is not FORCE_CHANGE_PASSWORD";
                check::refused(refused, ErrorKind::UnsupportedUserState, &[text])?;
                Ok(())
            }
        ),
        case!(
            "create/resend-in-other-statuses",
            "RESEND to an unconfirmed user and to one who must reset the password is refused.",
            needs = [Fixtures],
            evidence = Evidence::Reported {
                note: "the class is in the API's list, without the statuses that bring it"
            },
            async |t| {
                for status in [UserStatus::Unconfirmed, UserStatus::ResetRequired] {
                    let name = format!("user-{status}");
                    t.put_user(FixtureUser::new(&name, status)).await;
                    let resend = CreateUser::new(&name).with_message_action(MessageAction::Resend);
                    let refused = t.directory().create_user(resend).await;
                    check::refused(refused, ErrorKind::UnsupportedUserState, &[])?;
                }
                Ok(())
            }
        ),
        case!(
            "create/resend-to-nobody",
            "RESEND to an unknown user is refused.",
            evidence = Evidence::Reported { note: "UserNotFoundException is in the API's list" },
            async |t| {
                let resend = CreateUser::new("alice").with_message_action(MessageAction::Resend);
                let refused = t.directory().create_user(resend).await;
                check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])?;
                Ok(())
            }
        ),
        case!(
            "create/alias-taken",
            "A verified e-mail address that is somebody's alias is refused.",
            profile = PoolProfile::email_alias,
            evidence = API,
            async |t| {
                t.directory().create_user(with_email("alice", "shared")).await?;
                let refused = t.directory().create_user(with_email("bob", "shared")).await;
                check::refused(refused, ErrorKind::AliasExists, &[])?;
                let absent = t.directory().user("bob").await;
                check::refused(absent, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "create/force-alias-moves-it",
            "With ForceAliasCreation the alias moves, and its old owner becomes unverified.",
            profile = PoolProfile::email_alias,
            evidence = API,
            async |t| {
                t.directory().create_user(with_email("alice", "shared")).await?;
                let request = with_email("bob", "shared").with_force_alias_creation(true);
                t.directory().create_user(request).await?;
                let alice = t.directory().user("alice").await?;
                check::equal(
                    "the old owner",
                    alice.attributes.get("email_verified"),
                    Some("false"),
                )?;
                let owner = t.directory().user(&mailbox("shared")).await?;
                check::equal("the new owner", owner.username.as_str(), "bob")
            }
        ),
        case!(
            "create/client-metadata-is-not-kept",
            "Client metadata and validation data are for triggers, and are not stored.",
            evidence = API,
            async |t| {
                let request = CreateUser::new("alice")
                    .with_validation_data([("note", "a note")])
                    .with_client_metadata([("note", "a note")]);
                let user = t.directory().create_user(request).await?;
                check::equal("how many attributes", user.attributes.len(), 1)
            }
        ),
        case!(
            "create/a-deleted-name-is-free",
            "The name of a deleted user can be used again, by another sub.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                let first = t.register("alice").await?;
                t.directory().delete_user("alice").await?;
                let second = t.register("alice").await?;
                check::different("the subs", first.sub(), second.sub())
            }
        ),
    ]
}

fn with_email(name: &str, label: &str) -> CreateUser {
    CreateUser::new(name)
        .with_temporary_password(PASSWORD)
        .with_attributes([("email", mailbox(label)), ("email_verified", "true".into())])
        .with_message_action(MessageAction::Suppress)
}
