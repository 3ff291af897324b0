//! Tasks on this system itself, for where no engine answers or none is wanted.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
    time::{Instant, SystemTime},
};

use serde_json::{Map, Value, json};

use super::{
    Options, Places, Task, again, clean,
    container::End,
    inside, interrupt, plan, private,
    record::{self, Record},
    slips,
};
use crate::{
    doctor,
    failure::Failure,
    process::Program,
    venv::{Venv, WHEEL},
    workspace,
};

/// Lists of requirements beside the environment's own that tasks without a network need.
const LISTS: &[&str] = &["profile"];

/// Makes the environment and the wheel, or takes one that is there.
pub(super) fn prepare(wheel: Option<&Path>) -> Result<(), Failure> {
    let venv = Venv::ready()?;
    for name in LISTS {
        let list = workspace::root().join(format!("xtask/requirements-{name}.txt"));
        if list.is_file() {
            venv.add(name)?;
        }
    }
    match wheel {
        Some(wheel) => venv.install_wheel(wheel),
        None => venv.install_raptors(),
    }
}

/// Does the task; `why` tells why there is no container.
pub(super) fn run(places: &Places, options: &Options, why: &str) -> Result<Value, Failure> {
    let options = &here(places, options);
    has_cpus(options)?;
    let told = json!({"task": options.task.name(), "engine": "native", "why": why});
    match &options.task {
        Task::Build => prepare(options.wheel.as_deref())?,
        Task::Bench | Task::FullSuite => return bench(places, options, why),
        Task::OnOp(_, operands) => {
            let line = held(options, xtask(&inside::task(options, operands)))?;
            ended(&line, options, vec![])?.outcome(options.task.name(), None)?;
        }
        Task::Run(_) | Task::Shell => {
            let venv = Venv::ready()?;
            let paths = env::var_os("PATH").unwrap_or_default();
            let bin = venv.python().parent().map(Path::to_path_buf);
            let paths = env::join_paths(bin.into_iter().chain(env::split_paths(&paths)));
            let line = held(options, typed(options))?;
            let (name, rest) = line
                .split_first()
                .map_or(("", &[][..]), |(name, rest)| (name, rest));
            let mut command = Command::new(name);
            options.output().set(&mut command);
            let status = command
                .args(rest)
                .current_dir(workspace::root())
                .env("PATH", paths.unwrap_or_default())
                .envs(options.wheel.iter().map(|wheel| (WHEEL, wheel)))
                .status()
                .map_err(|error| {
                    Failure::missing(format!("{name} cannot be run ({error})"), "install it")
                })?;
            match status.code() {
                Some(0) => {}
                Some(code) => return Err(Failure::Said(code as u8)),
                None => return Err(Failure::Check(format!("{name} was ended ({status})"))),
            }
        }
        Task::Clean => clean::without_engine(places)?,
        Task::Doctor => return examined(options, why),
        Task::Help | Task::Engine(_) | Task::Prepare => {}
    }
    Ok(told)
}

/// What this system has of what tasks need.
fn examined(options: &Options, why: &str) -> Result<Value, Failure> {
    let output = options.output();
    output.say(&format!("engine   native ({why})"));
    let findings = doctor::findings();
    for finding in &findings {
        output.say(&finding.line());
    }
    doctor::verdict(&findings)?;
    output.say(doctor::READY);
    let found =
        |finding: &doctor::Finding| (finding.name.clone(), json!(finding.found.as_ref().ok()));
    let tools: Map<_, _> = findings.iter().map(found).collect();
    Ok(json!({"task": "doctor", "engine": "native", "why": why, "tools": tools}))
}

/// The options with paths of this system in the place of those inside, which guides name: no command
/// has to be written anew where no engine answers.
fn here(places: &Places, options: &Options) -> Options {
    let rest = options.rest.iter();
    Options {
        rest: rest.map(|word| slips::outside(places, word)).collect(),
        ..options.clone()
    }
}

/// The command lines of a task on this system.
pub(super) fn lines(places: &Places, options: &Options) -> Vec<Vec<String>> {
    let options = &here(places, options);
    let held = |line| held(options, line).unwrap_or_default();
    let prepare = ["cargo", "xtask", "bench-linux", "prepare"]
        .map(str::to_owned)
        .to_vec();
    match &options.task {
        Task::Build => vec![prepare],
        Task::Bench | Task::FullSuite => {
            let run = options.resume.as_deref().and_then(Path::file_name);
            let folder = places.results.join(run.unwrap_or("TIME.partial".as_ref()));
            vec![held(inside::bench(options, &folder.display().to_string()))]
        }
        Task::OnOp(_, operands) => {
            vec![held(inside::task(options, operands))]
        }
        Task::Run(_) | Task::Shell => vec![held(typed(options))],
        Task::Clean => {
            let own = places.own.display().to_string();
            let removed = ["rm", "-r", &own].map(str::to_owned).to_vec();
            private::ending(places)
                .into_iter()
                .chain([removed])
                .collect()
        }
        Task::Doctor => vec![["cargo", "xtask", "doctor"].map(str::to_owned).to_vec()],
        Task::Help | Task::Engine(_) | Task::Prepare => vec![],
    }
}

