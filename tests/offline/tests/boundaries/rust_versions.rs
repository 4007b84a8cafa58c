//! Each `rust-version` is what the crate's own code and its dependencies need, no more and no less,
//! and a feature that needs more says so where the crate is described.
//!
//! Only this toolchain is here to ask, so the language is read from the source, and clippy
//! (`incompatible_msrv`) reads the standard library's part.

use std::{fmt, fs, path::Path};

use cargo_metadata::{Edition, Metadata, MetadataCommand, Package, semver::Version};
use syn::visit::{self, Visit};

use super::{ROOT, sources, tree};

#[test]
fn rust_versions_follow_code_and_dependencies() {
    let metadata = metadata();
    for member in metadata.workspace_packages() {
        let needed = needed(member, &metadata);
        let declared = member.rust_version.as_ref().expect("every crate declares its rust-version");
        assert_eq!(declared, &needed.version, "{} needs {needed}", member.name);
    }
}

#[test]
fn features_that_need_a_newer_rust_say_so() {
    let metadata = metadata();
    let mut found = 0;
    for member in metadata.workspace_packages() {
        let declared = member.rust_version.as_ref().expect("every crate declares its rust-version");
        for feature in member.features.keys() {
            let needed = of_dependencies(member, &["--features", feature], &metadata);
            if needed.version > *declared {
                found += 1;
                let text = fs::read_to_string(member.manifest_path.with_file_name("src/lib.rs"))
                    .expect("a crate with features is a library");
                let short = short(&needed.version);
                let told =
                    text.lines().any(|line| line.starts_with("//!") && line.contains(&short));
                assert!(told, "{}: {feature} needs {needed}, and no page says so", member.name);
            }
        }
    }
    assert!(found > 0, "the wire's feature for the SDK needs the SDK's Rust");
}

#[test]
fn the_language_is_read_from_the_source() {
    let of = |source: &str| of_language(&syn::parse_str(source).expect("it is Rust")).version;
    assert_eq!(of("fn f(a: Option<u8>) { if let Some(_) = a {} }"), Version::new(1, 86, 0));
    assert_eq!(of("fn f(a: bool) -> bool { a && !a }"), Version::new(1, 86, 0));
    let chains = [
        "fn f(a: Option<u8>) { if let Some(b) = a && b > 1 {} }",
        "fn f(a: Option<u8>, c: bool) { while c && let Some(_) = a {} }",
        "mod m { impl T { fn f(&self) { g(|| if 1 < 2 && 2 < 3 && let Some(_) = self.a {}); } } }",
    ];
    for chain in chains {
        assert_eq!(of(chain), Version::new(1, 88, 0), "{chain}");
    }
}

/// A version of Rust and what asks for it.
struct Needed {
    version: Version,
    by: String,
}

impl Needed {
    fn or(self, other: Self) -> Self {
        if other.version > self.version { other } else { self }
    }
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rust {} because of {}", short(&self.version), self.by)
    }
}

fn needed(member: &Package, metadata: &Metadata) -> Needed {
    assert_eq!(member.edition, Edition::E2024, "{}", member.name);
    let folder = member.manifest_path.parent().expect("a manifest is in a folder");
    let sources = sources(&folder.join("src").into_std_path_buf());
    let language = sources.iter().map(|(path, text)| {
        let source = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let needed = of_language(&source);
        Needed { by: format!("{} in {path}", needed.by), ..needed }
    });
    let language = language.reduce(Needed::or).expect("every crate has a source file");
    language.or(of_dependencies(member, &[], metadata))
}

/// Traits are cast to their supertraits behind `dyn`, which 1.86 was the first to do; only let
/// chains, in use here, are newer.
fn of_language(source: &syn::File) -> Needed {
    struct LetChains(bool);
    impl Visit<'_> for LetChains {
        fn visit_expr_binary(&mut self, binary: &syn::ExprBinary) {
            let both = [&binary.left, &binary.right];
            self.0 |= both.iter().any(|side| matches!(***side, syn::Expr::Let(_)));
            visit::visit_expr_binary(self, binary);
        }
    }
    let mut chains = LetChains(false);
    chains.visit_file(source);
    match chains.0 {
        true => Needed { version: Version::new(1, 88, 0), by: "a let chain".to_owned() },
        false => {
            let by = "edition 2024 and upcasting of traits".to_owned();
            Needed { version: Version::new(1, 86, 0), by }
        }
    }
}

/// What everything declares that a build of the package compiles, without optional features unless
/// the arguments ask for them.
fn of_dependencies(member: &Package, features: &[&str], metadata: &Metadata) -> Needed {
    let features: Vec<_> = ["--no-default-features"].iter().chain(features).copied().collect();
    let lines = tree(&[&member.name], "normal,build", &features);
    // Such as `serde v1.0.228 (proc-macro)`; the first is the package itself.
    let compiled = lines.iter().skip(1).map(|line| {
        let mut words = line.split(' ');
        let name = words.next().expect("a name");
        let version = words.next().and_then(|word| word.strip_prefix('v')).expect("a version");
        let mut known = metadata.packages.iter();
        known
            .find(|known| known.name.as_str() == name && known.version.to_string() == version)
            .unwrap_or_else(|| panic!("{name} {version} is in the lock file"))
    });
    let needed = compiled.filter(|package| package.name != member.name).map(|package| {
        let version = package.rust_version.clone().unwrap_or(Version::new(1, 0, 0));
        Needed { version, by: package.name.to_string() }
    });
    let nothing = Needed { version: Version::new(1, 0, 0), by: "nothing".to_owned() };
    needed.fold(nothing, Needed::or)
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command
        .manifest_path(Path::new(ROOT).join("Cargo.toml"))
        .other_options(vec!["--all-features".to_owned(), "--locked".to_owned()]);
    command.exec().expect("cargo reads its own workspace")
}

/// As they are written in manifests: `1.88`, `1.94.1`.
fn short(version: &Version) -> String {
    let text = version.to_string();
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
