//! What the command line of `cargo xtask bench-linux` asks for.

use std::{ffi::OsString, path::PathBuf};

use lexopt::{Arg, ValueExt};

use super::{
    container::Output,
    on_op::{self, OnOp},
    rules, values,
};
use crate::failure::Failure;

pub(super) const USAGE: &str =
    "usage: cargo xtask bench-linux [SUBCOMMAND] [options] [-- ARGUMENTS]

Runs Raptors' benchmarks in a Linux container, or natively where no engine answers.

subcommands:
  build                build the image, the environment and the release wheel
  bench                compare with NumPy, without a network (the default; ARGUMENTS as of
                       cargo xtask bench: -- --suite vector --quick)
  run \"COMMAND\"        run a shell command there; its exit code becomes this one
  shell                open a shell there
  profile OP SHAPE DTYPE [numpy|raptors|both]    cargo xtask profile there, without a network;
  validate, asm, perfstat, overhead, compare-profiles, deep-profile OP SHAPE DTYPE    likewise
  full-suite           bench with the suite of every op
  clean                remove images, containers, the private engine and what they built; results
                       and profiles stay
  doctor               the engine, and the version of each tool in the image
  engine start|stop    a private engine, as root where dockerd is installed and none runs

options:
  --engine auto|docker|native    auto (default): a container where an engine answers, else native
  --base-image IMAGE   what the image is built on (default: ubuntu:22.04)
  --base auto|registry|local     local: a base made from this system's packages; auto (default):
                       that, where IMAGE is neither here nor to be pulled
  --cpus LIST          the CPUs to run on, such as 0,2-3
  --memory SIZE        the memory limit, such as 4g
  --results DIR        where results go (default: results)
  --resume DIR         go on with an interrupted bench
  --perf               let what run and shell start sample with perf, as profiles may
  --privileged         let those try a privileged container where nothing less can sample
  --wheel FILE         measure this wheel of Raptors and build none
  --dry-run            print the commands and run none
  --json[=FILE]        print the outcome as JSON, or write it to FILE";

/// The tasks that take no operands: their names are those of subcommands.
const ALONE: &[Task] = &[
    Task::Build,
    Task::Bench,
    Task::Shell,
    Task::FullSuite,
    Task::Clean,
    Task::Doctor,
];

/// The subcommands that take operands of their own.
const WITH_OPERANDS: &[&str] = &["run", "engine"];

/// All subcommands, for messages.
fn subcommands() -> Vec<&'static str> {
    let alone = ALONE.iter().map(Task::name);
    let on_op = on_op::COMMANDS.iter().map(|command| command.name);
    let own = WITH_OPERANDS.iter().copied();
    alone.chain(own).chain(on_op).collect()
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Task {
    Help,
    Build,
    Bench,
    Run(String),
    Shell,
    /// A command about one op, with its operands.
    OnOp(&'static OnOp, Vec<String>),
    FullSuite,
    Clean,
    Doctor,
    /// Whether the private engine is to start, or to stop.
    Engine(bool),
    /// What `build` runs inside: the environment and the wheel.
    Prepare,
}

impl Task {
    /// As it is called on the command line.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Help => "help",
            Self::Build => "build",
            Self::Bench => "bench",
            Self::Run(_) => "run",
            Self::Shell => "shell",
            Self::OnOp(command, _) => command.name,
            Self::FullSuite => "full-suite",
            Self::Clean => "clean",
            Self::Doctor => "doctor",
            Self::Engine(_) => "engine",
            Self::Prepare => "prepare",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice {
    #[default]
    Auto,
    Docker,
    Native,
}

/// What the image is built on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Base {
    #[default]
    Auto,
    Registry,
    Local,
}

/// Where the outcome is told as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Json {
    Printed,
    File(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) task: Task,
    pub(super) engine: Choice,
    pub(super) base: Base,
    pub(super) base_image: Option<String>,
    pub(super) cpus: Option<String>,
    pub(super) memory: Option<String>,
    pub(super) results: Option<PathBuf>,
    pub(super) resume: Option<PathBuf>,
    pub(super) perf: bool,
    pub(super) privileged: bool,
    pub(super) wheel: Option<PathBuf>,
    pub(super) dry_run: bool,
    pub(super) json: Option<Json>,
    /// What stands after `--`.
    pub(super) rest: Vec<String>,
}

impl Options {
    /// Where what a task prints goes: printed JSON stands alone on standard output.
    pub(super) fn output(&self) -> Output {
        if self.json == Some(Json::Printed) {
            Output::Aside
        } else {
            Output::Shown
        }
    }
}

