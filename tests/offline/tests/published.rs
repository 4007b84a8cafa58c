//! What each crate that will be published brings with it.

use std::{fs, path::Path};

use cargo_metadata::MetadataCommand;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn every_published_crate_is_complete() {
    let manifest = Path::new(ROOT).join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec();
    let metadata = metadata.expect("cargo reads its own workspace");
    let published: Vec<_> =
        metadata.packages.iter().filter(|package| package.publish.is_none()).collect();
    assert!(published.len() >= 10, "{} crates were found", published.len());
    for package in published {
        let name = package.name.as_str();
        let read = |file: &str| {
            let path = package.manifest_path.with_file_name(file);
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
        };
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            let own = fs::read_to_string(format!("{ROOT}/{licence}")).expect("the root has both");
            assert_eq!(read(licence), own, "{name}");
        }
        for file in ["README.md", "CHANGELOG.md", "DESIGN.md"] {
            assert!(!read(file).trim().is_empty(), "{name}: {file}");
        }
        assert!(package.description.is_some() && package.readme.is_some(), "{name}");

        let source = read("src/lib.rs");
        let page: Vec<_> = source.lines().map_while(|line| line.strip_prefix("//!")).collect();
        let page = page.join("\n");
        assert!(page.contains("```"), "{name}: its page has no example");
        let siblings = page.matches("https://docs.rs/user-directory").count();
        assert!(siblings >= 3, "{name}: its page links to {siblings} siblings");

        let has_features = package.features.keys().any(|feature| feature != "default");
        let badges = source.contains("#![cfg_attr(docsrs, feature(doc_cfg))]")
            && read("Cargo.toml").contains("rustdoc-args = [\"--cfg\", \"docsrs\"]");
        assert_eq!(badges, has_features, "{name}: which feature brings an item");
    }
}
