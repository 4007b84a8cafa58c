//! NEW_PASSWORD_REQUIRED, and the sessions of challenges.

use std::time::Duration;

use user_directory::{
    AuthOutcome, CreateUser, ErrorKind, MessageAction, NewPasswordRequired, Result, Session,
    SetUserPassword, SignIn, UserStatus,
};

use crate::{
    Case, ClientSettings, Evidence, Failure, PoolProfile, Trial, WhichClient, case, check, mailbox,
    trial::{OTHER_PASSWORD, PASSWORD},
};

const MOTO: Evidence = Evidence::Documented {
    url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py",
};
const RESPOND: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRespondToAuthChallenge.html",
};
const TRACES: Evidence =
    Evidence::Reported { note: "seen in public code, no address: raw answers of live pools" };
const CLIENTS: Evidence =
    Evidence::Reported { note: "seen in public code, no address: clients that handle the text" };
const MEANWHILE: Evidence = Evidence::Assumed {
    why: "the challenge was about a password and an account that are no longer the same",
};

const INVALID: &str = "Invalid session for the user.";
const USED: &str = "Invalid session for the user, session can only be used once.";
const EXPIRED: &str = "Invalid session for the user, session is expired.";

pub(crate) fn cases() -> Vec<Case> {
    [asked(), answered(), refused(), attributes(), meanwhile(), sessions(), lives()].concat()
}

