//! GetUserAttributeVerificationCode and VerifyUserAttribute.

use user_directory::{
    Code, CodeDelivery, DeliveryMedium, ErrorKind, Register, TokenSet,
    UserAttributeVerificationCode, VerifyUserAttribute,
};

use super::{
    confirm_sign_up::{EXPIRED, MISMATCH, TOO_MANY},
    own_attributes::{signed_in, update, verified_email},
    refresh::{MINUTE, refused_as_one_of},
    sign_up::{NEVER_SENT, PHONE, another, code, has_attribute},
};
use crate::{Case, Evidence, Failure, PASSWORD, PoolProfile, Trial, case, check, mailbox};

const VERIFY: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html",
};
const QUOTAS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html",
};
const CLIENTS: Evidence =
    Evidence::Reported { note: "seen in public code, no address: clients that handle the text" };

async fn send(t: &Trial, set: &TokenSet, name: &str) -> user_directory::Result<CodeDelivery> {
    let request = UserAttributeVerificationCode::new(set.access_token(), name);
    t.self_service().user_attribute_verification_code(request).await
}

async fn verify(t: &Trial, set: &TokenSet, code: impl Into<Code>) -> user_directory::Result<()> {
    let request = VerifyUserAttribute::new(set.access_token(), "email", code);
    t.self_service().verify_user_attribute(request).await
}

/// Alice has an e-mail address, unverified, and has asked for a code. Brings it.
async fn asked(t: &Trial) -> Result<(TokenSet, Code), Failure> {
    let set = signed_in(t, [("email", mailbox("alice"))]).await?;
    send(t, &set, "email").await?;
    let code = code(t, "alice", 0).await?;
    Ok((set, code))
}

async fn is_verified(t: &Trial) -> Result<(), Failure> {
    has_attribute(t, "alice", "email_verified", Some("true")).await
}

async fn is_unverified(t: &Trial) -> Result<(), Failure> {
    let user = t.directory().user("alice").await?;
    let verified = user.attributes.get("email_verified");
    check::different("email_verified", verified, Some("true"))
}

pub(crate) fn cases() -> Vec<Case> {
    [codes(), other_codes(), limits()].concat()
}

fn codes() -> Vec<Case> {
    vec![
        case!(
            "verify/code-to-the-address",
            "A code goes to the address or number that is to be verified, whatever the pool \
             verifies on its own.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html"
            },
            async |t| {
                let attributes = [("email", mailbox("alice")), ("phone_number", PHONE.to_owned())];
                let set = signed_in(&t, attributes).await?;
                for (place, name, medium, destination) in [
                    (0, "email", DeliveryMedium::Email, mailbox("alice")),
                    (1, "phone_number", DeliveryMedium::Sms, PHONE.to_owned()),
                ] {
                    let delivery = send(&t, &set, name).await?;
                    check::equal("the attribute", delivery.attribute_name.as_str(), name)?;
                    check::equal("the medium", delivery.medium, medium)?;
                    code(&t, "alice", place).await?;
                    let message = t.last_message("alice").await?;
                    check::equal("the destination", message.destination, destination)?;
                }
                Ok(())
            }
        ),
        case!(
            "verify/right-code",
            "The code that was sent verifies the address.",
            needs = [SelfService, Inbox],
            evidence = VERIFY,
            async |t| {
                let (set, code) = asked(&t).await?;
                is_unverified(&t).await?;
                verify(&t, &set, code).await?;
                is_verified(&t).await
            }
        ),
        case!(
            "verify/code-of-an-update",
            "The code that an update sent verifies the new address.",
            profile = super::sign_up::verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html"
            },
            async |t| {
                let set = signed_in(&t, verified_email("old")).await?;
                update(&t, &set, [("email", mailbox("new"))]).await?;
                is_unverified(&t).await?;
                verify(&t, &set, code(&t, "alice", 0).await?).await?;
                is_verified(&t).await?;
                has_attribute(&t, "alice", "email", Some(&mailbox("new"))).await
            }
        ),
        case!(
            "verify/makes-an-alias",
            "An address signs in once it is verified.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                let (set, code) = asked(&t).await?;
                let early = t.try_sign_in(&mailbox("alice"), PASSWORD).await;
                check::refused(early, ErrorKind::UserNotFound, &[])?;
                verify(&t, &set, code).await?;
                t.sign_in(&mailbox("alice")).await?;
                Ok(())
            }
        ),
        case!(
            "verify/taken-alias",
            "An address that is another's alias is not verified.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = VERIFY,
            async |t| {
                let (set, code) = asked(&t).await?;
                let bob = Register::new("bob", PASSWORD).with_attributes(verified_email("alice"));
                t.register_with(bob).await?;
                let refused = verify(&t, &set, code).await;
                check::refused(refused, ErrorKind::AliasExists, &[])?;
                is_unverified(&t).await?;
                let owner = t.sign_in(&mailbox("alice")).await?;
                check::equal("the owner", owner.grant.username(), "bob")
            }
        ),
        case!(
            "verify/nothing-to-verify",
            "Neither an attribute that the user lacks nor one that is no contact gets a code.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed {
                why: "there is nowhere to send it; of the errors in the API's list it can only be \
                      this one"
            },
            async |t| {
                let set = signed_in(&t, [("name", "Alice")]).await?;
                for name in ["email", "name"] {
                    let refused = send(&t, &set, name).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                check::equal("messages", t.messages().await.len(), 0_usize)
            }
        ),
    ]
}

