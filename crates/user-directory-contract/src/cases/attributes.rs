//! AdminUpdateUserAttributes and AdminDeleteUserAttributes.

use user_directory::{Attributes, DeleteUserAttributes, ErrorKind, Register, UpdateUserAttributes};

use crate::{
    Case, Evidence, Failure, PoolProfile, case, check, mailbox,
    trial::{PASSWORD, Trial},
};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html",
};
const LIVE: Evidence = Evidence::Reported {
    note: "seen in public code, no address: integration tests of a live pool through UpdateUserAttributes",
};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "attributes/update-sets",
            "An update sets what it names and leaves the rest.",
            evidence = API,
            async |t| {
                let request = Register::new("alice", PASSWORD)
                    .with_attributes([("name", "Alice"), ("locale", "en")]);
                t.register_with(request).await?;
                update(&t, [("locale", "fr"), ("zoneinfo", "Europe/Paris")]).await?;
                let user = t.directory().user("alice").await?;
                check::equal("the name", user.attributes.get("name"), Some("Alice"))?;
                check::equal("the locale", user.attributes.get("locale"), Some("fr"))?;
                check::equal("the zone", user.attributes.get("zoneinfo"), Some("Europe/Paris"))
            }
        ),
        case!(
            "attributes/empty-deletes",
            "An empty value deletes the attribute.",
            evidence = API,
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                update(&t, [("name", "")]).await?;
                gone(&t, "name").await
            }
        ),
        case!(
            "attributes/empty-deletes-every-kind",
            "An empty value deletes contacts and addresses, too.",
            evidence = API,
            async |t| {
                let attributes = [
                    ("email", mailbox("alice")),
                    ("phone_number", "+15555550100".to_owned()),
                    ("family_name", "Adams".to_owned()),
                    ("address", "1 Example Street".to_owned()),
                ];
                registered(&t, attributes.clone()).await?;
                for (name, _) in attributes {
                    update(&t, [(name, "")]).await?;
                    gone(&t, name).await?;
                }
                Ok(())
            }
        ),
        case!(
            "attributes/delete",
            "Deleting an attribute removes it and leaves the others.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUserAttributes.html",
            },
            async |t| {
                registered(&t, [("name", "Alice"), ("locale", "en")]).await?;
                let request = DeleteUserAttributes::new("alice", ["name"]);
                t.directory().delete_user_attributes(request).await?;
                gone(&t, "name").await?;
                let user = t.directory().user("alice").await?;
                check::equal("the locale", user.attributes.get("locale"), Some("en"))
            }
        ),
        case!(
            "attributes/delete-what-is-not-there",
            "Deleting an attribute that the user does not have is no error.",
            evidence = Evidence::Assumed { why: "it changes nothing" },
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let request = DeleteUserAttributes::new("alice", ["name", "zoneinfo"]);
                t.directory().delete_user_attributes(request).await?;
                gone(&t, "name").await
            }
        ),
        case!(
            "attributes/sub-is-immutable",
            "No update writes the sub, whatever the value.",
            evidence = LIVE,
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                for value in ["825d8d71-f582-4d9a-a35f-0123456789ab", ""] {
                    let refused = update(&t, [("sub", value)]).await;
                    let text = "Cannot modify the non-mutable attribute sub";
                    check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                }
                Ok(())
            }
        ),
        case!(
            "attributes/not-in-the-schema",
            "An update of an attribute that the pool does not have is refused, and changes nothing.",
            evidence = LIVE,
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let refused = update(&t, [("name", "Bob"), ("custom:role", "x")]).await;
                let texts = [
                    "user.custom:role: Attribute does not exist in the schema.\n",
                    "user.custom:role: Attribute does not exist in the schema.",
                ];
                check::refused(refused, ErrorKind::InvalidParameter, &texts)?;
                let user = t.directory().user("alice").await?;
                check::equal("the name", user.attributes.get("name"), Some("Alice"))
            }
        ),
        case!(
            "attributes/bad-email",
            "An e-mail address without its form is refused.",
            evidence = LIVE,
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let refused = update(&t, [("email", "no-address")]).await;
                let text = "Invalid email address format.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                gone(&t, "email").await
            }
        ),
        case!(
            "attributes/bad-phone-number",
            "A phone number without a plus is refused.",
            evidence = LIVE,
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let refused = update(&t, [("phone_number", "5555550100")]).await;
                let text = "Invalid phone number format.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                gone(&t, "phone_number").await
            }
        ),
        case!(
            "attributes/new-email-is-unverified",
            "An administrator's new e-mail address is unverified unless the call says otherwise.",
            evidence = Evidence::Reported { note: "the guide says it in general" },
            async |t| {
                let attributes = [("email", mailbox("old")), ("email_verified", "true".to_owned())];
                registered(&t, attributes).await?;
                update(&t, [("email", mailbox("new"))]).await?;
                verified(&t, Some("false")).await?;
                let attributes =
                    [("email", mailbox("newer")), ("email_verified", "true".to_owned())];
                update(&t, attributes).await?;
                verified(&t, Some("true")).await
            }
        ),
        case!(
            "attributes/same-email-stays-verified",
            "Writing the e-mail address that is there already leaves it verified.",
            evidence = Evidence::Assumed { why: "nothing changes" },
            async |t| {
                let attributes = [("email", mailbox("a")), ("email_verified", "true".to_owned())];
                registered(&t, attributes).await?;
                update(&t, [("email", mailbox("a"))]).await?;
                verified(&t, Some("true")).await
            }
        ),
        case!(
            "attributes/value-too-long",
            "A value over 2048 characters breaks a constraint, and is not repeated.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AttributeType.html",
            },
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let refused = update(&t, [("name", "x".repeat(2049))]).await;
                let text = "1 validation error detected: Value at 'userAttributes.1.member.value' \
                            failed to satisfy constraint: Member must have length less than or \
                            equal to 2048";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "attributes/standard-set",
            "Every pool has the seventeen standard attributes that can be written.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html",
            },
            async |t| {
                let attributes = [
                    ("address", "1 Example Street".to_owned()),
                    ("birthdate", "1980-12-31".to_owned()),
                    ("email", mailbox("alice")),
                    ("family_name", "Adams".to_owned()),
                    ("gender", "female".to_owned()),
                    ("given_name", "Alice".to_owned()),
                    ("locale", "en".to_owned()),
                    ("middle_name", "B".to_owned()),
                    ("name", "Alice B Adams".to_owned()),
                    ("nickname", "al".to_owned()),
                    ("phone_number", "+15555550100".to_owned()),
                    ("picture", "https://example.com/alice.png".to_owned()),
                    ("preferred_username", "allie".to_owned()),
                    ("profile", "https://example.com/alice".to_owned()),
                    ("updated_at", "1700000000".to_owned()),
                    ("website", "https://example.com".to_owned()),
                    ("zoneinfo", "Europe/Paris".to_owned()),
                ];
                registered(&t, attributes.clone()).await?;
                let user = t.directory().user("alice").await?;
                for (name, value) in attributes {
                    check::equal(name, user.attributes.get(name), Some(value.as_str()))?;
                }
                Ok(())
            }
        ),
        case!(
            "attributes/standard-types",
            "A birthdate has ten characters, and updated_at is a number that is not negative.",
            evidence = Evidence::Reported {
                note: "seen in public code, no address: descriptions of pools with their schema"
            },
            async |t| {
                registered(&t, [("birthdate", "1980-12-31"), ("updated_at", "0")]).await?;
                for (name, value) in [
                    ("birthdate", "1980-1-1"),
                    ("birthdate", "31 December 1980"),
                    ("updated_at", "-1"),
                    ("updated_at", "today"),
                ] {
                    let refused = update(&t, [(name, value)]).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                Ok(())
            }
        ),
        case!(
            "attributes/name-too-long",
            "A name over 32 characters breaks a constraint.",
            evidence = LIVE,
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let name = "n".repeat(33);
                let refused = update(&t, [(name.as_str(), "x")]).await;
                let text = format!(
                    "1 validation error detected: Value '{name}' at 'userAttributes.1.member.name' \
                     failed to satisfy constraint: Member must have length less than or equal to 32"
                );
                check::refused(refused, ErrorKind::InvalidParameter, &[&text])?;
                Ok(())
            }
        ),
        case!(
            "attributes/required-cannot-go",
            "A required attribute cannot be deleted.",
            profile =
                || PoolProfile::article().map_pool(|pool| pool.with_required_attributes(["name"])),
            evidence =
                Evidence::Assumed { why: "it follows from being required; the text is not known" },
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let request = DeleteUserAttributes::new("alice", ["name"]);
                let refused = t.directory().delete_user_attributes(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                let user = t.directory().user("alice").await?;
                check::equal("the name", user.attributes.get("name"), Some("Alice"))
            }
        ),
        case!(
            "attributes/sub-cannot-be-deleted",
            "The sub cannot be deleted.",
            evidence = Evidence::Assumed { why: "it can never be written; the text is not known" },
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let request = DeleteUserAttributes::new("alice", ["sub"]);
                let refused = t.directory().delete_user_attributes(request).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "attributes/duplicates-in-a-plain-pool",
            "Without aliases two users may have one verified e-mail address.",
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html",
            },
            async |t| {
                for name in ["alice", "bob"] {
                    let request = Register::new(name, PASSWORD).with_attributes([
                        ("email", mailbox("shared")),
                        ("email_verified", "true".into()),
                    ]);
                    t.register_with(request).await?;
                }
                Ok(())
            }
        ),
        case!(
            "alias/email-change",
            "A changed, unverified e-mail address is no alias, and the name still signs in.",
            profile = PoolProfile::email_alias,
            needs = [Inbox],
            evidence = Evidence::Reported {
                note: "the guide: an address is an alias once it is verified"
            },
            async |t| {
                let attributes = [("email", mailbox("old")), ("email_verified", "true".to_owned())];
                registered(&t, attributes).await?;
                t.sign_in(&mailbox("old")).await?;
                update(&t, [("email", mailbox("new"))]).await?;
                for address in ["old", "new"] {
                    check::refused(
                        t.try_sign_in(&mailbox(address), PASSWORD).await,
                        ErrorKind::UserNotFound,
                        &[],
                    )?;
                }
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "alias/update-to-a-taken-email",
            "An update to somebody's verified alias is refused, and changes nothing.",
            profile = PoolProfile::email_alias,
            evidence = Evidence::Reported {
                note: "seen in public code, no address: integration tests of a live pool"
            },
            async |t| {
                registered(&t, [("name", "Alice")]).await?;
                let request = Register::new("bob", PASSWORD).with_attributes([
                    ("email", mailbox("bob")),
                    ("email_verified", "true".into()),
                ]);
                t.register_with(request).await?;
                let attributes = [("email", mailbox("bob")), ("email_verified", "true".to_owned())];
                let refused = update(&t, attributes).await;
                let text = "An account with the given email already exists.";
                check::refused(refused, ErrorKind::AliasExists, &[text])?;
                gone(&t, "email").await
            }
        ),
        case!(
            "attributes/unverified-without-a-value",
            "email_verified may be false without an e-mail address.",
            evidence = Evidence::Assumed { why: "the API's text speaks of true alone" },
            async |t| {
                registered(&t, [("email_verified", "false")]).await?;
                gone(&t, "email").await
            }
        ),
    ]
}

async fn registered(t: &Trial, attributes: impl Into<Attributes>) -> Result<(), Failure> {
    t.register_with(Register::new("alice", PASSWORD).with_attributes(attributes)).await?;
    Ok(())
}

async fn update(t: &Trial, attributes: impl Into<Attributes>) -> user_directory::Result<()> {
    let request = UpdateUserAttributes::new("alice", attributes);
    t.directory().update_user_attributes(request).await
}

async fn gone(t: &Trial, name: &str) -> Result<(), Failure> {
    let user = t.directory().user("alice").await?;
    check::equal(name, user.attributes.get(name), None)
}

async fn verified(t: &Trial, expected: Option<&str>) -> Result<(), Failure> {
    let user = t.directory().user("alice").await?;
    check::equal("email_verified", user.attributes.get("email_verified"), expected)
}
