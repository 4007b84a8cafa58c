//! A case that makes the service send a message says so by needing the inbox. Without that, a run
//! on AWS would write to people.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use user_directory_contract::{
    Ability, Contract, Environment, Harness, HarnessError, Ledger, PoolProfile, Support,
};
use user_directory_fake::Fake;
use user_directory_harness::FakeHarness;

/// Keeps the fakes that it opened.
#[derive(Default)]
struct Watching(Mutex<Vec<Fake>>);

#[async_trait]
impl Harness for Watching {
    fn name(&self) -> &str {
        "watching"
    }

    fn support(&self, _: Ability) -> Support {
        Support::Yes
    }

    async fn open(&self, profile: &PoolProfile) -> Result<Arc<dyn Environment>, HarnessError> {
        let environment = FakeHarness::new().open_fake(profile, Fake::builder())?;
        self.0.lock().expect("no test panics with it").push(environment.fake().clone());
        Ok(Arc::new(environment))
    }
}

#[tokio::test]
async fn who_sends_needs_the_inbox() {
    let mut wrong = Vec::new();
    for case in Contract::new().cases() {
        if case.needs().contains(&Ability::Inbox) {
            continue;
        }
        let harness = Watching::default();
        Contract::of([case.clone()]).run(&harness, &Ledger::empty()).await;
        let sent = harness.0.lock().unwrap().iter().any(|fake| !fake.inbox().messages().is_empty());
        if sent {
            wrong.push(case.id());
        }
    }
    assert_eq!(wrong, Vec::<&str>::new(), "they send and do not need the inbox");
}
