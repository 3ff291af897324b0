//! When sleeping workers are woken: before a job that is known to be long, and once the jobs that were run
//! without them add up to what it costs.

use crate::machine::machine;
use std::time::Instant;

/// Times of waking a worker that a job takes on several threads, from which on it is long: a worker that
/// comes late finds enough of it left, and one that was woken for less than expected costs little of it.
const LONG: f64 = 10.0;

/// What the callers remember of jobs that they ran alone because the workers slept.
#[derive(Default)]
pub(super) struct Pace {
    /// Nanoseconds that workers would have saved.
    forgone: f64,
    /// When the last such job ended.
    pub(super) last: Option<Instant>,
}

impl Pace {
    /// Whether to wake workers before a job begins, at `start`: it is expected to take long, or those that
    /// it follows closely upon would have been worth it. A worker that is woken then finds the next ones by
    /// itself.
    pub(super) fn is_long(&mut self, start: Instant, expected_ns: f64) -> bool {
        let figures = &machine().figures;
        let idle = self
            .last
            .map_or(f64::INFINITY, |last| (start - last).as_nanos() as f64);
        if idle > figures.spin_ns {
            self.forgone = 0.0;
        }
        self.is_worth(0.0) || expected_ns > LONG * figures.wake_ns
    }

    /// Whether to wake workers for the rest of a job of `chunks`, whose first took so many nanoseconds on
    /// the one of the `threads` that is awake.
    pub(super) fn worth_waking(&mut self, chunk_ns: f64, chunks: usize, threads: usize) -> bool {
        let left = chunks - 1;
        let worth = self.is_worth(chunk_ns * (left - left.div_ceil(threads)) as f64);
        if !worth {
            self.forgone += chunk_ns * (chunks - chunks.div_ceil(threads)) as f64;
        }
        worth
    }

    /// Whether what was forgone and what can still be saved are more than waking a worker costs.
    fn is_worth(&mut self, saved: f64) -> bool {
        let worth = self.forgone + saved > machine().figures.wake_ns;
        if worth {
            self.forgone = 0.0;
        }
        worth
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_jobs_wake_workers_before_they_begin() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let wake = machine().figures.wake_ns;
        assert!(pace.is_long(now, 100.0 * wake));
        assert!(!pace.is_long(now, wake));
        assert!(!pace.is_long(now, 0.0));
    }

    #[test]
    fn the_last_chunk_is_not_worth_waking_but_the_next_job_is() {
        let mut pace = Pace::default();
        let wake = machine().figures.wake_ns;
        let start = Instant::now();
        assert!(!pace.is_long(start, 0.0));
        // The caller takes it itself, before a worker could come.
        assert!(!pace.worth_waking(1.5 * wake, 2, 2));
        pace.last = Some(start);
        assert!(pace.is_long(start, 0.0));
        assert!(!pace.is_long(start, 0.0));
        assert!(pace.worth_waking(1.5 * wake, 8, 2));
    }

    #[test]
    fn what_was_forgone_long_ago_does_not_count() {
        let mut pace = Pace::default();
        let figures = &machine().figures;
        let start = Instant::now();
        assert!(!pace.worth_waking(1.5 * figures.wake_ns, 2, 2));
        pace.last = Some(start);
        let later = start + std::time::Duration::from_nanos(2 * figures.spin_ns as u64);
        assert!(!pace.is_long(later, 0.0));
    }
}
