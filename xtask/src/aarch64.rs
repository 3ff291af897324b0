//! `cargo xtask test-aarch64`: the tests on aarch64, emulated where the machine is another.
//!
//! Nothing is installed: Debian's packages are unpacked into the target folder, and Python
//! packages for aarch64 beside them. Times under emulation mean nothing.

mod root;

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
};

use lexopt::Arg;

use crate::{failure::Failure, process::Program, test, venv::Venv, workspace};
use root::Root;

const USAGE: &str = "usage: cargo xtask test-aarch64 [--rust] [--python]

Runs the Rust tests and the Python tests compiled for aarch64: as `cargo xtask test` on such a
machine, elsewhere (Linux with Debian's packages) under QEMU. Everything is fetched into the target
folder (about 200 MB) and nothing is installed.
--rust        only the Rust tests (without doctests, and without those that QEMU cannot run)
--python      only the Python tests";

const TARGET: &str = "aarch64-unknown-linux-gnu";

/// The oldest C library that the tests run with, as zig and wheels name it.
const GLIBC: (u32, u32) = (2, 28);

/// A processor with NEON and nothing beyond it.
const CPU: &str = "cortex-a57";

/// The crates with Rust tests.
const CRATES: &[&str] = &["raptors-kernels", "raptors-dispatch", "raptors-array"];

/// Tests that fork while other threads work: the emulator's own locks do not survive that.
const SKIPPED: &[&str] = &["a_forked_child_can_allocate_while_other_threads_do"];

/// Seconds that one test program, or all Python tests, may take.
const LIMIT: &str = "1800";

pub(crate) fn run(args: &[OsString]) -> Result<(), Failure> {
    let (mut rust, mut python) = (false, false);
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("rust") => rust = true,
            Arg::Long("python") => python = true,
            Arg::Short('h') | Arg::Long("help") => {
                println!("{USAGE}");
                return Ok(());
            }
            other => return Err(Failure::Usage(format!("{}\n{USAGE}", other.unexpected()))),
        }
    }
    if env::consts::ARCH == "aarch64" {
        return test::run(args);
    }
    let both = rust == python;
    standard_library()?;
    let venv = Venv::ready()?;
    venv.add("aarch64")?;
    let root = Root::ready()?;
    let emulation = Emulation { venv, root };
    let (mut in_rust, mut in_python) = (0, 0);
    if both || rust {
        in_rust = emulation.rust()?;
    }
    if both || python {
        in_python = emulation.python()?;
    }
    let total = in_rust + in_python;
    println!("{total} tests passed on emulated aarch64: {in_rust} in Rust, {in_python} in Python");
    Ok(())
}

/// Rust's standard library for the target: there, or fetched by rustup.
fn standard_library() -> Result<(), Failure> {
    let sysroot = Program::new("rustc", "install Rust from https://rustup.rs")
        .args(["--print", "sysroot"])
        .output()?;
    let library = PathBuf::from(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET);
    if library.is_dir() {
        return Ok(());
    }
    let add = format!("rustup target add {TARGET}");
    Program::new("rustup", &add)
        .args(["target", "add", TARGET])
        .output()
        .map(drop)
        .map_err(|_| Failure::missing(format!("Rust's standard library for {TARGET}"), add))
}

/// What runs programs of the target.
struct Emulation {
    venv: Venv,
    root: Root,
}

impl Emulation {
    /// Builds and runs the Rust tests; gives their number.
    fn rust(&self) -> Result<usize, Failure> {
        println!("\nRust: emulated aarch64");
        let (major, minor) = GLIBC;
        let runner = self.root.command(LIMIT);
        let packages = CRATES.iter().flat_map(|name| ["--package", name]);
        let output = self
            .with_zig(Program::new(
                self.venv.program("cargo-zigbuild"),
                "run the command again",
            ))
            .env(
                "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER",
                runner.join(" "),
            )
            .env("QEMU_CPU", CPU)
            .args(["test", "--lib", "--tests", "--no-fail-fast"])
            .args(["--target", &format!("{TARGET}.{major}.{minor}")])
            .args(packages)
            .args(["--", "--quiet"])
            .args(SKIPPED.iter().flat_map(|name| ["--skip", name]))
            .tee()?;
        Ok(test::passed(&output))
    }

