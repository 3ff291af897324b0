//! Tasks of the workspace: `cargo xtask <command>`.

mod aarch64;
mod bench;
mod bench_linux;
mod codegen;
mod conformance;
mod doctor;
mod failure;
mod process;
mod profile;
mod test;
mod tidy;
mod tune;
mod venv;
mod words;
mod workspace;

use std::{
    ffi::{OsStr, OsString},
    panic,
    process::ExitCode,
};

use failure::Failure;
use lexopt::Arg;

/// A task: thin, it runs programs and reports how they ended.
struct Command {
    name: &'static str,
    about: &'static str,
    /// Gets what follows the command on the command line.
    run: fn(&[OsString]) -> Result<(), Failure>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "bench",
        about: "compare Raptors with NumPy, op by op (--help lists the options)",
        run: bench::run,
    },
    Command {
        name: "bench-linux",
        about: "the same in a Linux container, with profilers (--help lists the subcommands)",
        run: bench_linux::run,
    },
    Command {
        name: "profile",
        about: "sample an op on both sides: flame graphs, self times, counts per call",
        run: |args| profile::run("profile", args),
    },
    Command {
        name: "compare-profiles",
        about: "the functions that take the time on both sides, next to each other",
        run: |args| profile::run("compare-profiles", args),
    },
    Command {
        name: "asm",
        about: "disassemble the kernels that ran on both sides, with the mix of instructions",
        run: |args| profile::run("asm", args),
    },
    Command {
        name: "perfstat",
        about: "count instructions and cache misses per call on both sides",
        run: |args| profile::run("perfstat", args),
    },
    Command {
        name: "overhead",
        about: "the parts of a call: allocation, conversion, call, operation",
        run: |args| profile::run("overhead", args),
    },
    Command {
        name: "validate",
        about: "tell whether an op is as fast as it should be, beyond doubt",
        run: |args| profile::run("validate", args),
    },
    Command {
        name: "deep-profile",
        about: "write one page on an op from all of these",
        run: |args| profile::run("deep-profile", args),
    },
    Command {
        name: "flame-graph",
        about: "draw collapsed stacks, or how two of them differ (profile calls it)",
        run: profile::flame::run,
    },
    Command {
        name: "tune",
        about: "measure this machine and keep its profile (--check tells how well plans predict)",
        run: tune::run,
    },
    Command {
        name: "test",
        about: "run every Rust and Python test at every SIMD level of this machine",
        run: test::run,
    },
    Command {
        name: "test-aarch64",
        about: "run the tests compiled for aarch64, under emulation on other machines",
        run: aarch64::run,
    },
    Command {
        name: "conformance",
        about: "run the array API's test suite, or NumPy's own tests, on Raptors",
        run: conformance::run,
    },
    Command {
        name: "tidy",
        about: "check the house rules and the generated files",
        run: tidy::run,
    },
    Command {
        name: "codegen",
        about: "write what is generated from the ufunc table",
        run: codegen::run,
    },
    Command {
        name: "doctor",
        about: "say what is installed, what is missing and what to do",
        run: doctor::run,
    },
];

fn main() -> ExitCode {
    forgive_closed_pipes();
    match task() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.message() {
                eprintln!("xtask: {message}");
            }
            failure.code()
        }
    }
}

/// Who reads what is printed may stop early, as `head` does. That ends a task, and what it has
/// started is cleaned up on the way out, but there is no fault to report.
fn forgive_closed_pipes() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let text = panic.payload().downcast_ref::<String>();
        let closed =
            |text: &String| text.starts_with("failed printing to") && text.contains("Broken pipe");
        if !text.is_some_and(closed) {
            report(panic);
        }
    }));
}

fn task() -> Result<(), Failure> {
    let mut parser = lexopt::Parser::from_env();
    match parser.next()? {
        None => Err(Failure::Usage(format!("which command?\n{}", usage()))),
        Some(Arg::Short('h') | Arg::Long("help")) => {
            println!("{}", usage());
            Ok(())
        }
        Some(Arg::Value(name)) => {
            let rest: Vec<_> = parser.raw_args()?.collect();
            (command(&name)?.run)(&rest)
        }
        Some(other) => Err(other.unexpected().into()),
    }
}

fn command(name: &OsStr) -> Result<&'static Command, Failure> {
    let command = COMMANDS.iter().find(|command| name == command.name);
    command
        .ok_or_else(|| Failure::Usage(format!("unknown command {}\n{}", name.display(), usage())))
}

fn usage() -> String {
    let commands = COMMANDS
        .iter()
        .map(|command| format!("  {:<17} {}", command.name, command.about));
    [
        "usage: cargo xtask <command> [options]\n\ncommands:".to_owned(),
        commands.collect::<Vec<_>>().join("\n"),
        "\nexit codes: 0 done, 1 failed check or regression, 2 usage, 3 something is missing here, \
         4 inconclusive"
            .to_owned(),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_command_is_told_all_commands() {
        let Err(Failure::Usage(message)) = command("tset".as_ref()) else {
            panic!("found")
        };
        for command in COMMANDS {
            assert!(message.contains(command.name), "{message}");
        }
        assert!(command("test".as_ref()).is_ok());
    }
}
