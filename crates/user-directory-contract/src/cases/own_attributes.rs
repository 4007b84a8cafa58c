//! UpdateUserAttributes and DeleteUserAttributes.

use user_directory::{
    AccessToken, Attributes, ChangePassword, CodeDelivery, DeleteOwnAttributes, DeliveryMedium,
    ErrorKind, Register, SelfService, TokenSet, UpdateOwnAttributes, UserAttributeVerificationCode,
    VerifyUserAttribute,
};

use super::{
    refresh::{MINUTE, refused_as_one_of},
    sign_out::ACCESS_TOKEN_REVOKED,
    sign_up::{code, has_attribute, verifying},
};
use crate::{
    Case, CustomAttribute, Evidence, Failure, OTHER_PASSWORD, PASSWORD, PoolProfile, Trial, case,
    check, mailbox,
};

const UPDATE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html",
};
const DELETE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html",
};
const VERIFICATION: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html",
};
const LIVE: Evidence = Evidence::Reported {
    note: "seen in public code, no address: integration tests of a live pool",
};

/// Registers alice with these attributes and signs her in.
pub(super) async fn signed_in(
    t: &Trial,
    attributes: impl Into<Attributes>,
) -> Result<TokenSet, Failure> {
    t.register_with(Register::new("alice", PASSWORD).with_attributes(attributes)).await?;
    t.sign_in("alice").await
}

/// Alice's e-mail address, verified.
pub(super) fn verified_email(label: &str) -> [(&'static str, String); 2] {
    [("email", mailbox(label)), ("email_verified", "true".to_owned())]
}

pub(super) async fn update(
    t: &Trial,
    set: &TokenSet,
    attributes: impl Into<Attributes>,
) -> user_directory::Result<Vec<CodeDelivery>> {
    let request = UpdateOwnAttributes::new(set.access_token(), attributes);
    t.self_service().update_user_attributes(request).await
}

async fn delete<const LENGTH: usize>(
    t: &Trial,
    set: &TokenSet,
    names: [&str; LENGTH],
) -> user_directory::Result<()> {
    let request = DeleteOwnAttributes::new(set.access_token(), names);
    t.self_service().delete_user_attributes(request).await
}

/// The text of a refusal with and without the line break at its end.
fn line(text: &str) -> [String; 2] {
    [format!("{text}\n"), text.to_owned()]
}

fn malformed<T>(result: user_directory::Result<T>, text: &str) -> Result<(), Failure> {
    let texts = line(text);
    check::refused(result, ErrorKind::InvalidParameter, &texts.each_ref().map(String::as_str))?;
    Ok(())
}

pub(crate) fn cases() -> Vec<Case> {
    [changes(), contacts(), refusals(), schema(), tokens()].concat()
}

fn changes() -> Vec<Case> {
    vec![
        case!(
            "own-attributes/update-sets",
            "Users set attributes of their own, which leaves the rest and sends nothing.",
            needs = [SelfService, Inbox],
            evidence = UPDATE,
            async |t| {
                let set = signed_in(&t, [("name", "Alice"), ("locale", "en")]).await?;
                let sent =
                    update(&t, &set, [("locale", "fr"), ("zoneinfo", "Europe/Paris")]).await?;
                check::equal("deliveries", sent.len(), 0_usize)?;
                check::equal("messages", t.messages().await.len(), 0_usize)?;
                has_attribute(&t, "alice", "name", Some("Alice")).await?;
                has_attribute(&t, "alice", "locale", Some("fr")).await?;
                has_attribute(&t, "alice", "zoneinfo", Some("Europe/Paris")).await?;
                let own = t.self_service().user(set.access_token()).await?;
                check::equal("the locale", own.attributes.get("locale"), Some("fr"))
            }
        ),
        case!(
            "own-attributes/empty-deletes",
            "An empty value deletes the attribute.",
            needs = [SelfService],
            evidence = LIVE,
            async |t| {
                let set = signed_in(&t, [("name", "Alice"), ("locale", "en")]).await?;
                update(&t, &set, [("name", "")]).await?;
                has_attribute(&t, "alice", "name", None).await?;
                has_attribute(&t, "alice", "locale", Some("en")).await
            }
        ),
        case!(
            "own-attributes/empty-deletes-every-kind",
            "An empty value deletes contacts and addresses, too, and custom attributes.",
            profile = || custom(CustomAttribute::new("plan", "String")),
            needs = [SelfService],
            evidence = LIVE,
            async |t| {
                let attributes = [
                    ("email", mailbox("alice")),
                    ("phone_number", "+15555550100".to_owned()),
                    ("family_name", "Adams".to_owned()),
                    ("address", "1 Example Street".to_owned()),
                    ("custom:plan", "free".to_owned()),
                ];
                let set = signed_in(&t, attributes.clone()).await?;
                for (name, _) in attributes {
                    update(&t, &set, [(name, "")]).await?;
                    has_attribute(&t, "alice", name, None).await?;
                }
                Ok(())
            }
        ),
        case!(
            "own-attributes/delete",
            "Users delete attributes of their own, which leaves the rest.",
            needs = [SelfService],
            evidence = DELETE,
            async |t| {
                let set = signed_in(&t, [("name", "Alice"), ("locale", "en")]).await?;
                delete(&t, &set, ["name"]).await?;
                has_attribute(&t, "alice", "name", None).await?;
                has_attribute(&t, "alice", "locale", Some("en")).await
            }
        ),
        case!(
            "own-attributes/delete-again",
            "Deleting an attribute that the user does not have is no error.",
            needs = [SelfService],
            evidence = Evidence::Assumed { why: "it changes nothing" },
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                delete(&t, &set, ["name", "zoneinfo"]).await?;
                delete(&t, &set, ["name"]).await?;
                has_attribute(&t, "alice", "name", None).await
            }
        ),
    ]
}

