//! One container: its command line, its life, and what its end means.

use std::{
    io,
    process::{Command, Stdio},
};

use super::{
    engine::Engine,
    interrupt,
    places::{Mount, Places},
};
use crate::failure::Failure;

/// The label by which `clean` finds what belongs to this checkout.
pub(super) const LABEL: &str = "raptors.bench";

/// The code with which the client says that there was no container.
const REFUSED: i32 = 125;

/// What the system ends with a signal that cannot be caught.
const KILLED: i32 = 137;

/// Settings of Raptors that reach the command inside.
const PASSED: &[&str] = &[
    "RAPTORS_SIMD",
    "RAPTORS_THREADS",
    "RAPTORS_BLAS",
    "RAPTORS_CACHE_BYTES",
    "RAPTORS_FALLBACK",
];

/// Settings that tell programs how to reach the network: given to containers that may, and to the
/// build of an image. Every builder knows the proxies; the Dockerfile declares the indexes.
pub(super) const NETWORKED: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
];

/// A container to be run.
#[derive(Clone, Debug)]
pub(super) struct Container {
    pub(super) name: String,
    pub(super) identity: String,
    pub(super) image: String,
    /// `none` for what is timed.
    pub(super) network: &'static str,
    pub(super) cpus: Option<String>,
    pub(super) memory: Option<String>,
    /// What profilers need beyond the usual.
    pub(super) privileges: &'static [&'static str],
    pub(super) mounts: Vec<Mount>,
    pub(super) variables: Vec<(String, String)>,
    pub(super) terminal: Terminal,
    pub(super) output: Output,
    pub(super) command: Vec<String>,
}

/// Where what a program prints goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    Shown,
    /// To standard error: standard output is for JSON.
    Aside,
    Silent,
}

impl Output {
    pub(super) fn set(self, command: &mut Command) {
        match self {
            Self::Shown => {}
            Self::Aside => {
                command.stdout(io::stderr());
            }
            Self::Silent => {
                command.stdout(Stdio::null()).stderr(Stdio::null());
            }
        }
    }

    /// Prints a line of the task's own there.
    pub(super) fn say(self, line: &str) {
        match self {
            Self::Shown => println!("{line}"),
            Self::Aside => eprintln!("{line}"),
            Self::Silent => {}
        }
    }
}

/// What the command inside reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Terminal {
    Nothing,
    Input,
    Screen,
}

/// How a container ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Exit(i32),
    /// It went over its memory limit.
    Memory,
    /// A signal that cannot be caught ended it, for another reason or an unknown one.
    Killed,
    Interrupted,
    /// The engine did not start it, and its client said why.
    Refused,
}

impl Container {
    /// The arguments of the engine's client.
    pub(super) fn arguments(&self, engine: &Engine) -> Vec<String> {
        let mut args = vec!["run".to_owned(), format!("--name={}", self.name)];
        args.push(format!("--label={LABEL}={}", self.identity));
        args.push("--init".to_owned());
        args.push(format!("--network={}", self.network));
        args.extend(self.cpus.iter().map(|cpus| format!("--cpuset-cpus={cpus}")));
        args.extend(self.memory.iter().map(|size| format!("--memory={size}")));
        args.extend(self.privileges.iter().map(|word| (*word).to_owned()));
        if engine.security.selinux {
            args.push("--security-opt=label=disable".to_owned());
        }
        // A root without rights on the host could not write to what is mounted.
        if engine.security.remapped {
            args.push("--userns=host".to_owned());
        }
        for mount in &self.mounts {
            args.extend(["--mount".to_owned(), mount.value()]);
        }
        for (name, value) in &self.variables {
            args.extend(["--env".to_owned(), format!("{name}={value}")]);
        }
        match self.terminal {
            Terminal::Nothing => {}
            Terminal::Input => args.push("--interactive".to_owned()),
            Terminal::Screen => {
                args.extend(["--interactive", "--tty"].map(str::to_owned));
            }
        }
        args.push(self.image.clone());
        args.extend(self.command.iter().cloned());
        args
    }

