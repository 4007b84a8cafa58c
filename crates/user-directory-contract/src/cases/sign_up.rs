//! SignUp.

use user_directory::{
    Code, CodeDelivery, ConfirmOwnSignUp, DeliveryMedium, ErrorKind, Operation, SignUp, SignedUp,
    UserStatus,
};

use crate::{
    Case, ClientSettings, Evidence, Failure, Fault, FaultKind, OTHER_PASSWORD, PASSWORD,
    PoolProfile, Trial, WhichClient, WhichSecret, case, check, mailbox,
};

const GUIDE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html",
};
const MOTO: Evidence = Evidence::Documented {
    url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py",
};
const LIFTRIC: Evidence = Evidence::Documented {
    url: "https://github.com/Liftric/cognito-idp/blob/HEAD/src/commonTest/kotlin/com/liftric/cognito/idp/IdentityProviderClientTests.kt",
};
const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const TRACES: Evidence =
    Evidence::Reported { note: "seen in public code, no address: raw errors of live pools" };
const CLIENTS: Evidence =
    Evidence::Reported { note: "seen in public code, no address: clients that handle the text" };

/// A phone number that nobody has.
pub(super) const PHONE: &str = "+15555550100";

/// A code that was never sent: codes are numbers.
pub(super) const NEVER_SENT: &str = "no-code";

/// The article's pool, which verifies e-mail addresses.
pub(super) fn verifying() -> PoolProfile {
    PoolProfile::article().map_pool(|pool| pool.with_auto_verified_attributes(["email"]))
}

/// Alice with her e-mail address.
pub(super) fn alice() -> SignUp {
    SignUp::new("alice", PASSWORD).with_attributes([("email", mailbox("alice"))])
}

/// Alice signs up.
pub(super) async fn signed_up(t: &Trial) -> Result<SignedUp, Failure> {
    Ok(t.self_service().sign_up(alice()).await?)
}

/// The code in a user's message at this place, once it is there; the first is at 0.
pub(super) async fn code(t: &Trial, username: &str, place: usize) -> Result<Code, Failure> {
    t.eventually(async || {
        let mut messages = t.messages().await.into_iter().filter(|m| m.username == username);
        let message = check::some("the message", messages.nth(place))?;
        check::some("the code in the message", message.code)
    })
    .await
}

/// A number that is not this code.
pub(super) fn another(code: &Code) -> Code {
    let last = if code.expose().ends_with('0') { '1' } else { '0' };
    let (start, _) = code.expose().split_at(code.expose().len() - 1);
    Code::new(format!("{start}{last}"))
}

/// Alice's account stands there.
pub(super) async fn has_status(t: &Trial, expected: UserStatus) -> Result<(), Failure> {
    check::equal("the status", t.directory().user("alice").await?.status, expected)
}

/// An attribute of a user, as an administrator sees it.
pub(super) async fn has_attribute(
    t: &Trial,
    username: &str,
    name: &str,
    expected: Option<&str>,
) -> Result<(), Failure> {
    let user = t.directory().user(username).await?;
    check::equal(name, user.attributes.get(name), expected)
}

/// There is no such user.
pub(super) async fn absent(t: &Trial, username: &str) -> Result<(), Failure> {
    let absent = t.directory().user(username).await;
    check::refused(absent, ErrorKind::UserNotFound, &[])?;
    Ok(())
}

/// Two clients of one pool: the first shows existence errors, the second hides them.
pub(super) fn both_settings() -> PoolProfile {
    let hides = ClientSettings::article().with_prevent_user_existence_errors("ENABLED");
    PoolProfile::article().with_second_client(hides)
}

/// The texts for a missing hash of the client's secret, and those for a wrong one.
pub(super) fn hash_texts(t: &Trial) -> [(WhichSecret, [String; 2]); 2] {
    let client = t.client_id();
    let missing = [
        format!("Client {client} is configured with secret but SECRET_HASH was not received"),
        format!("Client {client} is configured for secret but secret was not received"),
    ];
    let wrong = [
        format!("Unable to verify secret hash for client {client}"),
        format!("SecretHash does not match for the client: {client}"),
    ];
    [(WhichSecret::Omitted, missing), (WhichSecret::Wrong, wrong)]
}

pub(crate) fn cases() -> Vec<Case> {
    [account(), codes(), names(), refusals()].concat()
}

