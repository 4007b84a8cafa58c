//! The contract on guarded directories: beside the ledger they are the directories they guard.

use std::{sync::Arc, time::Duration};

use user_directory::UserDirectory;
use user_directory_contract::{Contract, Ledger};
use user_directory_harness::FakeHarness;
use user_directory_tokens::{Guarded, InMemoryLedger};

/// What a guard does otherwise, on purpose.
const LEDGER: &str = r#"{
    "register/two-calls": {
        "aspect": "other",
        "reason": "setting a password ends sign-ins, for which the user is looked up: a third call"
    },
    "revoke/access-token": {
        "aspect": "code",
        "reason": "a bare token does not say which sign-in to end: InvalidParameter, and no call"
    },
    "revoke/unknown-token": {
        "aspect": "other",
        "reason": "as above"
    }
}"#;

#[test]
fn a_guarded_directory_is_a_directory() {
    let month = Duration::from_secs(30 * 24 * 3600);
    let ledger = || Arc::new(InMemoryLedger::new());
    let harness = FakeHarness::wrapping(move |directory| {
        let pool_id = directory.client().pool_id.clone();
        let guarded = Guarded::new(directory, ledger(), pool_id).expect("its own pool");
        guarded.end_on_password_change(month)
    })
    .wrapping_self_service(move |own| {
        let (pool_id, fake) = (own.client().pool_id.clone(), own.fake().clone());
        let directory: Arc<dyn UserDirectory> = Arc::new(fake.directory_for(own.client()));
        Guarded::new(own, ledger(), pool_id)
            .expect("its own pool")
            .end_on_password_change(month)
            .end_on_password_recovery(directory, month)
            .expect("of the same pool")
    });
    let ledger_of_deviations = Ledger::from_json(LEDGER).expect("it is in order");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime without I/O starts");
    let report = runtime.block_on(Contract::new().run(&harness, &ledger_of_deviations));
    assert!(report.is_success(), "{report}");
}