fn asked() -> Vec<Case> {
    vec![
        case!(
            "challenge/temporary-password",
            "A temporary password brings NEW_PASSWORD_REQUIRED, and the status stays.",
            evidence = MOTO,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                check::equal("the name", challenge.username(), "alice")?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "challenge/real-name",
            "The challenge names the real user name, whatever name was typed.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html"
            },
            async |t| {
                let challenge = challenged(&t, &mailbox("alice")).await?;
                let user = t.directory().user(&mailbox("alice")).await?;
                check::equal("the name", Some(challenge.username()), user.sub())?;
                check::tokens(answer(&t, &challenge).await?)?;
                Ok(())
            }
        ),
        case!(
            "challenge/json-in-strings",
            "The challenge brings the attributes that the user has, without the sub.",
            evidence = TRACES,
            async |t| {
                let verified = ("email_verified", "true".to_owned());
                invite(&t, "alice", &[("email", mailbox("alice")), verified]).await?;
                let challenge = challenge(&t, "alice").await?;
                let has = challenge.user_attributes();
                check::equal("email", has.get("email"), Some(mailbox("alice").as_str()))?;
                check::equal("email_verified", has.get("email_verified"), Some("true"))?;
                check::equal("the sub", has.get("sub"), None)?;
                check::that(
                    challenge.required_attributes().is_empty(),
                    "nothing is required in a pool without required attributes",
                )
            }
        ),
        case!(
            "challenge/lists-missing-attributes",
            "The challenge lists the required attributes that the user does not have.",
            profile = two_required,
            evidence = TRACES,
            async |t| {
                invite(&t, "alice", &[("given_name", "Alice".to_owned())]).await?;
                let challenge = challenge(&t, "alice").await?;
                check::equal("required", challenge.required_attributes(), ["family_name"])
            }
        ),
        case!(
            "challenge/several-until-answered",
            "A temporary password brings one challenge after the other until one is answered.",
            evidence = Evidence::Reported {
                note: "https://github.com/aws-amplify/amplify-js/issues/13802"
            },
            async |t| {
                let first = challenged(&t, "alice").await?;
                let second = challenge(&t, "alice").await?;
                check::different("the session", first.session(), second.session())?;
                check::tokens(answer(&t, &second).await?)?;
                let refused = t.try_sign_in("alice", PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
    ]
}

fn answered() -> Vec<Case> {
    vec![
        case!(
            "challenge/answer-brings-tokens",
            "The answer brings tokens and CONFIRMED, and the new password is the password.",
            evidence = MOTO,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let set = check::tokens(answer(&t, &challenge).await?)?;
                check::equal("the name in the grant", set.grant.username(), "alice")?;
                status(&t, UserStatus::Confirmed).await?;
                t.sign_in_with("alice", OTHER_PASSWORD).await?;
                let refused = t.try_sign_in("alice", PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "challenge/public-answer",
            "A user's own handle is challenged and answers as an administrator's does.",
            needs = [SelfService],
            evidence = MOTO,
            async |t| {
                invite(&t, "alice", &[]).await?;
                let own = t.self_service();
                let outcome = own.sign_in(SignIn::new("alice", PASSWORD)).await?;
                let challenge = check::new_password_required(outcome)?;
                let answer = challenge.answer(OTHER_PASSWORD);
                check::tokens(own.respond_to_challenge(answer).await?)?;
                status(&t, UserStatus::Confirmed).await
            }
        ),
        case!(
            "challenge/same-password-again",
            "The new password may equal the temporary one.",
            evidence = MOTO,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let answer = challenge.answer(PASSWORD);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                status(&t, UserStatus::Confirmed).await?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        case!(
            "challenge/weak-password",
            "A new password that breaks the policy is refused, and the user stays as it was.",
            evidence = RESPOND,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let refused = t.directory().respond_to_challenge(challenge.answer("Aa1!")).await;
                let texts = [
                    "Password did not conform with policy: Password not long enough",
                    "Password does not conform to policy: Password not long enough",
                    "Password did not conform with password policy: Password not long enough",
                ];
                check::refused(refused, ErrorKind::InvalidPassword, &texts)?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "challenge/empty-name",
            "An answer needs the name of the user.",
            evidence = CLIENTS,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let nameless = NewPasswordRequired::new("", challenge.session().clone());
                let refused = answer(&t, &nameless).await;
                let text = "Missing required parameter USERNAME";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "challenge/empty-password",
            "An answer needs a new password.",
            evidence = Evidence::Reported { note: "seen in public code, no address: one client" },
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let refused = t.directory().respond_to_challenge(challenge.answer("")).await;
                let text = "Invalid attributes given, new password should be given with key \
                            NEW_PASSWORD.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "challenge/weak-password-keeps-the-session",
            "After a refused password the same challenge can be answered again.",
            evidence = Evidence::Reported {
                note: "https://github.com/aws-amplify/amplify-flutter: confirm_sign_in_test.dart, \
                       which runs on AWS"
            },
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let refused = t.directory().respond_to_challenge(challenge.answer("Aa1!")).await;
                check::refused(refused, ErrorKind::InvalidPassword, &[])?;
                check::tokens(answer(&t, &challenge).await?)?;
                Ok(())
            }
        ),
    ]
}

fn attributes() -> Vec<Case> {
    vec![
        case!(
            "challenge/attribute-already-provided",
            "An answer cannot bring an attribute that the user has, not even the same value.",
            evidence = TRACES,
            async |t| {
                invite(&t, "alice", &[("email", mailbox("alice"))]).await?;
                let challenge = challenge(&t, "alice").await?;
                let attributes = [("email", mailbox("alice"))];
                let refused = answer_with(&t, &challenge, attributes).await;
                let text = "Cannot modify an already provided email";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "challenge/verified-is-not-for-users",
            "An answer cannot say that a contact is verified.",
            evidence = CLIENTS,
            async |t| {
                let verified = ("email_verified", "true".to_owned());
                invite(&t, "alice", &[("email", mailbox("alice")), verified.clone()]).await?;
                let challenge = challenge(&t, "alice").await?;
                let refused = answer_with(&t, &challenge, [verified]).await;
                let text = "Cannot modify the non-mutable attribute email_verified";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "challenge/required-attribute-missing",
            "An answer without a required attribute is refused and changes nothing.",
            profile = two_required,
            evidence = CLIENTS,
            async |t| {
                invite(&t, "alice", &[("given_name", "Alice".to_owned())]).await?;
                let challenge = challenge(&t, "alice").await?;
                let refused = answer(&t, &challenge).await;
                let text = "Invalid attributes given, family_name is missing";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "challenge/required-attribute-given",
            "A required attribute that the answer brings becomes the user's.",
            profile = two_required,
            evidence = RESPOND,
            async |t| {
                invite(&t, "alice", &[("given_name", "Alice".to_owned())]).await?;
                let challenge = challenge(&t, "alice").await?;
                let attributes = [("family_name", "Example".to_owned())];
                check::tokens(answer_with(&t, &challenge, attributes).await?)?;
                t.eventually(async || {
                    let user = t.directory().user("alice").await?;
                    let family_name = user.attributes.get("family_name");
                    check::equal("family_name", family_name, Some("Example"))
                })
                .await
            }
        ),
    ]
}

fn meanwhile() -> Vec<Case> {
    vec![
        case!(
            "challenge/disabled-meanwhile",
            "A user who was disabled meanwhile gets no tokens for the answer.",
            evidence = MEANWHILE,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                t.directory().disable_user("alice").await?;
                let refused = answer(&t, &challenge).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "challenge/deleted-meanwhile",
            "A user who was deleted meanwhile cannot answer, nor can the next of that name.",
            evidence = MEANWHILE,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                t.directory().delete_user("alice").await?;
                let refused = answer(&t, &challenge).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                invite(&t, "alice", &[]).await?;
                let refused = answer(&t, &challenge).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "challenge/password-set-meanwhile",
            "The answer cannot replace a password that an administrator set meanwhile.",
            evidence = MEANWHILE,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let request = SetUserPassword::permanent("alice", PASSWORD);
                t.directory().set_user_password(request).await?;
                let refused = answer(&t, &challenge).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
    ]
}

fn sessions() -> Vec<Case> {
    vec![
        case!(
            "session/length",
            "A session has 20 to 4096 characters.",
            evidence = RESPOND,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let length = challenge.session().expose().chars().count();
                check::that((20..=4096).contains(&length), format!("20 to 4096, not {length}"))
            }
        ),
        case!(
            "session/form",
            "A session begins as the base64 of an encrypted envelope does.",
            evidence = TRACES,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                check::that(challenge.session().expose().starts_with("AYABe"), "it begins so")
            }
        ),
        case!(
            "session/of-each-challenge",
            "Each challenge has its own session, and its own time.",
            needs = [Clock],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html"
            },
            async |t| {
                let first = challenged(&t, "alice").await?;
                t.advance(Duration::from_secs(120)).await;
                let second = challenge(&t, "alice").await?;
                check::different("the session", first.session(), second.session())?;
                t.advance(Duration::from_secs(120)).await;
                check::refused(answer(&t, &first).await, ErrorKind::NotAuthorized, &[])?;
                check::tokens(answer(&t, &second).await?)?;
                Ok(())
            }
        ),
        case!(
            "session/foreign",
            "Another client of the pool cannot answer.",
            profile = || PoolProfile::article().with_second_client(ClientSettings::article()),
            evidence = CLIENTS,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                let other = t.directory_with(&t.choice().with_client(WhichClient::Second));
                let refused = other.respond_to_challenge(challenge.answer(OTHER_PASSWORD)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INVALID])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "session/of-another-user",
            "A session cannot be used for another user.",
            evidence = CLIENTS,
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                challenged(&t, "bob").await?;
                let mixed = NewPasswordRequired::new("bob", challenge.session().clone());
                let refused = answer(&t, &mixed).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INVALID])?;
                check::new_password_required(t.try_sign_in("bob", PASSWORD).await?)?;
                Ok(())
            }
        ),
        case!(
            "session/ended-by-a-refusal",
            "An answer that is refused as not authorized ends the session.",
            evidence = Evidence::Reported {
                note: "https://github.com/aws-devtools-labs/aws-blocks: \
                       packages/bb-auth-cognito/src/types.ts, as measured on AWS"
            },
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                t.directory().disable_user("alice").await?;
                t.eventually(async || {
                    check::refused(answer(&t, &challenge).await, ErrorKind::NotAuthorized, &[])
                })
                .await?;
                t.directory().enable_user("alice").await?;
                t.eventually(async || {
                    let enabled = t.directory().user("alice").await?.enabled;
                    check::that(enabled, "the user is enabled again")
                })
                .await?;
                check::refused(answer(&t, &challenge).await, ErrorKind::NotAuthorized, &[INVALID])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "session/garbage",
            "A session that nobody gave out is refused.",
            evidence = CLIENTS,
            async |t| {
                challenged(&t, "alice").await?;
                let made_up = Session::new(format!("AYABe{}", "x".repeat(100)));
                let made_up = NewPasswordRequired::new("alice", made_up);
                let refused = answer(&t, &made_up).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INVALID])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "session/short",
            "A session of less than 20 characters is a malformed one.",
            evidence = Evidence::Reported { note: "the API model's length, in the usual text" },
            async |t| {
                challenged(&t, "alice").await?;
                let short = NewPasswordRequired::new("alice", Session::new("AYABe"));
                let refused = answer(&t, &short).await;
                let text = "1 validation error detected: Value at 'session' failed to satisfy \
                            constraint: Member must have length greater than or equal to 20";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!("session/used", "A challenge is answered once.", evidence = TRACES, async |t| {
            let challenge = challenged(&t, "alice").await?;
            check::tokens(answer(&t, &challenge).await?)?;
            let refused = answer(&t, &challenge).await;
            check::refused(refused, ErrorKind::NotAuthorized, &[USED])?;
            t.sign_in_with("alice", OTHER_PASSWORD).await?;
            Ok(())
        }),
    ]
}

fn lives() -> Vec<Case> {
    vec![
        case!(
            "session/expired",
            "A session is refused after 3 minutes.",
            needs = [Clock],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: an answer recorded after 3 min 54 s"
            },
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                t.advance(Duration::from_secs(181)).await;
                let refused = answer(&t, &challenge).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[EXPIRED])?;
                status(&t, UserStatus::ForceChangePassword).await
            }
        ),
        case!(
            "session/lasts-3-minutes",
            "A session is good for 3 minutes where the client says nothing else.",
            needs = [Clock],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html"
            },
            async |t| {
                let challenge = challenged(&t, "alice").await?;
                t.advance(Duration::from_secs(175)).await;
                check::tokens(answer(&t, &challenge).await?)?;
                Ok(())
            }
        ),
        case!(
            "session/validity-of-the-client",
            "A session is good for as long as the client says.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_auth_session_validity_minutes(5)),
            needs = [Clock],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html"
            },
            async |t| {
                let first = challenged(&t, "alice").await?;
                t.advance(Duration::from_secs(10)).await;
                let second = challenge(&t, "alice").await?;
                t.advance(Duration::from_secs(5 * 60 - 5)).await;
                let refused = answer(&t, &first).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[EXPIRED])?;
                check::tokens(answer(&t, &second).await?)?;
                Ok(())
            }
        ),
        case!(
            "challenge/empty-is-missing",
            "An empty value does not give a required attribute.",
            profile = || PoolProfile::article()
                .map_pool(|pool| pool.with_required_attributes(["family_name"])),
            evidence = Evidence::Assumed {
                why: "an empty value deletes an attribute, so it cannot provide one"
            },
            async |t| {
                let create = user_directory::CreateUser::new("alice")
                    .with_temporary_password(crate::PASSWORD);
                t.directory().create_user(create).await?;
                let outcome = t.try_sign_in("alice", crate::PASSWORD).await?;
                let challenge = check::new_password_required(outcome)?;
                let answer = challenge.answer_with(crate::PASSWORD, [("family_name", "")]);
                let refused = t.directory().respond_to_challenge(answer).await;
                check::refused(refused, user_directory::ErrorKind::InvalidParameter, &[])?;
                let user = t.directory().user("alice").await?;
                let expected = user_directory::UserStatus::ForceChangePassword;
                check::equal("the status", user.status, expected)
            }
        ),
    ]
}

