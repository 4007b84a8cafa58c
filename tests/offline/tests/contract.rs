//! The contract on the fake: every case passes, none is unsupported, nothing deviates. Also behind
//! pointers, as applications hold it.

use std::{process::ExitCode, sync::Arc};

use offline::FakeHarness;
use user_directory::{SelfService, UserDirectory};
use user_directory_contract::{Contract, Harness, Ledger, Report, mimic};

fn main() -> ExitCode {
    let behind_pointers = [
        FakeHarness::new()
            .with_directory("fake in an Arc", |directory| {
                Arc::new(directory) as Arc<dyn UserDirectory>
            })
            .with_self_service(|own| Arc::new(own) as Arc<dyn SelfService>),
        FakeHarness::new()
            .with_directory("fake in a Box", |directory| {
                Box::new(directory) as Box<dyn UserDirectory>
            })
            .with_self_service(|own| Box::new(own) as Box<dyn SelfService>),
    ];
    for harness in behind_pointers {
        let report = run(&harness);
        assert!(report.is_success(), "{report}");
        assert_eq!(report.counts().passed, Contract::new().cases().count(), "{report}");
    }
    mimic::main(FakeHarness::new(), Ledger::empty())
}

fn run(harness: &dyn Harness) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without I/O starts");
    runtime.block_on(Contract::new().run(harness, &Ledger::empty()))
}
