//! Containers of tasks that were killed and could not stop them: they would go on measuring, and writing.

use std::{fs, path::Path};

use super::{container::LABEL, engine::Engine, places::Places};

/// Removes this checkout's containers whose task is gone; what cannot be asked or removed stays.
pub(super) fn remove(engine: &Engine, places: &Places) {
    // Elsewhere there is no telling whether a process runs.
    if !Path::new("/proc/self/comm").exists() {
        return;
    }
    let filter = format!("label={LABEL}={}", places.identity());
    let list = ["ps", "--all", "--filter", &filter, "--format={{.Names}}"];
    let names = engine.tells(&list).unwrap_or_default();
    for name in names.lines().filter(|name| is_forgotten(name, runs)) {
        eprintln!("xtask: removing {name}, whose task was killed");
        let _ = engine
            .program(["rm", "--force", "--volumes", name])
            .output();
    }
}

/// Whether a container's name ends in the number of a process that is no task of ours any more.
fn is_forgotten(name: &str, runs: impl Fn(u32) -> bool) -> bool {
    let number = name.rsplit_once('-').map(|(_, number)| number.parse());
    matches!(number, Some(Ok(process)) if !runs(process))
}

/// Whether a process of that number is a task.
fn runs(process: u32) -> bool {
    let name = fs::read_to_string(format!("/proc/{process}/comm"));
    name.is_ok_and(|name| name.starts_with("xtask"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_killed_task_has_left_is_forgotten() {
        let runs = |process| process == 7;
        assert!(is_forgotten("raptors-bench-12ab-8", runs));
        for name in ["raptors-bench-12ab-7", "raptors-bench-12ab", "c1", ""] {
            assert!(!is_forgotten(name, runs), "{name}");
        }
    }
}
