//! Tasks in a container.

use std::{
    env, fs,
    io::{self, IsTerminal},
    path::Path,
    time::{Instant, SystemTime},
};

use serde_json::{Value, json};

use super::{
    Engine, Options, Places, Task, again, clean,
    container::{Container, End, Output, Terminal},
    doctor, forgotten,
    image::{Built, Image},
    on_op::OnOp,
    owner,
    places::VENV,
    privilege,
    record::{self, Record},
    wheel,
};
use crate::{failure::Failure, process::Program};

/// What puts the packages that the lock file names where containers find them.
pub(super) const FETCH: [&str; 4] = ["cargo", "fetch", "--locked", "--quiet"];

/// What a task in a container needs to know.
pub(super) struct Session<'a> {
    pub(super) engine: &'a Engine,
    pub(super) places: &'a Places,
    pub(super) options: &'a Options,
    pub(super) output: Output,
}

/// The command inside that compares, writing to `folder`.
pub(super) fn bench(options: &Options, folder: &str) -> Vec<String> {
    let mut words = vec!["cargo", "xtask", "bench"];
    if options.task == Task::FullSuite {
        words.extend(["--suite", "full"]);
    }
    let option = if options.resume.is_some() {
        "--resume"
    } else {
        "--output"
    };
    words.extend([option, folder]);
    let rest = options.rest.iter().map(String::as_str);
    words.into_iter().chain(rest).map(str::to_owned).collect()
}

/// The command inside that is called as the task is.
pub(super) fn task(options: &Options, operands: &[String]) -> Vec<String> {
    let words = ["cargo", "xtask", options.task.name()].map(str::to_owned);
    let rest = options.rest.iter().cloned();
    words
        .into_iter()
        .chain(operands.iter().cloned())
        .chain(rest)
        .collect()
}

/// The container that makes the environment and the wheel; it may fetch.
pub(super) fn preparing(engine: &Engine, places: &Places, image: &str) -> Container {
    let words = ["cargo", "xtask", "bench-linux", "prepare"];
    Container::new(places, image, engine.network(), &words)
}

impl<'a> Session<'a> {
    pub(super) fn new(engine: &'a Engine, places: &'a Places, options: &'a Options) -> Self {
        Self {
            engine,
            places,
            options,
            output: options.output(),
        }
    }

    /// Does the task; gives what there is to tell about it.
    pub(super) fn run(&self) -> Result<Value, Failure> {
        if self.options.task != Task::Clean {
            forgotten::remove(self.engine, self.places);
        }
        match &self.options.task {
            Task::Build => {
                let built = self.prepared(true)?;
                Ok(json!({
                    "task": "build", "engine": "docker", "engine_version": self.engine.version,
                    "image": self.image().tag(), "image_id": built.id, "base": built.base,
                }))
            }
            Task::Bench | Task::FullSuite => self.bench(),
            Task::Run(_) | Task::Shell => self.command(),
            Task::OnOp(command, operands) => self.on_op(command, operands),
            Task::Clean => clean::with_engine(self),
            Task::Doctor => doctor::inside(self),
            Task::Help | Task::Engine(_) | Task::Prepare => Ok(Value::Null),
        }
    }

