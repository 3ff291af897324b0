//! `cargo xtask tidy`: the house rules that a program can check.

mod allow;
mod edge;
mod rule;
mod source;
mod tree;
mod workflow;

use std::{
    ffi::OsString,
    fmt, fs,
    path::{Path, PathBuf},
};

use crate::{codegen, failure::Failure, words::counted, workspace};
use source::Source;

const USAGE: &str = "usage: cargo xtask tidy

Checks the house rules: one purpose a file, its length, where unsafe, platforms and environment
reads may stand, one list of ufuncs, who depends on whom, generated files, names, workflows, the
image of bench-linux, shell scripts.";

/// Folders that hold nothing of the repository.
const SKIPPED: &[&str] = &["target", "results", "__pycache__", "node_modules"];

/// One rule broken at one place.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    line: usize,
    message: String,
    why: &'static str,
}

impl Finding {
    fn new(source: &Source, line: usize, message: impl Into<String>, why: &'static str) -> Self {
        Self::at(&source.path, line, message, why)
    }

    fn at(path: &str, line: usize, message: impl Into<String>, why: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            line,
            message: message.into(),
            why,
        }
    }

    /// Where and what, without the reason.
    fn place(&self) -> String {
        format!("{}:{}: {}", self.path, self.line, self.message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n    why: {}", self.place(), self.why)
    }
}

pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    if let Some(arg) = args.first() {
        if arg == "--help" || arg == "-h" {
            println!("{USAGE}");
            return Ok(());
        }
        let message = format!("tidy takes no arguments, and {} is one", arg.display());
        return Err(Failure::Usage(format!("{message}\n{USAGE}")));
    }
    let paths = paths();
    let sources: Vec<_> = paths.iter().filter_map(|path| read(path)).collect();
    let table = sources.iter().find(|source| source.path == allow::TABLE);
    let ufuncs = rule::ufuncs(table.map_or("", |table| &table.text));

    let mut findings = tree::check(&paths);
    findings.extend(
        sources
            .iter()
            .flat_map(|source| rule::check(source, &ufuncs)),
    );
    findings.extend(edge::check()?);
    for finding in &findings {
        println!("{finding}");
    }
    codegen::check()?;
    workflow::check(&paths)?;
    let files = paths.len();
    if findings.is_empty() {
        println!(
            "tidy: {files} files, {} of them sources: in order",
            sources.len()
        );
        return Ok(());
    }
    let places = counted(findings.len(), "place", "places");
    Err(Failure::Check(format!("tidy: {places} in {files} files")))
}

/// Every file of the repository, relative to it and with `/`.
fn paths() -> Vec<String> {
    let mut found = vec![];
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(workspace::root().join(&folder));
        for entry in entries.into_iter().flatten().flatten() {
            let name = entry.file_name();
            let path = folder.join(&name);
            let name = name.to_string_lossy();
            let hidden = name.starts_with('.') && ![".ci", ".github", ".cargo"].contains(&&*name);
            if entry.path().is_dir() {
                if !hidden && !SKIPPED.contains(&&*name) {
                    folders.push(path);
                }
            } else if !hidden {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// The file, if it is a Rust or Python source.
fn read(path: &str) -> Option<Source> {
    let extension = Path::new(path).extension()?;
    if extension != "rs" && extension != "py" {
        return None;
    }
    let text = fs::read_to_string(workspace::root().join(path)).ok()?;
    Some(Source::new(path, text))
}
