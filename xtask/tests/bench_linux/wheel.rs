//! A wheel that is measured in place of one that is built.

use std::fs;

use crate::host::Host;

const NAME: &str = "raptors-1-cp311-cp311-linux_x86_64.whl";

#[test]
fn a_wheel_that_is_given_is_the_one_that_is_measured() {
    let host = Host::new("wheel").with(NAME, "zip");
    let wheel = host.folder.join(NAME);
    let (code, text) = host.run(&format!(
        "bench --engine docker --wheel {}",
        wheel.display()
    ));
    assert_eq!(code, 0, "{text}");
    let calls = host.calls();
    let told = format!("--env RAPTORS_WHEEL=/target/given/{NAME}");
    for command in [
        "cargo xtask bench-linux prepare",
        "cargo xtask bench --output",
    ] {
        let mut lines = calls.lines().filter(|line| line.contains(command));
        assert!(lines.all(|line| line.contains(&told)), "{calls}");
    }
    let copied = host
        .folder
        .join("target/bench-linux/target/given")
        .join(NAME);
    assert_eq!(fs::read(copied).unwrap(), b"zip");
    let metadata = fs::read(host.results().0[0].join("metadata.json")).unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata).unwrap();
    // It may be of any sources: no commit is claimed.
    assert_eq!(metadata["source"], serde_json::json!({ "wheel": NAME }));
    assert!(!calls.contains("RAPTORS_BENCH_COMMIT"), "{calls}");
}

#[test]
fn the_variable_names_it_too_and_the_next_run_goes_without() {
    let host = Host::new("wheel-variable").with(NAME, "zip");
    let mut command = host.command("build --engine docker");
    command.env("RAPTORS_WHEEL", host.folder.join(NAME));
    assert!(command.output().unwrap().status.success());
    assert!(host.calls().contains("RAPTORS_WHEEL=/target/given/"));
    let before = host.calls().len();
    assert_eq!(host.run("build --engine docker").0, 0);
    assert!(!host.calls()[before..].contains("RAPTORS_WHEEL"));
}

#[test]
fn a_wheel_that_is_not_there_is_a_slip() {
    let host = Host::new("no-wheel").with("file", "");
    for (path, words) in [("no.whl", "no such file"), ("file", "ends in .whl")] {
        for engine in ["docker", "native"] {
            let wheel = host.folder.join(path);
            let line = format!("bench --engine {engine} --wheel {}", wheel.display());
            let (code, text) = host.run(&line);
            assert!(code == 2 && text.contains(words), "{line}: {code} {text}");
        }
    }
    assert_eq!(host.calls(), "");
}
