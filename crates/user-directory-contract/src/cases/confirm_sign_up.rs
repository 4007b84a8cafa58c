//! ConfirmSignUp.

use std::time::Duration;

use user_directory::{
    ConfirmOwnSignUp, ConfirmSignUp, CreateUser, ErrorKind, MessageAction, SignIn, SignUp,
    UpdateUserAttributes, UserStatus,
};

use super::{
    refresh::MINUTE,
    sign_up::{
        NEVER_SENT, alice, another, both_verified, code, has_attribute, has_status, hash_texts,
        signed_up, verifying, with_both_contacts,
    },
};
use crate::{
    Case, Evidence, Failure, FixtureUser, PASSWORD, PoolProfile, Trial, case, check, mailbox,
};

const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html",
};
const QUOTAS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html",
};
const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const API: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html",
};
const CLIENTS: Evidence =
    Evidence::Reported { note: "seen in public code, no address: clients that handle the text" };

pub(super) const MISMATCH: &str = "Invalid verification code provided, please try again.";
pub(super) const EXPIRED: &str = "Invalid code provided, please request a code again.";
pub(super) const TOO_MANY: &str = "Attempt limit exceeded, please try after some time.";
pub(super) const NO_COMBINATION: &str = "Username/client id combination not found.";

const HOUR: Duration = Duration::from_secs(60 * 60);

pub(super) fn verifying_and_prevented() -> PoolProfile {
    verifying().map_client(|client| client.with_prevent_user_existence_errors("ENABLED"))
}

async fn confirm(
    t: &Trial,
    username: &str,
    code: impl Into<user_directory::Code>,
) -> user_directory::Result<()> {
    t.self_service().confirm_sign_up(ConfirmOwnSignUp::new(username, code)).await
}

pub(crate) fn cases() -> Vec<Case> {
    [right_code(), other_codes(), states(), aliases()].concat()
}

fn right_code() -> Vec<Case> {
    vec![
        case!(
            "confirm/right-code",
            "The code that was sent confirms a user, who then signs in.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = GUIDE,
            async |t| {
                signed_up(&t).await?;
                confirm(&t, "alice", code(&t, "alice", 0).await?).await?;
                has_status(&t, UserStatus::Confirmed).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "confirm/verifies-the-address",
            "The address that got the code is verified from the confirmation on, and not before.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = GUIDE,
            async |t| {
                signed_up(&t).await?;
                let before = t.directory().user("alice").await?;
                let before = before.attributes.get("email_verified");
                check::different("email_verified", before, Some("true"))?;
                confirm(&t, "alice", code(&t, "alice", 0).await?).await?;
                has_attribute(&t, "alice", "email_verified", Some("true")).await
            }
        ),
        case!(
            "confirm/verifies-nothing-else",
            "Where a phone number got the code, the e-mail address stays unverified.",
            profile = both_verified,
            needs = [SelfService, Inbox],
            evidence = GUIDE,
            async |t| {
                t.self_service().sign_up(with_both_contacts()).await?;
                confirm(&t, "alice", code(&t, "alice", 0).await?).await?;
                has_attribute(&t, "alice", "phone_number_verified", Some("true")).await?;
                let user = t.directory().user("alice").await?;
                let email = user.attributes.get("email_verified");
                check::different("email_verified", email, Some("true"))
            }
        ),
        case!(
            "confirm/other-address-by-now",
            "A code verifies no other address than the one that got it.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "whoever has the code has not seen the other" },
            async |t| {
                signed_up(&t).await?;
                let code = code(&t, "alice", 0).await?;
                let request = UpdateUserAttributes::new("alice", [("email", mailbox("other"))]);
                t.directory().update_user_attributes(request).await?;
                let _ = confirm(&t, "alice", code).await;
                let user = t.directory().user("alice").await?;
                let verified = user.attributes.get("email_verified");
                check::different("email_verified", verified, Some("true"))
            }
        ),
        case!(
            "confirm/email-pool-by-address",
            "Where e-mail addresses are user names, a user is confirmed by the address.",
            profile = PoolProfile::email_usernames,
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                let address = mailbox("alice");
                let request = SignUp::new(&address, PASSWORD);
                let signed_up = t.self_service().sign_up(request).await?;
                confirm(&t, &address, code(&t, &signed_up.sub, 0).await?).await?;
                t.sign_in(&address).await?;
                Ok(())
            }
        ),
        case!(
            "confirm/secret-hash",
            "Without the hash of the client's secret, or with a wrong one, nobody is confirmed.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: raw errors of live pools"
            },
            async |t| {
                signed_up(&t).await?;
                let code = code(&t, "alice", 0).await?;
                for (secret, texts) in hash_texts(&t) {
                    let own = t.self_service_with(&t.choice().with_secret(secret));
                    let request = ConfirmOwnSignUp::new("alice", code.clone());
                    let refused = own.confirm_sign_up(request).await;
                    let texts = texts.each_ref().map(String::as_str);
                    check::refused(refused, ErrorKind::NotAuthorized, &texts)?;
                }
                has_status(&t, UserStatus::Unconfirmed).await
            }
        ),
    ]
}

