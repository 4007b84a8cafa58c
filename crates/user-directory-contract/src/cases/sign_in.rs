//! Signing in by password, in every status.

use std::time::Duration;

use serde_json::Value;
use user_directory::{
    CreateUser, ErrorKind, MessageAction, Refresh, Register, ResetUserPassword, SetUserPassword,
    SignIn, UpdateUserAttributes, UserStatus,
};

use crate::{
    Case, ClientSettings, Evidence, Failure, FixtureUser, PoolProfile, Trial, case, check, mailbox,
    trial::{OTHER_PASSWORD, PASSWORD},
};

const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const ATTRIBUTES: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html",
};
const MOTO: Evidence = Evidence::Documented {
    url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py",
};

const INCORRECT: &str = "Incorrect username or password.";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) fn cases() -> Vec<Case> {
    [right_password(), wrong_password(), temporary(), requests(), names(), flows()].concat()
}

fn right_password() -> Vec<Case> {
    vec![
        case!(
            "sign-in/tokens",
            "A confirmed user gets tokens of the type Bearer, good for an hour.",
            evidence = MOTO,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                check::equal("the type", set.tokens.token_type.as_str(), "Bearer")?;
                check::equal("the life", set.expires_in(), Duration::from_secs(3600))
            }
        ),
        case!(
            "sign-in/public-flow",
            "A sign-in through the users' own handle brings the same as an administrator's.",
            needs = [SelfService],
            evidence = MOTO,
            async |t| {
                let user = t.register("alice").await?;
                let request = SignIn::new("alice", PASSWORD);
                let set = check::tokens(t.self_service().sign_in(request).await?)?;
                check::equal("the type", set.tokens.token_type.as_str(), "Bearer")?;
                check::equal("the life", set.expires_in(), Duration::from_secs(3600))?;
                check::equal("the sub", Some(set.grant.sub()), user.sub())
            }
        ),
        case!(
            "sign-in/unconfirmed",
            "An unconfirmed user is refused even with the right password.",
            needs = [Fixtures],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: the raw error of a live pool"
            },
            async |t| {
                t.put_user(fixture(UserStatus::Unconfirmed)).await;
                let refused = t.try_sign_in("alice", PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotConfirmed, &["User is not confirmed."])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/disabled",
            "A disabled user with the right password is told so.",
            evidence = Evidence::Reported {
                note: "seen in public code, no address: clients that handle the text"
            },
            async |t| {
                t.register("alice").await?;
                t.directory().disable_user("alice").await?;
                let refused = t.try_sign_in("alice", PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &["User is disabled."])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/reset-required",
            "After a reset no password signs in, and every one gets PasswordResetRequired.",
            needs = [Inbox],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-password-reset.html"
            },
            async |t| {
                reset(&t).await?;
                for password in [PASSWORD, OTHER_PASSWORD] {
                    let refused = t.try_sign_in("alice", password).await;
                    let text = "Password reset required for the user";
                    check::refused(refused, ErrorKind::PasswordResetRequired, &[text])?;
                }
                Ok(())
            }
        ),
        case!(
            "sign-in/reset-required-prevented",
            "Where existence errors are prevented, a reset user looks like a wrong password.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [Inbox],
            evidence = Evidence::Reported {
                note: "the developer guide says it of imported users; of others it is likely"
            },
            async |t| {
                reset(&t).await?;
                for password in [PASSWORD, OTHER_PASSWORD] {
                    let refused = t.try_sign_in("alice", password).await;
                    check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                }
                Ok(())
            }
        ),
        case!(
            "sign-in/external-provider",
            "A user of an external provider, who has no password, is refused like a wrong one.",
            profile = PoolProfile::existence_errors_prevented,
            needs = [Fixtures],
            evidence = Evidence::Assumed {
                why: "there is no password that could be right, and the client hides the rest"
            },
            async |t| {
                t.put_user(FixtureUser::new("alice", UserStatus::ExternalProvider)).await;
                let refused = t.try_sign_in("alice", PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
    ]
}

fn wrong_password() -> Vec<Case> {
    vec![
        case!(
            "sign-in/wrong-password",
            "A wrong password is refused, and the right one works afterwards.",
            evidence = ERRORS,
            async |t| {
                t.register("alice").await?;
                let refused = t.try_sign_in("alice", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                t.sign_in("alice").await?;
                Ok(())
            }
        ),
        case!(
            "sign-in/wrong-password-public-flow",
            "The users' own handle refuses a wrong password as an administrator's does.",
            needs = [SelfService],
            evidence = ERRORS,
            async |t| {
                t.register("alice").await?;
                let request = SignIn::new("alice", OTHER_PASSWORD);
                let refused = t.self_service().sign_in(request).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/passwords-differ-by-case",
            "A password in another case is a wrong one.",
            evidence = Evidence::Assumed { why: "nobody documents what every password has" },
            async |t| {
                t.register("alice").await?;
                let refused = t.try_sign_in("alice", &PASSWORD.to_lowercase()).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/wrong-temporary-password",
            "In FORCE_CHANGE_PASSWORD a wrong password brings a refusal and no challenge.",
            evidence = Evidence::Documented {
                url: "https://github.com/jagregory/cognito-local/issues/314"
            },
            async |t| {
                invite(&t).await?;
                let refused = t.try_sign_in("alice", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                check::new_password_required(t.try_sign_in("alice", PASSWORD).await?)?;
                Ok(())
            }
        ),
        case!(
            "sign-in/unconfirmed-wrong-password",
            "An unconfirmed user is told so, whatever the password is.",
            needs = [Fixtures],
            evidence = Evidence::Reported {
                note: "over nine years; the service's team called it intended: \
                       https://github.com/amazon-archives/amazon-cognito-identity-js/issues/288"
            },
            async |t| {
                t.put_user(fixture(UserStatus::Unconfirmed)).await;
                let refused = t.try_sign_in("alice", OTHER_PASSWORD).await;
                let text = "User is not confirmed.";
                check::refused(refused, ErrorKind::UserNotConfirmed, &[text])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/disabled-wrong-password",
            "A wrong password does not tell that the user is disabled.",
            evidence = Evidence::Reported {
                note: "an older edition of the developer guide, on managing error responses"
            },
            async |t| {
                t.register("alice").await?;
                t.directory().disable_user("alice").await?;
                let refused = t.try_sign_in("alice", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/unknown-user",
            "Where existence errors are shown, an unknown user gets UserNotFound.",
            evidence = ERRORS,
            async |t| {
                let refused = t.try_sign_in("nobody", PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])?;
                Ok(())
            }
        ),
    ]
}

fn temporary() -> Vec<Case> {
    vec![
        case!(
            "sign-in/expired-temporary",
            "A temporary password ends after 7 days; the status stays, and a new one helps.",
            needs = [Clock],
            evidence = Evidence::Documented {
                url: "https://github.com/aws-amplify/amplify-js/issues/10079"
            },
            async |t| {
                invite(&t).await?;
                t.advance(7 * DAY + Duration::from_secs(1)).await;
                let refused = t.try_sign_in("alice", PASSWORD).await;
                let texts = [
                    "Temporary password has expired and must be reset by an administrator.",
                    "User account has expired, it must be reset by an administrator.",
                ];
                check::refused(refused, ErrorKind::NotAuthorized, &texts)?;
                let user = t.directory().user("alice").await?;
                check::equal("the status", user.status, UserStatus::ForceChangePassword)?;
                let request = SetUserPassword::temporary("alice", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                t.advance(6 * DAY).await;
                check::new_password_required(t.try_sign_in("alice", OTHER_PASSWORD).await?)?;
                Ok(())
            }
        ),
        case!(
            "sign-in/expired-temporary-wrong-password",
            "A wrong password does not tell that the temporary one has expired.",
            needs = [Clock],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: clients that handle the order"
            },
            async |t| {
                invite(&t).await?;
                t.advance(8 * DAY).await;
                let refused = t.try_sign_in("alice", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/never-expires-after-the-first",
            "Once the temporary password is replaced, the account does not expire.",
            needs = [Clock],
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html"
            },
            async |t| {
                invite(&t).await?;
                let outcome = t.try_sign_in("alice", PASSWORD).await?;
                let challenge = check::new_password_required(outcome)?;
                let answer = challenge.answer(OTHER_PASSWORD);
                check::tokens(t.directory().respond_to_challenge(answer).await?)?;
                t.advance(400 * DAY).await;
                t.sign_in_with("alice", OTHER_PASSWORD).await?;
                Ok(())
            }
        ),
    ]
}

fn requests() -> Vec<Case> {
    const LONG: Evidence = Evidence::Reported {
        note: "seen in public code, no address: a table of experiments on a live pool",
    };
    vec![
        case!(
            "sign-in/long-password-not-validated",
            "A password longer than any can be is a wrong one, not a malformed one.",
            profile = PoolProfile::existence_errors_prevented,
            evidence = LONG,
            async |t| {
                t.register("alice").await?;
                for length in [129, 257, 300] {
                    let refused = t.try_sign_in("alice", &"Aa1!".repeat(75)[..length]).await;
                    check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                }
                Ok(())
            }
        ),
        case!(
            "sign-in/long-username-not-validated",
            "A user name longer than any can be is an unknown one, not a malformed one.",
            profile = PoolProfile::existence_errors_prevented,
            evidence = LONG,
            async |t| {
                let refused = t.try_sign_in(&"a".repeat(129), PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/empty-username",
            "An empty user name is a missing parameter.",
            evidence = LONG,
            async |t| {
                let refused = t.try_sign_in("", PASSWORD).await;
                let text = "Missing required parameter USERNAME";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/flow-parameters-hash",
            "A flow that is not enabled is refused before a missing parameter, and that before a \
             wrong hash.",
            profile = || with_flows(["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
            needs = [SelfService],
            evidence = Evidence::Assumed {
                why: "it is the order in which the parts of a request can be looked at"
            },
            async |t| {
                t.register("alice").await?;
                let wrong = t.choice().with_secret(crate::WhichSecret::Wrong);
                let refused = t.self_service_with(&wrong).sign_in(SignIn::new("alice", "")).await;
                let text = "USER_PASSWORD_AUTH flow not enabled for this client";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                let refused = t.directory_with(&wrong).sign_in(SignIn::new("alice", "")).await;
                let text = "Missing required parameter PASSWORD";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/empty-password",
            "An empty password is a missing parameter.",
            evidence = LONG,
            async |t| {
                t.register("alice").await?;
                let refused = t.try_sign_in("alice", "").await;
                let text = "Missing required parameter PASSWORD";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
    ]
}

fn names() -> Vec<Case> {
    vec![
        case!(
            "sign-in/case-insensitive",
            "In a case-insensitive pool a name in any case signs in; the grant has the real one.",
            profile = PoolProfile::case_insensitive,
            evidence = Evidence::Documented {
                url: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-case-sensitivity.html"
            },
            async |t| {
                t.register("Alice").await?;
                let set = t.sign_in("ALICE").await?;
                check::equal("the name in the grant", set.grant.username(), "alice")?;
                let claims = check::claims(set.access_token().expose())?;
                check::equal("username", text(&claims, "username"), Some("alice"))?;
                t.directory().refresh(Refresh::from(&set.grant)).await?;
                Ok(())
            }
        ),
        case!(
            "sign-in/verified-alias",
            "A verified e-mail address signs in for the user name, and the grant has the real one.",
            profile = PoolProfile::email_alias,
            evidence = ATTRIBUTES,
            async |t| {
                register_with_email(&t, true).await?;
                let set = t.sign_in(&mailbox("alice")).await?;
                check::equal("the name in the grant", set.grant.username(), "alice")
            }
        ),
        case!(
            "sign-in/unverified-alias",
            "An e-mail address is no alias before it is verified.",
            profile = PoolProfile::email_alias,
            evidence = ATTRIBUTES,
            async |t| {
                register_with_email(&t, false).await?;
                let refused = t.try_sign_in(&mailbox("alice"), PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])?;
                let verified = [("email_verified", "true")];
                let request = UpdateUserAttributes::new("alice", verified);
                t.directory().update_user_attributes(request).await?;
                t.eventually(async || t.sign_in(&mailbox("alice")).await).await?;
                Ok(())
            }
        ),
        case!(
            "sign-in/email-without-alias",
            "In a plain pool an e-mail address does not sign in, verified or not.",
            evidence = ATTRIBUTES,
            async |t| {
                register_with_email(&t, true).await?;
                let refused = t.try_sign_in(&mailbox("alice"), PASSWORD).await;
                check::refused(refused, ErrorKind::UserNotFound, &["User does not exist."])?;
                Ok(())
            }
        ),
        case!(
            "sign-in/email-pool",
            "Where e-mail addresses are user names, the tokens of a sign-in by one name the sub.",
            profile = PoolProfile::email_usernames,
            evidence = MOTO,
            async |t| {
                let user = t.register(&mailbox("alice")).await?;
                let set = t.sign_in(&mailbox("alice")).await?;
                let sub = check::some("the sub", user.sub())?;
                let access = check::claims(set.access_token().expose())?;
                check::equal("username", text(&access, "username"), Some(sub))?;
                let id = check::claims(set.id_token().expose())?;
                check::equal("cognito:username", text(&id, "cognito:username"), Some(sub))?;
                check::equal("email", text(&id, "email"), Some(mailbox("alice").as_str()))
            }
        ),
        case!(
            "sign-in/email-pool-by-sub",
            "Where e-mail addresses are user names, the sub signs in, too.",
            profile = PoolProfile::email_usernames,
            evidence = Evidence::Assumed { why: "the sub is the real user name there" },
            async |t| {
                let user = t.register(&mailbox("alice")).await?;
                let sub = check::some("the sub", user.sub())?;
                let set = t.sign_in(sub).await?;
                check::equal("the name in the grant", set.grant.username(), sub)
            }
        ),
    ]
}

fn flows() -> Vec<Case> {
    const TRACE: Evidence = Evidence::Reported {
        note: "seen in public code, no address: the raw error of live pools, several times",
    };
    vec![
        case!(
            "flow/old-and-new-admin-names",
            "A client that lists only ADMIN_NO_SRP_AUTH signs in and refreshes.",
            profile = || with_flows(["ADMIN_NO_SRP_AUTH"]),
            evidence = MOTO,
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                check::kept(t.directory().refresh(Refresh::from(&set.grant)).await?)?;
                Ok(())
            }
        ),
        case!(
            "flow/old-public-name",
            "A client that lists only USER_PASSWORD_AUTH, without ALLOW_, signs its users in.",
            profile = || with_flows(["USER_PASSWORD_AUTH"]),
            needs = [SelfService],
            evidence = MOTO,
            async |t| {
                t.register("alice").await?;
                let request = SignIn::new("alice", PASSWORD);
                check::tokens(t.self_service().sign_in(request).await?)?;
                Ok(())
            }
        ),
        case!(
            "flow/admin-not-enabled",
            "An administrator's sign-in needs its flow to be enabled.",
            profile = || with_flows(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
            evidence = TRACE,
            async |t| {
                t.register("alice").await?;
                let refused = t.try_sign_in("alice", PASSWORD).await;
                let text = "Auth flow not enabled for this client";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "flow/user-password-not-enabled",
            "A user's sign-in by password needs its flow to be enabled.",
            profile = || with_flows(["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
            needs = [SelfService],
            evidence = TRACE,
            async |t| {
                t.register("alice").await?;
                let refused = t.self_service().sign_in(SignIn::new("alice", PASSWORD)).await;
                let text = "USER_PASSWORD_AUTH flow not enabled for this client";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "flow/refresh-not-enabled",
            "A refresh by REFRESH_TOKEN_AUTH needs its flow to be enabled.",
            profile = || with_flows(["ALLOW_ADMIN_USER_PASSWORD_AUTH"]),
            evidence = Evidence::Assumed {
                why: "all other flows are refused like this; such clients could not be had once"
            },
            async |t| {
                let set = t.registered_and_signed_in("alice").await?;
                let refused = t.directory().refresh(Refresh::from(&set.grant)).await;
                check::refused(refused, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
        case!(
            "flow/refused-before-the-user",
            "A flow that is not enabled is refused whoever asks.",
            profile = || with_flows(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
            evidence =
                Evidence::Reported { note: "the order of checks that public traces suggest" },
            async |t| {
                let refused = t.try_sign_in("nobody", PASSWORD).await;
                let text = "Auth flow not enabled for this client";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
    ]
}

fn with_flows<const LENGTH: usize>(flows: [&'static str; LENGTH]) -> PoolProfile {
    PoolProfile::article()
        .map_client(|client: ClientSettings| client.with_explicit_auth_flows(flows))
}

fn text<'a>(claims: &'a Value, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

fn fixture(status: UserStatus) -> FixtureUser {
    FixtureUser::new("alice", status).with_password(PASSWORD)
}

async fn invite(t: &Trial) -> Result<(), Failure> {
    let request = CreateUser::new("alice")
        .with_temporary_password(PASSWORD)
        .with_message_action(MessageAction::Suppress);
    t.directory().create_user(request).await?;
    Ok(())
}

async fn reset(t: &Trial) -> Result<(), Failure> {
    register_with_email(t, true).await?;
    t.directory().reset_user_password(ResetUserPassword::new("alice")).await?;
    Ok(())
}

async fn register_with_email(t: &Trial, verified: bool) -> Result<(), Failure> {
    let attributes = [("email", mailbox("alice")), ("email_verified", verified.to_string())];
    t.register_with(Register::new("alice", PASSWORD).with_attributes(attributes)).await?;
    Ok(())
}