fn two_required() -> PoolProfile {
    PoolProfile::article()
        .map_pool(|pool| pool.with_required_attributes(["given_name", "family_name"]))
}

async fn invite(t: &Trial, name: &str, attributes: &[(&str, String)]) -> Result<(), Failure> {
    let request = CreateUser::new(name)
        .with_temporary_password(PASSWORD)
        .with_attributes(attributes.iter().cloned().collect::<user_directory::Attributes>())
        .with_message_action(MessageAction::Suppress);
    t.directory().create_user(request).await?;
    Ok(())
}

async fn challenge(t: &Trial, name: &str) -> Result<NewPasswordRequired, Failure> {
    check::new_password_required(t.try_sign_in(name, PASSWORD).await?)
}

/// Creates the user with a temporary password and signs it in.
async fn challenged(t: &Trial, name: &str) -> Result<NewPasswordRequired, Failure> {
    invite(t, name, &[]).await?;
    challenge(t, name).await
}

async fn answer(t: &Trial, challenge: &NewPasswordRequired) -> Result<AuthOutcome> {
    t.directory().respond_to_challenge(challenge.answer(OTHER_PASSWORD)).await
}

async fn answer_with<const LENGTH: usize>(
    t: &Trial,
    challenge: &NewPasswordRequired,
    attributes: [(&str, String); LENGTH],
) -> Result<AuthOutcome> {
    let answer = challenge.answer_with(OTHER_PASSWORD, attributes);
    t.directory().respond_to_challenge(answer).await
}

async fn status(t: &Trial, expected: UserStatus) -> Result<(), Failure> {
    t.eventually(async || {
        check::equal("the status", t.directory().user("alice").await?.status, expected)
    })
    .await
}
