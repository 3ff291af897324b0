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
use std::{path::PathBuf, sync::LazyLock};

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

    /// Looks at the running machine. Never fails: what cannot be found out has a default.
    pub fn detect() -> Self {
        let caches = cache::detect();
        let mut machine = Self::new(core::usable(), 0, 0, 0);
        machine.l1 = caches.l1;
        machine.l2 = caches.l2;
        machine.l3 = caches.l3;
        machine.page = core::page();
        machine.cpu = identity::cpu();
        machine.profile = profile::path(&machine);
        match profile::load(machine.profile.as_deref()) {
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

/// The running machine, looked at once.
#[inline]
pub fn machine() -> &'static Machine {
    static MACHINE: LazyLock<Machine> = LazyLock::new(Machine::detect);
    &MACHINE
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
