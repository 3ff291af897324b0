//! The container engine: whether one answers, what it is, and what to do where none does.

use std::{
    env,
    io::Read,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::private;
use crate::{failure::Failure, process::Program};

/// How long it may take until engines have said what they are: the user waits, and hears within 5 s that
/// none does. A busy machine's takes seconds, so one that is alone has all of it; where a private one was
/// started, each has half.
const PATIENCE: Duration = Duration::from_millis(4400);

/// How long one that is known may take to say more.
const DESCRIPTION: Duration = Duration::from_secs(20);

/// The variable that has more patience, in seconds: a machine may be busier than that.
const VARIABLE: &str = "RAPTORS_ENGINE_PATIENCE";

/// How long to wait for an engine's answer: as long as the user says, else as is usual.
fn patience(said: Option<&str>) -> Duration {
    let seconds = said.and_then(|said| said.trim().parse().ok());
    let said = seconds.and_then(|seconds| Duration::try_from_secs_f32(seconds).ok());
    said.filter(|said| !said.is_zero()).unwrap_or(PATIENCE)
}

/// The user's patience.
fn ours() -> Duration {
    patience(env::var(VARIABLE).ok().as_deref())
}

/// How long is waited for one answer, or for several one after another.
#[derive(Clone, Copy, Debug)]
struct Patience {
    since: Instant,
    limit: Duration,
}

impl Patience {
    /// From now on.
    fn of(limit: Duration) -> Self {
        let since = Instant::now();
        Self { since, limit }
    }

    /// Half of it, from the same moment on.
    fn half(self) -> Self {
        let limit = self.limit / 2;
        Self { limit, ..self }
    }

    fn has_ended(self) -> bool {
        self.since.elapsed() >= self.limit
    }
}

/// An engine that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Engine {
    /// The address of the private engine; the client's own choice where there is none.
    pub(super) host: Option<String>,
    pub(super) version: String,
    pub(super) kernel: String,
    pub(super) system: String,
    pub(super) cpus: u16,
    /// Whether containers have a network of their own.
    pub(super) bridge: bool,
    pub(super) security: Security,
}

/// How the engine keeps containers from the host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Security {
    /// Whether it labels files, so that mounts need permission.
    pub(super) selinux: bool,
    /// Whether it runs as a user, who is root in its containers.
    pub(super) rootless: bool,
    /// Whether root in its containers is a user without rights on the host.
    pub(super) remapped: bool,
}

impl Security {
    /// What the engine says of it: `[name=seccomp,profile=default name=rootless]`.
    fn read(options: &str) -> Self {
        let has = |name: &str| {
            let mut words = options.split(['[', ']', ' ', ',']);
            words.any(|word| word.strip_prefix("name=") == Some(name))
        };
        Self {
            selinux: has("selinux"),
            rootless: has("rootless"),
            remapped: has("userns"),
        }
    }
}

/// Why no engine can be used, and what mends it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Silent {
    pub(super) why: String,
    pub(super) mend: String,
}

impl Silent {
    /// The failure of a task that insists on an engine, with what does it without.
    pub(super) fn failure(self, native: &str) -> Failure {
        Failure::missing(self.why, format!("{}, or natively: {native}", self.mend))
    }
}

impl Engine {
    /// The user's engine, else the private one, if one of them answers. The user has waited since `begun`.
    pub(super) fn found(begun: Instant) -> Result<Self, Silent> {
        let (since, limit) = (begun, ours());
        let whole = Patience { since, limit };
        let private = private::host();
        let first = if private.is_some() {
            whole.half()
        } else {
            whole
        };
        let silence = match Self::asked(None, first) {
            Ok(engine) => return Ok(engine),
            Err(error) => error,
        };
        if let Some(host) = private
            && let Ok(engine) = Self::asked(Some(host), whole)
        {
            return Ok(engine);
        }
        Err(silent(&silence, Path::exists))
    }

    /// An engine that is only written about: commands are shown and not run.
    pub(super) fn assumed() -> Self {
        Self {
            host: None,
            version: "ENGINE_VERSION".to_owned(),
            kernel: String::new(),
            system: String::new(),
            cpus: u16::MAX,
            bridge: true,
            security: Security::default(),
        }
    }