fn contacts() -> Vec<Case> {
    vec![
        case!(
            "own-attributes/new-email",
            "A new e-mail address is unverified, and a code goes there where the pool verifies.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = VERIFICATION,
            async |t| {
                let set = signed_in(&t, verified_email("old")).await?;
                let sent = update(&t, &set, [("email", mailbox("new"))]).await?;
                let expected = CodeDelivery::new("s***@s***", DeliveryMedium::Email, "email");
                check::equal("the deliveries", sent, vec![expected])?;
                has_attribute(&t, "alice", "email", Some(&mailbox("new"))).await?;
                has_attribute(&t, "alice", "email_verified", Some("false")).await?;
                code(&t, "alice", 0).await?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("new"))
            }
        ),
        case!(
            "own-attributes/new-email-without-verification",
            "Where the pool verifies nothing, a new e-mail address is unverified and gets no code.",
            needs = [SelfService, Inbox],
            evidence = VERIFICATION,
            async |t| {
                let set = signed_in(&t, verified_email("old")).await?;
                let sent = update(&t, &set, [("email", mailbox("new"))]).await?;
                check::equal("deliveries", sent.len(), 0_usize)?;
                has_attribute(&t, "alice", "email_verified", Some("false")).await?;
                check::equal("messages", t.messages().await.len(), 0_usize)
            }
        ),
        case!(
            "own-attributes/same-email",
            "Writing the e-mail address that is there already leaves it verified.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "nothing changes" },
            async |t| {
                let set = signed_in(&t, verified_email("alice")).await?;
                update(&t, &set, [("email", mailbox("alice"))]).await?;
                has_attribute(&t, "alice", "email_verified", Some("true")).await?;
                check::equal("messages", t.messages().await.len(), 0_usize)
            }
        ),
        case!(
            "own-attributes/verified-before-update",
            "Where the pool verifies before it updates, the old address stays, verified and an \
             alias, until the new one is verified and takes its place.",
            profile = || PoolProfile::email_alias()
                .map_pool(|pool| pool.with_verified_before_update(["email"])),
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html"
            },
            async |t| {
                let set = signed_in(&t, verified_email("old")).await?;
                update(&t, &set, [("email", mailbox("new"))]).await?;
                let code = code(&t, "alice", 0).await?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("new"))?;
                has_attribute(&t, "alice", "email", Some(&mailbox("old"))).await?;
                has_attribute(&t, "alice", "email_verified", Some("true")).await?;
                t.sign_in(&mailbox("old")).await?;
                let early = t.try_sign_in(&mailbox("new"), PASSWORD).await;
                check::refused(early, ErrorKind::UserNotFound, &[])?;
                let request = VerifyUserAttribute::new(set.access_token(), "email", code);
                t.self_service().verify_user_attribute(request).await?;
                has_attribute(&t, "alice", "email", Some(&mailbox("new"))).await?;
                has_attribute(&t, "alice", "email_verified", Some("true")).await?;
                t.sign_in(&mailbox("new")).await?;
                let late = t.try_sign_in(&mailbox("old"), PASSWORD).await;
                check::refused(late, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "own-attributes/taken-alias",
            "An e-mail address that is another's alias is refused, and changes nothing.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = LIVE,
            async |t| {
                let bob = Register::new("bob", PASSWORD).with_attributes(verified_email("bob"));
                t.register_with(bob).await?;
                let set = signed_in(&t, verified_email("alice")).await?;
                let refused = update(&t, &set, [("email", mailbox("bob"))]).await;
                let text = "An account with the given email already exists.";
                check::refused(refused, ErrorKind::AliasExists, &[text])?;
                has_attribute(&t, "alice", "email", Some(&mailbox("alice"))).await?;
                has_attribute(&t, "alice", "email_verified", Some("true")).await?;
                check::equal("messages", t.messages().await.len(), 0_usize)
            }
        ),
        case!(
            "own-attributes/taken-email",
            "Where e-mail addresses are user names, one that another has is refused, verified or \
             not.",
            profile = PoolProfile::email_usernames,
            needs = [SelfService, Inbox],
            evidence = LIVE,
            async |t| {
                t.register(&mailbox("alice")).await?;
                t.register(&mailbox("bob")).await?;
                let set = t.sign_in(&mailbox("alice")).await?;
                let refused = update(&t, &set, [("email", mailbox("bob"))]).await;
                let text = "An account with the given email already exists.";
                check::refused(refused, ErrorKind::AliasExists, &[text])?;
                let email = mailbox("alice");
                has_attribute(&t, &mailbox("alice"), "email", Some(&email)).await
            }
        ),
    ]
}

