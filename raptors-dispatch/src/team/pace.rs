//! When sleeping workers are woken: for a job that takes much longer than they need to come, and once the jobs
//! that were run without them add up to as much.

use crate::machine::machine;
use std::time::Instant;

/// Time until a woken worker runs, in times of what waking it costs the one who wakes it, as long as nothing
/// else was seen.
const DELAY: f64 = 5.0;

/// The longest delay that counts, in the same times: one that comes later was behind the work of others, and
/// the next need not be.
const LATEST: f64 = 40.0;

/// Weight of what is known of the delay beside what is seen.
const KNOWN: f64 = 3.0;

/// What is left of a long delay with each job that does without workers for its sake: they are given another
/// chance some day.
const KEPT: f64 = 0.99;

/// What the callers remember of workers that they woke, and of jobs that they ran alone because the workers
/// slept.
pub(super) struct Pace {
    /// Nanoseconds until a woken worker runs.
    delay: f64,
    /// Nanoseconds that workers would have saved.
    forgone: f64,
    /// When the last such job ended.
    pub(super) last: Option<Instant>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            delay: least_delay(),
            forgone: 0.0,
            last: None,
        }
    }
}

fn least_delay() -> f64 {
    DELAY * machine().figures.wake_ns
}

impl Pace {
    /// Learns how many nanoseconds passed until a worker ran that was woken; nothing of zero.
    pub(super) fn learn(&mut self, delay: u64) {
        if delay > 0 {
            let seen = (delay as f64).clamp(least_delay(), LATEST * machine().figures.wake_ns);
            self.delay = (KNOWN * self.delay + seen) / (KNOWN + 1.0);
        }
    }

    /// Whether to wake workers before a job of `chunks` on so many `threads` begins, at `start`: it is
    /// expected to take long, or those that it follows closely upon would have been worth it. A worker that is
    /// woken then finds the next ones by itself.
    pub(super) fn is_long(
        &mut self,
        start: Instant,
        expected_ns: f64,
        chunks: usize,
        threads: usize,
    ) -> bool {
        let idle = self
            .last
            .map_or(f64::INFINITY, |last| (start - last).as_nanos() as f64);
        if idle > machine().figures.spin_ns {
            self.forgone = 0.0;
        }
        let worth =
            self.forgone > self.delay || self.pays(expected_ns * threads as f64, chunks, threads);
        if worth {
            self.forgone = 0.0;
        }
        worth
    }

    /// Whether to wake workers for the rest of a job of `chunks`, whose first took so many nanoseconds on
    /// the one of the `threads` that is awake.
    pub(super) fn worth_waking(&mut self, chunk_ns: f64, chunks: usize, threads: usize) -> bool {
        let left = chunks - 1;
        let worth = self.pays(chunk_ns * left as f64, left, threads);
        if worth {
            self.forgone = 0.0;
        } else {
            self.forgone += chunk_ns * (chunks - chunks.div_ceil(threads)) as f64;
            self.delay = (KEPT * self.delay).max(least_delay());
        }
        worth
    }

    /// Whether workers that come late save enough of what takes so many nanoseconds on one of the `threads`.
    /// A chunk that somebody has begun is waited for.
    fn pays(&self, total_ns: f64, chunks: usize, threads: usize) -> bool {
        let chunk_ns = total_ns / chunks.max(1) as f64;
        let shared = total_ns - chunk_ns - self.delay;
        let saved = shared * (threads - 1) as f64 / threads as f64;
        saved > machine().figures.gain * total_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_jobs_wake_workers_before_they_begin() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let delay = least_delay();
        assert!(pace.is_long(now, 100.0 * delay, 8, 2));
        assert!(!pace.is_long(now, delay / 4.0, 8, 2));
        assert!(!pace.is_long(now, 0.0, 8, 2));
        // A worker that comes too late for the second of two chunks saves nothing.
        assert!(pace.is_long(now, 0.9 * delay, 16, 2));
        assert!(!pace.is_long(now, 0.9 * delay, 2, 2));
    }

    #[test]
    fn jobs_that_are_too_short_alone_add_up() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let chunk = least_delay() / 8.0;
        for _ in 0..3 {
            assert!(!pace.is_long(start, 0.0, 6, 2));
            assert!(!pace.worth_waking(chunk, 6, 2));
            pace.last = Some(start);
        }
        assert!(pace.is_long(start, 0.0, 6, 2));
        assert!(!pace.is_long(start, 0.0, 6, 2));
    }

    #[test]
    fn what_was_forgone_long_ago_does_not_count() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        assert!(!pace.worth_waking(2.0 * least_delay(), 2, 2));
        pace.last = Some(start);
        let spin = machine().figures.spin_ns as u64;
        let later = start + std::time::Duration::from_nanos(2 * spin);
        assert!(!pace.is_long(later, 0.0, 2, 2));
    }

    #[test]
    fn workers_that_come_late_are_woken_for_longer_jobs_and_given_another_chance() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let job = 4.0 * least_delay();
        assert!(pace.is_long(now, job, 8, 2));
        pace.learn(0);
        assert!(pace.is_long(now, job, 8, 2));
        for _ in 0..20 {
            pace.learn((20.0 * least_delay()) as u64);
        }
        assert!(!pace.is_long(now, job, 8, 2));
        assert!(pace.is_long(now, 20.0 * job, 8, 2));
        for _ in 0..1000 {
            assert!(!pace.worth_waking(1.0, 8, 2));
        }
        assert!(pace.is_long(now, job, 8, 2));
    }
}
