use std::{collections::BTreeSet, thread};

use aws_sdk_cognitoidentityprovider::Client;

use crate::EndpointHarness;

/// Deletes what is left of a run when it is dropped, also by a panic.
///
/// Each case deletes its own pool. This is for the rest: deletions that failed, and pools whose
/// creation was answered to nobody.
#[derive(Debug)]
#[must_use = "it cleans up when it is dropped"]
pub struct Cleanup(EndpointHarness);

impl Cleanup {
    pub(crate) fn new(harness: EndpointHarness) -> Self {
        Self(harness)
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        let harness = self.0.clone();
        // On a thread of its own, because this one may be inside an async runtime.
        let left = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(delete_all(&harness)))
        })
        .join();
        if !matches!(&left, Ok(Ok(left)) if left.is_empty()) {
            eprintln!(
                "pools may be left over: delete those whose names begin with {}",
                self.0.rules().pools().prefix()
            );
        }
    }
}

impl EndpointHarness {
    /// Deletes the pools that earlier runs left, because something killed them: runs of this machine that
    /// have ended, and all that began more than two hours ago. Answers how many.
    pub async fn delete_left_over(&self) -> usize {
        let client = self.client();
        let pools = self.rules().pools();
        find_lost(&client).await;
        let found = pools.left_over();
        for id in &found {
            let _ = client.delete_user_pool().user_pool_id(id).send().await;
        }
        found.len() - pools.left_over().len()
    }
}

/// Brings the ids of those that could not be deleted.
async fn delete_all(harness: &EndpointHarness) -> Vec<String> {
    let client = harness.client();
    let pools = harness.rules().pools();
    find_lost(&client).await;
    for id in pools.alive() {
        let _ = client.delete_user_pool().user_pool_id(id).send().await;
    }
    pools.alive()
}

/// Lists all pools: the rules note this run's pools that they did not know, and those of runs that have
/// ended.
async fn find_lost(client: &Client) {
    let mut token: Option<String> = None;
    let mut seen = BTreeSet::new();
    loop {
        let call = client.list_user_pools().max_results(60).set_next_token(token);
        let Ok(page) = call.send().await else { return };
        match page.next_token {
            // A service that repeats a token would never end.
            Some(next) if seen.insert(next.clone()) => token = Some(next),
            _ => return,
        }
    }
}
