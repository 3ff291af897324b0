//! Long lines, each sorted by several threads where that pays.

use crate::drive;
use raptors_dispatch::{
    machine,
    plan::{self, Plan},
    team,
};
use raptors_kernels::{
    DType, Kind,
    order::{Hands, SHARED, shares},
};

/// The plan for sorting one line of `len` elements of `dtype`, or their indices.
pub(crate) fn plan(len: usize, dtype: DType, indices: bool) -> Plan {
    let size = if indices {
        size_of::<i64>()
    } else {
        dtype.size()
    };
    let shared = if indices {
        shares_indices(dtype, len)
    } else {
        shares(dtype, len)
    };
    let work = drive::fold_work(super::cost(true, len), len, size);
    let threads = if shared { team::threads() } else { 1 };
    plan::line(&work, machine::machine(), threads)
}

/// Elements of two bytes up to which rank and index are one word, which is sorted by one thread.
const WORDS: usize = 1 << 16;

/// Whether the indices of so many elements are sorted by several threads.
fn shares_indices(dtype: DType, len: usize) -> bool {
    let least = if dtype.size() == 2 { WORDS + 1 } else { SHARED };
    dtype.kind() != Kind::Bool && dtype.size() > 1 && len >= least
}

/// Calls `work` with the threads of `plan`.
pub(super) fn with_hands<R>(plan: &Plan, work: impl FnOnce(Hands<'_>) -> R) -> R {
    if plan.threads <= 1 {
        return work(Hands::alone());
    }
    work(Hands::new(plan.threads, &|jobs, job| {
        team::run(plan.threads, jobs, job);
    }))
}
