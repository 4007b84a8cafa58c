//! ResendConfirmationCode.

use std::time::Duration;

use user_directory::{
    CodeDelivery, ConfirmOwnSignUp, DeliveryMedium, ErrorKind, ResendConfirmationCode, UserStatus,
};

use super::{
    confirm_sign_up::{TOO_MANY, verifying_and_prevented},
    refresh::MINUTE,
    sign_up::{code, has_status, signed_up, verifying},
};
use crate::{Case, Evidence, Trial, case, check, mailbox};

const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html",
};
const QUOTAS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html",
};
const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const CLIENTS: Evidence =
    Evidence::Reported { note: "seen in public code, no address: clients that handle the text" };

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn resend(t: &Trial, username: &str) -> user_directory::Result<CodeDelivery> {
    let request = ResendConfirmationCode::new(username);
    t.self_service().resend_confirmation_code(request).await
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "resend/another-code",
            "Another code goes where the first went, and confirms.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = API,
            async |t| {
                let first = signed_up(&t).await?.code_delivery;
                let delivery = resend(&t, "alice").await?;
                check::equal("the medium", delivery.medium, DeliveryMedium::Email)?;
                check::equal("the delivery", Some(delivery), first)?;
                let code = code(&t, "alice", 1).await?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("alice"))?;
                t.self_service().confirm_sign_up(ConfirmOwnSignUp::new("alice", code)).await?;
                has_status(&t, UserStatus::Confirmed).await
            }
        ),
        case!(
            "resend/older-code",
            "The older code stops working, as if it had expired, and the newer one works.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "clients that handle the text say so of codes that were replaced"
            },
            async |t| {
                signed_up(&t).await?;
                resend(&t, "alice").await?;
                let (older, newer) = (code(&t, "alice", 0).await?, code(&t, "alice", 1).await?);
                // One time in a million both are the same.
                if older != newer {
                    let request = ConfirmOwnSignUp::new("alice", older);
                    let refused = t.self_service().confirm_sign_up(request).await;
                    check::refused(refused, ErrorKind::ExpiredCode, &[])?;
                }
                t.self_service().confirm_sign_up(ConfirmOwnSignUp::new("alice", newer)).await?;
                Ok(())
            }
        ),
        case!(
            "resend/another-day",
            "The newer code has its own 24 hours.",
            profile = verifying,
            needs = [SelfService, Inbox, Clock],
            evidence = QUOTAS,
            async |t| {
                signed_up(&t).await?;
                t.advance(23 * HOUR).await;
                resend(&t, "alice").await?;
                let code = code(&t, "alice", 1).await?;
                t.advance(23 * HOUR).await;
                t.self_service().confirm_sign_up(ConfirmOwnSignUp::new("alice", code)).await?;
                Ok(())
            }
        ),
        case!(
            "resend/confirmed",
            "A confirmed user gets no code.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: one client, and an emulator"
            },
            async |t| {
                t.register("alice").await?;
                let refused = resend(&t, "alice").await;
                check::refused(
                    refused,
                    ErrorKind::InvalidParameter,
                    &["User is already confirmed."],
                )?;
                check::equal("messages", t.messages().await.len(), 0_usize)
            }
        ),
        case!(
            "resend/nothing-verified",
            "A pool that verifies nothing sends no codes.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: the raw error of a live pool"
            },
            async |t| {
                signed_up(&t).await?;
                let refused = resend(&t, "alice").await;
                let text = "Cannot resend codes. Auto verification not turned on.";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                Ok(())
            }
        ),
        case!(
            "resend/unknown-user",
            "Where existence errors are shown, an unknown user gets UserNotFound.",
            profile = verifying,
            needs = [SelfService],
            evidence = ERRORS,
            async |t| {
                check::refused(resend(&t, "nobody").await, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "resend/unknown-user-where-prevented",
            "Where existence errors are prevented, a code seems to go to an unknown user, and none \
             is sent.",
            profile = verifying_and_prevented,
            needs = [SelfService, Inbox],
            evidence = ERRORS,
            async |t| {
                let delivery = resend(&t, "nobody").await?;
                check::that(!delivery.destination.is_empty(), "there is a destination")?;
                check::equal("messages", t.messages().await.len(), 0_usize)
            }
        ),
        case!(
            "resend/codes-an-hour",
            "A user gets 5 more codes an hour.",
            profile = verifying,
            needs = [SelfService, Inbox, Clock],
            evidence = QUOTAS,
            async |t| {
                signed_up(&t).await?;
                for _ in 0..5 {
                    resend(&t, "alice").await?;
                }
                check::refused(resend(&t, "alice").await, ErrorKind::LimitExceeded, &[])?;
                t.advance(HOUR + MINUTE).await;
                resend(&t, "alice").await?;
                check::equal("messages", t.messages().await.len(), 7_usize)
            }
        ),
        case!(
            "resend/limit-text",
            "Who wants too many codes is asked to wait.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                signed_up(&t).await?;
                for _ in 0..5 {
                    resend(&t, "alice").await?;
                }
                check::refused(resend(&t, "alice").await, ErrorKind::LimitExceeded, &[TOO_MANY])?;
                Ok(())
            }
        ),
    ]
}
