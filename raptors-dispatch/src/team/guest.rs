//! Jobs of programs that run on rayon: the threads of their own pool take part, and no others.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Whether the calling thread belongs to a rayon pool.
pub(super) fn inside() -> bool {
    rayon::current_thread_index().is_some()
}

/// As [`super::run`], on the rayon pool of the calling thread.
pub(super) fn run(threads: usize, chunks: usize, f: &(dyn Fn(usize) + Sync)) {
    let next = AtomicUsize::new(0);
    let claim = || {
        loop {
            let chunk = next.fetch_add(1, Relaxed);
            if chunk >= chunks {
                return;
            }
            f(chunk);
        }
    };
    rayon::scope(|scope| {
        for _ in 1..threads.min(chunks) {
            scope.spawn(|_| claim());
        }
        claim();
    });
}

#[cfg(test)]
mod tests {
    use crate::team;
    use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    #[test]
    fn every_chunk_runs_once_on_the_callers_own_pool() {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(3)
            .build()
            .unwrap();
        let runs: Vec<AtomicUsize> = (0..500).map(|_| AtomicUsize::new(0)).collect();
        let strangers = AtomicUsize::new(0);
        pool.install(|| {
            team::run(4, runs.len(), &|chunk| {
                runs[chunk].fetch_add(1, Relaxed);
                if rayon::current_thread_index().is_none() {
                    strangers.fetch_add(1, Relaxed);
                }
            });
        });
        assert!(runs.iter().all(|run| run.load(Relaxed) == 1));
        assert_eq!(strangers.load(Relaxed), 0);
    }
}