fn refusals() -> Vec<Case> {
    vec![
        case!(
            "own-attributes/sub",
            "Nobody writes the own sub, whatever the value.",
            needs = [SelfService],
            evidence = LIVE,
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                for value in ["825d8d71-f582-4d9a-a35f-0123456789ab", ""] {
                    let refused = update(&t, &set, [("sub", value)]).await;
                    let text = "Cannot modify the non-mutable attribute sub";
                    check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                }
                Ok(())
            }
        ),
        case!(
            "own-attributes/verification-is-not-given",
            "Nobody verifies the own e-mail address by writing that it is.",
            needs = [SelfService],
            evidence = Evidence::Assumed {
                why: "codes would prove nothing otherwise; the class is not known"
            },
            async |t| {
                let set = signed_in(&t, [("email", mailbox("alice"))]).await?;
                let refused = update(&t, &set, [("email_verified", "true")]).await;
                let kinds = [ErrorKind::InvalidParameter, ErrorKind::NotAuthorized];
                refused_as_one_of(refused, &kinds)?;
                let refused = update(&t, &set, verified_email("other")).await;
                refused_as_one_of(refused, &kinds)?;
                let user = t.directory().user("alice").await?;
                let verified = user.attributes.get("email_verified");
                check::different("email_verified", verified, Some("true"))?;
                has_attribute(&t, "alice", "email", Some(&mailbox("alice"))).await
            }
        ),
        case!(
            "own-attributes/unwritable",
            "Users write only what the client of their token may, and a refused update changes \
             nothing.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_write_attributes(["nickname"])),
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: raw errors of live pools"
            },
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                let refused = update(&t, &set, [("nickname", "al"), ("name", "Bob")]).await;
                let text = "A client attempted to write unauthorized attribute";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                has_attribute(&t, "alice", "name", Some("Alice")).await?;
                has_attribute(&t, "alice", "nickname", None).await?;
                update(&t, &set, [("nickname", "al")]).await?;
                has_attribute(&t, "alice", "nickname", Some("al")).await
            }
        ),
        case!(
            "own-attributes/undeletable",
            "Users delete only what the client of their token may write.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_write_attributes(["nickname"])),
            needs = [SelfService],
            evidence = Evidence::Assumed { why: "an update with an empty value is refused, too" },
            async |t| {
                let set = signed_in(&t, [("name", "Alice"), ("nickname", "al")]).await?;
                let refused = delete(&t, &set, ["name"]).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                has_attribute(&t, "alice", "name", Some("Alice")).await?;
                delete(&t, &set, ["nickname"]).await?;
                has_attribute(&t, "alice", "nickname", None).await
            }
        ),
        case!(
            "own-attributes/bad-contacts",
            "An e-mail address without its form and a phone number without a plus are refused.",
            needs = [SelfService],
            evidence = LIVE,
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                for (name, value, text) in [
                    ("email", "no-address", "Invalid email address format."),
                    ("phone_number", "5555550100", "Invalid phone number format."),
                ] {
                    let refused = update(&t, &set, [(name, value)]).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                    has_attribute(&t, "alice", name, None).await?;
                }
                Ok(())
            }
        ),
    ]
}