fn account() -> Vec<Case> {
    vec![
        case!(
            "sign-up/unconfirmed",
            "A user who signs up is unconfirmed, with the attributes that were given.",
            needs = [SelfService],
            evidence = MOTO,
            async |t| {
                let request =
                    SignUp::new("alice", PASSWORD).with_attributes([("name", "Alice Adams")]);
                let signed_up = t.self_service().sign_up(request).await?;
                check::that(!signed_up.user_confirmed, "the user is not confirmed")?;
                let user = t.directory().user("alice").await?;
                check::equal("the status", user.status, UserStatus::Unconfirmed)?;
                check::that(user.enabled, "the user is enabled")?;
                check::equal("the sub", user.sub(), Some(signed_up.sub.as_str()))?;
                check::equal("the name", user.attributes.get("name"), Some("Alice Adams"))
            }
        ),
        case!(
            "sign-up/delivery-failure-creates",
            "A user whose code was not delivered is there all the same.",
            profile = verifying,
            needs = [SelfService, Faults],
            evidence = CLIENTS,
            async |t| {
                t.fault(Fault::new(Operation::SignUp, FaultKind::DeliveryFailure).times(1)).await;
                let failed = t.self_service().sign_up(alice()).await;
                let error = check::refused(failed, ErrorKind::CodeDeliveryFailure, &[])?;
                check::that(error.may_have_taken_effect(), "the error says that it may have")?;
                has_status(&t, UserStatus::Unconfirmed).await
            }
        ),
        case!(
            "sign-up/hands-on-metadata",
            "Client metadata and validation data are sent, and become no attributes.",
            needs = [SelfService, CallLog],
            evidence = Evidence::Own { promise: "what a request holds is sent" },
            async |t| {
                let request = SignUp::new("alice", PASSWORD)
                    .with_client_metadata([("campaign", "spring")])
                    .with_validation_data([("invited_by", "bob")]);
                t.self_service().sign_up(request).await?;
                let calls = t.calls().await;
                let call = calls.iter().find(|call| call.operation == Operation::SignUp);
                let call = check::some("the call", call)?;
                for member in ["ClientMetadata", "ValidationData"] {
                    let is_there = call.parameters.iter().any(|name| name == member);
                    check::that(is_there, format!("{member} is sent"))?;
                }
                has_attribute(&t, "alice", "campaign", None).await?;
                has_attribute(&t, "alice", "invited_by", None).await
            }
        ),
        case!(
            "sign-up/secret-hash",
            "Without the hash of the client's secret, or with a wrong one, nobody signs up.",
            needs = [SelfService],
            evidence = TRACES,
            async |t| {
                for (secret, texts) in hash_texts(&t) {
                    let own = t.self_service_with(&t.choice().with_secret(secret));
                    let refused = own.sign_up(alice()).await;
                    let texts = texts.each_ref().map(String::as_str);
                    check::refused(refused, ErrorKind::NotAuthorized, &texts)?;
                    absent(&t, "alice").await?;
                }
                Ok(())
            }
        ),
    ]
}

