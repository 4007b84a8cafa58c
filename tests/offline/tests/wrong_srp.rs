//! Services that get SRP wrong on the wire are caught. Handles that do are in `catches.rs`.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use user_directory::UserDirectory;
use user_directory_contract::{
    Ability, ClientChoice, Contract, Environment, Harness, HarnessError, Ledger, Outcome,
    PoolProfile, Support, WireAnswer,
};
use user_directory_fake::Fake;
use user_directory_harness::{FakeEnvironment, FakeHarness};

#[derive(Clone, Copy)]
enum Wrong {
    /// Nothing.
    No,
    /// Any secret block is as good as the newest challenge's.
    AnySecretBlock,
    /// Alice is signed in whatever she proves.
    AnyProofOfAlice,
    /// The salt of an unknown user is another each time.
    TellingSalt,
    /// Every other unknown user has the same id.
    TellingId,
}

struct WrongHarness(Wrong);

#[async_trait]
impl Harness for WrongHarness {
    fn name(&self) -> &str {
        "wrong SRP"
    }

    fn support(&self, ability: Ability) -> Support {
        match ability {
            Ability::Wire => Support::Yes,
            _ => Support::no("only calls on the wire are wrong here"),
        }
    }

    async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
        let right = FakeHarness::new().open_fake(profile, Fake::builder())?;
        Ok(Arc::new(WrongEnvironment { right, wrong: self.0, seen: Mutex::default() }))
    }
}

#[derive(Default)]
struct Seen {
    secret_block: Value,
    challenges: u32,
}

struct WrongEnvironment {
    right: FakeEnvironment,
    wrong: Wrong,
    seen: Mutex<Seen>,
}

#[async_trait]
impl Environment for WrongEnvironment {
    fn directory(&self, choice: &ClientChoice) -> Arc<dyn UserDirectory> {
        self.right.directory(choice)
    }

    fn pool_id(&self) -> String {
        self.right.pool_id()
    }

    fn client_id(&self) -> String {
        self.right.client_id()
    }

    async fn send(&self, operation: &str, mut members: Value) -> WireAnswer {
        let is_proof = operation == "RespondToAuthChallenge";
        if is_proof && matches!(self.wrong, Wrong::AnySecretBlock) {
            let block = self.seen.lock().expect("no test panics with it").secret_block.clone();
            members["ChallengeResponses"]["PASSWORD_CLAIM_SECRET_BLOCK"] = block;
        }
        let is_alices = members["ChallengeResponses"]["USERNAME"] == "alice";
        let mut answer = self.right.send(operation, members).await;
        if is_proof
            && is_alices
            && answer.status != 200
            && matches!(self.wrong, Wrong::AnyProofOfAlice)
        {
            let tokens = json!({ "AuthenticationResult": { "AccessToken": "a.b.c" } });
            return WireAnswer::new(200, tokens);
        }
        let parameters = &mut answer.body["ChallengeParameters"];
        if !is_proof && parameters.is_object() {
            let mut seen = self.seen.lock().expect("no test panics with it");
            seen.secret_block = parameters["SECRET_BLOCK"].clone();
            seen.challenges += 1;
            // The names of known users are no UUIDs here.
            let is_unknown = parameters["USER_ID_FOR_SRP"].as_str().map(str::len) == Some(36);
            match self.wrong {
                Wrong::TellingSalt if is_unknown => {
                    parameters["SALT"] = format!("{:032x}", seen.challenges).into();
                }
                Wrong::TellingId if is_unknown => {
                    parameters["USER_ID_FOR_SRP"] = "f".repeat(36).into();
                }
                _ => {}
            }
        }
        answer
    }
}

fn failures(wrong: Wrong) -> Vec<&'static str> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let all = Contract::new();
    let contract = Contract::of(all.cases().filter(|case| case.id().starts_with("srp/")).cloned());
    let (harness, nothing_known) = (WrongHarness(wrong), Ledger::empty());
    let run = contract.run(&harness, &nothing_known);
    let report = runtime.expect("a runtime without I/O starts").block_on(run);
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed(_));
    let results = report.results().iter().filter(|result| failed(result.outcome()));
    results.map(|result| result.id()).collect()
}

#[test]
fn each_is_caught() {
    assert_eq!(failures(Wrong::No), [""; 0]);
    assert_eq!(failures(Wrong::AnySecretBlock), ["srp/wrong-secret-block"]);
    assert_eq!(
        failures(Wrong::AnyProofOfAlice),
        [
            "srp/wrong-secret-block",
            "srp/wrong-signature",
            "srp/day-with-a-zero",
            "srp/wrong-weekday",
            "srp/used-block",
            "srp/password-set-meanwhile",
            "srp/other-client",
        ]
    );
    assert_eq!(failures(Wrong::TellingSalt), ["srp/unknown-user-simulated"]);
    assert_eq!(failures(Wrong::TellingId), ["srp/unknown-user-simulated"]);
}
