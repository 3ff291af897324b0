//! Linters of workflows, the container's files and shell scripts, installed by pip; they use no
//! network of their own.

use std::{fs, path::Path};

use crate::{failure::Failure, process::Program, venv::Venv, workspace};

/// Where the workflows are.
const WORKFLOWS: &str = ".github/workflows/";

/// What keeps dependencies up to date.
const DEPENDABOT: &str = ".github/dependabot.yml";

/// Files that linters read, by kind.
#[derive(Debug, Default, PartialEq, Eq)]
struct Files<'a> {
    workflows: Vec<&'a str>,
    dependabot: Vec<&'a str>,
    compose: Vec<&'a str>,
    docker: Vec<&'a str>,
    shell: Vec<&'a str>,
}

impl<'a> Files<'a> {
    /// Sorts paths; `first` gives the first line of a file.
    fn sorted(paths: &'a [String], first: impl Fn(&str) -> String) -> Self {
        let mut files = Self::default();
        for path in paths {
            let name = path.rsplit('/').next().unwrap_or(path);
            let bare = Path::new(name)
                .extension()
                .is_none_or(|ending| ending == "sh");
            if path.starts_with(WORKFLOWS) {
                files.workflows.push(path);
            } else if path == DEPENDABOT {
                files.dependabot.push(path);
            } else if name == "compose.yaml" {
                files.compose.push(path);
            } else if name.starts_with("Dockerfile") {
                files.docker.push(path);
            } else if bare && is_shell(&first(path)) {
                files.shell.push(path);
            }
        }
        files
    }
}

/// Whether a file that begins with this line is run by a shell.
fn is_shell(line: &str) -> bool {
    line.starts_with("#!") && (line.ends_with("sh") || line.contains("sh -"))
}

/// Runs every linter that has something to read; reports all that failed.
pub(super) fn check(paths: &[String]) -> Result<(), Failure> {
    let files = Files::sorted(paths, |path| {
        let bytes = fs::read(workspace::root().join(path)).unwrap_or_default();
        let line = bytes.split(|&byte| byte == b'\n').next();
        String::from_utf8_lossy(line.unwrap_or_default()).into_owned()
    });
    let venv = Venv::ready()?;
    venv.add("lint")?;
    let runs: [(&str, &[&str], &[&str]); 7] = [
        (
            "check-jsonschema",
            &["--quiet", "--builtin-schema", "vendor.github-workflows"],
            &files.workflows,
        ),
        (
            "check-jsonschema",
            &["--quiet", "--builtin-schema", "vendor.dependabot"],
            &files.dependabot,
        ),
        (
            "check-jsonschema",
            &["--quiet", "--builtin-schema", "vendor.compose-spec"],
            &files.compose,
        ),
        (
            "yamllint",
            &["--strict", "--config-file", "xtask/yamllint.yaml"],
            &[&files.workflows[..], &files.dependabot, &files.compose].concat(),
        ),
        (
            "zizmor",
            &["--quiet", "--offline", "--no-progress"],
            &[".github"],
        ),
        (
            "hadolint",
            &["--config", "xtask/.hadolint.yaml"],
            &files.docker,
        ),
        ("shellcheck", &[], &files.shell),
    ];
    let failures: Vec<_> = runs
        .into_iter()
        .filter(|(_, _, files)| !files.is_empty())
        .filter_map(|(name, args, files)| {
            let linter = Program::new(venv.program(name), "run the command again");
            linter.args(args).args(files).output().err()?.message()
        })
        .collect();
    if failures.is_empty() {
        return Ok(());
    }
    Err(Failure::Check(failures.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_linter_gets_its_files() {
        let paths = [
            ".ci/run",
            ".github/dependabot.yml",
            ".github/workflows/test.yml",
            "LICENSE-MIT",
            "xtask/docker/Dockerfile.bench",
            "xtask/docker/compose.yaml",
            "xtask/src/main.rs",
        ]
        .map(str::to_owned);
        let first = |path: &str| match path {
            ".ci/run" => "#!/usr/bin/env bash".to_owned(),
            _ => "MIT".to_owned(),
        };
        let files = Files::sorted(&paths, first);
        assert_eq!(files.workflows, [".github/workflows/test.yml"]);
        assert_eq!(files.dependabot, [".github/dependabot.yml"]);
        assert_eq!(files.compose, ["xtask/docker/compose.yaml"]);
        assert_eq!(files.docker, ["xtask/docker/Dockerfile.bench"]);
        assert_eq!(files.shell, [".ci/run"]);
    }
}