    /// Builds the wheel, installs it beside NumPy and runs the Python tests; gives their number.
    fn python(&self) -> Result<usize, Failure> {
        println!("\nPython: emulated aarch64");
        let python = self.root.python()?;
        let folder = workspace::cache().join("aarch64");
        let site = folder.join("site");
        self.packages(&site, &python.version)?;
        let wheels = folder.join("wheels");
        let _ = fs::remove_dir_all(&wheels);
        let (major, minor) = GLIBC;
        // The tests' profile: the crates below are compiled for the Rust tests already.
        self.with_zig(Program::new(
            self.venv.program("maturin"),
            "run the command again",
        ))
        .args([
            "build",
            "--zig",
            "--quiet",
            "--target",
            TARGET,
            "--profile",
            "dev",
        ])
        .args(["--compatibility", &format!("manylinux_{major}_{minor}")])
        .args(["--interpreter", &format!("python{}", python.version)])
        .args(["--manifest-path", "raptors-py/Cargo.toml", "--out"])
        .args([&wheels])
        .run()?;
        let wheel = fs::read_dir(&wheels)
            .ok()
            .and_then(|mut folder| folder.next()?.ok())
            .ok_or_else(|| Failure::Check(format!("no wheel in {}", wheels.display())))?;
        self.install(
            &site,
            &python.version,
            &["--no-deps".as_ref(), wheel.path().as_ref()],
        )?;
        self.root.pretend(&site)?;
        let output = python
            .program
            .env("PYTHONPATH", &site)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("QEMU_CPU", CPU)
            .args([
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "raptors-py/tests",
            ])
            .tee()?;
        Ok(test::passed(&output))
    }

    /// NumPy and pytest for the target, of the versions that the other tests run with.
    fn packages(&self, site: &Path, version: &str) -> Result<(), Failure> {
        if site.join("numpy").is_dir() && site.join("pytest").is_dir() {
            return Ok(());
        }
        let pins = workspace::root().join("xtask/requirements.txt");
        let packages: [&OsStr; 4] = [
            "--constraint".as_ref(),
            pins.as_ref(),
            "numpy".as_ref(),
            "pytest".as_ref(),
        ];
        self.install(site, version, &packages)
    }

    fn install(&self, site: &Path, version: &str, what: &[&OsStr]) -> Result<(), Failure> {
        let mend = "give pip a network or an index (PIP_INDEX_URL), then run the command again";
        let tags = ["2_28", "2_27", "2_26", "2_24", "2_17"];
        Program::new(self.venv.python(), mend)
            .args([
                "-m",
                "pip",
                "--disable-pip-version-check",
                "--quiet",
                "install",
            ])
            .args([
                "--upgrade",
                "--only-binary",
                ":all:",
                "--implementation",
                "cp",
            ])
            .args(["--python-version", version])
            .args(tags.map(|tag| format!("--platform=manylinux_{tag}_aarch64")))
            .args(["--platform=manylinux2014_aarch64", "--target"])
            .args([site])
            .args(what)
            .output()
            .map(drop)
            .map_err(|failure| Failure::missing(failure.message().unwrap_or_default(), mend))
    }

    /// Lets a build find the linker, which is a Python package.
    fn with_zig(&self, program: Program) -> Program {
        let paths = env::var_os("PATH").unwrap_or_default();
        let bin = self.venv.python();
        let bin = bin.parent().map(PathBuf::from).into_iter();
        let paths = env::join_paths(bin.chain(env::split_paths(&paths))).unwrap_or(paths);
        program.env("PATH", paths)
    }
}
