//! `cargo xtask bench-linux` with a real engine, wherever one answers.
#![cfg(target_os = "linux")]

use std::{
    env, fs,
    io::Write,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::Duration,
};

/// A checkout's own folder of what is built, so that `clean` leaves the user's alone.
struct Scratch(PathBuf);

impl Scratch {
    fn xtask(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let results = format!("--results={}", self.0.join("results").display());
        command
            .args(["bench-linux", "--engine", "docker", &results])
            .args(args);
        command
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            // An engine that has answered once is there, however busy the machine is.
            .env("RAPTORS_ENGINE_PATIENCE", "600")
            .output()
            .unwrap()
    }

    /// What a run that must end well printed.
    fn done(&self, args: &[&str]) -> String {
        let output = self.xtask(args);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{args:?} {}: {text}{words}",
            output.status
        );
        text
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.xtask(&["clean"]);
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether an engine answers, within a minute: a client may wait for one forever.
fn engine_answers() -> bool {
    let mut version = Command::new("docker");
    version.args(["version", "--format", "{{.Server.Version}}"]);
    let spawned = version.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut client) = spawned else {
        return false;
    };
    for _ in 0..600 {
        if let Ok(Some(status)) = client.try_wait() {
            return status.success();
        }
        thread::sleep(Duration::from_millis(100));
    }
    let _ = client.kill();
    let _ = client.wait();
    false
}

#[test]
fn a_bench_from_nothing_to_its_result() {
    if !engine_answers() {
        // Past the test harness, which keeps what is printed to itself.
        let line = "no container engine answers: bench-linux is tested with a stub only; natively: \
                    cargo xtask bench-linux --engine native";
        writeln!(std::io::stderr(), "{line}").unwrap();
        return;
    }
    let folder = env::temp_dir().join(format!("xtask-engine-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let scratch = Scratch(folder);

    let doctor = || serde_json::from_str::<serde_json::Value>(&scratch.done(&["doctor", "--json"]));
    scratch.done(&["build"]);
    let told = doctor().unwrap();
    for tool in [
        "python", "rustc", "numpy", "perf", "py-spy", "asv", "valgrind",
    ] {
        assert!(told["tools"][tool].is_string(), "{told:#}");
    }
    assert_eq!(scratch.xtask(&["run", "exit 7"]).status.code(), Some(7));
    let args = [
        "--quick",
        "--ops",
        "sum,scale",
        "--shapes",
        "512x512",
        "--dtypes",
        "float32",
    ];
    scratch.done(&[&["bench", "--"][..], &args].concat());

    let runs: Vec<_> = fs::read_dir(scratch.0.join("results"))
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(runs.len(), 1);
    let run = runs[0].path();
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&fs::read(run.join(name)).unwrap()).unwrap()
    };
    assert_eq!(read("results.json")["cells"].as_array().unwrap().len(), 2);
    let metadata = read("metadata.json");
    assert_eq!(
        (&metadata["engine"], &metadata["network"]),
        (&"docker".into(), &"none".into())
    );
    assert!(
        metadata["image_id"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
    let owner = |path: &Path| fs::metadata(path).unwrap().uid();
    assert_eq!(owner(&run.join("report.html")), owner(&scratch.0));

    scratch.done(&["clean"]);
    assert!(!scratch.0.join("target/bench-linux").exists());
    assert!(run.join("results.json").exists());
}
