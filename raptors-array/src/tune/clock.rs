//! Times short pieces of work: many batches of it, of which the fast ones count, as whatever
//! disturbs a batch only makes it slower.

use std::time::{Duration, Instant};

/// Shortest batch in nanoseconds: a look at the clock takes a thousandth of it.
const BATCH_NS: f64 = 30_000.0;
/// Fewest batches, however long they take.
const FEWEST: usize = 5;
/// Most batches: more do not make the result better.
const MOST: usize = 2000;

/// What the batches of a measurement say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// Nanoseconds of one run: the fastest batch but for a tenth of them.
    pub(super) ns: f64,
    /// By which share the median batch was slower: how much else the machine had to do.
    pub(super) noise: f64,
}

/// Runs `work` for about as long as `budget` says.
pub(super) fn time(budget: Duration, work: &mut dyn FnMut()) -> Sample {
    let end = Instant::now() + budget;
    let mut batch = |runs: usize| {
        let start = Instant::now();
        (0..runs).for_each(|_| work());
        start.elapsed().as_nanos() as f64
    };
    batch(1);
    let mut runs = 1;
    loop {
        let ns = batch(runs);
        if ns >= BATCH_NS || Instant::now() >= end {
            break;
        }
        let wanted = (runs as f64 * 1.2 * BATCH_NS / ns.max(1.0)) as usize;
        runs = wanted.clamp(runs + 1, 16 * runs);
    }
    let mut times = Vec::new();
    while times.len() < FEWEST || (times.len() < MOST && Instant::now() < end) {
        times.push(batch(runs) / runs as f64);
    }
    summary(&mut times)
}

/// What `times`, of which there is at least one, say.
pub(super) fn summary(times: &mut [f64]) -> Sample {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    let ns = at(10).max(f64::MIN_POSITIVE);
    let noise = at(50) / ns - 1.0;
    Sample { ns, noise }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_batches_count_and_the_median_tells_the_noise() {
        let mut times: Vec<f64> = (100..200).map(f64::from).collect();
        times.reverse();
        let sample = summary(&mut times);
        assert_eq!(sample.ns, 110.0);
        assert!((sample.noise - 40.0 / 110.0).abs() < 1e-12);
        assert_eq!(summary(&mut [3.0]).ns, 3.0);
    }

    #[test]
    fn work_is_run_however_short_the_budget() {
        let mut runs = 0;
        let sample = time(Duration::ZERO, &mut || runs += 1);
        assert!(runs > FEWEST && sample.ns > 0.0);
    }
}
