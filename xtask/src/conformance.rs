//! `cargo xtask conformance`: the array API's public test suite, or NumPy's own tests, on Raptors.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use lexopt::{Arg, ValueExt};

use crate::{failure::Failure, process::Program, venv::Venv, workspace};

/// Where the suite is public, and the state of it that the expected failures are written for.
const SUITE: &str = "https://github.com/data-apis/array-api-tests";
const COMMIT: &str = "55fcc60179efa2680ddd6cd926ddf17b83530e2b";

/// The versions of the standard that can be asked for.
const VERSIONS: &[&str] = &["2025.12", "2024.12", "2023.12", "2022.12", "2021.12"];

/// What a run of the suite needs from a checkout of it.
const PARTS: &[&str] = &[
    "array_api_tests",
    "array-api",
    "conftest.py",
    "reporting.py",
    "pytest.ini",
];

const USAGE: &str = "usage: cargo xtask conformance [options] [-- ARGUMENTS]
       cargo xtask conformance --numpy-tests [FILE]... [-- ARGUMENTS]

Runs the array API's public test suite on Raptors, with nothing delegated to NumPy. What may fail
stands in raptors-py/conformance/array_api_xfails.txt, with its reason.
--path CHECKOUT   a checkout of data-apis/array-api-tests, with the specification in its submodule
                  array-api or beside it; cloned from GitHub if this is not given
--version V       the version of the standard: 2025.12 (if not given), 2024.12, 2023.12, ...
--examples N      inputs for each test (100)
ARGUMENTS         go to pytest

--numpy-tests     runs the tests that NumPy's wheel carries instead, with Raptors in NumPy's place;
                  FILE, such as lib/tests/test_io.py, chooses among them; ARGUMENTS: --failures
                  lists what fails, --at-least SHARE ends with 1 if fewer functions pass";

#[derive(Debug, PartialEq, Eq)]
enum Task {
    Help,
    ArrayApi(ArrayApi),
    NumpyTests {
        files: Vec<OsString>,
        rest: Vec<OsString>,
    },
}

/// A run of the array API's suite.
#[derive(Debug, PartialEq, Eq)]
struct ArrayApi {
    checkout: Option<PathBuf>,
    version: String,
    examples: u32,
    rest: Vec<OsString>,
}

pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    match parse(args)? {
        Task::Help => {
            println!("{USAGE}");
            Ok(())
        }
        Task::ArrayApi(task) => array_api(&task),
        Task::NumpyTests { files, rest } => numpy_tests(&files, &rest),
    }
}

fn parse(args: &[OsString]) -> Result<Task, Failure> {
    let split = args.iter().position(|arg| arg == "--");
    let (own, rest) = args.split_at(split.unwrap_or(args.len()));
    let rest: Vec<_> = rest.iter().skip(1).cloned().collect();
    let mut suite = ArrayApi {
        checkout: None,
        version: VERSIONS[0].to_owned(),
        examples: 100,
        rest: vec![],
    };
    let (mut numpy, mut of_suite, mut files) = (false, false, vec![]);
    let mut parser = lexopt::Parser::from_args(own);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("numpy-tests") => numpy = true,
            Arg::Long("path") => suite.checkout = Some(parser.value()?.into()),
            Arg::Long("version") => suite.version = version(parser.value()?.string()?)?,
            Arg::Long("examples") => suite.examples = parser.value()?.parse()?,
            Arg::Value(file) => files.push(file),
            Arg::Short('h') | Arg::Long("help") => return Ok(Task::Help),
            other => return Err(Failure::Usage(format!("{}\n{USAGE}", other.unexpected()))),
        }
        of_suite |= suite.checkout.is_some() || suite.version != VERSIONS[0];
    }
    if numpy && of_suite {
        let message = format!("--path and --version are not of --numpy-tests\n{USAGE}");
        return Err(Failure::Usage(message));
    }
    if !numpy && !files.is_empty() {
        let message = format!("test files need --numpy-tests\n{USAGE}");
        return Err(Failure::Usage(message));
    }
    Ok(if numpy {
        Task::NumpyTests { files, rest }
    } else {
        Task::ArrayApi(ArrayApi { rest, ..suite })
    })
}

fn version(version: String) -> Result<String, Failure> {
    if VERSIONS.contains(&version.as_str()) {
        return Ok(version);
    }
    let choices = VERSIONS.join(", ");
    Err(Failure::Usage(format!(
        "no version {version} of the array API: choose {choices}"
    )))
}

fn folder() -> PathBuf {
    workspace::root().join("raptors-py/conformance")
}

/// The environment with Raptors and what both kinds of tests are written with.
fn venv() -> Result<Venv, Failure> {
    let venv = Venv::ready()?;
    venv.add("conformance")?;
    venv.install_raptors()?;
    Ok(venv)
}

fn array_api(task: &ArrayApi) -> Result<(), Failure> {
    let tree = workspace::cache().join("conformance/array-api-tests");
    let checkout = match &task.checkout {
        Some(checkout) => checkout.clone(),
        None => cloned()?,
    };
    lay_out(&checkout, &tree)?;
    let venv = venv()?;
    Program::new(venv.python(), "run the command again")
        .folder(&tree)
        .env("ARRAY_API_TESTS_MODULE", "raptors")
        .env("ARRAY_API_TESTS_VERSION", &task.version)
        .env("RAPTORS_FALLBACK", "error")
        .env("HYPOTHESIS_STORAGE_DIRECTORY", tree.join(".hypothesis"))
        .args(pytest(task, &folder().join("array_api_xfails.txt")))
        .run()
}