    pub(super) fn image(&self) -> Image<'_> {
        Image {
            engine: self.engine,
            places: self.places,
            options: self.options,
            output: self.output,
        }
    }

    /// A container with the limits that the user has set.
    pub(super) fn container(&self, network: &'static str, command: &[String]) -> Container {
        let words: Vec<_> = command.iter().map(String::as_str).collect();
        let tag = self.image().tag();
        let mut container = Container::new(self.places, &tag, network, &words);
        container.cpus.clone_from(&self.options.cpus);
        container.memory.clone_from(&self.options.memory);
        container.variables.extend(wheel::variable(self.options));
        container.output = self.output;
        container
    }

    /// The image, the environment and the wheel, made or brought up to date.
    fn prepared(&self, always: bool) -> Result<Built, Failure> {
        for folder in self.places.folders() {
            fs::create_dir_all(&folder).map_err(|_| {
                record::unwritable(&folder).unwrap_or_else(|| {
                    Failure::Check(format!("{} cannot be made", folder.display()))
                })
            })?;
        }
        let built = self.image().ready(always)?;
        // Where the network is down, the registry's cache may have all there is to fetch.
        let _ = Program::new(FETCH[0], "install Rust from https://rustup.rs")
            .args(&FETCH[1..])
            .output();
        wheel::put(self.options, self.places)?;
        let mut container = preparing(self.engine, self.places, &self.image().tag());
        container.variables.extend(wheel::variable(self.options));
        container.output = self.output;
        let end = container.run(self.engine)?;
        self.give_back();
        self.judged(end, "the preparation in the container")?;
        Ok(built)
    }

    /// A command without a network; a failure is the task's own.
    fn ended(
        &self,
        command: &[String],
        privileges: &'static [&'static str],
    ) -> Result<Value, Failure> {
        let mut container = self.container("none", command);
        container.privileges = privileges;
        let end = container.run(self.engine)?;
        self.give_back();
        self.judged(end, self.options.task.name())?;
        Ok(json!({"task": self.options.task.name(), "engine": "docker", "command": command}))
    }

    fn on_op(&self, command: &OnOp, operands: &[String]) -> Result<Value, Failure> {
        let built = self.prepared(false)?;
        let words = task(self.options, operands);
        let privileges = if command.samples {
            self.sampling(&built, &words.join(" "))?
        } else {
            &[]
        };
        let told = self.ended(&words, privileges)?;
        if command.samples {
            eprintln!("xtask: profiles are in {}", self.places.profiles.display());
        }
        Ok(told)
    }

    /// What a container is allowed so that perf samples in it; says what that is, and where it is
    /// nothing, why and what does it natively.
    fn sampling(&self, built: &Built, natively: &str) -> Result<&'static [&'static str], Failure> {
        let tag = self.image().tag();
        let asked = self.options.privileged;
        let set = privilege::least(self.engine, self.places, &tag, &built.id, asked)?;
        eprintln!("xtask: sampling with {}", set.name);
        if *set == privilege::NOTHING {
            eprintln!("xtask: {}", privilege::why(self.engine, asked));
            eprintln!("xtask: natively it may: {natively}");
        }
        Ok(set.arguments)
    }

    /// The container of what the user types, or of the shell to type it in; it has a network.
    pub(super) fn typed(&self) -> Container {
        // `python` is the one that has Raptors.
        let script = match &self.options.task {
            Task::Run(text) => format!("PATH={VENV}/bin:$PATH; {text}"),
            _ => format!("PATH={VENV}/bin:$PATH exec bash"),
        };
        let words = ["sh".to_owned(), "-c".to_owned(), script];
        let shell = self.options.task == Task::Shell;
        let screen = shell && io::stdin().is_terminal() && io::stdout().is_terminal();
        let mut container = self.container(self.engine.network(), &words);
        container.terminal = if screen {
            Terminal::Screen
        } else {
            Terminal::Input
        };
        container
    }

    /// What the user types: its exit code is the task's.
    fn command(&self) -> Result<Value, Failure> {
        for folder in self.places.folders() {
            let _ = fs::create_dir_all(folder);
        }
        let built = self.image().ready(false)?;
        wheel::put(self.options, self.places)?;
        let mut container = self.typed();
        if self.options.perf {
            let natively = match &self.options.task {
                Task::Run(text) => text,
                _ => "your shell",
            };
            container.privileges = self.sampling(&built, natively)?;
        }
        let end = container.run(self.engine)?;
        self.give_back();
        match end {
            End::Exit(code @ 1..=255) => Err(Failure::Said(code as u8)),
            end => self.judged(end, self.options.task.name()),
        }?;
        Ok(
            json!({"task": self.options.task.name(), "engine": "docker", "command": container.command}),
        )
    }

    fn bench(&self) -> Result<Value, Failure> {
        let (options, places) = (self.options, self.places);
        let record = Record::new(
            &places.results,
            options.resume.as_deref(),
            SystemTime::now(),
        )?;
        for folder in [&places.own, &places.results] {
            if let Some(failure) = record::unwritable(folder) {
                return Err(failure);
            }
        }
        let built = self.prepared(false)?;
        let inside = places.inside(&record.partial).unwrap_or_default();
        let command = bench(options, &inside);
        let mut container = self.container("none", &command);
        container.variables.extend(self.facts(&built));
        let (started, begin) = (record::stamp(SystemTime::now()), Instant::now());
        let end = container.run(self.engine)?;
        let seconds = begin.elapsed().as_secs();
        self.give_back();
        let again = |run: &Path| again::line(options, false, Some(run));
        let Some(code) = finished(end, &record) else {
            record.abandoned(again);
            self.judged(end, options.task.name())?;
            return Ok(Value::Null);
        };
        let metadata = json!({
            "task": options.task.name(), "engine": "docker",
            "engine_version": self.engine.version, "engine_system": self.engine.system,
            "kernel": self.engine.kernel, "image": self.image().tag(), "image_id": built.id,
            "base": built.base, "cpuset": options.cpus, "memory": options.memory,
            "network": "none", "command": command, "started": started, "seconds": seconds,
            "resumed": record.resumed, "exit": code, "source": source(options),
        });
        if let Err(failure) = record.complete(&metadata) {
            record.abandoned(again);
            return Err(failure);
        }
        self.give_back();
        let folder = record.done.display().to_string();
        eprintln!("xtask: on the host, the results are in {folder}");
        let mut told = metadata;
        told["results"] = folder.into();
        self.judged(end, options.task.name())?;
        Ok(told)
    }

    /// What the results' provenance is told about the container.
    pub(super) fn facts(&self, built: &Built) -> Vec<(String, String)> {
        let limit = |limit: &Option<String>| limit.clone().unwrap_or_else(|| "none".to_owned());
        let facts = [
            ("ENGINE", format!("docker {}", self.engine.version)),
            ("IMAGE", built.id.clone()),
            ("BASE", built.base.clone()),
            ("CPUSET", limit(&self.options.cpus)),
            ("MEMORY", limit(&self.options.memory)),
            ("NETWORK", "none".to_owned()),
        ];
        let facts = facts.into_iter().chain(source_facts(self.options));
        facts
            .map(|(name, value)| (format!("RAPTORS_BENCH_{name}"), value))
            .collect()
    }

    /// The failure that an end means; a disk that is full comes first, as the likelier cause.
    fn judged(&self, end: End, what: &str) -> Result<(), Failure> {
        if let End::Exit(1..) = end {
            let folders = [&self.places.results, &self.places.own];
            if let Some(failure) = folders
                .into_iter()
                .find_map(|folder| record::unwritable(folder))
            {
                return Err(failure);
            }
        }
        end.outcome(what, self.options.memory.as_deref())
    }

    /// Gives what containers have written to the user who asked.
    pub(super) fn give_back(&self) {
        // To a rootless engine its user is root, so that what a container makes is that user's.
        if self.engine.security.rootless {
            return;
        }
        let Some(owner) = owner::caller(&self.places.root, &self.places.own) else {
            return;
        };
        // Not the private engine's folder, which stays root's.
        let own = ["target", "venv", "context"].map(|name| self.places.own.join(name));
        let mut folders = own.to_vec();
        folders.extend([self.places.results.clone(), self.places.profiles.clone()]);
        let given = folders
            .iter()
            .filter(|folder| !owner::give(folder, owner))
            .count()
            == 0;
        if given {
            return;
        }
        let to = format!("{}:{}", owner.user, owner.group);
        let _ = self.giving(&to).run(self.engine);
    }

    /// The container that gives what is root's to an owner: the engine may, where the user may not.
    /// Links are given themselves, or they would stay root's; what is somebody else's is left alone.
    pub(super) fn giving(&self, owner: &str) -> Container {
        let (results, target) = (super::places::RESULTS, super::places::TARGET);
        let words = ["chown", "-hR", "--from=0", owner, results, target].map(str::to_owned);
        let mut container = self.container("none", &words);
        container.cpus = None;
        container.memory = None;
        container.output = Output::Silent;
        container
    }
}

