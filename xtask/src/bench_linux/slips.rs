//! Slips in what is meant for the command inside, found on the host before an engine is asked.

use std::ffi::OsString;

use super::{
    options::{Choice, Options, Task},
    places::Places,
};
use crate::{bench, failure::Failure, process::Program, profile, venv};

/// Refuses operands and arguments that the command inside would refuse once all is built. Needs no
/// more than the system's Python; where there is none, the command inside is asked after all.
/// Natively it is the first thing that the command does.
pub(super) fn refuse(options: &Options) -> Result<(), Failure> {
    let measures = matches!(options.task, Task::Bench | Task::FullSuite | Task::OnOp(..));
    if !measures || options.engine == Choice::Native {
        return Ok(());
    }
    let Ok(python) = venv::system_python() else {
        return Ok(());
    };
    let places = Places::found(options)?;
    let rest = options
        .rest
        .iter()
        .map(|word| OsString::from(outside(&places, word)));
    let command = match &options.task {
        Task::OnOp(command, operands) => {
            let words: Vec<_> = operands.iter().map(OsString::from).chain(rest).collect();
            profile::program(&python, command.name, &words)
        }
        Task::FullSuite => {
            let words = ["--suite", "full"].map(OsString::from);
            bench::program(&python, &words.into_iter().chain(rest).collect::<Vec<_>>())
        }
        _ => bench::program(&python, &rest.collect::<Vec<_>>()),
    };
    slip(command.args(["--needs"]))
}

/// The slip that a program tells of: what it is comes before how the program is called.
fn slip(program: Program) -> Result<(), Failure> {
    let Some(words) = program.refusal() else {
        return Ok(());
    };
    let words = words.trim_end();
    Err(Failure::Usage(match words.rsplit_once('\n') {
        Some((usage, error)) => format!("{error}\n{usage}"),
        None => words.to_owned(),
    }))
}

/// A word with the path on the host where it is one inside, also behind an option's name.
pub(super) fn outside(places: &Places, word: &str) -> String {
    let (option, path) = match word.split_once('=') {
        Some((option, path)) if option.starts_with("--") => (&word[..=option.len()], path),
        _ => ("", word),
    };
    places.outside(path).map_or_else(
        || word.to_owned(),
        |path| format!("{option}{}", path.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::{super::places::tests::host, *};

    #[test]
    fn paths_inside_are_looked_for_where_they_are_on_the_host() {
        for (word, expected) in [
            ("--quick", "--quick"),
            ("/workspace/results/a", "/home/ada/raptors/results/a"),
            ("--kernels=/workspace/b", "--kernels=/home/ada/raptors/b"),
            ("/target/c", "/home/ada/raptors/target/bench-linux/target/c"),
            ("/targets/c", "/targets/c"),
        ] {
            assert_eq!(outside(&host(), word), expected);
        }
    }
}
