//! The two calls of a sign-in by SRP, made by hand.

use std::time::SystemTime;

use serde_json::{Map, Value, json};
use user_directory::{ErrorKind, SetUserPassword};
use user_directory_srp::{PasswordVerifier, Proof, SrpClient};

use super::{
    refresh::MINUTE,
    srp::{CLIENTS, ERRORS, INCORRECT, MEASURED, without_secret},
};
use crate::{Case, Evidence, Failure, OTHER_PASSWORD, PASSWORD, Trial, WireAnswer, case, check};

pub(crate) fn cases() -> Vec<Case> {
    [parameters(), claims()].concat()
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
                let request = SetUserPassword::permanent("alice", OTHER_PASSWORD);
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

/// Alice's answer is refused once something in it is changed.
async fn changed(t: &Trial, change: Change) -> Result<(), Failure> {
    t.register("alice").await?;
    let begun = Begun::new(t, "alice").await?;
    is_refused(&begun.respond(t, change).await?)
}

/// Alice's answer is refused with this time in it, although the signature is about it.
async fn at(t: &Trial, timestamp: &str) -> Result<(), Failure> {
    t.register("alice").await?;
    let begun = Begun::new(t, "alice").await?;
    is_refused(&begun.respond_at(t, timestamp).await?)
}

fn is_refused(answer: &WireAnswer) -> Result<(), Failure> {
    let answered = check::answered(answer, "RespondToAuthChallenge");
    check::refused(answered, ErrorKind::NotAuthorized, &[INCORRECT])?;
    Ok(())
}

pub(super) async fn initiate(t: &Trial, name: &str, srp_a: &str) -> WireAnswer {
    let members = json!({
        "ClientId": t.client_id(),
        "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": name, "SRP_A": srp_a },
    });
    t.send("InitiateAuth", members).await
}

/// A sign-in after its first call, made by hand.
pub(super) struct Begun {
    client: SrpClient,
    answer: WireAnswer,
    pool_id: String,
}

impl Begun {
    pub(super) async fn new(t: &Trial, name: &str) -> Result<Self, Failure> {
        // Nothing is worth guessing here: the password is public.
        let client = SrpClient::new([0x5e; 32]);
        let answer = initiate(t, name, &client.srp_a()).await;
        check::answered(&answer, "InitiateAuth")?;
        let challenge = answer.body["ChallengeName"].as_str();
        check::equal("the challenge", challenge, Some("PASSWORD_VERIFIER"))?;
        Ok(Self { client, answer, pool_id: t.pool_id() })
    }

    pub(super) fn parameter(&self, name: &str) -> &str {
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
    fn proof(&self) -> Result<Proof, Failure> {
        let proof = self.client.prove(&self.challenge(), PASSWORD, SystemTime::now());
        proof.map_err(|error| Failure::other(error.to_string()))
    }

    /// Answers with the right password, after a change.
    async fn respond(&self, t: &Trial, change: Change) -> Result<WireAnswer, Failure> {
        Ok(self.send(t, &t.client_id(), &self.proof()?, change).await)
    }

    /// Answers with the right password through another client.
    async fn respond_as(&self, t: &Trial, client_id: &str) -> Result<WireAnswer, Failure> {
        Ok(self.send(t, client_id, &self.proof()?, |_| {}).await)
    }

    /// Answers with the right password and a time as it is written.
    async fn respond_at(&self, t: &Trial, timestamp: &str) -> Result<WireAnswer, Failure> {
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
