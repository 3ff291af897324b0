//! `cargo xtask tune`: measures this machine and keeps its profile, see `raptors-bench tune --help`.

use std::ffi::OsString;

use crate::{failure::Failure, process::Program};

/// Builds the program that measures, optimised, and runs it with the options given.
pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    Program::new(env!("CARGO"), "run the command again")
        .args([
            "run",
            "--quiet",
            "--release",
            "-p",
            "raptors-bench",
            "--",
            "tune",
        ])
        .args(args)
        .run_as_task()
}
