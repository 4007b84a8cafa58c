//! Each rule of Cognito's has cases that prove it, or a reason why it has none.
//!
//! The rules stand in `rules.json` of the contract's crate. `RULES.md` beside it is generated from
//! them: `UPDATE_README=1 cargo test -p offline-tests --test rules` writes it anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use offline_tests::is_current;
use serde_json::Value;
use user_directory_contract::{Contract, Grade};
use user_directory_pool::MFA_TABLE;

const RULES: &str = include_str!("../../../crates/user-directory-contract/rules.json");
const TABLE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/user-directory-contract/RULES.md");

struct Topic {
    name: String,
    rules: Vec<Rule>,
}

struct Rule {
    text: String,
    proof: Proof,
}

enum Proof {
    Cases(Vec<String>),
    /// Why there are none.
    None(String),
}

fn topics() -> Vec<Topic> {
    let file: Value = serde_json::from_str(RULES).expect("rules.json is JSON");
    list(&file).iter().map(topic).collect()
}

fn topic(topic: &Value) -> Topic {
    members(topic, &["topic", "rules"]);
    Topic { name: text(&topic["topic"]), rules: list(&topic["rules"]).iter().map(rule).collect() }
}

fn rule(rule: &Value) -> Rule {
    let proof = match rule.get("cases") {
        Some(cases) => {
            members(rule, &["rule", "cases"]);
            Proof::Cases(list(cases).iter().map(text).collect())
        }
        None => {
            members(rule, &["rule", "none"]);
            Proof::None(text(&rule["none"]))
        }
    };
    Rule { text: text(&rule["rule"]), proof }
}

fn members(object: &Value, expected: &[&str]) {
    let found: BTreeSet<_> = object.as_object().expect("an object").keys().collect();
    assert!(found.iter().copied().eq(expected.iter().collect::<BTreeSet<_>>()), "{object}");
}

fn list(value: &Value) -> &[Value] {
    let list = value.as_array().expect("a list");
    assert!(!list.is_empty(), "an empty list");
    list
}

/// A text of one line, which can stand in a cell of a table.
fn text(value: &Value) -> String {
    let text = value.as_str().expect("a text");
    assert!(!text.trim().is_empty() && !text.contains(['\n', '|']), "{text:?}");
    text.to_owned()
}

/// The grade of each case, by id.
fn grades() -> BTreeMap<&'static str, Grade> {
    Contract::new().cases().map(|case| (case.id(), case.evidence().grade())).collect()
}

#[test]
fn no_rule_stands_twice() {
    let (mut names, mut texts) = (BTreeSet::new(), BTreeSet::new());
    for topic in topics() {
        assert!(names.insert(topic.name.clone()), "{} stands twice", topic.name);
        for Rule { text, .. } in topic.rules {
            assert!(text.ends_with('.'), "{text}");
            assert!(texts.insert(text.clone()), "{text} stands twice");
        }
    }
}

#[test]
fn rules_name_cases_that_exist() {
    let grades = grades();
    for Rule { text, proof } in topics().into_iter().flat_map(|topic| topic.rules) {
        let Proof::Cases(cases) = proof else { continue };
        let mut seen = BTreeSet::new();
        for id in &cases {
            assert!(grades.contains_key(id.as_str()), "{text} There is no {id}");
            assert!(seen.insert(id), "{text} {id} stands twice");
        }
    }
}

/// Promises of the traits are no rules of Cognito's.
#[test]
fn every_case_about_cognito_stands_under_a_rule() {
    let rules = topics().into_iter().flat_map(|topic| topic.rules);
    let named: BTreeSet<_> = rules
        .flat_map(|rule| match rule.proof {
            Proof::Cases(cases) => cases,
            Proof::None(_) => Vec::new(),
        })
        .collect();
    let about_cognito = grades().into_iter().filter(|(_, grade)| *grade != Grade::Own);
    let missing: Vec<_> = about_cognito.filter(|(id, _)| !named.contains(*id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_table_is_current() {
    let found = fs::read_to_string(TABLE).unwrap_or_default();
    let table = table();
    is_current("rules", &found, &table, || fs::write(TABLE, &table));
}

fn table() -> String {
    let topics = topics();
    let rules = || topics.iter().flat_map(|topic| &topic.rules);
    let total = rules().count();
    let proven = rules().filter(|rule| matches!(rule.proof, Proof::Cases(_))).count();
    let without = total - proven;
    let grades = grades();

    let mut table = format!(
        "# Rules and cases\n\n\
         What Cognito does, rule by rule, with the cases that prove it and the grade of their \
         evidence, or why there are none. Paths are those of the repository. Generated from \
         `rules.json`.\n\n\
         | rules | with cases | without |\n| ---: | ---: | ---: |\n\
         | {total} | {proven} | {without} |\n\n\
         | evidence | cases |\n| --- | ---: |\n"
    );
    for grade in Grade::ALL {
        let count = grades.values().filter(|other| *other == grade).count();
        writeln!(table, "| {grade} | {count} |").expect("a String");
    }
    for Topic { name, rules } in &topics {
        write!(table, "\n## {name}\n\n| rule | cases |\n| --- | --- |\n").expect("a String");
        for Rule { text, proof } in rules {
            let shown = match proof {
                Proof::Cases(cases) => {
                    let shown = |id: &String| format!("`{id}` {}", grades[id.as_str()]);
                    cases.iter().map(shown).collect::<Vec<_>>().join(", ")
                }
                Proof::None(reason) => format!("none: {reason}"),
            };
            writeln!(table, "| {text} | {shown} |").expect("a String");
        }
    }
    table
}

/// Which challenge follows which state is a table of the pool's; each row names its case.
#[test]
fn each_state_of_second_factors_has_its_case() {
    let cases: BTreeSet<_> = Contract::new().cases().map(|case| case.id()).collect();
    for row in MFA_TABLE {
        assert!(cases.contains(row.case), "{row:?}");
    }
    let named: BTreeSet<_> = MFA_TABLE.iter().map(|row| row.case).collect();
    assert_eq!(named.len(), MFA_TABLE.len(), "each row has a case of its own");
}
