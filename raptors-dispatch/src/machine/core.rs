//! How many cores the process may use, and how large a page is.

#[cfg(target_os = "linux")]
use std::{fs, path::Path};

/// Cores within the affinity mask and the CPU quota; at least one.
pub(super) fn usable() -> usize {
    let cores = affinity();
    match quota() {
        Some(quota) => cores.min(quota.ceil() as usize).max(1),
        None => cores,
    }
}

#[cfg(target_os = "linux")]
fn affinity() -> usize {
    // SAFETY: `cpu_set_t` is an array of integers, for which zero is a value.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: `set` is writable and its true size is passed.
    let failed = unsafe { libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &raw mut set) };
    // SAFETY: `set` is initialized.
    let cores = unsafe { libc::CPU_COUNT(&set) };
    if failed == 0 && cores > 0 {
        cores as usize
    } else {
        std::thread::available_parallelism().map_or(1, usize::from)
    }
}

#[cfg(not(target_os = "linux"))]
fn affinity() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The CPU quota of the process's control group, in cores.
#[cfg(target_os = "linux")]
fn quota() -> Option<f64> {
    let groups = fs::read_to_string("/proc/self/cgroup").ok()?;
    smallest_quota(Path::new("/sys/fs/cgroup"), &groups)
}

#[cfg(not(target_os = "linux"))]
fn quota() -> Option<f64> {
    None
}

/// The smallest quota of the groups named in `groups` (`/proc/self/cgroup`) and their parents,
/// under `mount`. Inside a container the named folders may be missing: the parents count then.
#[cfg(target_os = "linux")]
fn smallest_quota(mount: &Path, groups: &str) -> Option<f64> {
    let mut smallest: Option<f64> = None;
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else {
            continue;
        };
        let unified = controllers.is_empty();
        if !unified && !controllers.split(',').any(|name| name == "cpu") {
            continue;
        }
        // Version 1 mounts each controller in a folder of its own.
        let root = mount.join(controllers);
        for group in Path::new(path.trim_start_matches('/')).ancestors() {
            let folder = root.join(group);
            let read = |name| fs::read_to_string(folder.join(name)).ok();
            let found = if unified {
                read("cpu.max").and_then(|text| parse_quota(&text))
            } else {
                read("cpu.cfs_quota_us")
                    .zip(read("cpu.cfs_period_us"))
                    .and_then(|(quota, period)| parse_quota(&format!("{quota} {period}")))
            };
            smallest = match (smallest, found) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }
    smallest
}

/// `quota period` in microseconds as cores; `max` and `-1` mean no quota.
#[cfg(target_os = "linux")]
fn parse_quota(text: &str) -> Option<f64> {
    let mut words = text.split_whitespace().map(str::parse::<f64>);
    match (words.next()?, words.next()?) {
        (Ok(quota), Ok(period)) if quota > 0.0 && period > 0.0 => Some(quota / period),
        _ => None,
    }
}

/// Bytes of a page of memory.
pub(super) fn page() -> usize {
    #[cfg(unix)]
    {
        // SAFETY: `sysconf` reads a constant of the system.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        if page > 0 {
            return page as usize;
        }
    }
    4096
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn quotas_are_read_as_cores() {
        assert_eq!(parse_quota("150000 100000\n"), Some(1.5));
        assert_eq!(parse_quota("max 100000\n"), None);
        assert_eq!(parse_quota("-1\n 100000\n"), None);
        assert_eq!(parse_quota("junk"), None);
    }

    #[test]
    fn the_smallest_quota_of_a_group_and_its_parents_counts() {
        let root = std::env::temp_dir().join(format!("raptors-cgroup-{}", std::process::id()));
        let (v1, v2) = (root.join("cpu/a"), root.join("b/c"));
        fs::create_dir_all(&v1).unwrap();
        fs::create_dir_all(&v2).unwrap();
        fs::write(root.join("b/cpu.max"), "250000 100000").unwrap();
        fs::write(v2.join("cpu.max"), "max 100000").unwrap();
        assert_eq!(smallest_quota(&root, "0::/b/c\n"), Some(2.5));
        fs::write(v1.join("cpu.cfs_quota_us"), "120000").unwrap();
        fs::write(v1.join("cpu.cfs_period_us"), "100000").unwrap();
        assert_eq!(smallest_quota(&root, "1:cpu:/a/gone\n0::/b/c\n"), Some(1.2));
        assert_eq!(smallest_quota(&root, "4:memory:/a\n"), None);
        fs::remove_dir_all(&root).unwrap();
    }
}
