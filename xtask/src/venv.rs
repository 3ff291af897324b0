//! The Python environment of the tasks: NumPy, maturin, pytest, and Raptors' release wheel.

use std::{
    collections::hash_map::DefaultHasher,
    env,
    ffi::OsString,
    fs,
    hash::{Hash, Hasher},
    path::{self, Path, PathBuf},
    time::SystemTime,
};

use crate::{failure::Failure, process::Program, workspace};

/// What the wheel is made from, relative to the workspace.
const SOURCES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    ".cargo",
    "raptors-kernels",
    "raptors-dispatch",
    "raptors-array",
    "raptors-py",
];

/// The oldest Python that the pinned NumPy runs on.
pub(crate) const OLDEST_PYTHON: &str = "3.11";

/// Where an environment keeps its programs, and how the system's Python is called.
const BIN: &str = if cfg!(windows) { "Scripts" } else { "bin" };
const SYSTEM_PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// The variable that names a wheel to measure in place of one that is built here.
pub(crate) const WHEEL: &str = "RAPTORS_WHEEL";

/// The wheel that the user names, by its whole path: programs run in the workspace's folder.
pub(crate) fn given_wheel() -> Option<PathBuf> {
    let path = env::var_os(WHEEL).filter(|path| !path.is_empty())?;
    path::absolute(path).ok()
}

/// The environment in the target folder.
pub(crate) struct Venv {
    folder: PathBuf,
}

/// What the Python that the environment is made with is called: `$PYTHON`, or the system's.
pub(crate) fn python_name() -> OsString {
    env::var_os("PYTHON").unwrap_or_else(|| SYSTEM_PYTHON.into())
}

/// The Python that the environment is made with, if it is new enough.
pub(crate) fn system_python() -> Result<OsString, Failure> {
    let python = python_name();
    let major_minor = OLDEST_PYTHON.replace('.', ",");
    let code = format!("import sys; print(sys.version_info >= ({major_minor}))");
    let mend = format!("install Python {OLDEST_PYTHON} or later, or set PYTHON to one");
    let new_enough = Program::new(&python, &mend).args(["-c", &code]).output()?;
    if new_enough.trim() == "True" {
        Ok(python)
    } else {
        let name = python.to_string_lossy();
        Err(Failure::missing(format!("{name} is too old"), mend))
    }
}

impl Venv {
    /// The environment with what `requirements.txt` asks for, made or mended where it is not.
    pub(crate) fn ready() -> Result<Self, Failure> {
        let python = system_python()?;
        let venv = Self {
            folder: workspace::cache().join("venv"),
        };
        let requirements = workspace::root().join("xtask/requirements.txt");
        let version = Program::new(&python, "").args(["-VV"]).output()?;
        let wanted = fingerprint(&[&requirements], &version);
        let stamp = venv.folder.join("ready");
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return Ok(venv);
        }