    /// The engine at an address, or what its client said.
    pub(super) fn at(host: Option<String>) -> Result<Self, String> {
        Self::asked(host, Patience::of(ours()))
    }

    /// What it says of itself, all of it while the patience lasts: one that greets and then hangs is no
    /// better than one that is silent.
    fn asked(host: Option<String>, patience: Patience) -> Result<Self, String> {
        let mut engine = Self {
            host,
            ..Self::assumed()
        };
        engine.version = engine.ask(&["version", "--format", "{{.Server.Version}}"], patience)?;
        let format = "{{.NCPU}}\t{{.KernelVersion}}\t{{.OperatingSystem}}\t{{.SecurityOptions}}";
        let facts = engine.ask(&["info", "--format", format], patience)?;
        let mut facts = facts.split('\t').map(str::to_owned);
        let mut next = || facts.next().unwrap_or_default();
        engine.cpus = next().parse().unwrap_or(u16::MAX);
        (engine.kernel, engine.system) = (next(), next());
        engine.security = Security::read(&next());
        let networks = engine.ask(&["network", "ls", "--format", "{{.Driver}}"], patience)?;
        engine.bridge = networks.lines().any(|driver| driver == "bridge");
        Ok(engine)
    }

    /// The words that a command line of its client begins with.
    pub(super) fn client(&self) -> Vec<String> {
        let host = self.host.iter().flat_map(|host| ["--host", host]);
        ["docker"]
            .into_iter()
            .chain(host)
            .map(str::to_owned)
            .collect()
    }

    /// A command line of its client.
    pub(super) fn line<S: AsRef<str>>(&self, args: impl IntoIterator<Item = S>) -> Vec<String> {
        let args = args.into_iter().map(|arg| arg.as_ref().to_owned());
        self.client().into_iter().chain(args).collect()
    }

    /// Its client with arguments, ready to run.
    pub(super) fn program<S: AsRef<str>>(&self, args: impl IntoIterator<Item = S>) -> Program {
        let line = self.line(args);
        Program::new(&line[0], "install Docker's client").args(&line[1..])
    }

    /// What its client answers while the patience lasts.
    fn ask(&self, args: &[&str], patience: Patience) -> Result<String, String> {
        ask(&self.line(args), patience)
    }

    /// What an engine that answers tells of what it keeps.
    pub(super) fn tells(&self, args: &[&str]) -> Result<String, String> {
        self.ask(args, Patience::of(DESCRIPTION.max(ours())))
    }

    /// The network of containers that fetch something.
    pub(super) fn network(&self) -> &'static str {
        if self.bridge { "bridge" } else { "host" }
    }
}

/// What a program writes, if it ends well while the patience lasts; else why not.
fn ask(line: &[String], patience: Patience) -> Result<String, String> {
    let mut child = Command::new(&line[0])
        .args(&line[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{} cannot be run: {error}", line[0]))?;
    let reader = |pipe: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut text = vec![];
            pipe.map(|mut pipe| pipe.read_to_end(&mut text));
            String::from_utf8_lossy(&text).trim().to_owned()
        })
    };
    let out = reader(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let err = reader(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                let (out, err) = (out.join(), err.join());
                return match (status.success(), out, err) {
                    (true, Ok(out), _) => Ok(out),
                    (_, _, Ok(err)) => Err(err.lines().last().unwrap_or_default().to_owned()),
                    _ => Err(format!("{} said nothing", line[0])),
                };
            }
            Ok(None) if !patience.has_ended() => thread::sleep(Duration::from_millis(10)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                let limit = patience.limit.as_secs_f32();
                return Err(format!("no answer within {limit:.1} s"));
            }
        }
    }
}

