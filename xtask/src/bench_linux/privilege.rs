//! What a container must be allowed before `perf` can sample in it: the least that works.

use std::{fs, path::Path};

use super::{
    container::{Container, End, Output},
    engine::Engine,
    places::Places,
};
use crate::failure::Failure;

/// A set of permissions, and what it is called in messages.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Privilege {
    pub(super) name: &'static str,
    pub(super) arguments: &'static [&'static str],
}

/// From the narrowest on. Which of them a host grants depends on its kernel, engine and guardians.
const SETS: &[Privilege] = &[
    Privilege {
        name: "PERFMON",
        arguments: &[
            "--cap-add=PERFMON",
            "--cap-add=SYS_PTRACE",
            "--security-opt=seccomp=unconfined",
        ],
    },
    Privilege {
        name: "SYS_ADMIN",
        arguments: &[
            "--cap-add=SYS_ADMIN",
            "--cap-add=SYS_PTRACE",
            "--cap-add=SYSLOG",
            "--security-opt=seccomp=unconfined",
        ],
    },
    Privilege {
        name: "user samples only",
        arguments: &["--security-opt=seccomp=unconfined"],
    },
];

/// Only for those who ask for it.
const ALL: Privilege = Privilege {
    name: "privileged",
    arguments: &["--privileged"],
};

/// For py-spy and valgrind, which do without.
pub(super) const NOTHING: Privilege = Privilege {
    name: "nothing: perf cannot sample here, py-spy and valgrind can",
    arguments: &[],
};

/// What the probe runs: the event that exists on every host.
const PROBE: &[&str] = &[
    "perf",
    "record",
    "-q",
    "-e",
    "cpu-clock",
    "-o",
    "/tmp/p",
    "true",
];

/// The first set with which `perf` samples, remembered for this image.
pub(super) fn least(
    engine: &Engine,
    places: &Places,
    image: &str,
    id: &str,
    privileged: bool,
) -> Result<&'static Privilege, Failure> {
    let note = places.own.join("privilege");
    // What the kernel forbids may change; what sampled once goes on doing so.
    let kernel = paranoid(Path::new(PARANOID)).map_or_else(String::new, |level| level.to_string());
    let key = format!("{id} {} {privileged} {kernel}\n", engine.version);
    let known = fs::read_to_string(&note).unwrap_or_default();
    let found = known
        .strip_prefix(&key)
        .and_then(|name| sets(true).find(|set| set.name == name));
    if let Some(set) = found {
        return Ok(set);
    }
    let found = first(privileged, |set| probing(places, image, set).run(engine))?;
    if *found != NOTHING {
        let _ = fs::write(note, key + found.name);
    }
    Ok(found)
}

/// Where Linux says what it forbids programs without rights to look at: from 3 on all, at 2 itself.
const PARANOID: &str = "/proc/sys/kernel/perf_event_paranoid";

fn paranoid(file: &Path) -> Option<i32> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// Why no set samples, and what lets one do so, in a line. The file is that of the engine's host
/// unless the engine is elsewhere: then it knows of no such level.
pub(super) fn why(engine: &Engine, privileged: bool) -> String {
    reason(
        engine.security.rootless,
        paranoid(Path::new(PARANOID)),
        privileged,
    )
}

fn reason(rootless: bool, level: Option<i32>, privileged: bool) -> String {
    let open = "sudo sysctl kernel.perf_event_paranoid=2 lets programs be sampled, without the kernel's part";
    match level {
        Some(level) if level > 2 && rootless => format!(
            "kernel.perf_event_paranoid is {level}, and a rootless engine has no right over that: {open}"
        ),
        Some(level) if level > 2 => format!(
            "the engine grants no capability, and kernel.perf_event_paranoid is {level}: {open}"
        ),
        _ if privileged => {
            "this host lets no container use perf_event_open, not even a privileged one".to_owned()
        }
        _ => "the engine grants containers neither PERFMON nor SYS_ADMIN, nor to do without its \
              seccomp filter, which forbids perf_event_open: try --privileged"
            .to_owned(),
    }
}

/// The container that tries a set.
pub(super) fn probing(places: &Places, image: &str, set: &'static Privilege) -> Container {
    let mut container = Container::new(places, image, "none", PROBE);
    container.mounts.clear();
    container.privileges = set.arguments;
    container.output = Output::Silent;
    container
}

/// The sets in the order in which they are tried, and last that nothing is allowed.
pub(super) fn sets(privileged: bool) -> impl Iterator<Item = &'static Privilege> {
    let all = privileged.then_some(&ALL);
    SETS.iter().chain(all).chain([&NOTHING])
}

/// The first set that `works` ends well with; the last one needs no probe.
fn first(
    privileged: bool,
    mut works: impl FnMut(&'static Privilege) -> Result<End, Failure>,
) -> Result<&'static Privilege, Failure> {
    for set in sets(privileged).filter(|set| **set != NOTHING) {
        match works(set)? {
            End::Exit(0) => return Ok(set),
            End::Interrupted => return Err(Failure::Said(4)),
            _ => {}
        }
    }
    Ok(&NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of what is found where the first `refused` sets do not work, and how many were tried.
    fn tried(privileged: bool, refused: usize) -> (&'static str, usize) {
        let mut count = 0;
        let found = first(privileged, |_| {
            count += 1;
            Ok(if count > refused {
                End::Exit(0)
            } else {
                End::Refused
            })
        });
        (found.unwrap().name, count)
    }

    #[test]
    fn the_narrowest_set_that_works_is_kept() {
        assert_eq!(tried(false, 0), ("PERFMON", 1));
        assert_eq!(tried(false, 1), ("SYS_ADMIN", 2));
        assert_eq!(tried(false, 2), ("user samples only", 3));
        assert_eq!(tried(false, 9), (NOTHING.name, 3));
        assert_eq!(tried(true, 3), ("privileged", 4));
    }

    #[test]
    fn what_forbids_samples_is_told_with_what_allows_them() {
        for (rootless, level, privileged, words) in [
            (true, Some(3), false, ["rootless", "sysctl"]),
            (false, Some(4), false, ["is 4", "sysctl"]),
            (false, Some(2), false, ["seccomp", "--privileged"]),
            (false, None, false, ["seccomp", "--privileged"]),
            (false, Some(2), true, ["no container", "not even"]),
        ] {
            let line = reason(rootless, level, privileged);
            assert!(words.iter().all(|word| line.contains(word)), "{line}");
            assert!(!line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn privileged_is_only_tried_when_asked_for() {
        assert!(sets(false).all(|set| !set.arguments.contains(&"--privileged")));
        assert!(sets(true).any(|set| set.arguments.contains(&"--privileged")));
    }
}
