//! `cargo xtask test`: every Rust and Python test, as the machine would run it and at each of its
//! SIMD levels.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use lexopt::{Arg, ValueExt};

use crate::{failure::Failure, process::Program, venv::Venv, words::counted, workspace};

/// The levels that a machine may have; which ones this machine has is asked of Raptors.
const LEVELS: &[&str] = &["scalar", "sse2", "avx2", "avx512", "neon"];

/// The package whose Rust tests depend on the level of the process. The kernels' own tests go
/// through all levels themselves.
const LEVELLED: &str = "raptors-array";

const USAGE: &str = "usage: cargo xtask test [--rust] [--python] [--level L]... [-- ARGUMENTS]

Runs every Rust test (doctests included), builds the release wheel into an environment of its own
and runs every Python test; then what depends on the SIMD level once more at each level of this
machine, with one thread.
--rust        only the Rust tests
--python      only the Python tests
--level L     only what depends on the level, at this one: scalar, sse2, avx2, avx512, neon
ARGUMENTS     go to the test programs (with --rust) or to pytest (with --python), which runs Raptors'
              tests in as many processes as there are cores: -n 0 runs them in one";

#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    help: bool,
    rust: bool,
    python: bool,
    levels: Vec<String>,
    rest: Vec<OsString>,
}

/// Tests in Python, and how pytest shares them out.
struct Tests {
    folder: &'static str,
    processes: &'static [&'static str],
}

const BINDING: Tests = Tests {
    folder: "raptors-py/tests",
    processes: &["--numprocesses=auto", "--dist=worksteal"],
};

/// Some of these run the bench, whose samples another test would disturb.
const BENCH: Tests = Tests {
    folder: "raptors-bench/tests",
    processes: &[],
};

/// One pass over tests: the level and number of threads set, or the machine's choice.
#[derive(Clone, Copy)]
struct Pass<'a>(Option<&'a str>);

/// Tests passed so far, and the passes that they took.
#[derive(Default)]
struct Count {
    rust: usize,
    python: usize,
    passes: usize,
}

pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    let options = parse(args)?;
    if options.help {
        println!("{USAGE}");
        return Ok(());
    }
    let mut count = Count::default();
    if options.rust {
        rust(&options, &mut count)?;
    }
    if options.python {
        python(&options, &mut count)?;
    }
    let Count {
        rust,
        python,
        passes,
    } = count;
    let total = rust + python;
    let passes = counted(passes, "pass", "passes");
    println!("{total} tests passed in {passes}: {rust} in Rust, {python} in Python");
    Ok(())
}

fn parse(args: &[OsString]) -> Result<Options, Failure> {
    let split = args.iter().position(|arg| arg == "--");
    let (own, rest) = args.split_at(split.unwrap_or(args.len()));
    let mut options = Options {
        rest: rest.iter().skip(1).cloned().collect(),
        ..Options::default()
    };
    let mut parser = lexopt::Parser::from_args(own);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("rust") => options.rust = true,
            Arg::Long("python") => options.python = true,
            Arg::Long("level") => {
                let level = parser.value()?.string()?;
                refuse_unknown(&level, LEVELS)?;
                options.levels.push(level);
            }
            Arg::Short('h') | Arg::Long("help") => options.help = true,
            other => return Err(Failure::Usage(format!("{}\n{USAGE}", other.unexpected()))),
        }
    }
    if !options.rest.is_empty() && options.rust == options.python {
        let message = format!("arguments after -- need one of --rust, --python\n{USAGE}");
        return Err(Failure::Usage(message));
    }
    if !options.rust && !options.python {
        (options.rust, options.python) = (true, true);
    }
    Ok(options)
}

fn refuse_unknown(level: &str, known: &[impl AsRef<str>]) -> Result<(), Failure> {
    let known: Vec<_> = known.iter().map(AsRef::as_ref).collect();
    if known.contains(&level) {
        return Ok(());
    }
    let choices = known.join(", ");
    Err(Failure::Usage(format!(
        "no level {level}: choose {choices}"
    )))
}