    /// Runs it and removes it; an interruption is passed on to everything inside.
    pub(super) fn run(&self, engine: &Engine) -> Result<End, Failure> {
        interrupt::watch();
        let line = engine.line(self.arguments(engine));
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]);
        self.output.set(&mut command);
        if self.terminal == Terminal::Nothing {
            command.stdin(Stdio::null());
            // The terminal's Ctrl-C is for this process, which knows what to do with it.
            #[cfg(unix)]
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
        }
        let mut child = command.spawn().map_err(|error| {
            Failure::missing(format!("docker cannot be run ({error})"), "install it")
        })?;
        let quietly = |args: &[&str]| {
            let _ = engine.program(args).output();
        };
        let status = interrupt::wait(
            &mut child,
            |_| quietly(&["kill", "--signal=INT", &self.name]),
            || quietly(&["rm", "--force", &self.name]),
        );
        let killed = engine
            .program(["inspect", "--format={{.State.OOMKilled}}", &self.name])
            .output()
            .is_ok_and(|answer| answer.trim() == "true");
        quietly(&["rm", "--force", "--volumes", &self.name]);
        let code = status?.code().unwrap_or(KILLED);
        Ok(end(code, killed, interrupt::noticed()))
    }
}

/// What the client's exit code means.
fn end(code: i32, out_of_memory: bool, interrupted: bool) -> End {
    match code {
        0 => End::Exit(0),
        _ if interrupted => End::Interrupted,
        REFUSED => End::Refused,
        _ if out_of_memory => End::Memory,
        KILLED => End::Killed,
        code => End::Exit(code),
    }
}

impl End {
    /// The failure of the task `what`, unless it ended well.
    pub(super) fn outcome(self, what: &str, memory: Option<&str>) -> Result<(), Failure> {
        match self {
            Self::Exit(0) => Ok(()),
            Self::Exit(code @ 1..=4) => Err(Failure::Said(code as u8)),
            Self::Exit(code) => Err(Failure::Check(format!("{what} ended with code {code}"))),
            Self::Memory => {
                let limit = memory.map_or_else(String::new, |size| format!(" (limit {size})"));
                Err(Failure::missing(
                    format!("{what} was killed for memory{limit}"),
                    "give it more with --memory, or choose smaller shapes",
                ))
            }
            Self::Killed => Err(Failure::Check(format!(
                "{what} was killed by a signal, and nothing says that memory was short: run it again"
            ))),
            Self::Interrupted => {
                eprintln!("xtask: {what} was interrupted");
                Err(Failure::Said(4))
            }
            Self::Refused => Err(Failure::missing(
                format!("the engine refused to start {what} (its words are above)"),
                "cargo xtask bench-linux doctor, or use --engine native",
            )),
        }
    }
}

/// The variables of every container; `network` says whether it may fetch. `ask` tells the host's.
pub(super) fn variables(
    network: bool,
    ask: impl Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    let fixed = [
        // The registry's cache is the host's, which has fetched what the lock file names.
        ("CARGO_NET_OFFLINE", "true"),
        ("CARGO_INCREMENTAL", "0"),
        // An interruption reaches the command's children, too.
        ("TINI_KILL_PROCESS_GROUP", "1"),
        // The repository belongs to another user than root.
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "safe.directory"),
        ("GIT_CONFIG_VALUE_0", "*"),
    ];
    let named = PASSED.iter().chain(NETWORKED.iter().filter(|_| network));
    let passed = named.filter_map(|name| Some(((*name).to_owned(), ask(name)?)));
    let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    fixed.into_iter().chain(passed).collect()
}

