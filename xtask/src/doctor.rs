//! `cargo xtask doctor`: what is installed, what is missing, and what to do about it.

use std::{
    ffi::{OsStr, OsString},
    fs, iter,
};

use crate::{
    failure::Failure,
    process::Program,
    venv::{OLDEST_PYTHON, python_name},
    workspace,
};

/// The package manifest key that says which Rust is the oldest.
const OLDEST_RUST: &str = "rust-version";

/// A program that the tasks call.
struct Part {
    name: &'static str,
    /// Whether `test` and `bench` cannot do without it.
    needed: bool,
    args: &'static [&'static str],
    mend: &'static str,
}

/// Parts of any version: what answers is good.
const PARTS: &[Part] = &[
    Part {
        name: "cc",
        needed: !cfg!(windows),
        args: &["--version"],
        mend: "install a C compiler: Rust links with it (Debian, Ubuntu: apt install gcc; macOS: \
               xcode-select --install)",
    },
    Part {
        name: "git",
        needed: false,
        args: &["--version"],
        mend: "results then carry no commit; install git to have it",
    },
    Part {
        name: "perf",
        needed: false,
        args: &["--version"],
        mend: "profiles then lack samples (Debian: apt install linux-perf)",
    },
    Part {
        name: "valgrind",
        needed: false,
        args: &["--version"],
        mend: "profiles then lack instruction counts (apt install valgrind)",
    },
    Part {
        name: "docker",
        needed: false,
        args: &["--version"],
        mend: "the bench in a container needs an engine (Debian: apt install docker.io)",
    },
    Part {
        name: "qemu-aarch64-static",
        needed: false,
        args: &["--version"],
        mend: "nothing to do: cargo xtask test-aarch64 fetches its own",
    },
];

/// What was found out about one part.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) name: String,
    needed: bool,
    /// The version line, or what is wrong.
    pub(crate) found: Result<String, String>,
    mend: String,
}

const USAGE: &str = "usage: cargo xtask doctor

Says which programs that Raptors is built, tested and measured with are here, which are missing or too
old, and what brings them.";

pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    if let Some(arg) = args.first() {
        if arg == "--help" || arg == "-h" {
            println!("{USAGE}");
            return Ok(());
        }
        let message = format!("doctor takes no arguments, and {} is one", arg.display());
        return Err(Failure::Usage(format!("{message}\n{USAGE}")));
    }
    let findings = findings();
    for finding in &findings {
        println!("{}", finding.line());
    }
    verdict(&findings)?;
    println!("\n{READY}");
    Ok(())
}

/// What is said where nothing that is needed is missing.
pub(crate) const READY: &str = "cargo xtask bench and cargo xtask test can run";

/// All parts as they were found.
pub(crate) fn findings() -> Vec<Finding> {
    let manifest = fs::read_to_string(workspace::root().join("Cargo.toml")).unwrap_or_default();
    let oldest = manifest_value(&manifest, OLDEST_RUST).unwrap_or_default();
    let rust = "install it, or update it: https://rustup.rs";
    let rust = ["rustc", "cargo"].map(|name| versioned(name.as_ref(), name, oldest, rust));
    let others = PARTS.iter().map(finding);
    rust.into_iter().chain(python()).chain(others).collect()
}

/// A needed program of a version of at least `oldest`.
fn versioned(program: &OsStr, name: &str, oldest: &str, mend: &str) -> Finding {
    let found = ask(program, &["--version"]).and_then(|line| new_enough(line, oldest));
    Finding {
        name: name.to_owned(),
        needed: true,
        found,
        mend: mend.to_owned(),
    }
}

/// The Python of the tasks, and the two modules that some systems package apart.
fn python() -> Vec<Finding> {
    let python = python_name();
    let mend = format!("install Python {OLDEST_PYTHON} or later, or set PYTHON to one");
    let program = versioned(&python, "python", OLDEST_PYTHON, &mend);
    let modules = program.found.is_ok().then(|| Finding {
        name: "venv, pip".to_owned(),
        needed: true,
        found: ask(
            &python,
            &["-c", "import venv, ensurepip; print(ensurepip.version())"],
        ),
        mend: "install them (Debian, Ubuntu: apt install python3-venv)".to_owned(),
    });
    iter::once(program).chain(modules).collect()
}

