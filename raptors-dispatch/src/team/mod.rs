//! The thread team: how many threads the process and the calling thread may use, and running a
//! job on them.

mod crew;
mod fork;
#[cfg(feature = "rayon")]
mod guest;
mod job;
mod limit;
mod pace;
mod steer;
#[cfg(test)]
mod tests;

pub use limit::{
    LimitSource, MAX_THREADS, ThreadsError, VARIABLE, from_env, limit_source, override_threads,
    set_threads, threads, with_threads,
};

/// Calls `f(0)`, …, `f(chunks - 1)`, each once, on at most `threads` threads of which the calling
/// one is the first, and returns when all have returned.
///
/// Each thread takes neighbouring chunks one after another, and then those that others have not come to,
/// so their lengths need not be equal. All run on the calling
/// thread where that is as good: while the workers sleep and waking them costs more than it gains,
/// inside another job, and while another thread's job has the team. A job that starts on a thread
/// of a rayon pool runs on that pool (feature `rayon`).
///
/// # Panics
///
/// If `f` panics: with its first panic, after every running chunk has returned. Chunks that had
/// not started are left out.
#[inline]
pub fn run(threads: usize, chunks: usize, f: &(dyn Fn(usize) + Sync)) {
    run_expecting(0.0, threads, chunks, f);
}

/// As [`run`], for a job that is expected to take so many nanoseconds on those threads, zero where nobody
/// knows. Workers that sleep are woken before a long job starts; how long a short one takes is told by its
/// first chunk.
///
/// # Panics
///
/// As [`run`].
#[inline]
pub fn run_expecting(expected_ns: f64, threads: usize, chunks: usize, f: &(dyn Fn(usize) + Sync)) {
    if threads <= 1 || chunks <= 1 {
        (0..chunks).for_each(f);
        return;
    }
    #[cfg(feature = "rayon")]
    if guest::inside() {
        guest::run(threads, chunks, f);
        return;
    }
    let job = (threads, chunks, expected_ns);
    fork::current().run(job, f, &mut || false);
}

/// As [`run`], and asks `stop` on the calling thread before each chunk that it takes: once `stop`
/// says true, no further chunk starts. Whether all chunks were run.
///
/// # Panics
///
/// As [`run`].
pub fn run_until(
    threads: usize,
    chunks: usize,
    f: &(dyn Fn(usize) + Sync),
    stop: &mut dyn FnMut() -> bool,
) -> bool {
    if threads <= 1 || chunks <= 1 {
        (0..chunks).all(|chunk| {
            let go_on = !stop();
            if go_on {
                f(chunk);
            }
            go_on
        })
    } else {
        fork::current().run((threads, chunks, 0.0), f, stop)
    }
}

/// The number of worker threads that exist: they start with the first job that needs them.
pub fn workers() -> usize {
    fork::current().workers()
}