impl Container {
    /// A container of this checkout that runs `command`, with everything mounted and nothing else.
    pub(super) fn new(
        places: &Places,
        image: &str,
        network: &'static str,
        command: &[&str],
    ) -> Self {
        let identity = places.identity();
        Self {
            name: format!("raptors-bench-{identity}-{}", std::process::id()),
            identity,
            image: image.to_owned(),
            network,
            cpus: None,
            memory: None,
            privileges: &[],
            mounts: places.mounts(),
            variables: variables(network != "none", |name| std::env::var(name).ok()),
            terminal: Terminal::Nothing,
            output: Output::Shown,
            command: command.iter().map(|&word| word.to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::places::tests::host, *};

    #[test]
    fn the_command_line_is_as_documented() {
        let mut container = Container::new(&host(), "raptors-bench:1", "none", &["cargo", "xtask"]);
        container.name = "raptors-bench-1".to_owned();
        container.identity = "1".to_owned();
        container.cpus = Some("0-1".to_owned());
        container.memory = Some("4g".to_owned());
        container.mounts.truncate(2);
        container.variables = vec![("A".to_owned(), "b c".to_owned())];
        assert_eq!(
            container.arguments(&Engine::assumed()),
            [
                "run",
                "--name=raptors-bench-1",
                "--label=raptors.bench=1",
                "--init",
                "--network=none",
                "--cpuset-cpus=0-1",
                "--memory=4g",
                "--mount",
                "type=bind,source=/home/ada/raptors,target=/workspace,readonly",
                "--mount",
                "type=bind,source=/home/ada/raptors/results,target=/workspace/results",
                "--env",
                "A=b c",
                "raptors-bench:1",
                "cargo",
                "xtask",
            ]
        );
    }

    #[test]
    fn nothing_is_privileged_unless_asked_for() {
        let container = Container::new(&host(), "i", "host", &["true"]);
        let line = container.arguments(&Engine::assumed()).join(" ");
        for word in [
            "--privileged",
            "--cap-add",
            "--security-opt",
            "--tty",
            "--cpus",
        ] {
            assert!(!line.contains(word), "{line}");
        }
        let mut engine = Engine::assumed();
        engine.security.selinux = true;
        let line = container.arguments(&engine);
        assert!(line.contains(&"--security-opt=label=disable".to_owned()));
        assert!(!line.contains(&"--userns=host".to_owned()));
        engine.security.remapped = true;
        let line = container.arguments(&engine);
        assert!(line.contains(&"--userns=host".to_owned()));
    }

    #[test]
    fn only_what_may_fetch_is_told_how() {
        let host = |name: &str| Some(format!("of {name}"));
        let names = |network| {
            let list = variables(network, host);
            list.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert!(names(true).contains(&"HTTPS_PROXY".to_owned()));
        assert!(!names(false).contains(&"HTTPS_PROXY".to_owned()));
        assert!(names(false).contains(&"RAPTORS_SIMD".to_owned()));
        assert!(names(false).contains(&"CARGO_NET_OFFLINE".to_owned()));
    }

    #[test]
    fn every_end_has_its_meaning() {
        for (code, out_of_memory, interrupted, meaning) in [
            (0, false, false, End::Exit(0)),
            (1, false, false, End::Exit(1)),
            (1, true, false, End::Memory),
            (137, true, false, End::Memory),
            (137, false, false, End::Killed),
            (137, true, true, End::Interrupted),
            (130, false, true, End::Interrupted),
            (125, false, false, End::Refused),
        ] {
            assert_eq!(end(code, out_of_memory, interrupted), meaning, "{code}");
        }
    }

    #[test]
    fn every_end_is_one_line_and_a_code() {
        assert_eq!(End::Exit(0).outcome("bench", None), Ok(()));
        assert_eq!(End::Exit(3).outcome("bench", None), Err(Failure::Said(3)));
        let line = |end: End| {
            let failure = end.outcome("bench", Some("1g")).unwrap_err();
            failure.message().unwrap()
        };
        assert!(line(End::Memory).contains("killed for memory (limit 1g)"));
        assert!(line(End::Killed).contains("killed by a signal"));
        assert!(line(End::Refused).contains("refused"));
        assert_eq!(line(End::Exit(77)), "bench ended with code 77");
        assert_eq!(
            End::Interrupted.outcome("bench", None),
            Err(Failure::Said(4))
        );
        for end in [End::Memory, End::Killed, End::Refused, End::Exit(9)] {
            assert!(!line(end).contains('\n'));
        }
    }
}
