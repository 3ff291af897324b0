//! What containers are allowed: the least with which perf samples, and only where something does.

use crate::host::{Host, in_order};

#[test]
fn a_profile_gets_the_least_that_samples() {
    let host = Host::new("profile");
    let (code, text) = host.run("profile sum 512x512 float32 both --engine docker -- --seconds 5");
    assert_eq!(code, 0, "{text}");
    let calls = host.calls();
    in_order(
        &calls,
        &[
            "PERFMON",
            "SYS_ADMIN",
            "cargo xtask profile sum 512x512 float32 both --seconds 5",
        ],
    );
    assert!(!calls.contains("--privileged"), "{calls}");
    let run = calls
        .lines()
        .find(|line| line.contains("xtask profile"))
        .unwrap();
    assert!(
        run.contains("--cap-add=SYS_ADMIN") && run.contains("--network=none"),
        "{run}"
    );
}

/// The lines of the calls that run something of `cargo xtask` inside.
fn inside<'a>(calls: &'a str, command: &str) -> Vec<&'a str> {
    let words = format!("cargo xtask {command} ");
    calls.lines().filter(|line| line.contains(&words)).collect()
}

#[test]
fn commands_about_an_op_run_inside_and_only_those_that_sample_have_rights() {
    for (command, samples) in [
        ("asm", true),
        ("perfstat", true),
        ("deep-profile", true),
        ("overhead", false),
        ("validate", false),
        ("compare-profiles", false),
    ] {
        let host = Host::new(&format!("on-op-{command}"));
        let (code, text) = host.run(&format!("{command} sum 512x512 float32 --engine docker"));
        assert_eq!(code, 0, "{command}: {text}");
        let calls = host.calls();
        let run = inside(&calls, command);
        assert!(
            run.len() == 1 && run[0].contains("--network=none"),
            "{calls}"
        );
        assert_eq!(run[0].contains("SYS_ADMIN"), samples, "{}", run[0]);
        assert_eq!(calls.contains("perf record"), samples, "{calls}");
    }
}

#[test]
fn what_is_typed_samples_only_where_that_is_asked_for() {
    for task in ["run true", "shell"] {
        let host = Host::new(&format!("typed-{}", &task[..3]));
        assert_eq!(host.run(&format!("{task} --engine docker")).0, 0);
        assert!(!host.calls().contains("--cap-add"), "{}", host.calls());
        assert_eq!(host.run(&format!("{task} --perf --engine docker")).0, 0);
        let calls = host.calls();
        let typed: Vec<_> = calls
            .lines()
            .filter(|line| line.contains("/target/xtask/venv/bin"))
            .collect();
        assert!(
            typed.len() == 2 && typed[1].contains("--cap-add=SYS_ADMIN"),
            "{calls}"
        );
    }
}

#[test]
fn where_nothing_samples_the_cause_is_told_and_asked_for_again() {
    let host = Host::new("forbidden").with("forbidden", "");
    let line = "profile sum 512x512 float32 --engine docker";
    let (code, text) = host.run(line);
    assert_eq!(code, 0, "{text}");
    for words in [
        "perf cannot sample here",
        "natively it may: cargo xtask profile sum",
        "perf_event",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Once it is allowed, nobody has to know where the answer was kept.
    std::fs::remove_file(host.folder.join("forbidden")).unwrap();
    let (_, text) = host.run(line);
    assert!(text.contains("sampling with SYS_ADMIN"), "{text}");
}

#[test]
fn a_root_without_rights_is_made_one_with_them_for_what_is_mounted() {
    for (security, expected) in [
        ("[name=seccomp,profile=default name=userns]", true),
        ("[name=seccomp,profile=default name=rootless]", false),
    ] {
        let host = Host::new(&format!("userns-{expected}")).with("security", security);
        let (code, text) = host.run("bench --engine docker");
        assert_eq!(code, 0, "{text}");
        let calls = host.calls();
        let run = inside(&calls, "bench");
        assert_eq!(run[0].contains("--userns=host"), expected, "{}", run[0]);
        assert!(!calls.contains("chown"), "{calls}");
    }
}