fn custom(attribute: CustomAttribute) -> PoolProfile {
    PoolProfile::article().map_pool(|pool| pool.with_custom_attributes([attribute]))
}

fn schema() -> Vec<Case> {
    vec![
        case!(
            "own-attributes/not-in-the-schema",
            "An attribute that the pool does not have is refused, and nothing is changed.",
            needs = [SelfService],
            evidence = LIVE,
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                let refused = update(&t, &set, [("name", "Bob"), ("custom:role", "x")]).await;
                malformed(refused, "user.custom:role: Attribute does not exist in the schema.")?;
                has_attribute(&t, "alice", "name", Some("Alice")).await
            }
        ),
        case!(
            "own-attributes/immutable",
            "An attribute that cannot change is written at the creation and never again, not even \
             deleted.",
            profile = || custom(CustomAttribute::new("role", "String").with_mutable(false)),
            needs = [SelfService],
            evidence = LIVE,
            async |t| {
                let set = signed_in(&t, [("custom:role", "reader")]).await?;
                for value in ["editor", ""] {
                    let refused = update(&t, &set, [("custom:role", value)]).await;
                    malformed(refused, "user.custom:role: Attribute cannot be updated.")?;
                }
                has_attribute(&t, "alice", "custom:role", Some("reader")).await
            }
        ),
        case!(
            "own-attributes/too-short",
            "A text under the least length of its attribute is refused.",
            profile = || custom(CustomAttribute::new("cart_uuid", "String").with_min(36)),
            needs = [SelfService],
            evidence = LIVE,
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                let refused = update(&t, &set, [("custom:cart_uuid", "x".repeat(35))]).await;
                let text = "user.custom:cart_uuid: String must be no shorter than 36 characters";
                malformed(refused, text)?;
                update(&t, &set, [("custom:cart_uuid", "x".repeat(36))]).await?;
                Ok(())
            }
        ),
        case!(
            "own-attributes/too-long",
            "A text over the greatest length of its attribute is refused.",
            profile = || custom(CustomAttribute::new("code", "String").with_max(3)),
            needs = [SelfService],
            evidence = Evidence::Reported { note: "by analogy with texts that are too short" },
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                let refused = update(&t, &set, [("custom:code", "four")]).await;
                malformed(refused, "user.custom:code: String must be no longer than 3 characters")?;
                update(&t, &set, [("custom:code", "thr")]).await?;
                Ok(())
            }
        ),
        case!(
            "own-attributes/number-out-of-range",
            "A number outside the limits of its attribute, and what is no number, is refused.",
            profile = || custom(CustomAttribute::new("age", "Number").with_min(0).with_max(150)),
            needs = [SelfService],
            evidence =
                Evidence::Assumed { why: "the class is that of lengths; the text is not known" },
            async |t| {
                let set = signed_in(&t, [("custom:age", "30")]).await?;
                for value in ["-1", "151", "old"] {
                    let refused = update(&t, &set, [("custom:age", value)]).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                has_attribute(&t, "alice", "custom:age", Some("30")).await
            }
        ),
    ]
}

