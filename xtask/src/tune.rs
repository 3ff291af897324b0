//! `cargo xtask tune`: measures this machine and keeps its profile, see `raptors-bench tune --help`.

use std::ffi::OsString;

use crate::{failure::Failure, process::Program};

const USAGE: &str = "usage: cargo xtask tune [--check] [--dry-run]

Builds raptors-bench, measures memory and loops on this machine, and keeps what plans need of it in the
user's profile of the machine.
--check     tells how well plans predict what is measured
--dry-run   prints what it would keep and keeps nothing";

/// What the program takes: a slip is told before it is built.
const OPTIONS: &[&str] = &["--check", "--dry-run"];

/// Builds the program that measures, optimised, and runs it with the options given.
pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        println!("{USAGE}");
        return Ok(());
    }
    if let Some(slip) = args
        .iter()
        .find(|arg| OPTIONS.iter().all(|known| arg != known))
    {
        let known = OPTIONS.join(", ");
        let slip = slip.display();
        let message = format!("tune does not take {slip}: choose {known}\n{USAGE}");
        return Err(Failure::Usage(message));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_costs_no_build() {
        let Err(Failure::Usage(message)) = run(&["--chek".into()]) else {
            panic!("taken")
        };
        assert!(message.contains("--check"), "{message}");
    }
}