pub(super) fn parse(args: &[OsString]) -> Result<Options, Failure> {
    let split = args.iter().position(|arg| arg == "--");
    let (own, rest) = args.split_at(split.unwrap_or(args.len()));
    let rest = rest.iter().skip(1).cloned().map(ValueExt::string);
    let mut options = Options {
        task: Task::Bench,
        engine: Choice::Auto,
        base: Base::Auto,
        base_image: None,
        cpus: None,
        memory: None,
        results: None,
        resume: None,
        perf: false,
        privileged: false,
        wheel: None,
        dry_run: false,
        json: None,
        rest: rest.collect::<Result<_, _>>()?,
    };
    let mut words = vec![];
    let mut parser = lexopt::Parser::from_args(own);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(word) => words.push(word.string()?),
            Arg::Long("engine") => options.engine = choice(&mut parser, "engine", ENGINES)?,
            Arg::Long("base") => options.base = choice(&mut parser, "base", BASES)?,
            Arg::Long("base-image") => {
                options.base_image = Some(values::image(parser.value()?.string()?)?);
            }
            Arg::Long("cpus") => options.cpus = Some(values::cpus(parser.value()?.string()?)?),
            Arg::Long("memory") => {
                options.memory = Some(values::memory(parser.value()?.string()?)?);
            }
            Arg::Long("results") => options.results = Some(parser.value()?.into()),
            Arg::Long("resume") => options.resume = Some(parser.value()?.into()),
            Arg::Long("perf") => options.perf = true,
            Arg::Long("wheel") => options.wheel = Some(parser.value()?.into()),
            Arg::Long("privileged") => options.privileged = true,
            Arg::Long("dry-run") => options.dry_run = true,
            Arg::Long("json") => {
                let file = parser.optional_value().map(|file| Json::File(file.into()));
                options.json = Some(file.unwrap_or(Json::Printed));
            }
            Arg::Short('h') | Arg::Long("help") => words = vec!["help".to_owned()],
            other => {
                let slip = other.unexpected();
                let hint = hint(words.first().map_or("bench", String::as_str));
                return Err(Failure::Usage(format!("{slip}{hint}\n{USAGE}")));
            }
        }
        if words.first().is_some_and(|word| word == "help") {
            options.task = Task::Help;
            return Ok(options);
        }
    }
    options.task = task(words)?;
    rules::check(&options)?;
    Ok(options)
}

const ENGINES: &[(&str, Choice)] = &[
    ("auto", Choice::Auto),
    ("docker", Choice::Docker),
    ("native", Choice::Native),
];

const BASES: &[(&str, Base)] = &[
    ("auto", Base::Auto),
    ("registry", Base::Registry),
    ("local", Base::Local),
];

fn choice<T: Copy>(
    parser: &mut lexopt::Parser,
    what: &str,
    choices: &[(&str, T)],
) -> Result<T, Failure> {
    let word = parser.value()?.string()?;
    let found = choices.iter().find(|(name, _)| *name == word);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        Failure::Usage(format!("no {what} {word}: choose {}", names.join(", ")))
    })
}

fn task(words: Vec<String>) -> Result<Task, Failure> {
    let mut words = words.into_iter();
    let name = words.next().unwrap_or_else(|| "bench".to_owned());
    let operands: Vec<_> = words.collect();
    let alone = |task| match operands.first() {
        None => Ok(task),
        Some(word) => Err(Failure::Usage(format!(
            "{name} takes no operands, and {word} is one{}",
            hint(&name)
        ))),
    };
    let needs = |what: &str| Failure::Usage(format!("{name} needs {what}\n{USAGE}"));
    // `prepare` is what a container runs, and no subcommand that anyone is told of.
    if let Some(task) = ALONE
        .iter()
        .chain([&Task::Prepare])
        .find(|task| task.name() == name)
    {
        return alone(task.clone());
    }
    match name.as_str() {
        "run" if operands.is_empty() => Err(needs("a command, such as run \"cargo --version\"")),
        "run" => Ok(Task::Run(operands.join(" "))),
        "engine" => match operands.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["start"] => Ok(Task::Engine(true)),
            ["stop"] => Ok(Task::Engine(false)),
            _ => Err(needs("one of start, stop")),
        },
        other => match on_op::named(other) {
            Some(command) if operands.is_empty() => Err(needs(command.operands)),
            Some(command) => Ok(Task::OnOp(command, operands)),
            None => Err(Failure::Usage(format!(
                "no subcommand {other}: choose {}\n{USAGE}",
                subcommands().join(", ")
            ))),
        },
    }
}