fn other_codes() -> Vec<Case> {
    vec![
        case!(
            "confirm/wrong-code",
            "A wrong code, number or not, confirms nobody, and the right one still does.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                signed_up(&t).await?;
                let code = code(&t, "alice", 0).await?;
                for wrong in [another(&code), NEVER_SENT.into()] {
                    let refused = confirm(&t, "alice", wrong).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[MISMATCH])?;
                }
                has_status(&t, UserStatus::Unconfirmed).await?;
                confirm(&t, "alice", code).await.map_err(Into::into)
            }
        ),
        case!(
            "confirm/malformed-code",
            "A code that is empty, has a space or is over 2048 characters long breaks a constraint.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = API,
            async |t| {
                signed_up(&t).await?;
                for code in [String::new(), "12 456".to_owned(), "1".repeat(2049)] {
                    let refused = confirm(&t, "alice", code).await;
                    check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                }
                Ok(())
            }
        ),
        case!(
            "confirm/code-of-another",
            "A code confirms nobody but the user whom it was sent to.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "a code is a user's, as a password is" },
            async |t| {
                signed_up(&t).await?;
                let bob = SignUp::new("bob", PASSWORD).with_attributes([("email", mailbox("bob"))]);
                t.self_service().sign_up(bob).await?;
                let (alices, bobs) = (code(&t, "alice", 0).await?, code(&t, "bob", 0).await?);
                // One time in a million both are the same.
                if alices != bobs {
                    let refused = confirm(&t, "alice", bobs).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                }
                has_status(&t, UserStatus::Unconfirmed).await
            }
        ),
        case!(
            "confirm/code-lasts-a-day",
            "A code is good for 24 hours.",
            profile = verifying,
            needs = [SelfService, Inbox, Clock],
            evidence = QUOTAS,
            async |t| {
                let bob = SignUp::new("bob", PASSWORD).with_attributes([("email", mailbox("bob"))]);
                t.self_service().sign_up(bob).await?;
                signed_up(&t).await?;
                t.advance(24 * HOUR - MINUTE).await;
                confirm(&t, "bob", code(&t, "bob", 0).await?).await?;
                t.advance(2 * MINUTE).await;
                let refused = confirm(&t, "alice", code(&t, "alice", 0).await?).await;
                check::refused(refused, ErrorKind::ExpiredCode, &[])?;
                has_status(&t, UserStatus::Unconfirmed).await
            }
        ),
        case!(
            "confirm/expired-text",
            "A code that is too old and one that was never sent get the same text.",
            profile = verifying,
            needs = [SelfService, Inbox, Clock],
            evidence = CLIENTS,
            async |t| {
                signed_up(&t).await?;
                t.self_service().sign_up(SignUp::new("bob", PASSWORD)).await?;
                t.advance(25 * HOUR).await;
                let late = confirm(&t, "alice", code(&t, "alice", 0).await?).await;
                check::refused(late, ErrorKind::ExpiredCode, &[EXPIRED])?;
                let never = confirm(&t, "bob", NEVER_SENT).await;
                check::refused(never, ErrorKind::ExpiredCode, &[EXPIRED])?;
                Ok(())
            }
        ),
        case!(
            "confirm/tries-an-hour",
            "A user may try 15 codes an hour.",
            profile = verifying,
            needs = [SelfService, Inbox, Clock],
            evidence = QUOTAS,
            async |t| {
                signed_up(&t).await?;
                let code = code(&t, "alice", 0).await?;
                for _ in 0..15 {
                    let refused = confirm(&t, "alice", another(&code)).await;
                    check::refused(refused, ErrorKind::CodeMismatch, &[])?;
                }
                let refused = confirm(&t, "alice", another(&code)).await;
                check::refused(refused, ErrorKind::LimitExceeded, &[])?;
                t.advance(HOUR + MINUTE).await;
                confirm(&t, "alice", code).await.map_err(Into::into)
            }
        ),
        case!(
            "confirm/right-code-after-too-many",
            "After too many tries not even the right code confirms.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "a limit that guesses could pass would be none" },
            async |t| {
                signed_up(&t).await?;
                let code = code(&t, "alice", 0).await?;
                for _ in 0..15 {
                    let _ = confirm(&t, "alice", another(&code)).await;
                }
                let refused = confirm(&t, "alice", code).await;
                check::refused(refused, ErrorKind::LimitExceeded, &[TOO_MANY])?;
                has_status(&t, UserStatus::Unconfirmed).await
            }
        ),
    ]
}

