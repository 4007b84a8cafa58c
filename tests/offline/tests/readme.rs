//! What the README and the pages of `docs` say by numbers and tables is generated here, and compared.
//!
//! `UPDATE_README=1 cargo test -p offline-tests --test readme` writes it anew.

use std::{fmt::Write as _, fs};

use offline_tests::is_current;
use serde_json::{Map, Value};
use user_directory::Operation;
use user_directory_contract::{Ability, Case, Contract, Grade, Ledger};
use user_directory_harness::FakeHarness;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// Tests that a README shows. `#[test]` is not compiled in a doctest, so they are test targets here.
const EXAMPLES: [(&str, &str); 2] = [
    ("README.md", include_str!("readme_example.rs")),
    ("README.ja.md", include_str!("readme_ja_example.rs")),
];

fn read(page: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{page}")).expect(page)
}

/// Compares the part between two marks of a page with what it should be, or writes it.
fn generated(page: &str, mark: &str, text: &str) {
    let readme = read(page);
    let (begin, end) = (format!("<!-- {mark}:begin -->\n"), format!("<!-- {mark}:end -->"));
    let (before, rest) = readme.split_once(&begin).expect("the mark begins");
    let (found, after) = rest.split_once(&end).expect("the mark ends");
    let updated = format!("{before}{begin}{text}{end}{after}");
    is_current("readme", found, text, || fs::write(format!("{ROOT}/{page}"), updated));
}

#[test]
fn the_example_is_the_tested_one() {
    for (page, example) in EXAMPLES {
        let code = example.split_once("\n\n").expect("a comment, then code").1;
        assert!(
            read(page).contains(&format!("```rust\n{code}```")),
            "{page} shows another example"
        );
    }
}

#[test]
fn tables_and_counts_are_current() {
    generated("docs/methods.md", "methods", &methods());
    generated("README.md", "fidelity", &fidelity());
    generated("docs/moto.md", "moto", &deviations("moto", MOTO));
}

#[test]
fn no_ledger_calls_an_assumption_a_mistake() {
    for ledger in LEDGERS {
        let recorded = Recorded::of(ledger);
        check_grades(&recorded.wrong, &recorded.unknowable, &|case| recorded.cannot_be_asked(case));
    }
}

/// So that somebody reads it to its end.
#[test]
fn the_readme_is_short() {
    let words = read("README.md").split_whitespace().count();
    assert!(words <= 1_500, "the README has {words} words: move something to docs");
}

#[test]
fn links_between_the_pages_lead_somewhere() {
    let mut links = 0;
    for page in fs::read_dir(format!("{ROOT}/docs")).expect("the folder is there") {
        let page = page.expect("it can be listed").file_name();
        links += check_links("docs", page.to_str().expect("pages have plain names"));
    }
    for page in ["README.md", "README.ja.md", "CONTRIBUTING.md", "SECURITY.md"] {
        links += check_links("", page);
    }
    assert!(links > 30, "{links} links were found");
}

