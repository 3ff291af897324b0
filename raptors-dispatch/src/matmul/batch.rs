//! Many products of one shape in one call.

use super::{
    MatMut, MatRef, MatmulError, kernel, matmul,
    mirror::{mirrored, mirrors},
    rows,
    strip::{Operands, each, one},
};
use crate::{
    machine::Machine,
    plan::{MatmulPlan, Path},
};
use raptors_kernels::{DType, product::divides};

/// How far apart the matrices of a batch are, in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The number of products.
    pub count: usize,
    /// From one first matrix to the next; zero repeats it.
    pub a: isize,
    /// From one second matrix to the next; zero repeats it.
    pub b: isize,
    /// From one result to the next.
    pub c: isize,
    /// Whether sums of floats may be rounded otherwise than where the matrices lie in other ways.
    pub any_order: bool,
}

impl Operands {
    /// The operands of the batch's product `index`.
    pub(super) fn nth(self, batch: Batch, index: usize) -> Self {
        let Self { dtype, a, b, c } = self;
        let (index, size) = (index as isize, dtype.size());
        Self {
            dtype,
            a: a.at(index * batch.a, size),
            b: b.at(index * batch.b, size),
            c: c.at(index * batch.c, size),
        }
    }
}

/// Computes `batch.count` products; `a`, `b` and `c` are the first of each. Small products are
/// spread over at most `max_threads` threads, whole products each, as are many large ones; a few large ones are
/// computed one after another as `plan`, made for one product, says.
///
/// # Safety
///
/// As [`matmul`], for every product of the batch; no two results overlap.
///
/// # Errors
///
/// As [`matmul`].
///
/// # Panics
///
/// As [`matmul`].
pub unsafe fn matmul_batch(
    dtype: DType,
    batch: Batch,
    (a, b, c): (MatRef, MatRef, MatMut),
    plan: &MatmulPlan,
    machine: &Machine,
    max_threads: usize,
) -> Result<(), MatmulError> {
    let first = Operands { dtype, a, b, c };
    // Whole products each, where every thread finds several: they share nothing then.
    let several = batch.count / max_threads.max(1) >= machine.figures.chunks_per_thread as usize;
    if rows::beside(dtype, batch, a, b) {
        // SAFETY: the caller's.
        return unsafe { beside(first, batch, &plan.alone(), machine, max_threads) };
    }
    if (plan.threads > 1 && !several) || dtype == DType::F16 {
        for index in 0..batch.count {
            let Operands { a, b, c, .. } = first.nth(batch, index);
            // SAFETY: the caller's, for this product.
            unsafe { matmul(dtype, a, b, c, plan) }?;
        }
        return Ok(());
    }
    assert_eq!(
        (a.rows, a.cols, b.cols),
        (c.rows, b.rows, c.cols),
        "shapes that do not fit together"
    );
    let (figures, plan) = (&machine.figures, &plan.alone());
    // As many products as make a chunk worth claiming, and few enough for all threads.
    let worth = (figures.matmul_chunk_ns / plan.predicted_ns.max(1.0)).ceil() as usize;
    let fair = batch.count / (max_threads.max(1) * figures.chunks_per_thread as usize).max(1);
    let chunk = worth.max(fair).max(1);
    let volume = a.rows as f64 * a.cols as f64 * b.cols as f64;
    let small = matches!(plan.path, Path::Small | Path::Dot | Path::Vector)
        && volume <= figures.matmul_small;
    let threads = max_threads.clamp(1, batch.count.max(1));
    let shared = MatmulPlan {
        threads,
        predicted_ns: plan.predicted_ns * (batch.count / threads) as f64,
        ..*plan
    };
    each(&shared, batch.count.div_ceil(chunk), |task| {
        let first = &first;
        if small {
            let start = task * chunk;
            let count = chunk.min(batch.count - start);
            let Operands { a, b, c, .. } = first.nth(batch, start);
            let batch = Batch { count, ..batch };
            // SAFETY: the caller's, for these products; their results are no other task's.
            return unsafe { kernel::batch(plan.level, dtype, batch, a, b, c) };
        }
        (task * chunk..batch.count.min((task + 1) * chunk)).try_for_each(|index| {
            let operands = first.nth(batch, index);
            // SAFETY: the caller's, for this product; its result is no other task's.
            unsafe {
                if mirrors(&operands, plan) {
                    mirrored(operands, plan)
                } else {
                    one(operands, plan)
                }
            }
        })
    })
}

/// Computes a batch of which [`rows::beside`] holds: each thread a part of the columns, as `plan`, made for one of them,
/// says that it pays.
///
/// # Safety
///
/// As [`matmul_batch`].
///
/// # Errors
///
/// None: nothing of this asks for memory.
unsafe fn beside(
    first: Operands,
    batch: Batch,
    plan: &MatmulPlan,
    machine: &Machine,
    max_threads: usize,
) -> Result<(), MatmulError> {
    let total = plan.predicted_ns * batch.count as f64;
    let worth = (total / machine.figures.matmul_chunk_ns.max(1.0)) as usize;
    let parts = batch.count / rows::PART;
    let threads = max_threads.min(worth).min(parts).max(1);
    let chunk = if threads > 1 && divides(batch.count) {
        batch.count.div_ceil(threads).next_multiple_of(rows::PART)
    } else {
        batch.count
    };
    let shared = MatmulPlan {
        threads,
        predicted_ns: total / threads as f64,
        ..*plan
    };
    each(&shared, batch.count.div_ceil(chunk), |task| {
        let start = task * chunk;
        let Operands { dtype, a, b, c } = first.nth(batch, start);
        let count = chunk.min(batch.count - start);
        // SAFETY: the caller's, for these columns; their results are no other task's.
        unsafe { rows::columns(plan.level, dtype, count, (a, b, c)) };
        Ok(())
    })
}
