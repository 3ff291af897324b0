//! `raptors-bench`: what this machine is, how fast it is, how fast the kernels are on it, and what
//! recorded runs say.

mod facts;
mod kernels;
mod report;

use std::{
    env,
    ffi::{OsStr, OsString},
    path::PathBuf,
    process::ExitCode,
};

use lexopt::Arg;
use raptors_array::tune;

const USAGE: &str = "usage: raptors-bench [--ufuncs] [--json]
       raptors-bench tune [--dry-run] [--check]
       raptors-bench kernels [--ufuncs LIST] [--dtypes LIST] [--levels LIST] [--sizes LIST] [--json FILE]
       raptors-bench report FILE...

Without a command: the processor, cores, caches and instruction sets that Raptors sees.
--ufuncs   also tells, for each ufunc, the dtypes that have loops
--json     prints the facts as JSON

tune measures speeds and costs in less than five seconds, prints them and keeps them in the user's
cache folder (RAPTORS_PROFILE names another file) for all plans from now on.
--dry-run  keeps nothing
--check    compares predicted with measured times of typical operations

kernels times ufuncs at every instruction set of this CPU (default: all of them, float32, 1000 and
100000 elements), and names the best. Lists are separated by commas.
--json     also writes the figures to FILE

report writes what recorded results say as Markdown: results.json of a run of cargo xtask bench, its
folder, or a file of kernels --json.";

/// How a command ends when it does not end well.
enum Failure {
    /// The command line makes no sense: exit code 2.
    Usage(String),
    /// Something went wrong: exit code 1.
    Failed(String),
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(format!("{error}\n{USAGE}"))
    }
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Failed(error.to_string())
}

fn main() -> ExitCode {
    let (code, message) = match command(env::args_os().skip(1).collect()) {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => (2, message),
        Err(Failure::Failed(message)) => (1, message),
    };
    eprintln!("raptors-bench: {message}");
    ExitCode::from(code)
}

fn command(args: Vec<OsString>) -> Result<(), Failure> {
    // Whichever command it stands behind.
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        println!("{USAGE}");
        return Ok(());
    }
    let mut parser = lexopt::Parser::from_args(args);
    let (mut ufuncs, mut json) = (false, false);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('V') | Arg::Long("version") => {
                println!("raptors-bench {}", env!("CARGO_PKG_VERSION"));
                return Ok(());
            }
            Arg::Long("ufuncs") => ufuncs = true,
            Arg::Long("json") => json = true,
            Arg::Value(name) if !ufuncs && !json => match name.to_str() {
                Some("tune") => return tune(parser),
                Some("kernels") => {
                    return kernels::run(&kernels::Options::parse(parser)?).map_err(failed);
                }
                Some("report") => return report(parser),
                _ => return Err(unknown(&name)),
            },
            other => return Err(other.unexpected().into()),
        }
    }
    if json {
        let mut facts = facts::json();
        if ufuncs {
            facts["loops"] = facts::loops().into_iter().collect();
        }
        println!("{facts:#}");
        return Ok(());
    }
    facts::print();
    if ufuncs {
        for (name, dtypes) in facts::loops() {
            println!("{name:<24} {}", dtypes.join(" "));
        }
    }
    Ok(())
}

fn unknown(command: &OsStr) -> Failure {
    let command = command.display();
    Failure::Usage(format!(
        "unknown command {command}: choose tune, kernels, report\n{USAGE}"
    ))
}

fn tune(mut parser: lexopt::Parser) -> Result<(), Failure> {
    let (mut keep, mut check) = (true, false);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("dry-run") => keep = false,
            Arg::Long("check") => check = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let report = tune::measure().map_err(failed)?;
    println!("{report}");
    if keep {
        println!("kept in {}", tune::keep(&report).map_err(failed)?.display());
    } else {
        println!("not kept: plans are made as before");
    }
    if check {
        println!("\n{}", tune::check().map_err(failed)?);
    }
    Ok(())
}

fn report(mut parser: lexopt::Parser) -> Result<(), Failure> {
    let mut files = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(file) => files.push(PathBuf::from(file)),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() {
        return Err(Failure::Usage(format!("report of which file?\n{USAGE}")));
    }
    for file in files {
        println!("{}", report::of_file(&file).map_err(Failure::Failed)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &str) -> Result<(), Failure> {
        command(line.split_whitespace().map(OsString::from).collect())
    }

    #[test]
    fn help_is_no_slip_whichever_command_it_stands_behind() {
        for line in ["--help", "-h", "tune --help", "kernels -h", "report --help"] {
            assert!(told(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn slips_name_the_choices() {
        for (line, choice) in [
            ("tun", "tune, kernels, report"),
            ("--frobnicate", "--ufuncs"),
            ("tune --chek", "--check"),
            ("kernels --levels mmx", "scalar"),
            ("report", "which file"),
        ] {
            match told(line) {
                Err(Failure::Usage(message)) => assert!(message.contains(choice), "{message}"),
                Err(Failure::Failed(message)) => panic!("{line}: {message}"),
                Ok(()) => panic!("{line} is taken"),
            }
        }
    }
}