/// What comes of each operation that an access token authorizes, with this token.
async fn with_token(
    own: &dyn SelfService,
    token: &AccessToken,
) -> Vec<(&'static str, user_directory::Result<()>)> {
    let change = ChangePassword::new(token, PASSWORD, OTHER_PASSWORD);
    let update = UpdateOwnAttributes::new(token, [("nickname", "al")]);
    let delete = DeleteOwnAttributes::new(token, ["nickname"]);
    let send = UserAttributeVerificationCode::new(token, "email");
    let verify = VerifyUserAttribute::new(token, "email", "123456");
    vec![
        ("ChangePassword", own.change_password(change).await),
        ("UpdateUserAttributes", own.update_user_attributes(update).await.map(drop)),
        ("DeleteUserAttributes", own.delete_user_attributes(delete).await),
        (
            "GetUserAttributeVerificationCode",
            own.user_attribute_verification_code(send).await.map(drop),
        ),
        ("VerifyUserAttribute", own.verify_user_attribute(verify).await),
        ("DeleteUser", own.delete_user(token).await),
    ]
}

/// Every operation refuses the token with this text, and alice is as she was.
async fn every_operation_refuses(
    t: &Trial,
    token: &AccessToken,
    texts: &[&str],
) -> Result<(), Failure> {
    for (operation, refused) in with_token(&*t.self_service(), token).await {
        check::refused(refused, ErrorKind::NotAuthorized, texts).map_err(|failure| {
            Failure::new(failure.aspect(), format!("{operation}: {}", failure.message()))
        })?;
    }
    has_attribute(t, "alice", "nickname", None).await?;
    t.sign_in("alice").await?;
    Ok(())
}

fn tokens() -> Vec<Case> {
    vec![
        case!(
            "self-service/revoked-everywhere",
            "After a sign-out no operation takes the access token.",
            needs = [SelfService],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html"
            },
            async |t| {
                let set = signed_in(&t, verified_email("alice")).await?;
                t.self_service().global_sign_out(set.access_token()).await?;
                super::sign_out::access_token_dies(&t, set.access_token(), &[]).await?;
                every_operation_refuses(&t, set.access_token(), ACCESS_TOKEN_REVOKED).await
            }
        ),
        case!(
            "self-service/expired-everywhere",
            "Once its hour is over, no operation takes the access token.",
            needs = [SelfService, Clock],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: integration tests of a live pool"
            },
            async |t| {
                let set = signed_in(&t, verified_email("alice")).await?;
                t.advance(61 * MINUTE).await;
                let text = "Access Token has expired";
                every_operation_refuses(&t, set.access_token(), &[text]).await
            }
        ),
        case!(
            "own-attributes/expired-first",
            "Of an expired access token and an attribute that nobody may write the token is told.",
            needs = [SelfService, Clock],
            evidence = LIVE,
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                t.advance(61 * MINUTE).await;
                let refused = update(&t, &set, [("sub", "1")]).await;
                let text = "Access Token has expired";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                Ok(())
            }
        ),
        case!(
            "self-service/garbage-everywhere",
            "No operation takes an access token that was made up.",
            needs = [SelfService],
            evidence = Evidence::Documented {
                url: "https://github.com/Liftric/cognito-idp/blob/HEAD/src/commonTest/kotlin/com/liftric/cognito/idp/IdentityProviderClientTests.kt"
            },
            async |t| {
                t.register("alice").await?;
                let made_up = AccessToken::new("bWFkZQ.dXA.dG9rZW4");
                every_operation_refuses(&t, &made_up, &["Invalid Access Token"]).await
            }
        ),
    ]
}
