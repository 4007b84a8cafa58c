//! What an administrator's change of a contact sends, and what waits for an answer.

use user_directory::{
    AccessToken, DeliveryMedium, Register, UpdateUserAttributes, VerifyUserAttribute,
};

use crate::{Case, Evidence, Failure, PoolProfile, Trial, case, check, mailbox, trial::PASSWORD};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUpdateUserAttributes.html",
};

fn verifies_first() -> PoolProfile {
    PoolProfile::email_alias()
        .with_name("verifies-first")
        .map_pool(|pool| pool.with_verified_before_update(["email"]))
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "attributes/new-email-is-sent-a-code",
            "Where the pool verifies e-mail addresses, an administrator's new one is sent a code.",
            profile = PoolProfile::email_alias,
            needs = [Inbox],
            evidence =
                Evidence::Reported { note: "the developer guide says it of changes in general" },
            async |t| {
                with_email(&t, "old").await?;
                update(&t, [("email", mailbox("new"))]).await?;
                let message = t.last_message("alice").await?;
                check::equal("where", message.destination, mailbox("new"))?;
                check::equal("how", message.medium, DeliveryMedium::Email)?;
                check::some("a code", message.code)?;
                Ok(())
            }
        ),
        case!(
            "attributes/verified-email-is-sent-nothing",
            "A new e-mail address that the call says is verified is sent no code, nor is one that stays.",
            profile = PoolProfile::email_alias,
            needs = [Inbox],
            evidence = Evidence::Assumed { why: "there is nothing to verify" },
            async |t| {
                with_email(&t, "old").await?;
                let attributes = [("email", mailbox("new")), ("email_verified", "true".to_owned())];
                update(&t, attributes).await?;
                update(&t, [("email", mailbox("new")), ("name", "Alice".to_owned())]).await?;
                check::equal("messages", t.messages().await.len(), 0)
            }
        ),
        case!(
            "attributes/unwatched-email-is-sent-nothing",
            "Where the pool verifies nothing on its own, a new e-mail address is sent no code.",
            needs = [Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html"
            },
            async |t| {
                with_email(&t, "old").await?;
                update(&t, [("email", mailbox("new"))]).await?;
                check::equal("messages", t.messages().await.len(), 0)
            }
        ),
        case!(
            "attributes/old-email-until-verified",
            "Where the pool verifies before it updates, the old address stays, verified, and signs in.",
            profile = verifies_first,
            needs = [Inbox],
            evidence = API,
            async |t| {
                with_email(&t, "old").await?;
                update(&t, [("email", mailbox("new")), ("name", "Alice".to_owned())]).await?;
                let alice = t.directory().user("alice").await?;
                check::equal("the rest", alice.attributes.get("name"), Some("Alice"))?;
                has_email(&t, "old").await?;
                let set = t.sign_in(&mailbox("old")).await?;
                check::equal("in the grant", set.grant.username(), "alice")
            }
        ),
        case!(
            "attributes/new-email-once-verified",
            "Where the pool verifies before it updates, the new address takes its place with the code.",
            profile = verifies_first,
            needs = [Inbox, SelfService],
            evidence = API,
            async |t| {
                with_email(&t, "old").await?;
                update(&t, [("email", mailbox("new"))]).await?;
                let message = t.last_message("alice").await?;
                check::equal("where", message.destination, mailbox("new"))?;
                let code = check::some("a code", message.code)?;
                let set = t.sign_in("alice").await?;
                let token = AccessToken::new(set.access_token().expose());
                let request = VerifyUserAttribute::new(token, "email", code);
                t.self_service().verify_user_attribute(request).await?;
                t.eventually(async || has_email(&t, "new").await).await?;
                t.sign_in(&mailbox("new")).await?;
                Ok(())
            }
        ),
        case!(
            "attributes/verified-email-does-not-wait",
            "Where the pool verifies before it updates, an address that the call says is verified counts at once.",
            profile = verifies_first,
            evidence = API,
            async |t| {
                with_email(&t, "old").await?;
                let attributes = [("email", mailbox("new")), ("email_verified", "true".to_owned())];
                update(&t, attributes).await?;
                t.eventually(async || has_email(&t, "new").await).await
            }
        ),
    ]
}

/// Alice with a verified e-mail address.
async fn with_email(t: &Trial, label: &str) -> Result<(), Failure> {
    let attributes = [("email", mailbox(label)), ("email_verified", "true".to_owned())];
    t.register_with(Register::new("alice", PASSWORD).with_attributes(attributes)).await?;
    Ok(())
}

async fn update(
    t: &Trial,
    attributes: impl Into<user_directory::Attributes>,
) -> Result<(), Failure> {
    let request = UpdateUserAttributes::new("alice", attributes);
    t.directory().update_user_attributes(request).await?;
    Ok(())
}

/// This is her verified e-mail address.
async fn has_email(t: &Trial, label: &str) -> Result<(), Failure> {
    let alice = t.directory().user("alice").await?;
    let address = mailbox(label);
    check::equal("the address", alice.attributes.get("email"), Some(address.as_str()))?;
    check::equal("verified", alice.attributes.get("email_verified"), Some("true"))
}
