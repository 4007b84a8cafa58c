//! Two fakes that are alike, a route to each, and what their answers brought.

use std::sync::Arc;

use cognito_tests::{app_client, wire_config};
use user_directory::{
    ClientSecrets, Error, GroupPage, ListGroups, ListUsers, ListUsersInGroup, UserDirectory as _,
};
use user_directory_cognito::{CognitoDirectory, CognitoSelfService};

use crate::{
    answers::{self, Answer, Outcome},
    kept::Kept,
    route::{Handles, Route},
    steps::{Sequence, Step},
    table::Table,
};

pub(crate) struct World {
    direct: Route,
    by_wire: Route,
    kept: Kept,
    steps: usize,
}

impl World {
    pub(crate) fn new(sequence: &Sequence) -> Self {
        let direct = Route::new(sequence, |fake, client, source, flows| {
            let mut directory = fake.directory_for(client).with_refresh_flow(flows.refresh);
            let mut own = fake.self_service_for(client).with_refresh_flow(flows.refresh);
            directory = directory.with_sign_in_flow(flows.sign_in);
            own = own.with_sign_in_flow(flows.sign_in);
            if let Some(source) = source {
                directory = directory.with_client_secret_source(source.clone());
                own = own.with_client_secret_source(source);
            }
            let factors = Arc::new(own.clone());
            Handles { directory: Arc::new(directory), own: Arc::new(own), factors }
        });
        let by_wire = Route::new(sequence, |fake, client, source, flows| {
            let config = wire_config(fake);
            // A pool of nowhere is part of the test.
            let mut app = app_client(client.clone())
                .with_sign_in_flow(flows.sign_in)
                .with_refresh_flow(flows.refresh)
                .allow_region_mismatch();
            if let Some(source) = source {
                app.client_secret = None;
                app = app.with_client_secret_source(source);
            }
            let own = CognitoSelfService::new(&config, app.clone()).expect("valid");
            Handles {
                directory: Arc::new(CognitoDirectory::new(&config, app).expect("valid")),
                factors: Arc::new(own.clone()),
                own: Arc::new(own),
            }
        });
        Self { direct, by_wire, kept: Kept::default(), steps: 0 }
    }

    /// Makes a step on both routes and compares what it brought and what it left.
    pub(crate) async fn step(&mut self, step: &Step, table: &mut Table) -> Result<(), String> {
        // The pause between questions to a source is of the application's time, which stands still.
        if let Step::Advance { .. } | Step::Rotate { .. } = step {
            tokio::time::advance(ClientSecrets::PAUSE).await;
        }
        let direct = self.direct.step(step, &self.kept).await;
        let by_wire = self.by_wire.step(step, &self.kept).await;
        if direct != by_wire {
            return Err(format!("outcomes differ\n  direct:  {direct:?}\n  by wire: {by_wire:?}"));
        }
        let calls = self.direct.fake.calls().all();
        if calls != self.by_wire.fake.calls().all() {
            let by_wire = self.by_wire.fake.calls().all();
            return Err(format!("logs differ\n  direct:  {calls:?}\n  by wire: {by_wire:?}"));
        }
        calls.iter().for_each(|call| table.count(call));
        if let [refused, repeated] = calls.as_slice()
            && (refused.operation, refused.outcome.is_err(), repeated.outcome.is_ok())
                == (repeated.operation, true, true)
        {
            table.repeat(repeated.operation);
        }
        self.direct.fake.calls().clear();
        self.by_wire.fake.calls().clear();
        if self.direct.fake.inbox().messages() != self.by_wire.fake.inbox().messages() {
            return Err("inboxes differ".to_owned());
        }
        // Not after every step, so that faults of ListUsers hit the steps too.
        self.steps += 1;
        if self.steps.is_multiple_of(5) {
            self.compare_users().await?;
            self.compare_groups().await?;
        }
        match direct {
            Some(Ok(answer)) => self.kept.keep(answer),
            Some(Err(refusal)) => table.reason(refusal.reason),
            None => {}
        }
        Ok(())
    }

    /// Every user, as the fakes themselves show them. A fault that waits for the call hits both.
    async fn compare_users(&self) -> Result<(), String> {
        let direct = self.direct.fake.directory().list_users(ListUsers::new()).await;
        let by_wire = self.by_wire.fake.directory().list_users(ListUsers::new()).await;
        self.compare(&answers::of(direct, Answer::Page), &answers::of(by_wire, Answer::Page))
    }

    /// Every group and its members, in the same way.
    async fn compare_groups(&self) -> Result<(), String> {
        let (direct, by_wire) = (self.direct.fake.directory(), self.by_wire.fake.directory());
        let answer = |page: Result<GroupPage, Error>| answers::of(page, Answer::Groups);
        let ours = answer(direct.list_groups(ListGroups::new()).await);
        let theirs = answer(by_wire.list_groups(ListGroups::new()).await);
        self.compare(&ours, &theirs)?;
        let Ok(Answer::Groups(page)) = ours else { return Ok(()) };
        for group in page.groups {
            let request = ListUsersInGroup::new(group.name);
            let ours = direct.list_users_in_group(request.clone()).await;
            let theirs = by_wire.list_users_in_group(request).await;
            self.compare(&answers::of(ours, Answer::Page), &answers::of(theirs, Answer::Page))?;
        }
        Ok(())
    }

    /// What the fakes show is no call of a step.
    fn compare(&self, direct: &Outcome, by_wire: &Outcome) -> Result<(), String> {
        self.direct.fake.calls().clear();
        self.by_wire.fake.calls().clear();
        if direct == by_wire {
            Ok(())
        } else {
            Err(format!("effects differ\n  direct:  {direct:?}\n  by wire: {by_wire:?}"))
        }
    }
}
