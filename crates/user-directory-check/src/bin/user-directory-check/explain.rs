//! `--explain`: what a case asks, call by call, and what Cognito is on record for.

use serde_json::Value;
use tokio::runtime::Runtime;
use user_directory_check::{DEFAULT_REGION, EndpointHarness, Exchange, Exchanges};
use user_directory_contract::{Case, Contract, Harness as _, Ledger, Outcome, Support};
use user_directory_fake::Fake;
use user_directory_wire::WireHttpClient;

use crate::text::{WIDTH, wrapped};

/// Whose answers say nothing about the case.
const SET_UP: [&str; 4] =
    ["CreateUserPool", "CreateUserPoolClient", "DeleteUserPool", "SetUserPoolMfaConfig"];

/// The text about the case of this id.
pub(crate) fn explain(id: &str, runtime: &Runtime) -> Result<String, String> {
    let contract = Contract::new().with_filter(id);
    let case = contract.cases().find(|case| case.id() == id);
    let case = case.ok_or_else(|| format!("no case has the id {id:?}: --list shows all ids"))?;
    let evidence = case.evidence();
    let mut text = format!("{id}\n\n");
    text += &wrapped("claim     ", case.about());
    text += &wrapped("evidence  ", &format!("{}: {}", evidence.grade(), evidence.source()));
    text.push('\n');

    let fake = Fake::builder().region(DEFAULT_REGION).build().map_err(|error| error.to_string())?;
    let exchanges = Exchanges::new();
    // Where the in-process network is; nothing reaches AWS.
    let url = format!("https://cognito-idp.{DEFAULT_REGION}.amazonaws.com");
    let harness = EndpointHarness::emulator("the fake", &url, DEFAULT_REGION)
        .with_http_client(move || WireHttpClient::new(fake.clone()));
    let rules = harness.rules().clone().with_exchanges(exchanges.clone());
    let harness = harness.with_rules(rules);
    if let Some(why) = cannot_be_asked(case, &harness) {
        text += &wrapped("", &why);
        return Ok(text);
    }
    // Ids of other cases may begin with this one.
    let alone = Contract::of([case.clone()]);
    let report = runtime.block_on(alone.run(&harness, &Ledger::empty()));
    if let Some(Outcome::Failed(failure)) = report.results().first().map(|case| case.outcome()) {
        return Err(format!("{id} fails on this project's fake, which is a mistake: {failure}"));
    }
    text += &wrapped(
        "",
        "These are its calls, with the answers of this project's fake, on which it passes. What \
         stands in angle brackets is another in each run.",
    );
    for (number, exchange) in exchanges.take().iter().enumerate() {
        text += &step(number + 1, exchange);
    }
    Ok(text)
}

fn cannot_be_asked(case: &Case, harness: &EndpointHarness) -> Option<String> {
    let missing = case.needs().iter().find_map(|ability| match harness.support(*ability) {
        Support::No { reason } => Some((*ability, reason)),
        Support::Yes => None,
    });
    let (ability, reason) = missing?;
    Some(format!(
        "No endpoint is asked it: it needs {ability}, and {reason}. It runs on this project's fake, \
         in process."
    ))
}

fn step(number: usize, exchange: &Exchange) -> String {
    let Exchange { operation, request, status, answer, .. } = exchange;
    let mut text = format!("\n{number}. {operation}\n{}", json(request));
    text += &format!("   {status}\n");
    if !SET_UP.contains(&operation.as_str()) {
        text += &json(answer);
    }
    text
}

/// In one line where it fits.
fn json(value: &Value) -> String {
    if value.is_null() {
        return String::new();
    }
    let compact = value.to_string();
    let text = match compact.chars().count() + 3 <= WIDTH {
        true => compact,
        false => format!("{value:#}"),
    };
    text.lines().map(|line| format!("   {line}\n")).collect()
}
