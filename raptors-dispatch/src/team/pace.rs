//! When sleeping workers are woken: once the jobs that were run without them add up to what it costs.

use crate::machine::machine;
use std::time::Instant;

/// What the callers remember of jobs that they ran alone because the workers slept.
#[derive(Default)]
pub(super) struct Pace {
    /// Nanoseconds that workers would have saved.
    forgone: f64,
    /// When the last such job ended.
    pub(super) last: Option<Instant>,
}

impl Pace {
    /// Whether to wake a worker that would save `gain` nanoseconds of a job that began at `start`.
    /// Jobs that follow closely upon each other add up: a worker that is woken then finds the next
    /// ones by itself.
    pub(super) fn worth_waking(&mut self, start: Instant, gain: f64) -> bool {
        let figures = &machine().figures;
        let idle = self
            .last
            .map_or(f64::INFINITY, |last| (start - last).as_nanos() as f64);
        if idle > figures.spin_ns {
            self.forgone = 0.0;
        }
        self.forgone += gain;
        let worth = self.forgone > figures.wake_ns;
        if worth {
            self.forgone = 0.0;
        }
        worth
    }
}
