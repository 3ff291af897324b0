//! `cargo xtask bench-linux`: the benchmarks in a Linux container, or natively where there is none.

mod again;
mod base;
mod clean;
mod container;
mod doctor;
mod engine;
mod forgotten;
mod image;
mod inside;
mod interrupt;
mod native;
mod on_op;
mod options;
mod owner;
mod places;
mod plan;
mod private;
mod privilege;
mod record;
mod rules;
mod slips;
mod values;
mod wheel;

use std::{ffi::OsString, time::Instant};

use serde_json::{Value, json};

use crate::{failure::Failure, venv};
use engine::Engine;
use options::{Choice, Json, Options, Task, USAGE};
use places::Places;

/// Where the task runs.
enum Way {
    Docker(Engine),
    /// On this system, and why.
    Native(String),
}

pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut options = options::parse(args)?;
    match options.task {
        Task::Help => {
            println!("{USAGE}");
            return Ok(());
        }
        // What a container runs: an engine is no longer asked for.
        Task::Prepare => return native::prepare(None),
        Task::Clean | Task::Doctor | Task::Engine(_) => {}
        _ => {
            let named = options.wheel.take().or_else(venv::given_wheel);
            options.wheel = named.map(|wheel| values::wheel(&wheel)).transpose()?;
        }
    }
    let done = perform(&options, begun);
    if let (Err(failure), Some(json)) = (&done, &options.json) {
        let (said, exit) = (failure.message(), failure.number());
        tell(
            json,
            &json!({"task": options.task.name(), "failure": said, "exit": exit}),
        )?;
    }
    done
}

fn perform(options: &Options, begun: Instant) -> Result<(), Failure> {
    slips::refuse(options)?;
    // Asked before anything is looked for: where no engine answers, the user hears of it at once.
    let way = if options.dry_run {
        None
    } else {
        match options.task {
            Task::Engine(_) => None,
            _ => Some(way(options, begun)?),
        }
    };
    let places = Places::found(options)?;
    if options.dry_run {
        return plan::show(options, &places, begun);
    }
    if let Some(Way::Docker(engine)) = &way
        && let Some(cpus) = options.cpus.as_deref()
        && values::highest(cpus) >= engine.cpus
    {
        let last = engine.cpus.saturating_sub(1);
        let message = format!("--cpus {cpus}: the engine has the CPUs 0 to {last}");
        return Err(Failure::Usage(message));
    }
    let told = match (&options.task, &way) {
        (Task::Engine(true), _) => private::start(&places, options.output()),
        (Task::Engine(false), _) => private::stop(&places).map(|stopped| {
            if !stopped {
                eprintln!("xtask: no private engine runs");
            }
            json!({"task": "engine", "running": false, "stopped": stopped})
        }),
        (_, Some(Way::Docker(engine))) => inside::Session::new(engine, &places, options).run(),
        (_, Some(Way::Native(why))) => native::run(&places, options, why),
        (_, None) => Ok(Value::Null),
    }?;
    match &options.json {
        Some(json) if !told.is_null() => tell(json, &told),
        _ => Ok(()),
    }
}

/// Where the task runs; an engine has the time that is left since `begun`.
fn way(options: &Options, begun: Instant) -> Result<Way, Failure> {
    match options.engine {
        Choice::Native => Ok(Way::Native("--engine native".to_owned())),
        Choice::Docker => {
            let found = Engine::found(begun);
            let natively = || again::line(options, true, options.resume.as_deref());
            let engine = found.map_err(|silent| silent.failure(&natively()))?;
            Ok(Way::Docker(engine))
        }
        Choice::Auto => Ok(match Engine::found(begun) {
            Ok(engine) => Way::Docker(engine),
            Err(silent) if options.memory.is_some() => {
                let what = format!("--memory limits a container, and {}", silent.why);
                let mend = format!("{}, or leave --memory out", silent.mend);
                return Err(Failure::missing(what, mend));
            }
            Err(silent) if options.task == Task::Clean && clean::engine_was_used() => {
                let what = format!("{}, and it keeps the images of this checkout", silent.why);
                let again = "cargo xtask bench-linux clean";
                let mend = format!(
                    "{}, then {again}; to remove what is outside the engine alone: {again} \
                     --engine native",
                    silent.mend
                );
                return Err(Failure::missing(what, mend));
            }
            Err(silent) => {
                let (why, mend) = (&silent.why, &silent.mend);
                eprintln!("xtask: {why}: running natively (for a container: {mend})");
                Way::Native(silent.why)
            }
        }),
    }
}

fn tell(json: &Json, value: &Value) -> Result<(), Failure> {
    match json {
        Json::Printed => {
            println!("{value:#}");
            Ok(())
        }
        Json::File(path) => record::write(path, value),
    }
}