/// What the client's last words mean, and what to do about it. `exists` tells which files are here.
fn silent(words: &str, exists: fn(&Path) -> bool) -> Silent {
    let found = |name: &str| {
        let paths = env::var_os("PATH").unwrap_or_default();
        let system = ["/usr/sbin".into(), "/sbin".into()];
        let mut folders = env::split_paths(&paths).chain(system);
        folders.any(|folder| exists(&folder.join(name)))
    };
    let (why, mend) = if words.contains("cannot be run") {
        let mend = if cfg!(target_os = "linux") {
            "install one (Debian, Ubuntu: sudo apt install docker.io)"
        } else {
            "install Docker Desktop"
        };
        ("Docker is not installed".to_owned(), mend)
    } else if words.contains("permission denied") {
        let mend = "sudo usermod -aG docker $USER, then log in again";
        ("you may not talk to Docker's engine".to_owned(), mend)
    } else {
        let mend = if !cfg!(target_os = "linux") {
            "start Docker Desktop"
        } else if exists(Path::new("/run/systemd/system")) {
            "sudo systemctl start docker"
        } else if found("dockerd") {
            "cargo xtask bench-linux engine start (as root)"
        } else {
            "install one (Debian, Ubuntu: sudo apt install docker.io)"
        };
        (format!("no Docker engine answers ({words})"), mend)
    };
    Silent {
        why,
        mend: mend.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_has_a_cause_and_a_cure() {
        let nothing: fn(&Path) -> bool = |_| false;
        let gone = silent("docker cannot be run: No such file or directory", nothing);
        assert_eq!(gone.why, "Docker is not installed");
        let denied = silent("permission denied while trying to connect", nothing);
        assert!(denied.mend.contains("usermod"), "{denied:?}");
        let down = silent("Cannot connect to the Docker daemon", nothing);
        assert!(down.why.contains("no Docker engine answers"), "{down:?}");
        assert!(!down.mend.is_empty());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_starts_an_engine_depends_on_the_system() {
        let words = "Cannot connect to the Docker daemon";
        let systemd = silent(words, |path| path == Path::new("/run/systemd/system"));
        assert_eq!(systemd.mend, "sudo systemctl start docker");
        let bare = silent(words, |path| path.ends_with("dockerd"));
        assert!(bare.mend.contains("engine start"), "{bare:?}");
        let none = silent(words, |_| false);
        assert!(none.mend.contains("apt install"), "{none:?}");
    }

    #[cfg(unix)]
    #[test]
    fn who_does_not_answer_is_not_waited_for() {
        // Who waited would have the answer, a day later: how long this takes is not measured.
        let line = ["sleep", "86400"].map(str::to_owned);
        let answer = ask(&line, Patience::of(Duration::from_millis(50)));
        assert!(answer.unwrap_err().contains("no answer within"));
    }

    #[test]
    fn two_engines_have_one_patience() {
        let whole = Patience::of(Duration::from_secs(3600));
        let half = whole.half();
        assert_eq!(
            (half.since, half.limit),
            (whole.since, Duration::from_secs(1800))
        );
        assert!(Patience::of(Duration::ZERO).has_ended() && !whole.has_ended());
    }

    #[test]
    fn patience_is_less_than_five_seconds_unless_told() {
        assert!(PATIENCE + Duration::from_millis(500) < Duration::from_secs(5));
        for said in [
            None,
            Some(""),
            Some("long"),
            Some("-1"),
            Some("0"),
            Some("nan"),
            Some("1e30"),
        ] {
            assert_eq!(patience(said), PATIENCE, "{said:?}");
        }
        assert_eq!(patience(Some("30")), Duration::from_secs(30));
        assert_eq!(patience(Some(" 0.5 ")), Duration::from_millis(500));
    }

    #[test]
    fn security_is_known_by_its_names() {
        let read = Security::read;
        let found =
            read("[name=apparmor name=seccomp,profile=default name=rootless name=cgroupns]");
        assert!(found.rootless && !found.selinux && !found.remapped);
        let found = read("[name=seccomp,profile=builtin name=selinux name=userns]");
        assert!(!found.rootless && found.selinux && found.remapped);
        assert_eq!(read(""), Security::default());
    }

    #[test]
    fn a_private_engine_is_named_on_the_command_line() {
        let mut engine = Engine::assumed();
        assert_eq!(engine.line(["ps"]), ["docker", "ps"]);
        engine.host = Some("unix:///run/a.sock".to_owned());
        assert_eq!(
            engine.line(["ps"]),
            ["docker", "--host", "unix:///run/a.sock", "ps"]
        );
    }
}
