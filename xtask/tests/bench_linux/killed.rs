//! What a task that was killed leaves: a container that runs on, and a folder of results.

use std::fs;

use crate::host::Host;

/// What a run writes down before it is killed: which one it is, and a cell.
const JOURNAL: &str = "{\"keys\": []}\n{\"key\": \"a\"}\n";

/// More than the number of any process.
const GONE: &str = "raptors-bench-0-99999999";

#[test]
fn containers_of_killed_tasks_are_removed_before_anything_is_measured() {
    let host = Host::new("forgotten").with("forgotten", GONE);
    let (code, text) = host.run("bench --engine docker");
    assert_eq!(code, 0, "{text}");
    let calls = host.calls();
    let removed = calls.find(&format!("rm --force --volumes {GONE}")).unwrap();
    assert!(removed < calls.find("xtask bench --output").unwrap());
    assert!(text.contains("whose task was killed"), "{text}");
}

#[test]
fn results_of_an_earlier_run_do_not_complete_a_refused_one() {
    for code in ["2", "3", "1", "137"] {
        let host = Host::new(&format!("stale-{code}")).with("fail-bench", code);
        let run = host.folder.join("results/2026-11-21_07-15-39.partial");
        fs::create_dir_all(&run).unwrap();
        fs::write(run.join("cells.jsonl"), JOURNAL).unwrap();
        fs::write(run.join("results.json"), "{\"cells\": []}").unwrap();
        let line = format!("bench --engine docker --resume {}", run.display());
        let (ended, text) = host.run(&line);
        assert_ne!(ended, 0, "{text}");
        assert!(text.contains("go on with"), "{text}");
        let (done, partial) = host.results();
        assert!(
            done.is_empty() && partial == [run],
            "{code}: {done:?} {partial:?}"
        );
    }
}

#[test]
fn a_run_goes_on_in_the_folder_where_it_lies() {
    let host = Host::new("elsewhere");
    let run = host.folder.join("others/2026-11-21_07-15-39.partial");
    fs::create_dir_all(&run).unwrap();
    fs::write(run.join("cells.jsonl"), JOURNAL).unwrap();
    let line = format!("bench --engine docker --resume {}", run.display());
    let (code, text) = host.run(&format!("{line} --dry-run"));
    let mount = format!(
        "source={}",
        host.folder
            .join("others,target=/workspace/results")
            .display()
    );
    assert!(code == 0 && text.contains(&mount), "{text}");
}

#[test]
fn the_command_that_goes_on_is_told_with_all_that_was_asked_for() {
    let host = Host::new("goes-on").with("fail-bench", "3");
    let (code, text) = host.run("full-suite --engine docker --cpus 0-1 -- --quick");
    assert_eq!(code, 3, "{text}");
    let (_, partial) = host.results();
    let run = partial[0].display();
    let line = format!("full-suite --engine docker --cpus 0-1 --resume {run} -- --quick");
    let told = format!("2 cells were measured; go on with cargo xtask bench-linux {line}\n");
    assert!(text.contains(&told), "{text}");
    fs::remove_file(host.folder.join("fail-bench")).unwrap();
    let (code, text) = host.run(&line);
    assert_eq!(code, 0, "{text}");
    let run = host.calls();
    let run = run
        .lines()
        .rfind(|call| call.contains("xtask bench "))
        .unwrap();
    assert!(
        run.contains("bench --suite full --resume /workspace/results/"),
        "{run}"
    );
    assert!(run.ends_with(".partial --quick"), "{run}");
}