fn codes() -> Vec<Case> {
    vec![
        case!(
            "sign-up/code-to-the-address",
            "Where the pool verifies e-mail addresses, a code goes to the one that was given, and \
             the answer shows where with most of it hidden.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = MOTO,
            async |t| {
                let signed_up = signed_up(&t).await?;
                let expected = CodeDelivery::new("s***@s***", DeliveryMedium::Email, "email");
                check::equal("the delivery", signed_up.code_delivery, Some(expected))?;
                let message = t.last_message("alice").await?;
                check::equal("the medium", message.medium, DeliveryMedium::Email)?;
                check::equal("the destination", message.destination, mailbox("alice"))?;
                check::some("the code", message.code)?;
                Ok(())
            }
        ),
        case!(
            "sign-up/six-digits",
            "A code has six digits.",
            profile = verifying,
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html"
            },
            async |t| {
                signed_up(&t).await?;
                let code = code(&t, "alice", 0).await?;
                let digits = code.expose().bytes().filter(u8::is_ascii_digit).count();
                check::equal("digits", digits, 6_usize)?;
                check::equal("characters", code.expose().len(), 6_usize)
            }
        ),
        case!(
            "sign-up/phone-number-hidden",
            "Of a phone number the answer shows the last four digits.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_auto_verified_attributes(["phone_number"])),
            needs = [SelfService, Inbox],
            evidence = Evidence::Reported { note: "tests of an emulator" },
            async |t| {
                let request =
                    SignUp::new("alice", PASSWORD).with_attributes([("phone_number", PHONE)]);
                let signed_up = t.self_service().sign_up(request).await?;
                let expected =
                    CodeDelivery::new("+*******0100", DeliveryMedium::Sms, "phone_number");
                check::equal("the delivery", signed_up.code_delivery, Some(expected))
            }
        ),
        case!(
            "sign-up/both-contacts",
            "Where the pool verifies both and both are given, only a text message is sent.",
            profile = both_verified,
            needs = [SelfService, Inbox],
            evidence = GUIDE,
            async |t| {
                let signed_up = t.self_service().sign_up(with_both_contacts()).await?;
                let delivery = check::some("the delivery", signed_up.code_delivery)?;
                check::equal("the medium", delivery.medium, DeliveryMedium::Sms)?;
                check::equal("the attribute", delivery.attribute_name, "phone_number")?;
                let message = t.last_message("alice").await?;
                check::equal("the destination", message.destination.as_str(), PHONE)?;
                check::equal("messages", t.messages().await.len(), 1_usize)
            }
        ),
        case!(
            "sign-up/nothing-to-verify",
            "No code is sent where the pool verifies nothing that was given.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_auto_verified_attributes(["phone_number"])),
            needs = [SelfService, Inbox],
            evidence = MOTO,
            async |t| {
                let without = SignUp::new("bob", PASSWORD);
                for request in [alice(), without] {
                    let signed_up = t.self_service().sign_up(request).await?;
                    check::equal("the delivery", signed_up.code_delivery, None)?;
                }
                check::equal("messages", t.messages().await.len(), 0_usize)
            }
        ),
    ]
}

pub(super) fn both_verified() -> PoolProfile {
    PoolProfile::article()
        .map_pool(|pool| pool.with_auto_verified_attributes(["email", "phone_number"]))
}

pub(super) fn with_both_contacts() -> SignUp {
    let attributes = [("email", mailbox("alice")), ("phone_number", PHONE.to_owned())];
    SignUp::new("alice", PASSWORD).with_attributes(attributes)
}