fn pytest(task: &ArrayApi, expected: &Path) -> Vec<OsString> {
    let mut args: Vec<OsString> = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
        .map(OsString::from)
        .into();
    args.extend(["--disable-deadline", "--tb=short", "array_api_tests"].map(OsString::from));
    args.push(format!("--max-examples={}", task.examples).into());
    // A path that is an argument of its own would move the folder that names of tests start at.
    let mut expected_failures = OsString::from("--xfails-file=");
    expected_failures.push(expected);
    args.push(expected_failures);
    args.extend(task.rest.iter().cloned());
    args
}

/// A clone of the suite, made once.
fn cloned() -> Result<PathBuf, Failure> {
    let clone = workspace::cache().join("conformance/clone");
    let mend = format!("clone {SUITE} with its submodule elsewhere, and give it with --path");
    let git = |args: &[&str]| {
        let program = Program::new("git", "install git, or give a checkout with --path");
        program.args(args).output().map_err(|failure| {
            let why = failure.message().unwrap_or_default();
            Failure::missing(format!("{why}the suite could not be fetched"), &mend)
        })
    };
    let place = clone.to_string_lossy();
    if !clone.join(".git").exists() {
        git(&["clone", "--quiet", SUITE, &place])?;
    }
    git(&["-C", &place, "checkout", "--quiet", COMMIT])?;
    git(&[
        "-C",
        &place,
        "submodule",
        "--quiet",
        "update",
        "--init",
        "--depth=1",
    ])?;
    Ok(clone)
}

/// Copies what a run needs to a tree of its own, so that the checkout stays as it was.
fn lay_out(checkout: &Path, tree: &Path) -> Result<(), Failure> {
    let failed =
        |error: io::Error| Failure::Check(format!("cannot write {}: {error}", tree.display()));
    if !checkout.join("array_api_tests").is_dir() {
        let what = format!("{} is no checkout of array-api-tests", checkout.display());
        return Err(Failure::missing(what, format!("git clone {SUITE}")));
    }
    if tree.exists() {
        fs::remove_dir_all(tree).map_err(failed)?;
    }
    fs::create_dir_all(tree).map_err(failed)?;
    for part in PARTS {
        let mut source = checkout.join(part);
        if *part == "array-api" && !source.join("src").is_dir() {
            source = checkout.join("..").join(part);
            if !source.join("src").is_dir() {
                let what = format!("the specification is not in {}", checkout.display());
                let mend = "git submodule update --init there, or put array-api beside it";
                return Err(Failure::missing(what, mend));
            }
        }
        copy(&source, &tree.join(part)).map_err(failed)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() != ".git" {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn numpy_tests(files: &[OsString], rest: &[OsString]) -> Result<(), Failure> {
    let venv = venv()?;
    Program::new(venv.python(), "run the command again")
        .env("PYTHONPATH", folder())
        .args(["-m", "numpy_tests", "--out"])
        .args([workspace::cache().join("conformance/numpy")])
        .args(files)
        .args(rest)
        .run_as_task()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Task, Failure> {
        parse(&args.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn the_suite_runs_at_the_newest_version_unless_told() {
        let Task::ArrayApi(task) = parsed(&[]).unwrap() else {
            panic!("another task")
        };
        assert_eq!(
            (task.version.as_str(), task.examples, &task.checkout),
            ("2025.12", 100, &None)
        );
        let args = [
            "--path",
            "/s",
            "--version=2024.12",
            "--examples",
            "200",
            "--",
            "-x",
        ];
        let Task::ArrayApi(task) = parsed(&args).unwrap() else {
            panic!("another task")
        };
        let command = pytest(&task, Path::new("expected"));
        for word in [
            "--max-examples=200",
            "--xfails-file=expected",
            "-x",
            "--disable-deadline",
        ] {
            assert!(command.contains(&word.into()), "{word} in {command:?}");
        }
    }

    #[test]
    fn numpy_tests_take_files() {
        let task = parsed(&[
            "--numpy-tests",
            "lib/tests/test_io.py",
            "--",
            "--at-least=0.8",
        ]);
        let expected = Task::NumpyTests {
            files: vec!["lib/tests/test_io.py".into()],
            rest: vec!["--at-least=0.8".into()],
        };
        assert_eq!(task.unwrap(), expected);
    }

    #[test]
    fn slips_name_the_choices() {
        for (args, choice) in [
            (&["--version", "2020.12"][..], "2025.12"),
            (&["test_io.py"], "--numpy-tests"),
            (&["--numpy-tests", "--path", "x"], "--path"),
            (&["--paht", "x"], "--path"),
        ] {
            let Err(Failure::Usage(message)) = parsed(args) else {
                panic!("{args:?} was taken")
            };
            assert!(message.contains(choice), "{message}");
        }
    }

    #[test]
    fn a_folder_that_is_no_checkout_is_told_so() {
        let failure = lay_out(Path::new("/no/such/folder"), Path::new("/no/tree")).unwrap_err();
        let message = failure.message().unwrap();
        assert!(message.contains("git clone"), "{message}");
    }
}
