//! `cargo xtask codegen`: writes what is generated from the ufunc table.

use std::ffi::OsString;

use crate::{failure::Failure, process::Program, venv::Venv};

const USAGE: &str = "usage: cargo xtask codegen [--check]

Writes the type stubs of the Python package from the ufunc table and the module as it runs, and the
page docs/numpy-names.md from rp.coverage().
--check   writes nothing; ends with 1 if a file is not what would be written";

/// What writes the files, and with --check compares them.
const PROGRAMS: &[&str] = &["raptors-py/codegen/stubs.py", "raptors-py/codegen/names.py"];

pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    match args {
        [] => generate(&[]),
        [flag] if flag == "--check" => check(),
        [flag] if flag == "--help" || flag == "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(Failure::Usage(USAGE.to_owned())),
    }
}

/// Fails where a generated file is not what would be written.
pub(crate) fn check() -> Result<(), Failure> {
    generate(&["--check"])
}

fn generate(args: &[&str]) -> Result<(), Failure> {
    let venv = Venv::ready()?;
    venv.install_raptors()?;
    for program in PROGRAMS {
        Program::new(venv.python(), "run the command again")
            .args([program])
            .args(args)
            .run()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_options_are_refused() {
        let failure = run(&["--chekc".into()]).unwrap_err();
        assert_eq!(failure, Failure::Usage(USAGE.to_owned()));
    }
}
