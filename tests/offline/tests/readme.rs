//! What the README says by numbers and tables is generated here, and compared.
//!
//! `UPDATE_README=1 cargo test -p offline-tests --test readme` writes it anew.

use std::{fmt::Write as _, fs};

use offline_tests::is_current;
use serde_json::{Map, Value};
use user_directory::Operation;
use user_directory_contract::{Ability, Case, Contract, Grade, Ledger};
use user_directory_harness::FakeHarness;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
const EXAMPLE: &str = include_str!("readme_example.rs");

/// Compares the part between two marks with what it should be, or writes it.
fn generated(mark: &str, text: &str) {
    let readme = fs::read_to_string(README).expect("there is a README");
    let (begin, end) = (format!("<!-- {mark}:begin -->\n"), format!("<!-- {mark}:end -->"));
    let (before, rest) = readme.split_once(&begin).expect("the mark begins");
    let (found, after) = rest.split_once(&end).expect("the mark ends");
    let updated = format!("{before}{begin}{text}{end}{after}");
    is_current("readme", found, text, || fs::write(README, updated));
}

#[test]
fn the_example_is_the_tested_one() {
    let readme = fs::read_to_string(README).expect("there is a README");
    let code = EXAMPLE.split_once("\n\n").expect("a comment, then code").1;
    assert!(readme.contains(&format!("```rust\n{code}```")), "the README shows another example");
}

// One test writes all parts, because two would write over each other.
#[test]
fn tables_and_counts_are_current() {
    generated("methods", &methods());
    generated("fidelity", &fidelity());
    generated("moto", &deviations("moto", MOTO));
}

/// The methods of the traits, each with the operations that call it, signed and unsigned.
fn methods() -> String {
    let mut methods: Vec<(&str, [Vec<&str>; 2])> = Vec::new();
    for operation in Operation::ALL {
        for method in operation.methods() {
            let known = methods.iter().position(|(known, _)| known == method);
            let index = known.unwrap_or(methods.len());
            if known.is_none() {
                methods.push((method, Default::default()));
            }
            methods[index].1[usize::from(!operation.is_signed())].push(operation.name());
        }
    }
    let mut text = String::from(
        "| trait | method | signed, as an administrator's call | not signed |\n\
         | --- | --- | --- | --- |\n",
    );
    for wanted in ["Authentication", "UserDirectory", "SelfService"] {
        for (path, [signed, unsigned]) in &methods {
            let (name, method) = path.split_once("::").expect("a method of a trait");
            if name == wanted {
                let (signed, unsigned) = (signed.join(", "), unsigned.join(", "));
                writeln!(text, "| `{name}` | `{method}` | {signed} | {unsigned} |")
                    .expect("a String");
            }
        }
    }
    text
}

fn fidelity() -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without I/O starts");
    let report = runtime.block_on(Contract::new().run(&FakeHarness::new(), &Ledger::empty()));
    let mut text =
        String::from("| evidence | cases | passed by the fake |\n| --- | ---: | ---: |\n");
    for grade in Grade::ALL {
        let counts = report.counts_of(*grade);
        let (total, passed) = (counts.total(), counts.passed);
        writeln!(text, "| {} | {total} | {passed} |", grade.name()).expect("a String");
    }
    let (total, passed) = (report.counts().total(), report.counts().passed);
    writeln!(text, "| all | {total} | {passed} |").expect("a String");
    text
}

/// What a run on moto finds, case by case. That it finds just this is checked where moto runs.
const MOTO: &str = include_str!("../../../crates/user-directory-check/ledgers/moto.json");

/// What no API offers to a case.
const NOT_OVER_AN_API: &[Ability] =
    &[Ability::Clock, Ability::Inbox, Ability::Fixtures, Ability::Faults, Ability::CallLog];

/// The tables about an emulator, from its file in `user-directory-check`.
fn deviations(name: &str, text: &str) -> String {
    let file: Value = serde_json::from_str(text).expect("the file is JSON");
    let groups = file["deviations"].as_array().expect("the file lists deviations");
    let cases = |group: &Value| group.as_object().expect("cases by id").clone();
    let wrong: Map<_, _> = groups.iter().flat_map(|group| cases(&group["cases"])).collect();
    let unknowable = cases(&file["unknowable"]);
    let lacks =
        |need: &Ability| NOT_OVER_AN_API.contains(need) || !file["without"][need.name()].is_null();
    let cannot_be_asked = |case: &Case| case.needs().iter().any(lacks);
    check_grades(&wrong, &unknowable, &cannot_be_asked);

    let version = file["version"].as_str().expect("the file names a version");
    let mut text = format!(
        "| evidence | {name} {version} passes | deviates in | cannot be asked |\n\
         | --- | ---: | ---: | ---: |\n"
    );
    let contract = Contract::new();
    let row = |name: &str, of: &dyn Fn(&Case) -> bool| {
        let cases: Vec<_> = contract.cases().filter(|case| of(case)).collect();
        let count = |of: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| of(case)).count();
        let deviates =
            count(&|case| wrong.contains_key(case.id()) || unknowable.contains_key(case.id()));
        let missing = count(&cannot_be_asked);
        let passes = cases.len() - deviates - missing;
        format!("| {name} | {passes} | {deviates} | {missing} |\n")
    };
    for grade in Grade::ALL {
        text += &row(grade.name(), &|case| case.evidence().grade() == *grade);
    }
    text += &row("all", &|_| true);

    writeln!(text, "\n| area | cases | {name} | Cognito |\n| --- | ---: | --- | --- |")
        .expect("a String");
    for group in groups {
        let cell = |name: &str| group[name].as_str().expect("a group has texts").to_owned();
        let (area, here, cognito) = (cell("area"), cell("here"), cell("cognito"));
        let count = cases(&group["cases"]).len();
        writeln!(text, "| {area} | {count} | {here} | {cognito} |").expect("a String");
    }
    text
}

/// A case that rests on an assumption is no mistake of the emulator's, and only such a case is
/// unknowable.
fn check_grades(
    wrong: &Map<String, Value>,
    unknowable: &Map<String, Value>,
    cannot_be_asked: &dyn Fn(&Case) -> bool,
) {
    let contract = Contract::new();
    for (cases, assumed) in [(wrong, false), (unknowable, true)] {
        for id in cases.keys() {
            let case = contract.cases().find(|case| case.id() == id).expect(id);
            assert_eq!(case.evidence().grade() == Grade::Assumed, assumed, "{id}");
            assert!(!cannot_be_asked(case), "{id}");
        }
    }
}