fn finding(part: &Part) -> Finding {
    Finding {
        name: part.name.to_owned(),
        needed: part.needed,
        found: ask(part.name.as_ref(), part.args),
        mend: part.mend.to_owned(),
    }
}

/// The first line that a program answers.
fn ask(program: &OsStr, args: &[&str]) -> Result<String, String> {
    match Program::new(program, "").args(args).output() {
        Ok(output) => Ok(output.lines().next().unwrap_or_default().to_owned()),
        Err(Failure::Missing { .. }) => Err("missing".to_owned()),
        Err(_) => Err("does not work".to_owned()),
    }
}

fn new_enough(line: String, oldest: &str) -> Result<String, String> {
    match version(&line) {
        Some(found) if Some(found) >= version(oldest) => Ok(line),
        Some(_) => Err(format!("{line} is older than {oldest}")),
        None => Err(format!("no version in {line:?}")),
    }
}

/// Major and minor number of the first version in a line.
fn version(line: &str) -> Option<(u32, u32)> {
    line.split_whitespace().find_map(|word| {
        let mut numbers = word.split('.').map(str::parse);
        Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
    })
}

/// The value of `key = "value"` in a manifest.
fn manifest_value<'a>(manifest: &'a str, key: &str) -> Option<&'a str> {
    let line = manifest.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim_start()
        .strip_prefix('=')?
        .trim()
        .strip_prefix('"')?
        .strip_suffix('"')
}

impl Finding {
    /// What is printed of it.
    pub(crate) fn line(&self) -> String {
        let name = &self.name;
        match &self.found {
            Ok(found) => format!("ok       {name:<20} {found}"),
            Err(wrong) => {
                let state = if self.needed { "MISSING" } else { "absent" };
                let mend = &self.mend;
                format!("{state:<8} {name:<20} {wrong}: {mend}")
            }
        }
    }
}

/// The failure of tests and benches where a part that they need is missing.
pub(crate) fn verdict(findings: &[Finding]) -> Result<(), Failure> {
    let missing: Vec<_> = findings
        .iter()
        .filter(|finding| finding.needed && finding.found.is_err())
        .map(|finding| finding.name.as_str())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let what = format!("bench and test cannot run without {}", missing.join(", "));
    Err(Failure::missing(what, "see above"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(
            version("rustc 1.95.0 (59807616e 2026-04-14)"),
            Some((1, 95))
        );
        assert_eq!(version("Python 3.13.0rc1"), Some((3, 13)));
        assert_eq!(version("gcc"), None);
        assert!(new_enough("rustc 1.100.0".to_owned(), "1.89").is_ok());
        assert!(
            new_enough("Python 3.9.2".to_owned(), "3.11")
                .unwrap_err()
                .contains("older")
        );
        assert!(new_enough("hello".to_owned(), "1.89").is_err());
    }

    #[test]
    fn the_oldest_rust_is_read_from_the_manifest() {
        let manifest = "[workspace.package]\nedition = \"2024\"\nrust-version = \"1.89\"\n";
        assert_eq!(manifest_value(manifest, "rust-version"), Some("1.89"));
        assert_eq!(manifest_value(manifest, "homepage"), None);
    }

    #[test]
    fn only_needed_parts_decide() {
        let part = |needed| Finding {
            name: "cc".to_owned(),
            needed,
            found: Err("missing".to_owned()),
            mend: "apt install gcc".to_owned(),
        };
        assert!(verdict(&[part(false)]).is_ok());
        let failure = verdict(&[part(true)]).unwrap_err();
        assert!(matches!(failure, Failure::Missing { .. }));
        assert_eq!(
            part(true).line(),
            "MISSING  cc                   missing: apt install gcc"
        );
    }
}
