//! Where things are on the host, and where a container finds them.

use std::{
    collections::hash_map::DefaultHasher,
    env,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

use super::options::Options;
use crate::{failure::Failure, process::Program, workspace};

/// The repository inside.
pub(super) const INSIDE: &str = "/workspace";

/// Results inside.
pub(super) const RESULTS: &str = "/workspace/results";

/// Profiles inside.
pub(super) const PROFILES: &str = "/target/profiles";

/// What a container builds, inside.
pub(super) const TARGET: &str = "/target";

/// The Python environment that has Raptors, inside.
pub(super) const VENV: &str = "/target/xtask/venv";

/// Folders and files of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) root: PathBuf,
    /// All that bench-linux makes, except results and profiles.
    pub(super) own: PathBuf,
    pub(super) results: PathBuf,
    pub(super) profiles: PathBuf,
    /// The Rust toolchain, where a container can run it.
    pub(super) sysroot: Option<PathBuf>,
    /// Cargo's home, with the registry's cache.
    pub(super) cargo: Option<PathBuf>,
}

/// A folder or file of the host that a container sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    from: PathBuf,
    to: &'static str,
    writable: bool,
}

impl Places {
    pub(super) fn found(options: &Options) -> Result<Self, Failure> {
        let here = env::current_dir().unwrap_or_default();
        let root = workspace::root().to_path_buf();
        let named = options.results.as_ref().map(|folder| here.join(folder));
        // A run that goes on does so where it lies.
        let begun = options.resume.as_ref().map(|run| here.join(run));
        let begun = begun.and_then(|run| run.canonicalize().ok()?.parent().map(Path::to_path_buf));
        let results = named.or(begun);
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
        Ok(Self {
            own: workspace::target().join("bench-linux"),
            results: results.unwrap_or_else(|| root.join("results")),
            profiles: workspace::target().join("profiles"),
            sysroot: sysroot()?,
            cargo: home.filter(|home| home.join("registry").is_dir()),
            root,
        })
    }

    /// A word that tells what belongs to this checkout from what belongs to others.
    pub(super) fn identity(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.own.hash(&mut hasher);
        format!("{:08x}", hasher.finish() as u32)
    }

    /// What a container sees of the host. Only what it makes is writable, so that nothing of root's
    /// appears in the sources; what it builds is its own, since the host's was built for the host.
    pub(super) fn mounts(&self) -> Vec<Mount> {
        let writable = |from: &Path, to| Mount::new(from, to, true);
        let readable = |from: &Path, to| Mount::new(from, to, false);
        let mut mounts = vec![
            readable(&self.root, INSIDE),
            writable(&self.results, RESULTS),
            writable(&self.own.join("target"), TARGET),
            writable(&self.profiles, PROFILES),
            writable(&self.own.join("venv"), VENV),
        ];
        if let Some(sysroot) = &self.sysroot {
            mounts.push(readable(sysroot, "/opt/rust"));
        }
        if let Some(cargo) = &self.cargo {
            mounts.push(readable(&cargo.join("registry"), "/opt/cargo/registry"));
            let config = cargo.join("config.toml");
            if config.is_file() {
                mounts.push(readable(&config, "/opt/cargo/config.toml"));
            }
        }
        mounts
    }

    /// The folders that must be there before anything is mounted on them.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![
            self.results.clone(),
            self.profiles.clone(),
            self.own.join("target/xtask/venv"),
            self.own.join("target/profiles"),
            self.own.join("venv"),
        ];
        // A mount needs a folder to cover, also where the results are kept elsewhere.
        folders.push(self.root.join("results"));
        folders.dedup();
        folders
    }

    /// The path on the host of one inside, where it is mounted from there.
    pub(super) fn outside(&self, inside: &str) -> Option<PathBuf> {
        let own = self.own.join("target");
        // The narrower first: one mount covers a part of another.
        let mounts = [
            (RESULTS, &self.results),
            (INSIDE, &self.root),
            (PROFILES, &self.profiles),
            (TARGET, &own),
        ];
        mounts.into_iter().find_map(|(inner, outer)| {
            let rest = Path::new(inside).strip_prefix(inner).ok()?;
            Some(outer.join(rest))
        })
    }

    /// The path inside of a folder of results.
    pub(super) fn inside(&self, folder: &Path) -> Option<String> {
        let rest = folder.strip_prefix(&self.results).ok()?;
        let parts = rest.iter().map(|part| part.to_string_lossy().into_owned());
        Some(
            [RESULTS.to_owned()]
                .into_iter()
                .chain(parts)
                .collect::<Vec<_>>()
                .join("/"),
        )
    }
}

