//! Signing in by SRP: the password is proved and never sent.

use std::{sync::Arc, time::Duration};

use user_directory::{
    CreateUser, ErrorKind, MessageAction, Register, Result, SelfService, SetUserPassword, SignIn,
    SignInFlow, UserDirectory, UserStatus,
};

use super::srp_claims::{Begun, initiate};
use crate::{
    Case, ClientSettings, Evidence, Failure, FixtureUser, OTHER_PASSWORD, PASSWORD, PoolProfile,
    Trial, WhichSecret, case, check, mailbox,
};

const MOTO: Evidence = Evidence::Documented {
    url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py",
};
pub(super) const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const INITIATE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html",
};
pub(super) const MEASURED: Evidence =
    Evidence::Documented { url: "https://github.com/ministackorg/ministack/issues/1758" };
pub(super) const CLIENTS: Evidence = Evidence::Documented {
    url: "https://github.com/NabuCasa/pycognito/blob/master/pycognito/aws_srp.py",
};

pub(super) const INCORRECT: &str = "Incorrect username or password.";
const NOT_FOUND: &str = "User does not exist.";

pub(crate) fn cases() -> Vec<Case> {
    [proofs(), names(), refused(), strangers()].concat()
}

/// The flow is enabled, and the administrator's by password as well.
fn enabled(profile: PoolProfile) -> PoolProfile {
    profile.map_client(|client: ClientSettings| {
        client.with_explicit_auth_flows([
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ])
    })
}

fn article() -> PoolProfile {
    enabled(PoolProfile::article())
}

fn prevented() -> PoolProfile {
    enabled(PoolProfile::existence_errors_prevented())
}

pub(super) fn without_secret() -> PoolProfile {
    enabled(PoolProfile::without_secret())
}

/// An administrator's handle that signs in by SRP.
fn directory(t: &Trial) -> Arc<dyn UserDirectory> {
    t.directory_with(&t.choice().with_sign_in_flow(SignInFlow::Srp))
}

/// The users' own handle, which signs in by SRP.
fn own(t: &Trial) -> Arc<dyn SelfService> {
    t.self_service_with(&t.choice().with_sign_in_flow(SignInFlow::Srp))
}

async fn is_incorrect(t: &Trial, name: &str, password: &str) -> std::result::Result<(), Failure> {
    let refused = directory(t).sign_in(SignIn::new(name, password)).await;
    check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
    Ok(())
}