fn bench(places: &Places, options: &Options, why: &str) -> Result<Value, Failure> {
    let record = Record::new(
        &places.results,
        options.resume.as_deref(),
        SystemTime::now(),
    )?;
    if let Some(failure) = record::unwritable(&places.results) {
        return Err(failure);
    }
    let command = inside::bench(options, &record.partial.display().to_string());
    let line = held(options, xtask(&command))?;
    let facts = [("ENGINE", format!("native ({why})"))];
    let facts = facts.into_iter().chain(inside::source_facts(options));
    let facts = facts.map(|(name, value)| (format!("RAPTORS_BENCH_{name}"), value));
    let (started, begin) = (record::stamp(SystemTime::now()), Instant::now());
    let end = ended(&line, options, facts.collect())?;
    let again = |run: &Path| again::line(options, true, Some(run));
    let Some(code) = inside::finished(end, &record) else {
        record.abandoned(again);
        end.outcome(options.task.name(), None)?;
        return Ok(Value::Null);
    };
    let mut metadata = json!({
        "task": options.task.name(), "engine": "native", "why": why, "cpuset": options.cpus,
        "command": command, "started": started, "seconds": begin.elapsed().as_secs(),
        "resumed": record.resumed, "exit": code, "source": inside::source(options),
    });
    if let Err(failure) = record.complete(&metadata) {
        record.abandoned(again);
        return Err(failure);
    }
    let folder = record.done.display().to_string();
    eprintln!("xtask: run natively ({why}); the results are in {folder}");
    metadata["results"] = folder.into();
    end.outcome(options.task.name(), None)?;
    Ok(metadata)
}

/// A command line that runs on the CPUs that the user has chosen.
fn held(options: &Options, line: Vec<String>) -> Result<Vec<String>, Failure> {
    let Some(cpus) = &options.cpus else {
        return Ok(line);
    };
    if !cfg!(target_os = "linux") {
        let what = "--cpus holds programs with taskset, which only Linux has";
        return Err(Failure::missing(
            what,
            "leave --cpus out, or use --engine docker",
        ));
    }
    let taskset = ["taskset", "--cpu-list", cpus].map(str::to_owned);
    Ok(taskset.into_iter().chain(line).collect())
}

/// Whether the system has the CPUs that the user has chosen, before anything is built for them.
fn has_cpus(options: &Options) -> Result<(), Failure> {
    let (Some(cpus), true) = (&options.cpus, cfg!(target_os = "linux")) else {
        return Ok(());
    };
    let tried = Program::new("taskset", "apt install util-linux")
        .args(["--cpu-list", cpus, "true"])
        .output();
    match tried {
        Err(Failure::Check(_)) => {
            let message = format!("--cpus {cpus}: this process may not run on all of these CPUs");
            Err(Failure::Usage(message))
        }
        other => other.map(drop),
    }
}

/// `cargo xtask`, without asking cargo to build this program again.
fn xtask(line: &[String]) -> Vec<String> {
    let program = workspace::xtask();
    let rest = line.iter().skip(2).cloned();
    [program.display().to_string()]
        .into_iter()
        .chain(rest)
        .collect()
}

/// What the user types, or the shell to type it in.
fn typed(options: &Options) -> Vec<String> {
    let shell = inside::shell().to_string_lossy().into_owned();
    match &options.task {
        Task::Run(text) if cfg!(windows) => ["cmd", "/C", text].map(str::to_owned).to_vec(),
        Task::Run(text) => ["sh", "-c", text].map(str::to_owned).to_vec(),
        _ => vec![shell],
    }
}

/// Runs a command line in the workspace, in a group of its own that an interruption is passed on to.
fn ended(line: &[String], options: &Options, facts: Vec<(String, String)>) -> Result<End, Failure> {
    interrupt::watch();
    let mut command = Command::new(&line[0]);
    command
        .args(&line[1..])
        .current_dir(workspace::root())
        .stdin(Stdio::null())
        .envs(options.wheel.iter().map(|wheel| (WHEEL, wheel)))
        .envs(facts);
    options.output().set(&mut command);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(|error| {
        let what = format!("{} cannot be run ({error})", plan::quoted(line));
        Failure::missing(what, "install it (taskset: apt install util-linux)")
    })?;
    let group = format!("-{}", child.id());
    let signal = |name: &str| {
        let kill = Program::new("kill", "install procps");
        let _ = kill.args([name, "--", &group]).output();
    };
    let status = interrupt::wait(&mut child, |_| signal("-INT"), || signal("-KILL"))?;
    Ok(match status.code() {
        Some(0) => End::Exit(0),
        _ if interrupt::noticed() => End::Interrupted,
        Some(code) => End::Exit(code),
        None => End::Killed,
    })
}
