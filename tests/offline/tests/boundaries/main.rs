//! Promises about dependencies, each read from the workspace itself.

mod rust_versions;

use std::{collections::BTreeSet, path::Path};

use cargo_metadata::{Metadata, MetadataCommand};

/// Where the workspace is: this crate is two folders below its root.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(Path::new(ROOT).join("Cargo.toml"))
        .other_options(vec!["--all-features".to_owned(), "--locked".to_owned()])
        .no_deps()
        .exec()
        .expect("cargo reads its own workspace")
}

/// What a build of these packages compiles, by `cargo tree`, themselves first: lines such as
/// `serde v1.0.228 (proc-macro)`.
fn tree(packages: &[&str], edges: &str, features: &[&str]) -> Vec<String> {
    let mut command = std::process::Command::new(env!("CARGO"));
    command.current_dir(ROOT).args(["tree", "--locked", "--prefix=none", "--format={p}"]);
    command.args(["--edges", edges]);
    for package in packages {
        command.args(["-p", package]);
    }
    let output = command.args(features).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("names are text");
    lines.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The names of what a build of these packages compiles.
fn names(packages: &[&str], edges: &str, features: &[&str]) -> BTreeSet<String> {
    let lines = tree(packages, edges, features);
    lines.iter().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

fn assert_without(packages: &[&str], edges: &str, forbidden: impl Fn(&str) -> bool) {
    let names = names(packages, edges, &["--all-features"]);
    assert!(names.contains(packages[0]), "the tree has the package itself");
    let found: Vec<_> = names.iter().filter(|name| forbidden(name)).collect();
    assert!(found.is_empty(), "{packages:?} reach {found:?}");
}

fn is_aws_sdk(name: &str) -> bool {
    name.starts_with("aws-sdk-") || name == "aws-config" || name == "aws-runtime"
}

fn is_network(name: &str) -> bool {
    ["hyper", "hyper-util", "rustls", "tokio-rustls", "native-tls", "openssl", "reqwest", "h2"]
        .contains(&name)
}

const OFFLINE: [&str; 5] = [
    "user-directory",
    "user-directory-pool",
    "user-directory-fake",
    "user-directory-contract",
    "user-directory-harness",
];

#[test]
fn nothing_offline_reaches_the_aws_sdk_or_the_network() {
    for package in OFFLINE {
        assert_without(&[package], "normal,build", |name| is_aws_sdk(name) || is_network(name));
    }
}

#[test]
fn a_plain_cargo_test_builds_nothing_of_the_aws_sdk() {
    let metadata = metadata();
    let members = metadata.workspace_default_packages();
    let names: Vec<_> = members.iter().map(|package| package.name.as_str()).collect();
    assert!(names.contains(&"offline-tests"), "{names:?}");
    assert_without(&names, "normal,build,dev", is_aws_sdk);
}

/// Whoever verifies tokens needs neither the SDK nor a pool; without its fetcher, no network. The feature
/// `fake` is the one exception, and it is off unless an application's tests ask for it.
#[test]
fn tokens_are_verified_without_the_sdk_and_without_a_pool() {
    let package = ["user-directory-tokens"];
    let is_fake = |name: &String| ["user-directory-fake", "user-directory-pool"].contains(&&**name);
    let all_but_fake = names(&package, "normal,build", &["--features", "axum,https,redis,tower"]);
    let forbidden = |name: &&String| is_aws_sdk(name) || is_fake(name);
    assert_eq!(all_but_fake.iter().find(forbidden), None);
    let all = names(&package, "normal,build", &["--all-features"]);
    assert!(all.iter().any(is_fake), "the exception is one");
    assert!(!all.iter().any(|name| is_aws_sdk(name)), "{all:?}");
    let metadata = metadata();
    let tokens = metadata.packages.iter().find(|p| p.name.as_str() == package[0]);
    let mut known: Vec<_> = tokens.expect("it is there").features.keys().collect();
    known.sort();
    assert_eq!(
        known,
        ["axum", "default", "fake", "https", "redis", "tower"],
        "new ones are to be tried"
    );
    let names = names(&package, "normal,build", &["--no-default-features"]);
    assert!(!names.iter().any(|name| is_network(name)), "{names:?}");
}

/// The in-process wire speaks the SDK's HTTP types and nothing else of it.
#[test]
fn the_wire_knows_no_sdk_and_no_network() {
    let package = ["user-directory-wire"];
    assert_without(&package, "normal,build", |name| is_aws_sdk(name) || is_network(name));
}

/// Without the client that it has for the SDK, the wire is nothing of AWS's at all.
#[test]
fn the_server_knows_nothing_of_the_aws_sdk() {
    assert_without(&["user-directory-server"], "normal,build", |name| {
        is_aws_sdk(name) || name.starts_with("aws-smithy")
    });
}

#[test]
fn the_cognito_implementation_knows_no_fake() {
    assert_without(&["user-directory-cognito"], "normal,build", |name| {
        ["user-directory-fake", "user-directory-pool", "user-directory-wire"].contains(&name)
    });
}

#[test]
fn core_knows_no_runtime_no_json_and_no_http() {
    let names = names(&["user-directory"], "normal", &[]);
    for forbidden in ["tokio", "serde_json", "serde", "http", "mockall"] {
        assert!(!names.contains(forbidden), "user-directory reaches {forbidden}");
    }
}

#[test]
fn the_pool_knows_no_traits_no_async_and_no_keys() {
    let names = names(&["user-directory-pool"], "normal", &["--all-features"]);
    for forbidden in
        ["user-directory", "async-trait", "futures-core", "tokio", "aws-lc-rs", "rand", "getrandom"]
    {
        assert!(!names.contains(forbidden), "user-directory-pool reaches {forbidden}");
    }
}

#[test]
fn the_contract_knows_no_implementation() {
    let names = names(&["user-directory-contract"], "normal", &["--all-features"]);
    for forbidden in ["user-directory-pool", "user-directory-fake"] {
        assert!(!names.contains(forbidden), "user-directory-contract reaches {forbidden}");
    }
}

/// `#[async_trait]` and the words of the traits stay out of the pool's source.
#[test]
fn the_pool_is_passive() {
    let sources = sources(&Path::new(ROOT).join("crates/user-directory-pool/src"));
    assert!(sources.len() > 30, "the sources were found");
    for (path, text) in sources {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            for forbidden in ["async ", ".await", "SystemTime::now", "Instant::now", "HashMap"] {
                assert!(!line.contains(forbidden), "{path}: {line}");
            }
        }
    }
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("sources are text");
            found.push((path.display().to_string(), text));
        }
    }
    found
}
