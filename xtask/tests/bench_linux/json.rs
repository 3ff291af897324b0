//! `--json`: what is printed for programs, whatever the task and however it ends.

use std::fs;

use serde_json::Value;

use super::host::Host;

/// What a task writes to standard output, which must be JSON and nothing else; and its exit code.
fn told(host: &Host, line: &str) -> (Value, i32) {
    let output = host.command(&format!("{line} --json")).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let value = serde_json::from_str(&text).unwrap_or_else(|error| {
        let words = String::from_utf8_lossy(&output.stderr);
        panic!("{line}: {error}: {text:?} {words}")
    });
    (value, output.status.code().unwrap_or(-1))
}

#[test]
fn every_task_tells_its_outcome_and_nothing_else() {
    let host = Host::new("json");
    for (line, task) in [
        ("build", "build"),
        ("bench", "bench"),
        ("full-suite", "full-suite"),
        ("run true", "run"),
        ("shell", "shell"),
        ("profile sum 8x8 float32", "profile"),
        ("validate sum 1K float32", "validate"),
        ("clean", "clean"),
    ] {
        let (value, code) = told(&host, &format!("{line} --engine docker"));
        assert_eq!((&value["task"], code), (&task.into(), 0), "{value:#}");
        assert_eq!(value["engine"], "docker", "{value:#}");
    }
    let (value, _) = told(&host, "engine stop");
    let stopped = (&value["running"], &value["stopped"]);
    assert_eq!(stopped, (&false.into(), &false.into()), "{value:#}");
}

#[test]
fn what_an_image_is_and_what_would_be_run_are_data() {
    let host = Host::new("json-data");
    let (value, _) = told(&host, "build --engine docker");
    assert_eq!(value["image_id"], "sha256:1");
    let file = host.folder.join("plan.json");
    let line = format!("--dry-run --engine docker --json={}", file.display());
    assert_eq!(host.run(&line).0, 0);
    let plan: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(plan["commands"][0][1], "pull");
}

#[test]
fn failures_are_told_with_their_codes() {
    let host = Host::new("json-failures").with("fail-run", "7");
    let (value, code) = told(&host, "run false --engine docker");
    assert_eq!((&value["exit"], code), (&7.into(), 7), "{value:#}");
    // The programs of this host say no version, so it lacks what tasks need; an image is not built either.
    for engine in ["native", "docker"] {
        let (value, code) = told(&Host::new(engine), &format!("doctor --engine {engine}"));
        assert_eq!((&value["exit"], code), (&3.into(), 3), "{value:#}");
        let why = value["failure"].as_str().unwrap();
        assert!(
            why.contains("cannot run without cargo") || why.contains("not built"),
            "{why}"
        );
    }
}
