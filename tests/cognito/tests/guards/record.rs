use std::collections::BTreeSet;

use serde_json::{Value, json};
use user_directory_check::{Deviations, Exchanges};
use user_directory_contract::{Contract, Outcome};

use crate::wire::{ACCOUNT, Network};

/// What a run on AWS records of each case can be kept where everybody reads it.
#[tokio::test(start_paused = true)]
async fn a_record_of_a_run_on_aws_shows_no_account_and_no_secret() {
    let network = Network::new();
    let harness = network.aws().await;
    let exchanges = Exchanges::new();
    let rules = harness.rules().clone().with_exchanges(exchanges.clone());
    let harness = harness.with_rules(rules);
    let known = Deviations::named("aws").expect("it is built in");
    let (mut recorded, mut passed) = (Vec::new(), 0);
    let contract = Contract::new();
    let report = contract
        .run_with(&harness, known.ledger(), |result| {
            let exchanges = exchanges.take();
            if matches!(result.outcome(), Outcome::Passed) {
                passed += 1;
                assert!(!exchanges.is_empty(), "{}", result.id());
            }
            recorded.extend(exchanges);
        })
        .await;
    assert!(report.is_success(), "{report}");
    assert!(passed > 100, "only {passed} cases passed");

    // All that was sent, in order, and nothing that was refused before the network.
    let recorded_operations: Vec<_> =
        recorded.iter().map(|exchange| exchange.operation.clone()).collect();
    assert_eq!(recorded_operations, network.operations());

    let text = json!(recorded).to_string();
    let prefix = harness.rules().pools().prefix();
    let pool = network.foreign_pool();
    for hidden in [ACCOUNT, "000000000000", prefix, &pool, "eyJ"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
    let arn = "arn:aws:cognito-idp:local-fake-1:<account>:userpool/<UserPoolId>";
    assert!(text.contains(arn));
    let mut secrets = BTreeSet::new();
    for exchange in &recorded {
        note_secrets(&exchange.request, &mut secrets);
        note_secrets(&exchange.answer, &mut secrets);
    }
    assert_eq!(secrets, BTreeSet::new());
}

/// Notes the members that have a token, a session or a client's secret as their value.
fn note_secrets(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let could_be = ["Token", "Session", "Secret", "SecretHash", "SecretCode"];
                // Where a list goes on is none.
                let is_secret = could_be.iter().any(|end| name.ends_with(end))
                    && !["NextToken", "PaginationToken"].contains(&name.as_str());
                if is_secret && value.as_str().is_some_and(|text| text != format!("<{name}>")) {
                    found.insert(name.clone());
                }
                note_secrets(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| note_secrets(value, found)),
        _ => {}
    }
}