/// The levels to run at: those asked for, if the machine has them, else all that it has.
fn levels(asked: &[String], available: Vec<String>) -> Result<Vec<String>, Failure> {
    for level in asked {
        refuse_unknown(level, &available)?;
    }
    Ok(if asked.is_empty() {
        available
    } else {
        asked.to_vec()
    })
}

fn rust(options: &Options, count: &mut Count) -> Result<(), Failure> {
    let built = cargo()
        .args(["--no-run", "--message-format=json-render-diagnostics"])
        .lines()?;
    let programs = Programs::parse(&built);
    let available = Program::new(&programs.levels, "run the command again").output()?;
    let levels = levels(&options.levels, lines(&available))?;

    if options.levels.is_empty() {
        say("Rust", Pass(None));
        let output = cargo()
            .args(["--quiet", "--no-fail-fast", "--"])
            .args(&options.rest)
            .tee()?;
        count.rust += passed(&output);
        count.passes += 1;
    }
    for level in &levels {
        say(LEVELLED, Pass(Some(level)));
        for program in &programs.levelled {
            let program = Program::new(program, "run the command again")
                .folder(&workspace::root().join(LEVELLED))
                .args(["--quiet"])
                .args(&options.rest);
            count.rust += passed(&Pass(Some(level)).set(program).tee()?);
        }
        count.passes += 1;
    }
    Ok(())
}

/// The Rust tests of all crates but the binding, whose tests are Python's.
fn cargo() -> Program {
    let args = ["test", "--workspace", "--exclude", "raptors-py"];
    Program::new("cargo", "install Rust from https://rustup.rs").args(args)
}

fn python(options: &Options, count: &mut Count) -> Result<(), Failure> {
    let venv = Venv::ready()?;
    venv.install_raptors()?;
    let ask = "import raptors as rp; \
               print(*rp.show_config(mode='dicts')['simd_available'], sep='\\n')";
    let available = Program::new(venv.python(), "run the command again")
        .args(["-c", ask])
        .output()?;
    let levels = levels(&options.levels, lines(&available))?;

    let mut passes = vec![];
    if options.levels.is_empty() {
        passes.extend([(Pass(None), BINDING), (Pass(None), BENCH)]);
    }
    passes.extend(levels.iter().map(|level| (Pass(Some(level)), BINDING)));
    for (pass, tests) in passes {
        say(tests.folder, pass);
        let pytest = Program::new(venv.python(), "run the command again")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            // Draws the flame graphs of a real profile.
            .env("RAPTORS_XTASK", workspace::xtask())
            .args(["-m", "pytest", "-q", "-p", "no:cacheprovider", tests.folder])
            .args(tests.processes)
            .args(&options.rest);
        count.python += passed(&pass.set(pytest).tee()?);
        count.passes += 1;
    }
    Ok(())
}

impl Pass<'_> {
    fn set(self, program: Program) -> Program {
        match self.0 {
            Some(level) => program
                .env("RAPTORS_SIMD", level)
                .env("RAPTORS_THREADS", "1"),
            None => program,
        }
    }
}

fn say(tests: &str, pass: Pass<'_>) {
    match pass.0 {
        Some(level) => println!("\n{tests}: level {level}, 1 thread"),
        None => println!("\n{tests}: the machine's own level and threads"),
    }
}

/// What `cargo test --no-run` built.
#[derive(Debug, Default, PartialEq, Eq)]
struct Programs {
    /// The tests that depend on the level.
    levelled: Vec<PathBuf>,
    /// The example of the kernels that prints the levels of this CPU.
    levels: PathBuf,
}

impl Programs {
    /// Reads cargo's messages, one JSON object a line.
    fn parse(messages: &str) -> Self {
        let mut programs = Self::default();
        for message in messages.lines() {
            let Some(program) = field(message, "executable") else {
                continue;
            };
            let program = PathBuf::from(program);
            let manifest = field(message, "manifest_path").unwrap_or_default();
            let package = Path::new(&manifest).parent().and_then(Path::file_name);
            if message.contains(r#""kind":["example"]"#) {
                if program.file_stem().is_some_and(|stem| stem == "levels") {
                    programs.levels = program;
                }
            } else if package.is_some_and(|package| package == LEVELLED) {
                programs.levelled.push(program);
            }
        }
        programs
    }
}

