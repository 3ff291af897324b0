//! `cargo xtask profile`, `asm`, `perfstat` and their like: builds what they need, then runs them.

mod build;
pub(crate) mod flame;

use std::{
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
};

use crate::{
    failure::Failure,
    process::Program,
    venv::{self, Venv},
    workspace,
};

/// Runs one of the commands. They are a Python package that declares its own options; asked first,
/// with no more than the system's Python, so that neither a slip on the command line nor a missing
/// program costs a build.
pub(crate) fn run(command: &str, args: &[OsString]) -> Result<(), Failure> {
    let answer = program(&venv::system_python()?, command, args)
        .args(["--needs"])
        .answer()?;
    let package = match answer.trim() {
        "profiling" => Some(build::Build::Profiling),
        "release" => Some(build::Build::Release),
        "nothing" => None,
        help => {
            println!("{help}");
            return Ok(());
        }
    };
    let venv = Venv::ready()?;
    venv.add("profile")?;
    let program = program(venv.python().as_os_str(), command, args);
    match package {
        Some(build) => program
            .env("PYTHONPATH", paths(build.package(&venv)?)?)
            .run_as_task(),
        None => program.run_as_task(),
    }
}

/// A command under a Python, with arguments.
pub(crate) fn program(python: &OsStr, command: &str, args: &[OsString]) -> Program {
    let paths = paths(None).unwrap_or_default();
    let target = workspace::target().join("profiles");
    Program::new(python, "run the command again")
        .env("PYTHONPATH", paths)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("RAPTORS_XTASK", workspace::xtask())
        .env("RAPTORS_PROFILES", target)
        .args(["-m", "raptors_compare.profile", command])
        .args(args)
}

/// Python's search path: the comparison, then `more`.
fn paths(more: Option<PathBuf>) -> Result<OsString, Failure> {
    let compare = workspace::root().join("raptors-bench/compare");
    env::join_paths([compare].into_iter().chain(more))
        .map_err(|error| Failure::Check(error.to_string()))
}
