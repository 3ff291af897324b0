//! Floating-point exceptions of products that several threads compute: the caller gets them all.

use crate::team;
use core::sync::atomic::{AtomicU8, Ordering::Relaxed};
use raptors_kernels::Status;

/// Runs tasks on the team as [`team::run_expecting`] does; what they raise is raised on the calling thread.
pub(super) fn run(expected_ns: f64, threads: usize, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
    if threads <= 1 {
        return team::run(threads, tasks, task);
    }
    let raised = AtomicU8::new(Status::take().bits());
    team::run_expecting(expected_ns, threads, tasks, &|index| {
        let aside = Status::take();
        task(index);
        raised.fetch_or(Status::take().bits(), Relaxed);
        aside.raise();
    });
    Status::from_bits(raised.into_inner()).raise();
}
