//! ForgotPassword: who gets a code, and where it goes.

use user_directory::{
    CodeDelivery, CreateUser, DeliveryMedium, ErrorKind, ForgotPassword, MessageAction, Operation,
    Register, UserStatus,
};

use super::{
    confirm_sign_up::{NO_COMBINATION, TOO_MANY, verifying_and_prevented},
    sign_up::{PHONE, code, has_status, hash_texts, signed_up},
};
use crate::{
    Case, Evidence, Failure, Fault, FaultKind, OTHER_PASSWORD, PASSWORD, PoolProfile, Trial, case,
    check, mailbox,
};

const PASSWORDS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html",
};
const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const CLIENTS: Evidence =
    Evidence::Reported { note: "seen in public code, no address: clients that handle the text" };

pub(super) const NO_CONTACT: &str = "Cannot reset password for the user as there is no \
                                     registered/verified email or phone_number";

/// Registers a user whose e-mail address is verified.
pub(super) async fn verified(t: &Trial, username: &str) -> Result<(), Failure> {
    let attributes = [("email", mailbox(username)), ("email_verified", "true".to_owned())];
    t.register_with(Register::new(username, PASSWORD).with_attributes(attributes)).await?;
    Ok(())
}

pub(super) async fn forgot(t: &Trial, username: &str) -> user_directory::Result<CodeDelivery> {
    t.self_service().forgot_password(ForgotPassword::new(username)).await
}

/// Nothing was sent to anybody.
async fn silence(t: &Trial) -> Result<(), Failure> {
    check::equal("messages", t.messages().await.len(), 0_usize)
}

pub(crate) fn cases() -> Vec<Case> {
    [recipients(), unknown(), states()].concat()
}

async fn register_with_both(t: &Trial) -> Result<(), Failure> {
    let request = Register::new("alice", PASSWORD).with_attributes([
        ("email", mailbox("alice")),
        ("email_verified", "true".to_owned()),
        ("phone_number", PHONE.to_owned()),
        ("phone_number_verified", "true".to_owned()),
    ]);
    t.register_with(request).await?;
    Ok(())
}

fn recipients() -> Vec<Case> {
    vec![
        case!(
            "forgot/code-to-the-address",
            "A code goes to the verified e-mail address, and the answer shows where with most of \
             it hidden.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py"
            },
            async |t| {
                verified(&t, "alice").await?;
                let delivery = forgot(&t, "alice").await?;
                let expected = CodeDelivery::new("s***@s***", DeliveryMedium::Email, "email");
                check::equal("the delivery", delivery, expected)?;
                code(&t, "alice", 0).await?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("alice"))
            }
        ),
        case!(
            "forgot/phone-before-address",
            "Without a recovery setting a verified phone number comes before a verified address.",
            needs = [SelfService, Inbox],
            evidence = PASSWORDS,
            async |t| {
                register_with_both(&t).await?;
                let delivery = forgot(&t, "alice").await?;
                check::equal("the medium", delivery.medium, DeliveryMedium::Sms)?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination.as_str(), PHONE)?;
                check::equal("messages", t.messages().await.len(), 1_usize)
            }
        ),
        case!(
            "forgot/recovery-setting",
            "The recovery setting says what comes first.",
            profile =
                || PoolProfile::article()
                    .map_pool(|pool| pool
                        .with_account_recovery(["verified_email", "verified_phone_number"])),
            needs = [SelfService, Inbox],
            evidence = PASSWORDS,
            async |t| {
                register_with_both(&t).await?;
                let delivery = forgot(&t, "alice").await?;
                check::equal("the medium", delivery.medium, DeliveryMedium::Email)?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("alice"))
            }
        ),
        case!(
            "forgot/by-alias",
            "A user who forgot the password is found by an alias.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                verified(&t, "alice").await?;
                forgot(&t, &mailbox("alice")).await?;
                code(&t, "alice", 0).await?;
                Ok(())
            }
        ),
        case!(
            "forgot/old-password-keeps-working",
            "Until a new password is chosen the old one works, and the status stays.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "the developer guide's wording of what an administrator's reset does besides"
            },
            async |t| {
                verified(&t, "alice").await?;
                forgot(&t, "alice").await?;
                has_status(&t, UserStatus::Confirmed).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "forgot/secret-hash",
            "Without the hash of the client's secret, or with a wrong one, no code is sent.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: raw errors of live pools"
            },
            async |t| {
                verified(&t, "alice").await?;
                for (secret, texts) in hash_texts(&t) {
                    let own = t.self_service_with(&t.choice().with_secret(secret));
                    let refused = own.forgot_password(ForgotPassword::new("alice")).await;
                    let texts = texts.each_ref().map(String::as_str);
                    check::refused(refused, ErrorKind::NotAuthorized, &texts)?;
                }
                silence(&t).await
            }
        ),
        case!(
            "forgot/delivery-failure",
            "A code that was not delivered may have been made all the same.",
            needs = [SelfService, Faults],
            evidence = Evidence::Own {
                promise: "an error after the effect says that it may have taken effect"
            },
            async |t| {
                verified(&t, "alice").await?;
                t.fault(Fault::new(Operation::ForgotPassword, FaultKind::DeliveryFailure).times(1))
                    .await;
                let failed = forgot(&t, "alice").await;
                let error = check::refused(failed, ErrorKind::CodeDeliveryFailure, &[])?;
                check::that(error.may_have_taken_effect(), "the error says that it may have")?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "forgot/codes-an-hour",
            "A user does not get code after code.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed {
                why: "the quotas limit the confirmation to 5 to 20 an hour, and clients handle the \
                      text; of the request itself they say nothing"
            },
            async |t| {
                verified(&t, "alice").await?;
                for _ in 0..20 {
                    if let refused @ Err(_) = forgot(&t, "alice").await {
                        check::refused(refused, ErrorKind::LimitExceeded, &[TOO_MANY])?;
                        t.sign_in("alice").await?;
                        return Ok(());
                    }
                }
                check::refused(forgot(&t, "alice").await, ErrorKind::LimitExceeded, &[TOO_MANY])?;
                Ok(())
            }
        ),
    ]
}

