//! Slips and hosts that cannot do what is asked: told before anything is built.

use std::thread;

use super::host::{Host, told};

#[test]
fn slips_cost_nothing() {
    let host = Host::new("slips");
    for (line, choice) in [
        ("biuld", "full-suite"),
        ("--engine podman", "docker"),
        ("--suite vector", "after --"),
        ("bench --engine docker --cpus 0-7", "0 to 1"),
        ("bench --engine docker --resume nowhere", "no such run"),
        #[cfg(target_os = "linux")]
        ("bench --engine native --cpus 999", "may not run on all"),
    ] {
        let (code, text) = host.run(line);
        assert!(code == 2 && text.contains(choice), "{line}: {code} {text}");
    }
    assert!(!host.calls().contains("run "), "{}", host.calls());
}

#[test]
fn slips_in_what_is_meant_for_the_command_inside_reach_no_engine() {
    let host = Host::new("inner-slips");
    for (line, choice) in [
        ("profile nope 8x8 float32", "choose from"),
        ("profile sum 8x8", "required: dtype"),
        ("profile sum 8x8 float32 -- --top 5", "--seconds"),
        ("validate sum 3x float32", "512x512"),
        ("validate sum 1K float99", "float64"),
        ("bench -- --suite 3d", "vector"),
        ("bench -- --dtypes float99", "complex128"),
        ("full-suite -- --fast", "--quick"),
    ] {
        let (code, text) = host.run(&format!("--engine docker {line}"));
        assert!(code == 2 && text.contains(choice), "{line}: {code} {text}");
    }
    assert_eq!(host.calls(), "");
}

#[test]
fn results_that_cannot_be_written_are_noticed_first() {
    let host = Host::new("unwritable").with("file", "");
    let folder = host.folder.join("file/results");
    let line = format!("bench --engine docker --results {}", folder.display());
    let (code, text) = host.run(&line);
    assert!(
        code == 3 && text.contains("cannot be written"),
        "{code} {text}"
    );
    assert!(!host.calls().contains("build"), "{}", host.calls());
}

/// What is printed where the engine hangs as the wish says, and how its client was called.
fn hung(wish: &str) -> (String, String) {
    let host = Host::new(wish).with(wish, "");
    let mut command = host.command("bench --engine docker");
    // Who waited for the stub would wait for a day: how long this takes is not measured.
    command.env_remove("RAPTORS_ENGINE_PATIENCE");
    let (code, text) = told(&command.output().unwrap());
    assert_eq!(code, 3, "{wish}: {text}");
    (text, host.calls())
}

#[test]
fn an_engine_that_does_not_answer_is_not_waited_for() {
    // One that says its version and then hangs has no more time than one that says nothing.
    let wishes = ["hang", "hang-info", "hang-network"];
    let hosts = wishes.map(|wish| thread::spawn(move || hung(wish)));
    for (wish, host) in wishes.into_iter().zip(hosts) {
        let (text, calls) = host.join().unwrap();
        assert!(text.contains("no answer within 4.4 s"), "{wish}: {text}");
        assert!(text.contains("--engine native"), "{wish}: {text}");
        assert!(!calls.contains("pull") && !calls.contains("run"), "{calls}");
        if wish == "hang" {
            assert_eq!(calls.lines().count(), 1, "{calls}");
        }
    }
}

#[test]
fn who_has_no_engine_is_told_what_to_do() {
    let host = Host::new("silent").with("silent", "");
    let (code, text) = host.run("bench --engine docker");
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("no Docker engine answers") && text.contains("--engine native"));
    let (_, text) = host.run("profile sum 1K float32 --engine docker");
    let native = "natively: cargo xtask bench-linux profile sum 1K float32 --engine native";
    assert!(text.contains(native), "{text}");
    let (code, text) = host.run("bench --dry-run");
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains("natively") && text.contains("cargo xtask bench --output"),
        "{text}"
    );
    // What guides name inside a container is found where it is here.
    let (_, text) =
        host.run("bench --dry-run -- --save-baseline --baseline /workspace/results/kept");
    let kept = format!("--baseline {}", host.folder.join("results/kept").display());
    assert!(text.contains(&kept), "{text}");
    let (_, text) = host.run("bench --engine docker --cpus 0 -- --quick");
    let native = "natively: cargo xtask bench-linux bench --engine native --cpus 0 --results ";
    assert!(
        text.contains(native) && text.contains("/results -- --quick\n"),
        "{text}"
    );
    let (code, text) = host.run("clean");
    assert!(
        code == 0 && text.contains("running natively"),
        "{code} {text}"
    );
    let (code, text) = host.run("bench --memory 4g");
    assert!(
        code == 3 && text.contains("leave --memory"),
        "{code} {text}"
    );
}
