//! The machine that the process runs on: what plans are derived from.

mod cache;
mod core;
mod figures;
mod identity;
pub mod profile;

pub use cache::Cache;
pub use figures::{Figure, Figures};
pub use profile::{Problem, ProfileError};

use ::core::fmt;
use ::core::sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Release},
};
use std::{path::PathBuf, sync::OnceLock};

/// Where the figures of a [`Machine`] come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The table of defaults for this kind of processor.
    Defaults,
    /// A profile that was measured on this machine.
    Tuned,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Defaults => write!(f, "defaults for {}", std::env::consts::ARCH),
            Self::Tuned => f.write_str("tuned profile"),
        }
    }
}

/// What plans need to know about the hardware. Plain data: tests make up their own.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Cores that this process may use: its affinity, within the CPU quota of its control group.
    pub cores: usize,
    /// The data cache next to one core.
    pub l1: Cache,
    /// The second-level cache.
    pub l2: Cache,
    /// The last-level cache; the second level again where there is no third.
    pub l3: Cache,
    /// Bytes of a page of memory.
    pub page: usize,
    /// The processor, as it names itself.
    pub cpu: String,
    /// Speeds and costs; replaced by [`Machine::set_figures`].
    pub figures: Figures,
    /// Where the figures come from.
    pub source: Source,
    /// The profile that was read, or that would have been had it been there.
    pub profile: Option<PathBuf>,
    /// Why the profile was not used although it is there.
    pub profile_error: Option<ProfileError>,
    /// Weight (see [`Work::weight`](crate::plan::Work::weight)) below which one thread is enough
    /// without asking the model; follows from the figures.
    pub(crate) small: u64,
}

impl Machine {
    /// A machine with the given cores and cache sizes in bytes, and figures from the table.
    /// The last-level cache is shared by all cores, the others belong to one core each.
    pub fn new(cores: usize, l1: usize, l2: usize, l3: usize) -> Self {
        let cores = cores.max(1);
        let mut machine = Self {
            cores,
            l1: Cache::new(l1, 1),
            l2: Cache::new(l2, 1),
            l3: Cache::new(l3.max(l2), cores),
            page: 4096,
            cpu: String::from("unknown"),
            figures: Figures::default(),
            source: Source::Defaults,
            profile: None,
            profile_error: None,
            small: 0,
        };
        machine.set_figures(Figures::default());
        machine
    }

    /// Replaces the figures, and what follows from them.
    pub fn set_figures(&mut self, figures: Figures) {
        self.small = crate::plan::small_weight(&figures);
        self.figures = figures;
    }

    /// What a profile of this machine says where it was measured, on one line.
    pub fn name(&self) -> String {
        let [l2, l3] = [self.l2, self.l3].map(|cache| cache.bytes >> 10);
        let cpu: String = self
            .cpu
            .chars()
            .filter(|c| !matches!(c, '#' | '\n' | '\r'))
            .collect();
        format!(
            "{}, {} cores, {l2} KiB L2, {l3} KiB L3",
            cpu.trim(),
            self.cores
        )
    }

    /// Looks at the running machine. Never fails: what cannot be found out has a default.
    pub fn detect() -> Self {
        let caches = cache::detect();
        let mut machine = Self::new(core::usable(), 0, 0, 0);
        machine.l1 = caches.l1;
        machine.l2 = caches.l2;
        machine.l3 = caches.l3;
        machine.page = core::page();
        machine.cpu = identity::cpu();
        machine.set_figures(Figures::of(&machine.cpu));
        machine.profile = profile::path(&machine);
        match profile::load(machine.profile.as_deref(), &machine.name()) {
            Ok(None) => {}
            Ok(Some(figures)) => {
                machine.set_figures(figures);
                machine.source = Source::Tuned;
            }
            Err(error) => machine.profile_error = Some(error),
        }
        machine
    }
}

/// Times that a process can take up new figures: each machine that was in use stays for those who
/// still plan with it.
const VERSIONS: usize = 16;
static MACHINES: [OnceLock<Machine>; VERSIONS] = [const { OnceLock::new() }; VERSIONS];
static CURRENT: AtomicUsize = AtomicUsize::new(0);

/// The running machine, looked at once.
#[inline]
pub fn machine() -> &'static Machine {
    MACHINES[CURRENT.load(Acquire) % VERSIONS].get_or_init(Machine::detect)
}

/// Lets this process plan with `figures`, which were measured on this machine, from now on. False
/// if it has changed its figures too often: they count for the next process then.
pub fn adopt(figures: &Figures) -> bool {
    let mut machine = machine().clone();
    machine.set_figures(figures.clone());
    machine.source = Source::Tuned;
    machine.profile_error = None;
    for (version, slot) in MACHINES.iter().enumerate().skip(1) {
        let free = slot.get().is_none();
        if free && slot.set(machine.clone()).is_ok() {
            CURRENT.fetch_max(version, Release);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_machine_makes_sense() {
        let machine = machine();
        assert!(machine.cores >= 1);
        assert!(machine.l1.bytes >= 4 << 10 && machine.l1.bytes <= machine.l2.bytes);
        assert!(machine.l2.bytes <= machine.l3.bytes);
        assert!(machine.l1.sharers >= 1 && machine.l3.sharers >= 1);
        assert!(machine.page.is_power_of_two());
        assert!(!machine.cpu.is_empty());
    }
}
