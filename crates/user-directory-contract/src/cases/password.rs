//! AdminSetUserPassword and AdminResetUserPassword.

use std::time::Duration;

use user_directory::{
    CreateUser, DeliveryMedium, ErrorKind, MessageAction, Register, ResetUserPassword,
    SetUserPassword, SignIn, UserStatus,
};

use crate::{
    Case, Evidence, Failure, FixtureUser, PoolProfile, case, check, mailbox,
    trial::{OTHER_PASSWORD, PASSWORD, Trial},
};

const SET: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html",
};
const MANAGE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html",
};

const NO_CONTACT: &str = "Cannot reset password for the user as there is no registered/verified \
                          email or phone_number";

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case!(
            "password/permanent-confirms",
            "A permanent password takes a user out of FORCE_CHANGE_PASSWORD, and may equal the temporary one.",
            evidence = SET,
            async |t| {
                let request = CreateUser::new("alice").with_temporary_password(PASSWORD);
                t.directory().create_user(request).await?;
                let request = SetUserPassword::permanent("alice", PASSWORD);
                t.directory().set_user_password(request).await?;
                status(&t, UserStatus::Confirmed).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "password/permanent-confirms-from-any-status",
            "A permanent password confirms unconfirmed, reset and external users too.",
            needs = [Fixtures],
            evidence = Evidence::Reported {
                note: "the API says it for EXTERNAL_PROVIDER; the others by analogy"
            },
            async |t| {
                for from in [
                    UserStatus::Unconfirmed,
                    UserStatus::ResetRequired,
                    UserStatus::ExternalProvider,
                ] {
                    let name = format!("user-{from}");
                    t.put_user(FixtureUser::new(&name, from)).await;
                    let request = SetUserPassword::permanent(&name, PASSWORD);
                    t.directory().set_user_password(request).await?;
                    let user = t.directory().user(&name).await?;
                    check::equal("the status", user.status, UserStatus::Confirmed)?;
                    t.sign_in(&name).await?;
                }
                Ok(())
            }
        ),
        case!(
            "password/temporary-on-confirmed",
            "A temporary password puts a confirmed user into FORCE_CHANGE_PASSWORD and ends the old password.",
            evidence = SET,
            async |t| {
                t.register("alice").await?;
                let request = SetUserPassword::temporary("alice", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                status(&t, UserStatus::ForceChangePassword).await?;
                check::refused(
                    t.try_sign_in("alice", PASSWORD).await,
                    ErrorKind::NotAuthorized,
                    &[],
                )?;
                let outcome = t.try_sign_in("alice", OTHER_PASSWORD).await?;
                check::new_password_required(outcome)?;
                Ok(())
            }
        ),
        case!(
            "password/temporary-from-any-status",
            "A temporary password puts unconfirmed and reset users into FORCE_CHANGE_PASSWORD too.",
            needs = [Fixtures],
            evidence = Evidence::Assumed { why: "the API says it without naming a status" },
            async |t| {
                for from in [UserStatus::Unconfirmed, UserStatus::ResetRequired] {
                    let name = format!("user-{from}");
                    t.put_user(FixtureUser::new(&name, from)).await;
                    let request = SetUserPassword::temporary(&name, PASSWORD);
                    t.directory().set_user_password(request).await?;
                    let user = t.directory().user(&name).await?;
                    check::equal("the status", user.status, UserStatus::ForceChangePassword)?;
                    check::new_password_required(t.try_sign_in(&name, PASSWORD).await?)?;
                }
                Ok(())
            }
        ),
        case!(
            "password/permanent-needs-no-attributes",
            "A permanent password confirms a user who lacks a required attribute, and signs in.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_required_attributes(["family_name"])),
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-create-user-accounts.html",
            },
            async |t| {
                let request = CreateUser::new("alice").with_temporary_password(OTHER_PASSWORD);
                t.directory().create_user(request).await?;
                let request = SetUserPassword::permanent("alice", PASSWORD);
                t.directory().set_user_password(request).await?;
                status(&t, UserStatus::Confirmed).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "password/verifies-nothing",
            "A password that an administrator sets verifies no contact.",
            evidence = Evidence::Assumed {
                why: "the attributes are apart, and nothing says that it does"
            },
            async |t| {
                let request = CreateUser::new("alice")
                    .with_attributes([("email", mailbox("alice"))])
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                let request = SetUserPassword::permanent("alice", PASSWORD);
                t.directory().set_user_password(request).await?;
                let user = t.directory().user("alice").await?;
                let verified = user.attributes.get("email_verified");
                check::different("email_verified", verified, Some("true"))
            }
        ),
        case!(
            "password/new-replaces-old",
            "After a new permanent password the old one is refused.",
            evidence = SET,
            async |t| {
                t.register("alice").await?;
                let request = SetUserPassword::permanent("alice", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                let old = t.try_sign_in("alice", PASSWORD).await;
                let text = "Incorrect username or password.";
                check::refused(old, ErrorKind::NotAuthorized, &[text])?;
                t.sign_in_with("alice", OTHER_PASSWORD).await?;
                Ok(())
            }
        ),
        case!(
            "password/refused-changes-nothing",
            "A password that the policy refuses leaves the old one and the status.",
            evidence = SET,
            async |t| {
                t.register("alice").await?;
                for request in [
                    SetUserPassword::permanent("alice", "short"),
                    SetUserPassword::temporary("alice", "short"),
                ] {
                    let refused = t.directory().set_user_password(request).await;
                    check::refused(refused, ErrorKind::InvalidPassword, &[])?;
                }
                status(&t, UserStatus::Confirmed).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "password/set-for-nobody",
            "AdminSetUserPassword refuses an unknown user.",
            evidence = SET,
            async |t| {
                let request = SetUserPassword::permanent("alice", PASSWORD);
                let refused = t.directory().set_user_password(request).await;
                check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])?;
                Ok(())
            }
        ),
        case!(
            "password/longest",
            "A password may have 256 characters.",
            evidence = Evidence::Documented { url: "https://github.com/Liftric/cognito-idp" },
            async |t| {
                t.register("alice").await?;
                let longest = "Aa1!".repeat(64);
                let request = SetUserPassword::permanent("alice", longest.clone());
                t.directory().set_user_password(request).await?;
                t.sign_in_with("alice", &longest).await?;
                Ok(())
            }
        ),
        case!(
            "password/keeps-access-tokens",
            "An access token goes on working after an administrator has set another password.",
            needs = [SelfService],
            evidence = Evidence::Assumed { why: "so it is when users change it themselves" },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let request = SetUserPassword::permanent("alice", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                t.self_service().user(set.access_token()).await?;
                Ok(())
            }
        ),
        case!(
            "password/too-long",
            "A password over 256 characters breaks a constraint, and is not repeated.",
            evidence = Evidence::Documented { url: "https://github.com/Liftric/cognito-idp" },
            async |t| {
                t.register("alice").await?;
                let request = SetUserPassword::permanent("alice", "Aa1!".repeat(65));
                let refused = t.directory().set_user_password(request).await;
                let text = "1 validation error detected: Value at 'password' failed to satisfy \
                            constraint: Member must have length less than or equal to 256";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "reset/reset-required",
            "AdminResetUserPassword sends a code, ends the password and leaves RESET_REQUIRED.",
            needs = [Inbox],
            evidence = MANAGE,
            async |t| {
                verified(&t, "alice").await?;
                t.directory().reset_user_password(ResetUserPassword::new("alice")).await?;
                status(&t, UserStatus::ResetRequired).await?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination, mailbox("alice"))?;
                check::equal("the medium", message.medium, DeliveryMedium::Email)?;
                let code = check::some("the code", message.code)?;
                check::that(
                    code.expose().len() == 6 && code.expose().bytes().all(|b| b.is_ascii_digit()),
                    "a code has six digits",
                )?;
                t.directory().reset_user_password(ResetUserPassword::new("alice")).await?;
                check::equal("messages", t.messages().await.len(), 2)
            }
        ),
        case!(
            "reset/keeps-access-tokens",
            "An access token waits out an administrator's reset, and works again with a new password.",
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed {
                why: "GetUser models PasswordResetRequired, and a reset is not said to revoke anything"
            },
            async |t| {
                verified(&t, "alice").await?;
                let set = t.sign_in("alice").await?;
                t.directory().reset_user_password(ResetUserPassword::new("alice")).await?;
                t.eventually(async || {
                    let refused = t.self_service().user(set.access_token()).await;
                    check::refused(refused, ErrorKind::PasswordResetRequired, &[]).map(drop)
                })
                .await?;
                let code = check::some("the code", t.last_message("alice").await?.code)?;
                super::confirm_forgot_password::confirm(&t, "alice", code, OTHER_PASSWORD).await?;
                t.self_service().user(set.access_token()).await?;
                Ok(())
            }
        ),
        case!(
            "reset/phone-before-email",
            "Without a recovery setting a verified phone number comes before a verified e-mail address.",
            needs = [Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html",
            },
            async |t| {
                let request = Register::new("alice", PASSWORD).with_attributes([
                    ("email", mailbox("alice")),
                    ("email_verified", "true".into()),
                    ("phone_number", "+15555550100".into()),
                    ("phone_number_verified", "true".into()),
                ]);
                t.register_with(request).await?;
                t.directory().reset_user_password(ResetUserPassword::new("alice")).await?;
                let message = t.last_message("alice").await?;
                check::equal("the medium", message.medium, DeliveryMedium::Sms)?;
                check::equal("the destination", message.destination.as_str(), "+15555550100")
            }
        ),
        case!(
            "reset/no-verified-contact",
            "Without a verified contact the reset is refused, and the password still works.",
            evidence = Evidence::Reported {
                note: "seen in public code, no address: ten clients handle the text"
            },
            async |t| {
                let request =
                    Register::new("alice", PASSWORD).with_attributes([("email", mailbox("alice"))]);
                t.register_with(request).await?;
                let refused =
                    t.directory().reset_user_password(ResetUserPassword::new("alice")).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[NO_CONTACT])?;
                status(&t, UserStatus::Confirmed).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "reset/wrong-state",
            "A user in FORCE_CHANGE_PASSWORD cannot be reset.",
            evidence = Evidence::Documented {
                url: "https://github.com/aws-amplify/amplify-js/issues/2955"
            },
            async |t| {
                let request = CreateUser::new("alice")
                    .with_temporary_password(PASSWORD)
                    .with_attributes([
                        ("email", mailbox("alice")),
                        ("email_verified", "true".into()),
                    ])
                    .with_message_action(MessageAction::Suppress);
                t.directory().create_user(request).await?;
                let refused =
                    t.directory().reset_user_password(ResetUserPassword::new("alice")).await;
                let text = "User password cannot be reset in the current state.";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "reset/disabled",
            "A disabled user cannot be reset.",
            evidence = Evidence::Reported { note: "seen in public code, no address" },
            async |t| {
                verified(&t, "alice").await?;
                t.directory().disable_user("alice").await?;
                let refused =
                    t.directory().reset_user_password(ResetUserPassword::new("alice")).await;
                check::refused(refused, ErrorKind::NotAuthorized, &["User is disabled."])?;
                status(&t, UserStatus::Confirmed).await
            }
        ),
        case!(
            "reset/unconfirmed",
            "An unconfirmed user without a verified contact cannot be reset.",
            needs = [Fixtures],
            evidence = Evidence::Assumed {
                why: "such a user usually lacks a verified contact and gets that error"
            },
            async |t| {
                let user =
                    FixtureUser::new("alice", UserStatus::Unconfirmed).with_password(PASSWORD);
                t.put_user(user).await;
                let refused =
                    t.directory().reset_user_password(ResetUserPassword::new("alice")).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[NO_CONTACT])?;
                Ok(())
            }
        ),
        case!(
            "reset/admin-only",
            "Where only administrators recover passwords, there is no reset by code.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_account_recovery(["admin_only"])),
            evidence = Evidence::Reported {
                note: "the class is in the API's list, the text in one emulator"
            },
            async |t| {
                verified(&t, "alice").await?;
                let refused =
                    t.directory().reset_user_password(ResetUserPassword::new("alice")).await;
                let text = "Contact administrator to reset password.";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                Ok(())
            }
        ),
        case!(
            "password/temporary-validity-of-zero",
            "A validity of no days stands for the default of 7.",
            profile = || PoolProfile::article().map_pool(|pool| {
                let policy = crate::PasswordPolicy::cognito_default();
                pool.with_password_policy(policy.with_temporary_password_validity_days(0))
            }),
            needs = [Clock],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_PasswordPolicyType.html",
            },
            async |t| {
                let request = CreateUser::new("alice").with_temporary_password(PASSWORD);
                t.directory().create_user(request).await?;
                t.advance(Duration::from_secs(7 * 24 * 60 * 60 - 60)).await;
                let in_time = t.directory().sign_in(SignIn::new("alice", PASSWORD)).await?;
                check::new_password_required(in_time)?;
                t.advance(Duration::from_secs(120)).await;
                let late = t.try_sign_in("alice", PASSWORD).await;
                check::refused(late, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "password/temporary-validity-by-policy",
            "A temporary password lasts as long as the policy says.",
            profile = || PoolProfile::article().map_pool(|pool| {
                let mut policy = crate::PasswordPolicy::cognito_default();
                policy.temporary_password_validity_days = 1;
                pool.with_password_policy(policy)
            }),
            needs = [Clock],
            evidence = SET,
            async |t| {
                let request = CreateUser::new("alice").with_temporary_password(PASSWORD);
                t.directory().create_user(request).await?;
                t.advance(Duration::from_secs(23 * 60 * 60)).await;
                let in_time = t.directory().sign_in(SignIn::new("alice", PASSWORD)).await?;
                check::new_password_required(in_time)?;
                t.advance(Duration::from_secs(60 * 60 + 1)).await;
                let late = t.try_sign_in("alice", PASSWORD).await;
                check::refused(
                    late,
                    ErrorKind::NotAuthorized,
                    &[
                        "Temporary password has expired and must be reset by an administrator.",
                        "User account has expired, it must be reset by an administrator.",
                    ],
                )?;
                Ok(())
            }
        ),
    ]
}

async fn status(t: &Trial, expected: UserStatus) -> Result<(), Failure> {
    check::equal("the status", t.directory().user("alice").await?.status, expected)
}

async fn verified(t: &Trial, name: &str) -> Result<(), Failure> {
    let request = Register::new(name, PASSWORD)
        .with_attributes([("email", mailbox(name)), ("email_verified", "true".into())]);
    t.register_with(request).await?;
    Ok(())
}
