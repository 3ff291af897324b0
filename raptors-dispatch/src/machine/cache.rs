//! Cache sizes, and how many cores share each.

/// One level of cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// Size in bytes.
    pub bytes: usize,
    /// Cores that share it.
    pub sharers: usize,
}

impl Cache {
    /// A cache of `bytes`, shared by `sharers` cores.
    pub const fn new(bytes: usize, sharers: usize) -> Self {
        Self { bytes, sharers }
    }

    /// The part of a last-level cache that its sharers may count on.
    fn shared(self) -> Self {
        let bytes = self.bytes.min(SHARE.saturating_mul(self.sharers));
        Self { bytes, ..self }
    }
}

/// The data caches of the first core.
pub(super) struct Caches {
    pub(super) l1: Cache,
    pub(super) l2: Cache,
    pub(super) l3: Cache,
}

/// Sizes assumed where the system does not tell: those of a small server core.
const ASSUMED: [Cache; 3] = [
    Cache::new(32 << 10, 1),
    Cache::new(1 << 20, 1),
    Cache::new(16 << 20, 4),
];

/// Bytes of a last-level cache for each core that shares it, at most: no processor has as many. A virtual machine sees
/// the cache of a whole socket beside few of its cores, and gets a share of it.
const SHARE: usize = 32 << 20;

/// Asks the system; what it does not know is assumed, and a missing level is the one below it.
pub(super) fn detect() -> Caches {
    let found = levels();
    let l1 = found[0].unwrap_or(ASSUMED[0]);
    let l2 = found[1].unwrap_or(ASSUMED[1]);
    let l3 = match found {
        [_, _, Some(l3)] => l3.shared(),
        [_, Some(l2), None] => l2,
        _ => ASSUMED[2],
    };
    let larger = |cache: Cache, below: Cache| {
        if cache.bytes < below.bytes {
            below
        } else {
            cache
        }
    };
    let l2 = larger(l2, l1);
    Caches {
        l1,
        l2,
        l3: larger(l3, l2),
    }
}

#[cfg(target_os = "linux")]
fn levels() -> [Option<Cache>; 3] {
    let mut found = [None; 3];
    // Each core lists at most two first-level caches and one of each further level.
    for index in 0..5 {
        let folder = format!("/sys/devices/system/cpu/cpu0/cache/index{index}");
        let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).ok();
        let Some(level) = read("level").and_then(|text| text.trim().parse::<usize>().ok()) else {
            break;
        };
        let data = read("type").is_some_and(|kind| kind.trim() != "Instruction");
        let size = read("size").and_then(|text| parse_size(text.trim()));
        if let (1..=3, true, Some(bytes)) = (level, data, size) {
            let sharers = read("shared_cpu_list").map_or(1, |text| count_list(text.trim()));
            found[level - 1] = Some(Cache::new(bytes, sharers.max(1)));
        }
    }
    found
}

#[cfg(target_os = "macos")]
fn levels() -> [Option<Cache>; 3] {
    use super::identity::sysctl;
    // Performance cores first; Intel Macs know only the plain names.
    let number = |names: &[&str]| names.iter().find_map(|name| sysctl::<u64>(name));
    let cache = |names: &[&str], sharers: &[&str]| {
        let bytes = number(names).filter(|&bytes| bytes > 0)? as usize;
        Some(Cache::new(
            bytes,
            number(sharers).unwrap_or(1).max(1) as usize,
        ))
    };
    [
        cache(&["hw.perflevel0.l1dcachesize", "hw.l1dcachesize"], &[]),
        cache(
            &["hw.perflevel0.l2cachesize", "hw.l2cachesize"],
            &["hw.perflevel0.cpusperl2"],
        ),
        cache(
            &["hw.perflevel0.l3cachesize", "hw.l3cachesize"],
            &["hw.perflevel0.cpusperl3", "hw.physicalcpu"],
        ),
    ]
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn levels() -> [Option<Cache>; 3] {
    [None; 3]
}

/// `48K`, `2M` or plain bytes.
#[cfg(target_os = "linux")]
fn parse_size(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches(['K', 'M']);
    let unit = match &text[digits.len()..] {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        _ => return None,
    };
    digits.parse::<usize>().ok()?.checked_mul(unit)
}

/// The number of cores in a list such as `0-3,8`.
#[cfg(target_os = "linux")]
fn count_list(text: &str) -> usize {
    text.split(',')
        .filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (first, last) = (first.parse::<usize>().ok()?, last.parse::<usize>().ok()?);
            Some(last.checked_sub(first)? + 1)
        })
        .sum()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_last_level_cache_of_a_whole_socket_counts_as_far_as_cores_share_it() {
        let shared = |bytes, sharers| Cache::new(bytes, sharers).shared();
        assert_eq!(shared(480 << 20, 2), Cache::new(64 << 20, 2));
        assert_eq!(shared(480 << 20, 120), Cache::new(480 << 20, 120));
        assert_eq!(shared(96 << 20, 8), Cache::new(96 << 20, 8));
    }

    #[test]
    fn sizes_and_lists_are_read_as_the_kernel_writes_them() {
        assert_eq!(parse_size("48K"), Some(48 << 10));
        assert_eq!(parse_size("2M"), Some(2 << 20));
        assert_eq!(parse_size("512"), Some(512));
        assert_eq!(parse_size("K"), None);
        assert_eq!(count_list("0-3,8"), 5);
        assert_eq!(count_list(""), 0);
        assert_eq!(count_list("3-1"), 0);
    }
}