/// Where what a subcommand does not take itself is to stand.
fn hint(name: &str) -> &'static str {
    let inside = ["bench", "full-suite"].contains(&name) || on_op::named(name).is_some();
    match name {
        "run" => rules::QUOTED,
        _ if inside => "; what is meant for the command inside goes after --",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Options, Failure> {
        parse(&args.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn bench_is_the_default() {
        assert_eq!(parsed(&[]).unwrap().task, Task::Bench);
        assert_eq!(parsed(&["--dry-run"]).unwrap().task, Task::Bench);
        assert_eq!(parsed(&["-h", "bench"]).unwrap().task, Task::Help);
    }

    #[test]
    fn every_subcommand_is_understood() {
        for name in subcommands() {
            let line = match name {
                "run" => vec!["run", "cargo --version"],
                name if on_op::named(name).is_some() => vec![name, "sum", "512x512", "float32"],
                "engine" => vec!["engine", "stop"],
                other => vec![other],
            };
            assert_eq!(parsed(&line).unwrap().task.name(), name);
            let words = |line: &str| line.split([' ', ',', ';']).any(|word| word == name);
            assert!(USAGE.lines().any(words), "{name} is not in the usage");
        }
    }

    #[test]
    fn options_stand_anywhere_before_the_arguments() {
        let line = "profile --engine docker sum 512x512 float32 both --cpus 0,2-3 --memory=4g \
                    --base-image debian:12 --json=out.json --privileged -- --top 5";
        let options = parsed(&line.split_whitespace().collect::<Vec<_>>()).unwrap();
        let operands = ["sum", "512x512", "float32", "both"].map(str::to_owned);
        let command = on_op::named("profile").unwrap();
        assert_eq!(options.task, Task::OnOp(command, operands.to_vec()));
        assert_eq!(options.engine, Choice::Docker);
        assert_eq!(options.cpus.as_deref(), Some("0,2-3"));
        assert_eq!(options.memory.as_deref(), Some("4g"));
        assert_eq!(options.base_image.as_deref(), Some("debian:12"));
        assert_eq!(options.json, Some(Json::File("out.json".into())));
        assert_eq!(options.rest, ["--top", "5"]);
        let highest = ["0,2-3", "11-12,3"].map(values::highest);
        assert_eq!(highest, [3, 12]);
        assert!(options.privileged && !options.dry_run);
    }

    #[test]
    fn slips_name_the_choices() {
        for (line, choice) in [
            ("biuld", "full-suite"),
            ("--engine podman", "native"),
            ("--base remote", "registry"),
            ("--suite vector", "after --"),
            ("bench vector", "after --"),
            ("--cpus 3-1", "0,2-3"),
            ("--cpus two", "0,2-3"),
            ("--memory much", "512m"),
            ("run", "cargo --version"),
            ("profile", "OP SHAPE DTYPE"),
            ("engine", "start"),
            ("engine reset", "start"),
            ("build --resume results/a", "bench"),
            ("build -- x", "profile"),
            ("bench -- --output x", "--results"),
            ("bench -- --json=x", "--json=FILE"),
            ("--base local --base-image a", "--base-image"),
            ("bench -- --log", "cargo xtask bench"),
            ("bench --privileged", "doctor"),
            ("run ls --privileged", "--perf"),
            ("bench --perf", "run"),
            ("clean --wheel a.whl", "--wheel"),
            ("asm", "OP SHAPE DTYPE"),
            ("--engine native --memory 4g", "--memory"),
            ("build --base-image=", "debian:12"),
            ("build --engine native --base local", "--base"),
            ("build --engine native --base-image a", "--base-image"),
            ("run ls -l", "run \"ls -l\""),
            ("run ls -- -l", "run \"ls -l\""),
        ] {
            let failure = parsed(&line.split_whitespace().collect::<Vec<_>>()).unwrap_err();
            let Failure::Usage(message) = failure else {
                panic!("{line}: {failure:?}")
            };
            assert!(message.contains(choice), "{line}: {message}");
        }
    }

    #[test]
    fn nobody_is_told_to_write_what_is_refused() {
        for line in ["run ls -l", "shell x", "build --quick", "clean all"] {
            let args: Vec<_> = line.split_whitespace().collect();
            let Err(Failure::Usage(message)) = parsed(&args) else {
                panic!("{line} is taken")
            };
            let first = message.lines().next().unwrap();
            assert!(!first.contains("after --"), "{line}: {first}");
        }
    }
}
