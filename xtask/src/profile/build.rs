//! The extension as profiles need it: release code, with line tables where frames must have names.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    failure::Failure,
    process::Program,
    venv::{Venv, WHEEL, given_wheel},
    workspace,
};

/// What Python wants it to be called.
const MODULE: &str = if cfg!(windows) {
    "_raptors.pyd"
} else {
    "_raptors.so"
};

#[derive(Clone, Copy, Debug)]
pub(super) enum Build {
    /// The release wheel, installed in the environment.
    Release,
    /// A package of its own with symbols, which leaves the wheel alone.
    Profiling,
}

impl Build {
    /// Builds it; the folder that Python must search for it, if it is not where Python looks.
    pub(super) fn package(self, venv: &Venv) -> Result<Option<PathBuf>, Failure> {
        match self {
            Self::Release => venv.install_raptors().map(|()| None),
            // A wheel that was given is what is to be looked at, however few symbols it has.
            Self::Profiling if given_wheel().is_some() => {
                eprintln!("xtask: of {WHEEL} kernels have the names that it was built with");
                venv.install_raptors().map(|()| None)
            }
            Self::Profiling => profiling(venv).map(Some),
        }
    }
}

fn profiling(venv: &Venv) -> Result<PathBuf, Failure> {
    eprintln!("xtask: building Raptors with line tables (profile `profiling`)");
    Program::new(env!("CARGO"), "run the command again")
        .env("PYO3_PYTHON", venv.python())
        .args(["build", "--quiet", "--profile", "profiling"])
        .args(["--package", "raptors-py"])
        .run()?;
    let folder = workspace::cache().join("profiling");
    let package = folder.join("raptors");
    let library = workspace::target().join("profiling");
    let library = library.join(format!("{DLL_PREFIX}_raptors{DLL_SUFFIX}"));
    // What was removed from the sources must not stay importable.
    let _ = fs::remove_dir_all(&package);
    modules(
        &workspace::root().join("raptors-py/python/raptors"),
        &package,
    )
    .and_then(|()| fs::copy(&library, package.join(MODULE)))
    .map_err(|error| Failure::Check(format!("cannot write {}: {error}", package.display())))?;
    Ok(folder)
}

/// Copies the Python modules of a package, without what builds have left among them.
fn modules(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "__pycache__" {
            modules(&path, &to.join(name))?;
        } else if path.extension().is_some_and(|extension| extension == "py") {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_copied_without_what_builds_leave() {
        let folder = std::env::temp_dir().join(format!("xtask-modules-{}", std::process::id()));
        let from = folder.join("from");
        for (path, text) in [
            ("a.py", "1"),
            ("linalg/b.py", "2"),
            ("_raptors.so", "x"),
            ("__pycache__/a.pyc", "x"),
        ] {
            let path = from.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        modules(&from, &folder.join("to")).unwrap();
        assert!(folder.join("to/a.py").is_file());
        assert!(folder.join("to/linalg/b.py").is_file());
        assert!(!folder.join("to/_raptors.so").exists());
        assert!(!folder.join("to/__pycache__").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
