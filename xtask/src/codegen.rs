//! `cargo xtask codegen`: writes what is generated from the ufunc table.

use std::ffi::OsString;

use crate::{failure::Failure, process::Program, venv::Venv};

const USAGE: &str = "usage: cargo xtask codegen [--check]

Writes the type stubs of the Python package from the ufunc table and the module as it runs.
--check   writes nothing; ends with 1 if a file is not what would be written";

pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    match args {
        [] => stubs(&[]),
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
    stubs(&["--check"])
}

fn stubs(args: &[&str]) -> Result<(), Failure> {
    let venv = Venv::ready()?;
    venv.install_raptors()?;
    Program::new(venv.python(), "run the command again")
        .args(["raptors-py/stub.py"])
        .args(args)
        .run()
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