fn names() -> Vec<Case> {
    vec![
        case!(
            "sign-up/taken-name",
            "A taken name is refused whatever the client hides, and its owner keeps the password.",
            profile = both_settings,
            needs = [SelfService],
            evidence = ERRORS,
            async |t| {
                t.register("alice").await?;
                for client in [WhichClient::First, WhichClient::Second] {
                    let own = t.self_service_with(&t.choice().with_client(client));
                    let refused = own.sign_up(SignUp::new("alice", OTHER_PASSWORD)).await;
                    check::refused(refused, ErrorKind::UsernameExists, &["User already exists"])?;
                }
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "sign-up/email-pool",
            "Where e-mail addresses are user names, the real name is the sub and the address fills \
             its attribute.",
            profile = PoolProfile::email_usernames,
            needs = [SelfService, Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html"
            },
            async |t| {
                let request = SignUp::new(mailbox("alice"), PASSWORD);
                let signed_up = t.self_service().sign_up(request).await?;
                check::some("the delivery", signed_up.code_delivery)?;
                let user = t.directory().user(&signed_up.sub).await?;
                check::equal("the name", user.username, signed_up.sub)?;
                let email = user.attributes.get("email");
                check::equal("the address", email, Some(mailbox("alice").as_str()))
            }
        ),
        case!(
            "sign-up/email-pool-taken-address",
            "Where e-mail addresses are user names, a taken one is refused, verified or not.",
            profile = PoolProfile::email_usernames,
            needs = [SelfService, Inbox],
            evidence = CLIENTS,
            async |t| {
                let request = SignUp::new(mailbox("alice"), PASSWORD);
                t.self_service().sign_up(request.clone()).await?;
                let refused = t.self_service().sign_up(request).await;
                let text = "An account with the given email already exists.";
                check::refused(refused, ErrorKind::UsernameExists, &[text])?;
                Ok(())
            }
        ),
        case!(
            "sign-up/phone-pool-taken-number",
            "Where phone numbers are user names, a taken one is refused.",
            profile = || PoolProfile::article().map_pool(|pool| {
                pool.with_username_attributes(["phone_number"])
                    .with_auto_verified_attributes(["phone_number"])
            }),
            needs = [SelfService, Inbox],
            evidence = Evidence::Assumed { why: "by analogy with e-mail addresses" },
            async |t| {
                t.self_service().sign_up(SignUp::new(PHONE, PASSWORD)).await?;
                let refused = t.self_service().sign_up(SignUp::new(PHONE, PASSWORD)).await;
                let text = "An account with the given phone_number already exists.";
                check::refused(refused, ErrorKind::UsernameExists, &[text])?;
                Ok(())
            }
        ),
        case!(
            "sign-up/email-pool-needs-an-address",
            "Where e-mail addresses are user names, nobody signs up with a plain name.",
            profile = PoolProfile::email_usernames,
            needs = [SelfService],
            evidence = CLIENTS,
            async |t| {
                let refused = t.self_service().sign_up(SignUp::new("alice", PASSWORD)).await;
                let text = "Username should be an email.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "sign-up/alias-pool-refuses-an-address",
            "Where e-mail addresses are aliases, none can be a user name.",
            profile = PoolProfile::email_alias,
            needs = [SelfService],
            evidence = TRACES,
            async |t| {
                let request = SignUp::new(mailbox("alice"), PASSWORD);
                let refused = t.self_service().sign_up(request).await;
                let text = "Username cannot be of email format, since user pool is configured for \
                            email alias.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "sign-up/alias-pool-shared-address",
            "Where e-mail addresses are aliases, an address that is somebody's signs up again.",
            profile = PoolProfile::email_alias,
            needs = [SelfService, Inbox],
            evidence = ERRORS,
            async |t| {
                signed_up(&t).await?;
                let code = code(&t, "alice", 0).await?;
                t.self_service().confirm_sign_up(ConfirmOwnSignUp::new("alice", code)).await?;
                let request =
                    SignUp::new("bob", PASSWORD).with_attributes([("email", mailbox("alice"))]);
                t.self_service().sign_up(request).await?;
                has_attribute(&t, "alice", "email_verified", Some("true")).await
            }
        ),
        case!(
            "sign-up/too-long",
            "A name over 128 characters and a password over 256 break constraints, and neither is \
             repeated.",
            needs = [SelfService],
            evidence = LIFTRIC,
            async |t| {
                for (request, member, limit) in [
                    (SignUp::new("x".repeat(129), PASSWORD), "username", 128),
                    (SignUp::new("alice", "Aa1!".repeat(65)), "password", 256),
                ] {
                    let refused = t.self_service().sign_up(request).await;
                    let text = format!(
                        "1 validation error detected: Value at '{member}' failed to satisfy \
                         constraint: Member must have length less than or equal to {limit}"
                    );
                    check::refused(refused, ErrorKind::InvalidParameter, &[&text])?;
                }
                absent(&t, "alice").await
            }
        ),
    ]
}

fn refusals() -> Vec<Case> {
    vec![
        case!(
            "sign-up/weak-password-creates-nothing",
            "A password that the policy refuses creates no user, and the name stays free.",
            needs = [SelfService],
            evidence = LIFTRIC,
            async |t| {
                let refused = t.self_service().sign_up(SignUp::new("alice", "Short")).await;
                let texts = [
                    "Password did not conform with policy: Password not long enough",
                    "Password does not conform to policy: Password not long enough",
                ];
                check::refused(refused, ErrorKind::InvalidPassword, &texts)?;
                absent(&t, "alice").await?;
                t.self_service().sign_up(SignUp::new("alice", PASSWORD)).await?;
                Ok(())
            }
        ),
        case!(
            "sign-up/not-permitted",
            "Where only administrators create users, nobody signs up.",
            profile = admins_only,
            needs = [SelfService],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-admin-create-user-policy.html"
            },
            async |t| {
                let refused = t.self_service().sign_up(alice()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                absent(&t, "alice").await
            }
        ),
        case!(
            "sign-up/not-permitted-text",
            "Where only administrators create users, a sign-up is told so.",
            profile = admins_only,
            needs = [SelfService],
            evidence = CLIENTS,
            async |t| {
                let refused = t.self_service().sign_up(alice()).await;
                let text = "SignUp is not permitted for this user pool";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                Ok(())
            }
        ),
    ]
}

fn admins_only() -> PoolProfile {
    PoolProfile::article().map_pool(|pool| pool.with_allow_admin_create_user_only(true))
}
