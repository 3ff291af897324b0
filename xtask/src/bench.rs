//! `cargo xtask bench`: builds Raptors, then runs the comparison with NumPy beside it.

use std::ffi::{OsStr, OsString};

use crate::{
    failure::Failure,
    process::Program,
    venv::{self, Venv},
    workspace,
};

/// Runs the comparison. It is a Python package that declares its own options; asked first, with
/// no more than the system's Python, so that a slip on the command line costs no build.
pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    let answer = program(&venv::system_python()?, args)
        .args(["--needs"])
        .answer()?;
    match answer.trim() {
        "raptors" => {
            let venv = Venv::ready()?;
            venv.install_raptors()?;
            program(venv.python().as_os_str(), args).run_as_task()
        }
        "numpy" => program(Venv::ready()?.python().as_os_str(), args).run_as_task(),
        help => {
            println!("{help}");
            Ok(())
        }
    }
}

/// The comparison under a Python, with arguments.
pub(crate) fn program(python: &OsStr, args: &[OsString]) -> Program {
    Program::new(python, "run the command again")
        .env(
            "PYTHONPATH",
            workspace::root().join("raptors-bench/compare"),
        )
        .args(["-m", "raptors_compare"])
        .args(args)
}
