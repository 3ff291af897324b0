//! `cargo xtask bench-linux` with an engine that records its calls and fails on demand.
#![cfg(unix)]

mod dry_run;
mod host;
mod json;
mod killed;
mod owner;
mod rights;
mod slips;
mod wheel;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use host::{Host, in_order, told};

#[test]
fn from_nothing_to_a_result() {
    let host = Host::new("nothing");
    let (code, text) = host.run("bench --engine docker --cpus 0-1 --memory 4g -- --quick");
    assert_eq!(code, 0, "{text}");
    in_order(
        &host.calls(),
        &[
            "version",
            "pull --quiet ubuntu:22.04",
            "build --force-rm --network=bridge",
            "--network=bridge",
            "cargo xtask bench-linux prepare",
            "--network=none --cpuset-cpus=0-1 --memory=4g",
            "cargo xtask bench --output /workspace/results/",
            ".partial --quick",
            "rm --force",
        ],
    );
    let (done, partial) = host.results();
    assert!(
        done.len() == 1 && partial.is_empty(),
        "{done:?} {partial:?}"
    );
    let metadata = fs::read_to_string(done[0].join("metadata.json")).unwrap();
    for fact in [
        "\"99.1\"",
        "sha256:1",
        "\"0-1\"",
        "\"4g\"",
        "Stub Linux",
        "\"kernel\": \"6.1\"",
    ] {
        assert!(metadata.contains(fact), "{fact}: {metadata}");
    }
    assert!(text.contains(&done[0].display().to_string()), "{text}");
}

#[test]
fn it_works_from_any_folder() {
    let host = Host::new("anywhere");
    let here = host.folder.join("here");
    fs::create_dir_all(&here).unwrap();
    let mut command = host.command("build --engine docker --results=mine");
    let (code, text) = told(&command.current_dir(&here).output().unwrap());
    assert_eq!(code, 0, "{text}");
    // A folder is the user's, and the sources are this checkout's.
    let mine = here.join("mine");
    let mount = format!("source={},target=/workspace/results", mine.display());
    assert!(host.calls().contains(&mount), "{}", host.calls());
    assert!(mine.is_dir());
}

#[test]
fn what_is_built_is_not_built_again() {
    let host = Host::new("again");
    host.run("bench --engine docker");
    host.run("bench --engine docker");
    assert_eq!(host.calls().matches("build --force-rm").count(), 1);
}

#[test]
fn without_a_registry_the_base_is_made_from_packages() {
    let host = Host::new("registry").with("fail-pull", "1");
    let (code, text) = host.run("build --engine docker --base-image debian:12");
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("--base local"), "{text}");
    if !Path::new("/etc/apt").exists() {
        return;
    }
    let (code, text) = host.run("build --engine docker");
    assert_eq!(code, 0, "{text}");
    in_order(
        &host.calls(),
        &["pull", "import --change", "--build-arg=BASE=raptors-base:"],
    );
}

#[test]
fn every_failure_is_a_line_and_a_code_and_no_result() {
    for (wish, value, expected, words) in [
        ("fail-build", "1", 3, "could not be built"),
        (
            "fail-prepare",
            "9",
            1,
            "the preparation in the container ended with code 9",
        ),
        ("fail-bench", "137", 1, "killed by a signal"),
        ("fail-bench", "125", 3, "refused to start"),
        ("fail-bench", "2", 2, ""),
        ("half", "", 1, "is not whole"),
    ] {
        let host = Host::new(&format!("failure-{wish}{value}")).with(wish, value);
        let (code, text) = host.run("bench --engine docker --memory 1g");
        assert_eq!(code, expected, "{wish} {value}: {text}");
        assert!(text.contains(words), "{wish} {value}: {text}");
        let (done, _) = host.results();
        assert!(done.is_empty(), "{wish} {value}: {done:?}");
    }
    for ended in ["1", "137"] {
        let host = Host::new("oom").with("oom", "").with("fail-bench", ended);
        let (code, text) = host.run("bench --engine docker --memory 1g");
        assert!(
            code == 3 && text.contains("killed for memory (limit 1g)"),
            "{code} {text}"
        );
    }
}

