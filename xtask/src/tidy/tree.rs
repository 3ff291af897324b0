//! The rules about the names of files, and about what documents name.

use std::{fs, path::Path};

use super::Finding;
use crate::workspace;

/// What the ends of names say about files that should have replaced others, or left with a session.
const ENDINGS: &[&str] = &[
    "_v2", "_v3", "_new", "_old", "_final", "_tmp", "_impl", "_fast",
];

/// Names that say nothing about what is inside.
const EMPTY: &[&str] = &["utils", "util", "common", "helpers", "misc", "traits"];

/// What the comparison fills in.
const MARKERS: [&str; 2] = ["<!-- bench:begin -->", "<!-- bench:end -->"];

/// Holds the paths of all files, and the documents, to the rules.
pub(super) fn check(paths: &[String]) -> Vec<Finding> {
    let text = |path: &str| fs::read_to_string(workspace::root().join(path)).unwrap_or_default();
    let mut findings: Vec<_> = paths.iter().filter_map(|path| name(path)).collect();
    findings.extend(markers(&text("README.md")));
    let is_document = |path: &&String| Path::new(path).extension().is_some_and(|end| end == "md");
    let documents = paths.iter().filter(is_document);
    findings.extend(documents.flat_map(|path| {
        links(path, &text(path), |place| {
            workspace::root().join(place).exists()
        })
    }));
    findings
}

fn name(path: &str) -> Option<Finding> {
    let finding = |message, why| Some(Finding::at(path, 1, message, why));
    if path.starts_with("scripts/") || path.contains("/scripts/") {
        let why = "a task is a command of xtask, which has options, exit codes and tests";
        return finding("a file under scripts/".to_owned(), why);
    }
    for part in path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        let lower = stem.to_lowercase();
        if let Some(ending) = ENDINGS.iter().find(|&&ending| lower.ends_with(ending)) {
            let why = "the new version of a file replaces it";
            return finding(format!("a name that ends in {ending}"), why);
        }
        if lower.contains("summary") {
            return finding("a summary".to_owned(), "the repository holds the present");
        }
        if EMPTY.contains(&lower.as_str()) {
            let why = "a module is called after what it holds";
            return finding(format!("{stem} says nothing"), why);
        }
    }
    None
}

fn markers(readme: &str) -> Option<Finding> {
    let places = MARKERS.map(|marker| readme.find(marker));
    match places {
        [Some(begin), Some(end)] if begin < end => None,
        _ => {
            let message = format!("no block between {} and {}", MARKERS[0], MARKERS[1]);
            let why = "the table in the README is written by cargo xtask bench --readme";
            Some(Finding::at("README.md", 1, message, why))
        }
    }
}

/// The links of a document, outside its blocks of code, that lead to no file of the repository.
fn links(path: &str, text: &str, exists: impl Fn(&Path) -> bool) -> Vec<Finding> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let why = "who follows a link expects what it names";
    let mut code = false;
    let mut findings = vec![];
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        let targets = line.split("](").skip(1);
        let targets = targets.filter_map(|rest| rest.split([')', '#']).next());
        let lost = targets.filter(|target| {
            // What has a scheme is elsewhere, and what has a brace is filled in by a template.
            let here = !target.is_empty() && !target.contains([':', '{']);
            here && !exists(&folder.join(target))
        });
        if !code {
            findings.extend(lost.map(|target| {
                let message = format!("a link to {target}, which is not there");
                Finding::at(path, index + 1, message, why)
            }));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_to_the_rules() {
        for (path, broken) in [
            ("raptors-array/src/map.rs", false),
            ("raptors-array/src/summation.rs", false),
            ("scripts/run.sh", true),
            ("raptors-bench/scripts/run.py", true),
            ("raptors-array/src/map_v2.rs", true),
            ("raptors-array/src/map_new.rs", true),
            ("SESSION_SUMMARY.md", true),
            ("raptors-array/src/utils.rs", true),
            ("raptors-array/src/common/mod.rs", true),
        ] {
            assert_eq!(name(path).is_some(), broken, "{path}");
        }
    }

    #[test]
    fn links_lead_to_files() {
        let text = "[a](a.md) [b](b.md#part), [c](#part) [d](https://d) [f]({{ f }})\n```\nx[0](y)\n```\n[e](../e)\n";
        let exists = |path: &Path| path == Path::new("docs/a.md");
        let found = links("docs/x.md", text, exists);
        let places: Vec<_> = found.iter().map(Finding::place).collect();
        assert_eq!(
            places,
            [
                "docs/x.md:1: a link to b.md, which is not there",
                "docs/x.md:5: a link to ../e, which is not there"
            ]
        );
    }

    #[test]
    fn the_readme_has_room_for_the_table() {
        assert_eq!(
            markers("a\n<!-- bench:begin -->\n<!-- bench:end -->\n"),
            None
        );
        assert!(markers("<!-- bench:end -->\n<!-- bench:begin -->\n").is_some());
        assert!(markers("a\n").is_some());
    }
}
