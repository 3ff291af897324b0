//! A private engine, for root on a system where none runs: started and stopped on request only.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{container::Output, engine::Engine, places::Places};
use crate::{failure::Failure, process::Program, workspace};

/// How long an engine may take to start, or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

const MEND: &str = "sudo apt install docker.io, then as root: cargo xtask bench-linux engine start";

/// What it keeps: images and containers.
fn folder() -> PathBuf {
    workspace::target().join("bench-linux/engine")
}

/// Its socket and what else is short-lived; a socket's path may have a hundred bytes at most.
fn short_lived(identity: &str) -> PathBuf {
    Path::new("/run").join(format!("raptors-bench-{identity}"))
}

/// Its address, if it was started.
pub(super) fn host() -> Option<String> {
    let path = fs::read_to_string(folder().join("socket")).ok()?;
    Path::new(&path).exists().then(|| format!("unix://{path}"))
}

/// The command line that starts it: with no network of its own and no rules in the system's.
pub(super) fn line(places: &Places) -> Vec<String> {
    let (kept, run) = (folder(), short_lived(&places.identity()));
    let option = |name: &str, path: PathBuf| format!("--{name}={}", path.display());
    vec![
        "dockerd".to_owned(),
        option("data-root", kept.join("data")),
        option("exec-root", run.join("exec")),
        option("pidfile", run.join("pid")),
        format!("--host=unix://{}", run.join("socket").display()),
        "--iptables=false".to_owned(),
        "--ip6tables=false".to_owned(),
        "--bridge=none".to_owned(),
    ]
}

/// Starts it, unless it runs; gives what there is to tell.
pub(super) fn start(places: &Places, output: Output) -> Result<Value, Failure> {
    if let Some(host) = host()
        && let Ok(engine) = Engine::at(Some(host.clone()))
    {
        output.say(&format!("the private engine runs at {host}"));
        return Ok(running(&host, &engine));
    }
    let (kept, run) = (folder(), short_lived(&places.identity()));
    let failed = |error: std::io::Error| {
        let what = format!("a private engine cannot be started ({error})");
        Failure::missing(
            what,
            "run it as root, with dockerd installed (apt install docker.io)",
        )
    };
    fs::create_dir_all(&kept).map_err(failed)?;
    fs::create_dir_all(&run).map_err(failed)?;
    let log = kept.join("log");
    let words = File::create(&log).map_err(failed)?;
    let line = line(places);
    let mut command = Command::new(&line[0]);
    command.args(&line[1..]).stdin(Stdio::null());
    command
        .stdout(words.try_clone().map_err(failed)?)
        .stderr(words);
    // It goes on when this process, or its terminal, is gone.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().map_err(failed)?;
    let socket = run.join("socket");
    fs::write(kept.join("socket"), socket.as_os_str().as_encoded_bytes()).map_err(failed)?;
    let begin = Instant::now();
    let address = format!("unix://{}", socket.display());
    while begin.elapsed() < PATIENCE {
        if let Ok(engine) = Engine::at(Some(address.clone())) {
            output.say(&format!("Docker {} runs at {address}", engine.version));
            output.say("cargo xtask bench-linux uses it where no other answers; clean removes it");
            return Ok(running(&address, &engine));
        }
        if !matches!(child.try_wait(), Ok(None)) {
            break;
        }
        thread::sleep(Duration::from_millis(200));
    }
    let mut words = String::new();
    let _ = File::open(&log).and_then(|mut file| file.read_to_string(&mut words));
    let last = words.lines().last().unwrap_or_default();
    let what = format!(
        "the private engine did not start ({last}; all of it in {})",
        log.display()
    );
    Err(Failure::missing(what, MEND))
}

fn running(address: &str, engine: &Engine) -> Value {
    json!({
        "task": "engine", "running": true, "address": address, "engine_version": engine.version,
    })
}

/// The number of its process, while that runs.
fn process(identity: &str) -> Option<String> {
    // The engine removes the file when it ends.
    let number = fs::read_to_string(short_lived(identity).join("pid")).ok()?;
    let number = number.trim().to_owned();
    is_engine(&number).then_some(number)
}

/// Whether a process is an engine: numbers of processes are given again.
fn is_engine(number: &str) -> bool {
    let name = fs::read_to_string(format!("/proc/{number}/comm"));
    name.is_ok_and(|name| name.trim() == "dockerd")
}

/// The command line that ends it, while it runs.
pub(super) fn ending(places: &Places) -> Option<Vec<String>> {
    let number = process(&places.identity())?;
    Some(vec!["kill".to_owned(), number])
}

/// Stops it, if it runs, and forgets its socket; its images stay. Tells whether there was one.
pub(super) fn stop(places: &Places) -> Result<bool, Failure> {
    let identity = places.identity();
    let run = short_lived(&identity);
    if !run.exists() {
        return Ok(false);
    }
    if let Some(number) = process(&identity) {
        Program::new("kill", "install procps")
            .args([&number])
            .output()?;
        let begin = Instant::now();
        while is_engine(&number) {
            if begin.elapsed() > PATIENCE {
                let message = format!("the engine's process {number} does not end");
                return Err(Failure::Check(message));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
    let _ = fs::remove_file(folder().join("socket"));
    // An engine leaves the mounts of its containers' networks behind.
    for network in fs::read_dir(run.join("exec/netns"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let _ = Program::new("umount", "install mount")
            .args([network.path()])
            .output();
    }
    let _ = fs::remove_dir_all(&run);
    eprintln!("the private engine has stopped");
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::{super::places::tests::host, *};

    #[test]
    fn it_touches_no_network_of_the_system() {
        let line = line(&host()).join(" ");
        for word in [
            "--iptables=false",
            "--ip6tables=false",
            "--bridge=none",
            "--data-root=",
        ] {
            assert!(line.contains(word), "{line}");
        }
        let socket = short_lived(&host().identity()).join("socket");
        assert!(socket.as_os_str().len() < 100);
    }
}