        eprintln!(
            "xtask: making the Python environment {}",
            venv.folder.display()
        );
        Program::new(&python, "")
            .args(["-c", "import venv, ensurepip"])
            .output()
            .map_err(|_| {
                let mend = "install it (Debian, Ubuntu: apt install python3-venv)";
                Failure::missing("Python's venv or pip is not installed", mend)
            })?;
        let folder = venv.folder.as_os_str();
        Program::new(&python, "")
            .args(["-m".as_ref(), "venv".as_ref(), "--clear".as_ref(), folder])
            .output()?;
        venv.require(&requirements)?;
        write(&stamp, &wanted)?;
        Ok(venv)
    }

    /// Installs what `requirements-<name>.txt` asks for, unless it is there.
    pub(crate) fn add(&self, name: &str) -> Result<(), Failure> {
        let requirements = workspace::root().join(format!("xtask/requirements-{name}.txt"));
        let wanted = fingerprint(&[&requirements], "");
        let stamp = self.folder.join(name);
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return Ok(());
        }
        self.require(&requirements)?;
        write(&stamp, &wanted)
    }

    /// Builds the release wheel of Raptors and installs it, unless the sources are as they were, or
    /// installs the one that `$RAPTORS_WHEEL` names.
    pub(crate) fn install_raptors(&self) -> Result<(), Failure> {
        if let Some(wheel) = given_wheel() {
            return self.install_wheel(&wheel);
        }
        let sources: Vec<_> = SOURCES
            .iter()
            .map(|name| workspace::root().join(name))
            .collect();
        let sources: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
        let rustc = Program::new("rustc", "install Rust from https://rustup.rs")
            .args(["-vV"])
            .output()?;
        let flags = env::var("RUSTFLAGS").unwrap_or_default();
        let wanted = fingerprint(&sources, &(rustc + &flags));
        let stamp = self.folder.join("raptors");
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return Ok(());
        }
        let _ = fs::remove_file(&stamp);

        eprintln!("xtask: building the release wheel of Raptors: minutes, the first time");
        let wheels = workspace::cache().join("wheels");
        let _ = fs::remove_dir_all(&wheels);
        let manifest = workspace::root().join("raptors-py/Cargo.toml");
        // A wheel for this machine needs no check that others can load it.
        Program::new(self.program("maturin"), "run the command again")
            .args([
                "build",
                "--release",
                "--quiet",
                "--auditwheel",
                "skip",
                "--manifest-path",
            ])
            .args([
                manifest.as_os_str(),
                "--interpreter".as_ref(),
                self.python().as_os_str(),
            ])
            .args(["--out".as_ref(), wheels.as_os_str()])
            .run()
            .map_err(or_no_compiler)?;
        let wheel = fs::read_dir(&wheels)
            .ok()
            .and_then(|mut folder| folder.next()?.ok())
            .ok_or_else(|| Failure::Check(format!("no wheel in {}", wheels.display())))?;
        self.replace(&wheel.path())?;
        write(&stamp, &wanted)
    }

    /// Installs a wheel that is there, unless it is the one that was installed last.
    pub(crate) fn install_wheel(&self, wheel: &Path) -> Result<(), Failure> {
        if !wheel.is_file() {
            let what = format!("{} is not there", wheel.display());
            return Err(Failure::missing(what, "name a wheel that is, or none"));
        }
        let wanted = fingerprint(&[wheel], "given");
        let stamp = self.folder.join("raptors");
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return Ok(());
        }
        let _ = fs::remove_file(&stamp);
        eprintln!("xtask: installing {}, building none", wheel.display());
        self.replace(wheel).map_err(|failure| {
            let why = failure.message().unwrap_or_default();
            let why = why.lines().last().unwrap_or_default();
            let what = format!("{} cannot be installed ({why})", wheel.display());
            Failure::missing(what, "name a wheel of Raptors for this Python, or none")
        })?;
        write(&stamp, &wanted)
    }

    /// Puts a wheel in the place of what is installed.
    fn replace(&self, wheel: &Path) -> Result<(), Failure> {
        self.pip(&["uninstall".as_ref(), "--yes".as_ref(), "raptors".as_ref()])?;
        self.pip(&["install".as_ref(), "--no-deps".as_ref(), wheel.as_ref()])
    }

    /// The environment's Python.
    pub(crate) fn python(&self) -> PathBuf {
        self.program("python")
    }

    /// A program of the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(BIN).join(name)
    }

    fn require(&self, requirements: &Path) -> Result<(), Failure> {
        self.pip(&["install".as_ref(), "-r".as_ref(), requirements.as_ref()])
            .map_err(|failure| {
                let why = failure.message().unwrap_or_default();
                Failure::missing(
                    format!("{why}pip could not install the requirements"),
                    "give pip a network or an index (PIP_INDEX_URL), then run the command again",
                )
            })
    }

    fn pip(&self, args: &[&std::ffi::OsStr]) -> Result<(), Failure> {
        Program::new(self.python(), "run the command again")
            .args(["-m", "pip", "--disable-pip-version-check", "--quiet"])
            .args(args)
            .output()
            .map(drop)
    }
}

/// What a failed build means where there is no linker: not that the sources are wrong.
fn or_no_compiler(failure: Failure) -> Failure {
    if cfg!(windows) {
        return failure;
    }
    let mend = "install a C compiler: Rust links with it (Debian, Ubuntu: apt install gcc)";
    let cc = Program::new("cc", mend).args(["--version"]).output();
    cc.err()
        .filter(|error| matches!(error, Failure::Missing { .. }))
        .unwrap_or(failure)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text)
        .map_err(|error| Failure::Check(format!("cannot write {}: {error}", path.display())))
}

/// Changes when a file under `paths` is written, added or removed, or when `context` differs.
fn fingerprint(paths: &[&Path], context: &str) -> String {
    let mut hasher = DefaultHasher::new();
    context.hash(&mut hasher);
    for path in paths {
        visit(path, &mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn visit(path: &Path, hasher: &mut DefaultHasher) {
    let name = path.file_name().unwrap_or_default();
    if name == "target" || name == "__pycache__" || name == "tests" {
        return;
    }
    name.hash(hasher);
    if let Ok(entries) = fs::read_dir(path) {
        let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for entry in entries {
            visit(&entry, hasher);
        }
    } else if let Ok(file) = fs::metadata(path) {
        file.len().hash(hasher);
        file.modified()
            .unwrap_or(SystemTime::UNIX_EPOCH)
            .hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_that_is_not_there_is_named() {
        let venv = Venv {
            folder: env::temp_dir(),
        };
        let failure = venv
            .install_wheel(Path::new("/no/raptors.whl"))
            .unwrap_err();
        assert!(matches!(failure, Failure::Missing { .. }), "{failure:?}");
        assert!(failure.message().unwrap().contains("/no/raptors.whl"));
    }

    #[test]
    fn a_fingerprint_follows_the_files() {
        let folder = env::temp_dir().join(format!("xtask-fingerprint-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a"), "1").unwrap();
        let before = fingerprint(&[&folder], "");
        assert_eq!(before, fingerprint(&[&folder], ""));
        assert_ne!(before, fingerprint(&[&folder], "another compiler"));
        fs::write(folder.join("b"), "2").unwrap();
        assert_ne!(before, fingerprint(&[&folder], ""));
        fs::remove_dir_all(&folder).unwrap();
    }
}