fn unknown() -> Vec<Case> {
    vec![
        case!(
            "forgot/unknown-user",
            "Where existence errors are shown, an unknown user gets UserNotFound.",
            needs = [SelfService],
            evidence = ERRORS,
            async |t| {
                check::refused(forgot(&t, "nobody").await, ErrorKind::UserNotFound, &[])?;
                Ok(())
            }
        ),
        case!(
            "forgot/unknown-user-text",
            "Where existence errors are shown, the text names the user name and the client.",
            needs = [SelfService],
            evidence = CLIENTS,
            async |t| {
                let refused = forgot(&t, "nobody").await;
                check::refused(refused, ErrorKind::UserNotFound, &[NO_COMBINATION])?;
                Ok(())
            }
        ),
        case!(
            "forgot/unknown-user-where-prevented",
            "Where existence errors are prevented, a code seems to go to an unknown user, or no \
             contact to be verified, and none is sent.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [SelfService, Inbox],
            evidence = ERRORS,
            async |t| {
                match forgot(&t, "nobody").await {
                    Ok(delivery) => {
                        check::that(!delivery.destination.is_empty(), "there is a destination")?;
                    }
                    refused => {
                        check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                    }
                }
                silence(&t).await
            }
        ),
        case!(
            "forgot/unknown-user-always-alike",
            "Where existence errors are prevented, an unknown user's address is always the same.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [SelfService],
            evidence = Evidence::Assumed {
                why: "another address each time would tell that it is made up"
            },
            async |t| {
                let first = forgot(&t, "nobody").await?;
                check::equal("the delivery", forgot(&t, "nobody").await?, first)
            }
        ),
        case!(
            "forgot/unverified-contact",
            "Without a verified contact no code is sent, and the refusal says why.",
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                let unverified = [("email", mailbox("alice"))];
                let request = Register::new("alice", PASSWORD).with_attributes(unverified);
                t.register_with(request).await?;
                let refused = forgot(&t, "alice").await;
                check::refused(refused, ErrorKind::InvalidParameter, &[NO_CONTACT])?;
                silence(&t).await
            }
        ),
        case!(
            "forgot/unverified-contact-where-prevented",
            "Where existence errors are prevented, a code seems to go to a user without a verified \
             contact, and none is sent.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [SelfService, Inbox],
            evidence = ERRORS,
            async |t| {
                let unverified = [("email", mailbox("alice"))];
                let request = Register::new("alice", PASSWORD).with_attributes(unverified);
                t.register_with(request).await?;
                let delivery = forgot(&t, "alice").await?;
                check::that(!delivery.destination.is_empty(), "there is a destination")?;
                silence(&t).await
            }
        ),
    ]
}

fn states() -> Vec<Case> {
    vec![
        case!(
            "forgot/admins-only",
            "Where only administrators recover passwords, no code is sent.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_account_recovery(["admin_only"])),
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "the class is in the API's list, the text in one emulator"
            },
            async |t| {
                verified(&t, "alice").await?;
                let refused = forgot(&t, "alice").await;
                let text = "Contact administrator to reset password.";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                silence(&t).await
            }
        ),
        case!(
            "forgot/disabled",
            "A disabled user gets no code, and is told so where existence errors are shown.",
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                verified(&t, "alice").await?;
                t.directory().disable_user("alice").await?;
                let refused = forgot(&t, "alice").await;
                check::refused(refused, ErrorKind::NotAuthorized, &["User is disabled."])?;
                silence(&t).await
            }
        ),
        case!(
            "forgot/disabled-where-prevented",
            "Where existence errors are prevented, a code seems to go to a disabled user, and none \
             is sent.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed {
                why: "the guide names disabled users beside unknown ones at ConfirmForgotPassword"
            },
            async |t| {
                verified(&t, "alice").await?;
                t.directory().disable_user("alice").await?;
                forgot(&t, "alice").await?;
                silence(&t).await
            }
        ),
        case!(
            "forgot/temporary-password",
            "A user in FORCE_CHANGE_PASSWORD gets no code.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://github.com/aws-amplify/amplify-js/issues/2955"
            },
            async |t| {
                let attributes =
                    [("email", mailbox("alice")), ("email_verified", "true".to_owned())];
                let request = CreateUser::new("alice")
                    .with_temporary_password(OTHER_PASSWORD)
                    .with_attributes(attributes)
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                let refused = forgot(&t, "alice").await;
                let text = "User password cannot be reset in the current state.";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                has_status(&t, UserStatus::ForceChangePassword).await?;
                silence(&t).await
            }
        ),
        case!(
            "forgot/unconfirmed",
            "An unconfirmed user, whose contact is not verified either, gets no code.",
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                signed_up(&t).await?;
                let refused = forgot(&t, "alice").await;
                check::refused(refused, ErrorKind::InvalidParameter, &[NO_CONTACT])?;
                has_status(&t, UserStatus::Unconfirmed).await?;
                silence(&t).await
            }
        ),
        case!(
            "forgot/unconfirmed-where-prevented",
            "Where existence errors are prevented, a code seems to go to an unconfirmed user.",
            profile = verifying_and_prevented,
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed {
                why: "such a user lacks a verified contact, which is hidden there"
            },
            async |t| {
                signed_up(&t).await?;
                forgot(&t, "alice").await?;
                check::equal("messages", t.messages().await.len(), 1_usize)
            }
        ),
    ]
}