fn other_codes() -> Vec<Case> {
    vec![
        case!(
            "verify/wrong-code",
            "A wrong code, number or not, verifies nothing, and the right one still does.",
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                let (set, code) = asked(&t).await?;
                for wrong in [another(&code), NEVER_SENT.into()] {
                    let refused = verify(&t, &set, wrong).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[MISMATCH])?;
                }
                is_unverified(&t).await?;
                verify(&t, &set, code).await?;
                is_verified(&t).await
            }
        ),
        case!(
            "verify/code-lasts-a-day",
            "A code is good for 24 hours.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_access_token_validity(24 * 60 * MINUTE)),
            needs = [SelfService, Inbox, Clock],
            evidence = QUOTAS,
            async |t| {
                let (set, code) = asked(&t).await?;
                t.advance(24 * 60 * MINUTE - MINUTE).await;
                verify(&t, &set, code).await?;
                is_verified(&t).await?;
                let set = t.sign_in("alice").await?;
                update(&t, &set, [("email", mailbox("late"))]).await?;
                send(&t, &set, "email").await?;
                let code = super::sign_up::code(&t, "alice", 1).await?;
                t.advance(24 * 60 * MINUTE + MINUTE).await;
                let set = t.sign_in("alice").await?;
                check::refused(verify(&t, &set, code).await, ErrorKind::ExpiredCode, &[])?;
                is_unverified(&t).await
            }
        ),
        case!(
            "verify/never-asked",
            "Whoever asked for no code has none that works.",
            needs = [SelfService],
            evidence = CLIENTS,
            async |t| {
                let set = signed_in(&t, [("email", mailbox("alice"))]).await?;
                let refused = verify(&t, &set, "123456").await;
                check::refused(refused, ErrorKind::ExpiredCode, &[EXPIRED])?;
                is_unverified(&t).await
            }
        ),
        case!(
            "verify/older-code",
            "An older code stops working, as if it had expired, and the newer one works.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "clients that handle the text say so of codes that were replaced"
            },
            async |t| {
                let (set, older) = asked(&t).await?;
                send(&t, &set, "email").await?;
                let newer = code(&t, "alice", 1).await?;
                // One time in a million both are the same.
                if older != newer {
                    let refused = verify(&t, &set, older).await;
                    check::refused(refused, ErrorKind::ExpiredCode, &[])?;
                }
                is_unverified(&t).await?;
                verify(&t, &set, newer).await?;
                is_verified(&t).await
            }
        ),
        case!(
            "verify/other-address-by-now",
            "A code verifies no other address than the one that got it.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "whoever has the code has not seen the other" },
            async |t| {
                let (set, code) = asked(&t).await?;
                update(&t, &set, [("email", mailbox("other"))]).await?;
                let refused = verify(&t, &set, code).await;
                refused_as_one_of(refused, &[ErrorKind::ExpiredCode, ErrorKind::CodeMismatch])?;
                is_unverified(&t).await
            }
        ),
    ]
}

fn limits() -> Vec<Case> {
    vec![
        case!(
            "verify/codes-an-hour",
            "A user gets 5 codes an hour.",
            needs = [SelfService, Inbox, Clock],
            evidence = QUOTAS,
            async |t| {
                let (set, _) = asked(&t).await?;
                for _ in 1..5 {
                    send(&t, &set, "email").await?;
                }
                check::refused(send(&t, &set, "email").await, ErrorKind::LimitExceeded, &[])?;
                check::equal("messages", t.messages().await.len(), 5_usize)?;
                t.advance(61 * MINUTE).await;
                let set = t.sign_in("alice").await?;
                send(&t, &set, "email").await?;
                Ok(())
            }
        ),
        case!(
            "verify/tries-an-hour",
            "A user may try 15 codes an hour.",
            needs = [SelfService, Inbox, Clock],
            evidence = QUOTAS,
            async |t| {
                let (set, code) = asked(&t).await?;
                for _ in 0..15 {
                    let refused = verify(&t, &set, another(&code)).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                }
                let refused = verify(&t, &set, another(&code)).await;
                check::refused(refused, ErrorKind::LimitExceeded, &[])?;
                t.advance(61 * MINUTE).await;
                let set = t.sign_in("alice").await?;
                verify(&t, &set, code).await?;
                is_verified(&t).await
            }
        ),
        case!(
            "verify/limit-text",
            "Who tries too many codes is asked to wait.",
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                let (set, code) = asked(&t).await?;
                for _ in 0..15 {
                    let refused = verify(&t, &set, another(&code)).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                }
                let refused = verify(&t, &set, another(&code)).await;
                check::refused(refused, ErrorKind::LimitExceeded, &[TOO_MANY])?;
                Ok(())
            }
        ),
    ]
}