#[test]
fn an_interrupted_run_stops_its_container_and_goes_on_later() {
    let host = Host::new("interrupt").with("slow", "");
    let mut command = host.command("bench --engine docker");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !host.folder.join("running").exists() && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(20));
    }
    Command::new("sh")
        .args(["-c", &format!("kill -INT {}", child.id())])
        .status()
        .unwrap();
    let (code, text) = told(&child.wait_with_output().unwrap());
    assert_eq!(code, 4, "{text}");
    assert!(host.calls().contains("kill --signal=INT"));
    let (done, partial) = host.results();
    assert!(
        done.is_empty() && partial.len() == 1,
        "{done:?} {partial:?}"
    );
    let again = format!("--resume {}", partial[0].display());
    assert!(text.contains(&again), "{text}");

    fs::remove_file(host.folder.join("slow")).unwrap();
    let (code, text) = host.run(&format!("bench --engine docker {again}"));
    assert_eq!(code, 0, "{text}");
    let (done, partial) = host.results();
    assert!(
        done.len() == 1 && partial.is_empty(),
        "{done:?} {partial:?}"
    );
    assert!(
        host.calls()
            .contains("cargo xtask bench --resume /workspace/results/")
    );
}

#[test]
fn exit_codes_come_through() {
    let host = Host::new("codes");
    assert_eq!(host.run("run true --engine docker").0, 0);
    let host = host.with("fail-run", "7");
    assert_eq!(host.run("run false --engine docker").0, 7);
    assert_eq!(host.run("shell --engine docker").0, 7);
    assert_eq!(host.run("validate sum 1K float32 --engine docker").0, 1);
    assert!(host.calls().contains("$PATH; false"));
}

#[test]
fn the_doctor_names_what_the_image_lacks() {
    let host = Host::new("doctor");
    let (code, text) = host.run("doctor --engine docker");
    assert!(code == 3 && text.contains("not built"), "{code} {text}");
    host.run("build --engine docker");
    let (code, text) = host.run("doctor --engine docker");
    assert!(
        code == 3 && text.contains("Python 3.11.2") && text.contains("MISSING perf"),
        "{text}"
    );
}

#[test]
fn clean_leaves_results_and_nothing_else() {
    let host = Host::new("clean");
    host.run("bench --engine docker");
    let (code, text) = host.run("clean --engine docker");
    assert_eq!(code, 0, "{text}");
    in_order(
        &host.calls(),
        &[
            "rm --force --volumes c1",
            "rmi --force i1 i2",
            "rmi --force i2",
        ],
    );
    assert!(!host.folder.join("target/bench-linux").exists());
    assert_eq!(host.results().0.len(), 1);
}

#[test]
fn clean_tells_what_an_engine_that_is_stopped_keeps() {
    let host = Host::new("clean-silent");
    host.run("build --engine docker");
    let host = host.with("silent", "");
    let (code, text) = host.run("clean");
    assert!(
        code == 3 && text.contains("keeps the images") && text.contains("bench-linux clean"),
        "{code} {text}"
    );
    assert!(host.folder.join("target/bench-linux").exists());
    let (code, text) = host.run("clean --engine native");
    assert!(code == 0 && text.contains("images stay"), "{code} {text}");
    assert!(!host.folder.join("target/bench-linux").exists());
}

#[test]
fn the_build_knows_the_index_of_the_host() {
    let host = Host::new("index");
    let mut command = host.command("build --engine docker");
    command.env("PIP_INDEX_URL", "https://index.example/simple");
    assert_eq!(told(&command.output().unwrap()).0, 0);
    assert!(host.calls().contains("--build-arg=PIP_INDEX_URL "));
}
