//! Results that several threads fill in, a piece each.

use raptors_dispatch::{plan::Plan, team};
use std::sync::{Mutex, PoisonError};

/// Calls `work` with pieces of `out` and the number of the first element of each, on the plan's
/// threads.
pub(crate) fn pieces<T: Send>(plan: &Plan, out: &mut [T], work: &(dyn Fn(usize, &mut [T]) + Sync)) {
    if plan.threads <= 1 {
        work(0, out);
        return;
    }
    let len = plan.chunk.max(1);
    let pieces: Vec<_> = out.chunks_mut(len).map(Mutex::new).collect();
    team::run_expecting(plan.predicted_ns, plan.threads, pieces.len(), &|i| {
        let mut piece = pieces[i].lock().unwrap_or_else(PoisonError::into_inner);
        work(i * len, &mut piece);
    });
}
