//! A folder with Debian's aarch64 libraries and Python, and the emulator that runs them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{failure::Failure, process::Program, workspace};

/// What the tests run with; apt adds what these need.
const PACKAGES: &[&str] = &["python3", "libstdc++6", "libgcc-s1"];

/// Runs on this machine and needs no library of it.
const EMULATOR: &str = "qemu-user-static:amd64";

const MEND: &str = "run it on a Debian machine whose apt-get reaches a mirror, or on aarch64";

pub(super) struct Root {
    folder: PathBuf,
}

/// The Python of the root, ready to be given arguments.
pub(super) struct Python {
    pub(super) program: Program,
    /// Major and minor number.
    pub(super) version: String,
}

impl Root {
    /// The root, fetched and unpacked if it is not there.
    pub(super) fn ready() -> Result<Self, Failure> {
        let folder = workspace::cache().join("aarch64");
        let root = Self {
            folder: folder.join("root"),
        };
        let stamp = folder.join("ready");
        if stamp.is_file() {
            return Ok(root);
        }
        eprintln!(
            "xtask: fetching Debian's packages for aarch64 into {}",
            folder.display()
        );
        let fetch = || -> std::io::Result<PathBuf> {
            for name in [
                "lists/partial",
                "cache/archives/partial",
                "state",
                "sources",
            ] {
                fs::create_dir_all(folder.join("apt").join(name))?;
            }
            fs::create_dir_all(&root.folder)?;
            let apt = folder.join("apt");
            copy_sources(Path::new("/etc/apt"), &apt.join("sources"))?;
            fs::write(apt.join("status"), "")?;
            fs::write(apt.join("apt.conf"), configuration(&apt))?;
            Ok(apt)
        };
        let apt = fetch().map_err(|error| Failure::missing(error.to_string(), MEND))?;
        let apt_get = || {
            Program::new("apt-get", MEND)
                .folder(&apt)
                .args(["-c", "apt.conf", "-qq"])
        };
        let missing = |failure: Failure| match failure {
            Failure::Check(message) => Failure::missing(message, MEND),
            other => other,
        };
        apt_get().args(["update"]).output().map_err(missing)?;
        apt_get()
            .args([
                "install",
                "--yes",
                "--download-only",
                "--no-install-recommends",
            ])
            .args(PACKAGES)
            .output()
            .map_err(missing)?;
        apt_get()
            .args(["download", EMULATOR])
            .output()
            .map_err(missing)?;
        for package in packages(&[&apt, &apt.join("cache/archives")]) {
            Program::new("dpkg", MEND)
                .args([
                    "--extract".as_ref(),
                    package.as_os_str(),
                    root.folder.as_os_str(),
                ])
                .output()?;
        }
        root.merge()?;
        fs::write(&stamp, "").map_err(|error| Failure::Check(error.to_string()))?;
        Ok(root)
    }

    /// The words that run a program of the target, for at most `limit` seconds.
    pub(super) fn command(&self, limit: &str) -> [String; 5] {
        let emulator = self.folder.join("usr/bin/qemu-aarch64-static");
        [
            "timeout".to_owned(),
            limit.to_owned(),
            emulator.to_string_lossy().into_owned(),
            "-L".to_owned(),
            self.folder.to_string_lossy().into_owned(),
        ]
    }

    pub(super) fn python(&self) -> Result<Python, Failure> {
        let program = |limit| {
            let [timeout, words @ ..] = self.command(limit);
            let python = self.folder.join("usr/bin/python3");
            Program::new(timeout, "install coreutils")
                .args(words)
                .args([python])
        };
        let ask = "import sys; print('%d.%d' % sys.version_info[:2])";
        let version = program("60").args(["-c", ask]).output()?.trim().to_owned();
        Ok(Python {
            program: program(super::LIMIT),
            version,
        })
    }

    /// Lets tests start `sys.executable`: the kernel of this machine cannot, a shell script can.
    pub(super) fn pretend(&self, site: &Path) -> Result<(), Failure> {
        let script = self.folder.join("usr/bin/emulated-python");
        let [_, _, emulator, flag, root] = self.command("");
        let python = self.folder.join("usr/bin/python3");
        let line = format!(
            "exec '{emulator}' {flag} '{root}' '{}' \"$@\"",
            python.display()
        );
        let name = script.display();
        let write = || -> std::io::Result<()> {
            fs::write(&script, format!("#!/bin/sh\n{line}\n"))?;
            let custom = format!("import sys\nsys.executable = {:?}\n", name.to_string());
            fs::write(site.join("sitecustomize.py"), custom)
        };
        write().map_err(|error| Failure::Check(format!("{name}: {error}")))?;
        Program::new("chmod", "install coreutils")
            .args(["+x".as_ref(), script.as_os_str()])
            .output()
            .map(drop)
    }

    /// Newer releases have `/lib` as a link that no unpacked package brings.
    fn merge(&self) -> Result<(), Failure> {
        let old = self.folder.join("lib/ld-linux-aarch64.so.1");
        let new = self.folder.join("usr/lib/ld-linux-aarch64.so.1");
        if old.exists() || !new.exists() {
            return Ok(());
        }
        Program::new("ln", "install coreutils")
            .args([
                "-s".as_ref(),
                "usr/lib".as_ref(),
                self.folder.join("lib").as_os_str(),
            ])
            .output()
            .map(drop)
    }
}

/// Where apt keeps things, apart from the system's; hooks of the system are not run.
fn configuration(apt: &Path) -> String {
    let apt = apt.display();
    format!(
        r#"#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
APT::Architecture "arm64";
APT::Architectures {{ "arm64"; "amd64"; }};
APT::Sandbox::User "root";
Acquire::Languages "none";
Dir::State "{apt}/state";
Dir::State::lists "{apt}/lists";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}/cache";
Dir::Etc::sourcelist "{apt}/sources.list";
Dir::Etc::sourceparts "{apt}/sources";
"#
    )
}

/// Takes over the system's lists of Debian's mirrors; others hold no packages for aarch64.
fn copy_sources(from: &Path, to: &Path) -> std::io::Result<()> {
    let list = from.join("sources.list");
    let list = fs::read_to_string(list).unwrap_or_default();
    fs::write(to.with_file_name("sources.list"), list)?;
    for entry in fs::read_dir(from.join("sources.list.d"))
        .into_iter()
        .flatten()
        .flatten()
    {
        if entry.file_name().to_string_lossy().contains("debian") {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The packages in the folders.
fn packages(folders: &[&Path]) -> Vec<PathBuf> {
    let entries = folders.iter().flat_map(fs::read_dir).flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == "deb"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apt_stays_in_its_folder() {
        let text = configuration(Path::new("/t/apt"));
        let places: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("Dir::"))
            .collect();
        assert_eq!(places.len(), 6);
        assert!(places.iter().all(|line| line.contains("\"/t/apt/")));
    }

    #[test]
    fn a_runner_has_a_limit() {
        let root = Root {
            folder: PathBuf::from("/t/root"),
        };
        let words = root.command("60");
        assert_eq!(words[..2], ["timeout", "60"]);
        assert_eq!(words[3..], ["-L", "/t/root"]);
    }
}
