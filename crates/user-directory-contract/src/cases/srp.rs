//! Signing in by SRP: the password is proved and never sent.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use user_directory::{
    CreateUser, ErrorKind, MessageAction, Result, SelfService, SignIn, SignInFlow, UserDirectory,
};
use user_directory_srp::{PasswordVerifier, Proof, SrpClient};

use super::refresh::MINUTE;
use crate::{
    Case, ClientSettings, Evidence, Failure, OTHER_PASSWORD, PASSWORD, PoolProfile, Trial,
    WhichSecret, WireAnswer, case, check, mailbox,
};

const MOTO: Evidence = Evidence::Documented {
    url: "https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py",
};
const ERRORS: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html",
};
const INITIATE: Evidence = Evidence::Documented {
    url: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html",
};
const MEASURED: Evidence =
    Evidence::Documented { url: "https://github.com/ministackorg/ministack/issues/1758" };
const CLIENTS: Evidence = Evidence::Documented {
    url: "https://github.com/NabuCasa/pycognito/blob/master/pycognito/aws_srp.py",
};

const INCORRECT: &str = "Incorrect username or password.";
const NOT_FOUND: &str = "User does not exist.";

pub(crate) fn cases() -> Vec<Case> {
    [proofs(), names(), refused(), strangers(), parameters(), claims()].concat()
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

fn without_secret() -> PoolProfile {
    enabled(PoolProfile::without_secret())
}

/// An administrator's handle that signs in by SRP.
fn directory(t: &Trial) -> std::sync::Arc<dyn UserDirectory> {
    t.directory_with(&t.choice().with_sign_in_flow(SignInFlow::Srp))
}

/// The users' own handle, which signs in by SRP.
fn own(t: &Trial) -> std::sync::Arc<dyn SelfService> {
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
                let request = user_directory::SetUserPassword::permanent("alice", OTHER_PASSWORD);
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
                let request = user_directory::Register::new("alice", PASSWORD)
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
                let status = user_directory::UserStatus::Unconfirmed;
                let user = crate::FixtureUser::new("alice", status).with_password(PASSWORD);
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

fn parameters() -> Vec<Case> {
    vec![
        case!(
            "srp/challenge",
            "PASSWORD_VERIFIER has five parameters and no session.",
            profile = without_secret,
            needs = [Wire],
            evidence = MEASURED,
            async |t| {
                t.register("alice").await?;
                let begun = Begun::new(&t, "alice").await?;
                let names = ["SALT", "SECRET_BLOCK", "SRP_B", "USERNAME", "USER_ID_FOR_SRP"];
                for name in names {
                    check::that(!begun.parameter(name).is_empty(), format!("{name} is there"))?;
                }
                check::equal("the id", begun.parameter("USER_ID_FOR_SRP"), "alice")?;
                check::equal("the session", begun.answer.body.get("Session"), None)
            }
        ),
        case!(
            "srp/salt-is-stable",
            "A user's salt is the same each time.",
            profile = without_secret,
            needs = [Wire],
            evidence = CLIENTS,
            async |t| {
                t.register("alice").await?;
                let salt = Begun::new(&t, "alice").await?.parameter("SALT").to_owned();
                check::equal("the salt", Begun::new(&t, "alice").await?.parameter("SALT"), &*salt)
            }
        ),
        case!(
            "srp/missing-a",
            "Without SRP_A the parameter is missing.",
            profile = without_secret,
            needs = [Wire],
            evidence =
                Evidence::Reported { note: "the words are those of other missing parameters" },
            async |t| {
                t.register("alice").await?;
                let answered = check::answered(&initiate(&t, "alice", "").await, "InitiateAuth");
                let text = "Missing required parameter SRP_A";
                check::refused(answered, ErrorKind::InvalidParameter, &[text])?;
                Ok(())
            }
        ),
        case!(
            "srp/zero",
            "An SRP_A of zero, with which anybody could sign in, is refused.",
            profile = without_secret,
            needs = [Wire],
            evidence = Evidence::Assumed { why: "RFC 5054 asks servers to; the class is a guess" },
            async |t| {
                t.register("alice").await?;
                let answered = check::answered(&initiate(&t, "alice", "00").await, "InitiateAuth");
                check::refused(answered, ErrorKind::InvalidParameter, &[])?;
                Ok(())
            }
        ),
    ]
}

/// What is changed of an answer before it is sent.
type Change = fn(&mut Map<String, Value>);

fn claims() -> Vec<Case> {
    vec![
        case!(
            "srp/right-claim",
            "An answer made by hand brings tokens: the cases below fail for what they change.",
            profile = without_secret,
            needs = [Wire],
            evidence = CLIENTS,
            async |t| {
                t.register("alice").await?;
                let begun = Begun::new(&t, "alice").await?;
                let answer = begun.respond(&t, |_| {}).await?;
                check::equal("the status", answer.status, 200)?;
                let token = &answer.body["AuthenticationResult"]["AccessToken"];
                check::that(token.is_string(), "there is an access token")
            }
        ),
        case!(
            "srp/wrong-secret-block",
            "A secret block that is not the challenge's is refused like a wrong password.",
            profile = without_secret,
            needs = [Wire],
            evidence = MEASURED,
            async |t| changed(&t, |claim| {
                claim["PASSWORD_CLAIM_SECRET_BLOCK"] = "c2VjcmV0".into();
            })
            .await
        ),
        case!(
            "srp/wrong-signature",
            "A signature of something else is refused like a wrong password.",
            profile = without_secret,
            needs = [Wire],
            evidence = ERRORS,
            async |t| changed(&t, |claim| {
                claim["PASSWORD_CLAIM_SIGNATURE"] =
                    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into();
            })
            .await
        ),
        case!(
            "srp/day-with-a-zero",
            "A day of the month with a zero in front is refused like a wrong password.",
            profile = without_secret,
            needs = [Wire],
            evidence = MEASURED,
            async |t| at(&t, "Sat Sep 05 09:04:03 UTC 2026").await
        ),
        case!(
            "srp/wrong-weekday",
            "A weekday that is not the date's is refused like a wrong password.",
            profile = without_secret,
            needs = [Wire],
            evidence = MEASURED,
            async |t| at(&t, "Sun Sep 5 09:04:03 UTC 2026").await
        ),
        case!(
            "srp/late",
            "An answer after the session's time is refused.",
            profile = without_secret,
            needs = [Wire, Clock],
            evidence = Evidence::Assumed {
                why: "the API speaks of a few seconds and of this class; a challenge's 3 minutes are a \
                      guess"
            },
            async |t| {
                t.register("alice").await?;
                let begun = Begun::new(&t, "alice").await?;
                t.advance(4 * MINUTE).await;
                is_refused(&begun.respond(&t, |_| {}).await?)
            }
        ),
        case!(
            "srp/used-block",
            "A secret block is good for one answer, right or wrong.",
            profile = without_secret,
            needs = [Wire],
            evidence = Evidence::Assumed { why: "as the sessions of other challenges" },
            async |t| {
                t.register("alice").await?;
                let begun = Begun::new(&t, "alice").await?;
                check::equal("the status", begun.respond(&t, |_| {}).await?.status, 200)?;
                is_refused(&begun.respond(&t, |_| {}).await?)?;
                let begun = Begun::new(&t, "alice").await?;
                let wrong: Change = |claim| claim["TIMESTAMP"] = "now".into();
                is_refused(&begun.respond(&t, wrong).await?)?;
                is_refused(&begun.respond(&t, |_| {}).await?)
            }
        ),
        case!(
            "srp/password-set-meanwhile",
            "A password that is set during an exchange ends it.",
            profile = without_secret,
            needs = [Wire],
            evidence = Evidence::Assumed { why: "as the sessions of other challenges" },
            async |t| {
                t.register("alice").await?;
                let begun = Begun::new(&t, "alice").await?;
                let request = user_directory::SetUserPassword::permanent("alice", OTHER_PASSWORD);
                t.directory().set_user_password(request).await?;
                is_refused(&begun.respond(&t, |_| {}).await?)
            }
        ),
        case!(
            "srp/other-client",
            "A secret block is good for the client that it was given to.",
            profile = without_secret,
            needs = [Wire],
            evidence = Evidence::Assumed { why: "as the sessions of other challenges" },
            async |t| {
                t.register("alice").await?;
                let begun = Begun::new(&t, "alice").await?;
                let members = json!({
                    "UserPoolId": t.pool_id(),
                    "ClientName": "other",
                    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                });
                let created = t.send("CreateUserPoolClient", members).await;
                check::answered(&created, "CreateUserPoolClient")?;
                let other = created.body["UserPoolClient"]["ClientId"].as_str();
                let other = check::some("the id of a client", other)?;
                is_refused(&begun.respond_as(&t, other).await?)
            }
        ),
        case!(
            "srp/other-user",
            "A proof for one user signs no other in.",
            profile = without_secret,
            needs = [Wire],
            evidence = Evidence::Assumed { why: "the block is that of another user" },
            async |t| {
                t.register("bob").await?;
                changed(&t, |claim| claim["USERNAME"] = "bob".into()).await
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

/// Alice's answer is refused once something in it is changed.
async fn changed(t: &Trial, change: Change) -> std::result::Result<(), Failure> {
    t.register("alice").await?;
    let begun = Begun::new(t, "alice").await?;
    is_refused(&begun.respond(t, change).await?)
}

/// Alice's answer is refused with this time in it, although the signature is about it.
async fn at(t: &Trial, timestamp: &str) -> std::result::Result<(), Failure> {
    t.register("alice").await?;
    let begun = Begun::new(t, "alice").await?;
    is_refused(&begun.respond_at(t, timestamp).await?)
}

fn is_refused(answer: &WireAnswer) -> std::result::Result<(), Failure> {
    let answered = check::answered(answer, "RespondToAuthChallenge");
    check::refused(answered, ErrorKind::NotAuthorized, &[INCORRECT])?;
    Ok(())
}

async fn initiate(t: &Trial, name: &str, srp_a: &str) -> WireAnswer {
    let members = json!({
        "ClientId": t.client_id(),
        "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": name, "SRP_A": srp_a },
    });
    t.send("InitiateAuth", members).await
}

/// A sign-in after its first call, made by hand.
struct Begun {
    client: SrpClient,
    answer: WireAnswer,
    pool_id: String,
}

impl Begun {
    async fn new(t: &Trial, name: &str) -> std::result::Result<Self, Failure> {
        // Nothing is worth guessing here: the password is public.
        let client = SrpClient::new([0x5e; 32]);
        let answer = initiate(t, name, &client.srp_a()).await;
        check::answered(&answer, "InitiateAuth")?;
        let challenge = answer.body["ChallengeName"].as_str();
        check::equal("the challenge", challenge, Some("PASSWORD_VERIFIER"))?;
        Ok(Self { client, answer, pool_id: t.pool_id() })
    }

    fn parameter(&self, name: &str) -> &str {
        self.answer.body["ChallengeParameters"][name].as_str().unwrap_or_default()
    }

    fn challenge(&self) -> PasswordVerifier<'_> {
        PasswordVerifier {
            pool_id: &self.pool_id,
            user_id_for_srp: self.parameter("USER_ID_FOR_SRP"),
            salt: self.parameter("SALT"),
            srp_b: self.parameter("SRP_B"),
            secret_block: self.parameter("SECRET_BLOCK"),
        }
    }

    /// The proof of the right password.
    fn proof(&self) -> std::result::Result<Proof, Failure> {
        let proof = self.client.prove(&self.challenge(), PASSWORD, SystemTime::now());
        proof.map_err(|error| Failure::other(error.to_string()))
    }

    /// Answers with the right password, after a change.
    async fn respond(&self, t: &Trial, change: Change) -> std::result::Result<WireAnswer, Failure> {
        Ok(self.send(t, &t.client_id(), &self.proof()?, change).await)
    }

    /// Answers with the right password through another client.
    async fn respond_as(
        &self,
        t: &Trial,
        client_id: &str,
    ) -> std::result::Result<WireAnswer, Failure> {
        Ok(self.send(t, client_id, &self.proof()?, |_| {}).await)
    }

    /// Answers with the right password and a time as it is written.
    async fn respond_at(
        &self,
        t: &Trial,
        timestamp: &str,
    ) -> std::result::Result<WireAnswer, Failure> {
        let proof = self
            .client
            .prove_at(&self.challenge(), PASSWORD, timestamp)
            .map_err(|error| Failure::other(error.to_string()))?;
        Ok(self.send(t, &t.client_id(), &proof, |_| {}).await)
    }

    async fn send(&self, t: &Trial, client_id: &str, proof: &Proof, change: Change) -> WireAnswer {
        let mut claim = Map::new();
        claim.insert("USERNAME".to_owned(), self.parameter("USER_ID_FOR_SRP").into());
        let block = self.parameter("SECRET_BLOCK");
        claim.insert("PASSWORD_CLAIM_SECRET_BLOCK".to_owned(), block.into());
        claim.insert("PASSWORD_CLAIM_SIGNATURE".to_owned(), proof.signature.as_str().into());
        claim.insert("TIMESTAMP".to_owned(), proof.timestamp.as_str().into());
        change(&mut claim);
        let members = json!({
            "ClientId": client_id,
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeResponses": claim,
        });
        t.send("RespondToAuthChallenge", members).await
    }
}