/// The exit code of a run that came to its end: a wrong result, a slowdown (1) or a doubt (4) is one.
pub(super) fn finished(end: End, record: &Record) -> Option<i32> {
    match end {
        End::Exit(0) => Some(0),
        End::Exit(code @ (1 | 4)) if record.results().is_file() => Some(code),
        _ => None,
    }
}

/// The state of the sources, which a container may not see: a worktree's is kept elsewhere. A wheel
/// that was given may be of any others.
pub(super) fn source(options: &Options) -> Value {
    if let Some(wheel) = &options.wheel {
        return json!({"wheel": wheel.file_name().map(|name| name.to_string_lossy())});
    }
    let git = |args: &[&str]| Program::new("git", "install git").args(args).output().ok();
    let commit = git(&["rev-parse", "HEAD"]).map(|text| text.trim().to_owned());
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]);
    json!({"commit": commit, "dirty": changed.map(|text| !text.trim().is_empty())})
}

/// The same for the provenance, as variables.
pub(super) fn source_facts(options: &Options) -> Vec<(&'static str, String)> {
    let source = source(options);
    let commit = source["commit"]
        .as_str()
        .map(|commit| ("COMMIT", commit.to_owned()));
    let dirty = source["dirty"]
        .as_bool()
        .map(|dirty| ("DIRTY", dirty.to_string()));
    commit.into_iter().chain(dirty).collect()
}

/// The name of the user's shell.
pub(super) fn shell() -> std::ffi::OsString {
    let usual = if cfg!(windows) { "cmd" } else { "sh" };
    env::var_os("SHELL").unwrap_or_else(|| usual.into())
}
