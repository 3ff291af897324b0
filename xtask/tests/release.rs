//! What the release workflow builds is what the manifest says that is released.

use std::{collections::BTreeSet, fs, path::Path};

fn text(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What stands behind `key` in each line that has it, up to a bracket.
fn values<'a>(text: &'a str, key: &str) -> BTreeSet<&'a str> {
    let found = text.lines().filter_map(|line| line.split_once(key));
    found
        .map(|(_, value)| value.trim_matches([' ', '"', '}', ',']))
        .collect()
}

#[test]
fn every_platform_and_the_same_version_of_dist() {
    let (manifest, workflow) = (text("Cargo.toml"), text(".github/workflows/release.yml"));
    let (_, dist) = manifest.split_once("[workspace.metadata.dist]").unwrap();
    let (_, targets) = dist.split_once("targets = [").unwrap();
    let targets = targets.split(']').next().unwrap().lines().map(str::trim);
    let targets: BTreeSet<_> = targets
        .filter(|line| !line.is_empty())
        .map(|line| line.trim_matches(['"', ',']))
        .collect();
    assert!(targets.len() >= 4, "{targets:?}");
    assert_eq!(values(&workflow, ", target: "), targets);
    assert_eq!(
        values(&workflow, "  DIST: "),
        values(dist, "cargo-dist-version = ")
    );
    assert!(text("raptors-bench/Cargo.toml").contains("[package.metadata.dist]\ndist = true\n"));
}
