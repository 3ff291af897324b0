//! What `--dry-run` prints is what a run then does.

use super::host::Host;

/// The words that stand for what is only known when a task runs.
const PLACEHOLDERS: &[&str] = &[
    "TIME",
    "PID",
    "HASH",
    "IMAGE_ID",
    "FOUND_BASE",
    "CONTAINERS",
    "IMAGES",
];

/// Whether a call is what was planned, with anything in the place of a placeholder.
fn fits(call: &str, planned: &str) -> bool {
    let mut planned = planned.to_owned();
    for name in PLACEHOLDERS {
        planned = planned.replace(name, "\0");
    }
    let parts: Vec<_> = planned.split('\0').collect();
    let mut rest = call;
    for (number, part) in parts.iter().enumerate() {
        let Some(at) = rest.find(part) else {
            return false;
        };
        if number == 0 && at > 0 {
            return false;
        }
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || parts.last().is_some_and(|part| part.is_empty())
}

#[test]
fn a_private_engine_is_shown_where_none_answers() {
    let host = Host::new("dry-engine").with("silent", "");
    let (code, text) = host.run("engine start --dry-run");
    assert!(code == 0 && text.contains("dockerd --data-root="), "{text}");
    let (code, text) = host.run("engine stop --dry-run");
    assert!(code == 0 && text.contains("nothing would be run"), "{text}");
    assert_eq!(host.calls(), "");
}

#[test]
fn every_command_is_shown_before_it_is_run() {
    for (name, line, least) in [
        (
            "bench",
            "bench --engine docker --cpus 0 --memory 4g -- --quick",
            7,
        ),
        (
            "profile",
            "profile --engine docker sum 8x8 float32 -- --seconds 2",
            10,
        ),
        (
            "validate",
            "validate --engine docker --base registry sum 1K float32",
            7,
        ),
        (
            "deep-profile",
            "deep-profile --engine docker sum 8x8 float32",
            10,
        ),
        ("run", "run --engine docker true", 5),
        ("run-perf", "run --engine docker --perf true", 9),
        ("shell", "shell --engine docker", 5),
        ("clean", "clean --engine docker", 4),
    ] {
        let host = Host::new(&format!("dry-{name}"));
        let (code, text) = host.run(&format!("--dry-run {line}"));
        assert_eq!(code, 0, "{line}: {text}");
        assert_eq!(text.matches("known only at run time").count(), 1, "{text}");
        let file = host.folder.join("plan.json");
        host.run(&format!("--dry-run --json={} {line}", file.display()));
        let plan: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let words = |line: &serde_json::Value| {
            let words = line.as_array().unwrap().iter().skip(1);
            words
                .map(|word| word.as_str().unwrap())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let planned: Vec<_> = plan["commands"]
            .as_array()
            .unwrap()
            .iter()
            .map(words)
            .collect();
        let before = host.calls().len();
        host.run(line);
        let calls = host.calls()[before..].to_owned();
        let acts = [
            "pull",
            "build",
            "run",
            "rm",
            "rmi",
            "image prune",
            "ps",
            "images",
        ];
        let acts: Vec<_> = calls
            .lines()
            .filter(|call| acts.iter().any(|act| call.starts_with(&format!("{act} "))))
            // Whether a killed task has left a container is only asked.
            .filter(|call| !call.ends_with("{{.Names}}"))
            .collect();
        assert!(acts.len() >= least, "{line}: {calls}");
        for call in acts {
            let shown = planned.iter().any(|planned| fits(call, planned));
            assert!(shown, "{line}: {call} is not among\n{planned:#?}");
        }
    }
}