/// Whether what a page links to in the repository is there; how many links it has.
fn check_links(folder: &str, page: &str) -> usize {
    let text = read(&format!("{folder}/{page}"));
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let local: Vec<_> = links
        .filter(|link| !link.contains("://") && !link.starts_with('#'))
        .filter_map(|link| link.split('#').next())
        .collect();
    for link in &local {
        let target = format!("{ROOT}/{folder}/{link}");
        assert!(fs::exists(target).expect("folders can be read"), "{page} links to {link}");
    }
    local.len()
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
    for wanted in ["Authentication", "UserDirectory", "SelfService", "OwnFactors"] {
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

/// How many cases the fake passes, in this very run, and each emulator, by the matrix.
fn fidelity() -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime without I/O starts");
    let report = runtime.block_on(Contract::new().run(&FakeHarness::new(), &Ledger::empty()));
    // After the name of the row and this project's server.
    let of_emulators = |row: &str| {
        let start = format!("| {row} | ");
        let line = MATRIX.lines().find_map(|line| line.strip_prefix(&start));
        let (_, emulators) =
            line.and_then(|line| line.split_once(" | ")).expect("the row is there");
        emulators.to_owned()
    };
    let heads = of_emulators("evidence").replace("ministack", "MiniStack");
    let columns = heads.matches('|').count();
    let mut text =
        format!("| evidence | the fake | {heads}\n| --- | ---: |{}", " ---: |".repeat(columns));
    let rows = Grade::ALL.iter().map(|grade| (grade.name(), Some(*grade))).chain([("all", None)]);
    for (name, grade) in rows {
        let counts = grade.map_or_else(|| report.counts(), |grade| report.counts_of(grade));
        let (passed, total) = (counts.passed, counts.total());
        let emulators = of_emulators(name);
        write!(text, "\n| {name} | {passed} of {total} | {emulators}").expect("a String");
    }
    text + "\n"
}

/// What runs found, written by `scripts/matrix`.
const MATRIX: &str = include_str!("../../../MATRIX.md");

/// What runs on emulators find, case by case. That they find just this is checked where they run.
const LEDGERS: [&str; 4] = [
    MOTO,
    include_str!("../../../crates/user-directory-check/ledgers/ministack.json"),
    include_str!("../../../crates/user-directory-check/ledgers/cognito-local.json"),
    include_str!("../../../crates/user-directory-check/ledgers/cognitox.json"),
];
const MOTO: &str = include_str!("../../../crates/user-directory-check/ledgers/moto.json");

/// What no API offers to a case.
const NOT_OVER_AN_API: &[Ability] =
    &[Ability::Clock, Ability::Inbox, Ability::Fixtures, Ability::Faults, Ability::CallLog];

/// What an emulator does otherwise, from its file in `user-directory-check`.
struct Recorded {
    version: String,
    groups: Vec<Value>,
    wrong: Map<String, Value>,
    unknowable: Map<String, Value>,
    lacks: Vec<Ability>,
}

struct Counts {
    passes: usize,
    deviates: usize,
    cannot_be_asked: usize,
}

fn cases(group: &Value) -> Map<String, Value> {
    group.as_object().expect("cases by id").clone()
}

impl Recorded {
    fn of(text: &str) -> Self {
        let file: Value = serde_json::from_str(text).expect("the file is JSON");
        let groups = file["deviations"].as_array().expect("the file lists deviations").clone();
        let lacks = Ability::ALL.iter().copied().filter(|need| {
            NOT_OVER_AN_API.contains(need) || !file["without"][need.name()].is_null()
        });
        Self {
            version: file["version"].as_str().expect("the file names a version").to_owned(),
            wrong: groups.iter().flat_map(|group| cases(&group["cases"])).collect(),
            unknowable: cases(&file["unknowable"]),
            lacks: lacks.collect(),
            groups,
        }
    }

    fn cannot_be_asked(&self, case: &Case) -> bool {
        case.needs().iter().any(|need| self.lacks.contains(need))
    }

    /// Of the cases of a grade, or of all.
    fn counts(&self, grade: Option<Grade>) -> Counts {
        let contract = Contract::new();
        let mut counts = Counts { passes: 0, deviates: 0, cannot_be_asked: 0 };
        for case in contract.cases() {
            if grade.is_some_and(|grade| case.evidence().grade() != grade) {
                continue;
            }
            if self.cannot_be_asked(case) {
                counts.cannot_be_asked += 1;
            } else if self.wrong.contains_key(case.id()) || self.unknowable.contains_key(case.id())
            {
                counts.deviates += 1;
            } else {
                counts.passes += 1;
            }
        }
        counts
    }
}

/// The tables about an emulator.
fn deviations(name: &str, text: &str) -> String {
    let recorded = Recorded::of(text);
    let mut text = format!(
        "| evidence | {name} {} passes | deviates in | cannot be asked |\n\
         | --- | ---: | ---: | ---: |\n",
        recorded.version
    );
    let row = |name: &str, grade| {
        let Counts { passes, deviates, cannot_be_asked } = recorded.counts(grade);
        format!("| {name} | {passes} | {deviates} | {cannot_be_asked} |\n")
    };
    for grade in Grade::ALL {
        text += &row(grade.name(), Some(*grade));
    }
    text += &row("all", None);

    writeln!(text, "\n| area | cases | {name} | Cognito |\n| --- | ---: | --- | --- |")
        .expect("a String");
    for group in &recorded.groups {
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