impl Mount {
    fn new(from: &Path, to: &'static str, writable: bool) -> Self {
        Self {
            from: from.to_path_buf(),
            to,
            writable,
        }
    }

    /// As the value of `--mount`, which is a line of comma-separated values.
    pub(super) fn value(&self) -> String {
        let source = format!("source={}", self.from.display());
        let source = if source.contains([',', '"']) {
            format!("\"{}\"", source.replace('"', "\"\""))
        } else {
            source
        };
        let ending = if self.writable { "" } else { ",readonly" };
        format!("type=bind,{source},target={}{ending}", self.to)
    }
}

/// The toolchain's folder, if a Linux container can run what is in it: not a distribution's, which
/// is the whole of `/usr`, and not another system's.
fn sysroot() -> Result<Option<PathBuf>, Failure> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    let printed = Program::new("rustc", "install Rust from https://rustup.rs")
        .args(["--print", "sysroot"])
        .output()?;
    let sysroot = PathBuf::from(printed.trim());
    let own = sysroot.join("bin/cargo").is_file() && sysroot != Path::new("/usr");
    Ok(own.then_some(sysroot))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A host as the golden command lines know it.
    pub(in super::super) fn host() -> Places {
        Places {
            root: "/home/ada/raptors".into(),
            own: "/home/ada/raptors/target/bench-linux".into(),
            results: "/home/ada/raptors/results".into(),
            profiles: "/home/ada/raptors/target/profiles".into(),
            sysroot: Some("/home/ada/.rustup/toolchains/stable".into()),
            cargo: Some("/home/ada/.cargo".into()),
        }
    }

    #[test]
    fn only_what_a_container_makes_is_writable() {
        let values: Vec<_> = host().mounts().iter().map(Mount::value).collect();
        assert_eq!(
            values,
            [
                "type=bind,source=/home/ada/raptors,target=/workspace,readonly",
                "type=bind,source=/home/ada/raptors/results,target=/workspace/results",
                "type=bind,source=/home/ada/raptors/target/bench-linux/target,target=/target",
                "type=bind,source=/home/ada/raptors/target/profiles,target=/target/profiles",
                "type=bind,source=/home/ada/raptors/target/bench-linux/venv,\
                 target=/target/xtask/venv",
                "type=bind,source=/home/ada/.rustup/toolchains/stable,target=/opt/rust,readonly",
                "type=bind,source=/home/ada/.cargo/registry,target=/opt/cargo/registry,readonly",
            ]
        );
    }

    #[test]
    fn a_comma_in_a_path_is_quoted() {
        let mount = Mount::new(Path::new("/a,b"), INSIDE, true);
        assert_eq!(mount.value(), "type=bind,\"source=/a,b\",target=/workspace");
    }

    #[test]
    fn results_are_found_inside() {
        let places = host();
        let run = places.results.join("2026-11-20.partial");
        let inside = places.inside(&run).unwrap();
        assert_eq!(inside, "/workspace/results/2026-11-20.partial");
        assert_eq!(places.inside(Path::new("/elsewhere")), None);
    }

    #[test]
    fn checkouts_do_not_share_an_identity() {
        let mut other = host();
        other.own = "/elsewhere/target/bench-linux".into();
        assert_ne!(host().identity(), other.identity());
        assert_eq!(host().identity().len(), 8);
    }
}