/// The string that a JSON object holds under `name`; paths know no other escapes than these.
fn field(object: &str, name: &str) -> Option<String> {
    let (_, rest) = object.split_once(&format!("\"{name}\":\""))?;
    let mut value = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => return Some(value),
            '\\' => value.push(chars.next()?),
            other => value.push(other),
        }
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// How many tests passed, in what Rust's test programs and pytest print.
pub(crate) fn passed(output: &str) -> usize {
    let words: Vec<_> = output.split_whitespace().collect();
    let counts = words.windows(2).filter_map(|pair| match pair {
        [number, "passed" | "passed;" | "passed,"] => number.parse::<usize>().ok(),
        _ => None,
    });
    counts.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Options, Failure> {
        parse(&args.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn without_options_both_languages_are_tested_at_every_level() {
        let options = parsed(&[]).unwrap();
        assert!(options.rust && options.python && options.levels.is_empty());
        let machine = vec!["scalar".to_owned(), "neon".to_owned()];
        assert_eq!(levels(&[], machine.clone()).unwrap(), machine);
    }

    #[test]
    fn options_narrow_the_run() {
        let options = parsed(&["--rust", "--level", "sse2", "--level=avx2", "--", "-x"]).unwrap();
        assert!(options.rust && !options.python);
        assert_eq!(options.levels, ["sse2", "avx2"]);
        assert_eq!(options.rest, ["-x"]);
    }

    #[test]
    fn slips_name_the_choices() {
        for (args, choice) in [
            (&["--level", "mmx"][..], "avx512"),
            (&["--leve", "sse2"], "--level"),
            (&["--", "-k", "add"], "--python"),
        ] {
            let failure = parsed(args).unwrap_err();
            let Failure::Usage(message) = failure else {
                panic!("{failure:?}")
            };
            assert!(message.contains(choice), "{message}");
        }
        let here = vec!["scalar".to_owned(), "sse2".to_owned()];
        let failure = levels(&["neon".to_owned()], here).unwrap_err();
        assert_eq!(
            failure,
            Failure::Usage("no level neon: choose scalar, sse2".to_owned())
        );
    }

    #[test]
    fn counts_are_found_in_both_dialects() {
        let rust = "test result: ok. 12 passed; 0 failed; 1 ignored\n\
                    test result: ok. 3 passed; 0 failed";
        assert_eq!(passed(rust), 15);
        assert_eq!(passed("1 failed, 40 passed, 2 skipped in 3.10s"), 40);
        assert_eq!(passed("7 passed in 0.2s"), 7);
        assert_eq!(passed("nobody passed"), 0);
    }

    #[test]
    fn programs_are_found_in_cargo_messages() {
        let messages = r#"{"reason":"compiler-artifact","manifest_path":"/r/raptors-array/Cargo.toml","target":{"kind":["lib"]},"executable":"/t/raptors_array-1"}
{"reason":"compiler-artifact","manifest_path":"/r/raptors-kernels/Cargo.toml","target":{"kind":["test"]},"executable":"/t/table-2"}
{"reason":"compiler-artifact","manifest_path":"/r/raptors-kernels/Cargo.toml","target":{"kind":["example"]},"executable":"/t/examples/levels"}
{"reason":"compiler-artifact","manifest_path":"/r/raptors-array/Cargo.toml","target":{"kind":["lib"]},"executable":null}
{"reason":"build-finished","success":true}"#;
        let programs = Programs::parse(messages);
        assert_eq!(programs.levels, Path::new("/t/examples/levels"));
        assert_eq!(programs.levelled, [Path::new("/t/raptors_array-1")]);
        assert_eq!(
            field(r#"{"executable":"C:\\a\\b.exe"}"#, "executable").unwrap(),
            r"C:\a\b.exe"
        );
    }
}
