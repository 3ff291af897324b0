//! A host with an engine's client that writes down its calls and fails on demand.

use std::{
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A host of its own: an engine's client, other programs, results and what is built.
pub(crate) struct Host {
    pub(crate) folder: PathBuf,
}

impl Host {
    pub(crate) fn new(name: &str) -> Self {
        let name = format!("xtask-bench-linux-{name}-{}", std::process::id());
        let folder = env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("bin")).unwrap();
        let stub = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stub");
        symlink(stub.join("docker"), folder.join("bin/docker")).unwrap();
        for program in ["cargo", "mmdebstrap"] {
            symlink(stub.join("quiet"), folder.join("bin").join(program)).unwrap();
        }
        Self { folder }
    }

    /// Asks the engine to behave so.
    pub(crate) fn with(self, wish: &str, text: &str) -> Self {
        fs::write(self.folder.join(wish), text).unwrap();
        self
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = [self.folder.join("bin")]
            .into_iter()
            .chain(env::split_paths(&path));
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .arg("bench-linux")
            .args((!line.contains("--res")).then(|| self.results_option()))
            .args(line.split_whitespace())
            .env("PATH", env::join_paths(folders).unwrap())
            .env("STUB", &self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            // The stub answers at once, but not when the machine has no time for it.
            .env("RAPTORS_ENGINE_PATIENCE", "600")
            .env_remove("DOCKER_HOST")
            .env_remove("RAPTORS_WHEEL");
        command
    }

    pub(crate) fn results_option(&self) -> String {
        format!("--results={}", self.folder.join("results").display())
    }

    /// The exit code, and both outputs.
    pub(crate) fn run(&self, line: &str) -> (i32, String) {
        told(&self.command(line).output().unwrap())
    }

    /// How the engine's client was called.
    pub(crate) fn calls(&self) -> String {
        fs::read_to_string(self.folder.join("calls")).unwrap_or_default()
    }

    /// The folders of results that are complete, and those that are not.
    pub(crate) fn results(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let entries = fs::read_dir(self.folder.join("results"))
            .into_iter()
            .flatten();
        let folders = entries.map(|entry| entry.unwrap().path());
        folders.partition(|path| path.extension().is_none())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn told(output: &Output) -> (i32, String) {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), out + &err)
}

/// The places of `needles` in `text`, which must come in this order.
pub(crate) fn in_order(text: &str, needles: &[&str]) {
    let mut rest = text;
    for needle in needles {
        let Some((_, after)) = rest.split_once(needle) else {
            panic!("no {needle} in its place:\n{text}")
        };
        rest = after;
    }
}