fn proofs() -> Vec<Case> {
    vec![
        case!(
            "srp/tokens",
            "A user who proves the password gets tokens, without sending it.",
            profile = article,
            needs = [Srp],
            evidence = MOTO,
            async |t| {
                t.register("alice").await?;
                let set = check::tokens(directory(&t).sign_in(alice(PASSWORD)).await?)?;
                check::equal("the name", set.grant.username(), "alice")
            }
        ),
        case!(
            "srp/public-flow",
            "A sign-in by SRP through the users' own handle brings the same.",
            profile = article,
            needs = [SelfService, Srp],
            evidence = MOTO,
            async |t| {
                let user = t.register("alice").await?;
                let set = check::tokens(own(&t).sign_in(alice(PASSWORD)).await?)?;
                check::equal("the sub", Some(set.grant.sub()), user.sub())
            }
        ),
        case!(
            "srp/wrong-password",
            "A wrong password shows at the answer, in the words of a sign-in by password.",
            profile = article,
            needs = [Srp],
            evidence = ERRORS,
            async |t| {
                t.register("alice").await?;
                is_incorrect(&t, "alice", OTHER_PASSWORD).await
            }
        ),
        case!(
            "srp/new-password",
            "After a password is changed, only the new one can be proved.",
            profile = article,
            needs = [Srp],
            evidence = Evidence::Assumed { why: "the old password is nobody's any more" },
            async |t| {
                t.register("alice").await?;
                let request = SetUserPassword::permanent("alice", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                is_incorrect(&t, "alice", PASSWORD).await?;
                check::tokens(directory(&t).sign_in(alice(OTHER_PASSWORD)).await?)?;
                Ok(())
            }
        ),
        case!(
            "srp/temporary-password",
            "A temporary password that is proved brings NEW_PASSWORD_REQUIRED, whose answer brings \
             tokens.",
            profile = article,
            needs = [Srp],
            evidence = MOTO,
            async |t| {
                invite(&t, "alice").await?;
                let outcome = directory(&t).sign_in(alice(PASSWORD)).await?;
                let challenge = check::new_password_required(outcome)?;
                let answer = challenge.answer(OTHER_PASSWORD);
                check::tokens(directory(&t).respond_to_challenge(answer).await?)?;
                check::tokens(directory(&t).sign_in(alice(OTHER_PASSWORD)).await?)?;
                Ok(())
            }
        ),
        case!(
            "srp/client-without-secret",
            "A client without a secret signs in by SRP without a hash.",
            profile = without_secret,
            needs = [SelfService, Srp],
            evidence = CLIENTS,
            async |t| {
                t.register("alice").await?;
                check::tokens(own(&t).sign_in(alice(PASSWORD)).await?)?;
                Ok(())
            }
        ),
        case!(
            "srp/secret-hash",
            "A client with a secret sends its hash, which must be right.",
            profile = article,
            needs = [Srp],
            evidence = CLIENTS,
            async |t| {
                t.register("alice").await?;
                let choice = t.choice().with_sign_in_flow(SignInFlow::Srp);
                let wrong = t.directory_with(&choice.with_secret(WhichSecret::Wrong));
                let refused = wrong.sign_in(alice(PASSWORD)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[])?;
                Ok(())
            }
        ),
        case!(
            "srp/old-flow-names",
            "A client that lists only old flow names may use SRP without listing it.",
            profile = || PoolProfile::article()
                .map_client(|client| client.with_explicit_auth_flows(["USER_PASSWORD_AUTH"])),
            needs = [SelfService, Srp],
            evidence = MOTO,
            async |t| {
                t.register("alice").await?;
                check::tokens(own(&t).sign_in(alice(PASSWORD)).await?)?;
                Ok(())
            }
        ),
    ]
}

fn names() -> Vec<Case> {
    vec![
        case!(
            "srp/alias",
            "A verified address signs in by SRP where it is an alias; the proof is about the real name.",
            profile = || enabled(PoolProfile::email_alias()),
            needs = [Srp],
            evidence = INITIATE,
            async |t| {
                let verified = [("email", mailbox("alice")), ("email_verified", "true".to_owned())];
                let request = Register::new("alice", PASSWORD)
                    .with_attributes(verified.map(|(name, value)| (name.to_owned(), value)));
                t.register_with(request).await?;
                let request = SignIn::new(mailbox("alice"), PASSWORD);
                let set = check::tokens(directory(&t).sign_in(request).await?)?;
                check::equal("the name", set.grant.username(), "alice")
            }
        ),
        case!(
            "srp/email-pool",
            "Where e-mail addresses are user names, the proof is about the sub.",
            profile = || enabled(PoolProfile::email_usernames()),
            needs = [Srp],
            evidence = INITIATE,
            async |t| {
                let user = t.register(&mailbox("alice")).await?;
                let request = SignIn::new(mailbox("alice"), PASSWORD);
                let set = check::tokens(directory(&t).sign_in(request).await?)?;
                check::equal("the name", Some(set.grant.username()), user.sub())
            }
        ),
        case!(
            "srp/case-insensitive",
            "Where names do not differ by case, a name in another case signs in by SRP.",
            profile = || enabled(PoolProfile::case_insensitive()),
            needs = [Srp],
            evidence = Evidence::Assumed { why: "the challenge says for which name the proof is" },
            async |t| {
                t.register("Alice").await?;
                let request = SignIn::new("aLICE", PASSWORD);
                check::tokens(directory(&t).sign_in(request).await?)?;
                Ok(())
            }
        ),
        case!(
            "srp/sub-is-no-name",
            "A sub is no name for SRP where the user has a name of another form.",
            profile = article,
            needs = [Srp],
            evidence = MEASURED,
            async |t| {
                let user = t.register("alice").await?;
                let sub = check::some("the sub", user.sub())?;
                let refused = directory(&t).sign_in(SignIn::new(sub, PASSWORD)).await;
                check::refused(refused, ErrorKind::UserNotFound, &[NOT_FOUND])?;
                Ok(())
            }
        ),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        case!(
            "srp/not-enabled",
            "A sign-in by SRP needs its flow to be enabled.",
            needs = [Srp],
            evidence = Evidence::Reported {
                note: "seen in public code, no address: the raw error of live pools, several times"
            },
            async |t| {
                t.register("alice").await?;
                let refused = directory(&t).sign_in(alice(PASSWORD)).await;
                let text = "USER_SRP_AUTH is not enabled for the client.";
                check::refused(refused, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "srp/disabled",
            "A disabled user who proves the password is told so, and one who does not is not.",
            profile = article,
            needs = [Srp],
            evidence = Evidence::Assumed { why: "as a sign-in by password" },
            async |t| {
                t.register("alice").await?;
                t.directory().disable_user("alice").await?;
                is_incorrect(&t, "alice", OTHER_PASSWORD).await?;
                let refused = directory(&t).sign_in(alice(PASSWORD)).await;
                check::refused(refused, ErrorKind::NotAuthorized, &["User is disabled."])?;
                Ok(())
            }
        ),
        case!(
            "srp/unconfirmed",
            "An unconfirmed user is told so, whatever password is to be proved.",
            profile = article,
            needs = [Fixtures, Srp],
            evidence = Evidence::Documented {
                url: "https://github.com/amazon-archives/amazon-cognito-identity-js/issues/288"
            },
            async |t| {
                let status = UserStatus::Unconfirmed;
                let user = FixtureUser::new("alice", status).with_password(PASSWORD);
                t.put_user(user).await;
                for password in [PASSWORD, OTHER_PASSWORD] {
                    let refused = directory(&t).sign_in(alice(password)).await;
                    let text = "User is not confirmed.";
                    check::refused(refused, ErrorKind::UserNotConfirmed, &[text])?;
                }
                Ok(())
            }
        ),
        case!(
            "srp/lockout",
            "Wrong proofs and wrong passwords lock a user out together.",
            profile = article,
            needs = [Clock, Srp],
            evidence = Evidence::Assumed { why: "the guide speaks of wrong passwords, of no flow" },
            async |t| {
                t.register("alice").await?;
                for _ in 0..4 {
                    is_incorrect(&t, "alice", OTHER_PASSWORD).await?;
                }
                let refused = t.try_sign_in("alice", OTHER_PASSWORD).await;
                check::refused(refused, ErrorKind::NotAuthorized, &[INCORRECT])?;
                let refused = directory(&t).sign_in(alice(PASSWORD)).await;
                let text = "Password attempts exceeded";
                check::refused(refused, ErrorKind::NotAuthorized, &[text])?;
                t.advance(Duration::from_millis(1100)).await;
                check::tokens(directory(&t).sign_in(alice(PASSWORD)).await?)?;
                Ok(())
            }
        ),
    ]
}

fn strangers() -> Vec<Case> {
    vec![
        case!(
            "srp/unknown-user",
            "An unknown user is told so, where existence errors are shown.",
            profile = article,
            needs = [Srp],
            evidence = ERRORS,
            async |t| {
                let refused = directory(&t).sign_in(SignIn::new("nobody", PASSWORD)).await;
                check::refused(refused, ErrorKind::UserNotFound, &[NOT_FOUND])?;
                Ok(())
            }
        ),
        case!(
            "srp/unknown-user-first",
            "That a user is unknown shows at the first call, whatever SRP_A is.",
            profile = without_secret,
            needs = [Wire],
            evidence = Evidence::Documented {
                url: "https://github.com/floci-io/floci/blob/a2389e7733249102c9736cfb3698cf409f41bc4b/src/test/resources/fixtures/aws-cognito/initiate-auth.srp.unknown-user.json"
            },
            async |t| {
                let answer = initiate(&t, "nobody", &"a".repeat(512)).await;
                let answered = check::answered(&answer, "InitiateAuth");
                check::refused(answered, ErrorKind::UserNotFound, &[NOT_FOUND])?;
                Ok(())
            }
        ),
        case!(
            "srp/unknown-user-prevented",
            "Where existence errors are prevented, an unknown user fails at the answer, like a wrong \
             password.",
            profile = prevented,
            needs = [Srp],
            evidence = ERRORS,
            async |t| {
                t.register("alice").await?;
                is_incorrect(&t, "nobody", PASSWORD).await?;
                is_incorrect(&t, "alice", OTHER_PASSWORD).await
            }
        ),
        case!(
            "srp/unknown-user-simulated",
            "The challenge of an unknown user has a salt and an id of its own, the same each time.",
            profile = || enabled(PoolProfile::without_secret())
                .map_client(|client| { client.with_prevent_user_existence_errors("ENABLED") }),
            needs = [Wire],
            evidence = ERRORS,
            async |t| {
                let first = Begun::new(&t, "nobody").await?;
                let again = Begun::new(&t, "nobody").await?;
                let other = Begun::new(&t, "somebody").await?;
                for name in ["SALT", "USER_ID_FOR_SRP"] {
                    check::equal(name, first.parameter(name), again.parameter(name))?;
                    check::different(name, first.parameter(name), other.parameter(name))?;
                }
                let id = first.parameter("USER_ID_FOR_SRP");
                check::equal("the length of the id", id.len(), 36)?;
                check::different("SRP_B", first.parameter("SRP_B"), again.parameter("SRP_B"))
            }
        ),
    ]
}

fn alice(password: &str) -> SignIn {
    SignIn::new("alice", password)
}

/// Creates a user with [`PASSWORD`] as the temporary one.
async fn invite(t: &Trial, name: &str) -> Result<()> {
    let request = CreateUser::new(name)
        .with_temporary_password(PASSWORD)
        .with_message_action(MessageAction::Suppress);
    t.directory().create_user(request).await.map(drop)
}