fn states() -> Vec<Case> {
    vec![
        case!(
            "confirm/already-confirmed",
            "A confirmed user is told so before the code is looked at.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                signed_up(&t).await?;
                let code = code(&t, "alice", 0).await?;
                confirm(&t, "alice", code.clone()).await?;
                for code in [code.clone(), another(&code), NEVER_SENT.into()] {
                    let refused = confirm(&t, "alice", code).await;
                    let text = "User cannot be confirmed. Current status is CONFIRMED";
                    check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                }
                Ok(())
            }
        ),
        case!(
            "confirm/invited",
            "A user whom an administrator created cannot be confirmed.",
            needs = [SelfService],
            evidence = Evidence::Reported {
                note: "by analogy with CONFIRMED; the guide says that only sign-ups can be confirmed"
            },
            async |t| {
                let request = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                let refused = confirm(&t, "alice", NEVER_SENT).await;
                let text = "User cannot be confirmed. Current status is FORCE_CHANGE_PASSWORD";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                Ok(())
            }
        ),
        case!(
            "confirm/reset-required",
            "A user who must reset the password cannot be confirmed.",
            needs = [SelfService, Fixtures],
            evidence = Evidence::Assumed { why: "by analogy with CONFIRMED" },
            async |t| {
                t.put_user(FixtureUser::new("alice", UserStatus::ResetRequired)).await;
                let refused = confirm(&t, "alice", NEVER_SENT).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "confirm/unknown-user",
            "Where existence errors are shown, an unknown user gets UserNotFound.",
            profile = verifying,
            needs = [SelfService],
            evidence = CLIENTS,
            async |t| {
                let refused = confirm(&t, "nobody", NEVER_SENT).await;
                check::refused(refused, ErrorKind::UserNotFound, &[NO_COMBINATION])?;
                Ok(())
            }
        ),
        case!(
            "confirm/unknown-user-where-prevented",
            "Where existence errors are prevented, an unknown user's code has expired.",
            profile = verifying_and_prevented,
            needs = [SelfService],
            evidence = CLIENTS,
            async |t| {
                let refused = confirm(&t, "nobody", NEVER_SENT).await;
                check::refused(refused, ErrorKind::ExpiredCode, &[EXPIRED])?;
                Ok(())
            }
        ),
        case!(
            "confirm/sign-in-needs-it",
            "Nobody signs in before being confirmed, through either handle.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: the raw error of a live pool"
            },
            async |t| {
                signed_up(&t).await?;
                let text = "User is not confirmed.";
                let refused = t.try_sign_in("alice", PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotConfirmed, &[text])?;
                let refused = t.self_service().sign_in(SignIn::new("alice", PASSWORD)).await;
                check::refused(refused, ErrorKind::UserNotConfirmed, &[text])?;
                Ok(())
            }
        ),
        case!(
            "confirm/by-an-administrator",
            "An administrator confirms a user without a code, which verifies nothing.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported { note: "the developer guide, by its sense" },
            async |t| {
                signed_up(&t).await?;
                t.directory().confirm_sign_up(ConfirmSignUp::new("alice")).await?;
                has_status(&t, UserStatus::Confirmed).await?;
                let user = t.directory().user("alice").await?;
                let verified = user.attributes.get("email_verified");
                check::different("email_verified", verified, Some("true"))?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
    ]
}

/// Alice has her e-mail address for an alias, and Bob has signed up with the same. Brings his code.
async fn second_owner(t: &Trial) -> Result<user_directory::Code, Failure> {
    t.self_service().sign_up(alice()).await?;
    confirm(t, "alice", code(t, "alice", 0).await?).await?;
    let bob = SignUp::new("bob", PASSWORD).with_attributes([("email", mailbox("alice"))]);
    t.self_service().sign_up(bob).await?;
    code(t, "bob", 0).await
}

async fn signs_in_by_address(t: &Trial, expected: &str) -> Result<(), Failure> {
    let set = t.sign_in(&mailbox("alice")).await?;
    check::equal("who signs in by the address", set.grant.username(), expected)
}

fn aliases() -> Vec<Case> {
    vec![
        case!(
            "alias/second-confirms",
            "The second user who confirms one address is refused and stays unconfirmed; the first \
             keeps the alias.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = ERRORS,
            async |t| {
                let code = second_owner(&t).await?;
                let refused = confirm(&t, "bob", code).await;
                let text = "An account with the email already exists.";
                check::refused(refused, ErrorKind::AliasExists, &[text])?;
                let bob = t.directory().user("bob").await?;
                check::equal("the status", bob.status, UserStatus::Unconfirmed)?;
                has_attribute(&t, "alice", "email_verified", Some("true")).await?;
                signs_in_by_address(&t, "alice").await
            }
        ),
        case!(
            "alias/second-confirms-by-force",
            "With ForceAliasCreation the second user gets the alias, and the first one's address \
             becomes unverified.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = API,
            async |t| {
                let code = second_owner(&t).await?;
                let request = ConfirmOwnSignUp::new("bob", code).with_force_alias_creation(true);
                t.self_service().confirm_sign_up(request).await?;
                has_attribute(&t, "alice", "email_verified", Some("false")).await?;
                has_attribute(&t, "alice", "email", Some(&mailbox("alice"))).await?;
                has_attribute(&t, "bob", "email_verified", Some("true")).await?;
                signs_in_by_address(&t, "bob").await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "alias/refusal-keeps-the-code",
            "The code that brought a refusal for the alias confirms with ForceAliasCreation.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "the call is made to be repeated with it" },
            async |t| {
                let code = second_owner(&t).await?;
                let refused = confirm(&t, "bob", code.clone()).await;
                check::refused(refused, ErrorKind::AliasExists, &[])?;
                let request = ConfirmOwnSignUp::new("bob", code).with_force_alias_creation(true);
                t.self_service().confirm_sign_up(request).await?;
                signs_in_by_address(&t, "bob").await
            }
        ),
    ]
}
