//! Linters of `.github`, installed by pip; they use no network of their own.

use std::fs;

use crate::{failure::Failure, process::Program, venv::Venv, workspace};

/// Runs every linter; reports all that failed.
pub(super) fn check() -> Result<(), Failure> {
    let folder = workspace::root().join(".github/workflows");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path().into_os_string()).collect();
    files.sort();
    if files.is_empty() {
        return Ok(());
    }
    let venv = Venv::ready()?;
    venv.add("lint")?;
    let linter = |name: &str| Program::new(venv.program(name), "run the command again");
    let runs = [
        linter("check-jsonschema")
            .args(["--quiet", "--builtin-schema", "vendor.github-workflows"])
            .args(&files),
        linter("yamllint")
            .args(["--strict", "--config-file", "xtask/yamllint.yaml"])
            .args(&files),
        linter("zizmor").args(["--quiet", "--offline", "--no-progress", ".github"]),
    ];
    let failures: Vec<_> = runs
        .into_iter()
        .filter_map(|program| program.output().err()?.message())
        .collect();
    if failures.is_empty() {
        return Ok(());
    }
    Err(Failure::Check(failures.join("\n")))
}
